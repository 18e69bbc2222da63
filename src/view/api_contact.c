/*
 * view/api_contact: see api_contact.h.
 */
#include "view/api_contact.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "view/problem.h"

static void put_text_or_null(struct buf *out, const char *text)
{
    buf_json(out, *text != '\0' ? text : NULL);
}

static void put_time(struct buf *out, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES];

    clock_rfc3339(at_s, text);
    buf_json(out, text);
}

static void put_bool(struct buf *out, bool is_true)
{
    buf_adds(out, is_true ? "true" : "false");
}

static void put_id(struct buf *out, const struct contact_state *state)
{
    char text[PUBLIC_ID_TEXT_BYTES];

    public_id_text(state->contact.public_id, text);
    buf_json(out, text);
}

static void put_email(struct buf *out, const struct contact_state *state)
{
    buf_json(out, state->contact.email);
}

static void put_name(struct buf *out, const struct contact_state *state)
{
    buf_json(out, state->contact.name);
}

static void put_type(struct buf *out, const struct contact_state *state)
{
    buf_json(out, contact_type_key(state->contact.type));
}

static void put_language(struct buf *out, const struct contact_state *state)
{
    put_text_or_null(out, state->contact.language);
}

static void put_status(struct buf *out, const struct contact_state *state)
{
    buf_json(out, contact_status_key(state->contact.status));
}

static void put_subscribed(struct buf *out, const struct contact_state *state)
{
    put_bool(out, contact_is_subscribed(&state->contact, state->in_use, state->now_s));
}

static void put_topics(struct buf *out, const struct contact_state *state)
{
    const char *comma = "";

    buf_addc(out, '{');
    for (size_t i = 0; i < state->topics_count; i++) {
        const struct topic *topic = &state->topics[i];
        const bool is_on = (state->contact.choices & TOPIC_BIT(topic->id)) != 0;
        if (!is_on && (state->in_use & TOPIC_BIT(topic->id)) == 0)
            continue;
        buf_adds(out, comma);
        buf_json(out, topic->key);
        buf_adds(out, ":{\"subscribed\":");
        put_bool(out, is_on);
        buf_adds(out, ",\"frequency\":");
        buf_json(out, frequency_key(contact_frequency(&state->contact, topic->id)));
        buf_addc(out, '}');
        comma = ",";
    }
    buf_addc(out, '}');
}

static void put_pause(struct buf *out, const struct contact_state *state)
{
    if (state->contact.paused_until > state->now_s)
        put_time(out, state->contact.paused_until);
    else
        buf_adds(out, "null");
}

static void put_created(struct buf *out, const struct contact_state *state)
{
    put_time(out, state->contact.created_at);
}

static void put_changed(struct buf *out, const struct contact_state *state)
{
    put_time(out, state->contact.updated_at);
}

static void put_position(struct buf *out, const struct contact_state *state)
{
    buf_int(out, state->contact.head.value);
}

static const struct {
    const char *key;
    void (*put)(struct buf *out, const struct contact_state *state);
} fields[] = {
    {"id", put_id},
    {"email", put_email},
    {"name", put_name},
    {"type", put_type},
    {"language", put_language},
    {"status", put_status},
    {"subscribed", put_subscribed},
    {"topics", put_topics},
    {"paused_until", put_pause},
    {"created_at", put_created},
    {"changed_at", put_changed},
    {"position", put_position},
};
static_assert(sizeof fields / sizeof *fields == API_FIELDS_COUNT, "a bit for each");

bool view_api_fields_parse(const char *text, unsigned *out)
{
    unsigned found = 0;

    while (*text != '\0') {
        const size_t len = strcspn(text, ",");
        unsigned bit = 0;
        for (size_t i = 0; i < API_FIELDS_COUNT; i++)
            if (strlen(fields[i].key) == len && strncmp(fields[i].key, text, len) == 0)
                bit = 1U << i;
        if (bit == 0)
            return false;
        found |= bit;
        text += len + (text[len] == ',');
    }
    *out = found;
    return found != 0;
}

const char *view_api_fields_text(struct arena *arena)
{
    const char *text = fields[0].key;

    for (size_t i = 1; i < API_FIELDS_COUNT; i++)
        text = arena_printf(arena, "%s, %s", text, fields[i].key);
    return text;
}

void view_api_contact(struct buf *out, const struct contact_state *state, unsigned wanted)
{
    const char *comma = "";

    buf_addc(out, '{');
    for (size_t i = 0; i < API_FIELDS_COUNT; i++) {
        if ((wanted >> i & 1) == 0)
            continue;
        buf_adds(out, comma);
        buf_json(out, fields[i].key);
        buf_addc(out, ':');
        fields[i].put(out, state);
        comma = ",";
    }
    buf_addc(out, '}');
}

void view_api_contacts(struct buf *out, const struct contact_list *list, unsigned wanted)
{
    buf_printf(out, "{\"position\":%lld,\"next\":", (long long)list->position.value);
    buf_json(out, list->next);
    buf_adds(out, ",\"contacts\":[");
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_addc(out, ',');
        view_api_contact(out, &list->rows[i], wanted);
    }
    buf_adds(out, "]}\n");
}

static const struct {
    const char *key;
    enum problem reason; /* where the key is refused */
} results_said[] = {
    [BATCH_UNDONE] = {"refused", PROBLEM_FAILURE},
    [BATCH_CREATED] = {"created", 0},
    [BATCH_UPDATED] = {"updated", 0},
    [BATCH_UNCHANGED] = {"unchanged", 0},
    [BATCH_BAD_MEMBER] = {"refused", PROBLEM_BAD_MEMBER},
    [BATCH_UNKNOWN_TOPIC] = {"refused", PROBLEM_UNKNOWN_TOPIC},
    [BATCH_NEEDS_CONSENT] = {"refused", PROBLEM_NEEDS_CONSENT},
    [BATCH_SUPPRESSED] = {"refused", PROBLEM_SUPPRESSED},
    [BATCH_TOPIC_RETIRED] = {"refused", PROBLEM_TOPIC_RETIRED},
};
static_assert(sizeof results_said / sizeof *results_said == BATCH_RESULT_COUNT, "words for each");

static bool is_refusal(uint8_t result)
{
    return result >= BATCH_BAD_MEMBER || result == BATCH_UNDONE;
}

static void put_result(struct buf *out, uint8_t result, const char *detail)
{
    if (result >= BATCH_RESULT_COUNT)
        result = BATCH_UNDONE;
    buf_adds(out, "{\"result\":");
    buf_json(out, results_said[result].key);
    if (is_refusal(result)) {
        buf_adds(out, ",\"reason\":");
        buf_json(out, problem_key(results_said[result].reason));
        if (detail != NULL) {
            buf_adds(out, ",\"detail\":");
            buf_json(out, detail);
        }
    }
    buf_addc(out, '}');
}

void view_api_batch(struct buf *out, const uint8_t *results, const char *const *details,
                    size_t count, struct position position)
{
    size_t created = 0, updated = 0, unchanged = 0;

    for (size_t i = 0; i < count; i++) {
        created += results[i] == BATCH_CREATED;
        updated += results[i] == BATCH_UPDATED;
        unchanged += results[i] == BATCH_UNCHANGED;
    }
    buf_printf(out,
               "{\"position\":%lld,\"created\":%zu,\"updated\":%zu,\"unchanged\":%zu,"
               "\"refused\":%zu,\"results\":[",
               (long long)position.value, created, updated, unchanged,
               count - created - updated - unchanged);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_addc(out, ',');
        put_result(out, results[i], details[i]);
    }
    buf_adds(out, "]}\n");
}
