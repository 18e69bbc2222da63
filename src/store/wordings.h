/*
 * store/wordings: the texts that people choose by, each kept once by its hash, and the sets of them
 * that stood at a time. What is in a text, and what a set is made of, is service/wording's.
 */
#ifndef ASSENT_STORE_WORDINGS_H
#define ASSENT_STORE_WORDINGS_H

#include "base/ledger.h"
#include "store/store.h"

struct wording_set {
    int64_t number; /* from 1, without gaps */
    int64_t at;
    struct position position; /* of its ENTRY_WORDING */
    uint8_t hash[LEDGER_HASH_BYTES];
    uint8_t pages[LEDGER_HASH_BYTES]; /* of the list of its pages: the same for one release */
};

/* Keeps a text; one that is kept already stays as it is. */
enum status wordings_put_text(struct txn *txn, const uint8_t hash[LEDGER_HASH_BYTES],
                              const char *text) MUST_CHECK;

/* STATUS_NOT_FOUND: none is kept by that hash. That it fits is not looked at. */
enum status wordings_text(struct store *store, struct arena *arena,
                          const uint8_t hash[LEDGER_HASH_BYTES], const char **out) MUST_CHECK;

/* STATUS_CONFLICT: there is one of that number. */
enum status wordings_put(struct txn *txn, const struct wording_set *set) MUST_CHECK;

/* STATUS_NOT_FOUND: there is none, of that number, at all, of those pages. */
enum status wordings_get(struct store *store, int64_t number, struct wording_set *out) MUST_CHECK;
enum status wordings_newest(struct store *store, struct wording_set *out) MUST_CHECK;
enum status wordings_newest_of(struct store *store, const uint8_t pages[LEDGER_HASH_BYTES],
                               struct wording_set *out) MUST_CHECK;

/* Those with a number below before, newest first, at most limit. */
enum status wordings_before(struct store *store, struct arena *arena, int64_t before, int limit,
                            struct wording_set **out, size_t *count) MUST_CHECK;

#endif
