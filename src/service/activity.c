/*
 * service/activity: see activity.h. One entry is in activity_entry.c.
 */
#include "service/activity.h"

#include "service/activity_query.h"
#include "service/history.h"
#include "store/activity.h"
#include "store/admins.h"
#include "store/api_keys.h"
#include "store/entries.h"
#include "store/topics.h"

/* A person's chain is followed by one lookup an entry. */
#define CHAIN_ENTRIES 2000
/* API keys that are offered by name: the newest. */
#define NAMES_MAX 100

static enum status look(const struct service *service, struct arena *arena,
                        const struct activity_query *query, int limit, struct activity_found *out)
{
    struct activity_look look = {
        .filter = query->filter,
        .from = query->place,
        .is_upward = query->is_upward,
        .limit = limit,
        .entries = ACTIVITY_LOOK_ENTRIES,
        .blocks = ACTIVITY_LOOK_BLOCKS,
    };
    struct position head = query->head;
    struct entry entry;

    if (look.from.value == 0)
        look.from.value = INT64_MAX;
    if (query->filter.contact.value == 0)
        return activity_look(service->store, arena, &look, out);
    look.entries = CHAIN_ENTRIES;
    if (!look.is_upward && query->place.value != 0) { /* no need to begin at the newest */
        enum status status = entries_get(service->store, arena, query->place, &entry);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        if (status == STATUS_OK && entry.contact.value == query->filter.contact.value)
            head = query->place;
    }
    return activity_chain(service->store, arena, head, &look, out);
}

static enum status describe(const struct service *service, struct arena *arena,
                            struct history *history, struct position position,
                            const struct activity_line *before, struct activity_line *out)
{
    struct activity_line line = {.person = {.name = "", .email = ""}};
    enum status status = entries_get(service->store, arena, position, &line.entry);

    if (status == STATUS_OK)
        status = history_describe(history, arena, &line.entry, &line.words);
    if (status == STATUS_OK && line.entry.contact.value != 0) {
        if (before != NULL && before->entry.contact.value == line.entry.contact.value)
            line.person = before->person;
        else
            status = activity_person_named(service, arena, line.entry.contact, &line.person);
    }
    if (status == STATUS_OK)
        *out = line;
    return status;
}

/* rows as they were met: newest first, or the other way. */
static enum status describe_all(const struct service *service, struct arena *arena,
                                const struct position *rows, size_t count, bool is_reversed,
                                struct activity_line **out)
{
    struct history history;
    struct activity_line *lines = arena_array(arena, count, sizeof *lines);
    enum status status = history_open(service->store, arena, &history);

    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = describe(service, arena, &history, rows[is_reversed ? count - 1 - i : i],
                          i > 0 ? &lines[i - 1] : NULL, &lines[i]);
    if (status == STATUS_OK)
        *out = lines;
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

static enum status page_down(const struct service *service, struct arena *arena,
                             struct activity_list *list)
{
    struct activity_found found;
    struct entry entry;
    enum status status = look(service, arena, &list->query, ACTIVITY_PAGE_ROWS + 1, &found);

    if (status != STATUS_OK)
        return status;
    list->lines_count = found.count;
    if (found.count > ACTIVITY_PAGE_ROWS) {
        list->lines_count = ACTIVITY_PAGE_ROWS;
        list->older = found.rows[ACTIVITY_PAGE_ROWS];
    } else if (!found.is_end) {
        list->is_cut = true;
        list->older = found.next;
        status = entries_get(service->store, arena, found.next, &entry);
        list->looked_at_s = status == STATUS_OK ? entry.at : 0;
    }
    if (list->query.place.value != 0 && status == STATUS_OK)
        list->newer.value = list->query.place.value + 1;
    if (status == STATUS_OK)
        status = describe_all(service, arena, found.rows, list->lines_count, false, &list->lines);
    return status;
}

/* Below the oldest line of a page that was reached from there. */
static struct position below(const struct activity_list *list)
{
    const struct entry *oldest = &list->lines[list->lines_count - 1].entry;

    return list->query.filter.contact.value != 0 ? oldest->previous
                                                 : (struct position){oldest->position.value - 1};
}

/* A page that would be short at the newest end is the first page. */
static enum status page_up(const struct service *service, struct arena *arena,
                           struct activity_list *list)
{
    struct activity_found found;
    enum status status = look(service, arena, &list->query, ACTIVITY_PAGE_ROWS + 1, &found);

