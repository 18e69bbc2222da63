/*
 * crypto/content_hash: plain BLAKE2b-256 of a text that is kept by its hash, and the hash as 64
 * hexadecimal digits. No secret: whoever has the text can make it again (b2sum -l 256).
 */
#ifndef ASSENT_CRYPTO_CONTENT_HASH_H
#define ASSENT_CRYPTO_CONTENT_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTENT_HASH_BYTES      32
#define CONTENT_HASH_TEXT_BYTES (2 * CONTENT_HASH_BYTES + 1)

void content_hash(const void *data, size_t len, uint8_t out[CONTENT_HASH_BYTES]);

/* Lower case, NUL. */
void content_hash_text(const uint8_t hash[CONTENT_HASH_BYTES], char out[CONTENT_HASH_TEXT_BYTES]);

/* The 64 digits that text begins with. False: it does not. */
bool content_hash_parse(const char *text, uint8_t out[CONTENT_HASH_BYTES]);

#endif
