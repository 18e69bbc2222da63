/*
 * service/hook_message: see hook_message.h.
 */
#include "service/hook_message.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "crypto/hook_key.h"
#include "service/hook_kinds.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/settings.h"
#include "store/topics.h"

/* How far back an address is followed. Someone with more entries since is given as now. */
#define BACK_MAX 1000
#define ARROW    " → "

struct body {
    const struct service *service;
    struct arena *arena;
    const struct entry *entry;
    const struct topic *topics;
    size_t topics_count;
    struct buf *out;
};

void hook_message_id_text(const uint8_t id[HOOK_MESSAGE_ID_BYTES],
                          char out[HOOK_MESSAGE_ID_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    memcpy(out, "msg_", 4);
    for (size_t i = 0; i < HOOK_MESSAGE_ID_BYTES; i++) {
        out[4 + 2 * i] = digits[id[i] >> 4];
        out[5 + 2 * i] = digits[id[i] & 15];
    }
    out[HOOK_MESSAGE_ID_TEXT_BYTES - 1] = '\0';
}

static void put_time(struct buf *out, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES];
    if (at_s == 0) {
        buf_adds(out, "null");
        return;
    }
    clock_rfc3339(at_s, text);
    buf_json(out, text);
}

/* The keys of the topics in mask, by their numbers. */
static void put_topics(const struct body *body, uint64_t mask)
{
    const char *comma = "";
    buf_addc(body->out, '[');
    for (uint8_t id = 1; id <= TOPIC_MAX; id++) {
        if ((mask & UINT64_C(1) << id) == 0)
            continue;
        for (size_t i = 0; i < body->topics_count; i++) {
            if (body->topics[i].id.value != id)
                continue;
            buf_adds(body->out, comma);
            buf_json(body->out, body->topics[i].key);
            comma = ",";
        }
    }
    buf_addc(body->out, ']');
}

/* {"newsletter":"weekly"}: the topics that are not wanted at every message. */
static void put_frequency(const struct body *body, uint64_t daily, uint64_t weekly)
{
    const struct contact as_then = {.daily = daily, .weekly = weekly};
    const char *comma = "";
    buf_addc(body->out, '{');
    for (size_t i = 0; i < body->topics_count; i++) {
        const enum frequency frequency = contact_frequency(&as_then, body->topics[i].id);
        if (frequency == FREQUENCY_ALL)
            continue;
        buf_adds(body->out, comma);
        buf_json(body->out, body->topics[i].key);
        buf_addc(body->out, ':');
        buf_json(body->out, frequency_key(frequency));
        comma = ",";
    }
    buf_addc(body->out, '}');
}

struct state {
    enum contact_status status;
    uint64_t choices, daily, weekly;
    int64_t paused_until;
};

static void put_state(const struct body *body, const struct state *state)
{
    buf_adds(body->out, "{\"status\":");
    buf_json(body->out, contact_status_key(state->status));
    buf_adds(body->out, ",\"topics\":");
    put_topics(body, state->choices);
    buf_adds(body->out, ",\"frequency\":");
    put_frequency(body, state->daily, state->weekly);
    buf_adds(body->out, ",\"paused_until\":");
    put_time(body->out, state->paused_until);
    buf_addc(body->out, '}');
}

/* The address before entry, if entry is what made it email; else NULL. The note of an edit says
 * "email: A → B" on a line of its own. */
static const char *email_before(struct arena *arena, const struct entry *entry, const char *email)
{
    static const char field[] = "email: ";
    const char *line = entry->private.note;
    while (line && *line) {
        const size_t len = strcspn(line, "\n");
        const char *arrow = strstr(line, ARROW);
        if (strncmp(line, field, sizeof field - 1) == 0 && arrow && arrow < line + len) {
            const char *from = line + sizeof field - 1, *to = arrow + sizeof ARROW - 1;
            if ((size_t)(line + len - to) == strlen(email) &&
                strncmp(to, email, strlen(email)) == 0)
                return arena_strndup(arena, from, (size_t)(arrow - from));
        }
        line += len + (line[len] == '\n');
    }
    return NULL;
}