    if (status != STATUS_OK)
        return status;
    if (found.count <= ACTIVITY_PAGE_ROWS && found.is_end) {
        list->query.is_upward = false;
        list->query.place.value = 0;
        return page_down(service, arena, list);
    }
    list->lines_count = found.count;
    if (found.count > ACTIVITY_PAGE_ROWS)
        list->lines_count = ACTIVITY_PAGE_ROWS;
    list->newer = found.count > ACTIVITY_PAGE_ROWS ? found.rows[ACTIVITY_PAGE_ROWS] : found.next;
    status = describe_all(service, arena, found.rows, list->lines_count, true, &list->lines);
    if (status == STATUS_OK && list->lines_count > 0)
        list->older = below(list);
    else
        list->older.value = list->query.place.value - 1;
    return status;
}

static enum status read_list(const struct service *service, struct arena *arena,
                             const struct activity_typed *typed, struct activity_list *out)
{
    struct activity_list list = {0};
    struct position head;
    enum status status = activity_query_read(service, arena, typed, &list);

    if (status == STATUS_OK && list.faults == 0 && list.found_count == 0)
        status = list.query.is_upward ? page_up(service, arena, &list)
                                      : page_down(service, arena, &list);
    if (status == STATUS_OK)
        status = store_position(service->store, &head);
    if (status != STATUS_OK)
        return status;
    if (list.newer.value > head.value)
        list.newer.value = 0;
    list.is_new = head.value == 0;
    *out = list;
    return STATUS_OK;
}

enum status activity_list(const struct service *service, struct arena *arena,
                          const struct activity_typed *typed, struct activity_list *out)
{
    enum status status = store_snapshot_begin(service->store);

    if (status != STATUS_OK)
        return status;
    status = read_list(service, arena, typed, out);
    store_snapshot_end(service->store);
    return status;
}

enum status activity_next(const struct service *service, struct arena *arena,
                          struct activity_query *query, int limit, struct activity_line **out,
                          size_t *count, bool *is_last)
{
    struct activity_found found;
    enum status status = store_snapshot_begin(service->store);

    if (status != STATUS_OK)
        return status;
    query->is_upward = false;
    status = look(service, arena, query, limit, &found);
    if (status == STATUS_OK)
        status = describe_all(service, arena, found.rows, found.count, false, out);
    store_snapshot_end(service->store);
    if (status != STATUS_OK)
        return status;
    *count = found.count;
    *is_last = found.is_end;
    query->place = found.next;
    return STATUS_OK;
}

static enum status list_admins(const struct service *service, struct arena *arena,
                               struct activity_names *names)
{
    struct admin *admins;
    enum status status = admins_list(service->store, arena, &admins, &names->admins_count);

    if (status != STATUS_OK)
        return status;
    names->admins = arena_array(arena, names->admins_count, sizeof *names->admins);
    for (size_t i = 0; i < names->admins_count; i++)
        names->admins[i] = (struct activity_actor){
            .key = arena_printf(arena, "%s:%lld", actor_kind_key(ACTOR_ADMIN),
                                (long long)admins[i].id),
            .name = *admins[i].name != '\0' ? admins[i].name : admins[i].email,
            .is_gone = admins[i].removed_at != 0,
        };
    return STATUS_OK;
}

static enum status list_keys(const struct service *service, struct arena *arena,
                             struct activity_names *names)
{
    struct api_key *keys;
    enum status status =
        api_keys_list(service->store, arena, INT64_MAX, NAMES_MAX, &keys, &names->keys_count);

    if (status != STATUS_OK)
        return status;
    names->keys = arena_array(arena, names->keys_count, sizeof *names->keys);
    for (size_t i = 0; i < names->keys_count; i++)
        names->keys[i] = (struct activity_actor){
            .key = arena_printf(arena, "%s:%lld", actor_kind_key(ACTOR_API), (long long)keys[i].id),
            .name = keys[i].name,
            .is_gone = keys[i].revoked_at != 0,
        };
    return STATUS_OK;
}

enum status activity_names(const struct service *service, struct arena *arena,
                           struct activity_names *out)
{
    struct activity_names names = {0};
    enum status status = list_admins(service, arena, &names);

    if (status == STATUS_OK)
        status = list_keys(service, arena, &names);
    if (status == STATUS_OK)
        status = topics_list(service->store, arena, &names.topics, &names.topics_count);
    if (status == STATUS_OK)
        *out = names;
    return status;
}
