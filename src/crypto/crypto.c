/*
 * crypto/crypto: start-up, randomness, subkeys of the master key, public ids, base64url.
 */
#include "crypto/crypto.h"

#include <assert.h>
#include <liboath/oath.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "crypto/key_file.h"

#define MASTER_NAME "master.key"
#define KDF_CONTEXT "assentv1" /* crypto_kdf_CONTEXTBYTES long */

/* Numbers of the subkeys: part of the stored data's format, never renumbered. */
enum {
    SUBKEY_SUPPRESSION = 1,
    SUBKEY_CSRF = 2,
    SUBKEY_LEDGER = 3,
    SUBKEY_BUCKET = 4,
    SUBKEY_RECEIPT = 5,
    SUBKEY_HOOK = 6,
    SUBKEY_CHECKPOINT = 7,
    SUBKEY_FACTOR = 8,
    SUBKEY_RECOVERY = 9
};

struct secrets {
    uint8_t suppression[SECRET_BYTES];
    uint8_t csrf[SECRET_BYTES];
    uint8_t ledger[SECRET_BYTES];
    uint8_t bucket[SECRET_BYTES];
    uint8_t receipt[SECRET_BYTES];
    uint8_t hook[SECRET_BYTES];
    uint8_t checkpoint[SECRET_BYTES];
    uint8_t factor[SECRET_BYTES];
    uint8_t recovery[SECRET_BYTES];
};

static_assert(SECRET_BYTES == crypto_kdf_KEYBYTES, "the master key feeds crypto_kdf");
static_assert(sizeof KDF_CONTEXT - 1 == crypto_kdf_CONTEXTBYTES, "the context is that long");
static_assert(PUBLIC_ID_KEY_BYTES == crypto_shorthash_siphash24_KEYBYTES, "SipHash's key");

enum status crypto_start(void)
{
    return sodium_init() < 0 || oath_init() != OATH_OK ? STATUS_IO : STATUS_OK;
}

const char *crypto_engine(void)
{
    return sodium_version_string();
}

void crypto_random(void *out, size_t len)
{
    randombytes_buf(out, len);
}

static void derive(uint8_t out[SECRET_BYTES], uint64_t number, const uint8_t *master)
{
    int bad = crypto_kdf_derive_from_key(out, SECRET_BYTES, number, KDF_CONTEXT, master);
    assert(bad == 0);
    (void)bad;
}

enum status secrets_load(const char *folder, struct secrets **out)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", folder, MASTER_NAME) >= (int)sizeof path)
        return STATUS_NOT_FOUND;
    uint8_t *master = key_memory_new(SECRET_BYTES);
    enum status status = key_file_read(path, master, SECRET_BYTES);
    if (status == STATUS_OK) {
        struct secrets *secrets = key_memory_new(sizeof *secrets);
        derive(secrets->suppression, SUBKEY_SUPPRESSION, master);
        derive(secrets->csrf, SUBKEY_CSRF, master);
        derive(secrets->ledger, SUBKEY_LEDGER, master);
        derive(secrets->bucket, SUBKEY_BUCKET, master);
        derive(secrets->receipt, SUBKEY_RECEIPT, master);
        derive(secrets->hook, SUBKEY_HOOK, master);
        derive(secrets->checkpoint, SUBKEY_CHECKPOINT, master);
        derive(secrets->factor, SUBKEY_FACTOR, master);
        derive(secrets->recovery, SUBKEY_RECOVERY, master);
        sodium_mprotect_readonly(secrets);
        *out = secrets;
    }
    key_memory_free(master);
    return status;
}

enum status secrets_create(const char *folder)
{
    uint8_t *master = key_memory_new(SECRET_BYTES);
    crypto_kdf_keygen(master);
    enum status status = key_file_create(folder, MASTER_NAME, master, SECRET_BYTES);
    key_memory_free(master);
    return status;
}

void secrets_free(struct secrets *secrets)
{
    key_memory_free(secrets);
}

void secrets_suppression_hash(const struct secrets *secrets, const char *email_key,
                              uint8_t out[SUPPRESSION_HASH_BYTES])
{
    crypto_generichash(out, SUPPRESSION_HASH_BYTES, (const uint8_t *)email_key, strlen(email_key),
                       secrets->suppression, sizeof secrets->suppression);
}

void secrets_csrf(const struct secrets *secrets, const uint8_t session[SESSION_HASH_BYTES],
                  char out[CSRF_TEXT_BYTES])
{
    uint8_t hash[32];
    crypto_generichash(hash, sizeof hash, session, SESSION_HASH_BYTES, secrets->csrf,
                       sizeof secrets->csrf);
    crypto_base64url(hash, sizeof hash, out, CSRF_TEXT_BYTES);
}

void crypto_session_hash(const uint8_t *token, size_t len, uint8_t out[SESSION_HASH_BYTES])
{
    crypto_generichash(out, SESSION_HASH_BYTES, token, len, NULL, 0);
}

void crypto_digest_text(const void *data, size_t len, char out[CRYPTO_DIGEST_TEXT_BYTES])
{
    uint8_t hash[crypto_generichash_BYTES];

    crypto_generichash(hash, sizeof hash, data, len, NULL, 0);
    sodium_bin2hex(out, CRYPTO_DIGEST_TEXT_BYTES, hash, (CRYPTO_DIGEST_TEXT_BYTES - 1) / 2);
}

