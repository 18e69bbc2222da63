/*
 * service/people_save: adds a person, edits one, takes a change back. See service/people.h.
 *
 * It reads what was typed and says what is wrong, field by field; what the change means and whether
 * it is allowed is service/change.
 */
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "base/email.h"
#include "service/fields.h"
#include "service/pause.h"
#include "service/person.h"
#include "store/contacts.h"
#include "store/entries.h"

/* A person_edit, read: what service/change is asked for, or the first field that is wrong. */
struct reading {
    struct arena *arena;
    const struct person_edit *edit;
    struct contact contact; /* whom it is about, unless it adds */
    struct change change;
    enum edit_fault fault;
    int email_fault;
};

static void read_email(struct reading *reading)
{
    const char *text = reading->edit->email;
    struct email email;
    enum email_fault fault = EMAIL_EMPTY;

    if (text == NULL && reading->edit->id.value != 0)
        return;
    if (text == NULL ||
        email_parse(reading->arena, text, strlen(text), &email, &fault) != STATUS_OK) {
        reading->fault = EDIT_EMAIL_BAD;
        reading->email_fault = fault;
        return;
    }
    reading->change.email = email.written;
    reading->change.email_key = email.key;
}

static void read_details(struct reading *reading)
{
    const struct person_edit *edit = reading->edit;
    struct change *change = &reading->change;

    if (edit->name != NULL && fields_name(reading->arena, edit->name, &change->name) != STATUS_OK)
        reading->fault = EDIT_NAME_BAD;
    else if (edit->type != NULL && !contact_type_parse(edit->type, &change->type))
        reading->fault = EDIT_TYPE_BAD;
    else if (edit->language != NULL &&
             fields_language(reading->arena, edit->language, &change->language) != STATUS_OK)
        reading->fault = EDIT_LANGUAGE_BAD;
    else if (edit->consent != NULL && fields_text(reading->arena, edit->consent, REASON_MAX_BYTES,
                                                  &change->consent) != STATUS_OK)
        reading->fault = EDIT_CONSENT_BAD;
    change->sets_type = edit->type != NULL;
}

static void read_pause(struct reading *reading)
{
    const char *pause = reading->edit->pause;
    struct change *change = &reading->change;

    change->sets_pause = pause != NULL && *pause != '\0';
    if (change->sets_pause && strcmp(pause, "end") != 0 &&
        !pause_for_length(pause, clock_now_s(), &change->paused_until))
        reading->fault = EDIT_PAUSE_BAD;
}

static void read_choices(struct reading *reading)
{
    const struct person_edit *edit = reading->edit;
    struct change *change = &reading->change;

    if (edit->has_status)
        change->intent = edit->status == CONTACT_OPTED_OUT ? INTENT_OPT_OUT : INTENT_OPT_IN;
    else if (edit->id.value == 0)
        change->intent = INTENT_OPT_IN;
    change->sets_frequency = edit->often_shown;
    change->daily = edit->daily;
    change->weekly = edit->weekly;
    if (!edit->has_choices || change->intent == INTENT_OPT_OUT)
        return;
    change->turn_on = edit->choices_shown & edit->choices_on;
    change->turn_off = edit->choices_shown & ~edit->choices_on;
}

static struct reading read_edit(struct arena *arena, const struct person_edit *edit)
{
    struct reading reading = {.arena = arena, .edit = edit};

    reading.change.origin = edit->origin;
    reading.change.undoes = edit->undoes;
    reading.change.kind = edit->undoes.value != 0 ? ENTRY_UNDONE
                          : edit->id.value == 0   ? ENTRY_CONTACT_ADDED
                                                  : ENTRY_CHOICES;
    if (edit->undoes.value != 0)
        return reading;
    reading.change.expected = edit->expected;
    read_email(&reading);
    if (reading.fault == EDIT_FINE)
        read_details(&reading);
    if (reading.fault == EDIT_FINE)
        read_pause(&reading);
    if (reading.fault == EDIT_FINE)
        read_choices(&reading);
    return reading;
}

static const char *change_line(struct arena *arena, const struct history_line *line)
{
    char when[CLOCK_HUMAN_BYTES];

    clock_human(line->at, when);
    return ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_CHANGED, ARG("what", line->what),
                      ARG("who", line->who), catalogue_arg_text("when", when));
}

#define CHANGED_LINES 20

/* What happened to the person since the form was filled, newest first. */
static enum status list_changed(struct arena *arena, struct history *history, struct position head,
                                struct position since, struct person_saved *saved)
{
    struct entry *entries;
    size_t count;
    enum status status =
        entries_history(history->store, arena, head, CHANGED_LINES, &entries, &count);

