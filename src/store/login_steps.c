/*
 * store/login_steps: logins between password and code. Declared in factors.h.
 */
#include "store/factors.h"
#include "store/query.h"

enum status login_steps_get(struct store *store, const uint8_t hash[FACTOR_HASH_BYTES],
                            struct login_step *out)
{
    struct login_step step;
    struct query query = query_begin(store, STATEMENT_LOGIN_STEPS_GET);
    query_blob(&query, hash, FACTOR_HASH_BYTES);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        bool fits = query_get_blob(&query, step.hash, sizeof step.hash);
        step.admin = query_get_int(&query);
        fits = query_get_blob(&query, step.password, sizeof step.password) && fits;
        step.created_at = query_get_int(&query);
        step.failures = query_get_int(&query);
        if (!fits)
            status = STATUS_CORRUPT;
    }
    query_end(&query);
    if (status == STATUS_OK)
        *out = step;
    return status;
}

enum status login_steps_insert(struct txn *txn, const struct login_step *step)
{
    struct query query = query_begin_write(txn, STATEMENT_LOGIN_STEPS_INSERT);
    query_blob(&query, step->hash, sizeof step->hash);
    query_int(&query, step->admin);
    query_blob(&query, step->password, sizeof step->password);
    query_int(&query, step->created_at);
    return query_run(&query, NULL);
}

enum status login_steps_fail(struct txn *txn, const uint8_t hash[FACTOR_HASH_BYTES])
{
    struct query query = query_begin_write(txn, STATEMENT_LOGIN_STEPS_FAIL);
    query_blob(&query, hash, FACTOR_HASH_BYTES);
    return query_run(&query, NULL);
}

enum status login_steps_delete(struct txn *txn, const uint8_t hash[FACTOR_HASH_BYTES])
{
    struct query query = query_begin_write(txn, STATEMENT_LOGIN_STEPS_DELETE);
    query_blob(&query, hash, FACTOR_HASH_BYTES);
    return query_run(&query, NULL);
}

enum status login_steps_delete_of(struct txn *txn, int64_t admin)
{
    struct query query = query_begin_write(txn, STATEMENT_LOGIN_STEPS_DELETE_OF);
    query_int(&query, admin);
    return query_run(&query, NULL);
}

enum status login_steps_delete_stale(struct txn *txn, int64_t created_before)
{
    struct query query = query_begin_write(txn, STATEMENT_LOGIN_STEPS_DELETE_STALE);
    query_int(&query, created_before);
    return query_run(&query, NULL);
}
