/*
 * store/import_jobs: see import_jobs.h.
 */
#include "store/import_jobs.h"

#include "store/query.h"

#define COLUMNS_MAX  1000
#define EXAMPLES_MAX 100

enum status import_jobs_insert(struct txn *txn, const struct import_job *job, int64_t *id)
{
    struct query query = query_begin_write(txn, STATEMENT_IMPORT_JOBS_INSERT);
    query_int(&query, IMPORT_IS_CHECKING);
    query_int(&query, job->admin);
    query_int(&query, job->asked_at);
    query_int(&query, job->asked_at);
    query_text(&query, job->name);
    query_text(&query, job->file);
    query_text(&query, job->consent);
    query_int(&query, job->bytes);
    enum status status = query_run(&query, NULL);
    if (status == STATUS_OK)
        *id = sqlite3_last_insert_rowid(txn->store->db);
    return status;
}

enum status import_jobs_update(struct txn *txn, const struct import_job *job)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_IMPORT_JOBS_UPDATE);
    query_int(&query, job->id);
    query_int(&query, job->state);
    query_int(&query, job->moved_at);
    query_text(&query, job->file);
    query_int(&query, job->bytes_done);
    query_int(&query, job->total);
    query_int(&query, job->added);
    query_int(&query, job->updated);
    query_int(&query, job->unchanged);
    query_int(&query, job->kept_out);
    query_int(&query, job->rejected);
    query_text(&query, job->fault);
    query_int(&query, job->run);
    query_int(&query, job->first.value);
    query_int(&query, job->last.value);
    query_int(&query, job->undone.value);
    query_int(&query, job->restored);
    query_int(&query, job->left_alone);
    query_int(&query, job->is_stopping);
    query_int(&query, job->opts_in);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct import_job *out = row;
    out->id = query_get_int(query);
    const int64_t state = query_get_int(query);
    out->admin = query_get_int(query);
    out->asked_at = query_get_int(query);
    out->moved_at = query_get_int(query);
    out->name = query_get_text(query, arena);
    out->file = query_get_text(query, arena);
    out->consent = query_get_text(query, arena);
    out->bytes = query_get_int(query);
    out->bytes_done = query_get_int(query);
    out->total = query_get_int(query);
    out->added = query_get_int(query);
    out->updated = query_get_int(query);
    out->unchanged = query_get_int(query);
    out->kept_out = query_get_int(query);
    out->rejected = query_get_int(query);
    out->fault = query_get_text(query, arena);
    out->run = query_get_int(query);
    out->first.value = query_get_int(query);
    out->last.value = query_get_int(query);
    out->undone.value = query_get_int(query);
    out->restored = query_get_int(query);
    out->left_alone = query_get_int(query);
    out->is_stopping = query_get_int(query) != 0;
    out->opts_in = query_get_int(query);
    out->state = (enum import_state)state;
    return state >= IMPORT_IS_CHECKING && state < IMPORT_STATE_END ? STATUS_OK : STATUS_CORRUPT;
}

static const struct query_shape shape = {sizeof(struct import_job), read_row};

enum status import_jobs_get(struct store *store, struct arena *arena, int64_t id,
                            struct import_job *out)
{
    struct query query = query_begin(store, STATEMENT_IMPORT_JOBS_GET);
    query_int(&query, id);
    return query_one(&query, arena, &shape, out);
}

enum status import_jobs_list(struct store *store, struct arena *arena, int64_t below, int limit,
                             struct import_job **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_IMPORT_JOBS_NEWEST);
    query_int(&query, below);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

static enum status clear(struct txn *txn, enum statement statement, int64_t job)
{
    struct query query = query_begin_write(txn, statement);
    query_int(&query, job);
    return query_run(&query, NULL);
}

enum status import_jobs_put_columns(struct txn *txn, int64_t job,
                                    const struct import_column_row *rows, size_t count)
{
    enum status status = clear(txn, STATEMENT_IMPORT_JOBS_COLUMNS_CLEAR, job);
    for (size_t i = 0; i < count && i < COLUMNS_MAX && status == STATUS_OK; i++) {
        struct query query = query_begin_write(txn, STATEMENT_IMPORT_JOBS_COLUMNS_INSERT);
        query_int(&query, job);
        query_int(&query, (int64_t)i);
        query_int(&query, rows[i].kind);
        query_int(&query, rows[i].topic.value);
        query_text(&query, rows[i].title);
        query_text(&query, rows[i].sample);
        status = query_run(&query, NULL);
    }
    return status;
}

enum status import_jobs_put_examples(struct txn *txn, int64_t job,
                                     const struct import_example *rows, size_t count)
{
    enum status status = clear(txn, STATEMENT_IMPORT_JOBS_EXAMPLES_CLEAR, job);
    for (size_t i = 0; i < count && i < EXAMPLES_MAX && status == STATUS_OK; i++) {
        struct query query = query_begin_write(txn, STATEMENT_IMPORT_JOBS_EXAMPLES_INSERT);
        query_int(&query, job);
        query_int(&query, (int64_t)i);
        query_int(&query, rows[i].verdict);
        query_int(&query, rows[i].line);
        query_text(&query, rows[i].email);
        query_text(&query, rows[i].reason);
        query_int(&query, rows[i].status_before);
        query_int(&query, rows[i].status_after);
        query_int(&query, (int64_t)rows[i].choices_before);
        query_int(&query, (int64_t)rows[i].choices_after);
        query_text(&query, rows[i].edits);
        status = query_run(&query, NULL);
    }
    return status;
}

enum status import_jobs_columns(struct store *store, struct arena *arena, int64_t job,
                                struct import_column_row **out, size_t *count)
{
    struct import_column_row *rows = arena_array(arena, COLUMNS_MAX, sizeof *rows);
    enum status status = STATUS_NOT_FOUND;
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_IMPORT_JOBS_COLUMNS_LIST);
    query_int(&query, job);
    for (; n < COLUMNS_MAX && (status = query_row(&query)) == STATUS_OK; n++) {
        rows[n].kind = (int)query_get_int(&query);
        rows[n].topic.value = (uint8_t)query_get_int(&query);
        rows[n].title = query_get_text(&query, arena);
        rows[n].sample = query_get_text(&query, arena);
    }
    query_end(&query);
    *out = rows;
    *count = n;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status import_jobs_examples(struct store *store, struct arena *arena, int64_t job,
                                 struct import_example **out, size_t *count)
{
    struct import_example *rows = arena_array(arena, EXAMPLES_MAX, sizeof *rows);
    enum status status = STATUS_NOT_FOUND;
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_IMPORT_JOBS_EXAMPLES_LIST);
    query_int(&query, job);
    for (; n < EXAMPLES_MAX && (status = query_row(&query)) == STATUS_OK; n++) {
        rows[n].verdict = (int)query_get_int(&query);
        rows[n].line = query_get_int(&query);
        rows[n].email = query_get_text(&query, arena);
        rows[n].reason = query_get_text(&query, arena);
        rows[n].status_before = (enum contact_status)query_get_int(&query);
        rows[n].status_after = (enum contact_status)query_get_int(&query);
        rows[n].choices_before = (uint64_t)query_get_int(&query);
        rows[n].choices_after = (uint64_t)query_get_int(&query);
        rows[n].edits = query_get_text(&query, arena);
    }
    query_end(&query);
    *out = rows;
    *count = n;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
