/*
 * store/wordings: see wordings.h.
 */
#include "store/wordings.h"

#include <assert.h>

#include "base/wording.h"
#include "store/query.h"

enum status wordings_put_text(struct txn *txn, const uint8_t hash[LEDGER_HASH_BYTES],
                              const char *text)
{
    struct query query = query_begin_write(txn, STATEMENT_WORDINGS_PUT_TEXT);
    query_blob(&query, hash, LEDGER_HASH_BYTES);
    query_text(&query, text);
    return query_run(&query, NULL);
}

enum status wordings_text(struct store *store, struct arena *arena,
                          const uint8_t hash[LEDGER_HASH_BYTES], const char **out)
{
    struct query query = query_begin(store, STATEMENT_WORDINGS_TEXT);
    query_blob(&query, hash, LEDGER_HASH_BYTES);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_text(&query, arena);
    query_end(&query);
    return status;
}

enum status wordings_put(struct txn *txn, const struct wording_set *set)
{
    struct query query = query_begin_write(txn, STATEMENT_WORDINGS_PUT);
    query_int(&query, set->number);
    query_int(&query, set->at);
    query_int(&query, set->position.value);
    query_blob(&query, set->hash, sizeof set->hash);
    query_blob(&query, set->pages, sizeof set->pages);
    return query_run(&query, NULL);
}

static enum status read_row(struct query *query, struct arena *, void *row)
{
    struct wording_set *out = row;
    out->number = query_get_int(query);
    out->at = query_get_int(query);
    out->position.value = query_get_int(query);
    const bool is_fine = query_get_blob(query, out->hash, sizeof out->hash) &&
                         query_get_blob(query, out->pages, sizeof out->pages);
    return is_fine && out->number >= 1 && out->number <= WORDING_SET_MAX ? STATUS_OK
                                                                         : STATUS_CORRUPT;
}

static const struct query_shape shape = {sizeof(struct wording_set), read_row};

enum status wordings_get(struct store *store, int64_t number, struct wording_set *out)
{
    struct query query = query_begin(store, STATEMENT_WORDINGS_GET);
    query_int(&query, number);
    return query_one(&query, NULL, &shape, out);
}

enum status wordings_newest(struct store *store, struct wording_set *out)
{
    struct query query = query_begin(store, STATEMENT_WORDINGS_NEWEST);
    return query_one(&query, NULL, &shape, out);
}

enum status wordings_newest_of(struct store *store, const uint8_t pages[LEDGER_HASH_BYTES],
                               struct wording_set *out)
{
    struct query query = query_begin(store, STATEMENT_WORDINGS_NEWEST_OF);
    query_blob(&query, pages, LEDGER_HASH_BYTES);
    return query_one(&query, NULL, &shape, out);
}

enum status wordings_before(struct store *store, struct arena *arena, int64_t before, int limit,
                            struct wording_set **out, size_t *count)
{
    assert(limit > 0);
    struct query query = query_begin(store, STATEMENT_WORDINGS_BEFORE);
    query_int(&query, before);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}
