/*
 * store/link_keys: the public half of the key ring. Secrets never come here.
 */
#ifndef ASSENT_STORE_LINK_KEYS_H
#define ASSENT_STORE_LINK_KEYS_H

#include "store/store.h"

#define LINK_KEY_STORE_ID_BYTES 4

/* Stored numbers: never renumbered. */
enum link_key_state { KEY_SIGNING = 1, KEY_VERIFYING = 2, KEY_REVOKED = 3 };

struct link_key {
    uint8_t id[LINK_KEY_STORE_ID_BYTES];
    uint8_t public_key[32];
    const char *owner;
    enum link_key_state state;
    int64_t created_at;
    int64_t changed_at;
};

enum status link_keys_get(struct store *store, struct arena *arena,
                          const uint8_t id[LINK_KEY_STORE_ID_BYTES],
                          struct link_key *out) MUST_CHECK;
enum status link_keys_list(struct store *store, struct arena *arena, struct link_key **out,
                           size_t *count) MUST_CHECK; /* newest first */

/* STATUS_CONFLICT: a key of that id is there. */
enum status link_keys_insert(struct txn *txn, const struct link_key *key) MUST_CHECK;
enum status link_keys_set_state(struct txn *txn, const uint8_t id[LINK_KEY_STORE_ID_BYTES],
                                enum link_key_state state, int64_t at_s) MUST_CHECK;

#endif
