/*
 * service/ledger_verify: whether the ledger of a database is what was written: every entry follows
 * from the one before, checkpoints agree, private texts fit, each person's entries hang together
 * and lead to what their row says.
 *
 * On all processors: the chain is walked in stretches, by threads with readers of their own, all at
 * one and the same moment of the database. Memory does not grow with the ledger but for two bits an
 * entry. It reads only.
 */
#ifndef ASSENT_SERVICE_LEDGER_VERIFY_H
#define ASSENT_SERVICE_LEDGER_VERIFY_H

#include "service/ledger_report.h"
#include "service/service.h"

#define LEDGER_THREADS_MAX 64

/* Notes that were kept elsewhere: the bytes of a file of checkpoints. */
struct ledger_evidence {
    const char *text;
    size_t len;
};

/* Whether there is a checkpoint in it, whoever signed it. */
bool ledger_evidence_holds_any(const struct ledger_evidence *evidence);

struct ledger_verify_plan {
    const struct service *service; /* conf and secrets; its store is not used */
    int threads;                   /* 1 to LEDGER_THREADS_MAX */
    int64_t stretch;               /* rows that a thread takes at a time; 0: as is good */
    const struct ledger_evidence *evidence;
    size_t evidence_count;
    /* Called ten times a second or so, in the caller's thread; false: end with STATUS_BUSY. NULL:
     * nobody looks. Both are rows: entries, and people. */
    bool (*goes_on)(void *context, int64_t done, int64_t total);
    void *context;
};

/* STATUS_OK says that everything was looked at: what was found is in out->tally. */
enum status ledger_verify(const struct ledger_verify_plan *plan, struct arena *arena,
                          struct ledger_report *out) MUST_CHECK;

#endif
