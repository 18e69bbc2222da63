/*
 * service/import_undo: takes an import back as a whole, person by person, in short transactions
 * between which others write. What that means for a person is service/change's (UNDONE by an import
 * run). For service/import_work alone.
 */
#ifndef ASSENT_SERVICE_IMPORT_UNDO_H
#define ASSENT_SERVICE_IMPORT_UNDO_H

#include <stdatomic.h>

#include "service/service.h"
#include "store/import_jobs.h"

/* Goes on from job->undone to job->last; job and its row say how far it came, in the transactions
 * that did it. stop or leave set: ends early with STATUS_OK. */
enum status import_undo_run(const struct service *service, struct import_job *job,
                            const atomic_bool *stop, const atomic_bool *leave) MUST_CHECK;

#endif
