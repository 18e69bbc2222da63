/*
 * store/api_keys: see api_keys.h.
 */
#include "store/api_keys.h"

#include "store/query.h"

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct api_key *out = row;
    out->id = query_get_int(query);
    bool is_fine = query_get_blob(query, out->hash, sizeof out->hash);
    out->hint = query_get_text(query, arena);
    out->name = query_get_text(query, arena);
    out->scopes = (unsigned)query_get_int(query);
    out->created_at = query_get_int(query);
    out->expires_at = query_get_int(query);
    out->used_at = query_get_int(query);
    out->revoked_at = query_get_int(query);
    return is_fine ? STATUS_OK : STATUS_CORRUPT;
}

static const struct query_shape shape = {sizeof(struct api_key), read_row};

enum status api_keys_get(struct store *store, struct arena *arena, int64_t id, struct api_key *out)
{
    struct query query = query_begin(store, STATEMENT_API_KEYS_GET);
    query_int(&query, id);
    return query_one(&query, arena, &shape, out);
}

enum status api_keys_find(struct store *store, struct arena *arena,
                          const uint8_t hash[API_KEY_HASH_BYTES], struct api_key *out)
{
    struct query query = query_begin(store, STATEMENT_API_KEYS_FIND);
    query_blob(&query, hash, API_KEY_HASH_BYTES);
    return query_one(&query, arena, &shape, out);
}

enum status api_keys_list(struct store *store, struct arena *arena, int64_t before, int limit,
                          struct api_key **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_API_KEYS_LIST);
    query_int(&query, before);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

enum status api_keys_insert(struct txn *txn, struct api_key *key)
{
    int64_t last = 0;
    struct query query = query_begin(txn_store(txn), STATEMENT_API_KEYS_LAST_ID);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        last = query_get_int(&query);
    query_end(&query);
    if (status != STATUS_OK)
        return status;

    query = query_begin_write(txn, STATEMENT_API_KEYS_INSERT);
    query_int(&query, last + 1);
    query_blob(&query, key->hash, sizeof key->hash);
    query_text(&query, key->hint);
    query_text(&query, key->name);
    query_int(&query, key->scopes);
    query_int(&query, key->created_at);
    query_int(&query, key->expires_at);
    status = query_run(&query, NULL);
    if (status == STATUS_OK)
        key->id = last + 1;
    return status;
}

enum status api_keys_revoke(struct txn *txn, int64_t id, int64_t at_s)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_API_KEYS_REVOKE);
    query_int(&query, id);
    query_int(&query, at_s);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}

enum status api_keys_touch(struct txn *txn, int64_t id, int64_t at_s)
{
    struct query query = query_begin_write(txn, STATEMENT_API_KEYS_TOUCH);
    query_int(&query, id);
    query_int(&query, at_s);
    return query_run(&query, NULL);
}
