/*
 * store/approvals: acts that wait for a second admin, and what became of them. The database itself
 * refuses to change what was asked, to decide twice, and to forget. Strings of a result live in the
 * arena.
 */
#ifndef ASSENT_STORE_APPROVALS_H
#define ASSENT_STORE_APPROVALS_H

#include "base/contact.h"
#include "store/admins.h"

/* Stored: never renumbered. */
enum approval_kind {
    APPROVAL_IMPORT = 1,
    APPROVAL_ERASE,
    APPROVAL_LINK_KEY,
    APPROVAL_API_KEY,
    APPROVAL_OFF, /* of approvals themselves */
    APPROVAL_KIND_END
};

enum approval_state {
    APPROVAL_WAITS,
    APPROVAL_APPROVED,
    APPROVAL_DECLINED,
    APPROVAL_WITHDRAWN,
    APPROVAL_EXPIRED,
    APPROVAL_VOID, /* it could not be done any more */
    APPROVAL_STATE_COUNT
};

struct approval {
    int64_t id;
    enum approval_kind kind;
    const char *target, *detail;
    enum admin_role least;
    int64_t admin; /* who asked */
    int64_t asked_at, expires_at;
    struct position asked; /* the entry that tells it */
    enum approval_state state;
    int64_t decider, decided_at; /* 0: nobody, never */
};

/* Adds one that waits. STATUS_CONFLICT: that is asked already. */
enum status approvals_insert(struct txn *txn, const struct approval *approval,
                             int64_t *id) MUST_CHECK;

/* Once, after the insertion. */
enum status approvals_set_asked(struct txn *txn, int64_t id, struct position asked) MUST_CHECK;

enum status approvals_get(struct store *store, struct arena *arena, int64_t id,
                          struct approval *out) MUST_CHECK;

/* The one that waits for that. STATUS_NOT_FOUND: none does. */
enum status approvals_find(struct store *store, struct arena *arena, enum approval_kind kind,
                           const char *target, struct approval *out) MUST_CHECK;

/* Those that wait, oldest first; and the newest of all; at most limit. */
enum status approvals_waiting(struct store *store, struct arena *arena, int limit,
                              struct approval **out, size_t *count) MUST_CHECK;
enum status approvals_newest(struct store *store, struct arena *arena, int limit,
                             struct approval **out, size_t *count) MUST_CHECK;

/* How many wait that others than admin asked, and role may decide. */
enum status approvals_count(struct store *store, int64_t admin, enum admin_role role, int64_t now_s,
                            int64_t *out) MUST_CHECK;

/* STATUS_NOT_FOUND: it does not wait (any more). */
enum status approvals_put_decision(struct txn *txn, int64_t id, enum approval_state state,
                                   int64_t decider, int64_t now_s) MUST_CHECK;

/* Those whose time is over wait no more. */
enum status approvals_expire(struct txn *txn, int64_t now_s) MUST_CHECK;

#endif
