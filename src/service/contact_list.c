/*
 * service/contact_list: see the header.
 *
 * The directory knows no topics, so with one the rows of its pages are looked through, up to
 * LOOK_ROWS a call: an answer then has few rows, or none, and says where to go on.
 */
#include "service/contact_list.h"

#include <string.h>

#include "service/person.h"
#include "store/topics.h"

#define LOOK_ROWS  20000
#define LOOK_SCANS 3 /* pages of a search, each of which is a scan */

struct walk {
    const struct contact_query *query;
    struct arena *arena;
    struct directory_filter filter;
    struct directory_place place;
    uint64_t wanted;            /* the topic's bit; 0: none is asked for */
    struct contact_state frame; /* what all rows share */
    struct contact_list list;
    bool has_more;
    struct contact last; /* looked at */
};

/* Takes what matches of a page, until the list is full. */
static void take_rows(struct walk *walk, const struct directory_page *page)
{
    struct contact_list *list = &walk->list;
    size_t i = 0;

    for (; i < page->count && list->count < (size_t)walk->query->limit; i++) {
        walk->last = page->rows[i];
        if (walk->wanted != 0 && (page->rows[i].choices & walk->wanted) == 0)
            continue;
        list->rows[list->count] = walk->frame;
        list->rows[list->count++].contact = page->rows[i];
    }
    walk->has_more = page->has_next || i < page->count;
    list->position = page->position;
}

static void go_on_behind(struct walk *walk)
{
    walk->place = directory_beside(walk->query->people.sort, &walk->last, false);
}

static enum status read_pages(struct store *store, struct walk *walk)
{
    const struct contact_query *query = walk->query;
    const size_t limit = (size_t)query->limit;
    const int rows = walk->wanted != 0 ? DIRECTORY_PAGE_MAX : query->limit;
    const size_t most = *walk->filter.term != '\0' ? LOOK_SCANS : LOOK_ROWS / DIRECTORY_PAGE_MAX;

    for (size_t pages = 0; pages < most; pages++) {
        struct directory_page page;
        enum status status = directory_query(store, walk->arena, &walk->filter, query->people.sort,
                                             false, &walk->place, rows, walk->frame.now_s, &page);
        if (status != STATUS_OK)
            return status;
        take_rows(walk, &page);
        if (!walk->has_more || walk->list.count == limit)
            break;
        go_on_behind(walk);
    }
    return STATUS_OK;
}

static bool find_topic(struct walk *walk, const char *key)
{
    if (key == NULL)
        return true;
    for (size_t i = 0; i < walk->frame.topics_count; i++)
        if (strcmp(walk->frame.topics[i].key, key) == 0)
            walk->wanted = TOPIC_BIT(walk->frame.topics[i].id);
    return walk->wanted != 0;
}

static enum status read_list(struct store *store, struct walk *walk, enum contact_list_fault *fault)
{
    enum status status =
        topics_list(store, walk->arena, &walk->frame.topics, &walk->frame.topics_count);

    if (status == STATUS_OK)
        status = topics_in_use(store, &walk->frame.in_use);
    if (status == STATUS_OK && !find_topic(walk, walk->query->topic))
        *fault = CONTACT_LIST_NO_TOPIC;
    else if (status == STATUS_OK)
        status = read_pages(store, walk);
    return status;
}

enum status contact_list_read(const struct service *service, struct arena *arena,
                              const struct contact_query *query, int64_t now_s,
                              enum contact_list_fault *fault, struct contact_list *out)
{
    struct walk walk = {.query = query, .arena = arena, .frame = {.now_s = now_s}};
    enum status status = people_list_query(arena, &query->people, &walk.filter, &walk.place);

    *fault = status == STATUS_INVALID ? CONTACT_LIST_BAD_CURSOR : CONTACT_LIST_FINE;
    if (status == STATUS_INVALID)
        return STATUS_OK;
    walk.list.rows = arena_array(arena, (size_t)query->limit, sizeof *walk.list.rows);
    if (status == STATUS_OK)
        status = store_snapshot_begin(service->store);
    if (status != STATUS_OK)
        return status;
    status = read_list(service->store, &walk, fault);
    store_snapshot_end(service->store);
    if (status != STATUS_OK || *fault != CONTACT_LIST_FINE)
        return status;
    if (walk.has_more)
        walk.list.next = people_list_cursor(arena, query->people.sort, &walk.last);
    *out = walk.list;
    return STATUS_OK;
}
