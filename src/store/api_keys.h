/*
 * store/api_keys: programs that may use the API, by the hash of their key.
 */
#ifndef ASSENT_STORE_API_KEYS_H
#define ASSENT_STORE_API_KEYS_H

#include "store/store.h"

#define API_KEY_HASH_BYTES 32

struct api_key {
    int64_t id;
    uint8_t hash[API_KEY_HASH_BYTES];
    const char *hint; /* the key's first characters */
    const char *name;
    unsigned scopes; /* bits of enum api_scope: service/api_keys */
    int64_t created_at;
    int64_t expires_at; /* 0: never */
    int64_t used_at;    /* about; 0: never */
    int64_t revoked_at; /* 0: in use */
};

enum status api_keys_get(struct store *store, struct arena *arena, int64_t id,
                         struct api_key *out) MUST_CHECK;
enum status api_keys_find(struct store *store, struct arena *arena,
                          const uint8_t hash[API_KEY_HASH_BYTES], struct api_key *out) MUST_CHECK;

/* Newest first, those below id before (INT64_MAX: from the newest on), at most limit. */
enum status api_keys_list(struct store *store, struct arena *arena, int64_t before, int limit,
                          struct api_key **out, size_t *count) MUST_CHECK;

/* Gives the key its id. STATUS_CONFLICT: that hash is there. */
enum status api_keys_insert(struct txn *txn, struct api_key *key) MUST_CHECK;

/* STATUS_NOT_FOUND: no such key, or it was revoked before. */
enum status api_keys_revoke(struct txn *txn, int64_t id, int64_t at_s) MUST_CHECK;
enum status api_keys_touch(struct txn *txn, int64_t id, int64_t at_s) MUST_CHECK;

#endif
