/*
 * store/scrub: after somebody was erased, nothing of them shall stay on the disk: what was deleted
 * is wiped where it stood (secure_delete, store/clean_file), but the log (WAL) still holds pages as
 * they were. So it is moved into the database file and cut to nothing. That needs a moment without
 * readers, and is therefore done behind the erasing, by whoever comes first: the erasing is kept in
 * the database as not cleaned up yet until it was, so that a crash between loses nothing.
 */
#ifndef ASSENT_STORE_SCRUB_H
#define ASSENT_STORE_SCRUB_H

#include "store/store.h"

/* What an erasing leaves to be cleaned up outside its transaction, each once, in any process. */
enum scrub_part {
    SCRUB_LOG,     /* the log, by scrub_log */
    SCRUB_MAILS,   /* mails that lie as files: service/forget */
    SCRUB_IMPORTS, /* rows of uploaded files: service/forget */
    SCRUB_PART_COUNT
};

/* In the transaction that erases: position is that of its entry. */
enum status scrub_ask(struct txn *txn, struct position position) MUST_CHECK;

/* Whether part is still to be done, of erasings up to *upto. */
enum status scrub_is_due(struct store *store, enum scrub_part part, bool *out,
                         struct position *upto) MUST_CHECK;

/* Notes that part is done up to there. */
enum status scrub_done(struct txn *txn, enum scrub_part part, struct position upto) MUST_CHECK;

/* Whether this store asked for it since the last call: after commits. */
bool scrub_was_asked(struct store *writer);

/* Empties the log, if that is due. STATUS_BUSY: somebody reads an older state; try again. Waits for
 * nobody longer than some tens of milliseconds, others' writes neither. Outside transactions. */
enum status scrub_log(struct store *writer) MUST_CHECK;

#endif
