/*
 * store/topics: see topics.h.
 */
#include "store/topics.h"

#include <stdlib.h>

#include "store/bygone.h"
#include "store/query.h"

static int by_rank(const void *left, const void *right)
{
    const struct topic *a = left, *b = right;
    if ((a->retired_at != 0) != (b->retired_at != 0))
        return a->retired_at != 0 ? 1 : -1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return (int)a->id.value - (int)b->id.value;
}

enum status topics_list(struct store *store, struct arena *arena, struct topic **out, size_t *count)
{
    struct topic *rows = arena_array(arena, TOPIC_MAX, sizeof *rows);
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_TOPICS_LIST);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK && n < TOPIC_MAX) {
        struct topic *row = &rows[n++];
        row->id.value = (uint8_t)query_get_int(&query);
        row->key = query_get_text(&query, arena);
        row->name = query_get_text(&query, arena);
        row->description = query_get_text(&query, arena);
        row->rank = (int)query_get_int(&query);
        row->retired_at = query_get_int(&query);
        row->offers_frequency = query_get_int(&query) != 0;
        row->double_opt_in = query_get_int(&query) != 0;
        row->on_join = query_get_int(&query) != 0;
    }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK ? STATUS_CORRUPT : status;
    qsort(rows, n, sizeof *rows, by_rank);
    *out = rows;
    *count = n;
    return STATUS_OK;
}

static enum status read_masks(struct store *store, uint64_t *in_use, uint64_t *offering)
{
    struct query query = query_begin(store, STATEMENT_TOPICS_IN_USE);
    enum status status;
    *in_use = *offering = 0;
    while ((status = query_row(&query)) == STATUS_OK) {
        const uint64_t bit = UINT64_C(1) << (query_get_int(&query) & TOPIC_MAX);
        *in_use |= bit;
        if (query_get_int(&query) != 0)
            *offering |= bit;
    }
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Asked for with every change: read once a transaction. */
static enum status masks(struct store *store, uint64_t *in_use, uint64_t *offering)
{
    struct txn *txn = &store->txn;
    if (txn->is_open && txn->has_in_use) {
        *in_use = txn->in_use;
        *offering = txn->offering;
        return STATUS_OK;
    }
    enum status status = read_masks(store, in_use, offering);
    if (status == STATUS_OK && txn->is_open) {
        txn->has_in_use = true;
        txn->in_use = *in_use;
        txn->offering = *offering;
    }
    return status;
}

enum status topics_in_use(struct store *store, uint64_t *out)
{
    uint64_t in_use, offering;
    enum status status = masks(store, &in_use, &offering);
    if (status == STATUS_OK)
        *out = in_use;
    return status;
}

enum status topics_offering(struct store *store, uint64_t *out)
{
    uint64_t in_use, offering;
    enum status status = masks(store, &in_use, &offering);
    if (status == STATUS_OK)
        *out = offering;
    return status;
}

enum status topics_put(struct txn *txn, const struct topic *topic)
{
    txn->has_in_use = false;
    struct query query = query_begin_write(txn, STATEMENT_TOPICS_PUT);
    query_int(&query, topic->id.value);
    query_text(&query, topic->key);
    query_text(&query, topic->name);
    query_text(&query, topic->description);
    query_int(&query, topic->rank);
    query_int(&query, topic->retired_at);
    query_int(&query, topic->offers_frequency);
    query_int(&query, topic->double_opt_in);
    query_int(&query, topic->on_join);
    enum status status = query_run(&query, NULL);
    return status == STATUS_OK ? bygone_put_topic(txn, topic) : status;
}
