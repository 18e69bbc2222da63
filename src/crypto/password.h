/*
 * crypto/password: Argon2id by libsodium, and the rules a new password must meet (REQUIREMENTS S1).
 *
 * password_hash and password_is_right take about 95 ms and 64 MiB: never in an event loop.
 */
#ifndef ASSENT_CRYPTO_PASSWORD_H
#define ASSENT_CRYPTO_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#define PASSWORD_MIN_CHARS  12
#define PASSWORD_MAX_CHARS  128
#define PASSWORD_HASH_BYTES 128 /* crypto_pwhash_STRBYTES, NUL included */

enum password_fault { PASSWORD_FINE, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, PASSWORD_COMMON };

/* 12 to 128 characters of UTF-8, none of the common ones (compared as fold_key gives them); no
 * composition rule. The list is assets/common-passwords.txt, compiled in. */
enum password_fault password_check(const char *password);
const char *password_fault_words(enum password_fault fault);

enum status password_hash(const char *password, char out[PASSWORD_HASH_BYTES]) MUST_CHECK;

/* hash NULL: works as long on a decoy and says no, so that time tells nobody who exists (S8). */
bool password_is_right(const char *hash, const char *password);

/* A readable random password of at least 80 bits: groups of letters and digits. */
#define PASSWORD_GENERATED_BYTES 32
void password_generate(char out[PASSWORD_GENERATED_BYTES]);

#endif
