/*
 * crypto/chain: how an entry is encoded and hashed. The order and widths below are the format.
 */
#include "crypto/chain.h"

#include <assert.h>
#include <endian.h>
#include <sodium.h>
#include <string.h>

#define DOMAIN_TEXT "assent-ledger-v1" /* hashed with its NUL, as are these */

#define WORDS_DOMAIN   "assent-words-v1"
#define CLIENT_DOMAIN  "assent-client-v1"
#define PRIVATE_DOMAIN "assent-private-v2"
#define BLANKED_DOMAIN "assent-blanked-v1"

/* position at kind contact subject previous undoes status×2 choices×2 paused×2 actor actor_id
 * proof_kind proof_len proof wording leave_reason private_hash daily×2 weekly×2 */
#define ENCODED_MAX                                                                                \
    (8 + 8 + 2 + 8 + 8 + 8 + 8 + 1 + 1 + 8 + 8 + 8 + 8 + 1 + 8 + 1 + 1 + PROOF_MAX_BYTES + 4 + 1 + \
     LEDGER_HASH_BYTES + 4 * 8)

struct encoding {
    uint8_t data[sizeof DOMAIN_TEXT + LEDGER_HASH_BYTES + ENCODED_MAX];
    size_t len;
};

static void put_bytes(struct encoding *out, const void *data, size_t len)
{
    assert(len <= sizeof out->data - out->len);
    memcpy(out->data + out->len, data, len);
    out->len += len;
}

static void put_8(struct encoding *out, unsigned value)
{
    assert(value <= UINT8_MAX);
    uint8_t byte = (uint8_t)value;
    put_bytes(out, &byte, 1);
}

static void put_16(struct encoding *out, unsigned value)
{
    assert(value <= UINT16_MAX);
    uint16_t big = htobe16((uint16_t)value);
    put_bytes(out, &big, sizeof big);
}

static void put_32(struct encoding *out, uint32_t value)
{
    uint32_t big = htobe32(value);
    put_bytes(out, &big, sizeof big);
}

static void put_64(struct encoding *out, uint64_t value)
{
    uint64_t big = htobe64(value);
    put_bytes(out, &big, sizeof big);
}

void chain_hash(const struct entry *entry, const uint8_t previous[LEDGER_HASH_BYTES],
                uint8_t out[LEDGER_HASH_BYTES])
{
    struct encoding e;
    e.len = 0;
    assert(entry->proof_len <= PROOF_MAX_BYTES);
    put_bytes(&e, DOMAIN_TEXT, sizeof DOMAIN_TEXT);
    put_bytes(&e, previous, LEDGER_HASH_BYTES);
    put_64(&e, (uint64_t)entry->position.value);
    put_64(&e, (uint64_t)entry->at);
    put_16(&e, entry->kind);
    put_64(&e, (uint64_t)entry->contact.value);
    put_64(&e, (uint64_t)entry->subject);
    put_64(&e, (uint64_t)entry->previous.value);
    put_64(&e, (uint64_t)entry->undoes.value);
    put_8(&e, entry->status_before);
    put_8(&e, entry->status_after);
    put_64(&e, entry->choices_before);
    put_64(&e, entry->choices_after);
    put_64(&e, (uint64_t)entry->paused_before);
    put_64(&e, (uint64_t)entry->paused_after);
    put_8(&e, entry->actor);
    put_64(&e, (uint64_t)entry->actor_id);
    put_8(&e, entry->proof_kind);
    put_8(&e, (unsigned)entry->proof_len);
    put_bytes(&e, entry->proof, entry->proof_len);
    put_32(&e, (uint32_t)entry->wording);
    put_8(&e, entry->leave_reason);
    put_bytes(&e, entry->private_hash, LEDGER_HASH_BYTES);
    if ((entry->daily_before | entry->daily_after | entry->weekly_before | entry->weekly_after)) {
        put_64(&e, entry->daily_before);
        put_64(&e, entry->daily_after);
        put_64(&e, entry->weekly_before);
        put_64(&e, entry->weekly_after);
    }
    crypto_generichash(out, LEDGER_HASH_BYTES, e.data, e.len, NULL, 0);
}