    if (status != STATUS_OK)
        return status;
    saved->changed = arena_array(arena, count, sizeof *saved->changed);
    for (size_t i = 0; i < count && entries[i].position.value > since.value; i++) {
        struct history_line line;
        status = history_describe(history, arena, &entries[i], &line);
        if (status != STATUS_OK)
            return status;
        saved->changed[saved->changed_count++] = change_line(arena, &line);
    }
    return STATUS_OK;
}

static void list_retired(struct arena *arena, const struct history *history, uint64_t wanted,
                         struct person_saved *saved)
{
    saved->changed = arena_array(arena, history->topics_count + 1, sizeof *saved->changed);
    for (size_t i = 0; i < history->topics_count; i++) {
        const struct topic *topic = &history->topics[i];
        if (topic->retired_at != 0 && (wanted & TOPIC_BIT(topic->id)) != 0)
            saved->changed[saved->changed_count++] =
                ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_CHANGED_RETIRED, ARG("topic", topic->name));
    }
    if (saved->changed_count == 0)
        saved->changed[saved->changed_count++] =
            ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_CHANGED_TOPICS);
}

const char *person_summary(const struct history *history, struct arena *arena,
                           const struct entry *entry)
{
    const char *what = history_what(history, arena, entry);
    const bool says_so = entry->kind == ENTRY_CONTACT_ADDED || entry->kind == ENTRY_UNDONE;

    return ADMIN_TEXT(arena, says_so ? TEXT_ADMIN_PERSON_SAID : TEXT_ADMIN_PERSON_SAVED,
                      ARG("what", what));
}

static enum status say_applied(struct arena *arena, const struct history *history,
                               const struct change_result *result, struct person_saved *saved)
{
    struct entry entry;
    enum status status = entries_get(history->store, arena, result->position, &entry);

    if (status != STATUS_OK)
        return status;
    saved->position = result->position;
    saved->id = result->after.public_id;
    saved->summary = person_summary(history, arena, &entry);
    return STATUS_OK;
}

static enum status say(struct arena *arena, struct history *history, const struct change *change,
                       const struct change_result *result, struct person_saved *saved)
{
    switch (result->verdict) {
    case CHANGE_APPLIED:
        return say_applied(arena, history, result, saved);
    case CHANGE_UNCHANGED:
        saved->is_unchanged = true;
        saved->position = result->before.head;
        saved->summary = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_UNCHANGED);
        return STATUS_OK;
    case CHANGE_NEEDS_CONSENT:
        saved->fault = EDIT_NEEDS_CONSENT;
        return STATUS_OK;
    case CHANGE_SUPPRESSED:
        saved->fault = EDIT_SUPPRESSED;
        return STATUS_OK;
    case CHANGE_EMAIL_TAKEN:
        saved->fault = EDIT_EMAIL_TAKEN;
        return STATUS_OK;
    case CHANGE_NO_CONTACT:
        saved->fault = EDIT_GONE;
        return STATUS_OK;
    case CHANGE_UNDO_TOO_LATE:
        saved->fault = EDIT_UNDO_LATE;
        return STATUS_OK;
    case CHANGE_TOPIC_RETIRED:
        saved->fault = EDIT_CHANGED_MEANWHILE;
        list_retired(arena, history, change->turn_on, saved);
        return STATUS_OK;
    case CHANGE_MEANWHILE:
        saved->fault = EDIT_CHANGED_MEANWHILE;
        return list_changed(arena, history, result->before.head, change->expected, saved);
    case CHANGE_VERDICT_COUNT:
        break;
    }
    return STATUS_CORRUPT;
}

static enum status save(const struct service *service, struct txn *txn, struct reading *reading,
                        struct person_saved *saved)
{
    struct arena *arena = reading->arena;
    struct change_result result;
    struct history history;
    enum status status = STATUS_OK;

    if (reading->edit->id.value != 0) {
        status = person_find(service, txn_store(txn), arena, reading->edit->id, &reading->contact);
        if (status != STATUS_OK)
            return status;
        reading->change.contact = reading->contact.id;
        reading->change.known = &reading->contact;
    }
    status = change_apply(service, txn, arena, &reading->change, &result);
    if (status == STATUS_OK)
        status = history_open(txn_store(txn), arena, &history);
    if (status == STATUS_OK)
        status = say(arena, &history, &reading->change, &result, saved);
    return status;
}

enum status people_save(const struct service *service, struct txn *txn, struct arena *arena,
                        const struct person_edit *edit, struct person_saved *out)
{
    struct reading reading = read_edit(arena, edit);
    struct person_saved saved = {
        .id = edit->id, .fault = reading.fault, .email_fault = reading.email_fault, .summary = ""};
    enum status status = STATUS_OK;

    if (saved.fault == EDIT_FINE)
        status = save(service, txn, &reading, &saved);
    if (status == STATUS_NOT_FOUND) {
        saved.fault = EDIT_GONE;
        status = STATUS_OK;
    }
    if (status == STATUS_OK)
        *out = saved;
    return status;
}
