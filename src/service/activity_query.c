/*
 * service/activity_query: see the header.
 */
#include "service/activity_query.h"

#include <string.h>

#include "base/clock.h"
#include "base/email.h"
#include "base/fold.h"
#include "service/people_masked.h"
#include "service/person.h"
#include "store/activity.h"
#include "store/contacts.h"
#include "store/topics.h"

#define FOUND_MAX 10
#define DAY_S     86400

static bool is_typed(const char *text)
{
    return text != NULL && *text != '\0';
}

/* A day, or a second; *length_s: how long what was typed lasts. */
static bool read_time(const char *text, int64_t *at_s, int64_t *length_s)
{
    *length_s = DAY_S;
    if (clock_read_day(text, at_s))
        return true;
    *length_s = 1;
    return clock_read_rfc3339(text, at_s);
}

static void read_times(const struct activity_typed *typed, struct activity_list *list)
{
    struct ledger_filter *filter = &list->query.filter;
    int64_t length_s;

    if (is_typed(typed->from) && !read_time(typed->from, &filter->from_s, &length_s))
        list->faults |= ACTIVITY_FROM_BAD;
    if (is_typed(typed->to)) {
        if (read_time(typed->to, &filter->to_s, &length_s))
            filter->to_s += length_s - 1;
        else
            list->faults |= ACTIVITY_TO_BAD;
    }
    if ((list->faults & (ACTIVITY_FROM_BAD | ACTIVITY_TO_BAD)) == 0 && filter->to_s != 0 &&
        filter->to_s < filter->from_s)
        list->faults |= ACTIVITY_TIMES_CROSSED;
}

static bool read_position(const char *text, struct position *out)
{
    int64_t value = 0;
    const char *at = text;

    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *at - '0', &value))
            return false;
    out->value = value;
    return *at == '\0' && value > 0;
}

static void read_place(const struct activity_typed *typed, struct activity_list *list)
{
    list->query.is_upward = is_typed(typed->newer);
    const char *place = list->query.is_upward ? typed->newer : typed->older;

    if (is_typed(place) && !read_position(place, &list->query.place))
        list->faults |= ACTIVITY_PLACE_BAD;
}

static enum status read_topic(const struct service *service, struct arena *arena, const char *key,
                              struct activity_list *list)
{
    struct topic *topics;
    size_t count;
    enum status status = topics_list(service->store, arena, &topics, &count);

    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        if (strcmp(topics[i].key, key) == 0)
            list->query.filter.topics = TOPIC_BIT(topics[i].id);
    if (list->query.filter.topics == 0)
        list->faults |= ACTIVITY_TOPIC_BAD;
    return status;
}

static struct activity_person person_of(const struct contact *contact)
{
    struct activity_person person = {.name = contact->name, .email = contact->email};

    public_id_text(contact->public_id, person.public_id);
    return person;
}

/* Who is not on the list any more was erased: that entry is their newest. */
static enum status find_erased(const struct service *service, struct arena *arena,
                               struct contact_id id, struct position *head)
{
    const struct activity_look look = {
        .filter = {.traits = LEDGER_TRAIT(ENTRY_ERASED), .contact = id},
        .from = {INT64_MAX},
        .limit = 1,
        .entries = ACTIVITY_LOOK_ENTRIES,
        .blocks = ACTIVITY_LOOK_BLOCKS,
    };
    struct activity_found found;
    enum status status = activity_look(service->store, arena, &look, &found);

    if (status == STATUS_OK)
        *head = found.count == 1 ? found.rows[0] : (struct position){0};
    return status;
}

/* *head: 0 for who was erased. */
static enum status name_person(const struct service *service, struct arena *arena,
                               struct contact_id id, struct activity_person *out,
                               struct position *head)
{
    struct activity_person person = {.name = "", .email = "", .is_gone = true};
    struct contact contact;
    enum status status = contacts_get(service->store, arena, id, &contact);

    head->value = 0;
    if (status == STATUS_OK) {
        person = person_of(&contact);
        *head = contact.head;
    } else if (status == STATUS_NOT_FOUND) {
        public_id_text(public_id_make(service->public_id_key, id), person.public_id);
    } else {
        return status;
    }
    *out = person;
    return STATUS_OK;
}

enum status activity_person_named(const struct service *service, struct arena *arena,
                                  struct contact_id id, struct activity_person *out)
{
    struct position head;

    return name_person(service, arena, id, out, &head);
}

enum status activity_person_of(const struct service *service, struct arena *arena,
                               struct contact_id id, struct activity_person *out,
                               struct position *head)
{
    enum status status = name_person(service, arena, id, out, head);

