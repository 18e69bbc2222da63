/*
 * service/writer: the worker's writer thread and its group commits. See the header.
 */
#include "service/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "service/checkpointer.h"
#include "service/job_queue.h"
#include "store/contacts.h"
#include "store/scrub.h"

#define LOCK_WAIT_MS 10000

/* After this many refused jobs in one group the others go alone: a group of bad jobs then costs a
 * transaction each, not a rerun of all for each. */
#define RERUNS_MAX 3

#define IDLE_S 1

/* What the thread and its callers share. Apart from the writer, so that counting works on a const
 * one. */
struct desk {
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t work;
    struct job_queue waiting, done;
    size_t in_group; /* jobs of the transaction that runs, or ran last */
    bool is_stopping;
    struct writer_counts counts;

    /* Not under lock: whoever looks whether the thread is stuck must not wait for it. */
    _Atomic uint64_t taken, answered;
};

#define TRY_META "try" /* of writer_try */

struct writer {
    struct service service;
    size_t capacity;
    int fd;
    struct thread thread;
    bool is_joined, has_died;

    struct desk *desk;
    struct checkpointer *checkpointer;
    bool wrote; /* the thread's own: since it was idle last */
};

static size_t size_slot(size_t jobs)
{
    size_t slot = 0;
    while (slot + 1 < WRITER_SIZES && (size_t)1 << slot < jobs)
        slot++;
    return slot;
}

/* Hands jobs back, each with the status it has. */
static void answer(struct writer *writer, struct job_queue *jobs)
{
    const uint64_t one = 1;
    if (jobs->count == 0)
        return;
    pthread_mutex_lock(&writer->desk->lock);
    for (struct write_job *job = job_queue_pop(jobs); job; job = job_queue_pop(jobs)) {
        writer->desk->counts.jobs++;
        atomic_fetch_add(&writer->desk->answered, 1);
        if (job->status != STATUS_OK)
            writer->desk->counts.failed++;
        job_queue_push(&writer->desk->done, job);
    }
    /* Can only fail at 2^64-1 wakings unread. */
    ssize_t put = write(writer->fd, &one, sizeof(one));
    (void)put;
    pthread_mutex_unlock(&writer->desk->lock);
}

static void count_commit(struct writer *writer, size_t jobs, int64_t took_ns)
{
    pthread_mutex_lock(&writer->desk->lock);
    writer->desk->counts.commits++;
    writer->desk->counts.sizes[size_slot(jobs)]++;
    writer->desk->counts.commit_ns += (uint64_t)took_ns;
    pthread_mutex_unlock(&writer->desk->lock);
}

static void set_all(struct job_queue *jobs, enum status status)
{
    for (struct write_job *job = jobs->first; job; job = job->next)
        job->status = status;
}

/* Takes what waits into group, at most WRITER_GROUP_MAX: as late as possible, so that all that came
 * while the lock or the disk was waited for shares one commit. */
static void fill_group(struct writer *writer, struct job_queue *group)
{
    pthread_mutex_lock(&writer->desk->lock);
    while (group->count < WRITER_GROUP_MAX && writer->desk->waiting.first)
        job_queue_push(group, job_queue_pop(&writer->desk->waiting));
    pthread_mutex_unlock(&writer->desk->lock);
}

/* Runs group inside txn. NULL: all went well. Else the job that did not, with its status. */
static struct write_job *run_all(struct writer *writer, struct txn *txn, struct job_queue *group)
{
    struct service service = writer->service;
    service.store = txn_store(txn);
    pthread_mutex_lock(&writer->desk->lock);
    writer->desk->in_group = group->count;
    pthread_mutex_unlock(&writer->desk->lock);
    for (struct write_job *job = group->first; job; job = job->next) {
        job->status = job->run(&service, txn, job->arena, job->context);
        if (job->status != STATUS_OK)
            return job;
    }
    return NULL;
}

/* One transaction for group, or for as much of it as agrees; what is left in group afterwards still
 * has to be run. Returns false when nothing could be begun: all of group was answered. */
