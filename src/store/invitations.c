/*
 * store/invitations: see invitations.h.
 */
#include "store/invitations.h"

#include "store/query.h"

static enum status read_one(struct query *query, struct invitation *out)
{
    struct invitation found;
    enum status status = query_row(query);
    if (status == STATUS_OK) {
        found.admin = query_get_int(query);
        if (!query_get_blob(query, found.hash, sizeof found.hash))
            status = STATUS_CORRUPT;
        found.created_at = query_get_int(query);
        found.expires_at = query_get_int(query);
    }
    query_end(query);
    if (status == STATUS_OK)
        *out = found;
    return status;
}

enum status invitations_get(struct store *store, int64_t admin, struct invitation *out)
{
    struct query query = query_begin(store, STATEMENT_INVITATIONS_GET);
    query_int(&query, admin);
    return read_one(&query, out);
}

enum status invitations_find(struct store *store, const uint8_t hash[32], struct invitation *out)
{
    struct query query = query_begin(store, STATEMENT_INVITATIONS_FIND);
    query_blob(&query, hash, sizeof out->hash);
    return read_one(&query, out);
}

enum status invitations_put(struct txn *txn, const struct invitation *invitation)
{
    struct query query = query_begin_write(txn, STATEMENT_INVITATIONS_PUT);
    query_int(&query, invitation->admin);
    query_blob(&query, invitation->hash, sizeof invitation->hash);
    query_int(&query, invitation->created_at);
    query_int(&query, invitation->expires_at);
    return query_run(&query, NULL);
}

enum status invitations_delete(struct txn *txn, int64_t admin)
{
    struct query query = query_begin_write(txn, STATEMENT_INVITATIONS_DELETE);
    query_int(&query, admin);
    return query_run(&query, NULL);
}