/* The person's address as it was with the entry. */
static enum status email_then(const struct body *body, const struct contact *contact,
                              const char **out)
{
    struct position at = contact->head;
    const char *email = contact->email;
    for (int i = 0; i < BACK_MAX && at.value > body->entry->position.value; i++) {
        struct entry later;
        enum status status = entries_get(body->service->store, body->arena, at, &later);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
        const char *before = email_before(body->arena, &later, email);
        if (before)
            email = before;
        at = later.previous;
    }
    *out = email;
    return STATUS_OK;
}

static enum status put_person(const struct body *body)
{
    const struct entry *entry = body->entry;
    struct contact contact;
    char id[PUBLIC_ID_TEXT_BYTES];
    const char *email = NULL, *before = NULL;
    enum status status = contacts_get(body->service->store, body->arena, entry->contact, &contact);
    const bool is_there = status == STATUS_OK;
    if (is_there)
        status = email_then(body, &contact, &email);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    const bool is_named = is_there || entry->kind == ENTRY_ERASED;
    if (entry->kind == ENTRY_ERASED)
        public_id_text((struct public_id){(uint64_t)entry->subject}, id);
    if (is_there) {
        public_id_text(contact.public_id, id);
        before = email_before(body->arena, entry, email);
    }
    buf_adds(body->out, ",\"contact\":");
    buf_json(body->out, is_named ? id : NULL);
    buf_adds(body->out, ",\"email\":");
    buf_json(body->out, email);
    if (before) {
        buf_adds(body->out, ",\"previous_email\":");
        buf_json(body->out, before);
    }
    return STATUS_OK;
}

static enum status put_contact(const struct body *body)
{
    const struct entry *entry = body->entry;
    const struct state was = {entry->status_before, entry->choices_before, entry->daily_before,
                              entry->weekly_before, entry->paused_before};
    const struct state is = {entry->status_after, entry->choices_after, entry->daily_after,
                             entry->weekly_after, entry->paused_after};
    enum status status = put_person(body);
    if (status != STATUS_OK)
        return status;
    buf_adds(body->out, ",\"was\":");
    if (entry->kind == ENTRY_CONTACT_ADDED)
        buf_adds(body->out, "null");
    else
        put_state(body, &was);
    buf_adds(body->out, ",\"is\":");
    put_state(body, &is);
    if (entry->leave_reason != LEAVE_NONE) {
        buf_adds(body->out, ",\"reason\":");
        buf_json(body->out, leave_reason_key(entry->leave_reason));
    }
    if (entry->private.campaign) {
        buf_adds(body->out, ",\"campaign\":");
        buf_json(body->out, entry->private.campaign);
    }
    if (entry->undoes.value != 0)
        buf_printf(body->out, ",\"%s\":%lld", entry->kind == ENTRY_UNDONE ? "undoes" : "about",
                   (long long)entry->undoes.value);
    return STATUS_OK;
}

static void put_topic(const struct body *body)
{
    const char *key = NULL;
    for (size_t i = 0; i < body->topics_count; i++)
        if (body->topics[i].id.value == body->entry->subject)
            key = body->topics[i].key;
    buf_adds(body->out, ",\"topic\":");
    buf_json(body->out, key);
}

static enum status put_import(const struct body *body)
{
    struct import_run run;
    enum status status =
        import_runs_get(body->service->store, body->arena, body->entry->subject, &run);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    buf_printf(body->out, ",\"import\":%lld,\"name\":", (long long)run.id);
    buf_json(body->out, run.name);
    if (body->entry->kind == ENTRY_IMPORT_ENDED)
        buf_printf(body->out,
                   ",\"added\":%lld,\"updated\":%lld,\"unchanged\":%lld,\"kept_out\":%lld,"
                   "\"rejected\":%lld",
                   (long long)run.added, (long long)run.updated, (long long)run.unchanged,
                   (long long)run.kept_out, (long long)run.rejected);
    return STATUS_OK;
}

