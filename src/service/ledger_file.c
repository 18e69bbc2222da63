/*
 * service/ledger_file: verifies an export, in pieces on several threads. See ledger_file.h; writing
 * is in ledger_export.c.
 */
#include "service/ledger_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "service/ledger_line.h"
#include "service/ledger_walk.h"

#define PIECE_BYTES    (INT64_C(4) << 20)
#define LINE_MAX_BYTES 65536
#define ROUND_NS       100000000

/* What one piece gave, to be joined with its neighbours. */
struct piece {
    struct ledger_walk walk;
    bool has_begun; /* there was a line in it that could be read */
    bool has_end;   /* the last line of the file */
};

struct reading {
    const struct ledger_file_plan *plan;
    int file;
    int64_t size, piece_bytes;
    struct ledger_marks marks;
    struct ledger_line_end end;
    struct piece *pieces;
    int64_t pieces_count;
    atomic_llong next, done;
    atomic_bool is_stopped;
    pthread_mutex_t mutex;
    pthread_cond_t ended;
    int running;
};

struct worker {
    struct reading *reading;
    struct ledger_tally tally;
    char *data;
    enum status status;
    pthread_t thread;
};

/* Up to len bytes from at on; fewer at the file's end. */
static enum status read_at(int file, int64_t at, char *out, size_t len, size_t *got)
{
    *got = 0;
    while (*got < len) {
        const ssize_t some = pread(file, out + *got, len - *got, (off_t)at + (off_t)*got);
        if (some < 0 && errno == EINTR)
            continue;
        if (some < 0)
            return STATUS_IO;
        if (some == 0)
            break;
        *got += (size_t)some;
    }
    return STATUS_OK;
}

static void take_line(struct worker *worker, struct piece *piece, bool is_first, const char *line,
                      size_t len)
{
    struct reading *reading = worker->reading;
    static const uint8_t zero[LEDGER_HASH_BYTES];
    struct ledger_line_end end;
    struct entry entry = {0};
    if (ledger_line_read(line, len, &entry)) {
        const struct position first = {is_first ? 1 : entry.position.value};
        if (!piece->has_begun)
            ledger_walk_begin(&piece->walk, &reading->marks, &worker->tally, first,
                              is_first ? zero : NULL);
        piece->has_begun = true;
        ledger_walk_take(&piece->walk, &entry, true);
    } else if (!piece->has_end && ledger_line_read_end(line, len, &end)) {
        piece->has_end = true;
    } else if (piece->has_begun) {
        ledger_walk_pass(&piece->walk);
    } else {
        ledger_tally_add(&worker->tally, &(struct ledger_finding){.damage = LEDGER_ALTERED,
                                                                  .position = {is_first}});
    }
}

/* The lines that begin in a piece; the last may end behind it. */
static enum status read_piece(struct worker *worker, int64_t number)
{
    struct reading *reading = worker->reading;
    struct piece *piece = &reading->pieces[number];
    const int64_t begin = number * reading->piece_bytes;
    size_t got, at = 0;
    /* From the byte before on: a line begins behind a line's end. */
    const int64_t from = begin > 0 ? begin - 1 : 0;
    const size_t own = (size_t)(reading->piece_bytes + begin - from);
    enum status status = read_at(reading->file, from, worker->data, own + LINE_MAX_BYTES, &got);
    if (status != STATUS_OK)
        return status;
    if (begin > 0) {
        const char *end = memchr(worker->data, '\n', got);
        at = end ? (size_t)(end - worker->data) + 1 : got;
    }
    while (at < got && at < own) {
        const char *end = memchr(worker->data + at, '\n', got - at);
        const size_t len = end ? (size_t)(end - worker->data) - at : got - at;
        take_line(worker, piece, number == 0, worker->data + at, len);
        at += len + 1;
    }
    return STATUS_OK;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct reading *reading = worker->reading;
    while (worker->status == STATUS_OK && !atomic_load(&reading->is_stopped)) {
        const int64_t number = atomic_fetch_add(&reading->next, 1);
        if (number >= reading->pieces_count)
            break;
        worker->status = read_piece(worker, number);
        atomic_fetch_add(&reading->done, reading->piece_bytes);
    }
    pthread_mutex_lock(&reading->mutex);
    reading->running--;
    pthread_cond_signal(&reading->ended);
    pthread_mutex_unlock(&reading->mutex);
    return NULL;
}

static void wait_for(struct reading *reading)
{
    const struct ledger_file_plan *plan = reading->plan;
    pthread_mutex_lock(&reading->mutex);
    while (reading->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += ROUND_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&reading->ended, &reading->mutex, &until);
        if (plan->goes_on &&
            !plan->goes_on(plan->context, atomic_load(&reading->done), reading->size))
            atomic_store(&reading->is_stopped, true);
    }
    pthread_mutex_unlock(&reading->mutex);
}

static enum status read_all(struct reading *reading, struct worker *workers,
                            struct ledger_tally *tally)
{
    const int threads = reading->plan->threads;
    enum status status = STATUS_OK;
    int started = 0;
    reading->running = threads;
    for (; started < threads && status == STATUS_OK; started++) {
        workers[started].reading = reading;
        workers[started].data = malloc((size_t)reading->piece_bytes + 1 + LINE_MAX_BYTES);
        if (!workers[started].data ||
            pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0) {
            free(workers[started].data);
            atomic_store(&reading->is_stopped, true);
            status = STATUS_IO;
            break;
        }
    }
    pthread_mutex_lock(&reading->mutex);
    reading->running -= threads - started;
    pthread_mutex_unlock(&reading->mutex);
    wait_for(reading);
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        free(workers[i].data);
        ledger_tally_merge(tally, &workers[i].tally);
        if (status == STATUS_OK)
            status = workers[i].status;
    }
    return status == STATUS_OK && atomic_load(&reading->is_stopped) ? STATUS_BUSY : status;
}

