/*
 * service/as_of_told: see as_of_told.h.
 */
#include "service/as_of_told.h"

#include <stdlib.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "base/email.h"
#include "service/person.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/topics.h"

#define MARKS_NEAR 500

/* A moment at which an answer may become another. */
struct mark {
    struct position position;
    int64_t at_s;
    struct contact_id contact; /* whose entry; 0: of the topic or the address */
    int64_t paused_until;      /* of that contact from then on */
};

struct telling {
    const struct service *service;
    struct arena *arena;
    struct as_of as_of;
    struct as_of_whom whom;
    struct as_of_answer answer;
    struct mark *marks;
    size_t count, room;
    struct as_of_told told;
};

static void add_mark(struct telling *telling, struct mark mark)
{
    if (telling->count == telling->room) {
        const size_t room = telling->room * 2 + 64;
        struct mark *more = arena_array(telling->arena, room, sizeof *more);
        if (telling->count > 0)
            memcpy(more, telling->marks, telling->count * sizeof *more);
        telling->marks = more;
        telling->room = room;
    }
    telling->marks[telling->count++] = mark;
}

static enum status add_position(struct telling *telling, struct position position)
{
    struct bygone_step step;
    if (position.value == 0)
        return STATUS_OK;
    enum status status = bygone_step(telling->service->store, position, &step);
    if (status == STATUS_OK)
        add_mark(telling, (struct mark){.position = position, .at_s = step.at});
    return status == STATUS_NOT_FOUND ? STATUS_OK : status; /* it names one that is yet to come */
}

/* Entries that can't change a verdict are passed over; of the others those near the moment are
 * kept, on either side: an answer turns at one of the next few. */
static enum status add_person(struct telling *telling, struct position head)
{
    const uint64_t bit = TOPIC_BIT(telling->as_of.topic);
    struct mark *later = arena_array(telling->arena, MARKS_NEAR, sizeof *later);
    size_t later_count = 0, earlier_count = 0;
    struct bygone_step step;
    for (struct position at = head; at.value != 0 && earlier_count < MARKS_NEAR;
         at = step.previous) {
        enum status status = bygone_step(telling->service->store, at, &step);
        if (status != STATUS_OK || step.previous.value >= at.value)
            return status == STATUS_OK || status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
        const struct mark mark = {at, step.at, step.contact, step.paused_after};
        if (step.previous.value != 0 && step.status_before == step.status_after &&
            ((step.choices_before ^ step.choices_after) & bit) == 0 &&
            step.paused_before == step.paused_after)
            continue;
        if (at.value > telling->as_of.position.value) {
            later[later_count++ % MARKS_NEAR] = mark;
        } else {
            add_mark(telling, mark);
            earlier_count++;
        }
    }
    for (size_t i = 0; i < later_count && i < MARKS_NEAR; i++)
        add_mark(telling, later[i]);
    return STATUS_OK;
}

static enum status add_contact(struct telling *telling, struct contact_id id)
{
    struct contact contact;
    enum status status = contacts_get(telling->service->store, telling->arena, id, &contact);
    if (status == STATUS_OK)
        status = add_person(telling, contact.head);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Who has the address now, when it became theirs, and who had it. */
static enum status add_address(struct telling *telling)
{
    struct store *store = telling->service->store;
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    struct bygone_address *rows = NULL;
    struct contact contact;
    struct position since = {0};
    size_t count = 0;
    secrets_suppression_hash(telling->service->secrets, telling->whom.email_key, hash);
    enum status status = bygone_addresses(store, telling->arena, hash, &rows, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = add_position(telling, rows[i].since);
        if (status == STATUS_OK)
            status = add_position(telling, rows[i].until);
        if (status == STATUS_OK && rows[i].contact.value != 0)
            status = add_contact(telling, rows[i].contact);
    }
    if (status != STATUS_OK)
        return status;
    status = contacts_find_email(store, telling->arena, telling->whom.email_key, &contact);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    status = add_person(telling, contact.head);
    if (status == STATUS_OK)
        status = bygone_address_since(store, contact.id, &since);
    return status == STATUS_OK ? add_position(telling, since) : status;
}

static int by_position(const void *left, const void *right)
{
    const struct mark *a = left, *b = right;
    if (a->position.value != b->position.value)
        return a->position.value < b->position.value ? -1 : 1;
    return 0;
}

static enum status list_marks(struct telling *telling)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < telling->as_of.topics_count && status == STATUS_OK; i++)
        status = add_position(telling, telling->as_of.topics[i].position);
    if (status == STATUS_OK)
        status = add_address(telling);
    if (status == STATUS_OK && telling->whom.person != NULL)
        status = add_person(telling, telling->whom.person->head);
    if (status == STATUS_OK && telling->count > 1)
        qsort(telling->marks, telling->count, sizeof *telling->marks, by_position);
    return status;
}

