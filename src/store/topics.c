/*
 * store/topics: see topics.h.
 */
#include "store/topics.h"

#include <stdlib.h>

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

/* Asked for with every change: read once a transaction. */
enum status topics_in_use(struct store *store, uint64_t *out)
{
    struct txn *txn = store->txn.is_open ? &store->txn : NULL;
    uint64_t mask = 0;
    if (txn != NULL && txn->has_in_use) {
        *out = txn->in_use;
        return STATUS_OK;
    }
    struct query query = query_begin(store, STATEMENT_TOPICS_IN_USE);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK)
        mask |= UINT64_C(1) << (query_get_int(&query) & TOPIC_MAX);
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    if (txn != NULL) {
        txn->has_in_use = true;
        txn->in_use = mask;
    }
    *out = mask;
    return STATUS_OK;
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
    return query_run(&query, NULL);
}
