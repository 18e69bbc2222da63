/*
 * service/api_keys: see api_keys.h.
 */
#include "service/api_keys.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "service/change.h"
#include "service/fields.h"

#define PREFIX        "assent_"
#define PREFIX_LEN    (sizeof PREFIX - 1)
#define RANDOM_BYTES  32
#define HINT_LEN      (PREFIX_LEN + 4) /* 24 of 256 bits: they help nobody */
#define TOUCH_AFTER_S 60

static_assert(API_KEY_TEXT_BYTES == PREFIX_LEN + (RANDOM_BYTES * 4 + 2) / 3 + 1, "a key as text");
static_assert(API_KEY_HASH_BYTES == SESSION_HASH_BYTES, "one size of hash");

static const char *const scope_keys[] = {"check", "links", "contacts:read", "contacts:write",
                                         "events"};
static_assert(sizeof scope_keys / sizeof *scope_keys == API_SCOPES_COUNT, "a key for every scope");

const char *api_scope_key(unsigned n)
{
    return n < API_SCOPES_COUNT ? scope_keys[n] : "?";
}

const char *api_scopes_text(struct arena *arena, unsigned scopes)
{
    const char *text = "";
    for (unsigned n = 0; n < API_SCOPES_COUNT; n++)
        if (scopes & 1U << n)
            text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", scope_keys[n]);
    return text;
}

bool api_scopes_parse(const char *text, unsigned *out)
{
    unsigned scopes = 0;
    for (const char *at = text + strspn(text, ", "); *at != '\0'; at += strspn(at, ", ")) {
        size_t len = strcspn(at, ", ");
        unsigned n = 0;
        while (n < API_SCOPES_COUNT &&
               (strlen(scope_keys[n]) != len || strncmp(at, scope_keys[n], len) != 0))
            n++;
        if (n == API_SCOPES_COUNT)
            return false;
        scopes |= 1U << n;
        at += len;
    }
    *out = scopes;
    return scopes != 0;
}

/* The ledger's words: the name and what it may do are no secret. */
static enum status record(const struct service *service, struct txn *txn, enum entry_kind kind,
                          const struct api_key *key, const char *note, const struct origin *origin)
{
    struct entry entry = {.kind = kind, .subject = key->id, .private = {.note = note}};
    return change_record(service, txn, &entry, origin);
}

#define ANY_NEWEST (-1)

static enum status check(struct txn *txn, struct arena *arena, int64_t newest, const char *name,
                         unsigned scopes, int64_t expires_at, int64_t now_s,
                         struct api_key_made *made)
{
    struct api_key *rows;
    size_t count;
    enum status status =
        api_keys_list(txn_store(txn), arena, INT64_MAX, API_KEYS_MAX, &rows, &count);
    if (status != STATUS_OK)
        return status;
    if (newest != ANY_NEWEST && newest != (count > 0 ? rows[0].id : 0))
        made->fault = API_KEY_MADE_MEANWHILE;
    else if (fields_text(arena, name, API_KEY_NAME_MAX_BYTES, &made->key.name) != STATUS_OK ||
             *made->key.name == '\0')
        made->fault = API_KEY_NAME_BAD;
    else if (scopes == 0 || scopes > API_SCOPES_ALL)
        made->fault = API_KEY_NO_SCOPE;
    else if (expires_at != 0 && expires_at <= now_s)
        made->fault = API_KEY_EXPIRY_BAD;
    else if (count >= API_KEYS_MAX)
        made->fault = API_KEY_TOO_MANY;
    return STATUS_OK;
}

enum status api_keys_make(const struct service *service, struct txn *txn, struct arena *arena,
                          const char *name, unsigned scopes, int64_t expires_at,
                          const struct origin *origin, struct api_key_made *out)
{
    return api_keys_make_next(service, txn, arena, ANY_NEWEST, name, scopes, expires_at, origin,
                              out);
}

enum status api_keys_make_next(const struct service *service, struct txn *txn, struct arena *arena,
                               int64_t newest, const char *name, unsigned scopes,
                               int64_t expires_at, const struct origin *origin,
                               struct api_key_made *out)
{
    int64_t now_s = clock_now_s();
    struct api_key_made made = {.key = {.scopes = scopes, .expires_at = expires_at}};
    enum status status = check(txn, arena, newest, name, scopes, expires_at, now_s, &made);
    if (status != STATUS_OK || made.fault != API_KEY_FINE) {
        *out = made;
        return status;
    }

    uint8_t random[RANDOM_BYTES];
    crypto_random(random, sizeof random);
    crypto_session_hash(random, sizeof random, made.key.hash);
    memcpy(made.text, PREFIX, PREFIX_LEN);
    crypto_base64url(random, sizeof random, made.text + PREFIX_LEN, sizeof made.text - PREFIX_LEN);
    explicit_bzero(random, sizeof random);
    made.key.hint = arena_strndup(arena, made.text, HINT_LEN);
    made.key.created_at = now_s;
    status = api_keys_insert(txn, &made.key);
    if (status == STATUS_OK)
        status = record(
            service, txn, ENTRY_API_KEY_ADDED, &made.key,
            arena_printf(arena, "%s: %s", made.key.name, api_scopes_text(arena, made.key.scopes)),
            origin);
    if (status == STATUS_OK)
        *out = made;
    return status;
}

enum status api_keys_end(const struct service *service, struct txn *txn, struct arena *arena,
                         int64_t id, const struct origin *origin)
{
    struct api_key key;
    enum status status = api_keys_get(txn_store(txn), arena, id, &key);
    if (status == STATUS_OK)
        status = api_keys_revoke(txn, id, clock_now_s());
    if (status == STATUS_OK)
        status = record(service, txn, ENTRY_API_KEY_REVOKED, &key, key.name, origin);
    return status;
}

enum status api_keys_all(const struct service *service, struct arena *arena, struct api_key **out,
                         size_t *count)
{
    return api_keys_list(service->store, arena, INT64_MAX, API_KEYS_MAX, out, count);
}

enum status api_keys_open(const struct service *service, struct arena *arena, const char *text,
                          int64_t now_s, struct api_key *out)
{
    uint8_t random[RANDOM_BYTES], hash[API_KEY_HASH_BYTES];
    struct api_key key;

    if (strlen(text) != API_KEY_TEXT_BYTES - 1 || strncmp(text, PREFIX, PREFIX_LEN) != 0 ||
        !crypto_base64url_decode(text + PREFIX_LEN, API_KEY_TEXT_BYTES - 1 - PREFIX_LEN, random,
                                 sizeof random))
        return STATUS_NOT_FOUND;
    crypto_session_hash(random, sizeof random, hash);
    enum status status = api_keys_find(service->store, arena, hash, &key);
    if (status != STATUS_OK)
        return status;
    if (key.revoked_at != 0 || (key.expires_at != 0 && key.expires_at <= now_s))
        return STATUS_REFUSED;
    *out = key;
    return STATUS_OK;
}

bool api_keys_wants_touch(const struct api_key *key, int64_t now_s)
{
    return now_s - key->used_at >= TOUCH_AFTER_S;
}

struct origin api_keys_origin(const struct api_key *key, const char *address, const char *agent)
{
    return (struct origin){
        .actor = ACTOR_API,
        .actor_id = key->id,
        .proof_kind = PROOF_API_KEY,
        .address = address,
        .agent = agent,
    };
}
