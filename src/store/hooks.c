/*
 * store/hooks: see hooks.h.
 */
#include "store/hooks.h"

#include "store/query.h"

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct hook *out = row;
    out->id = query_get_int(query);
    out->url = query_get_text(query, arena);
    out->about = query_get_text(query, arena);
    out->kinds = (uint64_t)query_get_int(query);
    out->signing = (enum hook_signing)query_get_int(query);
    out->state = (enum hook_state)query_get_int(query);
    out->fault = query_get_text(query, arena);
    out->generation = query_get_int(query);
    out->older_until = query_get_int(query);
    out->position.value = query_get_int(query);
    out->failing_since = query_get_int(query);
    out->tried_at = query_get_int(query);
    out->tried_code = (int)query_get_int(query);
    out->tried_fault = query_get_text(query, arena);
    out->created_at = query_get_int(query);
    out->removed_at = query_get_int(query);
    return STATUS_OK;
}

static const struct query_shape shape = {sizeof(struct hook), read_row};

enum status hooks_list(struct store *store, struct arena *arena, struct hook **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_HOOKS_LIST);
    return query_all(&query, arena, &shape, 0, out, count);
}

enum status hooks_get_removed(struct store *store, struct arena *arena, int64_t id,
                              struct hook *out)
{
    struct query query = query_begin(store, STATEMENT_HOOKS_GET);
    query_int(&query, id);
    return query_one(&query, arena, &shape, out);
}

enum status hooks_get(struct store *store, struct arena *arena, int64_t id, struct hook *out)
{
    struct hook hook;
    enum status status = hooks_get_removed(store, arena, id, &hook);
    if (status == STATUS_OK && hook.removed_at != 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        *out = hook;
    return status;
}

enum status hooks_put(struct txn *txn, const struct hook *hook, int64_t *id)
{
    int changes = 0;
    const bool is_new = hook->id == 0;
    struct query query =
        query_begin_write(txn, is_new ? STATEMENT_HOOKS_INSERT : STATEMENT_HOOKS_UPDATE);
    if (!is_new)
        query_int(&query, hook->id);
    query_text(&query, hook->url);
    query_text(&query, hook->about);
    query_int(&query, (int64_t)hook->kinds);
    query_int(&query, hook->signing);
    query_int(&query, hook->state);
    query_text(&query, hook->fault);
    query_int(&query, hook->generation);
    query_int(&query, hook->older_until);
    query_int(&query, hook->position.value);
    query_int(&query, hook->failing_since);
    query_int(&query, hook->tried_at);
    query_int(&query, hook->tried_code);
    query_text(&query, hook->tried_fault);
    query_int(&query, hook->created_at);
    query_int(&query, hook->removed_at);
    enum status status = query_run(&query, &changes);
    if (status != STATUS_OK)
        return status;
    if (changes == 0)
        return STATUS_NOT_FOUND;
    if (id != NULL)
        *id = is_new ? sqlite3_last_insert_rowid(txn->store->db) : hook->id;
    return STATUS_OK;
}
