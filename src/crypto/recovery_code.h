/*
 * crypto/recovery_code: codes for whoever has lost their authenticator app: 80 random bits each, as
 * sixteen letters and digits in four groups.
 *
 * What is stored is a keyed hash; so many random bits need no slow password hashing. That each is
 * good once is service/factor's.
 */
#ifndef ASSENT_CRYPTO_RECOVERY_CODE_H
#define ASSENT_CRYPTO_RECOVERY_CODE_H

#include "crypto/crypto.h"

#define RECOVERY_CODE_TEXT_BYTES 20 /* "abcd-efgh-ijkl-mnop" and the NUL */
#define RECOVERY_CODE_HASH_BYTES 32

void recovery_code_new(char out[RECOVERY_CODE_TEXT_BYTES]);

/* The hash of a code as typed (see base/base32), for this admin. False: it can't be a code. */
bool recovery_code_hash(const struct secrets *secrets, int64_t admin, const char *typed,
                        uint8_t out[RECOVERY_CODE_HASH_BYTES]);

#endif
