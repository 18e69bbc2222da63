/*
 * crypto/totp: see the header.
 */
#include "crypto/totp.h"

#include <assert.h>
#include <liboath/oath.h>
#include <sodium.h>
#include <string.h>

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES

static_assert(TOTP_SEALED_BYTES == NONCE_BYTES + TOTP_SECRET_BYTES + TAG_BYTES, "what is stored");
static_assert(SECRET_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one size of key");

int64_t totp_step(int64_t now_s)
{
    return now_s / TOTP_STEP_S;
}

enum status totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step,
                      char out[TOTP_CODE_BYTES])
{
    const int rc = oath_hotp_generate((const char *)secret, TOTP_SECRET_BYTES, (uint64_t)step,
                                      TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, out);
    return rc == OATH_OK ? STATUS_OK : STATUS_IO;
}

bool totp_read(const char *typed, char out[TOTP_CODE_BYTES])
{
    size_t len = 0;

    for (; *typed != '\0'; typed++) {
        if (*typed == ' ')
            continue;
        if (*typed < '0' || *typed > '9' || len == TOTP_DIGITS)
            return false;
        out[len++] = *typed;
    }
    out[len] = '\0';
    return len == TOTP_DIGITS;
}

enum status totp_find(const uint8_t secret[TOTP_SECRET_BYTES], const char code[TOTP_CODE_BYTES],
                      int64_t from, int64_t to, bool *found, int64_t *step)
{
    char right[TOTP_CODE_BYTES];

    *found = false;
    for (int64_t at = from; at <= to; at++) {
        enum status status = totp_code(secret, at, right);
        if (status != STATUS_OK)
            return status;
        if (crypto_is_equal(right, code, TOTP_DIGITS) && !*found) {
            *found = true;
            *step = at;
        }
    }
    sodium_memzero(right, sizeof right);
    return STATUS_OK;
}

static void bind_to(int64_t admin, uint8_t out[8])
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)((uint64_t)admin >> (56 - 8 * i));
}

void totp_seal(const struct secrets *secrets, int64_t admin,
               const uint8_t secret[TOTP_SECRET_BYTES], uint8_t out[TOTP_SEALED_BYTES])
{
    uint8_t whose[8];

    bind_to(admin, whose);
    randombytes_buf(out, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_BYTES, NULL, secret, TOTP_SECRET_BYTES,
                                               whose, sizeof whose, NULL, out,
                                               secrets_factor_key(secrets));
}

enum status totp_open(const struct secrets *secrets, int64_t admin,
                      const uint8_t sealed[TOTP_SEALED_BYTES], uint8_t out[TOTP_SECRET_BYTES])
{
    uint8_t whose[8];

    bind_to(admin, whose);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            out, NULL, NULL, sealed + NONCE_BYTES, TOTP_SEALED_BYTES - NONCE_BYTES, whose,
            sizeof whose, sealed, secrets_factor_key(secrets)) != 0)
        return STATUS_CORRUPT;
    return STATUS_OK;
}
