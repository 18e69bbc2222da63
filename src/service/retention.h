/*
 * service/retention: lets the address and the program of clients go from the ledger once they were
 * kept for client_days; in short steps, each a transaction of its own, between which others write.
 * Words (notes, campaigns) stay: crypto/chain.h says how they stay checkable. What other parts keep
 * for a time, they delete by themselves.
 */
#ifndef ASSENT_SERVICE_RETENTION_H
#define ASSENT_SERVICE_RETENTION_H

#include "base/locale.h"
#include "service/service.h"

/* A day begins to count once the clock has shown it for so long: one that is wrong for a moment, as
 * at a machine's start, blanks nothing. */
#define RETENTION_SETTLE_S 600

/* What one step reads of entries and blanks of them, at most. */
#define RETENTION_LOOK  5000
#define RETENTION_BLANK 500

/* One step; *is_done: nothing is left for today. How far it is stands in the database with what it
 * did, so that it goes on after a stop and never reads anything twice.
 *
 * Whole days count, in UTC: what was written on a day goes when client_days whole days have passed
 * since. Entries are taken in the order of their positions, up to the first that is younger: one
 * that a clock turned back made look older waits for its neighbours before it. One of the future,
 * from a clock that was ahead, goes with the next behind it that is old enough. With the last step
 * of a day that blanked something goes one ENTRY_BLANKED, up to which position and how many. */
enum status retention_step(const struct service *service, struct txn *txn, struct arena *arena,
                           int64_t now_s, bool *is_done) MUST_CHECK;

/* How long a person's data are kept, in words: what the setting "retention" says, or words of our
 * own in lang; and behind it how long clients' addresses and programs are. Of arena. */
enum status retention_words(struct store *store, struct arena *arena, enum locale lang,
                            const char **out) MUST_CHECK;

#endif
