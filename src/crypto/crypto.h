/*
 * crypto/crypto: start-up of libsodium and liboath, randomness, and the secrets that derive from
 * one key.
 *
 * The master key never leaves guarded memory. Each use has a subkey of its own (crypto_kdf), so
 * that no two uses can be played against each other. Link signing keys are random, and not from
 * here.
 */
#ifndef ASSENT_CRYPTO_CRYPTO_H
#define ASSENT_CRYPTO_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/contact.h"
#include "base/status.h"

#define SECRET_BYTES           32
#define SUPPRESSION_HASH_BYTES 32
#define SESSION_HASH_BYTES     32
#define PUBLIC_ID_KEY_BYTES    16

/* Call before anything else of this room, once a process. STATUS_IO: no randomness to be had. */
enum status crypto_start(void) MUST_CHECK;

/* libsodium's version, as it runs. Static. */
const char *crypto_engine(void);

void crypto_random(void *out, size_t len);

/* What the server derives from keys/master.key. Opaque, in guarded memory (sodium_malloc). */
struct secrets;

/* Reads folder/master.key, which must be 32 bytes, owned by us or root, and not readable by
 * others. STATUS_NOT_FOUND: none there. STATUS_REFUSED: wrong owner or mode. STATUS_CORRUPT: wrong
 * size. The caller frees. */
enum status secrets_load(const char *folder, struct secrets **out) MUST_CHECK;

/* Makes folder (0700) and a new master.key (0600) in it, written whole or not at all.
 * STATUS_CONFLICT: one is there already. */
enum status secrets_create(const char *folder) MUST_CHECK;
void secrets_free(struct secrets *secrets);

/* Keyed BLAKE2b-256 of an address key: what suppression keeps of an erased address. */
void secrets_suppression_hash(const struct secrets *secrets, const char *email_key,
                              uint8_t out[SUPPRESSION_HASH_BYTES]);

/* A CSRF token for a session: keyed BLAKE2b of the session's stored hash, base64url, NUL. */
#define CSRF_TEXT_BYTES 44
void secrets_csrf(const struct secrets *secrets, const uint8_t session[SESSION_HASH_BYTES],
                  char out[CSRF_TEXT_BYTES]);

/* BLAKE2b-256 of a session's token: what is stored instead of it. */
void crypto_session_hash(const uint8_t *token, size_t len, uint8_t out[SESSION_HASH_BYTES]);

/* The first 48 bits of data's BLAKE2b-256 as hexadecimal digits: names a content in an address, so
 * that what is there may be kept for ever. No secret, and no proof. */
#define CRYPTO_DIGEST_TEXT_BYTES 13
void crypto_digest_text(const void *data, size_t len, char out[CRYPTO_DIGEST_TEXT_BYTES]);

/* Keyed BLAKE2b-256 of a text that names a bucket of login attempts, so that what was typed as an
 * address can't be read from the database, nor guessed and compared. */
#define BUCKET_HASH_BYTES 32
void secrets_bucket_hash(const struct secrets *secrets, const char *text,
                         uint8_t out[BUCKET_HASH_BYTES]);

/* The key for private_hash in the ledger, see crypto/chain. Valid while secrets is. */
const uint8_t *secrets_ledger_key(const struct secrets *secrets);

/* The seed of the key that signs receipts, see crypto/receipt_key. Valid while secrets is. */
const uint8_t *secrets_receipt_seed(const struct secrets *secrets);

/* The seed of the key that signs checkpoints, see crypto/checkpoint. Valid while secrets is. */
const uint8_t *secrets_checkpoint_seed(const struct secrets *secrets);

/* What the secrets of hooks derive from, see crypto/hook_key. Valid while secrets is. */
const uint8_t *secrets_hook_key(const struct secrets *secrets);

/* Encrypts the secrets of second factors, see crypto/totp. Valid while secrets is. */
const uint8_t *secrets_factor_key(const struct secrets *secrets);

/* Keys the hashes of recovery codes, see crypto/recovery_code. Valid while secrets is. */
const uint8_t *secrets_recovery_key(const struct secrets *secrets);

/* Public ids. id = a 64-bit keyed permutation (Feistel network, SipHash-2-4 rounds) of the row
 * number (40 bits) beside 24 random bits: random to all who lack the key, and found again by row
 * with no index; the stored id is compared whole, so that a row number used twice (a restored
 * backup) never answers for another person. key comes from the database (meta). */
struct public_id public_id_make(const uint8_t key[PUBLIC_ID_KEY_BYTES], struct contact_id row);

/* The same with randomness that the caller drew, of which each 32 bits are used once: to draw for
 * many at a time is cheaper. */
struct public_id public_id_salted(const uint8_t key[PUBLIC_ID_KEY_BYTES], struct contact_id row,
                                  uint32_t salt);
struct contact_id public_id_row(const uint8_t key[PUBLIC_ID_KEY_BYTES], struct public_id id);

/* Constant-time comparison of two texts or buffers of len bytes. */
bool crypto_is_equal(const void *a, const void *b, size_t len);

/* Unpadded base64url (RFC 4648 section 5). decode refuses any other character, length or spare
 * bits and returns false; out_len is exact. */
void crypto_base64url(const uint8_t *data, size_t len, char *out, size_t out_size);
bool crypto_base64url_decode(const char *text, size_t text_len, uint8_t *out, size_t out_len);

#endif
