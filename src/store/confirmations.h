/*
 * store/confirmations: what waits for somebody to press the button behind a link that was mailed to
 * them, one row a request. What pressing it does is service/confirm.
 */
#ifndef ASSENT_STORE_CONFIRMATIONS_H
#define ASSENT_STORE_CONFIRMATIONS_H

#include "store/store.h"

/* Stored: never renumbered, only added to. */
enum confirmation_kind {
    CONFIRMATION_JOIN = 1, /* a sign-up */
    CONFIRMATION_ADDRESS,  /* somebody's new address */
};

enum confirmation_outcome {
    CONFIRMATION_WAITS,
    CONFIRMATION_CONFIRMED,
    CONFIRMATION_DECLINED,
};

struct confirmation {
    int64_t id;
    struct public_id public_id; /* random; what its link holds in the contact's place */
    enum confirmation_kind kind;
    struct contact_id contact; /* whose address changes; 0 with a sign-up */
    uint16_t epoch;            /* of that contact when it was asked */
    const char *email_key;     /* the address to confirm */
    const char *email;
    const char *name; /* "" with a change of address */
    const char *language;
    uint64_t choices; /* 0 with a change of address */
    int64_t asked_at;
    int64_t expires_at; /* while it waits, the link is good until then; the row goes then */
    int64_t ended_at;   /* 0: it waits */
    enum confirmation_outcome outcome;
    const char *address, *agent; /* of who asked */
};

/* Adds a row that waits; id, ended_at and outcome of confirmation are not read. */
enum status confirmations_insert(struct txn *txn, const struct confirmation *confirmation,
                                 int64_t *id) MUST_CHECK;

/* STATUS_NOT_FOUND: there is none (any more). */
enum status confirmations_get(struct store *store, struct arena *arena, int64_t id,
                              struct confirmation *out) MUST_CHECK;
enum status confirmations_find(struct store *store, struct arena *arena, struct public_id public_id,
                               struct confirmation *out) MUST_CHECK;

/* All requests for that address, and all changes of that contact's address: at most limit. */
enum status confirmations_list_about(struct store *store, struct arena *arena,
                                     struct contact_id contact, const char *email_key, int limit,
                                     struct confirmation **out, size_t *count) MUST_CHECK;

/* Writes outcome, ended_at and expires_at. */
enum status confirmations_end(struct txn *txn, const struct confirmation *confirmation) MUST_CHECK;

/* Whether a sign-up of that address waits at now_s, and for which choices (0: none waits). */
enum status confirmations_waiting(struct store *store, const char *email_key, int64_t now_s,
                                  bool *waits, uint64_t *choices) MUST_CHECK;

/* As confirmations_waiting, of an earlier moment: as far as rows are kept. */
enum status confirmations_waited(struct store *store, const char *email_key, int64_t at_s,
                                 bool *waited, uint64_t *choices) MUST_CHECK;

/* When a sign-up of that address that waits at now_s was last asked for, and until when one waits.
 * Both 0: none waits. */
enum status confirmations_asked(struct store *store, const char *email_key, int64_t now_s,
                                int64_t *asked_at, int64_t *expires_at) MUST_CHECK;

/* Whether any request may wait at now_s. False: none does. */
enum status confirmations_any(struct store *store, int64_t now_s, bool *out) MUST_CHECK;

/* Whether a request of that kind for that address was declined, and the row is still here. */
enum status confirmations_declined(struct store *store, const char *email_key,
                                   enum confirmation_kind kind, int64_t now_s,
                                   bool *out) MUST_CHECK;

/* Deletes the changes of contact's address that wait. */
enum status confirmations_drop_open(struct txn *txn, struct contact_id contact) MUST_CHECK;

/* Deletes all requests for that address, and all changes of that contact's address. */
enum status confirmations_delete_about(struct txn *txn, struct contact_id contact,
                                       const char *email_key) MUST_CHECK;

/* Deletes rows whose time has come at now_s, at most limit; *count: how many. */
enum status confirmations_delete_expired(struct txn *txn, int64_t now_s, int limit,
                                         int *count) MUST_CHECK;

#endif
