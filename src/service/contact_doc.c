/*
 * service/contact_doc: see the header.
 */
#include "service/contact_doc.h"

#include <string.h>

#include "base/clock.h"
#include "base/email.h"
#include "service/fields.h"
#include "service/pause.h"

#define ALL_TOPICS    (~UINT64_C(1))
#define KEY_MAX_CHARS 40 /* how much of a wrong member's name a sentence repeats */

struct reading {
    struct arena *arena;
    const struct topic *topics;
    size_t topics_count;
    int64_t now_s;
    struct contact_doc doc;
    enum contact_doc_fault fault;
    const char *detail;
};

static bool refuse(struct reading *reading, const char *detail)
{
    reading->fault = CONTACT_DOC_BAD_MEMBER;
    reading->detail = detail;
    return false;
}

/* A text, or null for "". */
static const char *text_of(const json_t *value)
{
    return json_is_null(value) ? "" : json_string_value(value);
}

static bool read_email(struct reading *reading, const json_t *value)
{
    struct email email;
    enum email_fault fault = EMAIL_EMPTY;

    if (!json_is_string(value))
        return refuse(reading, "email must be a text: an address.");
    if (email_parse(reading->arena, json_string_value(value), json_string_length(value), &email,
                    &fault) != STATUS_OK)
        return refuse(reading, arena_printf(reading->arena, "email: %s", email_fault_words(fault)));
    reading->doc.email = email.written;
    reading->doc.email_key = email.key;
    return true;
}

static bool read_name(struct reading *reading, const json_t *value)
{
    const char *text = text_of(value);

    if (text == NULL || fields_name(reading->arena, text, &reading->doc.name) != STATUS_OK)
        return refuse(reading, "name must be a text of at most 200 bytes, or null.");
    return true;
}

static bool read_language(struct reading *reading, const json_t *value)
{
    const char *text = text_of(value);

    if (text == NULL || fields_language(reading->arena, text, &reading->doc.language) != STATUS_OK)
        return refuse(reading, "language must be a language tag such as en or pt-BR, or null.");
    return true;
}

static bool read_type(struct reading *reading, const json_t *value)
{
    const char *text = json_string_value(value);

    reading->doc.sets_type = text != NULL && contact_type_parse(text, &reading->doc.type);
    return reading->doc.sets_type || refuse(reading, "type must be client, partner or franchisee.");
}

static bool read_status(struct reading *reading, const json_t *value)
{
    const char *text = json_string_value(value);

    reading->doc.sets_status = text != NULL && contact_status_parse(text, &reading->doc.status);
    return reading->doc.sets_status || refuse(reading, "status must be opted_in or opted_out.");
}

static bool read_consent(struct reading *reading, const json_t *value)
{
    const char *text = text_of(value);

    if (text == NULL ||
        fields_text(reading->arena, text, REASON_MAX_BYTES, &reading->doc.consent) != STATUS_OK)
        return refuse(reading, "consent must be a text of at most 1000 bytes: how it was given.");
    return true;
}

/* A day, or the second at which it begins, as it is read. */
static bool read_pause(struct reading *reading, const json_t *value)
{
    char day[CLOCK_RFC3339_BYTES];
    const char *text = json_string_value(value);

    reading->doc.sets_pause = true;
    if (json_is_null(value))
        return true;
    int64_t at_s;
    if (text != NULL && clock_read_rfc3339(text, &at_s) && at_s % 86400 == 0) {
        clock_rfc3339(at_s, day);
        day[strlen("2026-12-01")] = '\0';
        text = day;
    }
    if (!pause_until_day(text, reading->now_s, &reading->doc.paused_until))
        return refuse(reading, "paused_until must be a day such as 2026-12-01, from tomorrow to "
                               "five years from now, or null.");
    return true;
}

static const struct topic *find_topic(const struct reading *reading, const char *key)
{
    for (size_t i = 0; i < reading->topics_count; i++)
        if (strcmp(reading->topics[i].key, key) == 0)
            return &reading->topics[i];
    return NULL;
}

static void set_topic(struct reading *reading, uint64_t bit, bool is_on)
{
    if (is_on)
        reading->doc.on |= bit;
    else
        reading->doc.off |= bit;
}

