/*
 * store/checkpoints: signed statements of how far the ledger had come. Put and read; the database
 * itself refuses anything else.
 */
#ifndef ASSENT_STORE_CHECKPOINTS_H
#define ASSENT_STORE_CHECKPOINTS_H

#include "store/store.h"

struct checkpoint_row {
    struct position position;
    int64_t at;
    const char *note;
};

/* STATUS_CONFLICT: there is one of that position. */
enum status checkpoints_put(struct txn *txn, const struct checkpoint_row *row) MUST_CHECK;

/* STATUS_NOT_FOUND: there is none. */
enum status checkpoints_newest(struct store *store, struct arena *arena,
                               struct checkpoint_row *out) MUST_CHECK;

/* Those behind a position, in order, at most limit. */
enum status checkpoints_walk(struct store *store, struct arena *arena, struct position after,
                             int limit, struct checkpoint_row **out, size_t *count) MUST_CHECK;

#endif
