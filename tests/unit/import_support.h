/*
 * tests/unit/import_support: uploaded imports in a test's own installation, from the file to its
 * end, as an admin and the courier take them there.
 */
#ifndef ASSENT_TESTS_UNIT_IMPORT_SUPPORT_H
#define ASSENT_TESTS_UNIT_IMPORT_SUPPORT_H

#include "service/import_work.h"
#include "unit/site.h"

#define IMPORT_ADMIN 1

/* The folder that uploads are kept in. */
void import_folder(const struct site *site);

/* Keeps csv and asks for its import; *is_busy as import_jobs_ask gives it. */
struct import_job import_ask(struct site *site, const char *csv, const char *consent,
                             bool *is_busy);
struct import_job import_get(struct site *site, int64_t id);

/* Writes the row as it is. */
void import_put(struct site *site, const struct import_job *job);

/* False: it was too late for that. */
bool import_act(struct site *site, int64_t id, enum import_act act);

/* What the courier does until there is nothing more to do. */
void import_work(struct site *site);

/* Uploads, checks and imports; the job as it ended. */
struct import_job import_whole(struct site *site, const char *csv, const char *consent);

/* Takes it back; the job as it ended. */
struct import_job import_take_back(struct site *site, int64_t id);

#endif
