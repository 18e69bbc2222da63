/*
 * store/letters: mails that wait, were sent, or were given up, one row each. What comes next for
 * one is service/outbox's to say; here a row is read or written as told. Strings of a result live
 * in the arena.
 */
#ifndef ASSENT_STORE_LETTERS_H
#define ASSENT_STORE_LETTERS_H

#include "store/store.h"

/* Stored: never renumbered, only added to. */
enum letter_kind {
    LETTER_LINK = 1,    /* a new manage link, if the address is somebody's */
    LETTER_JOIN,        /* please confirm that you signed up; to who is in already: that they are */
    LETTER_NEW_ADDRESS, /* to a new address: please confirm it */
    LETTER_OLD_ADDRESS, /* to the one before: it was replaced */
    LETTER_TEST,        /* an admin tries whether mail goes out */
    LETTER_KIND_COUNT
};

enum letter_outcome {
    LETTER_WAITS,
    LETTER_SENT,
    LETTER_DEAD,    /* refused for good, or tried too often */
    LETTER_DROPPED, /* there was nobody to tell */
    LETTER_OUTCOME_COUNT
};

#define LETTER_ID_BYTES 16

struct letter {
    int64_t id;
    uint8_t message_id[LETTER_ID_BYTES]; /* the same with every try */
    enum letter_kind kind;
    struct contact_id contact; /* whom it is about; 0: not known, or nobody */
    int64_t confirmation;      /* of service/confirm; 0: none */
    const char *address;       /* where it goes, as written */
    const char *language;      /* a tag that base/locale knows: that it was asked in; or "": none */
    int64_t created_at, due_at;
    int tries;
    enum letter_outcome outcome;
    int64_t ended_at;
    const char *fault;   /* what the mail server said last, or "" */
    const char *subject; /* as last made; "": not made yet */
};

/* Adds a row that waits, due at due_at; id, tries and what comes after them are not read. */
enum status letters_insert(struct txn *txn, const struct letter *letter) MUST_CHECK;

/* STATUS_NOT_FOUND: no such row. */
enum status letters_get(struct store *store, struct arena *arena, int64_t id,
                        struct letter *out) MUST_CHECK;

/* At most limit of those that wait and are due by now_s, the longest due first. */
enum status letters_due(struct store *store, struct arena *arena, int64_t now_s, int limit,
                        struct letter **out, size_t *count) MUST_CHECK;

/* Of one that waits: how often it was tried, when it is due next; why the last try failed; its
 * end. One that ended meanwhile is left as it is. */
enum status letters_try(struct txn *txn, int64_t id, int tries, int64_t due_at) MUST_CHECK;
enum status letters_fail(struct txn *txn, int64_t id, const char *fault,
                         const char *subject) MUST_CHECK;
enum status letters_end(struct txn *txn, int64_t id, enum letter_outcome outcome, int64_t at_s,
                        const char *fault, const char *subject) MUST_CHECK;

/* Has a dead one wait again, as if never tried. STATUS_NOT_FOUND: it is not dead. */
enum status letters_again(struct txn *txn, int64_t id, int64_t due_at) MUST_CHECK;

/* The same of at most limit dead ones, the longest dead first; gives how many. */
enum status letters_again_all(struct txn *txn, int64_t due_at, int limit, int *count) MUST_CHECK;

/* All that wait and are due after beyond_s are due at due_at. */
enum status letters_mend_due(struct txn *txn, int64_t due_at, int64_t beyond_s) MUST_CHECK;

/* When one that waits is due next. STATUS_NOT_FOUND: it does not wait. */
enum status letters_hasten(struct txn *txn, int64_t id, int64_t due_at) MUST_CHECK;

/* Deletes a dead one. STATUS_NOT_FOUND: it is not dead. */
enum status letters_discard(struct txn *txn, int64_t id) MUST_CHECK;

enum status letters_delete(struct txn *txn, int64_t id) MUST_CHECK;

/* Deletes all mails to an address, in whatever ASCII case, also those that wait. */
enum status letters_delete_to(struct txn *txn, const char *address) MUST_CHECK;

/* Deletes all mails that are about that person, whoever they went to. */
enum status letters_delete_about(struct txn *txn, struct contact_id contact) MUST_CHECK;

/* Those below an id (INT64_MAX: all), newest first, at most limit. */
enum status letters_list_about(struct store *store, struct arena *arena, struct contact_id contact,
                               int64_t below, int limit, struct letter **out,
                               size_t *count) MUST_CHECK;

/* Ids of at most limit rows of outcome (not WAITS) that ended before before_s. */
enum status letters_ended_before(struct store *store, enum letter_outcome outcome, int64_t before_s,
                                 int limit, int64_t *ids, size_t *count) MUST_CHECK;

/* How many have that outcome, counted up to limit. */
enum status letters_count(struct store *store, enum letter_outcome outcome, int limit,
                          int64_t *out) MUST_CHECK;

/* A place in a list. */
struct letter_place {
    int64_t at_s; /* due_at of those that wait, ended_at of an end; of any outcome, and of one
                     address, not read */
    int64_t id;
};

#define LETTER_ANY (-1)

struct letter_query {
    int outcome;                      /* an enum letter_outcome, or LETTER_ANY */
    const char *address;              /* to this one alone, in whatever ASCII case; NULL: to all */
    const struct letter_place *place; /* NULL: from the first */
    bool is_backward;                 /* those right before place instead of behind it */
    int limit;
};

/* Those that wait are in the order of when they are due; other outcomes the newest end first; any
 * outcome, and the mails of one address, the newest first. */
enum status letters_list(struct store *store, struct arena *arena, const struct letter_query *query,
                         struct letter **out, size_t *count) MUST_CHECK;

#endif