static bool try_group(struct writer *writer, struct job_queue *group, bool takes_more)
{
    const int64_t began_ns = clock_monotonic_ns();
    struct txn *txn = NULL;
    enum status status = txn_begin(writer->service.store, LOCK_WAIT_MS, &txn);
    if (takes_more)
        fill_group(writer, group);
    if (status != STATUS_OK) {
        set_all(group, status);
        answer(writer, group);
        return false;
    }
    struct write_job *refused = run_all(writer, txn, group);
    if (refused) {
        struct job_queue back = {0};
        txn_rollback(txn);
        job_queue_remove(group, refused);
        job_queue_push(&back, refused);
        answer(writer, &back);
        return true;
    }
    const size_t jobs = group->count;
    status = txn_commit(txn);
    if (status == STATUS_OK) {
        count_commit(writer, jobs, clock_monotonic_ns() - began_ns);
        writer->wrote = true;
    } else {
        set_all(group, status);
    }
    answer(writer, group);
    return true;
}

static void write_group(struct writer *writer)
{
    struct job_queue group = {0};
    bool goes_on = try_group(writer, &group, true);
    for (int reruns = 0; goes_on && group.count != 0; reruns++) {
        if (reruns < RERUNS_MAX) {
            goes_on = try_group(writer, &group, false);
            continue;
        }
        struct job_queue alone = {0};
        job_queue_push(&alone, job_queue_pop(&group));
        goes_on = try_group(writer, &alone, false);
    }
    if (group.count != 0) {
        set_all(&group, STATUS_BUSY);
        answer(writer, &group);
    }
}

/* Waits for work. False: stopping, and nothing is left. *is_idle: a moment passed without any. */
static bool wait_for_work(struct writer *writer, bool *is_idle)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_S;
    *is_idle = false;
    pthread_mutex_lock(&writer->desk->lock);
    while (!writer->desk->waiting.first && !writer->desk->is_stopping && !*is_idle) {
        if (!writer->wrote)
            pthread_cond_wait(&writer->desk->work, &writer->desk->lock);
        else
            *is_idle =
                pthread_cond_timedwait(&writer->desk->work, &writer->desk->lock, &until) != 0;
    }
    const bool has_work = writer->desk->waiting.first != NULL;
    const bool goes_on = has_work || !writer->desk->is_stopping;
    *is_idle = *is_idle && !has_work;
    if (*is_idle)
        writer->wrote = false;
    pthread_mutex_unlock(&writer->desk->lock);
    return goes_on;
}

static void work(void *context)
{
    struct writer *writer = context;
    bool is_idle = false;
    while (wait_for_work(writer, &is_idle)) {
        if (!is_idle)
            write_group(writer);
        if (scrub_was_asked(writer->service.store))
            checkpointer_scrub(writer->checkpointer);
        checkpointer_watch(writer->checkpointer, store_wal_pages(writer->service.store), is_idle);
    }
}

static bool make_desk(struct writer *writer)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    writer->desk = calloc(1, sizeof(*writer->desk));
    bool made = writer->desk && pthread_mutex_init(&writer->desk->lock, NULL) == 0 &&
                pthread_cond_init(&writer->desk->work, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
    return made;
}

enum status writer_start(const struct service *service, size_t capacity, struct writer **out)
{
    struct writer *writer = calloc(1, sizeof(*writer));
    if (!writer)
        return STATUS_FULL;
    writer->service = *service;
    writer->capacity = capacity;
    writer->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    enum status status = checkpointer_start(service->conf, &writer->checkpointer);
    if (status == STATUS_OK &&
        (writer->fd < 0 || !make_desk(writer) || !thread_start(&writer->thread, work, writer)))
        status = STATUS_IO;
    if (status == STATUS_OK) {
        *out = writer;
        return STATUS_OK;
    }
    checkpointer_stop(writer->checkpointer);
    if (writer->fd >= 0)
        close(writer->fd);
    free(writer->desk);
    free(writer);
    return status;
}

