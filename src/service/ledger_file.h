/*
 * service/ledger_file: the ledger as a file that proves itself: written from a database, and
 * verified without one, by whoever has it.
 *
 * A line an entry (service/ledger_line), then one that says how far it goes, with the newest
 * checkpoint and the key that signed it.
 */
#ifndef ASSENT_SERVICE_LEDGER_FILE_H
#define ASSENT_SERVICE_LEDGER_FILE_H

#include "base/buf.h"
#include "service/ledger_verify.h"

struct ledger_export {
    const struct service *service;
    bool with_private; /* private texts too */
    /* Takes the next piece of the file; done of total entries were written with it. False: end with
     * STATUS_IO. */
    bool (*take)(void *context, const struct buf *piece, int64_t done, int64_t total);
    void *context;
};
enum status ledger_export(const struct ledger_export *plan) MUST_CHECK;

struct ledger_file_plan {
    const char *path;
    int threads;
    int64_t piece;             /* bytes that a thread takes at a time; 0: as is good */
    const uint8_t *public_key; /* of checkpoints; NULL: the one that the file names */
    const struct ledger_evidence *evidence;
    size_t evidence_count;
    bool (*goes_on)(void *context, int64_t done, int64_t total); /* bytes; may be NULL */
    void *context;
};

/* As ledger_verify. STATUS_NOT_FOUND: no such file. STATUS_INVALID: it is no regular one. */
enum status ledger_file_verify(const struct ledger_file_plan *plan, struct arena *arena,
                               struct ledger_report *out) MUST_CHECK;

#endif
