/*
 * service/job_queue: write jobs in a row. See the header.
 */
#include "service/job_queue.h"

void job_queue_push(struct job_queue *queue, struct write_job *job)
{
    job->next = NULL;
    if (queue->last)
        queue->last->next = job;
    else
        queue->first = job;
    queue->last = job;
    queue->count++;
}

struct write_job *job_queue_pop(struct job_queue *queue)
{
    struct write_job *job = queue->first;
    if (!job)
        return NULL;
    queue->first = job->next;
    if (!queue->first)
        queue->last = NULL;
    queue->count--;
    job->next = NULL;
    return job;
}

void job_queue_remove(struct job_queue *queue, const struct write_job *job)
{
    struct job_queue rest = {0};
    for (struct write_job *one = job_queue_pop(queue); one; one = job_queue_pop(queue))
        if (one != job)
            job_queue_push(&rest, one);
    *queue = rest;
}
