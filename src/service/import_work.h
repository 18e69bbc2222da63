/*
 * service/import_work: does what an uploaded import wants done: checks it, writes it, takes it
 * back. For the courier, one thread of it. What may follow what is service/import_jobs'.
 *
 * Killed at any moment it loses nothing: the job's row says how far it is, and the next to come
 * goes on from there.
 */
#ifndef ASSENT_SERVICE_IMPORT_WORK_H
#define ASSENT_SERVICE_IMPORT_WORK_H

#include <stdatomic.h>

#include "service/import_jobs.h"

/* Does the step that a job waits for, if any, from its beginning to its end. service->store is a
 * writer's. stop: set by others, ends it early; the job stays as it is, for the next to go on.
 * *did: there was something to do. Anything but STATUS_OK: it could not even be written that it
 * failed. */
enum status import_work_step(const struct service *service, struct arena *arena, atomic_bool *stop,
                             bool *did) MUST_CHECK;

#endif
