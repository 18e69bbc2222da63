/*
 * store/activity: finding entries of the ledger by a filter, newest first or the other way, in
 * bounded time whatever the ledger's length.
 *
 * Each full block of 1,024 positions has a row that sums up what its entries have, written in the
 * transaction of the last of them; blocks that can't match are passed over by it. A block without a
 * row, as the newest, is looked into.
 */
#ifndef ASSENT_STORE_ACTIVITY_H
#define ASSENT_STORE_ACTIVITY_H

#include "base/ledger_filter.h"
#include "store/store.h"

#define ACTIVITY_BLOCK 1024

/* What the entries of one block have: added up while transactions append, as long as they are one
 * process's. */
struct activity_block {
    bool is_whole; /* from the block's first entry up to the one before next */
    int64_t block, next;
    int64_t first_at, last_at;
    uint64_t topics, who;
    uint64_t traits[ACTOR_COUNT];
};

/* For store/entries: entry was appended in txn. */
enum status activity_note(struct txn *txn, const struct entry *entry) MUST_CHECK;

/* How many full blocks at the ledger's begin have no row; first_block: the first that has, -1 where
 * none has. Rows are made from the newest block down, so that there are no gaps. */
int64_t activity_unfilled(int64_t first_block, struct position head);

/* For a ledger of before there were blocks: sums up at most limit more of them, the newest first.
 * *is_done: there was none left. */
enum status activity_fill(struct txn *txn, int limit, bool *is_done) MUST_CHECK;

/* How much one look may cost: entries read, and blocks passed over. */
#define ACTIVITY_LOOK_ENTRIES 12288
#define ACTIVITY_LOOK_BLOCKS  32768

struct activity_look {
    struct ledger_filter filter;
    struct position from; /* the first to be looked at */
    bool is_upward;       /* from the older to the newer */
    int limit;            /* so many entries at most */
    int entries, blocks;  /* ACTIVITY_LOOK_…; what is in hand is finished first */
};

struct activity_found {
    struct position *rows; /* as they were met */
    size_t count;
    struct position next; /* where to go on; 0, or behind the newest: there is nothing more */
    bool is_end;          /* so it is */
};

/* What filter has from look->from on. Ends early, with is_end false, when limit is reached or the
 * look costs too much. With a contact in the filter every entry of theirs is met by their chain
 * instead: activity_chain. */
enum status activity_look(struct store *store, struct arena *arena,
                          const struct activity_look *look, struct activity_found *out) MUST_CHECK;

/* A person's entries, from the newest or, is_upward, the nearest above look->from; head: of their
 * newest. They are as many as a person made, so the whole chain is walked, up to look->entries. */
enum status activity_chain(struct store *store, struct arena *arena, struct position head,
                           const struct activity_look *look, struct activity_found *out) MUST_CHECK;

#endif
