/*
 * crypto/checkpoint: see checkpoint.h.
 */
#include "crypto/checkpoint.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/key_file.h"

#define NAME_MAX_TEXT  (sizeof CHECKPOINT_DOMAIN + CHECKPOINT_KEY_ID_BYTES)
#define HASH_TEXT      (sodium_base64_ENCODED_LEN(LEDGER_HASH_BYTES, sodium_base64_VARIANT_ORIGINAL))
#define KEY_HASH_BYTES 4
#define ALGORITHM      1 /* Ed25519, in the signed note's list */
#define SEAL_BYTES     (KEY_HASH_BYTES + crypto_sign_BYTES)
#define SEAL_TEXT      (sodium_base64_ENCODED_LEN(SEAL_BYTES, sodium_base64_VARIANT_ORIGINAL))
#define DASH           "\xe2\x80\x94 " /* U+2014 and a blank begin a line of signature */

static_assert(CHECKPOINT_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");
static_assert(SECRET_BYTES == crypto_sign_SEEDBYTES, "a subkey is a seed");

void checkpoint_public_key(const struct secrets *secrets, uint8_t out[CHECKPOINT_PUBLIC_BYTES])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(out, secret, secrets_checkpoint_seed(secrets));
    key_memory_wipe(secret, sizeof secret);
}

void checkpoint_key_id(const uint8_t public_key[CHECKPOINT_PUBLIC_BYTES],
                       char out[CHECKPOINT_KEY_ID_BYTES])
{
    uint8_t hash[crypto_generichash_BYTES];
    crypto_generichash(hash, sizeof hash, public_key, CHECKPOINT_PUBLIC_BYTES, NULL, 0);
    sodium_bin2hex(out, CHECKPOINT_KEY_ID_BYTES, hash, (CHECKPOINT_KEY_ID_BYTES - 1) / 2);
}

/* What programs for signed notes know the key by: of its name, its algorithm and itself. */
static void hash_key(const char *name, const uint8_t *public_key, uint8_t out[KEY_HASH_BYTES])
{
    const uint8_t between[] = {'\n', ALGORITHM};
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)name, strlen(name));
    crypto_hash_sha256_update(&state, between, sizeof between);
    crypto_hash_sha256_update(&state, public_key, CHECKPOINT_PUBLIC_BYTES);
    crypto_hash_sha256_final(&state, hash);
    memcpy(out, hash, KEY_HASH_BYTES);
}

static void name_of(const char *key_id, char out[NAME_MAX_TEXT])
{
    snprintf(out, NAME_MAX_TEXT, "%s/%s", CHECKPOINT_DOMAIN, key_id);
}

void checkpoint_verifier(const uint8_t public_key[CHECKPOINT_PUBLIC_BYTES],
                         char out[CHECKPOINT_VERIFIER_BYTES])
{
    char id[CHECKPOINT_KEY_ID_BYTES], name[NAME_MAX_TEXT], hash_text[2 * KEY_HASH_BYTES + 1];
    uint8_t hash[KEY_HASH_BYTES], key[1 + CHECKPOINT_PUBLIC_BYTES] = {ALGORITHM};
    char key_text[sodium_base64_ENCODED_LEN(sizeof key, sodium_base64_VARIANT_ORIGINAL)];
    checkpoint_key_id(public_key, id);
    name_of(id, name);
    hash_key(name, public_key, hash);
    memcpy(key + 1, public_key, CHECKPOINT_PUBLIC_BYTES);
    sodium_bin2hex(hash_text, sizeof hash_text, hash, sizeof hash);
    sodium_bin2base64(key_text, sizeof key_text, key, sizeof key, sodium_base64_VARIANT_ORIGINAL);
    snprintf(out, CHECKPOINT_VERIFIER_BYTES, "%s+%s+%s", name, hash_text, key_text);
}

/* The lines that are signed; their length. */
static size_t render_body(const struct checkpoint *checkpoint, const char *name,
                          char out[CHECKPOINT_NOTE_MAX])
{
    char hash[HASH_TEXT], at[CLOCK_RFC3339_BYTES];
    sodium_bin2base64(hash, sizeof hash, checkpoint->hash, LEDGER_HASH_BYTES,
                      sodium_base64_VARIANT_ORIGINAL);
    clock_rfc3339(checkpoint->at, at);
    return (size_t)snprintf(out, CHECKPOINT_NOTE_MAX, "%s\n%lld\n%s\n%s\n", name,
                            (long long)checkpoint->position.value, hash, at);
}

static void add_seal(char out[CHECKPOINT_NOTE_MAX], size_t len, const char *name,
                     const uint8_t seal[SEAL_BYTES])
{
    char text[SEAL_TEXT];
    sodium_bin2base64(text, sizeof text, seal, SEAL_BYTES, sodium_base64_VARIANT_ORIGINAL);
    snprintf(out + len, CHECKPOINT_NOTE_MAX - len, "\n" DASH "%s %s\n", name, text);
}

