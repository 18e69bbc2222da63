/*
 * crypto/link_token: the wire format of a signed link, made and checked. Nothing about what a link
 * may do; that is service/links.
 *
 * 84 bytes, as 112 characters of unpadded base64url:
 *   1 version (high four bits, 1) and purpose (low four)   4 key id   8 contact's public id
 *   2 link epoch   1 topic (0: all)   4 issued at, Unix seconds   64 Ed25519 signature
 * All integers big-endian. The signature is over "assent-link-v1", a zero byte, and the 20 bytes.
 */
#ifndef ASSENT_CRYPTO_LINK_TOKEN_H
#define ASSENT_CRYPTO_LINK_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/contact.h"
#include "base/status.h"

#define LINK_TOKEN_BYTES      84
#define LINK_TOKEN_TEXT_BYTES 113 /* 112 and the NUL */
#define LINK_KEY_ID_BYTES     4
#define LINK_PUBLIC_BYTES     32
#define LINK_SECRET_BYTES     64

enum link_purpose { PURPOSE_MANAGE = 1, PURPOSE_UNSUBSCRIBE = 2, PURPOSE_CONFIRM = 3 };

struct link_key_id {
    uint8_t value[LINK_KEY_ID_BYTES];
};

struct link_claims {
    enum link_purpose purpose;
    struct link_key_id key_id;
    struct public_id contact;
    uint16_t epoch;
    struct topic_id topic; /* 0: all */
    uint32_t issued_at;
};

/* A new key pair; secret should be guarded memory. */
void link_key_make(uint8_t public_key[LINK_PUBLIC_BYTES], uint8_t secret[LINK_SECRET_BYTES]);

/* The first four bytes of BLAKE2b-256 of the public key. */
struct link_key_id link_key_id_of(const uint8_t public_key[LINK_PUBLIC_BYTES]);

/* "1a2b3c4d" and back; parse wants exactly 8 hex digits. */
#define LINK_KEY_ID_TEXT_BYTES 9
void link_key_id_text(struct link_key_id id, char out[LINK_KEY_ID_TEXT_BYTES]);
bool link_key_id_parse(const char *text, struct link_key_id *out);

/* Signs claims; claims->key_id is what goes in, and must belong to secret. */
void link_token_mint(const struct link_claims *claims, const uint8_t secret[LINK_SECRET_BYTES],
                     char out[LINK_TOKEN_TEXT_BYTES]);

/* The key id a token names, before anything in it is believed: to look up its public key.
 * STATUS_INVALID: wrong length, character or version. */
enum status link_token_peek(const char *text, size_t len, struct link_key_id *out) MUST_CHECK;

/* Checks length, alphabet, version, that the key id is public_key's, then the signature, and only
 * then fills claims. STATUS_INVALID: malformed. STATUS_REFUSED: not signed by that key, or an
 * unknown purpose or topic in it. REQUIREMENTS U6, S6. */
enum status link_token_verify(const char *text, size_t len,
                              const uint8_t public_key[LINK_PUBLIC_BYTES],
                              struct link_claims *out) MUST_CHECK;

#endif
