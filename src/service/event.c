/*
 * service/event: see event.h.
 */
#include "service/event.h"

#include <string.h>

#include "base/clock.h"
#include "service/change_note.h"
#include "store/entries.h"

/* How far back an address is followed. Someone with more entries since is given as now. */
#define BACK_MAX 1000

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
static void put_topics(struct buf *out, const struct event *event, uint64_t mask)
{
    const char *comma = "";
    buf_addc(out, '[');
    while (mask != 0) {
        const int id = __builtin_ctzll(mask);
        mask &= mask - 1;
        for (size_t i = 0; i < event->topics_count; i++) {
            if (event->topics[i].id.value != id)
                continue;
            buf_adds(out, comma);
            buf_json(out, event->topics[i].key);
            comma = ",";
        }
    }
    buf_addc(out, ']');
}

/* {"newsletter":"weekly"}: the topics that are not wanted at every message. */
static void put_frequency(struct buf *out, const struct event *event, uint64_t daily,
                          uint64_t weekly)
{
    const struct contact as_then = {.daily = daily, .weekly = weekly};
    const char *comma = "";
    buf_addc(out, '{');
    for (size_t i = 0; (daily | weekly) != 0 && i < event->topics_count; i++) {
        const enum frequency frequency = contact_frequency(&as_then, event->topics[i].id);
        if (frequency == FREQUENCY_ALL)
            continue;
        buf_adds(out, comma);
        buf_json(out, event->topics[i].key);
        buf_addc(out, ':');
        buf_json(out, frequency_key(frequency));
        comma = ",";
    }
    buf_addc(out, '}');
}

struct state {
    enum contact_status status;
    uint64_t choices, daily, weekly;
    int64_t paused_until;
};

static void put_state(struct buf *out, const struct event *event, const struct state *state)
{
    buf_adds(out, "{\"status\":");
    buf_json(out, contact_status_key(state->status));
    buf_adds(out, ",\"topics\":");
    put_topics(out, event, state->choices);
    buf_adds(out, ",\"frequency\":");
    put_frequency(out, event, state->daily, state->weekly);
    buf_adds(out, ",\"paused_until\":");
    put_time(out, state->paused_until);
    buf_addc(out, '}');
}

/* The address before entry, if entry is what made it email; else NULL. The note of an edit says
 * "email: A → B" on a line of its own. */
static const char *email_before(struct arena *arena, const struct entry *entry, const char *email)
{
    static const char field[] = "email: ";
    const char *line = entry->private.note;
    while (line && *line) {
        const size_t len = strcspn(line, "\n");
        const char *arrow = strstr(line, CHANGE_NOTE_TO);
        if (strncmp(line, field, sizeof field - 1) == 0 && arrow && arrow < line + len) {
            const char *from = line + sizeof field - 1;
            const char *to = arrow + sizeof CHANGE_NOTE_TO - 1;
            if ((size_t)(line + len - to) == strlen(email) &&
                strncmp(to, email, strlen(email)) == 0)
                return arena_strndup(arena, from, (size_t)(arrow - from));
        }
        line += len + (line[len] == '\n');
    }
    return NULL;
}

enum status event_set_address(struct store *store, struct arena *arena, struct position head,
                              const char *email_now, struct event *event)
{
    const char *email = email_now;
    struct position at = head;
    for (int i = 0; i < BACK_MAX && at.value > event->entry->position.value; i++) {
        struct entry later;
        enum status status = entries_get(store, arena, at, &later);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
        const char *before = email_before(arena, &later, email);
        if (before)
            email = before;
        at = later.previous;
    }
    event->email = email;
    event->previous_email = email_before(arena, event->entry, email);
    return STATUS_OK;
}

void event_set_id(struct event *event, const struct public_id *id)
{
    event->has_person = id != NULL || event->entry->kind == ENTRY_ERASED;
    if (id != NULL)
        event->person = *id;
    else if (event->has_person)
        event->person.value = (uint64_t)event->entry->subject;
}

