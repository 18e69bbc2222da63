/*
 * service/import: see the header. Reads chunk after chunk, writes each in as many transactions as
 * others leave time for, and keeps count. What a row does is import_apply.
 */
#include "service/import.h"

#include <pthread.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fold.h"
#include "service/checkpointer.h"
#include "service/import_apply.h"
#include "service/import_chunk.h"
#include "store/settings.h"
#include "store/topics.h"

#define LOCK_WAIT_MS 5000
#define LOCK_TRIES   12

/* While the first chunk is read nothing is written, so it is short; those after it grow no faster
 * than reading is faster than writing. */
#define FIRST_CHUNK_ROWS 4096
#define CHUNK_GROWTH     4

#define LOOK_ROWS 64                /* rows between two looks at the clock */
#define SHARE_NS  INT64_C(20000000) /* work at least so long when others wait */

struct import {
    const struct service *service;
    const struct import_options *options;
    struct importer importer;
    struct import_columns columns;
    struct csv_reader *reader;
    struct import_chunk chunk; /* being written */
    struct import_chunk ahead; /* being read meanwhile */
    enum status ahead_status;
    size_t ahead_rows;     /* at most so many, and no more than a chunk holds */
    struct arena *scratch; /* of a row */
    struct checkpointer *checkpointer;
    struct import_run run;
    struct import_counts counts; /* what is on disk */
    struct import_run before;    /* what the run that is resumed had done; all zero: none is */
    bool has_rejected_header;
    bool is_done; /* every row of the file */
};

static bool is_stopped(const struct import *import)
{
    return import->options->stop != NULL && atomic_load(import->options->stop);
}

/* With what the run had done before it was cut off: those rows are met again, and are unchanged. */
static struct import_counts counts_of_all(const struct import *import,
                                          const struct import_counts *counts)
{
    struct import_counts all = *counts;
    const int64_t again = import->before.added + import->before.updated;

    all.added += import->before.added;
    all.updated += import->before.updated;
    all.unchanged -= again < all.unchanged ? again : all.unchanged;
    return all;
}

static void report(const struct import *import)
{
    const struct import_progress progress = {.counts = counts_of_all(import, &import->counts),
                                             .bytes_done = import->chunk.offset,
                                             .bytes_total = import->options->bytes_total};

    if (import->options->progress != NULL)
        import->options->progress(&progress, import->options->context);
}

static enum status begin(const struct import *import, struct txn **out)
{
    enum status status = STATUS_BUSY;

    for (int i = 0; i < LOCK_TRIES && status == STATUS_BUSY; i++)
        status = txn_begin(import->service->store, LOCK_WAIT_MS, out);
    return status;
}

static void count(struct import_counts *counts, enum import_verdict verdict)
{
    counts->rows++;
    counts->added += verdict == IMPORT_ADDED;
    counts->updated += verdict == IMPORT_UPDATED;
    counts->unchanged += verdict == IMPORT_UNCHANGED;
    counts->kept_out += verdict == IMPORT_KEPT_OUT;
    counts->rejected += verdict == IMPORT_REJECTED;
}

static enum status put_run(struct import *import, struct txn *txn,
                           const struct import_counts *counts)
{
    const struct import_counts all = counts_of_all(import, counts);
    import->run.line = all.line;
    import->run.added = all.added;
    import->run.updated = all.updated;
    import->run.unchanged = all.unchanged;
    import->run.kept_out = counts->kept_out;
    import->run.rejected = counts->rejected;
    return import_runs_put(txn, &import->run, &import->run.id);
}

static bool must_end(const struct import *import, struct txn *txn, int64_t began_ns)
{
    if (is_stopped(import))
        return true;
    return txn != NULL && txn_is_wanted(txn) && clock_monotonic_ns() - began_ns >= SHARE_NS;
}

static void tell_row(const struct import *import, const struct import_row *row,
                     enum import_verdict verdict)
{
    const struct import_options *options = import->options;
    if (options->row != NULL && options->is_dry_run)
        options->row(row, verdict, &import->importer.last, options->context);
}

