/*
 * store/api_calls: see api_calls.h.
 */
#include "store/api_calls.h"

#include "store/query.h"

static enum status read_row(struct query *query, struct arena *arena, struct api_call *out)
{
    bool is_fine = query_get_blob(query, out->request, sizeof out->request);
    out->at = query_get_int(query);
    out->until = query_get_int(query);
    out->code = (int)query_get_int(query);
    out->contact.value = query_get_int(query);
    out->tag = query_get_text(query, arena);
    out->location = query_get_text(query, arena);
    const size_t size = (size_t)query_get_int(query);
    void *body = arena_alloc(arena, size + 1);
    is_fine = is_fine && query_get_blob_up_to(query, body, size, &out->body_len);
    out->body = body;
    return is_fine ? STATUS_OK : STATUS_CORRUPT;
}

enum status api_calls_find(struct store *store, struct arena *arena, int64_t api_key,
                           const uint8_t key[API_CALL_HASH_BYTES], struct api_call *out)
{
    struct api_call call = {.api_key = api_key};
    struct query query = query_begin(store, STATEMENT_API_CALLS_FIND);
    query_int(&query, api_key);
    query_blob(&query, key, API_CALL_HASH_BYTES);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        status = read_row(&query, arena, &call);
    query_end(&query);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < API_CALL_HASH_BYTES; i++)
        call.key[i] = key[i];
    *out = call;
    return STATUS_OK;
}

enum status api_calls_put(struct txn *txn, const struct api_call *call)
{
    struct query query = query_begin_write(txn, STATEMENT_API_CALLS_PUT);
    query_int(&query, call->api_key);
    query_blob(&query, call->key, sizeof call->key);
    query_blob(&query, call->request, sizeof call->request);
    query_int(&query, call->at);
    query_int(&query, call->until);
    query_int(&query, call->code);
    query_int(&query, call->contact.value);
    query_text(&query, call->tag);
    query_text(&query, call->location);
    query_blob(&query, call->body_len > 0 ? call->body : "", call->body_len);
    return query_run(&query, NULL);
}

enum status api_calls_delete_about(struct txn *txn, struct contact_id contact)
{
    struct query query = query_begin_write(txn, STATEMENT_API_CALLS_DELETE_ABOUT);
    query_int(&query, contact.value);
    return query_run(&query, NULL);
}

enum status api_calls_delete_old(struct txn *txn, int64_t at_s, int limit, int *count)
{
    struct query query = query_begin_write(txn, STATEMENT_API_CALLS_DELETE_OLD);
    query_int(&query, at_s);
    query_int(&query, limit);
    return query_run(&query, count);
}
