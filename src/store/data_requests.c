/*
 * store/data_requests: see data_requests.h.
 */
#include "store/data_requests.h"

#include "store/entries.h"
#include "store/query.h"

#define ENTRIES_MAX 10000

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct data_request *out = row;
    out->id = query_get_int(query);
    out->kind = (enum data_request_kind)query_get_int(query);
    out->way = (enum data_request_way)query_get_int(query);
    out->state = (enum data_request_state)query_get_int(query);
    out->received_at = query_get_int(query);
    out->due_at = query_get_int(query);
    out->extended_at = query_get_int(query);
    out->closed_at = query_get_int(query);
    out->who = query_get_text(query, arena);
    out->email = query_get_text(query, arena);
    out->email_key = query_get_text(query, arena);
    out->note = query_get_text(query, arena);
    out->extension = query_get_text(query, arena);
    out->answer = query_get_text(query, arena);
    out->is_forgotten = query_get_int(query) != 0;
    out->head.value = query_get_int(query);
    return STATUS_OK;
}

static const struct query_shape shape = {sizeof(struct data_request), read_row};

enum status data_requests_get(struct store *store, struct arena *arena, int64_t id,
                              struct data_request *out)
{
    struct query query = query_begin(store, STATEMENT_DATA_REQUESTS_GET);
    query_int(&query, id);
    return query_one(&query, arena, &shape, out);
}

static enum status list(struct store *store, struct arena *arena, enum statement statement,
                        int64_t at_s, int64_t id, int limit, struct data_request **out,
                        size_t *count)
{
    struct query query = query_begin(store, statement);
    query_int(&query, at_s);
    query_int(&query, id);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

enum status data_requests_list_open(struct store *store, struct arena *arena, int64_t due_at,
                                    int64_t id, int limit, struct data_request **out, size_t *count)
{
    return list(store, arena, STATEMENT_DATA_REQUESTS_OPEN, due_at, id, limit, out, count);
}

enum status data_requests_list_closed(struct store *store, struct arena *arena, int64_t closed_at,
                                      int64_t id, int limit, struct data_request **out,
                                      size_t *count)
{
    return list(store, arena, STATEMENT_DATA_REQUESTS_CLOSED, closed_at, id, limit, out, count);
}

enum status data_requests_list_from(struct store *store, struct arena *arena, const char *email_key,
                                    int limit, struct data_request **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_DATA_REQUESTS_FROM);
    query_text(&query, email_key);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

enum status data_requests_list_old(struct store *store, struct arena *arena, int64_t before,
                                   int limit, struct data_request **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_DATA_REQUESTS_CLOSED_BEFORE);
    query_int(&query, before);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

enum status data_requests_due_before(struct store *store, int64_t day, int64_t *out)
{
    struct query query = query_begin(store, STATEMENT_DATA_REQUESTS_DUE_BEFORE);
    query_int(&query, day);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_int(&query);
    query_end(&query);
    return status;
}

enum status data_requests_any(struct store *store, bool *out)
{
    struct query query = query_begin(store, STATEMENT_DATA_REQUESTS_ANY);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_int(&query) != 0;
    query_end(&query);
    return status;
}

static void bind(struct query *query, const struct data_request *request)
{
    query_int(query, request->kind);
    query_int(query, request->way);
    query_int(query, request->state);
    query_int(query, request->received_at);
    query_int(query, request->due_at);
    query_int(query, request->extended_at);
    query_int(query, request->closed_at);
    query_text(query, request->who);
    query_text(query, request->email);
    query_text(query, request->email_key);
    query_text(query, request->note);
    query_text(query, request->extension);
    query_text(query, request->answer);
    query_int(query, request->is_forgotten);
    query_int(query, request->head.value);
}

static enum status note_entry(struct txn *txn, const struct data_request *request)
{
    struct query query = query_begin_write(txn, STATEMENT_DATA_REQUESTS_ENTRIES_INSERT);
    query_int(&query, request->id);
    query_int(&query, request->head.value);
    return query_run(&query, NULL);
}

enum status data_requests_insert(struct txn *txn, const struct data_request *request, int64_t *id)
{
    struct query query = query_begin_write(txn, STATEMENT_DATA_REQUESTS_INSERT);
    bind(&query, request);
    enum status status = query_run(&query, NULL);
    if (status == STATUS_OK)
        *id = sqlite3_last_insert_rowid(txn->store->db);
    return status;
}

enum status data_requests_update(struct txn *txn, const struct data_request *request)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_DATA_REQUESTS_UPDATE);
    bind(&query, request);
    query_int(&query, request->id);
    enum status status = query_run(&query, &changes);
    if (status == STATUS_OK && changes == 0)
        return STATUS_NOT_FOUND;
    return status == STATUS_OK && !request->is_forgotten ? note_entry(txn, request) : status;
}

static enum status run_of(struct txn *txn, enum statement statement, int64_t id)
{
    struct query query = query_begin_write(txn, statement);
    query_int(&query, id);
    return query_run(&query, NULL);
}

enum status data_requests_delete(struct txn *txn, int64_t id)
{
    return run_of(txn, STATEMENT_DATA_REQUESTS_DELETE, id);
}

enum status data_requests_blank_entries(struct txn *txn, struct arena *arena, int64_t id)
{
    int64_t *positions = arena_array(arena, ENTRIES_MAX, sizeof *positions);
    size_t count = 0;
    struct query query = query_begin(txn_store(txn), STATEMENT_DATA_REQUESTS_ENTRIES);
    query_int(&query, id);
    enum status status = STATUS_NOT_FOUND;
    while (count < ENTRIES_MAX && (status = query_row(&query)) == STATUS_OK)
        positions[count++] = query_get_int(&query);
    query_end(&query);
    if (count < ENTRIES_MAX && status != STATUS_NOT_FOUND)
        return status;
    status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = entries_blank(txn, (struct position){positions[i]});
    return status == STATUS_OK ? run_of(txn, STATEMENT_DATA_REQUESTS_ENTRIES_DELETE, id) : status;
}
