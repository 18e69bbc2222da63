/*
 * store/directory_map_compare: the map held against the file, row by row: all at once, or some rows
 * at a time beside the daily work.
 */
#include <string.h>

#include "store/directory_order.h"
#include "store/query.h"

#define ALL_WAIT_MS  60000
#define SOME_WAIT_MS 10 /* whoever else is at it has more to do */

static bool is_in_orders(const struct directory_map *map, int64_t id)
{
    for (int order = 0; order < MAP_ORDER_COUNT; order++)
        if (!order_has(map, (enum map_order)order, id))
            return false;
    return true;
}

static bool is_like(const struct directory_map *map, const struct map_values *values)
{
    struct directory_row row;
    const struct map_text *text = NULL;
    bool is_busy;
    struct directory_ask ask = {.key = values->email_key, .len = values->email_len};
    if (!map_row_read(map, values->row.id.value, &row, &text, &is_busy))
        return false;
    const uint32_t facet = (uint32_t)order_facet(map, values->row.id.value);
    const uint32_t head = facet << MAP_TEXT_FACET_SHIFT | (uint32_t)values->row.id.value;
    directory_map_find(map, &ask, 1);
    return ask.status == STATUS_OK && ask.row.id.value == values->row.id.value &&
           row.type == values->row.type && row.status == values->row.status &&
           row.choices == values->row.choices && row.head.value == values->row.head.value &&
           row.updated_at == values->row.updated_at &&
           row.paused_until == values->row.paused_until &&
           atomic_load_explicit(&text->head, memory_order_relaxed) == head &&
           strlen(text->bytes) == values->name_len &&
           memcmp(text->bytes, values->name_key, values->name_len) == 0 &&
           is_in_orders(map, values->row.id.value);
}

/* Rows that only the map has. */
static int64_t count_strangers(const struct directory_map *map, int64_t from, int64_t below)
{
    const int64_t rows_end = (int64_t)atomic_load(&map->head->rows_end);
    int64_t count = 0;
    for (int64_t id = from; id < below && id < rows_end; id++)
        count += map_text_at(map, id) != NULL;
    return count;
}

/* Texts that searches take for somebody's who has another, or none. */
static int64_t count_ghosts(const struct directory_map *map)
{
    const struct map_text *text;
    int64_t count = 0;
    for (uint64_t at = 0; (text = map_text_next(map, &at)) != NULL;)
        count += (atomic_load_explicit(&text->head, memory_order_relaxed) & MAP_TEXT_DEAD) == 0 &&
                 map_text_at(map, map_text_id(text)) != text;
    return count;
}

/* Under the mutex and in a snapshot, both at one position: up to limit rows behind *last, which
 * moves on, to 0 at the end. */
static enum status compare_rows(const struct directory_map *map, struct store *store, int64_t *last,
                                int64_t limit, int64_t *differing)
{
    struct map_values values;
    int64_t left = limit;
    enum status status;
    struct query query = query_begin(store, STATEMENT_DIRECTORY_MAP_SOME);
    query_int(&query, *last);
    query_int(&query, limit);
    while ((status = query_row(&query)) == STATUS_OK) {
        *differing += !map_read_values(&query, &values) || !is_like(map, &values);
        *differing += count_strangers(map, *last + 1, values.row.id.value);
        *last = values.row.id.value;
        left--;
    }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    if (left > 0) {
        *differing += count_strangers(map, *last + 1, INT64_MAX);
        *last = 0;
    }
    return STATUS_OK;
}

enum status directory_map_compare(struct directory_map *map, struct store *store,
                                  int64_t *differing)
{
    int64_t last = 0;
    *differing = 0;
    enum status status = map_lock(map, ALL_WAIT_MS);
    if (status != STATUS_OK)
        return status;
    status = store_snapshot_begin(store);
    if (status == STATUS_OK) {
        status = map_bring(map, store, false);
        if (status == STATUS_OK)
            status = compare_rows(map, store, &last, INT64_MAX, differing);
        if (status == STATUS_OK)
            *differing += order_faults(map) + count_ghosts(map);
        store_snapshot_end(store);
    }
    map_unlock(map);
    return status;
}

enum status directory_map_check(struct directory_map *map, struct store *store, int64_t *last,
                                int rows, int64_t *differing)
{
    struct position at;
    *differing = 0;
    enum status status = map_lock(map, SOME_WAIT_MS);
    if (status != STATUS_OK)
        return status == STATUS_BUSY ? STATUS_OK : status;
    status = store_snapshot_begin(store);
    if (status == STATUS_OK) {
        status = map_bring(map, store, false);
        if (status == STATUS_OK && directory_map_is_ready(map, &at) && map->head->has_orders)
            status = compare_rows(map, store, last, rows, differing);
        store_snapshot_end(store);
    }
    if (status == STATUS_OK && *differing > 0) {
        atomic_fetch_add(&map->head->faults, 1);
        atomic_store(&map->head->state, MAP_EMPTY);
        *last = 0;
    }
    map_unlock(map);
    return status;
}

uint64_t directory_map_faults(const struct directory_map *map)
{
    return atomic_load(&map->head->faults);
}
