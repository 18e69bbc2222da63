/*
 * store/suppressions: keyed hashes of addresses that stay refused. Declared in settings.h.
 */
#include "store/bygone.h"
#include "store/meta.h"
#include "store/query.h"
#include "store/settings.h"

#define HASH_BYTES 32
#define COUNT_KEY  "suppressions"

enum status suppressions_any(struct store *store, bool *out)
{
    struct txn *txn = store->txn.is_open ? &store->txn : NULL;
    if (txn != NULL && txn->knows_any) {
        *out = txn->has_any;
        return STATUS_OK;
    }
    bool has_any = true;
    struct query query = query_begin(store, STATEMENT_SUPPRESSIONS_ANY);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        has_any = query_get_int(&query) != 0;
    query_end(&query);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    if (txn != NULL) {
        txn->knows_any = true;
        txn->has_any = has_any;
    }
    *out = has_any;
    return STATUS_OK;
}

enum status suppressions_since(struct store *store, const uint8_t hash[32], int64_t *at_s)
{
    struct query query = query_begin(store, STATEMENT_SUPPRESSIONS_GET);
    query_blob(&query, hash, HASH_BYTES);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *at_s = query_get_int(&query);
    query_end(&query);
    return status;
}

enum status suppressions_has(struct store *store, const uint8_t hash[32], bool *out)
{
    int64_t at_s = 0;
    enum status status = suppressions_since(store, hash, &at_s);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = status == STATUS_OK;
    return STATUS_OK;
}

enum status suppressions_walk(struct store *store, struct arena *arena, const uint8_t *after,
                              int limit, struct suppression **out, size_t *count)
{
    struct suppression *rows = arena_array(arena, (size_t)limit, sizeof *rows);
    size_t found = 0;
    struct query query = query_begin(store, STATEMENT_SUPPRESSIONS_WALK);
    query_blob(&query, after, after != NULL ? HASH_BYTES : 0);
    query_int(&query, limit);
    enum status status;
    while (found < (size_t)limit && (status = query_row(&query)) == STATUS_OK) {
        if (!query_get_blob(&query, rows[found].hash, HASH_BYTES)) {
            status = STATUS_CORRUPT;
            break;
        }
        rows[found++].at = query_get_int(&query);
    }
    query_end(&query);
    if (found < (size_t)limit && status != STATUS_NOT_FOUND)
        return status;
    *out = rows;
    *count = found;
    return STATUS_OK;
}

enum status suppressions_count(struct store *store, int64_t *out)
{
    return meta_get_int(store, COUNT_KEY, out);
}

static enum status count_on(struct txn *txn, int by)
{
    int64_t count = 0;
    enum status status = suppressions_count(txn->store, &count);
    if (status != STATUS_OK || by == 0)
        return status;
    return meta_put_int(txn, COUNT_KEY, count + by);
}

enum status suppressions_put(struct txn *txn, const uint8_t hash[32], int64_t at_s)
{
    int changes = 0;
    txn->knows_any = false;
    struct query query = query_begin_write(txn, STATEMENT_SUPPRESSIONS_PUT);
    query_blob(&query, hash, HASH_BYTES);
    query_int(&query, at_s);
    enum status status = query_run(&query, &changes);
    if (status == STATUS_OK && changes > 0)
        status = bygone_put_suppressed(txn, hash);
    return status == STATUS_OK ? count_on(txn, changes) : status;
}

enum status suppressions_remove(struct txn *txn, const uint8_t hash[32])
{
    int changes = 0;
    txn->knows_any = false;
    struct query query = query_begin_write(txn, STATEMENT_SUPPRESSIONS_REMOVE);
    query_blob(&query, hash, HASH_BYTES);
    enum status status = query_run(&query, &changes);
    if (status == STATUS_OK && changes > 0)
        status = bygone_put_lifted(txn, hash);
    return status == STATUS_OK ? count_on(txn, -changes) : status;
}
