/*
 * store/meta: small values of the database itself, by key. See meta.h and contacts.h.
 */
#include "store/meta.h"

#include "store/query.h"

enum status meta_get(struct store *store, const char *key, void *out, size_t len)
{
    size_t got = 0;
    struct query query = query_begin(store, STATEMENT_META_GET);
    query_text(&query, key);
    enum status status = query_row(&query);
    if (status == STATUS_OK && (!query_get_blob_up_to(&query, out, len, &got) || got != len))
        status = STATUS_CORRUPT;
    query_end(&query);
    return status;
}

enum status meta_put(struct txn *txn, const char *key, const void *value, size_t len)
{
    struct query query = query_begin_write(txn, STATEMENT_META_PUT);
    query_text(&query, key);
    query_blob(&query, value, len);
    return query_run(&query, NULL);
}

enum status meta_get_int(struct store *store, const char *key, int64_t *out)
{
    uint8_t kept[sizeof(int64_t)];
    uint64_t value = 0;
    enum status status = meta_get(store, key, kept, sizeof kept);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < sizeof kept; i++)
        value = value << 8 | kept[i];
    *out = (int64_t)value;
    return STATUS_OK;
}

enum status meta_put_int(struct txn *txn, const char *key, int64_t value)
{
    uint8_t kept[sizeof(int64_t)];
    for (size_t i = 0; i < sizeof kept; i++)
        kept[i] = (uint8_t)((uint64_t)value >> (8 * (sizeof kept - 1 - i)));
    return meta_put(txn, key, kept, sizeof kept);
}
