/*
 * crypto/key_box: see key_box.h.
 */
#include "crypto/key_box.h"

#include <assert.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "crypto/key_file.h"

#define MAGIC          "assent-keys-v1\n" /* and its NUL */
#define OPERATIONS_AT  16
#define MEMORY_AT      24
#define SALT_AT        32
#define STREAM_AT      48
#define OPERATIONS_MAX 16
#define MEMORY_MAX     (UINT64_C(1) << 30)

static_assert(sizeof MAGIC == OPERATIONS_AT, "the form is fixed");
static_assert(STREAM_AT - SALT_AT == crypto_pwhash_SALTBYTES, "the form is fixed");
static_assert(KEY_BOX_HEAD_BYTES - STREAM_AT == crypto_secretstream_xchacha20poly1305_HEADERBYTES,
              "the form is fixed");
static_assert(KEY_BOX_MORE_BYTES - KEY_BOX_HEAD_BYTES ==
                  crypto_secretstream_xchacha20poly1305_ABYTES,
              "the form is fixed");

const struct key_box_cost key_box_usual = {crypto_pwhash_OPSLIMIT_MODERATE,
                                           crypto_pwhash_MEMLIMIT_MODERATE};

static void put_64(uint8_t *out, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t get_64(const uint8_t *from)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | from[i];
    return value;
}

/* In guarded memory; NULL: no memory for it. */
static uint8_t *derive(const char *passphrase, const uint8_t *box)
{
    uint8_t *key = key_memory_new(crypto_secretstream_xchacha20poly1305_KEYBYTES);
    if (crypto_pwhash(key, crypto_secretstream_xchacha20poly1305_KEYBYTES, passphrase,
                      strlen(passphrase), box + SALT_AT, get_64(box + OPERATIONS_AT),
                      (size_t)get_64(box + MEMORY_AT), crypto_pwhash_ALG_ARGON2ID13) == 0)
        return key;
    key_memory_free(key);
    return NULL;
}

enum status key_box_close(const char *passphrase, const struct key_box_cost *cost,
                          const uint8_t *data, size_t len, uint8_t *out)
{
    crypto_secretstream_xchacha20poly1305_state state;
    memcpy(out, MAGIC, sizeof MAGIC);
    put_64(out + OPERATIONS_AT, cost->operations);
    put_64(out + MEMORY_AT, cost->memory_bytes);
    randombytes_buf(out + SALT_AT, crypto_pwhash_SALTBYTES);
    uint8_t *key = derive(passphrase, out);
    if (key == NULL)
        return STATUS_FULL;
    crypto_secretstream_xchacha20poly1305_init_push(&state, out + STREAM_AT, key);
    crypto_secretstream_xchacha20poly1305_push(&state, out + KEY_BOX_HEAD_BYTES, NULL, data, len,
                                               out, KEY_BOX_HEAD_BYTES,
                                               crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    sodium_memzero(&state, sizeof state);
    key_memory_free(key);
    return STATUS_OK;
}

static bool is_box(const uint8_t *box, size_t len)
{
    if (len < KEY_BOX_MORE_BYTES || memcmp(box, MAGIC, sizeof MAGIC) != 0)
        return false;
    const uint64_t operations = get_64(box + OPERATIONS_AT), memory = get_64(box + MEMORY_AT);
    return operations >= crypto_pwhash_OPSLIMIT_MIN && operations <= OPERATIONS_MAX &&
           memory >= crypto_pwhash_MEMLIMIT_MIN && memory <= MEMORY_MAX;
}

enum status key_box_open(const char *passphrase, const uint8_t *box, size_t len, uint8_t *out)
{
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char tag = 0;
    if (!is_box(box, len))
        return STATUS_INVALID;
    uint8_t *key = derive(passphrase, box);
    if (key == NULL)
        return STATUS_FULL;
    const bool is_fine =
        crypto_secretstream_xchacha20poly1305_init_pull(&state, box + STREAM_AT, key) == 0 &&
        crypto_secretstream_xchacha20poly1305_pull(
            &state, out, NULL, &tag, box + KEY_BOX_HEAD_BYTES, len - KEY_BOX_HEAD_BYTES, box,
            KEY_BOX_HEAD_BYTES) == 0 &&
        tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    sodium_memzero(&state, sizeof state);
    key_memory_free(key);
    if (!is_fine)
        sodium_memzero(out, len - KEY_BOX_MORE_BYTES);
    return is_fine ? STATUS_OK : STATUS_REFUSED;
}
