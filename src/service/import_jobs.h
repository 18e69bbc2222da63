/*
 * service/import_jobs: imports by upload: asked for by an admin, checked (a dry run that says what
 * each column is taken for, and shows rows), begun, stopped, taken back. Each step's work is
 * service/import_work's; here is what may follow what, and what admins see of it.
 *
 * One at a time: while a job is anything but ended, no other can be asked for. A job that is
 * checked and waits for an admin's word has ended in that sense once it is discarded.
 */
#ifndef ASSENT_SERVICE_IMPORT_JOBS_H
#define ASSENT_SERVICE_IMPORT_JOBS_H

#include "service/service.h"
#include "store/import_jobs.h"

#define IMPORT_FILE_ID_BYTES  33 /* 32 hex digits and the NUL: what a job's file is called */
#define IMPORT_NAME_MAX_BYTES 200
#define IMPORT_UNDO_S         86400  /* in which a whole import can be taken back */
#define IMPORT_KEEP_S         604800 /* for which rejected rows can be fetched */
#define IMPORT_RECENT         10
#define IMPORT_LOOK_BACK      100 /* jobs among which one that has work is looked for */

/* DATA/imports/FILE.csv, and .rejected.csv; from the arena. */
const char *import_jobs_path(const struct conf *conf, struct arena *arena, const char *file,
                             bool is_rejected);

/* Keeps an uploaded file under a new name in imports/, which is there, which goes to file: on disk
 * when it returns STATUS_OK. STATUS_FULL: no room; nothing is left behind then, nor with any other
 * failure. */
enum status import_jobs_keep(const struct conf *conf, struct arena *arena, const char *data,
                             size_t len, char file[IMPORT_FILE_ID_BYTES]) MUST_CHECK;

/* Takes it away again: no job came of it. */
void import_jobs_drop(const struct conf *conf, struct arena *arena, const char *file);

struct import_ask {
    const char *name; /* of the file, as the browser has it; made printable here */
    const char *file; /* a name that import_jobs_path knows; the file is there */
    const char *consent;
    int64_t bytes;
    struct origin origin; /* an admin's */
};

/* *is_busy: another one is under way; *out is that one, and nothing was written. */
enum status import_jobs_ask(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct import_ask *ask, struct import_job *out,
                            bool *is_busy) MUST_CHECK;

/* Somebody is being erased: of what a job that waits shows of its file, their row and all samples
 * go that may be theirs. What lies in the file itself is service/forget's. */
enum status import_jobs_forget(struct txn *txn, struct arena *arena,
                               const struct contact *person) MUST_CHECK;

enum import_act { IMPORT_START, IMPORT_STOP, IMPORT_DISCARD, IMPORT_UNDO, IMPORT_ACT_COUNT };

/* *is_late: it is not in a state where that can be done (any more); nothing was written.
 * STATUS_NOT_FOUND: no such job. */
enum status import_jobs_act(const struct service *service, struct txn *txn, struct arena *arena,
                            int64_t id, enum import_act act, const struct origin *origin,
                            bool *is_late) MUST_CHECK;

struct import_look {
    struct import_job job;
    const char *admin; /* who asked, for people */
    struct import_column_row *columns;
    size_t columns_count;
    struct import_example *examples;
    size_t examples_count;
    struct topic *topics; /* all, retired ones too */
    size_t topics_count;
    bool can_undo, can_resume;
    bool waits_for_approval; /* its start was asked for, by service/approvals */
    bool has_rejected;       /* the file of rejected rows is kept still */
};

/* STATUS_NOT_FOUND: no such job. */
enum status import_jobs_look(const struct service *service, struct arena *arena, int64_t id,
                             int64_t now_s, struct import_look *out) MUST_CHECK;

struct import_recent {
    struct import_job *jobs; /* newest first, at most IMPORT_RECENT */
    size_t count;
    bool is_busy;
    struct import_job busy; /* is_busy: the one under way */
};
enum status import_jobs_recent(const struct service *service, struct arena *arena,
                               struct import_recent *out) MUST_CHECK;

/* Whether a worker has something to do for a job in that state, or an admin has. */
bool import_jobs_is_working(enum import_state state);
bool import_jobs_has_ended(enum import_state state);

#endif
