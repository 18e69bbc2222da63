/*
 * crypto/receipt_key: see receipt_key.h.
 */
#include "crypto/receipt_key.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/key_file.h"

static_assert(RECEIPT_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");
static_assert(RECEIPT_SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519");
static_assert(SECRET_BYTES == crypto_sign_SEEDBYTES, "a subkey is a seed");

void receipt_key_public(const struct secrets *secrets, uint8_t out[RECEIPT_PUBLIC_BYTES])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(out, secret, secrets_receipt_seed(secrets));
    key_memory_wipe(secret, sizeof secret);
}

/* What is signed of text: the caller frees. */
static uint8_t *message_of(const char *text, size_t len)
{
    uint8_t *message = malloc(sizeof RECEIPT_DOMAIN + len);
    if (message == NULL)
        abort();
    memcpy(message, RECEIPT_DOMAIN, sizeof RECEIPT_DOMAIN); /* its NUL is the zero byte */
    memcpy(message + sizeof RECEIPT_DOMAIN, text, len);
    return message;
}

void receipt_key_sign(const struct secrets *secrets, const char *text, size_t len,
                      uint8_t out[RECEIPT_SIGNATURE_BYTES])
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    uint8_t *message = message_of(text, len);
    crypto_sign_seed_keypair(public_key, secret, secrets_receipt_seed(secrets));
    crypto_sign_detached(out, NULL, message, sizeof RECEIPT_DOMAIN + len, secret);
    key_memory_wipe(secret, sizeof secret);
    free(message);
}

bool receipt_key_verify(const uint8_t public_key[RECEIPT_PUBLIC_BYTES], const char *text,
                        size_t len, const uint8_t signature[RECEIPT_SIGNATURE_BYTES])
{
    uint8_t *message = message_of(text, len);
    const int bad =
        crypto_sign_verify_detached(signature, message, sizeof RECEIPT_DOMAIN + len, public_key);
    free(message);
    return bad == 0;
}

static void hash_hex(const void *data, size_t len, size_t bytes, char *out)
{
    uint8_t hash[crypto_generichash_BYTES];
    crypto_generichash(hash, sizeof hash, data, len, NULL, 0);
    sodium_bin2hex(out, 2 * bytes + 1, hash, bytes);
}

void receipt_key_id(const uint8_t public_key[RECEIPT_PUBLIC_BYTES],
                    char out[RECEIPT_KEY_ID_TEXT_BYTES])
{
    hash_hex(public_key, RECEIPT_PUBLIC_BYTES, (RECEIPT_KEY_ID_TEXT_BYTES - 1) / 2, out);
}

void receipt_id_of(const char *text, size_t len, char out[RECEIPT_ID_TEXT_BYTES])
{
    hash_hex(text, len, (RECEIPT_ID_TEXT_BYTES - 1) / 2, out);
}