static bool read_frequency(struct reading *reading, uint64_t bit, const json_t *value)
{
    enum frequency frequency = FREQUENCY_ALL;

    if (!json_is_null(value) && !frequency_parse(json_string_value(value), &frequency))
        return refuse(reading, "topics: frequency must be all, daily or weekly.");
    reading->doc.sets_frequency |= bit;
    if (frequency == FREQUENCY_DAILY)
        reading->doc.daily |= bit;
    if (frequency == FREQUENCY_WEEKLY)
        reading->doc.weekly |= bit;
    return true;
}

static bool read_topic_object(struct reading *reading, uint64_t bit, const json_t *object)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (strcmp(key, "subscribed") == 0) {
            if (!json_is_boolean(value) && !json_is_null(value))
                return refuse(reading, "topics: subscribed must be true or false.");
            set_topic(reading, bit, json_is_true(value));
        } else if (strcmp(key, "frequency") == 0) {
            if (!read_frequency(reading, bit, value))
                return false;
        } else {
            return refuse(reading, "topics: a topic's members are subscribed and frequency.");
        }
    }
    return true;
}

static bool read_topics(struct reading *reading, const json_t *object)
{
    const char *key;
    json_t *value;

    if (json_is_null(object)) {
        reading->doc.off = ALL_TOPICS;
        return true;
    }
    if (!json_is_object(object))
        return refuse(reading, "topics must be an object with a member for each topic.");
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const struct topic *topic = find_topic(reading, key);
        if (topic == NULL) {
            reading->fault = CONTACT_DOC_UNKNOWN_TOPIC;
            reading->detail = arena_printf(reading->arena,
                                           "topics: there is none with the key "
                                           "\"%.*s\".",
                                           KEY_MAX_CHARS, key);
            return false;
        }
        const uint64_t bit = TOPIC_BIT(topic->id);
        if (json_is_boolean(value) || json_is_null(value))
            set_topic(reading, bit, json_is_true(value));
        else if (!json_is_object(value))
            return refuse(reading, "topics: a topic is true, false, or an object.");
        else if (!read_topic_object(reading, bit, value))
            return false;
    }
    return true;
}

static bool pass_over(struct reading *reading, const json_t *value)
{
    return true;
}

static const struct {
    const char *key;
    bool (*read)(struct reading *reading, const json_t *value);
} members[] = {
    {"email", read_email},        {"name", read_name},       {"type", read_type},
    {"language", read_language},  {"status", read_status},   {"topics", read_topics},
    {"paused_until", read_pause}, {"consent", read_consent}, {"id", pass_over},
    {"subscribed", pass_over},    {"created_at", pass_over}, {"changed_at", pass_over},
    {"position", pass_over},
};
#define MEMBERS_COUNT (sizeof members / sizeof *members)

static bool read_member(struct reading *reading, const char *key, const json_t *value)
{
    for (size_t i = 0; i < MEMBERS_COUNT; i++)
        if (strcmp(members[i].key, key) == 0)
            return members[i].read(reading, value);
    return refuse(reading, arena_printf(reading->arena,
                                        "There is no member \"%.*s\"; there are email, name, type, "
                                        "language, status, topics, paused_until and consent.",
                                        KEY_MAX_CHARS, key));
}

enum contact_doc_fault contact_doc_read(struct arena *arena, const json_t *object,
                                        const struct topic *topics, size_t topics_count,
                                        int64_t now_s, struct contact_doc *out, const char **detail)
{
    struct reading reading = {
        .arena = arena, .topics = topics, .topics_count = topics_count, .now_s = now_s};
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (!read_member(&reading, key, value)) {
            *detail = reading.detail;
            return reading.fault;
        }
    }
    *out = reading.doc;
    return CONTACT_DOC_FINE;
}

void contact_doc_complete(struct contact_doc *doc)
{
    doc->name = doc->name != NULL ? doc->name : "";
    doc->language = doc->language != NULL ? doc->language : "";
    doc->sets_type = doc->sets_pause = true;
    doc->off = ALL_TOPICS & ~doc->on;
    doc->sets_frequency = ALL_TOPICS;
}
