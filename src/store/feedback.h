/*
 * store/feedback: mailers' reports that were taken, by the hash of the mailer's own id, so that the
 * same report twice is one; and how many there were.
 */
#ifndef ASSENT_STORE_FEEDBACK_H
#define ASSENT_STORE_FEEDBACK_H

#include "store/store.h"

#define FEEDBACK_HASH_BYTES 32

struct feedback_row {
    int64_t api_key; /* whose id it is: keys of one program are not another's */
    uint8_t id[FEEDBACK_HASH_BYTES];
    uint8_t report[FEEDBACK_HASH_BYTES]; /* a keyed hash of what was reported */
    int64_t at;
    int outcome;              /* enum feedback_outcome: service/feedback */
    struct position position; /* of the entry that it made; 0: none */
};

/* api_key and id of row are set; the rest is filled in, but for at. STATUS_NOT_FOUND: a new one. */
enum status feedback_find(struct store *store, struct feedback_row *row) MUST_CHECK;

/* Keeps it and counts it as a complaint or a bounce. STATUS_CONFLICT: it is there. */
enum status feedback_put(struct txn *txn, const struct feedback_row *row,
                         bool is_complaint) MUST_CHECK;

/* How many were ever kept. */
enum status feedback_counts(struct store *store, int64_t *bounces, int64_t *complaints) MUST_CHECK;

#endif