static enum status is_same(struct telling *telling, struct position position, int64_t at_s,
                           bool *out)
{
    struct as_of_answer other;
    enum status status = as_of_decide_at(&telling->as_of, telling->arena, &telling->whom,
                                         (struct as_of_point){position, at_s}, &other);
    *out = status == STATUS_OK && strcmp(as_of_key(other.why), as_of_key(telling->answer.why)) == 0;
    return status;
}

/* When a pause ends by itself that runs behind the mark at, within the two times; 0: none does. */
static int64_t pause_end(const struct telling *telling, size_t at, int64_t after, int64_t until)
{
    for (size_t i = at + 1; i-- > 0;) {
        const struct mark *mark = &telling->marks[i];
        if (mark->contact.value == 0 || mark->contact.value != telling->answer.person.value)
            continue;
        return mark->paused_until > after && mark->paused_until <= until ? mark->paused_until : 0;
    }
    return 0;
}

/* Back from mark at, whose stretch holds the moment, to where the answer was another. */
static enum status find_since(struct telling *telling, size_t at)
{
    int64_t end = telling->as_of.at_s;
    for (size_t i = at + 1; i-- > 0;) {
        const struct mark *mark = &telling->marks[i];
        const int64_t pause = pause_end(telling, i, mark->at_s, end);
        bool same = true;
        enum status status = STATUS_OK;
        if (pause != 0)
            status = is_same(telling, mark->position, pause - 1, &same);
        if (status == STATUS_OK && !same)
            telling->told.since = (struct as_of_turn){.is_known = true, .at_s = pause};
        if (status == STATUS_OK && same) {
            status =
                is_same(telling, (struct position){mark->position.value - 1}, mark->at_s, &same);
            if (status == STATUS_OK && !same)
                telling->told.since = (struct as_of_turn){true, mark->at_s, mark->position};
        }
        if (status != STATUS_OK || !same)
            return status;
        end = mark->at_s;
    }
    return STATUS_OK;
}

/* And on from it; at is (size_t)-1 before the first. */
static enum status find_until(struct telling *telling, size_t at)
{
    int64_t from = telling->as_of.at_s;
    struct position position = telling->as_of.position;
    for (size_t i = at; i + 1 <= telling->count; i++) {
        const struct mark *next = i + 1 < telling->count ? &telling->marks[i + 1] : NULL;
        const int64_t pause =
            i < telling->count ? pause_end(telling, i, from, next != NULL ? next->at_s : INT64_MAX)
                               : 0;
        bool same = true;
        enum status status = STATUS_OK;
        if (pause != 0)
            status = is_same(telling, position, pause, &same);
        if (status == STATUS_OK && !same)
            telling->told.until = (struct as_of_turn){.is_known = true, .at_s = pause};
        if (status == STATUS_OK && same && next != NULL) {
            status = is_same(telling, next->position, next->at_s, &same);
            if (status == STATUS_OK && !same)
                telling->told.until = (struct as_of_turn){true, next->at_s, next->position};
        }
        if (status != STATUS_OK || !same || next == NULL)
            return status;
        from = next->at_s;
        position = next->position;
    }
    return STATUS_OK;
}

