/*
 * store/hooks: where other systems hear of changes. Their secrets never come here.
 */
#ifndef ASSENT_STORE_HOOKS_H
#define ASSENT_STORE_HOOKS_H

#include "store/store.h"

/* Stored numbers: never renumbered. */
enum hook_signing { HOOK_ED25519 = 1, HOOK_HMAC = 2, HOOK_BOTH = 3 };
enum hook_state {
    HOOK_STOPPED, /* by an admin */
    HOOK_ON,
    HOOK_FAILED, /* it said 410, or kept failing: fault says which */
    HOOK_STATE_COUNT
};

struct hook {
    int64_t id;
    const char *url;
    const char *about; /* may be "" */
    uint64_t kinds;    /* bit n: wants entries of kind n; 0: all */
    enum hook_signing signing;
    enum hook_state state;
    const char *fault;        /* why, with HOOK_FAILED; else "" */
    int64_t generation;       /* of its secret, from 1 */
    int64_t older_until;      /* the generation before signs too until then; 0: no more */
    struct position position; /* entries up to here have their deliveries */
    int64_t failing_since;    /* first failed try since the last good one; 0: that was good */
    int64_t tried_at;         /* last try; 0: none yet */
    int tried_code;           /* its HTTP status; 0: none came */
    const char *tried_fault;  /* what went wrong with it, or "" */
    int64_t created_at;
    int64_t removed_at; /* 0: in use */
};

/* Those in use, oldest first. */
enum status hooks_list(struct store *store, struct arena *arena, struct hook **out,
                       size_t *count) MUST_CHECK;

/* STATUS_NOT_FOUND: none, or it was removed. */
enum status hooks_get(struct store *store, struct arena *arena, int64_t id,
                      struct hook *out) MUST_CHECK;

/* One in use, or removed: removed_at says which. STATUS_NOT_FOUND: none. */
enum status hooks_get_removed(struct store *store, struct arena *arena, int64_t id,
                              struct hook *out) MUST_CHECK;

/* Writes a hook whole; id 0 adds one. *id, which may be NULL, is set either way. */
enum status hooks_put(struct txn *txn, const struct hook *hook, int64_t *id) MUST_CHECK;

#endif