    return status == STATUS_OK && out->is_gone ? find_erased(service, arena, id, head) : status;
}

static enum status read_person(const struct service *service, struct arena *arena, const char *text,
                               struct activity_list *list)
{
    struct activity_query *query = &list->query;
    struct public_id id;

    if (!public_id_parse(text, &id) || id.value == 0) {
        list->faults |= ACTIVITY_PERSON_BAD;
        return STATUS_OK;
    }
    query->filter.contact = public_id_row(service->public_id_key, id);
    enum status status =
        activity_person_of(service, arena, query->filter.contact, &query->person, &query->head);
    if (status == STATUS_OK && query->head.value == 0)
        list->faults |= ACTIVITY_PERSON_BAD;
    return status;
}

static void take_one(struct activity_list *list, const struct contact *contact)
{
    list->query.filter.contact = contact->id;
    list->query.head = contact->head;
    list->query.person = person_of(contact);
}

static enum status search_masked(const struct service *service, struct arena *arena,
                                 const struct directory_filter *filter, struct directory_page *page)
{
    struct people_found found;
    enum status status =
        people_masked_find(service, arena, filter, DIRECTORY_BY_NAME, false, clock_now_s(), &found);

    if (status == STATUS_OK)
        *page = (struct directory_page){.rows = found.rows,
                                        .count = found.count < FOUND_MAX ? found.count : FOUND_MAX,
                                        .has_next = found.count > FOUND_MAX || found.is_cut};
    return status;
}

/* A part of a name or address: as the list of people finds it. */
static enum status search_people(const struct service *service, struct arena *arena,
                                 const char *text, bool is_masked, struct activity_list *list)
{
    const struct people_query wanted = {.search = text,
                                        .status = DIRECTORY_ANY,
                                        .subscribed = DIRECTORY_ANY,
                                        .type = DIRECTORY_ANY,
                                        .cursor = ""};
    struct directory_filter filter;
    struct directory_place place;
    struct directory_page page = {0};
    enum status status = people_list_query(arena, &wanted, &filter, &place);

    if (status == STATUS_OK && is_masked && *filter.term != '\0')
        status = search_masked(service, arena, &filter, &page);
    else if (status == STATUS_OK)
        status = directory_query(service->store, arena, &filter, DIRECTORY_BY_NAME, false, &place,
                                 FOUND_MAX, clock_now_s(), &page);
    if (status == STATUS_INVALID)
        status = STATUS_OK; /* no text that a name could be: nobody's */
    if (status != STATUS_OK)
        return status;
    if (page.count == 0) {
        list->faults |= ACTIVITY_NOBODY_FOUND;
        return STATUS_OK;
    }
    if (page.count == 1) {
        take_one(list, &page.rows[0]);
        return STATUS_OK;
    }
    list->found = arena_array(arena, page.count, sizeof *list->found);
    list->found_count = page.count;
    list->found_is_cut = page.has_next;
    for (size_t i = 0; i < page.count; i++)
        list->found[i] = person_of(&page.rows[i]);
    return STATUS_OK;
}

static enum status read_search(const struct service *service, struct arena *arena, const char *text,
                               bool is_masked, struct activity_list *list)
{
    struct email email;
    struct contact contact;

    if (fold_is_utf8(text, strlen(text)) && strchr(text, '@') != NULL &&
        email_parse(arena, text, strlen(text), &email, NULL) == STATUS_OK) {
        enum status status = contacts_find_email(service->store, arena, email.key, &contact);
        if (status == STATUS_OK)
            take_one(list, &contact);
        if (status != STATUS_NOT_FOUND)
            return status;
    }
    return search_people(service, arena, text, is_masked, list);
}

enum status activity_query_read(const struct service *service, struct arena *arena,
                                const struct activity_typed *typed, struct activity_list *out)
{
    struct ledger_filter *filter = &out->query.filter;
    enum status status = STATUS_OK;

    if (is_typed(typed->actor) &&
        !ledger_actor_parse(typed->actor, &filter->actors, &filter->actor_id))
        out->faults |= ACTIVITY_ACTOR_BAD;
    if (is_typed(typed->kind) && !ledger_kind_parse(typed->kind, &filter->traits))
        out->faults |= ACTIVITY_KIND_BAD;
    read_times(typed, out);
    read_place(typed, out);
    if (is_typed(typed->topic))
        status = read_topic(service, arena, typed->topic, out);
    if (status == STATUS_OK && is_typed(typed->person))
        status = read_person(service, arena, typed->person, out);
    else if (status == STATUS_OK && is_typed(typed->search))
        status = read_search(service, arena, typed->search, typed->is_masked, out);
    return status;
}
