/*
 * service/import_work: see import_work.h.
 */
#include "service/import_work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "service/change_note.h"
#include "service/import.h"
#include "service/import_undo.h"
#include "service/writer.h"
#include "store/settings.h"

#define NOTE_EVERY_NS   INT64_C(500000000) /* how often the job's row tells how far it is */
#define EXAMPLES_A_KIND 5
#define SAMPLE_BYTES    60

/* A step on its way. */
struct work {
    const struct service *service;
    struct arena *arena;
    struct import_job job;
    atomic_bool stop;         /* what the import looks at */
    const atomic_bool *leave; /* set: the process ends, and the next goes on */
    int64_t noted_ns;

    /* A check's. */
    struct import_column_row *columns;
    size_t columns_count;
    struct import_example examples[EXAMPLES_A_KIND * IMPORT_VERDICT_COUNT];
    size_t examples_count, examples_of[IMPORT_VERDICT_COUNT];
};

static enum status save_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct work *work = context;
    struct import_job *job = &work->job;
    struct import_job now;
    enum status status = import_jobs_get(txn_store(txn), arena, job->id, &now);

    (void)service;
    if (status != STATUS_OK)
        return status;
    job->is_stopping = now.is_stopping;
    if (job->state == IMPORT_IS_CHECKED) {
        status = import_jobs_put_columns(txn, job->id, work->columns, work->columns_count);
        if (status == STATUS_OK)
            status = import_jobs_put_examples(txn, job->id, work->examples, work->examples_count);
    }
    return status == STATUS_OK ? import_jobs_update(txn, job) : status;
}

static enum status save(struct work *work)
{
    struct arena *arena = arena_new();
    enum status status = writer_run(work->service, arena, save_run, work);

    work->noted_ns = clock_monotonic_ns();
    if (work->job.is_stopping || atomic_load(work->leave))
        atomic_store(&work->stop, true);
    arena_free(arena);
    return status;
}

static enum status end_as(struct work *work, enum import_state state, const char *fault)
{
    work->job.state = state;
    work->job.moved_at = clock_now_s();
    work->job.fault = fault;
    return save(work);
}

static void take_counts(struct import_job *job, const struct import_counts *counts)
{
    job->added = counts->added;
    job->updated = counts->updated;
    job->unchanged = counts->unchanged;
    job->kept_out = counts->kept_out;
    job->rejected = counts->rejected;
}

/* What can't be told now is told with the next look. */
static void on_progress(const struct import_progress *progress, void *context)
{
    struct work *work = context;

    if (atomic_load(work->leave))
        atomic_store(&work->stop, true);
    if (clock_monotonic_ns() - work->noted_ns < NOTE_EVERY_NS)
        return;
    take_counts(&work->job, &progress->counts);
    if (work->job.state == IMPORT_IS_CHECKING)
        work->job.total = progress->counts.rows;
    work->job.bytes_done = progress->bytes_done;
    if (save(work) != STATUS_OK)
        work->noted_ns = clock_monotonic_ns();
}

static void on_columns(const struct import_columns *columns, void *context)
{
    struct work *work = context;

    work->columns = arena_array(work->arena, columns->count, sizeof *work->columns);
    work->columns_count = columns->count;
    for (size_t i = 0; i < columns->count; i++)
        work->columns[i] =
            (struct import_column_row){.kind = (int)columns->items[i].kind,
                                       .topic = columns->items[i].topic,
                                       .title = arena_strdup(work->arena, columns->items[i].title),
                                       .sample = ""};
}

static const char *shortened(struct arena *arena, const char *text)
{
    size_t len = strlen(text), cut = SAMPLE_BYTES;

    if (len <= cut)
        return arena_strdup(arena, text);
    while (((unsigned char)text[cut] & 0xc0) == 0x80)
        cut--;
    return arena_printf(arena, "%.*s…", (int)cut, text);
}

static void take_samples(struct work *work, const struct import_row *row)
{
    const char *field = row->raw;

    for (size_t i = 0; row->raw != NULL && i < row->raw_count && i < work->columns_count; i++) {
        if (*work->columns[i].sample == '\0' && field[strspn(field, " \t")] != '\0')
            work->columns[i].sample = shortened(work->arena, field);
        field += strlen(field) + 1;
    }
}

static const char *edits_of(struct arena *arena, const struct change_result *result)
{
    struct buf buf = {0};

    if (result->before.email != NULL && result->before.name != NULL)
        change_note_edits(&buf, &result->before, &result->after);
    const char *edits = buf.len ? arena_strndup(arena, buf.data, buf.len) : "";
    buf_free(&buf);
    return edits;
}

static const char *text_or_none(struct arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : "";
}

/* Whether the row makes anybody get what they did not get before. */
static bool is_opt_in(enum import_verdict verdict, const struct change_result *result)
{
    const struct contact *was = &result->before, *is = &result->after;

    return is->status == CONTACT_OPTED_IN &&
           (verdict == IMPORT_ADDED || was->status != CONTACT_OPTED_IN ||
            (is->choices & ~was->choices) != 0);
}

static void on_row(const struct import_row *row, enum import_verdict verdict,
                   const struct change_result *result, void *context)
{
    struct work *work = context;

    if (verdict != IMPORT_REJECTED) {
        take_samples(work, row);
        work->job.opts_in += is_opt_in(verdict, result);
    }
    if (verdict == IMPORT_UNCHANGED || work->examples_of[verdict] >= EXAMPLES_A_KIND)
        return;
    struct import_example *example = &work->examples[work->examples_count++];
    work->examples_of[verdict]++;
    *example = (struct import_example){
        .verdict = (int)verdict,
        .line = row->line,
        .email = row->email ? arena_strdup(work->arena, row->email)
                 : row->raw ? shortened(work->arena, row->raw)
                            : "",
        .reason = text_or_none(work->arena, row->reason),
        .edits = "",
    };
    if (verdict == IMPORT_REJECTED)
        return;
    example->status_before = result->before.status;
    example->status_after = result->after.status;
    example->choices_before = result->before.choices;
    example->choices_after = result->after.choices;
    example->edits = edits_of(work->arena, result);
}