static void begin(struct buf *out, const char *type, int64_t at_s)
{
    buf_adds(out, "{\"type\":");
    buf_json(out, type);
    buf_adds(out, ",\"timestamp\":");
    put_time(out, at_s);
    buf_adds(out, ",\"data\":{");
}

static enum status put_entry(const struct body *body)
{
    const struct entry *entry = body->entry;
    enum status status = STATUS_OK;
    begin(body->out, hook_kinds_type(entry), entry->at);
    buf_printf(body->out, "\"position\":%lld,\"actor\":", (long long)entry->position.value);
    buf_json(body->out, actor_kind_key(entry->actor));
    if (entry->contact.value != 0)
        status = put_contact(body);
    else if (entry->kind == ENTRY_IMPORT_BEGUN || entry->kind == ENTRY_IMPORT_ENDED)
        status = put_import(body);
    else
        put_topic(body);
    buf_adds(body->out, "}}");
    return status;
}

static enum status make_body(const struct service *service, struct arena *arena,
                             const struct hook_delivery *delivery, struct buf *out)
{
    struct entry entry;
    struct topic *topics;
    struct body body = {.service = service, .arena = arena, .entry = &entry, .out = out};
    if (delivery->position.value == 0) {
        begin(out, "test", delivery->created_at);
        buf_adds(out, "\"message\":\"An admin of Assent tries whether this hook works.\"}}");
        return STATUS_OK;
    }
    enum status status = entries_get(service->store, arena, delivery->position, &entry);
    if (status == STATUS_OK)
        status = topics_list(service->store, arena, &topics, &body.topics_count);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    body.topics = topics;
    return put_entry(&body);
}

enum status hook_message_body(const struct service *service, struct arena *arena,
                              const struct hook_delivery *delivery, const char **body, size_t *len)
{
    struct buf out = {0};
    enum status status = make_body(service, arena, delivery, &out);
    if (status == STATUS_OK) {
        *body = arena_strndup(arena, out.data, out.len);
        *len = out.len;
    }
    buf_free(&out);
    return status;
}

static void add_signature(struct buf *out, const char *signature)
{
    if (out->len > 0)
        buf_addc(out, ' ');
    buf_adds(out, signature);
}

/* Every signature of text that a receiver may know a key for, the newest generation's first. */
static void sign(const struct service *service, const struct hook *hook, int64_t now_s,
                 const struct buf *text, struct buf *out)
{
    char signature[HOOK_SIGNATURE_BYTES];
    const int64_t oldest =
        hook->generation > 1 && now_s < hook->older_until ? hook->generation - 1 : hook->generation;
    for (int64_t generation = hook->generation; generation >= oldest; generation--) {
        if (hook->signing != HOOK_HMAC) {
            hook_key_sign_ed25519(service->secrets, hook->id, generation, text->data, text->len,
                                  signature);
            add_signature(out, signature);
        }
        if (hook->signing != HOOK_ED25519) {
            hook_key_sign_hmac(service->secrets, hook->id, generation, text->data, text->len,
                               signature);
            add_signature(out, signature);
        }
    }
}

enum status hook_message_make(const struct service *service, struct arena *arena,
                              const struct hook *hook, const struct hook_delivery *delivery,
                              int64_t now_s, struct hook_message *out)
{
    struct hook_message message = {0};
    struct buf text = {0}, signatures = {0};
    char id[HOOK_MESSAGE_ID_TEXT_BYTES];
    enum status status = hook_message_body(service, arena, delivery, &message.body, &message.len);
    if (status != STATUS_OK)
        return status;
    hook_message_id_text(delivery->message_id, id);
    buf_printf(&text, "%s.%lld.", id, (long long)now_s);
    buf_add(&text, message.body, message.len);
    sign(service, hook, now_s, &text, &signatures);
    message.headers[0] = "content-type: application/json";
    message.headers[1] = arena_printf(arena, "webhook-id: %s", id);
    message.headers[2] = arena_printf(arena, "webhook-timestamp: %lld", (long long)now_s);
    message.headers[3] = arena_printf(arena, "webhook-signature: %s", signatures.data);
    buf_free(&text);
    buf_free(&signatures);
    *out = message;
    return STATUS_OK;
}
