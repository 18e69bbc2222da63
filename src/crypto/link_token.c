/*
 * crypto/link_token: the 84 bytes of a signed link. Offsets follow the table in the header.
 */
#include "crypto/link_token.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/crypto.h"

#define VERSION     1
#define DOMAIN_TEXT "assent-link-v1" /* signed with its NUL, so that it ends where it ends */

enum {
    AT_HEAD = 0,
    AT_KEY_ID = 1,
    AT_CONTACT = 5,
    AT_EPOCH = 13,
    AT_TOPIC = 15,
    AT_ISSUED = 16,
    CLAIMS_BYTES = 20,
};
#define DOMAIN_BYTES sizeof DOMAIN_TEXT
#define SIGNED_BYTES (DOMAIN_BYTES + CLAIMS_BYTES)

static_assert(CLAIMS_BYTES + crypto_sign_BYTES == LINK_TOKEN_BYTES, "claims, then signature");
static_assert((LINK_TOKEN_BYTES * 4 + 2) / 3 + 1 == LINK_TOKEN_TEXT_BYTES, "as base64url");
static_assert(LINK_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");
static_assert(LINK_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "Ed25519");

static void put(uint8_t *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static uint64_t take(const uint8_t *in, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | in[i];
    return value;
}

void link_key_make(uint8_t public_key[LINK_PUBLIC_BYTES], uint8_t secret[LINK_SECRET_BYTES])
{
    crypto_sign_keypair(public_key, secret);
}

struct link_key_id link_key_id_of(const uint8_t public_key[LINK_PUBLIC_BYTES])
{
    uint8_t hash[32];
    struct link_key_id id;
    crypto_generichash(hash, sizeof hash, public_key, LINK_PUBLIC_BYTES, NULL, 0);
    memcpy(id.value, hash, sizeof id.value);
    return id;
}

void link_key_id_text(struct link_key_id id, char out[LINK_KEY_ID_TEXT_BYTES])
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < LINK_KEY_ID_BYTES; i++) {
        out[2 * i] = hex[id.value[i] >> 4];
        out[2 * i + 1] = hex[id.value[i] & 15];
    }
    out[LINK_KEY_ID_TEXT_BYTES - 1] = '\0';
}

bool link_key_id_parse(const char *text, struct link_key_id *out)
{
    struct link_key_id id;
    size_t got = 0, len = LINK_KEY_ID_TEXT_BYTES - 1;
    if (!text || strlen(text) != len)
        return false;
    if (sodium_hex2bin(id.value, sizeof id.value, text, len, NULL, &got, NULL) ||
        got != sizeof id.value)
        return false;
    *out = id;
    return true;
}

/* What is signed: the domain text with its NUL, then the claims. */
static void prefix(uint8_t message[SIGNED_BYTES], const uint8_t claims[CLAIMS_BYTES])
{
    memcpy(message, DOMAIN_TEXT, DOMAIN_BYTES);
    memcpy(message + DOMAIN_BYTES, claims, CLAIMS_BYTES);
}

void link_token_mint(const struct link_claims *claims, const uint8_t secret[LINK_SECRET_BYTES],
                     char out[LINK_TOKEN_TEXT_BYTES])
{
    uint8_t token[LINK_TOKEN_BYTES], message[SIGNED_BYTES];
    token[AT_HEAD] = (uint8_t)(VERSION << 4 | ((unsigned)claims->purpose & 15));
    memcpy(token + AT_KEY_ID, claims->key_id.value, LINK_KEY_ID_BYTES);
    put(token + AT_CONTACT, claims->contact.value, 8);
    put(token + AT_EPOCH, claims->epoch, 2);
    token[AT_TOPIC] = claims->topic.value;
    put(token + AT_ISSUED, claims->issued_at, 4);
    prefix(message, token);
    crypto_sign_detached(token + CLAIMS_BYTES, NULL, message, sizeof message, secret);
    crypto_base64url(token, sizeof token, out, LINK_TOKEN_TEXT_BYTES);
}

static bool decode(const char *text, size_t len, uint8_t token[LINK_TOKEN_BYTES])
{
    return len == LINK_TOKEN_TEXT_BYTES - 1 &&
           crypto_base64url_decode(text, len, token, LINK_TOKEN_BYTES) &&
           token[AT_HEAD] >> 4 == VERSION;
}

enum status link_token_peek(const char *text, size_t len, struct link_key_id *out)
{
    uint8_t token[LINK_TOKEN_BYTES];
    if (!decode(text, len, token))
        return STATUS_INVALID;
    memcpy(out->value, token + AT_KEY_ID, sizeof out->value);
    return STATUS_OK;
}

static bool is_purpose(unsigned number)
{
    return number == PURPOSE_MANAGE || number == PURPOSE_UNSUBSCRIBE || number == PURPOSE_CONFIRM;
}

enum status link_token_verify(const char *text, size_t len,
                              const uint8_t public_key[LINK_PUBLIC_BYTES], struct link_claims *out)
{
    uint8_t token[LINK_TOKEN_BYTES], message[SIGNED_BYTES];
    if (!decode(text, len, token))
        return STATUS_INVALID;
    struct link_key_id id = link_key_id_of(public_key);
    if (memcmp(id.value, token + AT_KEY_ID, sizeof id.value) != 0)
        return STATUS_REFUSED;
    prefix(message, token);
    if (crypto_sign_verify_detached(token + CLAIMS_BYTES, message, sizeof message, public_key) != 0)
        return STATUS_REFUSED;
    if (!is_purpose(token[AT_HEAD] & 15) || token[AT_TOPIC] > TOPIC_MAX)
        return STATUS_REFUSED;
    *out = (struct link_claims){
        .purpose = (enum link_purpose)(token[AT_HEAD] & 15),
        .key_id = id,
        .contact = {take(token + AT_CONTACT, 8)},
        .epoch = (uint16_t)take(token + AT_EPOCH, 2),
        .topic = {token[AT_TOPIC]},
        .issued_at = (uint32_t)take(token + AT_ISSUED, 4),
    };
    return STATUS_OK;
}
