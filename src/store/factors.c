/*
 * store/factors: the sealed secrets. See the header.
 */
#include "store/factors.h"

#include "store/query.h"

enum status factors_get(struct store *store, int64_t admin, struct factor *out)
{
    struct factor factor;
    struct query query = query_begin(store, STATEMENT_FACTORS_GET);
    query_int(&query, admin);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        factor.admin = query_get_int(&query);
        if (!query_get_blob(&query, factor.secret, sizeof factor.secret))
            status = STATUS_CORRUPT;
        factor.begun_at = query_get_int(&query);
        factor.since = query_get_int(&query);
        factor.last_step = query_get_int(&query);
    }
    query_end(&query);
    if (status == STATUS_OK)
        *out = factor;
    return status;
}

enum status factors_put(struct txn *txn, const struct factor *factor)
{
    struct query query = query_begin_write(txn, STATEMENT_FACTORS_PUT);
    query_int(&query, factor->admin);
    query_blob(&query, factor->secret, sizeof factor->secret);
    query_int(&query, factor->begun_at);
    query_int(&query, factor->since);
    query_int(&query, factor->last_step);
    return query_run(&query, NULL);
}

enum status factors_delete(struct txn *txn, int64_t admin)
{
    struct query query = query_begin_write(txn, STATEMENT_FACTORS_DELETE);
    query_int(&query, admin);
    return query_run(&query, NULL);
}
