/*
 * service/keys: the key ring. Secrets in keys/ID.key (0600), public halves and states in the store.
 */
#ifndef ASSENT_SERVICE_KEYS_H
#define ASSENT_SERVICE_KEYS_H

#include "service/service.h"
#include "store/link_keys.h"

/* What signs this service's links, in guarded memory: the newest signing key whose secret file is
 * in the keys folder, if there is any. STATUS_REFUSED or STATUS_CORRUPT: its file can't be used.
 * The caller frees. One service, so one thread, has it. */
enum status keys_signer_load(const struct conf *conf, struct store *store,
                             struct link_signer **out) MUST_CHECK;
void keys_signer_free(struct link_signer *signer);

/* The key that signs now; NULL: none. Looked for anew in each second that asks, so that one that
 * was made, retired or revoked while this process runs counts. A newer one whose file can't be used
 * is passed over. Valid until the next call. */
const struct link_signer *keys_signer(const struct service *service);

struct link_key_id keys_signer_id(const struct link_signer *signer);
const uint8_t *keys_signer_secret(const struct link_signer *signer);

/* Whether its secret lies in the keys folder here: one that this installation signs with, or did.
 */
bool keys_is_ours(const struct service *service, struct link_key_id id);

/* Makes a key of our own: the secret file is on disk before the row commits. */
enum status keys_new(const struct service *service, struct txn *txn, const char *owner,
                     const struct origin *origin, struct link_key_id *out) MUST_CHECK;

/* Trusts a sender's public key. STATUS_CONFLICT: that key (or its id) is there. */
enum status keys_add(const struct service *service, struct txn *txn,
                     const uint8_t public_key[LINK_PUBLIC_BYTES], const char *owner,
                     const struct origin *origin, struct link_key_id *out) MUST_CHECK;

/* retire: KEY_VERIFYING; revoke: KEY_REVOKED, never back. STATUS_NOT_FOUND, STATUS_REFUSED (would
 * bring a revoked key back). */
enum status keys_set_state(const struct service *service, struct txn *txn, struct link_key_id id,
                           enum link_key_state state, const struct origin *origin) MUST_CHECK;

#endif
