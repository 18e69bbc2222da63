/*
 * Fuzzes link tokens under the first test key of tests/vectors. A token that is taken must be the
 * one text that minting its claims gives: there is no second form of any token.
 */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "crypto/link_token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

static void check_texts(const char *text)
{
    struct link_key_id key;
    struct public_id id;
    char key_text[LINK_KEY_ID_TEXT_BYTES], id_text[PUBLIC_ID_TEXT_BYTES];
    if (link_key_id_parse(text, &key)) {
        link_key_id_text(key, key_text);
        want(strcasecmp(key_text, text) == 0);
    }
    if (public_id_parse(text, &id)) {
        public_id_text(id, id_text);
        want(strcasecmp(id_text, text) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t public_key[LINK_PUBLIC_BYTES], secret[LINK_SECRET_BYTES];
    static bool is_ready;
    if (!is_ready) {
        uint8_t seed[32];
        for (uint8_t i = 0; i < sizeof seed; i++)
            seed[i] = i;
        want(crypto_start() == STATUS_OK);
        crypto_sign_seed_keypair(public_key, secret, seed);
        is_ready = true;
    }
    struct link_key_id id;
    struct link_claims claims;
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    enum status peeked = link_token_peek(text, size, &id);
    enum status verified = link_token_verify(text, size, public_key, &claims);
    want((peeked == STATUS_INVALID) == (verified == STATUS_INVALID));
    if (verified == STATUS_OK) {
        char again[LINK_TOKEN_TEXT_BYTES];
        link_token_mint(&claims, secret, again);
        want(strcmp(again, text) == 0);
    }
    uint8_t bytes[LINK_TOKEN_BYTES];
    if (crypto_base64url_decode(text, size, bytes, sizeof bytes)) {
        char again[LINK_TOKEN_TEXT_BYTES];
        crypto_base64url(bytes, sizeof bytes, again, sizeof again);
        want(strcmp(again, text) == 0);
    }
    check_texts(text);
    free(text);
    return 0;
}
