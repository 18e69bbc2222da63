/*
 * crypto/hook_key: see hook_key.h.
 */
#include "crypto/hook_key.h"

#include <sodium.h>
#include <string.h>

/* What a derived secret is for: part of its derivation, never renumbered. */
enum use { USE_ED25519 = 1, USE_HMAC = 2 };

#define KEY_BYTES 32

static void put_be64(uint8_t out[8], uint64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

/* Keyed BLAKE2b-256 of the use, the hook and the generation. */
static void derive(const struct secrets *secrets, enum use use, int64_t hook, int64_t generation,
                   uint8_t out[KEY_BYTES])
{
    uint8_t name[17] = {(uint8_t)use};
    put_be64(name + 1, (uint64_t)hook);
    put_be64(name + 9, (uint64_t)generation);
    crypto_generichash(out, KEY_BYTES, name, sizeof name, secrets_hook_key(secrets), SECRET_BYTES);
}

static void derive_pair(const struct secrets *secrets, int64_t hook, int64_t generation,
                        uint8_t public_key[crypto_sign_PUBLICKEYBYTES],
                        uint8_t secret_key[crypto_sign_SECRETKEYBYTES])
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    derive(secrets, USE_ED25519, hook, generation, seed);
    crypto_sign_seed_keypair(public_key, secret_key, seed);
    sodium_memzero(seed, sizeof seed);
}

/* prefix, then data as base64 with padding. */
static void put_text(const char *prefix, const uint8_t *data, size_t len, char *out, size_t size)
{
    const size_t at = strlen(prefix);
    memcpy(out, prefix, at);
    sodium_bin2base64(out + at, size - at, data, len, sodium_base64_VARIANT_ORIGINAL);
}

void hook_key_secret_text(const struct secrets *secrets, int64_t hook, int64_t generation,
                          char out[HOOK_KEY_TEXT_BYTES])
{
    uint8_t key[KEY_BYTES];
    derive(secrets, USE_HMAC, hook, generation, key);
    put_text("whsec_", key, sizeof key, out, HOOK_KEY_TEXT_BYTES);
    sodium_memzero(key, sizeof key);
}

void hook_key_public_text(const struct secrets *secrets, int64_t hook, int64_t generation,
                          char out[HOOK_KEY_TEXT_BYTES])
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    derive_pair(secrets, hook, generation, public_key, secret_key);
    put_text("whpk_", public_key, sizeof public_key, out, HOOK_KEY_TEXT_BYTES);
    sodium_memzero(secret_key, sizeof secret_key);
}

void hook_key_sign_ed25519(const struct secrets *secrets, int64_t hook, int64_t generation,
                           const char *signed_text, size_t len, char out[HOOK_SIGNATURE_BYTES])
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    derive_pair(secrets, hook, generation, public_key, secret_key);
    crypto_sign_detached(signature, NULL, (const uint8_t *)signed_text, len, secret_key);
    sodium_memzero(secret_key, sizeof secret_key);
    put_text("v1a,", signature, sizeof signature, out, HOOK_SIGNATURE_BYTES);
}

void hook_key_sign_hmac(const struct secrets *secrets, int64_t hook, int64_t generation,
                        const char *signed_text, size_t len, char out[HOOK_SIGNATURE_BYTES])
{
    uint8_t key[KEY_BYTES], mac[crypto_auth_hmacsha256_BYTES];
    derive(secrets, USE_HMAC, hook, generation, key);
    crypto_auth_hmacsha256(mac, (const uint8_t *)signed_text, len, key);
    sodium_memzero(key, sizeof key);
    put_text("v1,", mac, sizeof mac, out, HOOK_SIGNATURE_BYTES);
}
