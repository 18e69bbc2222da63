/*
 * store/link_uses: see link_uses.h.
 */
#include "store/link_uses.h"

#include <string.h>

#include "store/query.h"

enum status link_uses_add(struct txn *txn, const struct link_use *use)
{
    struct query query = query_begin_write(txn, STATEMENT_LINK_USES_ADD);
    query_blob(&query, use->key, sizeof use->key);
    query_int(&query, use->day);
    query_int(&query, use->opened);
    query_int(&query, use->acted);
    query_int(&query, use->machine);
    query_int(&query, use->refused);
    return query_run(&query, NULL);
}

enum status link_uses_list(struct store *store, const uint8_t key[LINK_KEY_STORE_ID_BYTES],
                           int32_t day, struct link_use *out, size_t max, size_t *count)
{
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_LINK_USES_LIST);
    query_blob(&query, key, LINK_KEY_STORE_ID_BYTES);
    query_int(&query, day);
    enum status status = STATUS_NOT_FOUND;
    while (n < max && (status = query_row(&query)) == STATUS_OK) {
        struct link_use *use = &out[n++];
        memcpy(use->key, key, LINK_KEY_STORE_ID_BYTES);
        use->day = (int32_t)query_get_int(&query);
        use->opened = query_get_int(&query);
        use->acted = query_get_int(&query);
        use->machine = query_get_int(&query);
        use->refused = query_get_int(&query);
    }
    query_end(&query);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *count = n;
    return STATUS_OK;
}

enum status link_uses_trim(struct txn *txn, const uint8_t key[LINK_KEY_STORE_ID_BYTES], int32_t day)
{
    struct query query = query_begin_write(txn, STATEMENT_LINK_USES_TRIM);
    query_blob(&query, key, LINK_KEY_STORE_ID_BYTES);
    query_int(&query, day);
    return query_run(&query, NULL);
}
