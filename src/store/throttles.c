/*
 * store/throttles: failed logins, by bucket. Declared in admins.h.
 */
#include "store/admins.h"
#include "store/query.h"

#define BUCKET_BYTES 32

enum status throttles_get(struct store *store, const uint8_t bucket[32], struct throttle *out)
{
    struct throttle found = {0};
    struct query query = query_begin(store, STATEMENT_THROTTLES_GET);
    query_blob(&query, bucket, BUCKET_BYTES);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        found.failures = (int)query_get_int(&query);
        found.last_at = query_get_int(&query);
    }
    query_end(&query);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = found;
    return STATUS_OK;
}

enum status throttles_put(struct txn *txn, const uint8_t bucket[32], const struct throttle *value)
{
    bool stays = value->failures > 0;
    struct query query =
        query_begin_write(txn, stays ? STATEMENT_THROTTLES_PUT : STATEMENT_THROTTLES_DELETE);
    query_blob(&query, bucket, BUCKET_BYTES);
    if (stays) {
        query_int(&query, value->failures);
        query_int(&query, value->last_at);
    }
    return query_run(&query, NULL);
}

enum status throttles_delete_stale(struct txn *txn, int64_t last_before)
{
    struct query query = query_begin_write(txn, STATEMENT_THROTTLES_DELETE_STALE);
    query_int(&query, last_before);
    return query_run(&query, NULL);
}
