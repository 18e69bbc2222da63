/*
 * store/day_counts: how much was counted on each day: base/ledger_count says what of an entry.
 *
 * Counts are added up in the transaction that appends the entry and written once, at its commit. A
 * ledger of before there were counts is counted afterwards, from its end to its beginning, in short
 * transactions between which others write; a mark says how far that is.
 */
#ifndef ASSENT_STORE_DAY_COUNTS_H
#define ASSENT_STORE_DAY_COUNTS_H

#include "base/ledger_count.h"
#include "store/store.h"

#define DAY_COUNTS_HELD 128 /* a power of two */

/* What a transaction added: a table hashed by key. */
struct day_counts {
    int held;
    struct {
        uint64_t key; /* 0: free */
        int64_t by;
    } rows[DAY_COUNTS_HELD];
    /* Whose row was written last, and of which type they were and are. */
    struct contact_id person;
    int type_before, type_after;
};

/* For store/contacts: a row is written, before its entry is appended. */
void day_counts_person(struct txn *txn, struct contact_id person, int type_before, int type_after);

/* For store/entries: entry was appended in txn. */
enum status day_counts_note(struct txn *txn, const struct entry *entry) MUST_CHECK;

/* For the commit: writes what was added. */
enum status day_counts_flush(struct txn *txn) MUST_CHECK;

/* Entries below this position are not counted yet; 1: all are. */
enum status day_counts_mark(struct store *store, struct position *out) MUST_CHECK;

/* Counts at most limit more of those, the newest first. *is_done: there are none left. Of which
 * type people were then is not known any more: they count as what they are. */
enum status day_counts_fill(struct txn *txn, int limit, bool *is_done) MUST_CHECK;

struct day_count {
    int64_t day;
    int what;
    enum count_way way;
    int type;
    int64_t count;
};

/* Calls each for all of the days from first to last, day by day. */
enum status day_counts_each(struct store *store, int64_t first, int64_t last,
                            void (*each)(void *context, const struct day_count *count),
                            void *context) MUST_CHECK;

/* The first day that has anything; INT64_MAX: none has. */
enum status day_counts_first(struct store *store, int64_t *out) MUST_CHECK;

#endif