/* Who was erased is not kept by being refused either: of such a row its line and the reason stay.
 */
static void hide(struct import_row *row)
{
    row->email = row->name = row->raw = NULL;
    row->raw_count = 0;
}

/* Applies rows from *at on, until all are done or it is time to let others. txn NULL: a dry run. */
static enum status apply_rows(struct import *import, struct txn *txn, size_t *at,
                              struct import_counts *counts)
{
    struct import_chunk *chunk = &import->chunk;
    const int64_t began_ns = clock_monotonic_ns();

    for (size_t done = 1; *at < chunk->sorted_count; done++) {
        const char *reason = NULL;
        enum import_verdict verdict;
        enum status status = import_apply(&import->importer, txn, import->scratch,
                                          &chunk->packed[*at], &verdict, &reason);
        if (status != STATUS_OK)
            return status;
        if (reason != NULL)
            chunk->sorted[*at]->reason = arena_strdup(chunk->arena, reason);
        if (import->importer.was_suppressed)
            hide(chunk->sorted[*at]);
        count(counts, verdict);
        tell_row(import, chunk->sorted[*at], verdict);
        (*at)++;
        if (done % LOOK_ROWS != 0)
            continue;
        arena_reset(import->scratch);
        if (must_end(import, txn, began_ns))
            break;
    }
    arena_reset(import->scratch);
    return STATUS_OK;
}

static enum status write_some(struct import *import, size_t *at)
{
    struct import_counts counts = import->counts;
    struct txn *txn = NULL;
    size_t next = *at;
    enum status status = begin(import, &txn);

    if (status != STATUS_OK)
        return status;
    status = apply_rows(import, txn, &next, &counts);
    if (status == STATUS_OK)
        status = put_run(import, txn, &counts);
    if (status != STATUS_OK) {
        txn_rollback(txn);
        return status;
    }
    status = txn_commit(txn);
    if (status != STATUS_OK)
        return status;
    *at = next;
    import->counts = counts;
    checkpointer_watch(import->checkpointer, store_wal_pages(import->service->store), false);
    return STATUS_OK;
}

static enum status decide_some(struct import *import, size_t *at)
{
    enum status status = store_snapshot_begin(import->service->store);

    if (status != STATUS_OK)
        return status;
    status = apply_rows(import, NULL, at, &import->counts);
    store_snapshot_end(import->service->store);
    return status;
}

/* The line up to which all rows are done, when the sorted ones from `at` on are not. */
static int64_t line_done(const struct import *import, size_t at)
{
    const struct import_chunk *chunk = &import->chunk;
    int64_t undone = INT64_MAX, line = import->counts.line;

    for (size_t i = at; i < chunk->sorted_count; i++)
        if (chunk->packed[i].line < undone)
            undone = chunk->packed[i].line;
    for (size_t i = 0; i < chunk->count && chunk->rows[i].line < undone; i++)
        line = chunk->rows[i].line;
    return line;
}

/* Rows that never came to the list: the others were counted with their transaction. */
static void count_unread(struct import *import)
{
    for (size_t i = 0; i < import->chunk.count; i++)
        if (import->chunk.rows[i].reason != NULL && import->chunk.rows[i].key == NULL) {
            count(&import->counts, IMPORT_REJECTED);
            tell_row(import, &import->chunk.rows[i], IMPORT_REJECTED);
        }
}

static enum status write_chunk(struct import *import)
{
    const struct import_options *options = import->options;
    enum status status = STATUS_OK;
    size_t at = 0;

    count_unread(import);
    while (at < import->chunk.sorted_count && status == STATUS_OK && !is_stopped(import)) {
        status = options->is_dry_run ? decide_some(import, &at) : write_some(import, &at);
        if (status == STATUS_OK)
            report(import);
    }
    import->counts.line = line_done(import, at);
    import->is_done = import->chunk.is_last && at == import->chunk.sorted_count;
    if (options->rejected == NULL)
        return status;
    enum status written = import_chunk_write_rejected(
        &import->chunk, &import->columns, options->rejected, &import->has_rejected_header);
    return status == STATUS_OK ? written : status;
}