void secrets_bucket_hash(const struct secrets *secrets, const char *text,
                         uint8_t out[BUCKET_HASH_BYTES])
{
    crypto_generichash(out, BUCKET_HASH_BYTES, (const uint8_t *)text, strlen(text), secrets->bucket,
                       sizeof secrets->bucket);
}

const uint8_t *secrets_ledger_key(const struct secrets *secrets)
{
    return secrets->ledger;
}

const uint8_t *secrets_receipt_seed(const struct secrets *secrets)
{
    return secrets->receipt;
}

const uint8_t *secrets_checkpoint_seed(const struct secrets *secrets)
{
    return secrets->checkpoint;
}

const uint8_t *secrets_hook_key(const struct secrets *secrets)
{
    return secrets->hook;
}

const uint8_t *secrets_factor_key(const struct secrets *secrets)
{
    return secrets->factor;
}

const uint8_t *secrets_recovery_key(const struct secrets *secrets)
{
    return secrets->recovery;
}

/* One round's 32 bits: SipHash-2-4 of the round's number beside half the block. */
static uint32_t mix(const uint8_t *key, uint8_t round, uint32_t half)
{
    const uint8_t in[5] = {round, (uint8_t)(half >> 24), (uint8_t)(half >> 16),
                           (uint8_t)(half >> 8), (uint8_t)half};
    uint8_t hash[crypto_shorthash_siphash24_BYTES];
    crypto_shorthash_siphash24(hash, in, sizeof in, key);
    return (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
}

#define ROUNDS    8
#define ROW_BITS  40
#define SALT_BITS (64 - ROW_BITS)

static uint64_t permute(const uint8_t *key, uint64_t block)
{
    uint32_t left = (uint32_t)(block >> 32), right = (uint32_t)block;
    for (uint8_t round = 0; round < ROUNDS; round++) {
        uint32_t next = left ^ mix(key, round, right);
        left = right;
        right = next;
    }
    return (uint64_t)left << 32 | right;
}

static uint64_t permute_back(const uint8_t *key, uint64_t block)
{
    uint32_t left = (uint32_t)(block >> 32), right = (uint32_t)block;
    for (uint8_t round = ROUNDS; round-- > 0;) {
        uint32_t before = right ^ mix(key, round, left);
        right = left;
        left = before;
    }
    return (uint64_t)left << 32 | right;
}

struct public_id public_id_salted(const uint8_t key[PUBLIC_ID_KEY_BYTES], struct contact_id row,
                                  uint32_t salt)
{
    assert(row.value > 0 && row.value < INT64_C(1) << ROW_BITS);
    struct public_id id = {0};
    for (;;) {
        id.value = permute(key, (uint64_t)row.value << SALT_BITS | salt >> (32 - SALT_BITS));
        if (id.value != 0)
            return id;
        salt = randombytes_random();
    }
}

struct public_id public_id_make(const uint8_t key[PUBLIC_ID_KEY_BYTES], struct contact_id row)
{
    return public_id_salted(key, row, randombytes_random());
}

struct contact_id public_id_row(const uint8_t key[PUBLIC_ID_KEY_BYTES], struct public_id id)
{
    return (struct contact_id){(int64_t)(permute_back(key, id.value) >> SALT_BITS)};
}

bool crypto_is_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void crypto_base64url(const uint8_t *data, size_t len, char *out, size_t out_size)
{
    sodium_bin2base64(out, out_size, data, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

#define R4(c, n) [c] = (n), [(c) + 1] = (n) + 1, [(c) + 2] = (n) + 2, [(c) + 3] = (n) + 3
#define R24(c, n)                                                                                  \
    R4(c, n), R4((c) + 4, (n) + 4), R4((c) + 8, (n) + 8), R4((c) + 12, (n) + 12),                  \
        R4((c) + 16, (n) + 16), R4((c) + 20, (n) + 20)

/* One more than each character stands for; 0: it is none. Nothing secret is decoded, so the time it
 * takes may depend on it. */
static const uint8_t sextets[256] = {
    R24('A', 1), ['Y'] = 25,  ['Z'] = 26, R24('a', 27), ['y'] = 51, ['z'] = 52,
    R4('0', 53), R4('4', 57), ['8'] = 61, ['9'] = 62,   ['-'] = 63, ['_'] = 64,
};
#undef R4
#undef R24

/* Not sodium_base642bin: where char is signed, that takes some bytes past ASCII for letters. */
bool crypto_base64url_decode(const char *text, size_t text_len, uint8_t *out, size_t out_len)
{
    if (out_len > SIZE_MAX / 8 || text_len != (out_len * 8 + 5) / 6)
        return false;
    uint32_t bits = 0;
    size_t held = 0, done = 0;
    for (size_t i = 0; i < text_len; i++) {
        const uint8_t sextet = sextets[(uint8_t)text[i]];
        if (sextet == 0)
            return false;
        bits = bits << 6 | (sextet - 1U);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[done++] = (uint8_t)(bits >> held);
        }
    }
    return (bits & ((1U << held) - 1)) == 0;
}
