/*
 * crypto/content_hash: see content_hash.h.
 */
#include "crypto/content_hash.h"

#include <sodium.h>
#include <string.h>

void content_hash(const void *data, size_t len, uint8_t out[CONTENT_HASH_BYTES])
{
    crypto_generichash(out, CONTENT_HASH_BYTES, data, len, NULL, 0);
}

void content_hash_text(const uint8_t hash[CONTENT_HASH_BYTES], char out[CONTENT_HASH_TEXT_BYTES])
{
    sodium_bin2hex(out, CONTENT_HASH_TEXT_BYTES, hash, CONTENT_HASH_BYTES);
}

bool content_hash_parse(const char *text, uint8_t out[CONTENT_HASH_BYTES])
{
    const size_t digits = 2 * CONTENT_HASH_BYTES;
    size_t len = 0;

    return strnlen(text, digits) == digits &&
           sodium_hex2bin(out, CONTENT_HASH_BYTES, text, digits, NULL, &len, NULL) == 0 &&
           len == CONTENT_HASH_BYTES;
}
