/*
 * store/checkpoints: see checkpoints.h.
 */
#include "store/checkpoints.h"

#include <assert.h>

#include "store/query.h"

enum status checkpoints_put(struct txn *txn, const struct checkpoint_row *row)
{
    struct query query = query_begin_write(txn, STATEMENT_CHECKPOINTS_PUT);
    query_int(&query, row->position.value);
    query_int(&query, row->at);
    query_text(&query, row->note);
    return query_run(&query, NULL);
}

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct checkpoint_row *out = row;
    out->position.value = query_get_int(query);
    out->at = query_get_int(query);
    out->note = query_get_text(query, arena);
    return STATUS_OK;
}

static const struct query_shape shape = {sizeof(struct checkpoint_row), read_row};

enum status checkpoints_newest(struct store *store, struct arena *arena, struct checkpoint_row *out)
{
    struct query query = query_begin(store, STATEMENT_CHECKPOINTS_NEWEST);
    return query_one(&query, arena, &shape, out);
}

enum status checkpoints_walk(struct store *store, struct arena *arena, struct position after,
                             int limit, struct checkpoint_row **out, size_t *count)
{
    assert(limit > 0);
    struct query query = query_begin(store, STATEMENT_CHECKPOINTS_WALK);
    query_int(&query, after.value);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}
