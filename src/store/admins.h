/*
 * store/admins: who may log in, their sessions, and the counts that slow guessing down.
 */
#ifndef ASSENT_STORE_ADMINS_H
#define ASSENT_STORE_ADMINS_H

#include "store/store.h"

enum admin_role { ROLE_VIEWER, ROLE_MANAGER, ROLE_OWNER, ROLE_COUNT };

struct admin {
    int64_t id;
    const char *email;
    const char *email_key;
    const char *name;
    enum admin_role role;
    const char *password; /* libsodium's encoded hash; "": invited, and has set none yet */
    int64_t created_at;
    int64_t removed_at;   /* 0: was not taken off */
    int64_t disabled_at;  /* 0: may log in */
    bool sees_addresses;  /* of a viewer: addresses are shown whole */
    int64_t signed_in_at; /* last; 0: never. Written by admins_signed_in alone */
};

/* Whether this admin may log in and have sessions. */
bool admins_is_active(const struct admin *admin);

/* Whether addresses of people are shown whole to this admin: owners and managers work with them. */
bool admins_is_shown_addresses(const struct admin *admin);

struct session {
    uint8_t hash[32]; /* BLAKE2b-256 of the cookie's token; the token itself is never stored */
    int64_t admin;
    int64_t created_at;
    int64_t seen_at;
    const char *address;
    const char *agent;
};

enum status admins_get(struct store *store, struct arena *arena, int64_t id,
                       struct admin *out) MUST_CHECK;
enum status admins_find_email(struct store *store, struct arena *arena, const char *email_key,
                              struct admin *out) MUST_CHECK;
enum status admins_list(struct store *store, struct arena *arena, struct admin **out,
                        size_t *count) MUST_CHECK;

/* id 0: adds, and sets *id. Else writes the row. STATUS_CONFLICT: the address is taken. */
enum status admins_put(struct txn *txn, const struct admin *admin, int64_t *id) MUST_CHECK;
enum status admins_signed_in(struct txn *txn, int64_t id, int64_t now_s) MUST_CHECK;

enum status sessions_get(struct store *store, struct arena *arena, const uint8_t hash[32],
                         struct session *out) MUST_CHECK;
enum status sessions_insert(struct txn *txn, const struct session *session) MUST_CHECK;
enum status sessions_touch(struct txn *txn, const uint8_t hash[32], int64_t seen_at) MUST_CHECK;
enum status sessions_delete(struct txn *txn, const uint8_t hash[32]) MUST_CHECK;
enum status sessions_delete_of(struct txn *txn, int64_t admin) MUST_CHECK;
enum status sessions_delete_stale(struct txn *txn, int64_t seen_before,
                                  int64_t created_before) MUST_CHECK;

/* Failed logins of a bucket (a hash of address and network); none is zero failures. */
struct throttle {
    int failures;
    int64_t last_at;
};
enum status throttles_get(struct store *store, const uint8_t bucket[32],
                          struct throttle *out) MUST_CHECK;
enum status throttles_put(struct txn *txn, const uint8_t bucket[32],
                          const struct throttle *value) MUST_CHECK; /* 0 failures: removes */
enum status throttles_delete_stale(struct txn *txn, int64_t last_before) MUST_CHECK;

#endif
