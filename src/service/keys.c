/*
 * service/keys: the key ring. See the header.
 */
#include "service/keys.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypto/key_file.h"
#include "service/change.h"

static_assert(LINK_KEY_ID_BYTES == LINK_KEY_STORE_ID_BYTES, "one key id, here and in the store");

struct link_signer {
    uint8_t secret[LINK_SECRET_BYTES];
    struct link_key_id id;
    bool has_key; /* else both are zero */
    int64_t looked_at;
};

static const char *file_name(struct arena *arena, struct link_key_id id)
{
    char text[LINK_KEY_ID_TEXT_BYTES];
    link_key_id_text(id, text);
    return arena_printf(arena, "%s.key", text);
}

/* A key id as the number that ledger entries carry as their subject. */
static int64_t subject_of(struct link_key_id id)
{
    int64_t subject = 0;
    for (size_t i = 0; i < LINK_KEY_ID_BYTES; i++)
        subject = subject << 8 | id.value[i];
    return subject;
}

static bool is_secret_of(const uint8_t secret[LINK_SECRET_BYTES], const struct link_key *key)
{
    /* libsodium keeps the public key in the secret's second half. */
    return crypto_is_equal(secret + LINK_SECRET_BYTES - LINK_PUBLIC_BYTES, key->public_key,
                           LINK_PUBLIC_BYTES);
}

static bool is_current(const struct link_signer *signer, const struct link_key *key)
{
    return signer->has_key && memcmp(signer->id.value, key->id, LINK_KEY_ID_BYTES) == 0;
}

/* Takes key's secret from its file. STATUS_NOT_FOUND: it has none here, as a sender's own. On
 * failure signer is as it was. */
static enum status take(struct link_signer *signer, const struct conf *conf, struct arena *arena,
                        const struct link_key *key)
{
    uint8_t *secret = key_memory_new(LINK_SECRET_BYTES);
    struct link_key_id id;
    memcpy(id.value, key->id, LINK_KEY_ID_BYTES);
    const char *path = arena_printf(arena, "%s/%s", conf->keys_path, file_name(arena, id));
    enum status status = key_file_read(path, secret, LINK_SECRET_BYTES);
    if (status == STATUS_OK && !is_secret_of(secret, key))
        status = STATUS_CORRUPT;
    if (status == STATUS_OK) {
        memcpy(signer->secret, secret, LINK_SECRET_BYTES);
        signer->id = id;
        signer->has_key = true;
    }
    key_memory_free(secret);
    return status;
}

/* Makes signer hold the newest signing key that has a file; with none it holds none. *fault: of the
 * first whose file can't be used, and which is passed over. When the store can't be read signer
 * stays as it is. */
static enum status look(struct link_signer *signer, const struct conf *conf, struct store *store,
                        enum status *fault)
{
    struct arena *arena = arena_new();
    struct link_key *keys = NULL;
    size_t count = 0;
    bool found = false;
    *fault = STATUS_OK;
    enum status status = link_keys_list(store, arena, &keys, &count);
    for (size_t i = 0; i < count && status == STATUS_OK && !found; i++) {
        if (keys[i].state != KEY_SIGNING)
            continue;
        const enum status taken =
            is_current(signer, &keys[i]) ? STATUS_OK : take(signer, conf, arena, &keys[i]);
        found = taken == STATUS_OK;
        if (!found && taken != STATUS_NOT_FOUND && *fault == STATUS_OK)
            *fault = taken;
    }
    if (status == STATUS_OK && !found)
        key_memory_wipe(signer, sizeof *signer);
    arena_free(arena);
    return status;
}

enum status keys_signer_load(const struct conf *conf, struct store *store, struct link_signer **out)
{
    struct link_signer *signer = key_memory_new(sizeof *signer);
    enum status fault;
    enum status status = look(signer, conf, store, &fault);
    if (status == STATUS_OK)
        status = fault;
    signer->looked_at = clock_now_s();
    if (status == STATUS_OK)
        *out = signer;
    else
        keys_signer_free(signer);
    return status;
}

