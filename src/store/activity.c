/*
 * store/activity: see activity.h.
 */
#include "store/activity.h"

#include <assert.h>

#include "store/activity_scan.h"
#include "store/entries.h"

struct search {
    struct store *store;
    const struct activity_look *look;
    int64_t first, last; /* of the blocks that have rows; last < first: none has */
    int64_t head;        /* the newest position */
    int64_t at;          /* to be looked at next */
    int entries, blocks; /* what is left to spend */
    struct activity_found found;
};

static int64_t block_of(int64_t position)
{
    return position / ACTIVITY_BLOCK;
}

static enum status read_bounds(struct search *search)
{
    struct position head;
    enum status status =
        activity_ask(search->store, STATEMENT_ACTIVITY_FIRST_BLOCK, &search->first);
    if (status == STATUS_OK)
        status = activity_ask(search->store, STATEMENT_ACTIVITY_LAST_BLOCK, &search->last);
    if (status == STATUS_OK)
        status = store_position(search->store, &head);
    if (status != STATUS_OK)
        return status;
    search->head = head.value;
    if (search->first < 0)
        search->last = -2;
    return STATUS_OK;
}

static void bind_filter(struct query *query, const struct ledger_filter *filter)
{
    query_int(query, filter->from_s);
    query_int(query, filter->to_s == 0 ? INT64_MAX : filter->to_s);
    query_int(query, (int64_t)filter->topics);
    uint64_t who = 0;
    for (unsigned actor = 0; actor < ACTOR_COUNT && filter->actor_id != 0; actor++)
        if ((filter->actors & LEDGER_ACTOR(actor)) != 0)
            who |= ledger_who((enum actor_kind)actor, filter->actor_id);
    query_int(query, (int64_t)who);
    const uint64_t traits = filter->traits == 0 ? UINT64_MAX : filter->traits;
    for (unsigned actor = 0; actor < ACTOR_COUNT; actor++) {
        bool is_asked = filter->actors == 0 || (filter->actors & LEDGER_ACTOR(actor)) != 0;
        query_int(query, is_asked ? (int64_t)traits : 0);
    }
}

/* Moves search->at to the nearest block that may have something, if the one that it is in has a
 * row. Where none is near, as far as rows were looked at. */
static enum status pass_over(struct search *search)
{
    const bool is_upward = search->look->is_upward;
    const int64_t block = block_of(search->at);
    if (block < search->first || block > search->last)
        return STATUS_OK;
    int64_t low = block, high = block;
    if (is_upward)
        high = search->last - block < search->blocks ? search->last : block + search->blocks;
    else
        low = block - search->first < search->blocks ? search->first : block - search->blocks;
    struct query query = query_begin(search->store, is_upward ? STATEMENT_ACTIVITY_BLOCK_UP
                                                              : STATEMENT_ACTIVITY_BLOCK_DOWN);
    query_int(&query, low);
    query_int(&query, high);
    bind_filter(&query, &search->look->filter);
    enum status status = query_row(&query);
    int64_t found = is_upward ? high + 1 : low - 1;
    if (status == STATUS_OK)
        found = query_get_int(&query);
    query_end(&query);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    search->blocks -= (int)(is_upward ? found - block : block - found);
    if (found != block)
        search->at =
            is_upward ? found * ACTIVITY_BLOCK : found * ACTIVITY_BLOCK + ACTIVITY_BLOCK - 1;
    return STATUS_OK;
}

/* Looks through the block that search->at is in, from there on. */
static enum status look_into(struct search *search)
{
    const struct ledger_filter *filter = &search->look->filter;
    const bool is_upward = search->look->is_upward;
    int64_t low = block_of(search->at) * ACTIVITY_BLOCK, high = low + ACTIVITY_BLOCK - 1;
    low = is_upward ? search->at : low;
    high = is_upward ? high : search->at;
    struct query query = query_begin(search->store, is_upward ? STATEMENT_ACTIVITY_SCAN_UP
                                                              : STATEMENT_ACTIVITY_SCAN_DOWN);
    query_int(&query, low);
    query_int(&query, high);
    query_int(&query, filter->actors == 0 ? -1 : (int64_t)filter->actors);
    enum status status;
    search->entries -= (int)(high - low + 1);
    search->at = is_upward ? high + 1 : low - 1;
    while ((status = query_row(&query)) == STATUS_OK) {
        const struct entry entry = activity_scan_row(&query);
        if (!ledger_filter_has(filter, &entry))
            continue;
        search->found.rows[search->found.count++] = entry.position;
        if (search->found.count == (size_t)search->look->limit) {
            search->at = entry.position.value + (is_upward ? 1 : -1);
            break;
        }
    }
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool is_over(const struct search *search)
{
    return search->at <= 0 || search->at > search->head;
}

enum status activity_look(struct store *store, struct arena *arena,
                          const struct activity_look *look, struct activity_found *out)
{
    struct search search = {
        .store = store, .look = look, .entries = look->entries, .blocks = look->blocks};
    assert(look->limit > 0 && look->entries > 0 && look->blocks > 0);
    search.found.rows = arena_array(arena, (size_t)look->limit, sizeof *search.found.rows);
    enum status status = read_bounds(&search);
    search.at = look->from.value > search.head && !look->is_upward ? search.head : look->from.value;
    while (status == STATUS_OK && search.found.count < (size_t)look->limit && !is_over(&search) &&
           search.entries > 0 && search.blocks > 0) {
        status = pass_over(&search);
        if (status == STATUS_OK && !is_over(&search) && search.blocks > 0)
            status = look_into(&search);
    }
    if (status != STATUS_OK)
        return status;
    search.found.next.value = search.at;
    search.found.is_end = is_over(&search);
    *out = search.found;
    return STATUS_OK;
}

/* The nearest of a person's entries above a place are the last that the chain meets before it: a
 * ring keeps them. */
enum status activity_chain(struct store *store, struct arena *arena, struct position head,
                           const struct activity_look *look, struct activity_found *out)
{
    const size_t limit = (size_t)look->limit;
    struct position *ring = arena_array(arena, limit, sizeof *ring);
    struct activity_found found = {.rows = ring, .next = head};
    size_t met = 0;
    int left = look->entries;
    for (; found.next.value > 0 && left > 0; left--) {
        struct entry entry;
        if (look->is_upward ? found.next.value < look->from.value : met == limit)
            break;
        enum status status = entries_get(store, arena, found.next, &entry);
        if (status == STATUS_NOT_FOUND ||
            (status == STATUS_OK && entry.previous.value >= found.next.value))
            status = STATUS_CORRUPT;
        if (status != STATUS_OK)
            return status;
        const bool is_within = look->is_upward || entry.position.value <= look->from.value;
        if (is_within && ledger_filter_has(&look->filter, &entry))
            ring[met++ % limit] = entry.position;
        found.next = entry.previous;
    }
    found.is_end = look->is_upward ? met <= limit : found.next.value == 0;
    found.count = met < limit ? met : limit;
    if (look->is_upward) { /* as they are met on the way up */
        found.rows = arena_array(arena, found.count, sizeof *found.rows);
        for (size_t i = 0; i < found.count; i++)
            found.rows[i] = ring[(met - 1 - i) % limit];
    }
    *out = found;
    return STATUS_OK;
}
