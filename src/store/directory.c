/*
 * store/directory: see directory.h. What a filter means, and putting a page together; finding its
 * rows is in directory_walk.c (along an order in memory) and directory_scan.c (of all people).
 */
#include "store/directory.h"

#include <assert.h>
#include <string.h>

#include "store/contacts.h"
#include "store/counters.h"
#include "store/directory_map.h"
#include "store/directory_scan.h"
#include "store/query.h"

int directory_groups(enum directory_sort sort)
{
    return sort == DIRECTORY_BY_TYPE     ? TYPE_COUNT
           : sort == DIRECTORY_BY_STATUS ? CONTACT_STATUS_COUNT
                                         : 1;
}

int directory_group(enum directory_sort sort, int facet)
{
    return sort == DIRECTORY_BY_TYPE     ? FACET_TYPE(facet)
           : sort == DIRECTORY_BY_STATUS ? FACET_STATUS(facet)
                                         : 0;
}

uint32_t directory_group_facets(enum directory_sort sort, int group)
{
    uint32_t facets = 0;
    for (int facet = 0; facet < FACET_COUNT; facet++)
        facets |= (uint32_t)(directory_group(sort, facet) == group) << facet;
    return facets;
}

struct directory_key directory_key_of(enum directory_sort sort, const struct contact *person,
                                      int facet)
{
    struct directory_key key = {.id = person->id.value, .number = directory_group(sort, facet)};
    if (sort == DIRECTORY_BY_UPDATED) {
        key.number = person->updated_at;
        key.text = "";
        return key;
    }
    key.text = sort == DIRECTORY_BY_EMAIL ? person->email_key : person->name_key;
    key.len = strlen(key.text);
    return key;
}

int directory_compare(const struct directory_order *order, const struct directory_key *left,
                      const struct directory_key *right)
{
    int way = (left->number > right->number) - (left->number < right->number);
    if (way == 0 && order->sort != DIRECTORY_BY_UPDATED) {
        size_t len = left->len < right->len ? left->len : right->len;
        way = memcmp(left->text, right->text, len);
        if (way == 0)
            way = (left->len > right->len) - (left->len < right->len);
    }
    if (way == 0)
        way = (left->id > right->id) - (left->id < right->id);
    return order->is_down ? -way : way;
}

struct directory_place directory_beside(enum directory_sort sort, const struct contact *row,
                                        bool is_backward)
{
    return (struct directory_place){
        .is_set = true,
        .is_backward = is_backward,
        .text = sort == DIRECTORY_BY_EMAIL ? row->email_key : row->name_key,
        .number = sort == DIRECTORY_BY_TYPE     ? (int64_t)row->type
                  : sort == DIRECTORY_BY_STATUS ? (int64_t)row->status
                                                : row->updated_at,
        .id = row->id,
    };
}

/* Allowed and with a choice on: the only ones whose pause decides whether they are subscribed. */
static bool is_receiving(int facet)
{
    return FACET_STATUS(facet) == CONTACT_OPTED_IN && FACET_HAS_ON(facet);
}

static struct directory_selection select_facets(const struct directory_filter *filter,
                                                int64_t now_s)
{
    struct directory_selection selection = {.now_s = now_s,
                                            .wants_paused = filter->subscribed == 0};
    for (int facet = 0; facet < FACET_COUNT; facet++) {
        if (filter->status != DIRECTORY_ANY && filter->status != FACET_STATUS(facet))
            continue;
        if (filter->type != DIRECTORY_ANY && filter->type != FACET_TYPE(facet))
            continue;
        bool is_by_clock = is_receiving(facet) && FACET_PAUSED(facet);
        if (filter->subscribed != DIRECTORY_ANY && !is_by_clock &&
            filter->subscribed != is_receiving(facet))
            continue;
        selection.facets |= UINT32_C(1) << facet;
        if (filter->subscribed != DIRECTORY_ANY && is_by_clock)
            selection.by_clock |= UINT32_C(1) << facet;
    }
    return selection;
}

static enum status count_selected(struct store *store, const struct directory_selection *selection,
                                  int64_t *out)
{
    int64_t facets[FACET_COUNT], count = 0;
    enum status status = counters_facets(store, facets);
    for (int facet = 0; facet < FACET_COUNT && status == STATUS_OK; facet++) {
        if ((selection->facets >> facet & 1) == 0 || facets[facet] == 0)
            continue;
        int64_t paused = 0;
        if ((selection->by_clock >> facet & 1) == 0) {
            count += facets[facet];
            continue;
        }
        status = counters_paused(store, facet, selection->now_s, &paused);
        count += selection->wants_paused ? paused : facets[facet] - paused;
    }
    if (status == STATUS_OK)
        *out = count;
    return status;
}