/* A text as its length (4 bytes, big-endian) and its bytes; NULL as the empty text. */
static void hash_text(crypto_generichash_state *state, const char *text)
{
    size_t len = text ? strlen(text) : 0;
    uint32_t big = htobe32((uint32_t)len);
    crypto_generichash_update(state, (const uint8_t *)&big, sizeof big);
    if (len)
        crypto_generichash_update(state, (const uint8_t *)text, len);
}

static bool is_blank(const char *text)
{
    return !text || !*text;
}

static void begin(crypto_generichash_state *state, const uint8_t *ledger_key)
{
    crypto_generichash_init(state, ledger_key, 32, LEDGER_HASH_BYTES);
}

/* Two texts under their salt; all zero when both are blank. domain goes in with its NUL. */
static void leaf(const char *domain, size_t domain_size, const uint8_t salt[LEDGER_SALT_BYTES],
                 const char *first, const char *second, const uint8_t *ledger_key,
                 uint8_t out[LEDGER_HASH_BYTES])
{
    crypto_generichash_state state;

    if (is_blank(first) && is_blank(second)) {
        memset(out, 0, LEDGER_HASH_BYTES);
        return;
    }
    begin(&state, ledger_key);
    crypto_generichash_update(&state, (const uint8_t *)domain, domain_size);
    crypto_generichash_update(&state, salt, LEDGER_SALT_BYTES);
    hash_text(&state, first);
    hash_text(&state, second);
    crypto_generichash_final(&state, out, LEDGER_HASH_BYTES);
}

static void words_leaf(const struct entry *entry, const uint8_t *ledger_key,
                       uint8_t out[LEDGER_HASH_BYTES])
{
    leaf(WORDS_DOMAIN, sizeof WORDS_DOMAIN, entry->seal.salt, entry->private.note,
         entry->private.campaign, ledger_key, out);
}

static void client_leaf(const struct entry *entry, const uint8_t *ledger_key,
                        uint8_t out[LEDGER_HASH_BYTES])
{
    leaf(CLIENT_DOMAIN, sizeof CLIENT_DOMAIN, entry->seal.client_salt, entry->private.address,
         entry->private.agent, ledger_key, out);
}

static void join(const char *domain, size_t domain_size, const uint8_t left[LEDGER_HASH_BYTES],
                 const uint8_t right[LEDGER_HASH_BYTES], const uint8_t *ledger_key,
                 uint8_t out[LEDGER_HASH_BYTES])
{
    uint8_t data[32 + 2 * LEDGER_HASH_BYTES];

    assert(domain_size <= 32);
    memcpy(data, domain, domain_size);
    memcpy(data + domain_size, left, LEDGER_HASH_BYTES);
    memcpy(data + domain_size + LEDGER_HASH_BYTES, right, LEDGER_HASH_BYTES);
    crypto_generichash(out, LEDGER_HASH_BYTES, data, domain_size + 2 * LEDGER_HASH_BYTES,
                       ledger_key, 32);
}

static bool is_all_blank(const struct entry_private *fields)
{
    return is_blank(fields->note) && is_blank(fields->address) && is_blank(fields->agent) &&
           is_blank(fields->campaign);
}

void chain_private_hash(const struct entry *entry, const uint8_t *ledger_key,
                        uint8_t out[LEDGER_HASH_BYTES])
{
    uint8_t words[LEDGER_HASH_BYTES], client[LEDGER_HASH_BYTES];

    if (is_all_blank(&entry->private)) {
        memset(out, 0, LEDGER_HASH_BYTES);
        return;
    }
    words_leaf(entry, ledger_key, words);
    client_leaf(entry, ledger_key, client);
    join(PRIVATE_DOMAIN, sizeof PRIVATE_DOMAIN, words, client, ledger_key, out);
}

