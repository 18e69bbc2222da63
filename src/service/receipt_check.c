/*
 * service/receipt_check: see receipt_check.h.
 */
#include "service/receipt_check.h"

#include <stdio.h>
#include <string.h>

#include "base/email.h"
#include "base/json.h"
#include "store/contacts.h"
#include "store/entries.h"

#define KEYS_MAX       64
#define KEY_TEXT_CHARS 43 /* 32 bytes as base64url */

struct receipt_keys receipt_check_own(const struct service *service, struct arena *arena)
{
    struct receipt_keys keys = {.keys = arena_array(arena, 1, sizeof *keys.keys), .count = 1};

    receipt_key_public(service->secrets, keys.keys[0]);
    return keys;
}

static bool add_key(struct receipt_keys *keys, const char *text, size_t len)
{
    if (keys->count == KEYS_MAX ||
        !crypto_base64url_decode(text, len, keys->keys[keys->count], RECEIPT_PUBLIC_BYTES))
        return false;
    keys->count++;
    return true;
}

/* Whether a JWK says that it is for something else. */
static bool is_for_receipts(json_t *jwk)
{
    const char *kty = json_string_value(json_object_get(jwk, "kty"));
    const char *crv = json_string_value(json_object_get(jwk, "crv"));
    const char *purpose = json_string_value(json_object_get(jwk, "purpose"));

    return kty && crv && strcmp(kty, "OKP") == 0 && strcmp(crv, "Ed25519") == 0 &&
           (!purpose || strcmp(purpose, RECEIPT_DOMAIN) == 0);
}

static enum status read_set(struct arena *arena, const char *text, size_t len,
                            struct receipt_keys *keys)
{
    const char *fault = NULL;
    json_t *set;

    if (json_read_object(arena, text, len, &set, &fault) != STATUS_OK)
        return STATUS_INVALID;
    json_t *list = json_object_get(set, "keys");
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *jwk = json_array_get(list, i);
        const char *x = json_string_value(json_object_get(jwk, "x"));
        if (x && is_for_receipts(jwk))
            add_key(keys, x, strlen(x));
    }
    json_decref(set);
    return keys->count > 0 ? STATUS_OK : STATUS_INVALID;
}

enum status receipt_check_keys(struct arena *arena, const char *text, size_t len,
                               struct receipt_keys *out)
{
    struct receipt_keys keys = {.keys = arena_array(arena, KEYS_MAX, sizeof *keys.keys)};
    enum status status = STATUS_OK;

    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    if (len != KEY_TEXT_CHARS || !add_key(&keys, text, len))
        status = read_set(arena, text, len, &keys);
    if (status == STATUS_OK)
        *out = keys;
    return status;
}

static enum receipt_verdict judge(const struct receipt_keys *keys, const struct receipt_file *file)
{
    uint8_t signature[RECEIPT_SIGNATURE_BYTES];
    char id[RECEIPT_KEY_ID_TEXT_BYTES];
    enum receipt_verdict verdict = RECEIPT_FOREIGN;

    if (!crypto_base64url_decode(file->signature, strlen(file->signature), signature,
                                 sizeof signature))
        return RECEIPT_ALTERED; /* spare bits that are not 0 */
    for (size_t i = 0; i < keys->count; i++) {
        receipt_key_id(keys->keys[i], id);
        if (strcmp(id, file->key_id) != 0)
            continue;
        if (receipt_key_verify(keys->keys[i], file->text, file->len, signature))
            return RECEIPT_VALID;
        verdict = RECEIPT_ALTERED;
    }
    return verdict;
}

struct receipt_check receipt_check(struct arena *arena, const struct receipt_keys *keys,
                                   const char *data, size_t len)
{
    struct receipt_check check = {.file = receipt_file_read(arena, data, len)};

    if (check.file.fault == RECEIPT_FINE)
        check.verdict = judge(keys, &check.file);
    return check;
}

static bool covers_private(const struct entry *entry)
{
    static const uint8_t none[LEDGER_HASH_BYTES];
    return memcmp(entry->private_hash, none, sizeof none) != 0;
}

static bool is_blanked(const struct entry *entry)
{
    return covers_private(entry) && (!entry->seal.is_kept || entry->seal.has_client_hash);
}

static enum status find_person(const struct service *service, struct arena *arena,
                               const struct entry *entry, struct receipt_in_ledger *found)
{
    struct contact contact;
    enum status status = contacts_get(service->store, arena, entry->contact, &contact);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        found->masked_email = email_mask(arena, contact.email);
    return status;
}

enum status receipt_check_ledger(const struct service *service, struct arena *arena,
                                 const struct receipt_said *said, struct receipt_in_ledger *out)
{
    struct receipt_in_ledger found = {.place = RECEIPT_ABSENT};
    struct entry entry;
    char hash[2 * LEDGER_HASH_BYTES + 1];
    enum status status =
        entries_get(service->store, arena, (struct position){said->position}, &entry);

    if (status == STATUS_NOT_FOUND) {
        *out = found;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < LEDGER_HASH_BYTES; i++)
        snprintf(hash + 2 * i, 3, "%02x", entry.hash[i]);
    found.place = strcmp(hash, said->hash) == 0 ? RECEIPT_FITS : RECEIPT_DIFFERS;
    if (found.place == RECEIPT_FITS) {
        found.is_blanked = is_blanked(&entry);
        status = find_person(service, arena, &entry, &found);
    }
    if (status == STATUS_OK)
        *out = found;
    return status;
}
