/*
 * crypto/hook_key: the secrets that sign messages to hooks, after Standard Webhooks (REQUIREMENTS
 * W1 to W3).
 *
 * Nothing is stored: each secret derives from the master key, the hook's id and its generation, so
 * that a copy of the database signs nothing. Of the Ed25519 pair only the public half ever leaves.
 */
#ifndef ASSENT_CRYPTO_HOOK_KEY_H
#define ASSENT_CRYPTO_HOOK_KEY_H

#include "crypto/crypto.h"

/* "whsec_" or "whpk_", then 32 bytes as base64, and the NUL. */
#define HOOK_KEY_TEXT_BYTES 64

/* The HMAC secret, which the receiver needs as it is. */
void hook_key_secret_text(const struct secrets *secrets, int64_t hook, int64_t generation,
                          char out[HOOK_KEY_TEXT_BYTES]);

/* The Ed25519 public key, with which the receiver verifies. */
void hook_key_public_text(const struct secrets *secrets, int64_t hook, int64_t generation,
                          char out[HOOK_KEY_TEXT_BYTES]);

/* One signature as it stands in webhook-signature: "v1a," or "v1," and base64, with the NUL. The
 * signed text is id, a dot, the seconds as a number, a dot, body. */
#define HOOK_SIGNATURE_BYTES 96
void hook_key_sign_ed25519(const struct secrets *secrets, int64_t hook, int64_t generation,
                           const char *signed_text, size_t len, char out[HOOK_SIGNATURE_BYTES]);
void hook_key_sign_hmac(const struct secrets *secrets, int64_t hook, int64_t generation,
                        const char *signed_text, size_t len, char out[HOOK_SIGNATURE_BYTES]);

#endif
