/*
 * store/hook_deliveries: messages to hooks, with their tries. What they say is made when they are
 * sent (service/hook_message).
 */
#ifndef ASSENT_STORE_HOOK_DELIVERIES_H
#define ASSENT_STORE_HOOK_DELIVERIES_H

#include "store/store.h"

#define HOOK_MESSAGE_ID_BYTES 16

/* Stored numbers: never renumbered. */
enum hook_outcome { HOOK_WAITS, HOOK_DELIVERED, HOOK_GIVEN_UP, HOOK_OUTCOME_COUNT };

struct hook_delivery {
    int64_t id;
    int64_t hook;
    struct position position; /* of the entry that it tells; 0: a test */
    uint8_t message_id[HOOK_MESSAGE_ID_BYTES];
    int64_t created_at, due_at;
    int tries;
    enum hook_outcome outcome;
    int64_t ended_at; /* 0: it waits */
    int code;         /* HTTP status of the last try; 0: none came */
    const char *fault;
};

/* Adds one that waits: hook, position, message_id, created_at and due_at count. id may be NULL. */
enum status hook_deliveries_insert(struct txn *txn, const struct hook_delivery *delivery,
                                   int64_t *id) MUST_CHECK;

enum status hook_deliveries_get(struct store *store, struct arena *arena, int64_t id,
                                struct hook_delivery *out) MUST_CHECK;

/* A hook's deliveries to be tried by now_s, earliest first; at most limit. */
enum status hook_deliveries_due(struct store *store, struct arena *arena, int64_t hook,
                                int64_t now_s, int limit, struct hook_delivery **out,
                                size_t *count) MUST_CHECK;

/* A hook's deliveries with id < before, newest first; at most limit. */
enum status hook_deliveries_page(struct store *store, struct arena *arena, int64_t hook,
                                 int64_t before, int limit, struct hook_delivery **out,
                                 size_t *count) MUST_CHECK;

/* Writes due_at, tries, outcome, ended_at, code and fault. STATUS_NOT_FOUND: it is gone. */
enum status hook_deliveries_update(struct txn *txn,
                                   const struct hook_delivery *delivery) MUST_CHECK;

/* How many of a hook wait, and since when the earliest is due (0: none waits). */
enum status hook_deliveries_waiting(struct store *store, int64_t hook, int64_t *count,
                                    int64_t *due_at) MUST_CHECK;

/* How many of a hook were given up. */
enum status hook_deliveries_lost(struct store *store, int64_t hook, int64_t *count) MUST_CHECK;

/* Those wait again, with a schedule of their own. */
enum status hook_deliveries_replay_lost(struct txn *txn, int64_t hook, int64_t due_at,
                                        int *count) MUST_CHECK;

/* Makes all that waits for a hook due at that time, where it is due later. */
enum status hook_deliveries_hasten(struct txn *txn, int64_t hook, int64_t due_at) MUST_CHECK;

/* All that wait, of any hook, and are due after beyond_s are due at due_at. */
enum status hook_deliveries_mend_due(struct txn *txn, int64_t due_at, int64_t beyond_s) MUST_CHECK;

/* Takes away at most limit of those that wait for hooks that were removed before that time. */
enum status hook_deliveries_drop(struct txn *txn, int64_t before_s, int limit,
                                 int *count) MUST_CHECK;

/* Takes away at most limit of those that ended so before that time. */
enum status hook_deliveries_prune(struct txn *txn, enum hook_outcome outcome, int64_t before_s,
                                  int limit, int *count) MUST_CHECK;

#endif
