/*
 * service/idempotency: a write that a program asks for twice, because it never heard the answer, is
 * done once (draft-ietf-httpapi-idempotency-key-header-06).
 *
 * The answer is kept under the API key and the Idempotency-Key in the transaction of the write
 * itself, and given again for IDEMPOTENCY_KEEP_S to who asks the same under the same key. Work of
 * several transactions keeps how far it came in each, so that it goes on there after a death.
 */
#ifndef ASSENT_SERVICE_IDEMPOTENCY_H
#define ASSENT_SERVICE_IDEMPOTENCY_H

#include "service/service.h"
#include "store/api_calls.h"

#define IDEMPOTENCY_KEEP_S 86400
#define IDEMPOTENCY_LEASE_S                                                                        \
    15 /* work of several transactions is dead when it kept nothing for so long */
#define IDEMPOTENCY_KEY_MAX 255

struct idempotency {
    bool is_asked; /* false: there was no key, and nothing is found or kept */
    int64_t api_key;
    uint8_t key[API_CALL_HASH_BYTES];
    uint8_t
        request[API_CALL_HASH_BYTES]; /* the caller's: a hash of all that makes up the request */
    int64_t at;                       /* when it was asked first; idempotency_find sets it */
};

/* Reads the header's value: 1 to IDEMPOTENCY_KEY_MAX visible ASCII characters, in quotes or not.
 * NULL is none. False: it is no key. */
bool idempotency_read(const char *text, int64_t api_key, int64_t now_s, struct idempotency *out);

enum idempotency_state {
    IDEMPOTENCY_NEW,      /* never asked: do it, then keep the answer */
    IDEMPOTENCY_ANSWERED, /* *found is the answer */
    IDEMPOTENCY_OTHER,    /* the key was used for another request */
    IDEMPOTENCY_RUNS,     /* somebody is at it */
    IDEMPOTENCY_DIED, /* whoever was at it kept nothing for too long: *found is how far it came */
};

enum status idempotency_find(struct txn *txn, struct arena *arena, struct idempotency *asked,
                             int64_t now_s, enum idempotency_state *state,
                             struct api_call *found) MUST_CHECK;

/* Keeps the answer: code, contact, tag, location and body of answer count. With code 0 how far the
 * work came: body, for IDEMPOTENCY_LEASE_S from now_s. */
enum status idempotency_keep(struct txn *txn, const struct idempotency *asked, int64_t now_s,
                             const struct api_call *answer) MUST_CHECK;

/* Forgets what is older than IDEMPOTENCY_KEEP_S, some at a time; *is_done false: there is more. */
enum status idempotency_sweep(struct txn *txn, int64_t now_s, bool *is_done) MUST_CHECK;

#endif