void checkpoint_sign(const struct secrets *secrets, const struct checkpoint *checkpoint,
                     char out[CHECKPOINT_NOTE_MAX])
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    uint8_t seal[SEAL_BYTES];
    char id[CHECKPOINT_KEY_ID_BYTES], name[NAME_MAX_TEXT];
    crypto_sign_seed_keypair(public_key, secret, secrets_checkpoint_seed(secrets));
    checkpoint_key_id(public_key, id);
    name_of(id, name);
    const size_t len = render_body(checkpoint, name, out);
    hash_key(name, public_key, seal);
    crypto_sign_detached(seal + KEY_HASH_BYTES, NULL, (const uint8_t *)out, len, secret);
    key_memory_wipe(secret, sizeof secret);
    add_seal(out, len, name, seal);
}

static bool read_base64(const char *text, size_t len, uint8_t *out, size_t size)
{
    size_t got = 0;
    return sodium_base642bin(out, size, text, len, NULL, &got, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           got == size;
}

/* The parts of a note. What they hold is believed once they were written again and compared. */
static bool read_parts(char lines[CHECKPOINT_LINES][CHECKPOINT_NOTE_MAX], struct checkpoint *out,
                       char name[NAME_MAX_TEXT], uint8_t seal[SEAL_BYTES])
{
    const size_t name_len = strlen(lines[0]), dash_len = sizeof DASH - 1;
    char *end = NULL;
    if (name_len != NAME_MAX_TEXT - 1)
        return false;
    memcpy(name, lines[0], NAME_MAX_TEXT);
    out->position.value = strtoll(lines[1], &end, 10);
    const char *sealed = lines[5] + dash_len + name_len + 1;
    return *end == '\0' && out->position.value > 0 &&
           read_base64(lines[2], strlen(lines[2]), out->hash, sizeof out->hash) &&
           clock_read_rfc3339(lines[3], &out->at) &&
           strlen(lines[5]) == dash_len + name_len + SEAL_TEXT &&
           read_base64(sealed, strlen(sealed), seal, SEAL_BYTES);
}

/* The length of the first six lines; 0: there are fewer. */
static size_t lines_length(const char *text, size_t len)
{
    size_t at = 0;
    for (int line = 0; line < CHECKPOINT_LINES; line++) {
        const char *end = memchr(text + at, '\n', len - at);
        if (end == NULL)
            return 0;
        at = (size_t)(end - text) + 1;
    }
    return at;
}

size_t checkpoint_find(const char *text, size_t len, size_t *at)
{
    static const char begin[] = CHECKPOINT_DOMAIN "/";
    while (*at < len) {
        const char *end = memchr(text + *at, '\n', len - *at);
        if (len - *at >= sizeof begin - 1 && memcmp(text + *at, begin, sizeof begin - 1) == 0)
            return lines_length(text + *at, len - *at);
        *at = end == NULL ? len : (size_t)(end - text) + 1;
    }
    return 0;
}

static bool split(const char *note, size_t len, char lines[CHECKPOINT_LINES][CHECKPOINT_NOTE_MAX])
{
    if (len == 0 || len >= CHECKPOINT_NOTE_MAX || memchr(note, '\0', len) != NULL ||
        lines_length(note, len) != len)
        return false;
    for (int line = 0; line < CHECKPOINT_LINES; line++) {
        const size_t part = (size_t)((const char *)memchr(note, '\n', len) - note);
        memcpy(lines[line], note, part);
        lines[line][part] = '\0';
        note += part + 1;
        len -= part + 1;
    }
    return true;
}

enum checkpoint_fault checkpoint_read(const char *note, size_t len,
                                      const uint8_t public_key[CHECKPOINT_PUBLIC_BYTES],
                                      struct checkpoint *out)
{
    char lines[CHECKPOINT_LINES][CHECKPOINT_NOTE_MAX], again[CHECKPOINT_NOTE_MAX];
    char name[NAME_MAX_TEXT], id[CHECKPOINT_KEY_ID_BYTES];
    uint8_t seal[SEAL_BYTES], key_hash[KEY_HASH_BYTES];
    struct checkpoint read = {0};
    if (!split(note, len, lines) || !read_parts(lines, &read, name, seal) ||
        memcmp(name, CHECKPOINT_DOMAIN "/", sizeof CHECKPOINT_DOMAIN) != 0)
        return CHECKPOINT_MALFORMED;
    const size_t body = render_body(&read, name, again);
    add_seal(again, body, name, seal);
    if (strlen(again) != len || memcmp(again, note, len) != 0)
        return CHECKPOINT_MALFORMED;
    *out = read;
    checkpoint_key_id(public_key, id);
    if (strcmp(name + sizeof CHECKPOINT_DOMAIN, id) != 0)
        return CHECKPOINT_OTHER_KEY;
    hash_key(name, public_key, key_hash);
    if (memcmp(seal, key_hash, KEY_HASH_BYTES) != 0 ||
        crypto_sign_verify_detached(seal + KEY_HASH_BYTES, (const uint8_t *)note, body,
                                    public_key) != 0)
        return CHECKPOINT_FORGED;
    return CHECKPOINT_FINE;
}
