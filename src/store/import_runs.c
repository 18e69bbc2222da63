/*
 * store/import_runs: imports, as far as they have come. Declared in settings.h.
 */
#include "store/query.h"
#include "store/settings.h"

enum status import_runs_put(struct txn *txn, const struct import_run *run, int64_t *id)
{
    int changes = 0;
    bool is_new = run->id == 0;
    struct query query = query_begin_write(txn, is_new ? STATEMENT_IMPORT_RUNS_INSERT
                                                       : STATEMENT_IMPORT_RUNS_UPDATE);
    if (!is_new)
        query_int(&query, run->id);
    query_text(&query, run->name);
    query_int(&query, run->began_at);
    query_int(&query, run->ended_at);
    query_int(&query, run->line);
    query_int(&query, run->added);
    query_int(&query, run->updated);
    query_int(&query, run->unchanged);
    query_int(&query, run->kept_out);
    query_int(&query, run->rejected);
    enum status status = query_run(&query, &changes);
    if (status != STATUS_OK)
        return status;
    if (changes == 0)
        return STATUS_NOT_FOUND;
    if (id != NULL)
        *id = is_new ? sqlite3_last_insert_rowid(txn->store->db) : run->id;
    return STATUS_OK;
}

enum status import_runs_get(struct store *store, struct arena *arena, int64_t id,
                            struct import_run *out)
{
    struct query query = query_begin(store, STATEMENT_IMPORT_RUNS_GET);
    query_int(&query, id);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        out->id = query_get_int(&query);
        out->name = query_get_text(&query, arena);
        out->began_at = query_get_int(&query);
        out->ended_at = query_get_int(&query);
        out->line = query_get_int(&query);
        out->added = query_get_int(&query);
        out->updated = query_get_int(&query);
        out->unchanged = query_get_int(&query);
        out->kept_out = query_get_int(&query);
        out->rejected = query_get_int(&query);
    }
    query_end(&query);
    return status;
}
