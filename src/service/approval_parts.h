/*
 * service/approval_parts: what the files of service/approvals share. Not for other services.
 */
#ifndef ASSENT_SERVICE_APPROVAL_PARTS_H
#define ASSENT_SERVICE_APPROVAL_PARTS_H

#include "service/approvals.h"
#include "store/import_jobs.h"

/* Exactly what was asked, as one line: the ledger's note. From the arena. */
const char *approval_note(struct arena *arena, const struct approval *approval);

/* The mark of that line: what a form sends back of what was shown. */
void approval_mark(struct arena *arena, const struct approval *approval,
                   char out[APPROVAL_SEEN_BYTES]);

/* What an import's row freezes of its job: how many people, which file, and as checked when. */
const char *approval_import_detail(struct arena *arena, const struct import_job *job);

/* An admin's address, for the ledger; "?" for one that can't be read. */
const char *approval_admin(struct store *store, struct arena *arena, int64_t id);

/* How many owners may sign in. */
enum status approval_owners(struct store *store, struct arena *arena, int64_t *out) MUST_CHECK;

#endif
