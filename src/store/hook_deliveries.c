/*
 * store/hook_deliveries: see hook_deliveries.h.
 */
#include "store/hook_deliveries.h"

#include <assert.h>

#include "store/query.h"

enum status hook_deliveries_insert(struct txn *txn, const struct hook_delivery *delivery,
                                   int64_t *id)
{
    struct query query = query_begin_write(txn, STATEMENT_HOOK_DELIVERIES_INSERT);
    query_int(&query, delivery->hook);
    query_int(&query, delivery->position.value);
    query_blob(&query, delivery->message_id, sizeof delivery->message_id);
    query_int(&query, delivery->created_at);
    query_int(&query, delivery->due_at);
    enum status status = query_run(&query, NULL);
    if (status == STATUS_OK && id != NULL)
        *id = sqlite3_last_insert_rowid(txn->store->db);
    return status;
}

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct hook_delivery *out = row;
    out->id = query_get_int(query);
    out->hook = query_get_int(query);
    out->position.value = query_get_int(query);
    const bool is_fine = query_get_blob(query, out->message_id, sizeof out->message_id);
    out->created_at = query_get_int(query);
    out->due_at = query_get_int(query);
    out->tries = (int)query_get_int(query);
    out->outcome = (enum hook_outcome)query_get_int(query);
    out->ended_at = query_get_int(query);
    out->code = (int)query_get_int(query);
    out->fault = query_get_text(query, arena);
    return is_fine ? STATUS_OK : STATUS_CORRUPT;
}

static const struct query_shape shape = {sizeof(struct hook_delivery), read_row};

enum status hook_deliveries_get(struct store *store, struct arena *arena, int64_t id,
                                struct hook_delivery *out)
{
    struct query query = query_begin(store, STATEMENT_HOOK_DELIVERIES_GET);
    query_int(&query, id);
    return query_one(&query, arena, &shape, out);
}

enum status hook_deliveries_due(struct store *store, struct arena *arena, int64_t hook,
                                int64_t now_s, int limit, struct hook_delivery **out, size_t *count)
{
    assert(limit > 0);
    struct query query = query_begin(store, STATEMENT_HOOK_DELIVERIES_DUE);
    query_int(&query, hook);
    query_int(&query, now_s);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

enum status hook_deliveries_page(struct store *store, struct arena *arena, int64_t hook,
                                 int64_t before, int limit, struct hook_delivery **out,
                                 size_t *count)
{
    assert(limit > 0);
    struct query query = query_begin(store, STATEMENT_HOOK_DELIVERIES_PAGE);
    query_int(&query, hook);
    query_int(&query, before);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

enum status hook_deliveries_update(struct txn *txn, const struct hook_delivery *delivery)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_HOOK_DELIVERIES_UPDATE);
    query_int(&query, delivery->id);
    query_int(&query, delivery->due_at);
    query_int(&query, delivery->tries);
    query_int(&query, delivery->outcome);
    query_int(&query, delivery->ended_at);
    query_int(&query, delivery->code);
    query_text(&query, delivery->fault);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}

static enum status read_two(struct store *store, enum statement id, int64_t hook, int64_t *count,
                            int64_t *second)
{
    struct query query = query_begin(store, id);
    query_int(&query, hook);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        *count = query_get_int(&query);
        if (second != NULL)
            *second = query_get_int(&query); /* NULL reads as 0 */
    }
    query_end(&query);
    return status;
}

enum status hook_deliveries_waiting(struct store *store, int64_t hook, int64_t *count,
                                    int64_t *due_at)
{
    return read_two(store, STATEMENT_HOOK_DELIVERIES_WAITING, hook, count, due_at);
}

enum status hook_deliveries_lost(struct store *store, int64_t hook, int64_t *count)
{
    return read_two(store, STATEMENT_HOOK_DELIVERIES_LOST, hook, count, NULL);
}

enum status hook_deliveries_replay_lost(struct txn *txn, int64_t hook, int64_t due_at, int *count)
{
    struct query query = query_begin_write(txn, STATEMENT_HOOK_DELIVERIES_REPLAY_LOST);
    query_int(&query, hook);
    query_int(&query, due_at);
    return query_run(&query, count);
}

enum status hook_deliveries_hasten(struct txn *txn, int64_t hook, int64_t due_at)
{
    struct query query = query_begin_write(txn, STATEMENT_HOOK_DELIVERIES_HASTEN);
    query_int(&query, hook);
    query_int(&query, due_at);
    return query_run(&query, NULL);
}

enum status hook_deliveries_mend_due(struct txn *txn, int64_t due_at, int64_t beyond_s)
{
    struct query query = query_begin_write(txn, STATEMENT_HOOK_DELIVERIES_MEND_DUE);
    query_int(&query, due_at);
    query_int(&query, beyond_s);
    return query_run(&query, NULL);
}

enum status hook_deliveries_drop(struct txn *txn, int64_t before_s, int limit, int *count)
{
    struct query query = query_begin_write(txn, STATEMENT_HOOK_DELIVERIES_DROP);
    query_int(&query, before_s);
    query_int(&query, limit);
    return query_run(&query, count);
}

enum status hook_deliveries_prune(struct txn *txn, enum hook_outcome outcome, int64_t before_s,
                                  int limit, int *count)
{
    struct query query = query_begin_write(txn, STATEMENT_HOOK_DELIVERIES_PRUNE);
    query_int(&query, outcome);
    query_int(&query, before_s);
    query_int(&query, limit);
    return query_run(&query, count);
}
