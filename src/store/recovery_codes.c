/*
 * store/recovery_codes: codes for who has lost the second factor. Declared in factors.h.
 */
#include "store/factors.h"
#include "store/query.h"

enum status recovery_codes_left(struct store *store, int64_t admin, int64_t *out)
{
    int64_t left = 0;
    struct query query = query_begin(store, STATEMENT_RECOVERY_CODES_LEFT);
    query_int(&query, admin);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        left = query_get_int(&query);
    query_end(&query);
    if (status == STATUS_OK)
        *out = left;
    return status;
}

enum status recovery_codes_insert(struct txn *txn, int64_t admin,
                                  const uint8_t hash[FACTOR_HASH_BYTES])
{
    struct query query = query_begin_write(txn, STATEMENT_RECOVERY_CODES_INSERT);
    query_int(&query, admin);
    query_blob(&query, hash, FACTOR_HASH_BYTES);
    return query_run(&query, NULL);
}

enum status recovery_codes_use(struct txn *txn, int64_t admin,
                               const uint8_t hash[FACTOR_HASH_BYTES], int64_t now_s)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_RECOVERY_CODES_USE);
    query_int(&query, admin);
    query_blob(&query, hash, FACTOR_HASH_BYTES);
    query_int(&query, now_s);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}

enum status recovery_codes_delete_of(struct txn *txn, int64_t admin)
{
    struct query query = query_begin_write(txn, STATEMENT_RECOVERY_CODES_DELETE_OF);
    query_int(&query, admin);
    return query_run(&query, NULL);
}
