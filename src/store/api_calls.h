/*
 * store/api_calls: what programs' writes were answered under an Idempotency-Key, one row a key.
 * What a row means for who asks again is service/idempotency.
 */
#ifndef ASSENT_STORE_API_CALLS_H
#define ASSENT_STORE_API_CALLS_H

#include "store/store.h"

#define API_CALL_HASH_BYTES 32

struct api_call {
    int64_t api_key;
    uint8_t key[API_CALL_HASH_BYTES];     /* of the Idempotency-Key */
    uint8_t request[API_CALL_HASH_BYTES]; /* of all that was asked under it */
    int64_t at;                           /* when first */
    int64_t until;              /* with code 0: the work is believed to go on until then */
    int code;                   /* HTTP status of the answer; 0: there is none yet */
    struct contact_id contact;  /* whose data the answer holds; 0: nobody's */
    const char *tag, *location; /* "" for none */
    const void *body;
    size_t body_len;
};

/* STATUS_NOT_FOUND: never asked, or forgotten. */
enum status api_calls_find(struct store *store, struct arena *arena, int64_t api_key,
                           const uint8_t key[API_CALL_HASH_BYTES], struct api_call *out) MUST_CHECK;

/* Writes it whole, over what stood under its key. */
enum status api_calls_put(struct txn *txn, const struct api_call *call) MUST_CHECK;

/* Deletes the answers that hold that person's data. */
enum status api_calls_delete_about(struct txn *txn, struct contact_id contact) MUST_CHECK;

/* Deletes at most limit rows of that time or before; *count: how many. */
enum status api_calls_delete_old(struct txn *txn, int64_t at_s, int limit, int *count) MUST_CHECK;

#endif