/* A sign-up's waiting follows no entry, and before the first nothing is known. */
static enum status find_turns(struct telling *telling)
{
    enum status status = STATUS_OK;
    size_t at = (size_t)-1;
    if (telling->answer.why == AS_OF_UNCONFIRMED || telling->answer.why == AS_OF_BEFORE_LEDGER)
        return STATUS_OK;
    status = list_marks(telling);
    for (size_t i = 0; i < telling->count && status == STATUS_OK; i++)
        if (telling->marks[i].position.value <= telling->as_of.position.value)
            at = i;
    if (status == STATUS_OK && at != (size_t)-1)
        status = find_since(telling, at);
    return status == STATUS_OK ? find_until(telling, at) : status;
}

static const char *moment(struct arena *arena, int64_t at_s)
{
    char text[CLOCK_HUMAN_BYTES];
    clock_human(at_s, text);
    return arena_strdup(arena, text);
}

static const char *refused_words(struct arena *arena, const struct entry *entry, const char *when)
{
    if (entry->kind == ENTRY_ERASED)
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_ERASED_SINCE, ARG("when", when));
    if (entry->kind == ENTRY_SUPPRESSED)
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_REPORTED, ARG("when", when));
    return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_SUPPRESSED);
}

static const char *begun_words(struct arena *arena, const struct entry *first)
{
    if (first->position.value == 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_NO_LEDGER);
    return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_BEFORE, ARG("when", moment(arena, first->at)));
}

/* entry: that decided, or the first of all where the moment lies before it; else all zero. */
static const char *words_of(const struct telling *telling, const struct entry *entry)
{
    struct arena *arena = telling->arena;
    const char *topic = telling->told.topic.name;
    const char *when = moment(arena, entry->at);
    switch (telling->answer.why) {
    case AS_OF_BEFORE_LEDGER:
        return begun_words(arena, entry);
    case AS_OF_NOT_YET:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_NOT_YET, ARG("when", when));
    case AS_OF_NOT_THEIRS:
        return entry->position.value != 0
                   ? ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_NOT_THEIRS, ARG("when", when))
                   : ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_NO_ONES);
    case AS_OF_ERASED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_ERASED, ARG("when", when));
    case AS_OF_UNCONFIRMED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_UNCONFIRMED);
    case AS_OF_SUPPRESSED:
        return refused_words(arena, entry, when);
    case AS_OF_OPTED_OUT:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_OPTED_OUT);
    case AS_OF_PAUSED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_PAUSED,
                          ARG("until", moment(arena, entry->paused_after)));
    case AS_OF_NO_TOPIC:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_NO_TOPIC, ARG("topic", topic));
    case AS_OF_TOPIC_RETIRED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_RETIRED, ARG("topic", topic));
    case AS_OF_TOPIC_OFF:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_OFF, ARG("topic", topic));
    case AS_OF_ALLOWED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_ALLOWED, ARG("topic", topic));
    case AS_OF_NEVER:
    case AS_OF_WHY_COUNT:
        break;
    }
    return ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_WHY_NEVER);
}

static enum status tell_decided(struct telling *telling)
{
    struct store *store = telling->service->store;
    struct as_of_told *told = &telling->told;
    struct position position = telling->answer.decided;
    struct entry entry = {0};
    struct history history;
    struct history_line line;
    enum status status = STATUS_OK;
    if (telling->answer.why == AS_OF_BEFORE_LEDGER)
        position.value = 1;
    if (position.value != 0)
        status = entries_get(store, telling->arena, position, &entry);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    told->words = words_of(telling, &entry);
    told->decided_what = told->decided_by = "";
    if (entry.position.value == 0 || telling->answer.why == AS_OF_BEFORE_LEDGER)
        return STATUS_OK;
    status = history_open(store, telling->arena, &history);
    if (status == STATUS_OK)
        status = history_describe(&history, telling->arena, &entry, &line);
    if (status != STATUS_OK)
        return status;
    told->has_decided = true;
    told->decided = entry.position;
    told->decided_at = entry.at;
    told->decided_by = line.who;
    told->decided_what = line.what;
    return STATUS_OK;
}