const struct link_signer *keys_signer(const struct service *service)
{
    struct link_signer *signer = service->signer;
    const int64_t now_s = clock_now_s();
    enum status fault;
    if (signer == NULL)
        return NULL;
    if (signer->looked_at != now_s) {
        /* What can't be read now is looked for in the next second. */
        (void)!look(signer, service->conf, service->store, &fault);
        signer->looked_at = now_s;
    }
    return signer->has_key ? signer : NULL;
}

void keys_signer_free(struct link_signer *signer)
{
    key_memory_free(signer);
}

bool keys_is_ours(const struct service *service, struct link_key_id id)
{
    struct arena *arena = arena_new();
    const char *path = arena_printf(arena, "%s/%s", service->conf->keys_path, file_name(arena, id));
    const bool is_there = access(path, F_OK) == 0;
    arena_free(arena);
    return is_there;
}

struct link_key_id keys_signer_id(const struct link_signer *signer)
{
    return signer->id;
}

const uint8_t *keys_signer_secret(const struct link_signer *signer)
{
    return signer->secret;
}

static enum status insert(const struct service *service, struct txn *txn,
                          const uint8_t public_key[LINK_PUBLIC_BYTES], const char *owner,
                          const struct origin *origin)
{
    const struct link_key_id id = link_key_id_of(public_key);
    const int64_t now_s = clock_now_s();
    struct link_key key = {
        .owner = owner, .state = KEY_SIGNING, .created_at = now_s, .changed_at = now_s};
    memcpy(key.id, id.value, LINK_KEY_ID_BYTES);
    memcpy(key.public_key, public_key, LINK_PUBLIC_BYTES);
    enum status status = link_keys_insert(txn, &key);
    if (status != STATUS_OK)
        return status;
    struct entry entry = {
        .kind = ENTRY_KEY_ADDED, .subject = subject_of(id), .private = {.note = owner}};
    return change_record(service, txn, &entry, origin);
}

enum status keys_new(const struct service *service, struct txn *txn, const char *owner,
                     const struct origin *origin, struct link_key_id *out)
{
    struct arena *arena = arena_new();
    uint8_t *secret = key_memory_new(LINK_SECRET_BYTES);
    uint8_t public_key[LINK_PUBLIC_BYTES];
    link_key_make(public_key, secret);
    const struct link_key_id id = link_key_id_of(public_key);
    /* File first: a file without a row is never used, a signing row without its file would be. */
    enum status status =
        key_file_create(service->conf->keys_path, file_name(arena, id), secret, LINK_SECRET_BYTES);
    if (status == STATUS_OK)
        status = insert(service, txn, public_key, owner, origin);
    key_memory_free(secret);
    arena_free(arena);
    if (status == STATUS_OK)
        *out = id;
    return status;
}

enum status keys_add(const struct service *service, struct txn *txn,
                     const uint8_t public_key[LINK_PUBLIC_BYTES], const char *owner,
                     const struct origin *origin, struct link_key_id *out)
{
    enum status status = insert(service, txn, public_key, owner, origin);
    if (status == STATUS_OK)
        *out = link_key_id_of(public_key);
    return status;
}

static const char *state_key(enum link_key_state state)
{
    switch (state) {
    case KEY_SIGNING:
        return "signing";
    case KEY_VERIFYING:
        return "verifying";
    case KEY_REVOKED:
        return "revoked";
    }
    return "unknown";
}

enum status keys_set_state(const struct service *service, struct txn *txn, struct link_key_id id,
                           enum link_key_state state, const struct origin *origin)
{
    struct arena *arena = arena_new();
    struct link_key key;
    enum status status = link_keys_get(txn_store(txn), arena, id.value, &key);
    if (status != STATUS_OK || key.state == state)
        goto out;
    status = STATUS_REFUSED;
    if (key.state == KEY_REVOKED)
        goto out;
    status = link_keys_set_state(txn, id.value, state, clock_now_s());
    if (status != STATUS_OK)
        goto out;
    struct entry entry = {.kind = ENTRY_KEY_STATE,
                          .subject = subject_of(id),
                          .private = {.note = arena_printf(arena, "%s → %s", state_key(key.state),
                                                           state_key(state))}};
    status = change_record(service, txn, &entry, origin);
out:
    arena_free(arena);
    return status;
}
