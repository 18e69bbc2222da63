/*
 * crypto/recovery_code: see the header.
 */
#include "crypto/recovery_code.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/base32.h"

#define RANDOM_BYTES 10
#define GROUP_CHARS  4

static_assert(RECOVERY_CODE_TEXT_BYTES == BASE32_CHARS(RANDOM_BYTES) / GROUP_CHARS * 5, "groups");

void recovery_code_new(char out[RECOVERY_CODE_TEXT_BYTES])
{
    uint8_t random[RANDOM_BYTES];
    char text[BASE32_CHARS(RANDOM_BYTES) + 1];

    crypto_random(random, sizeof random);
    base32_encode(random, sizeof random, text);
    for (size_t i = 0; text[i] != '\0'; i++) {
        *out++ = text[i];
        if (i % GROUP_CHARS == GROUP_CHARS - 1)
            *out++ = '-';
    }
    out[-1] = '\0';
    sodium_memzero(random, sizeof random);
    sodium_memzero(text, sizeof text);
}

bool recovery_code_hash(const struct secrets *secrets, int64_t admin, const char *typed,
                        uint8_t out[RECOVERY_CODE_HASH_BYTES])
{
    uint8_t named[8 + RANDOM_BYTES];

    for (int i = 0; i < 8; i++)
        named[i] = (uint8_t)((uint64_t)admin >> (56 - 8 * i));
    if (!base32_read(typed, named + 8, RANDOM_BYTES))
        return false;
    crypto_generichash(out, RECOVERY_CODE_HASH_BYTES, named, sizeof named,
                       secrets_recovery_key(secrets), SECRET_BYTES);
    sodium_memzero(named, sizeof named);
    return true;
}
