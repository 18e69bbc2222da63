/*
 * store/link_keys: see link_keys.h.
 */
#include "store/link_keys.h"

#include "store/query.h"

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct link_key *out = row;
    bool is_fine = query_get_blob(query, out->id, sizeof out->id);
    is_fine = query_get_blob(query, out->public_key, sizeof out->public_key) && is_fine;
    out->owner = query_get_text(query, arena);
    int64_t state = query_get_int(query);
    out->state = (enum link_key_state)state;
    out->created_at = query_get_int(query);
    out->changed_at = query_get_int(query);
    is_fine = is_fine && state >= KEY_SIGNING && state <= KEY_REVOKED;
    return is_fine ? STATUS_OK : STATUS_CORRUPT;
}

static const struct query_shape shape = {sizeof(struct link_key), read_row};

enum status link_keys_get(struct store *store, struct arena *arena,
                          const uint8_t id[LINK_KEY_STORE_ID_BYTES], struct link_key *out)
{
    struct query query = query_begin(store, STATEMENT_LINK_KEYS_GET);
    query_blob(&query, id, LINK_KEY_STORE_ID_BYTES);
    return query_one(&query, arena, &shape, out);
}

enum status link_keys_list(struct store *store, struct arena *arena, struct link_key **out,
                           size_t *count)
{
    struct query query = query_begin(store, STATEMENT_LINK_KEYS_LIST);
    return query_all(&query, arena, &shape, 0, out, count);
}

enum status link_keys_insert(struct txn *txn, const struct link_key *key)
{
    struct query query = query_begin_write(txn, STATEMENT_LINK_KEYS_INSERT);
    query_blob(&query, key->id, sizeof key->id);
    query_blob(&query, key->public_key, sizeof key->public_key);
    query_text(&query, key->owner);
    query_int(&query, key->state);
    query_int(&query, key->created_at);
    query_int(&query, key->changed_at);
    return query_run(&query, NULL);
}

enum status link_keys_set_state(struct txn *txn, const uint8_t id[LINK_KEY_STORE_ID_BYTES],
                                enum link_key_state state, int64_t at_s)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_LINK_KEYS_SET_STATE);
    query_blob(&query, id, LINK_KEY_STORE_ID_BYTES);
    query_int(&query, state);
    query_int(&query, at_s);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}
