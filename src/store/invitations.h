/*
 * store/invitations: links by which those who were invited to be admins set their first password:
 * one an admin, of which the hash alone is kept. Who they are is in admins.h.
 */
#ifndef ASSENT_STORE_INVITATIONS_H
#define ASSENT_STORE_INVITATIONS_H

#include "store/store.h"

struct invitation {
    int64_t admin;
    uint8_t hash[32]; /* BLAKE2b-256 of the link's token */
    int64_t created_at;
    int64_t expires_at;
};

enum status invitations_get(struct store *store, int64_t admin, struct invitation *out) MUST_CHECK;
enum status invitations_find(struct store *store, const uint8_t hash[32],
                             struct invitation *out) MUST_CHECK;

/* In place of the one before, whose link is dead from then on. */
enum status invitations_put(struct txn *txn, const struct invitation *invitation) MUST_CHECK;

/* STATUS_OK also where there is none. */
enum status invitations_delete(struct txn *txn, int64_t admin) MUST_CHECK;

#endif
