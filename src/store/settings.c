/*
 * store/settings: see settings.h. Suppressed addresses are in suppressions.c, imports in
 * import_runs.c.
 */
#include "store/settings.h"

#include "store/query.h"

enum status settings_get(struct store *store, struct arena *arena, const char *key,
                         const char **out)
{
    struct query query = query_begin(store, STATEMENT_SETTINGS_GET);
    query_text(&query, key);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_text(&query, arena);
    query_end(&query);
    return status;
}

enum status settings_put(struct txn *txn, const char *key, const char *value, int64_t at_s)
{
    struct query query = query_begin_write(txn, STATEMENT_SETTINGS_PUT);
    query_text(&query, key);
    query_text(&query, value);
    query_int(&query, at_s);
    return query_run(&query, NULL);
}
