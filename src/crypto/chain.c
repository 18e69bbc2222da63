/*
 * crypto/chain: how an entry is encoded and hashed. The order and widths below are the format.
 */
#include "crypto/chain.h"

#include <assert.h>
#include <endian.h>
#include <sodium.h>
#include <string.h>

#define DOMAIN_TEXT "assent-ledger-v1" /* hashed with its NUL */

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

void chain_private_hash(const struct entry_private *fields, const uint8_t salt[CHAIN_SALT_BYTES],
                        const uint8_t *ledger_key, uint8_t out[LEDGER_HASH_BYTES])
{
    if (is_blank(fields->note) && is_blank(fields->address) && is_blank(fields->agent) &&
        is_blank(fields->campaign)) {
        memset(out, 0, LEDGER_HASH_BYTES);
        return;
    }
    crypto_generichash_state state;
    crypto_generichash_init(&state, ledger_key, 32, LEDGER_HASH_BYTES);
    crypto_generichash_update(&state, salt, CHAIN_SALT_BYTES);
    hash_text(&state, fields->note);
    hash_text(&state, fields->address);
    hash_text(&state, fields->agent);
    if (!is_blank(fields->campaign))
        hash_text(&state, fields->campaign);
    crypto_generichash_final(&state, out, LEDGER_HASH_BYTES);
}
