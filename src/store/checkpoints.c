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

static void read_row(struct query *query, struct arena *arena, struct checkpoint_row *out)
{
    out->position.value = query_get_int(query);
    out->at = query_get_int(query);
    out->note = query_get_text(query, arena);
}

enum status checkpoints_newest(struct store *store, struct arena *arena, struct checkpoint_row *out)
{
    struct query query = query_begin(store, STATEMENT_CHECKPOINTS_NEWEST);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        read_row(&query, arena, out);
    query_end(&query);
    return status;
}

enum status checkpoints_walk(struct store *store, struct arena *arena, struct position after,
                             int limit, struct checkpoint_row **out, size_t *count)
{
    assert(limit > 0);
    struct checkpoint_row *rows = arena_array(arena, (size_t)limit, sizeof *rows);
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_CHECKPOINTS_WALK);
    query_int(&query, after.value);
    query_int(&query, limit);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK)
        read_row(&query, arena, &rows[n++]);
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    *out = rows;
    *count = n;
    return STATUS_OK;
}
