/*
 * store/settings: what admins change, as text by key; suppressed addresses; import runs.
 */
#ifndef ASSENT_STORE_SETTINGS_H
#define ASSENT_STORE_SETTINGS_H

#include "store/store.h"

/* STATUS_NOT_FOUND: never set, the default holds. */
enum status settings_get(struct store *store, struct arena *arena, const char *key,
                         const char **out) MUST_CHECK;
enum status settings_put(struct txn *txn, const char *key, const char *value,
                         int64_t at_s) MUST_CHECK;

/* Whether there are any at all: where not, no hash need be made. Read once a transaction. */
enum status suppressions_any(struct store *store, bool *out) MUST_CHECK;

/* Whether a keyed hash of an address is suppressed. */
enum status suppressions_has(struct store *store, const uint8_t hash[32], bool *out) MUST_CHECK;

/* Since when it is. STATUS_NOT_FOUND: it is not. */
enum status suppressions_since(struct store *store, const uint8_t hash[32],
                               int64_t *at_s) MUST_CHECK;

/* Hashes behind after, in order, at most limit. NULL: from the first on. */
struct suppression {
    uint8_t hash[32];
    int64_t at;
};
enum status suppressions_walk(struct store *store, struct arena *arena, const uint8_t *after,
                              int limit, struct suppression **out, size_t *count) MUST_CHECK;

/* From the entry on that is appended next, and up to the one that was appended last. */
enum status suppressions_put(struct txn *txn, const uint8_t hash[32], int64_t at_s) MUST_CHECK;
enum status suppressions_remove(struct txn *txn, const uint8_t hash[32]) MUST_CHECK;
enum status suppressions_count(struct store *store, int64_t *out) MUST_CHECK;

struct import_run {
    int64_t id;
    const char *name;
    int64_t began_at, ended_at;
    int64_t line, added, updated, unchanged, kept_out, rejected;
};
enum status import_runs_put(struct txn *txn, const struct import_run *run,
                            int64_t *id) MUST_CHECK; /* id 0: adds, and sets *id */
enum status import_runs_get(struct store *store, struct arena *arena, int64_t id,
                            struct import_run *out) MUST_CHECK;

#endif