int writer_fd(const struct writer *writer)
{
    return writer->fd;
}

enum status writer_submit(struct writer *writer, struct write_job *job)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&writer->desk->lock);
    if (writer->desk->is_stopping || writer->desk->waiting.count >= writer->capacity) {
        writer->desk->counts.refused_full++;
        status = STATUS_BUSY;
    } else {
        job_queue_push(&writer->desk->waiting, job);
        atomic_fetch_add(&writer->desk->taken, 1);
        if (writer->desk->waiting.count == 1)
            pthread_cond_signal(&writer->desk->work);
    }
    pthread_mutex_unlock(&writer->desk->lock);
    return status;
}

struct write_job *writer_take(struct writer *writer)
{
    pthread_mutex_lock(&writer->desk->lock);
    struct write_job *job = job_queue_pop(&writer->desk->done);
    if (!job) {
        /* Emptied under the lock: a job that is handed back next makes it readable again. */
        uint64_t wakings;
        ssize_t got = read(writer->fd, &wakings, sizeof(wakings));
        (void)got;
    }
    pthread_mutex_unlock(&writer->desk->lock);
    return job;
}

void writer_stop(struct writer *writer)
{
    if (writer->is_joined || writer->has_died)
        return;
    writer->has_died = !thread_is_alive(&writer->thread);
    if (writer->has_died)
        return;
    pthread_mutex_lock(&writer->desk->lock);
    writer->desk->is_stopping = true;
    pthread_cond_signal(&writer->desk->work);
    pthread_mutex_unlock(&writer->desk->lock);
    writer->has_died = !thread_join(&writer->thread);
    writer->is_joined = true;
}

void writer_free(struct writer *writer)
{
    if (!writer)
        return;
    writer_stop(writer);
    checkpointer_stop(writer->checkpointer);
    if (writer->has_died)
        return; /* it is a waiter for ever: destroying what it waits for would never end */
    close(writer->fd);
    pthread_cond_destroy(&writer->desk->work);
    pthread_mutex_destroy(&writer->desk->lock);
    free(writer->desk);
    free(writer);
}

bool writer_is_alive(const struct writer *writer)
{
    return thread_is_alive(&writer->thread) && checkpointer_is_alive(writer->checkpointer);
}

struct writer_pulse writer_pulse(const struct writer *writer)
{
    /* In this order: a job is taken before it is answered, so has_work is never false by mistake.
     */
    const uint64_t answered = atomic_load(&writer->desk->answered);
    const uint64_t taken = atomic_load(&writer->desk->taken);
    return (struct writer_pulse){.answered = answered, .has_work = taken != answered};
}

bool writer_is_wanted(const struct writer *writer)
{
    pthread_mutex_lock(&writer->desk->lock);
    const bool is_wanted = writer->desk->waiting.count > 0 || writer->desk->in_group > 1;
    pthread_mutex_unlock(&writer->desk->lock);
    return is_wanted;
}

void writer_count(const struct writer *writer, struct writer_counts *out)
{
    pthread_mutex_lock(&writer->desk->lock);
    *out = writer->desk->counts;
    out->queued = writer->desk->waiting.count;
    out->checkpoints = checkpointer_count(writer->checkpointer);
    pthread_mutex_unlock(&writer->desk->lock);
}

enum status writer_try(struct txn *txn)
{
    const int64_t now_s = clock_now_s();
    return meta_put(txn, TRY_META, &now_s, sizeof now_s);
}

enum status writer_run(const struct service *service, struct arena *arena,
                       enum status (*run)(const struct service *service, struct txn *txn,
                                          struct arena *arena, void *context),
                       void *context)
{
    struct txn *txn = NULL;
    enum status status = txn_begin(service->store, LOCK_WAIT_MS, &txn);
    if (status != STATUS_OK)
        return status;
    struct service inside = *service;
    inside.store = txn_store(txn);
    status = run(&inside, txn, arena, context);
    if (status != STATUS_OK) {
        txn_rollback(txn);
        return status;
    }
    return txn_commit(txn);
}
