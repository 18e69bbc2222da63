/*
 * service/import_apply: what one good row of an import does to the list. For service/import alone.
 */
#ifndef ASSENT_SERVICE_IMPORT_APPLY_H
#define ASSENT_SERVICE_IMPORT_APPLY_H

#include "service/change.h"
#include "service/import_row.h"
#include "service/import_seen.h"

enum import_verdict {
    IMPORT_ADDED,
    IMPORT_UPDATED,
    IMPORT_UNCHANGED,
    IMPORT_KEPT_OUT, /* an opt-out stood against it; the rest of the row was applied */
    IMPORT_REJECTED,
    IMPORT_VERDICT_COUNT
};

struct importer {
    const struct service *service;
    const char *consent;           /* "": nobody who opted out comes back in */
    struct position consent_until; /* nor does who opted out after that */
    int64_t run;
    bool resumes;             /* the run was cut off: rows that it wrote come again */
    struct import_seen *seen; /* dry run: what was met so far; else NULL */
    int newness;              /* rises with rows of new people, falls faster with those of others */
    struct change_result last; /* dry run: what the row before came to */
    bool was_suppressed;       /* the row before was refused, and nothing of it may be kept */
};

/* Does it, or with txn NULL only says what it would do, reading from service->store. *reason with
 * IMPORT_REJECTED alone. Anything but STATUS_OK: the caller rolls back. */
enum status import_apply(struct importer *importer, struct txn *txn, struct arena *arena,
                         const struct import_row *row, enum import_verdict *out,
                         const char **reason) MUST_CHECK;

#endif
