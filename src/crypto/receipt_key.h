/*
 * crypto/receipt_key: the signature under a receipt.
 *
 * An Ed25519 key of its own, made from a subkey of the master key, so that nothing signed for one
 * purpose passes for another: what is signed is the ASCII text "assent-receipt-v1", a zero byte,
 * and the receipt's bytes. Link keys are not involved.
 */
#ifndef ASSENT_CRYPTO_RECEIPT_KEY_H
#define ASSENT_CRYPTO_RECEIPT_KEY_H

#include "crypto/crypto.h"

#define RECEIPT_DOMAIN          "assent-receipt-v1"
#define RECEIPT_PUBLIC_BYTES    32
#define RECEIPT_SIGNATURE_BYTES 64

void receipt_key_public(const struct secrets *secrets, uint8_t out[RECEIPT_PUBLIC_BYTES]);

/* Ed25519 (RFC 8032): the same text has the same signature. */
void receipt_key_sign(const struct secrets *secrets, const char *text, size_t len,
                      uint8_t out[RECEIPT_SIGNATURE_BYTES]);

/* Whether signature is public_key's under text. */
bool receipt_key_verify(const uint8_t public_key[RECEIPT_PUBLIC_BYTES], const char *text,
                        size_t len, const uint8_t signature[RECEIPT_SIGNATURE_BYTES]);

/* Eight hex digits and a NUL that name the key: the first four bytes of BLAKE2b-256 of it. */
#define RECEIPT_KEY_ID_TEXT_BYTES 9
void receipt_key_id(const uint8_t public_key[RECEIPT_PUBLIC_BYTES],
                    char out[RECEIPT_KEY_ID_TEXT_BYTES]);

/* 32 hex digits and a NUL that name what is in text: the first 16 bytes of BLAKE2b-256 of it. */
#define RECEIPT_ID_TEXT_BYTES 33
void receipt_id_of(const char *text, size_t len, char out[RECEIPT_ID_TEXT_BYTES]);

#endif
