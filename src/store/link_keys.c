/*
 * store/link_keys: see link_keys.h.
 */
#include "store/link_keys.h"

#include <stdlib.h>
#include <string.h>

#include "store/query.h"

static enum status read_row(struct query *query, struct arena *arena, struct link_key *out)
{
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

enum status link_keys_get(struct store *store, struct arena *arena,
                          const uint8_t id[LINK_KEY_STORE_ID_BYTES], struct link_key *out)
{
    struct link_key key;
    struct query query = query_begin(store, STATEMENT_LINK_KEYS_GET);
    query_blob(&query, id, LINK_KEY_STORE_ID_BYTES);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        status = read_row(&query, arena, &key);
    query_end(&query);
    if (status == STATUS_OK)
        *out = key;
    return status;
}

enum status link_keys_list(struct store *store, struct arena *arena, struct link_key **out,
                           size_t *count)
{
    size_t n = 0, room = 16;
    struct link_key *rows = arena_array(arena, room, sizeof *rows);
    struct query query = query_begin(store, STATEMENT_LINK_KEYS_LIST);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        if (n == room) {
            struct link_key *more = arena_array(arena, room * 2, sizeof *rows);
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
