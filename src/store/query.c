/*
 * store/query: see query.h.
 */
#include "store/query.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <string.h>

struct query query_begin(struct store *store, enum statement id)
{
    return (struct query){.store = store, .statement = store->statements[id], .id = id};
}

struct query query_begin_write(struct txn *txn, enum statement id)
{
    struct query query = query_begin(txn->store, id);
    query.txn = txn;
    return query;
}

static void keep(struct query *query, int rc)
{
    if (query->rc == SQLITE_OK)
        query->rc = rc;
}

void query_int(struct query *query, int64_t value)
{
    keep(query, sqlite3_bind_int64(query->statement, ++query->bound, value));
}

void query_text(struct query *query, const char *text)
{
    keep(query, sqlite3_bind_text(query->statement, ++query->bound, text, -1, SQLITE_STATIC));
}

void query_blob(struct query *query, const void *data, size_t len)
{
    /* A NULL pointer would bind NULL, not an empty blob. */
    keep(query, sqlite3_bind_blob64(query->statement, ++query->bound, data ? data : "", len,
                                    SQLITE_STATIC));
}

void query_null(struct query *query)
{
    keep(query, sqlite3_bind_null(query->statement, ++query->bound));
}

enum status query_row(struct query *query)
{
    struct txn *txn = query->txn;
    if (txn != NULL && txn->fault != STATUS_OK)
        return txn->fault;
    int rc = query->rc != SQLITE_OK ? query->rc : sqlite3_step(query->statement);
    query->column = 0;
    if (rc == SQLITE_ROW)
        return STATUS_OK;
    if (rc == SQLITE_DONE)
        return STATUS_NOT_FOUND;
    enum status status = connection_status(query->store, statement_names[query->id], rc);
    if (txn != NULL && status != STATUS_CONFLICT)
        txn->fault = status;
    return status;
}

enum status query_run(struct query *query, int *changes)
{
    enum status status = query_row(query);
    if (status == STATUS_NOT_FOUND) {
        status = STATUS_OK;
        if (changes != NULL)
            *changes = sqlite3_changes(query->store->db);
    }
    query_end(query);
    return status;
}

int64_t query_get_int(struct query *query)
{
    return sqlite3_column_int64(query->statement, query->column++);
}

const char *query_get_text(struct query *query, struct arena *arena)
{
    int column = query->column++;
    if (sqlite3_column_type(query->statement, column) == SQLITE_NULL)
        return NULL;
    /* Read as a blob: SQLite would copy a text just to end it with a NUL. */
    const char *text = sqlite3_column_blob(query->statement, column);
    size_t len = (size_t)sqlite3_column_bytes(query->statement, column);
    return arena_strndup(arena, text != NULL ? text : "", len);
}

bool query_get_blob(struct query *query, void *out, size_t len)
{
    size_t got = 0;
    memset(out, 0, len);
    return query_get_blob_up_to(query, out, len, &got) && (got == len || got == 0);
}

bool query_get_blob_up_to(struct query *query, void *out, size_t max, size_t *len)
{
    int column = query->column++;
    const void *data = sqlite3_column_blob(query->statement, column);
    size_t got = (size_t)sqlite3_column_bytes(query->statement, column);
    if (got > max)
        return false;
    if (got > 0)
        memcpy(out, data, got);
    *len = got;
    return true;
}

void query_end(struct query *query)
{
    if (query->statement == NULL)
        return;
    sqlite3_reset(query->statement);
    sqlite3_clear_bindings(query->statement);
    query->statement = NULL;
}

enum status query_one(struct query *query, struct arena *arena, const struct query_shape *shape,
                      void *row)
{
    alignas(max_align_t) unsigned char found[QUERY_ROW_MAX];
    assert(shape->size <= sizeof found);
    enum status status = query_row(query);
    if (status == STATUS_OK)
        status = shape->read(query, arena, found);
    query_end(query);
    if (status == STATUS_OK)
        memcpy(row, found, shape->size);
    return status;
}

enum status query_all(struct query *query, struct arena *arena, const struct query_shape *shape,
                      int limit, void *rows, size_t *count)
{
    const size_t most = limit > 0 ? (size_t)limit : SIZE_MAX;
    size_t n = 0, room = limit > 0 && limit < 64 ? (size_t)limit : 64;
    char *found = arena_array(arena, room, shape->size);
    enum status status = STATUS_OK;
    while (n < most && (status = query_row(query)) == STATUS_OK) {
        if (n == room) {
            char *more = arena_array(arena, room * 2, shape->size);
            memcpy(more, found, n * shape->size);
            found = more;
            room *= 2;
        }
        if ((status = shape->read(query, arena, found + n++ * shape->size)) != STATUS_OK)
            break;
    }
    query_end(query);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    memcpy(rows, &found, sizeof found); /* whatever the rows are, their pointer looks alike */
    *count = n;
    return STATUS_OK;
}