static void on_begun(int64_t run, void *context)
{
    struct work *work = context;

    work->job.run = run;
    if (save(work) != STATUS_OK)
        atomic_store(&work->stop, true); /* else the next could not go on from here */
}

static const char *words_of(struct arena *arena, enum status status)
{
    switch (status) {
    case STATUS_FULL:
        return "The disk is full.";
    case STATUS_BUSY:
        return "The database stayed busy.";
    case STATUS_IO:
        return "The disk could not be read or written.";
    default:
        return arena_printf(arena, "It can't go on: %s.", status_name(status));
    }
}

static FILE *open_rejected(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");

    if (fd >= 0 && file == NULL)
        close(fd);
    return file;
}

/* What an import came to, as the job's next state. */
static enum status conclude(struct work *work, enum status status,
                            const struct import_result *result, bool is_written)
{
    struct import_job *job = &work->job;
    const bool is_check = job->state == IMPORT_IS_CHECKING;

    take_counts(job, &result->counts);
    if (is_check)
        job->total = result->counts.rows;
    if (status == STATUS_OK && result->end == IMPORT_STOPPED && !job->is_stopping)
        return STATUS_OK; /* the process ends: the row stays as it is */
    if (status == STATUS_OK && !is_written)
        status = STATUS_FULL;
    if (status == STATUS_OK && result->end == IMPORT_BAD_HEADER)
        return end_as(work, IMPORT_IS_UNREADABLE, result->fault);
    enum status placed = is_check ? STATUS_OK : store_position(work->service->store, &job->last);
    status = status == STATUS_OK ? placed : status;
    if (status != STATUS_OK)
        return end_as(work, IMPORT_IS_FAILED, words_of(work->arena, status));
    job->bytes_done = job->bytes;
    if (result->end == IMPORT_STOPPED)
        return end_as(work, is_check ? IMPORT_IS_DISCARDED : IMPORT_IS_STOPPED, "");
    return end_as(work, is_check ? IMPORT_IS_CHECKED : IMPORT_IS_DONE, "");
}

static enum status run_file(struct work *work, FILE *file, FILE *rejected)
{
    struct import_job *job = &work->job;
    const bool is_check = job->state == IMPORT_IS_CHECKING;
    job->opts_in = is_check ? 0 : job->opts_in; /* a check that was cut off begins anew */
    const struct origin origin = {.actor = ACTOR_ADMIN, .actor_id = job->admin};
    struct import_result result = {0};
    const struct import_options options = {
        .name = job->name,
        .consent = *job->consent ? job->consent : NULL,
        .consent_until = job->first,
        .is_dry_run = is_check,
        .bytes_total = job->bytes,
        .rejected = rejected,
        .stop = &work->stop,
        .progress = on_progress,
        .context = work,
        .origin = &origin,
        .resumes = is_check ? 0 : job->run,
        .columns = is_check ? on_columns : NULL,
        .row = is_check ? on_row : NULL,
        .begun = on_begun,
    };
    enum status status = import_run(work->service, work->arena, file, &options, &result);
    return conclude(work, status, &result, !ferror(rejected) && fflush(rejected) == 0);
}

static enum status import_file(struct work *work)
{
    const struct conf *conf = work->service->conf;
    const char *path = import_jobs_path(conf, work->arena, work->job.file, false);
    FILE *file = fopen(path, "rbe");
    FILE *rejected = open_rejected(import_jobs_path(conf, work->arena, work->job.file, true));
    enum status status;

    if (file != NULL && rejected != NULL)
        status = run_file(work, file, rejected);
    else
        status =
            end_as(work, IMPORT_IS_FAILED,
                   arena_printf(work->arena, "The file can't be opened: %s.", strerror(errno)));
    if (file != NULL)
        fclose(file);
    if (rejected != NULL)
        fclose(rejected);
    return status;
}

static enum status take_back(struct work *work)
{
    enum status status = import_undo_run(work->service, &work->job, &work->stop, work->leave);

    if (status == STATUS_OK && work->job.undone.value < work->job.last.value)
        return STATUS_OK; /* the process ends */
    if (status != STATUS_OK)
        return end_as(work, IMPORT_IS_FAILED, words_of(work->arena, status));
    return end_as(work, IMPORT_IS_UNDONE, "");
}

enum status import_work_step(const struct service *service, struct arena *arena, atomic_bool *stop,
                             bool *did)
{
    struct import_job *jobs;
    size_t count = 0;
    struct work *work = arena_alloc(arena, sizeof *work);
    enum status status =
        import_jobs_list(service->store, arena, INT64_MAX, IMPORT_LOOK_BACK, &jobs, &count);

    *did = false;
    if (status != STATUS_OK)
        return status;
    *work = (struct work){.service = service, .arena = arena, .leave = stop};
    for (size_t i = 0; i < count; i++) {
        if (!import_jobs_is_working(jobs[i].state))
            continue;
        work->job = jobs[i];
        atomic_store(&work->stop, jobs[i].is_stopping);
        *did = true;
        return jobs[i].state == IMPORT_IS_UNDOING ? take_back(work) : import_file(work);
    }
    return STATUS_OK;
}