/* Of entries of before there were two salts. */
static void older_hash(const struct entry *entry, const uint8_t *ledger_key,
                       uint8_t out[LEDGER_HASH_BYTES])
{
    const struct entry_private *fields = &entry->private;
    crypto_generichash_state state;

    begin(&state, ledger_key);
    crypto_generichash_update(&state, entry->seal.salt, LEDGER_SALT_BYTES);
    hash_text(&state, fields->note);
    hash_text(&state, fields->address);
    hash_text(&state, fields->agent);
    if (!is_blank(fields->campaign))
        hash_text(&state, fields->campaign);
    crypto_generichash_final(&state, out, LEDGER_HASH_BYTES);
}

static void older_mark(const struct entry *entry, const uint8_t *ledger_key,
                       uint8_t out[LEDGER_HASH_BYTES])
{
    uint8_t words[LEDGER_HASH_BYTES];

    words_leaf(entry, ledger_key, words);
    join(BLANKED_DOMAIN, sizeof BLANKED_DOMAIN, entry->private_hash, words, ledger_key, out);
}

static bool is_same(const uint8_t a[LEDGER_HASH_BYTES], const uint8_t b[LEDGER_HASH_BYTES])
{
    return memcmp(a, b, LEDGER_HASH_BYTES) == 0;
}

static bool fits_older(const struct entry *entry, const uint8_t *ledger_key)
{
    uint8_t hash[LEDGER_HASH_BYTES];

    older_hash(entry, ledger_key, hash);
    return is_same(hash, entry->private_hash);
}

/* Of which form the entry was shows in which of the two its client_hash fits. */
static enum chain_private check_blanked(const struct entry *entry, const uint8_t *ledger_key)
{
    uint8_t words[LEDGER_HASH_BYTES], hash[LEDGER_HASH_BYTES];

    if (!is_blank(entry->private.address) || !is_blank(entry->private.agent) ||
        entry->seal.has_client_salt)
        return CHAIN_PRIVATE_ALTERED;
    words_leaf(entry, ledger_key, words);
    join(PRIVATE_DOMAIN, sizeof PRIVATE_DOMAIN, words, entry->seal.client_hash, ledger_key, hash);
    if (is_same(hash, entry->private_hash))
        return CHAIN_PRIVATE_CLIENT_BLANKED;
    older_mark(entry, ledger_key, hash);
    return is_same(hash, entry->seal.client_hash) ? CHAIN_PRIVATE_UNPROVEN : CHAIN_PRIVATE_ALTERED;
}

enum chain_private chain_private_check(const struct entry *entry, const uint8_t *ledger_key)
{
    static const uint8_t none[LEDGER_HASH_BYTES];
    uint8_t hash[LEDGER_HASH_BYTES];
    const bool had_any = !is_same(entry->private_hash, none);

    if (!entry->seal.is_kept)
        return had_any ? CHAIN_PRIVATE_BLANKED : CHAIN_PRIVATE_NONE;
    if (!had_any)
        return CHAIN_PRIVATE_ALTERED;
    if (entry->seal.has_client_hash)
        return check_blanked(entry, ledger_key);
    if (!entry->seal.has_client_salt)
        return fits_older(entry, ledger_key) ? CHAIN_PRIVATE_FITS : CHAIN_PRIVATE_ALTERED;
    chain_private_hash(entry, ledger_key, hash);
    return is_same(hash, entry->private_hash) ? CHAIN_PRIVATE_FITS : CHAIN_PRIVATE_ALTERED;
}

void chain_client_hash(const struct entry *entry, const uint8_t *ledger_key,
                       uint8_t out[LEDGER_HASH_BYTES])
{
    if (entry->seal.has_client_salt)
        client_leaf(entry, ledger_key, out);
    else if (fits_older(entry, ledger_key))
        older_mark(entry, ledger_key, out);
    else
        memset(out, 0, LEDGER_HASH_BYTES);
}
