/*
 * store/sessions: logins that are open. Declared in admins.h, and the list of them in factors.h.
 */
#include <string.h>

#include "store/factors.h"
#include "store/query.h"

#define HASH_BYTES 32

static enum status read_row(struct query *query, struct arena *arena, struct session *out)
{
    struct session session;

    if (!query_get_blob(query, session.hash, sizeof session.hash))
        return STATUS_CORRUPT;
    session.admin = query_get_int(query);
    session.created_at = query_get_int(query);
    session.seen_at = query_get_int(query);
    session.address = query_get_text(query, arena);
    session.agent = query_get_text(query, arena);
    *out = session;
    return STATUS_OK;
}

enum status sessions_get(struct store *store, struct arena *arena, const uint8_t hash[32],
                         struct session *out)
{
    struct query query = query_begin(store, STATEMENT_SESSIONS_GET);
    query_blob(&query, hash, HASH_BYTES);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        status = read_row(&query, arena, out);
    query_end(&query);
    return status;
}

enum status sessions_list_of(struct store *store, struct arena *arena, int64_t admin,
                             struct session **out, size_t *count)
{
    size_t n = 0, room = 16;
    struct session *rows = arena_array(arena, room, sizeof *rows);
    struct query query = query_begin(store, STATEMENT_SESSIONS_LIST_OF);
    query_int(&query, admin);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        if (n == room) {
            struct session *more = arena_array(arena, room * 2, sizeof *rows);
            memcpy(more, rows, n * sizeof *rows);
            rows = more;
            room *= 2;
        }
        if ((status = read_row(&query, arena, &rows[n++])) != STATUS_OK)
            break;
    }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    *out = rows;
    *count = n;
    return STATUS_OK;
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