enum status event_set_person(struct store *store, struct arena *arena, const struct contact *now,
                             struct event *event)
{
    event->email = event->previous_email = NULL;
    event_set_id(event, now ? &now->public_id : NULL);
    if (now == NULL)
        return STATUS_OK;
    return event_set_address(store, arena, now->head, now->email, event);
}

static bool is_run(const struct entry *entry)
{
    return entry->kind == ENTRY_IMPORT_BEGUN || entry->kind == ENTRY_IMPORT_ENDED;
}

enum status event_set_run(struct store *store, struct arena *arena, struct event *event)
{
    if (!is_run(event->entry))
        return STATUS_OK;
    enum status status = import_runs_get(store, arena, event->entry->subject, &event->run);
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

static const char *topic_key(const struct event *event)
{
    for (size_t i = 0; i < event->topics_count; i++)
        if (event->topics[i].id.value == event->entry->subject)
            return event->topics[i].key;
    return NULL;
}

const char *event_subject(const struct event *event, char text[PUBLIC_ID_TEXT_BYTES])
{
    if (event->has_person) {
        public_id_text(event->person, text);
        return text;
    }
    return event->entry->contact.value != 0 || is_run(event->entry) ? NULL : topic_key(event);
}

static void put_person(struct buf *out, const struct event *event)
{
    char id[PUBLIC_ID_TEXT_BYTES];
    if (event->has_person)
        public_id_text(event->person, id);
    buf_adds(out, ",\"contact\":");
    buf_json(out, event->has_person ? id : NULL);
    buf_adds(out, ",\"email\":");
    buf_json(out, event->email);
    if (event->previous_email) {
        buf_adds(out, ",\"previous_email\":");
        buf_json(out, event->previous_email);
    }
}

static void put_contact(struct buf *out, const struct event *event)
{
    const struct entry *entry = event->entry;
    const struct state was = {entry->status_before, entry->choices_before, entry->daily_before,
                              entry->weekly_before, entry->paused_before};
    const struct state is = {entry->status_after, entry->choices_after, entry->daily_after,
                             entry->weekly_after, entry->paused_after};
    put_person(out, event);
    buf_adds(out, ",\"was\":");
    if (entry->kind == ENTRY_CONTACT_ADDED)
        buf_adds(out, "null");
    else
        put_state(out, event, &was);
    buf_adds(out, ",\"is\":");
    put_state(out, event, &is);
    if (entry->leave_reason != LEAVE_NONE) {
        buf_adds(out, ",\"reason\":");
        buf_json(out, leave_reason_key(entry->leave_reason));
    }
    if (entry->private.campaign) {
        buf_adds(out, ",\"campaign\":");
        buf_json(out, entry->private.campaign);
    }
    if (entry->undoes.value != 0)
        buf_printf(out, ",\"%s\":%lld", entry->kind == ENTRY_UNDONE ? "undoes" : "about",
                   (long long)entry->undoes.value);
}

static void put_run(struct buf *out, const struct event *event)
{
    const struct import_run *run = &event->run;
    buf_printf(out, ",\"import\":%lld,\"name\":", (long long)run->id);
    buf_json(out, run->name);
    if (event->entry->kind == ENTRY_IMPORT_ENDED)
        buf_printf(out,
                   ",\"added\":%lld,\"updated\":%lld,\"unchanged\":%lld,\"kept_out\":%lld,"
                   "\"rejected\":%lld",
                   (long long)run->added, (long long)run->updated, (long long)run->unchanged,
                   (long long)run->kept_out, (long long)run->rejected);
}

void event_put_data(struct buf *out, const struct event *event)
{
    const struct entry *entry = event->entry;
    buf_adds(out, "{\"position\":");
    buf_int(out, entry->position.value);
    buf_adds(out, ",\"actor\":");
    buf_json(out, actor_kind_key(entry->actor));
    if (entry->contact.value != 0) {
        put_contact(out, event);
    } else if (is_run(entry)) {
        put_run(out, event);
    } else {
        buf_adds(out, ",\"topic\":");
        buf_json(out, topic_key(event));
    }
    buf_addc(out, '}');
}
