/*
 * service/writer: the worker's writer thread. Drains a bounded queue into one transaction (group
 * commit), then hands each job back through an eventfd: what is handed back STATUS_OK is on disk.
 *
 * No Kore here: web/ watches the eventfd in its own loop.
 */
#ifndef ASSENT_SERVICE_WRITER_H
#define ASSENT_SERVICE_WRITER_H

#include "service/service.h"

struct writer;

/* run is called in the writer thread, inside a transaction. If it returns anything but STATUS_OK
 * the whole group is rolled back and every other job in it runs again without this one; so a
 * refusal is an outcome in context, not a status. So run may be called more than once: each time it
 * sets its outcome anew. context and what run allocates from arena must live until the job was
 * taken back. */
struct write_job {
    enum status (*run)(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context);
    void *context;
    struct arena *arena;
    enum status status;     /* valid once taken back */
    void *owner;            /* the caller's, untouched */
    struct write_job *next; /* the writer's */
};

#define WRITER_GROUP_MAX 512 /* jobs in one transaction */
#define WRITER_SIZES     10  /* 1, 2, up to 4, 8 … 512 */

struct writer_counts {
    uint64_t commits, jobs, refused_full;
    uint64_t failed; /* jobs handed back with another status than STATUS_OK */
    uint64_t checkpoints;
    uint64_t sizes[WRITER_SIZES]; /* commits by their jobs: [n] holds those of up to 1 << n */
    uint64_t commit_ns;           /* spent from asking for the write lock to the commit's end */
    size_t queued;
};

/* service is copied; its store must be a writer's and is used by the thread alone from now on.
 * capacity: jobs that may wait. fd: an eventfd, readable when jobs can be taken back. */
enum status writer_start(const struct service *service, size_t capacity,
                         struct writer **out) MUST_CHECK;
int writer_fd(const struct writer *writer);

/* STATUS_BUSY: the queue is full; answer 503 with Retry-After. */
enum status writer_submit(struct writer *writer, struct write_job *job) MUST_CHECK;

/* A finished job, or NULL; with NULL the eventfd is no longer readable. */
struct write_job *writer_take(struct writer *writer);

/* Runs what is queued, then stops the thread; jobs can still be taken back afterwards. When the
 * thread has died, neither waits for it, and nothing is freed. */
void writer_stop(struct writer *writer);
void writer_free(struct writer *writer);

/* False: its thread, or the checkpointer's, has died, and the process can't write any more. */
bool writer_is_alive(const struct writer *writer);

/* Jobs handed back so far, and whether others wait or run. has_work for long while answered stays
 * what it was: the thread is stuck. Never waits. */
struct writer_pulse {
    uint64_t answered;
    bool has_work;
};
struct writer_pulse writer_pulse(const struct writer *writer);

/* Whether other jobs wait, or share the transaction that runs: a job that could go on for long ends
 * its turn then. Also for the job itself. */
bool writer_is_wanted(const struct writer *writer);

void writer_count(const struct writer *writer, struct writer_counts *out);

/* Writes a small value that means nothing, so that a disk that takes no writes shows. */
enum status writer_try(struct txn *txn) MUST_CHECK;

/* The same as a job for a process with no loop: begins, runs, commits, in this thread. */
enum status writer_run(const struct service *service, struct arena *arena,
                       enum status (*run)(const struct service *service, struct txn *txn,
                                          struct arena *arena, void *context),
                       void *context) MUST_CHECK;

#endif
