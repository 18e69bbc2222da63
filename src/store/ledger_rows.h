/*
 * store/ledger_rows: the ledger's rows as whoever verifies it reads them: many, in order, nothing
 * allocated for each, and believed in nothing: a row may hold what no entry of ours could.
 */
#ifndef ASSENT_STORE_LEDGER_ROWS_H
#define ASSENT_STORE_LEDGER_ROWS_H

#include "base/ledger.h"
#include "store/store.h"

/* Entries with after < position <= last, in order, without private texts, each given to take, which
 * returns false to end early. is_sound false: a value has a form or length that none of ours has.
 */
enum status ledger_rows_walk(struct store *store, struct position after, struct position last,
                             bool (*take)(void *context, const struct entry *entry, bool is_sound),
                             void *context) MUST_CHECK;

/* Their hashes alone; of another length than a hash they are all zero. */
enum status ledger_rows_hashes(struct store *store, struct position after, struct position last,
                               bool (*take)(void *context, struct position position,
                                            const uint8_t hash[LEDGER_HASH_BYTES]),
                               void *context) MUST_CHECK;

/* The hash of one. STATUS_NOT_FOUND: there is no such entry. */
enum status ledger_rows_hash(struct store *store, struct position position,
                             uint8_t out[LEDGER_HASH_BYTES]) MUST_CHECK;

/* What an entry left a person with, or a person's row says. */
struct ledger_state {
    struct contact_id contact;
    enum entry_kind kind; /* of the entry; 0 of a row */
    enum contact_status status;
    uint64_t choices, daily, weekly;
    int64_t paused_until;
};

/* STATUS_NOT_FOUND: there is no such entry. */
enum status ledger_rows_state(struct store *store, struct position position,
                              struct ledger_state *out) MUST_CHECK;

/* Entries that have private texts, after < position <= last, in order: of entry only position,
 * private_hash, private and seal are set. has_entry false: there are the texts, and no entry. Texts
 * live in arena, which take may reset. */
enum status ledger_rows_private(struct store *store, struct arena *arena, struct position after,
                                struct position last,
                                bool (*take)(void *context, const struct entry *entry,
                                             bool has_entry),
                                void *context) MUST_CHECK;

/* The first entry of somebody on the list whose private texts are gone altogether, which only an
 * erasure does. STATUS_NOT_FOUND: there is none. */
enum status ledger_rows_bare(struct store *store, struct position after, struct position last,
                             struct position *out) MUST_CHECK;

/* A person's row, and the entry that it says is their newest. */
struct ledger_person {
    struct public_id public_id;
    struct position head;
    struct ledger_state row;
    bool has_entry;
    struct ledger_state entry;
};
enum status ledger_rows_people(struct store *store, struct contact_id after, struct contact_id last,
                               bool (*take)(void *context, const struct ledger_person *person),
                               void *context) MUST_CHECK;

/* Whether the database still refuses to change what was appended. */
enum status ledger_rows_guarded(struct store *store, bool *out) MUST_CHECK;

#endif
