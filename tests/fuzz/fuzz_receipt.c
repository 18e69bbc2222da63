/*
 * Fuzzes receipts' files. What is read has one canonical form, which is its own; and of all that is
 * read under a fixed key, only the text that this key signed verifies.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/canonical.h"
#include "base/json.h"
#include "base/receipt_file.h"
#include "crypto/receipt_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the seed "signed" holds, signed with the key whose seed is 32 zero bytes. */
static const char signed_text[] = "{\"ledger\":{\"position\":17},\"retention\":\"é\\n\"}";

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

static void check_form(struct arena *arena, const struct receipt_file *file)
{
    const char *fault = NULL;
    struct buf again = {0};
    json_t *value;
    want(json_read_object(arena, file->text, file->len, &value, &fault) == STATUS_OK);
    want(canonical_write(&again, value) == STATUS_OK);
    want(again.len == file->len && memcmp(again.data, file->text, file->len) == 0);
    json_decref(value);
    buf_free(&again);
}

static void check_signature(const struct receipt_file *file)
{
    static uint8_t public_key[RECEIPT_PUBLIC_BYTES], secret[crypto_sign_SECRETKEYBYTES];
    static bool is_ready;
    uint8_t signature[RECEIPT_SIGNATURE_BYTES];
    if (!is_ready) {
        static const uint8_t seed[crypto_sign_SEEDBYTES];
        want(sodium_init() >= 0);
        crypto_sign_seed_keypair(public_key, secret, seed);
        is_ready = true;
    }
    if (crypto_base64url_decode(file->signature, strlen(file->signature), signature,
                                sizeof signature) &&
        receipt_key_verify(public_key, file->text, file->len, signature))
        want(file->len == sizeof signed_text - 1 &&
             memcmp(file->text, signed_text, file->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const struct receipt_file file = receipt_file_read(arena, (const char *)data, size);
    want(file.fault < RECEIPT_FAULT_COUNT && *receipt_fault_words(file.fault) != '\0');
    if (file.fault == RECEIPT_FINE) {
        want(file.len == strlen(file.text) && strlen(file.key_id) == RECEIPT_FILE_KEY_DIGITS);
        want(strlen(file.signature) == RECEIPT_FILE_SIGNATURE_CHARS);
        want(file.said.hash && file.said.principal && file.said.controller);
        check_form(arena, &file);
        check_signature(&file);
    }
    arena_free(arena);
    return 0;
}
