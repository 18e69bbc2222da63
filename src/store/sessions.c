/*
 * store/sessions: logins that are open. Declared in admins.h, and the list of them in factors.h.
 */

#include "store/factors.h"
#include "store/query.h"

#define HASH_BYTES 32

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct session *out = row;
    const bool is_fine = query_get_blob(query, out->hash, sizeof out->hash);
    out->admin = query_get_int(query);
    out->created_at = query_get_int(query);
    out->seen_at = query_get_int(query);
    out->address = query_get_text(query, arena);
    out->agent = query_get_text(query, arena);
    return is_fine ? STATUS_OK : STATUS_CORRUPT;
}

static const struct query_shape shape = {sizeof(struct session), read_row};

enum status sessions_get(struct store *store, struct arena *arena, const uint8_t hash[32],
                         struct session *out)
{
    struct query query = query_begin(store, STATEMENT_SESSIONS_GET);
    query_blob(&query, hash, HASH_BYTES);
    return query_one(&query, arena, &shape, out);
}

enum status sessions_list_of(struct store *store, struct arena *arena, int64_t admin,
                             struct session **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_SESSIONS_LIST_OF);
    query_int(&query, admin);
    return query_all(&query, arena, &shape, 0, out, count);
}

enum status sessions_insert(struct txn *txn, const struct session *session)
{
    struct query query = query_begin_write(txn, STATEMENT_SESSIONS_INSERT);
    query_blob(&query, session->hash, sizeof session->hash);
    query_int(&query, session->admin);
    query_int(&query, session->created_at);
    query_int(&query, session->seen_at);
    query_text(&query, session->address != NULL ? session->address : "");
    query_text(&query, session->agent != NULL ? session->agent : "");
    return query_run(&query, NULL);
}

enum status sessions_touch(struct txn *txn, const uint8_t hash[32], int64_t seen_at)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_SESSIONS_TOUCH);
    query_blob(&query, hash, HASH_BYTES);
    query_int(&query, seen_at);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}

enum status sessions_delete(struct txn *txn, const uint8_t hash[32])
{
    struct query query = query_begin_write(txn, STATEMENT_SESSIONS_DELETE);
    query_blob(&query, hash, HASH_BYTES);
    return query_run(&query, NULL);
}

enum status sessions_delete_of(struct txn *txn, int64_t admin)
{
    struct query query = query_begin_write(txn, STATEMENT_SESSIONS_DELETE_OF);
    query_int(&query, admin);
    return query_run(&query, NULL);
}

enum status sessions_delete_stale(struct txn *txn, int64_t seen_before, int64_t created_before)
{
    struct query query = query_begin_write(txn, STATEMENT_SESSIONS_DELETE_STALE);
    query_int(&query, seen_before);
    query_int(&query, created_before);
    return query_run(&query, NULL);
}