static enum status read_rows(struct store *store, struct arena *arena,
                             const struct directory_found *found, bool is_reversed,
                             struct directory_page *page)
{
    page->count = found->count;
    page->rows = arena_array(arena, found->count, sizeof *page->rows);
    for (size_t i = 0; i < found->count; i++) {
        struct contact_id id = {found->keys[i].id};
        size_t at = is_reversed ? found->count - 1 - i : i;
        enum status status = contacts_get(store, arena, id, &page->rows[at]);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    }
    return STATUS_OK;
}

/* A map that is still filled, of a list that is too long to be scanned for each page meanwhile. */
static bool is_loading(struct store *store)
{
    int64_t facets[FACET_COUNT], people = 0;
    struct position at;
    if (store->directory == NULL || store->txn.is_open ||
        directory_map_is_ready(store->directory, &at) ||
        counters_facets(store, facets) != STATUS_OK)
        return false;
    for (int facet = 0; facet < FACET_COUNT; facet++)
        people += facets[facet];
    return people > DIRECTORY_FILE_PEOPLE;
}

static enum status query_page(struct store *store, struct arena *arena,
                              const struct directory_filter *filter,
                              const struct directory_order *order, bool is_backward, size_t limit,
                              int64_t now_s, struct directory_page *page)
{
    struct directory_selection selection = select_facets(filter, now_s);
    struct directory_found found = {.keys = arena_array(arena, limit, sizeof *found.keys)};
    enum status status = is_loading(store) ? STATUS_BUSY : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (filter->term[0] == '\0' &&
        directory_walk(store, arena, &selection, order, limit, &found, &status)) {
        if (status == STATUS_OK)
            status = count_selected(store, &selection, &page->matches);
    } else {
        status = directory_scan(store, arena, &selection, filter->term, order, limit, &found);
        page->matches = found.matches;
    }
    if (status == STATUS_OK)
        status = read_rows(store, arena, &found, is_backward, page);
    if (status == STATUS_OK)
        status = store_position(store, &page->position);
    page->has_next = is_backward ? found.has_earlier : found.has_more;
    page->has_previous = is_backward ? found.has_more : found.has_earlier;
    page->before = found.earlier < 0 ? -1
                   : is_backward     ? page->matches - found.earlier - (int64_t)found.count
                                     : found.earlier;
    return status;
}

enum status directory_query(struct store *store, struct arena *arena,
                            const struct directory_filter *filter, enum directory_sort sort,
                            bool is_descending, const struct directory_place *place, int limit,
                            int64_t now_s, struct directory_page *out)
{
    assert(limit >= 1 && limit <= DIRECTORY_PAGE_MAX && sort < DIRECTORY_SORT_COUNT);
    bool owns_snapshot = !store->has_snapshot && !store->txn.is_open;
    struct directory_page page = {0};
    struct directory_order order = {
        .sort = sort,
        .is_down = is_descending != place->is_backward,
        .has_place = place->is_set,
    };
    if (place->is_set) {
        const bool has_number = sort == DIRECTORY_BY_UPDATED || directory_groups(sort) > 1;
        order.place =
            (struct directory_key){.number = has_number ? place->number : 0, .id = place->id.value};
        if (sort != DIRECTORY_BY_UPDATED) {
            order.place.text = place->text;
            order.place.len = strlen(place->text);
        }
    }
    enum status status = owns_snapshot ? store_snapshot_begin(store) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status =
        query_page(store, arena, filter, &order, place->is_backward, (size_t)limit, now_s, &page);
    if (owns_snapshot)
        store_snapshot_end(store);
    if (status == STATUS_OK)
        *out = page;
    return status;
}

static enum status count_all(struct store *store, int64_t now_s, struct directory_counts *counts)
{
    struct directory_filter filter = {
        .status = DIRECTORY_ANY, .subscribed = DIRECTORY_ANY, .type = DIRECTORY_ANY};
    struct directory_selection selection = select_facets(&filter, now_s);
    enum status status = count_selected(store, &selection, &counts->total);
    filter.status = CONTACT_OPTED_IN;
    selection = select_facets(&filter, now_s);
    if (status == STATUS_OK)
        status = count_selected(store, &selection, &counts->opted_in);
    filter.subscribed = 1;
    selection = select_facets(&filter, now_s);
    if (status == STATUS_OK)
        status = count_selected(store, &selection, &counts->subscribed);
    if (status == STATUS_OK)
        status = counters_topics(store, counts->by_topic);
    if (status == STATUS_OK)
        status = store_position(store, &counts->position);
    return status;
}

enum status directory_count(struct store *store, int64_t now_s, struct directory_counts *out)
{
    bool owns_snapshot = !store->has_snapshot && !store->txn.is_open;
    struct directory_counts counts = {0};
    enum status status = owns_snapshot ? store_snapshot_begin(store) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = count_all(store, now_s, &counts);
    if (owns_snapshot)
        store_snapshot_end(store);
    if (status == STATUS_OK)
        *out = counts;
    return status;
}
