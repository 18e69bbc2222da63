/*
 * store/hooks: see hooks.h.
 */
#include "store/hooks.h"

#include "store/query.h"

/* More than the service lets anyone add: only the array of a list hangs on it. */
#define LIST_MAX 256

static void read_row(struct query *query, struct arena *arena, struct hook *out)
{
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
}

enum status hooks_list(struct store *store, struct arena *arena, struct hook **out, size_t *count)
{
    struct hook *rows = arena_array(arena, LIST_MAX, sizeof *rows);
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_HOOKS_LIST);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK && n < LIST_MAX)
        read_row(&query, arena, &rows[n++]);
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK ? STATUS_CORRUPT : status;
    *out = rows;
    *count = n;
    return STATUS_OK;
}

enum status hooks_get_removed(struct store *store, struct arena *arena, int64_t id,
                              struct hook *out)
{
    struct query query = query_begin(store, STATEMENT_HOOKS_GET);
    query_int(&query, id);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        read_row(&query, arena, out);
    query_end(&query);
    return status;
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