static void *read_ahead(void *context)
{
    struct import *import = context;

    import->ahead_status = import_chunk_fill(&import->ahead, import->reader, &import->columns,
                                             import->options->rejected != NULL, import->ahead_rows);
    if (import->ahead_rows < IMPORT_CHUNK_ROWS)
        import->ahead_rows *= CHUNK_GROWTH;
    return NULL;
}

static void take_ahead(struct import *import)
{
    struct import_chunk done = import->chunk;

    import->chunk = import->ahead;
    import->ahead = done;
}

/* Writes a chunk while a thread reads the next: reading costs an eighth of writing. */
static enum status write_all(struct import *import)
{
    enum status status = STATUS_OK;

    read_ahead(import);
    while (status == STATUS_OK && import->ahead_status == STATUS_OK && !is_stopped(import)) {
        pthread_t thread;
        take_ahead(import);
        bool reads = !import->chunk.is_last;
        bool has_thread = reads && pthread_create(&thread, NULL, read_ahead, import) == 0;
        status = write_chunk(import);
        if (has_thread)
            pthread_join(thread, NULL);
        else if (reads)
            read_ahead(import);
        if (!reads)
            break;
    }
    if (is_stopped(import)) /* the signal may have interrupted a read */
        return status;
    return status == STATUS_OK ? import->ahead_status : status;
}

static enum status record(struct import *import, struct txn *txn, enum entry_kind kind,
                          const char *note)
{
    const struct origin command = {.actor = ACTOR_OPERATOR, .proof_kind = PROOF_COMMAND};
    const struct origin *origin = import->options->origin ? import->options->origin : &command;
    struct entry entry = {.kind = kind, .subject = import->run.id, .private = {.note = note}};

    return change_record(import->service, txn, &entry, origin);
}

static enum status begin_run(struct import *import)
{
    struct buf note = {0};
    struct txn *txn = NULL;
    enum status status = begin(import, &txn);

    if (status != STATUS_OK)
        return status;
    buf_adds(&note, "file: ");
    buf_add(&note, import->run.name, strlen(import->run.name));
    if (*import->importer.consent != '\0') {
        buf_adds(&note, "\nconsent: ");
        buf_add(&note, import->importer.consent, strlen(import->importer.consent));
    }
    status = put_run(import, txn, &import->counts);
    if (status == STATUS_OK)
        status = record(import, txn, ENTRY_IMPORT_BEGUN, note.data);
    if (status == STATUS_OK && import->importer.consent_until.value == 0)
        status = store_position(txn_store(txn), &import->importer.consent_until);
    buf_free(&note);
    if (status != STATUS_OK) {
        txn_rollback(txn);
        return status;
    }
    import->importer.run = import->run.id;
    return txn_commit(txn);
}

static enum status begin_again(struct import *import)
{
    const struct service *service = import->service;
    enum status status =
        import_runs_get(service->store, import->scratch, import->options->resumes, &import->before);

    import->run.id = import->importer.run = import->before.id;
    import->run.began_at = import->before.began_at;
    return status;
}

static enum status begin_or_resume(struct import *import)
{
    const struct import_options *options = import->options;
    enum status status = options->resumes != 0 ? begin_again(import) : begin_run(import);

    if (status == STATUS_OK && options->begun != NULL)
        options->begun(import->run.id, options->context);
    return status;
}

static enum status end_run(struct import *import, const char *how)
{
    const struct import_counts all = counts_of_all(import, &import->counts), *counts = &all;
    struct buf note = {0};
    struct txn *txn = NULL;
    enum status status = begin(import, &txn);

