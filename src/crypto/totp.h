/*
 * crypto/totp: codes of an authenticator app (RFC 6238 over RFC 4226, through liboath), and the
 * secrets they come from, sealed for storing (REQUIREMENTS S2).
 *
 * SHA-1, six digits, steps of 30 seconds: what every app takes. It knows no clock and no account;
 * which codes were used is service/factor's.
 */
#ifndef ASSENT_CRYPTO_TOTP_H
#define ASSENT_CRYPTO_TOTP_H

#include "base/base32.h"
#include "crypto/crypto.h"

#define TOTP_SECRET_BYTES 20 /* RFC 4226 section 4, R6 */
#define TOTP_DIGITS       6
#define TOTP_STEP_S       30
#define TOTP_CODE_BYTES   (TOTP_DIGITS + 1)

/* The secret's nonce, ciphertext and tag. */
#define TOTP_SEALED_BYTES      (24 + TOTP_SECRET_BYTES + 16)
#define TOTP_SECRET_TEXT_BYTES (BASE32_CHARS(TOTP_SECRET_BYTES) + 1)

/* The step that a moment (UTC seconds) lies in. */
int64_t totp_step(int64_t now_s);

/* The code of a step, with the NUL. STATUS_IO: liboath failed. */
enum status totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step,
                      char out[TOTP_CODE_BYTES]) MUST_CHECK;

/* Six digits, blanks between them left out ("123 456"). False: typed is something else. */
bool totp_read(const char *typed, char out[TOTP_CODE_BYTES]);

/* The first step of from … to, both included, whose code is this one; all are looked at, so that
 * time tells nothing. *found is false when there is none. */
enum status totp_find(const uint8_t secret[TOTP_SECRET_BYTES], const char code[TOTP_CODE_BYTES],
                      int64_t from, int64_t to, bool *found, int64_t *step) MUST_CHECK;

/* Encrypts with a key that derives from master.key (XChaCha20-Poly1305), bound to the admin, so
 * that a copied database tells nothing and no row stands in for another. */
void totp_seal(const struct secrets *secrets, int64_t admin,
               const uint8_t secret[TOTP_SECRET_BYTES], uint8_t out[TOTP_SEALED_BYTES]);

/* STATUS_CORRUPT: altered, another admin's, or of another master.key. The caller wipes out. */
enum status totp_open(const struct secrets *secrets, int64_t admin,
                      const uint8_t sealed[TOTP_SEALED_BYTES],
                      uint8_t out[TOTP_SECRET_BYTES]) MUST_CHECK;

#endif
