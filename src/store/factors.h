/*
 * store/factors: second factors of admins: the sealed secret, recovery codes, logins that wait for
 * their code; and the list of an admin's sessions. What a secret or a code is worth is
 * service/factor's; the rest of sessions is in admins.h.
 */
#ifndef ASSENT_STORE_FACTORS_H
#define ASSENT_STORE_FACTORS_H

#include "store/admins.h"

#define FACTOR_SECRET_BYTES 60
#define FACTOR_HASH_BYTES   32

struct factor {
    int64_t admin;
    uint8_t secret[FACTOR_SECRET_BYTES]; /* sealed */
    int64_t begun_at;
    int64_t since;     /* 0: not turned on yet */
    int64_t last_step; /* of the newest code that was taken */
};
enum status factors_get(struct store *store, int64_t admin, struct factor *out) MUST_CHECK;
enum status factors_put(struct txn *txn, const struct factor *factor) MUST_CHECK;
enum status factors_delete(struct txn *txn, int64_t admin) MUST_CHECK; /* also when none is there */

/* How many are still good. */
enum status recovery_codes_left(struct store *store, int64_t admin, int64_t *out) MUST_CHECK;
enum status recovery_codes_insert(struct txn *txn, int64_t admin,
                                  const uint8_t hash[FACTOR_HASH_BYTES]) MUST_CHECK;
/* STATUS_NOT_FOUND: no such code of that admin's that is still good. */
enum status recovery_codes_use(struct txn *txn, int64_t admin,
                               const uint8_t hash[FACTOR_HASH_BYTES], int64_t now_s) MUST_CHECK;
enum status recovery_codes_delete_of(struct txn *txn, int64_t admin) MUST_CHECK;

/* A login whose password was right. */
struct login_step {
    uint8_t hash[FACTOR_HASH_BYTES]; /* BLAKE2b-256 of the cookie's token */
    int64_t admin;
    uint8_t password[FACTOR_HASH_BYTES]; /* BLAKE2b-256 of admin.password as it was compared */
    int64_t created_at;
    int64_t failures; /* wrong codes */
};
enum status login_steps_get(struct store *store, const uint8_t hash[FACTOR_HASH_BYTES],
                            struct login_step *out) MUST_CHECK;
enum status login_steps_insert(struct txn *txn, const struct login_step *step) MUST_CHECK;
enum status login_steps_fail(struct txn *txn, const uint8_t hash[FACTOR_HASH_BYTES]) MUST_CHECK;
enum status login_steps_delete(struct txn *txn, const uint8_t hash[FACTOR_HASH_BYTES]) MUST_CHECK;
enum status login_steps_delete_of(struct txn *txn, int64_t admin) MUST_CHECK;
enum status login_steps_delete_stale(struct txn *txn, int64_t created_before) MUST_CHECK;

/* All open sessions of an admin, in no order; those that are over by time too. */
enum status sessions_list_of(struct store *store, struct arena *arena, int64_t admin,
                             struct session **out, size_t *count) MUST_CHECK;

#endif
