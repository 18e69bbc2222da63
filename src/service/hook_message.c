/*
 * service/hook_message: see hook_message.h.
 */
#include "service/hook_message.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "crypto/hook_key.h"
#include "service/event.h"
#include "service/hook_kinds.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/topics.h"

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

static void begin(struct buf *out, const char *type, int64_t at_s)
{
    char time[CLOCK_RFC3339_BYTES];
    clock_rfc3339(at_s, time);
    buf_adds(out, "{\"type\":");
    buf_json(out, type);
    buf_adds(out, ",\"timestamp\":");
    buf_json(out, time);
    buf_adds(out, ",\"data\":");
}

static enum status make_body(const struct service *service, struct arena *arena,
                             const struct hook_delivery *delivery, struct buf *out)
{
    struct entry entry;
    struct topic *topics;
    struct contact contact;
    struct event event = {.entry = &entry};
    if (delivery->position.value == 0) {
        begin(out, "test", delivery->created_at);
        buf_adds(out, "{\"message\":\"An admin of Assent tries whether this hook works.\"}}");
        return STATUS_OK;
    }
    enum status status = entries_get(service->store, arena, delivery->position, &entry);
    if (status == STATUS_OK)
        status = topics_list(service->store, arena, &topics, &event.topics_count);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    event.topics = topics;
    status = contacts_get(service->store, arena, entry.contact, &contact);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status =
            event_set_person(service->store, arena, status == STATUS_OK ? &contact : NULL, &event);
    if (status == STATUS_OK)
        status = event_set_run(service->store, arena, &event);
    if (status != STATUS_OK)
        return status;
    begin(out, hook_kinds_type(&entry), entry.at);
    event_put_data(out, &event);
    buf_addc(out, '}');
    return STATUS_OK;
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
