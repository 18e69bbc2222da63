/*
 * store/entries: the ledger's rows. Append and read; the database itself refuses anything else.
 */
#ifndef ASSENT_STORE_ENTRIES_H
#define ASSENT_STORE_ENTRIES_H

#include "base/ledger.h"
#include "store/store.h"

/* The newest position and its hash (0 and all zero before the first): cached in the transaction,
 * so that appending many costs no read each. */
enum status entries_head(struct txn *txn, struct position *position,
                         uint8_t hash[LEDGER_HASH_BYTES]) MUST_CHECK;

/* Appends entry, whose position is head + 1 and whose hashes are set. Its seal is kept with its
 * private texts, where it has any. */
enum status entries_append(struct txn *txn, const struct entry *entry) MUST_CHECK;

/* Deletes the private texts of an entry; the chain stays whole without them. */
enum status entries_blank(struct txn *txn, struct position position) MUST_CHECK;

/* Deletes address and agent alone; client_hash (chain_client_hash) stands for them from then on. */
enum status entries_blank_client(struct txn *txn, struct position position,
                                 const uint8_t client_hash[LEDGER_HASH_BYTES]) MUST_CHECK;

enum status entries_get(struct store *store, struct arena *arena, struct position position,
                        struct entry *out) MUST_CHECK;

/* A person's entries from newest on, following previous from head; at most limit. */
enum status entries_history(struct store *store, struct arena *arena, struct position head,
                            int limit, struct entry **out, size_t *count) MUST_CHECK;

/* Entries after position, in order, at most limit. */
enum status entries_walk(struct store *store, struct arena *arena, struct position after, int limit,
                         struct entry **out, size_t *count) MUST_CHECK;

/* When the entries after position were made, in order, at most limit. */
struct entry_time {
    struct position position;
    int64_t at;
};
enum status entries_times(struct store *store, struct arena *arena, struct position after,
                          int limit, struct entry_time **out, size_t *count) MUST_CHECK;

/* Entries after position up to last whose client's address or program stands, in order, at most
 * limit: position, private_hash, private texts and seal; the rest is zero. */
enum status entries_clients(struct store *store, struct arena *arena, struct position after,
                            struct position last, int limit, struct entry **out,
                            size_t *count) MUST_CHECK;

/* An entry as other systems are told of it, and the person as they are now. */
struct entry_told {
    struct entry
        entry; /* without proof, wording and hashes; of what is private, note and campaign */
    bool has_person;
    struct public_id person;
    struct position head; /* of their newest entry */
    const char *email;
    bool has_moved; /* the address may have been another with this entry */
};

/* Entries after position up to last, in order, of the kinds whose bits are set; at most limit. */
enum status entries_told(struct store *store, struct arena *arena, struct position after,
                         struct position last, uint64_t kinds, int limit, struct entry_told **out,
                         size_t *count) MUST_CHECK;

/* The position of the first of them. STATUS_NOT_FOUND: there is none. */
enum status entries_next(struct store *store, struct position after, struct position last,
                         uint64_t kinds, struct position *out) MUST_CHECK;

#endif
