/*
 * store/counters: see counters.h.
 */
#include "store/counters.h"

#include <string.h>

#include "store/query.h"

void counters_move(struct counters *counters, int from, int to)
{
    if (from == to)
        return;
    counters->is_changed = true;
    if (from >= 0)
        counters->facets[from]--;
    if (to >= 0)
        counters->facets[to]++;
}

void counters_move_choices(struct counters *counters, uint64_t from, uint64_t to)
{
    for (uint64_t bits = from ^ to; bits != 0; bits &= bits - 1) {
        int topic = __builtin_ctzll(bits);
        counters->topics[topic] += (to >> topic & 1) != 0 ? 1 : -1;
        counters->is_changed = true;
    }
}

static enum status add(struct txn *txn, enum statement id, int key, int64_t by)
{
    struct query query = query_begin_write(txn, id);
    query_int(&query, key);
    query_int(&query, by);
    int changes = 0;
    enum status status = query_run(&query, &changes);
    if (status == STATUS_INVALID || (status == STATUS_OK && changes != 1))
        status = STATUS_CORRUPT;
    return status;
}

enum status counters_flush(struct txn *txn)
{
    enum status status = STATUS_OK;
    if (!txn->counters.is_changed)
        return status;
    for (int i = 0; i < FACET_COUNT && status == STATUS_OK; i++)
        if (txn->counters.facets[i] != 0)
            status = add(txn, STATEMENT_COUNTERS_ADD, i, txn->counters.facets[i]);
    for (int i = 0; i <= TOPIC_MAX && status == STATUS_OK; i++)
        if (txn->counters.topics[i] != 0)
            status = add(txn, STATEMENT_COUNTERS_ADD_TOPIC, i, txn->counters.topics[i]);
    return status;
}

static enum status list(struct store *store, enum statement id, int64_t *out, size_t count)
{
    memset(out, 0, count * sizeof *out);
    struct query query = query_begin(store, id);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        int64_t key = query_get_int(&query);
        if (key >= 0 && (size_t)key < count)
            out[key] = query_get_int(&query);
    }
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status counters_facets(struct store *store, int64_t out[FACET_COUNT])
{
    return list(store, STATEMENT_COUNTERS_LIST, out, (size_t)FACET_COUNT);
}

enum status counters_topics(struct store *store, int64_t out[TOPIC_MAX + 1])
{
    return list(store, STATEMENT_COUNTERS_LIST_TOPICS, out, TOPIC_MAX + 1);
}

enum status counters_paused(struct store *store, int facet, int64_t now_s, int64_t *out)
{
    struct query query = query_begin(store, STATEMENT_COUNTERS_PAUSED);
    query_int(&query, facet);
    query_int(&query, now_s);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_int(&query);
    query_end(&query);
    return status;
}