    if (status != STATUS_OK)
        return status;
    buf_printf(&note,
               "%s at line %lld; added %lld, updated %lld, unchanged %lld, kept opted out %lld, "
               "rejected %lld",
               how, (long long)counts->line, (long long)counts->added, (long long)counts->updated,
               (long long)counts->unchanged, (long long)counts->kept_out,
               (long long)counts->rejected);
    import->run.ended_at = clock_now_s();
    status = put_run(import, txn, &import->counts);
    if (status == STATUS_OK)
        status = record(import, txn, ENTRY_IMPORT_ENDED, note.data);
    buf_free(&note);
    if (status != STATUS_OK) {
        txn_rollback(txn);
        return status;
    }
    return txn_commit(txn);
}

/* Begins the run, writes all, ends it; also when writing failed, as far as that still goes. */
static enum status run(struct import *import)
{
    if (import->options->is_dry_run)
        return write_all(import);
    enum status status = checkpointer_start(import->service->conf, &import->checkpointer);
    if (status == STATUS_OK)
        status = begin_or_resume(import);
    if (status != STATUS_OK)
        goto out;
    status = write_all(import);
    enum status ended = end_run(import, import->is_done       ? "done"
                                        : status == STATUS_OK ? "stopped"
                                                              : "failed");
    status = status == STATUS_OK ? ended : status;
out:
    checkpointer_stop(import->checkpointer);
    return status;
}

static enum status read_header(const struct service *service, struct arena *arena,
                               struct csv_reader *reader, struct import_columns *out,
                               const char **fault)
{
    struct topic *topics;
    size_t topics_count;
    struct csv_row header;
    enum status status = topics_list(service->store, arena, &topics, &topics_count);

    if (status != STATUS_OK)
        return status;
    status = csv_next(reader, &header);
    if (status == STATUS_NOT_FOUND) {
        *fault = "The file is empty; its first row must name the columns.";
        return STATUS_INVALID;
    }
    if (status != STATUS_OK)
        return status;
    return import_columns_read(arena, &header, topics, topics_count, out, fault);
}

static enum status import_with(const struct service *service, struct arena *arena,
                               struct csv_reader *reader, const struct import_options *options,
                               struct import_result *out)
{
    struct import import = {
        .service = service,
        .options = options,
        .reader = reader,
        .ahead_rows = FIRST_CHUNK_ROWS,
        .importer = {.service = service,
                     .consent = options->consent ? options->consent : "",
                     .consent_until = options->consent_until,
                     .resumes = options->resumes != 0},
        .run = {.name = options->name, .began_at = clock_now_s()},
    };
    struct import_result result = {.ignored = ""};
    enum status status = read_header(service, arena, reader, &import.columns, &result.fault);

    if (status == STATUS_INVALID) {
        result.end = IMPORT_BAD_HEADER;
        *out = result;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    import.scratch = arena_new();
    if (options->columns != NULL)
        options->columns(&import.columns, options->context);
    import_chunk_init(&import.chunk, IMPORT_CHUNK_ROWS);
    import_chunk_init(&import.ahead, IMPORT_CHUNK_ROWS);
    import.importer.seen = options->is_dry_run ? import_seen_new() : NULL;
    status = run(&import);
    result.end = import.is_done ? IMPORT_DONE : IMPORT_STOPPED;
    result.counts = counts_of_all(&import, &import.counts);
    result.ignored = import.columns.ignored;
    result.run = import.run.id;
    *out = result;
    import_seen_free(import.importer.seen);
    import_chunk_free(&import.chunk);
    import_chunk_free(&import.ahead);
    arena_free(import.scratch);
    return status;
}

enum status import_run(const struct service *service, struct arena *arena, FILE *file,
                       const struct import_options *options, struct import_result *out)
{
    struct csv_reader *reader = csv_open(file);

    store_use_memory(service->store, true);
    enum status status = import_with(service, arena, reader, options, out);
    store_use_memory(service->store, false);
    csv_close(reader);
    return status;
}