static enum status tell_person(struct telling *telling)
{
    struct contact contact;
    if (telling->answer.person.value == 0)
        return STATUS_OK;
    enum status status =
        contacts_get(telling->service->store, telling->arena, telling->answer.person, &contact);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    telling->told.has_person = true;
    telling->told.person = contact.public_id;
    return STATUS_OK;
}

static enum status tell(struct telling *telling)
{
    enum status status = as_of_decide_at(
        &telling->as_of, telling->arena, &telling->whom,
        (struct as_of_point){telling->as_of.position, telling->as_of.at_s}, &telling->answer);
    telling->told.why = telling->answer.why;
    telling->told.frequency = telling->answer.frequency;
    for (size_t i = 0; i < telling->as_of.topics_count; i++)
        if (telling->as_of.topics[i].position.value <= telling->as_of.position.value)
            telling->told.offers_frequency = telling->as_of.topics[i].offers_frequency;
    if (status == STATUS_OK)
        status = tell_decided(telling);
    if (status == STATUS_OK)
        status = tell_person(telling);
    return status == STATUS_OK ? find_turns(telling) : status;
}

static enum status find_topic(struct telling *telling, const char *key, enum as_of_fault *fault)
{
    struct topic *topics;
    size_t count;
    enum status status = topics_list(telling->service->store, telling->arena, &topics, &count);
    if (status != STATUS_OK)
        return status;
    *fault = AS_OF_UNKNOWN_TOPIC;
    for (size_t i = 0; i < count; i++)
        if (key != NULL && strcmp(topics[i].key, key) == 0) {
            telling->told.topic = topics[i];
            *fault = AS_OF_FINE;
        }
    return STATUS_OK;
}

static enum status find_whom(struct telling *telling, const struct as_of_question *question,
                             enum as_of_fault *fault)
{
    struct arena *arena = telling->arena;
    struct email email;
    if (question->person.value == 0) {
        const char *typed = question->email != NULL ? question->email : "";
        if (email_parse(arena, typed, strlen(typed), &email, NULL) != STATUS_OK)
            *fault = AS_OF_BAD_ADDRESS;
        else
            telling->whom.email_key = email.key;
        telling->told.email = arena_strdup(arena, typed);
        return STATUS_OK;
    }
    struct contact *contact = arena_alloc(arena, sizeof *contact);
    enum status status =
        person_find(telling->service, telling->service->store, arena, question->person, contact);
    if (status == STATUS_NOT_FOUND) {
        *fault = AS_OF_NOBODY;
        return STATUS_OK;
    }
    telling->whom = (struct as_of_whom){contact->email_key, contact};
    telling->told.email = contact->email;
    return status;
}

static enum status read_question(struct telling *telling, const struct as_of_question *question,
                                 int64_t now_s, enum as_of_fault *fault)
{
    *fault = AS_OF_FINE;
    enum status status = find_whom(telling, question, fault);
    if (status == STATUS_OK && *fault == AS_OF_FINE)
        status = find_topic(telling, question->topic, fault);
    if (status == STATUS_OK && *fault == AS_OF_FINE && question->at_s > now_s)
        *fault = AS_OF_FUTURE;
    if (status != STATUS_OK || *fault != AS_OF_FINE)
        return status;
    telling->told.at_s = question->at_s;
    status = as_of_begin(telling->service, telling->arena, telling->told.topic.id, question->at_s,
                         &telling->as_of);
    telling->told.position = telling->as_of.position;
    return status;
}

enum status as_of_tell(const struct service *service, struct arena *arena,
                       const struct as_of_question *question, int64_t now_s,
                       enum as_of_fault *fault, struct as_of_told *out)
{
    struct telling telling = {.service = service, .arena = arena};
    enum status status = store_snapshot_begin(service->store);
    if (status != STATUS_OK)
        return status;
    status = read_question(&telling, question, now_s, fault);
    if (status == STATUS_OK && *fault == AS_OF_FINE)
        status = tell(&telling);
    store_snapshot_end(service->store);
    if (status == STATUS_OK && *fault == AS_OF_FINE)
        *out = telling.told;
    return status;
}
