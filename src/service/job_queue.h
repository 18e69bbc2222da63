/*
 * service/job_queue: write jobs in a row, first in, first out. For service/writer, which locks.
 */
#ifndef ASSENT_SERVICE_JOB_QUEUE_H
#define ASSENT_SERVICE_JOB_QUEUE_H

#include "service/writer.h"

/* All zero: empty. Jobs are linked through their next. */
struct job_queue {
    struct write_job *first, *last;
    size_t count;
};

void job_queue_push(struct job_queue *queue, struct write_job *job);

/* The first job, taken out; NULL when there is none. */
struct write_job *job_queue_pop(struct job_queue *queue);

/* Takes job out, wherever it stands. */
void job_queue_remove(struct job_queue *queue, const struct write_job *job);

#endif