/* Finds the file's last line, so that its checkpoint is known before the rest is read. */
static enum status read_end(struct reading *reading, bool *has_end)
{
    char tail[4096];
    const int64_t from =
        reading->size > (int64_t)sizeof tail ? reading->size - (int64_t)sizeof tail : 0;
    size_t got;
    enum status status = read_at(reading->file, from, tail, sizeof tail, &got);
    if (status != STATUS_OK)
        return status;
    while (got > 0 && tail[got - 1] == '\n')
        got--;
    const char *feed = got > 0 ? memrchr(tail, '\n', got) : NULL;
    const char *line = feed ? feed + 1 : tail;
    *has_end = ledger_line_read_end(line, (size_t)(tail + got - line), &reading->end);
    return STATUS_OK;
}

/* The pieces side by side, in the file's order, and the last line. */
static void join(struct reading *reading, bool has_end, struct ledger_report *report)
{
    struct ledger_walk *last = NULL;
    struct ledger_tally *tally = &report->tally;
    for (int64_t i = 0; i < reading->pieces_count; i++) {
        struct piece *piece = &reading->pieces[i];
        if (!piece->has_begun)
            continue;
        if (last)
            ledger_walk_join(last, &piece->walk, tally);
        else if (i > 0 && piece->walk.first.position.value != 1)
            ledger_tally_add(tally,
                             &(struct ledger_finding){.damage = LEDGER_MISSING, .position = {1}});
        last = &piece->walk;
    }
    if (last) {
        report->head.value = last->next.value - 1;
        report->head_at = last->at;
        memcpy(report->head_hash, last->previous, LEDGER_HASH_BYTES);
    }
    const int64_t end = has_end ? reading->end.position.value : report->head.value + 1;
    struct ledger_finding finding = {.position = {report->head.value + 1}, .other = {end}};
    if (report->head.value < end) {
        finding.damage = LEDGER_CUT_SHORT;
        ledger_tally_add(tally, &finding);
    } else if (report->head.value > end) {
        finding = (struct ledger_finding){
            .damage = LEDGER_INSERTED, .position = {end + 1}, .other = report->head};
        ledger_tally_add(tally, &finding);
    } else if (memcmp(reading->end.hash, report->head_hash, LEDGER_HASH_BYTES) != 0) {
        finding = (struct ledger_finding){.damage = LEDGER_ALTERED, .position = report->head};
        ledger_tally_add(tally, &finding);
    }
}

static void gather_marks(struct reading *reading, bool has_end, struct arena *arena,
                         struct ledger_tally *tally)
{
    const struct ledger_file_plan *plan = reading->plan;
    const uint8_t *key = plan->public_key ? plan->public_key : reading->end.public_key;
    if (has_end)
        ledger_marks_read(&reading->marks, arena, reading->end.note, strlen(reading->end.note), key,
                          tally);
    for (size_t i = 0; i < plan->evidence_count && (has_end || plan->public_key); i++)
        ledger_marks_read(&reading->marks, arena, plan->evidence[i].text, plan->evidence[i].len,
                          key, tally);
    ledger_marks_sort(&reading->marks);
}

static enum status verify_open(struct reading *reading, struct arena *arena,
                               struct ledger_report *report)
{
    struct worker *workers = arena_array(arena, (size_t)reading->plan->threads, sizeof *workers);
    bool has_end = false;
    enum status status = read_end(reading, &has_end);
    if (status != STATUS_OK)
        return status;
    gather_marks(reading, has_end, arena, &report->tally);
    reading->pieces_count = (reading->size + reading->piece_bytes - 1) / reading->piece_bytes;
    reading->pieces = calloc((size_t)reading->pieces_count + 1, sizeof *reading->pieces);
    if (!reading->pieces)
        return STATUS_FULL;
    status = read_all(reading, workers, &report->tally);
    if (status == STATUS_OK) {
        join(reading, has_end, report);
        ledger_marks_end(&reading->marks, report->head, &report->checkpoint_at, &report->checkpoint,
                         &report->tally);
        report->checkpoints = (int64_t)reading->marks.count;
    }
    free(reading->pieces);
    return status;
}

enum status ledger_file_verify(const struct ledger_file_plan *plan, struct arena *arena,
                               struct ledger_report *out)
{
    struct reading reading = {.plan = plan, .piece_bytes = plan->piece ? plan->piece : PIECE_BYTES};
    struct ledger_report report = {0};
    struct stat facts;
    enum status status = crypto_start();
    if (status != STATUS_OK)
        return status;
    reading.file = open(plan->path, O_RDONLY | O_CLOEXEC);
    if (reading.file < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    if (fstat(reading.file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        close(reading.file);
        return STATUS_INVALID;
    }
    reading.size = (int64_t)facts.st_size;
    pthread_mutex_init(&reading.mutex, NULL);
    pthread_cond_init(&reading.ended, NULL);
    status = verify_open(&reading, arena, &report);
    pthread_cond_destroy(&reading.ended);
    pthread_mutex_destroy(&reading.mutex);
    close(reading.file);
    if (status == STATUS_OK)
        *out = report;
    return status;
}
