/*
 * cli/person_verb: show and history: one person read, never changed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/history.h"
#include "service/operator.h"

#define HISTORY_LIMIT_DEFAULT 1000
#define HISTORY_LIMIT_MAX     1000000

/* {"newsletter": true, …}: topics in use, whatever mask says about others. */
static json_t *choices_json(const struct topic *topics, size_t count, uint64_t mask)
{
    json_t *json = json_object();

    for (size_t i = 0; i < count; i++)
        if (!topics[i].retired_at)
            json_object_set_new(json, topics[i].key,
                                json_boolean((mask & TOPIC_BIT(topics[i].id)) != 0));
    return json;
}

/* {"newsletter": "weekly", …}: topics in use that offer it. */
static json_t *frequencies_json(const struct topic *topics, size_t count,
                                const struct contact *contact)
{
    json_t *json = json_object();

    for (size_t i = 0; i < count; i++)
        if (!topics[i].retired_at && topics[i].offers_frequency)
            json_object_set_new(
                json, topics[i].key,
                json_string(frequency_key(contact_frequency(contact, topics[i].id))));
    return json;
}

enum cli_exit people_verb_show(const struct args *args)
{
    struct open open;
    struct contact contact;
    struct topic *topics;
    size_t count;
    enum cli_exit code = CLI_REFUSED;
    enum status status;
    char id[PUBLIC_ID_TEXT_BYTES];

    if (!open_data(args, false, &open))
        goto out;
    code = open_person(args, &open, args->words[0], &contact);
    if (code != CLI_DONE)
        goto out;
    status = operator_topics(&open.service, open.arena, &topics, &count);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The topics can't be read");
        goto out;
    }
    public_id_text(contact.public_id, id);
    code = cli_json(json_pack(
        "{s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:s, s:i, s:o, s:o}", "email",
        cli_json_text(contact.email), "name", cli_json_text(contact.name), "contact_type",
        contact_type_key(contact.type), "status", contact_status_key(contact.status), "language",
        cli_json_text(contact.language), "topics", choices_json(topics, count, contact.choices),
        "frequency", frequencies_json(topics, count, &contact), "public_id", id, "epoch",
        (int)contact.epoch, "paused_until",
        cli_json_time(contact.paused_until > clock_now_s() ? contact.paused_until : 0),
        "updated_at", cli_json_time(contact.updated_at)));
out:
    open_end(&open);
    return code;
}

/* Keys of the topics in mask, retired ones too: what history says stays said. */
static json_t *keys_json(const struct history *words, uint64_t mask)
{
    json_t *json = json_array();

    for (size_t i = 0; i < words->topics_count; i++)
        if (mask & TOPIC_BIT(words->topics[i].id))
            json_array_append_new(json, cli_json_text(words->topics[i].key));
    return json;
}

/* {"newsletter": "weekly"}: what is not every message. */
static json_t *often_json(const struct history *words, uint64_t daily, uint64_t weekly)
{
    const struct contact as_then = {.daily = daily, .weekly = weekly};
    json_t *json = json_object();

    for (size_t i = 0; i < words->topics_count; i++) {
        enum frequency frequency = contact_frequency(&as_then, words->topics[i].id);
        if (frequency != FREQUENCY_ALL)
            json_object_set_new(json, words->topics[i].key, json_string(frequency_key(frequency)));
    }
    return json;
}

static json_t *entry_json(const struct history *words, const struct entry *entry,
                          const struct history_line *line)
{
    json_t *json = json_pack("{s:I, s:o, s:s, s:s, s:o, s:o, s:o, s:o}", "position",
                             (json_int_t)entry->position.value, "at", cli_json_time(entry->at),
                             "kind", entry_kind_key(entry->kind), "actor",
                             actor_kind_key(entry->actor), "who", cli_json_text(line->who), "what",
                             cli_json_text(line->what), "proof", cli_json_text(line->proof), "note",
                             line->note && *line->note ? cli_json_text(line->note) : json_null());

    if (entry->undoes.value)
        json_object_set_new(json, "undoes", json_integer(entry->undoes.value));
    if (entry->leave_reason != LEAVE_NONE)
        json_object_set_new(json, "reason", cli_json_text(leave_reason_key(entry->leave_reason)));
    if (entry->private.campaign)
        json_object_set_new(json, "campaign", cli_json_text(entry->private.campaign));
    json_object_set_new(json, "before",
                        json_pack("{s:s, s:o, s:o, s:o}", "status",
                                  contact_status_key(entry->status_before), "topics",
                                  keys_json(words, entry->choices_before), "frequency",
                                  often_json(words, entry->daily_before, entry->weekly_before),
                                  "paused_until", cli_json_time(entry->paused_before)));
    json_object_set_new(json, "after",
                        json_pack("{s:s, s:o, s:o, s:o}", "status",
                                  contact_status_key(entry->status_after), "topics",
                                  keys_json(words, entry->choices_after), "frequency",
                                  often_json(words, entry->daily_after, entry->weekly_after),
                                  "paused_until", cli_json_time(entry->paused_after)));
    return json;
}

static void line_say(const struct history_line *line)
{
    char at[CLOCK_HUMAN_BYTES];

    clock_human(line->at, at);
    cli_say("%-24s %s", at, line->what);
    cli_say("%-24s by %s%s%s", "", line->who, line->proof && *line->proof ? ", " : "",
            line->proof ? line->proof : "");
    if (line->note && *line->note)
        cli_say("%-24s \"%s\"", "", line->note);
    if (*line->campaign)
        cli_say("%-24s on the link: %s", "", line->campaign);
}

static enum cli_exit read_limit(const struct args *args, int *out)
{
    const char *text = args_get(args, "limit");
    char *end = NULL;
    long limit = HISTORY_LIMIT_DEFAULT;

    if (text) {
        limit = strtol(text, &end, 10);
        if (*text < '0' || *text > '9' || *end || limit < 1 || limit > HISTORY_LIMIT_MAX)
            return cli_misused(args, "--limit must be a number from 1 to %d.", HISTORY_LIMIT_MAX);
    }
    *out = (int)limit;
    return CLI_DONE;
}

enum cli_exit people_verb_history(const struct args *args)
{
    struct open open = {0};
    struct contact contact;
    struct history words;
    struct entry *entries;
    size_t count;
    int limit = HISTORY_LIMIT_DEFAULT;
    json_t *list = args_has(args, "json") ? json_array() : NULL;
    enum cli_exit code = read_limit(args, &limit);
    enum status status;

    if (code != CLI_DONE)
        goto out;
    code = CLI_REFUSED;
    if (!open_data(args, false, &open))
        goto out;
    code = open_person(args, &open, args->words[0], &contact);
    if (code != CLI_DONE)
        goto out;
    status = history_open(open.service.store, open.arena, &words);
    if (status == STATUS_OK)
        status = operator_history(&open.service, open.arena, &contact, limit, &entries, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct history_line line;
        status = history_describe(&words, open.arena, &entries[i], &line);
        if (status == STATUS_OK && list)
            json_array_append_new(list, entry_json(&words, &entries[i], &line));
        else if (status == STATUS_OK)
            line_say(&line);
    }
    if (status != STATUS_OK)
        code = cli_failed(args, status, "The history can't be read");
    else if (list)
        code = cli_json(json_incref(list));
out:
    json_decref(list);
    open_end(&open);
    return code;
}
