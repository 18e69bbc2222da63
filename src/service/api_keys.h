/*
 * service/api_keys: keys that programs show with each call: made, listed, revoked, believed.
 *
 * A key is "assent_" and 43 characters of base64url, 256 random bits. Only its hash is kept, so it
 * is shown once, when it is made; a hash of so many random bits needs no slow password hashing.
 */
#ifndef ASSENT_SERVICE_API_KEYS_H
#define ASSENT_SERVICE_API_KEYS_H

#include "service/service.h"
#include "store/api_keys.h"

/* What a key may do. Stored: never renumbered, only added to. */
enum api_scope {
    SCOPE_CHECK = 1,         /* ask who may be mailed */
    SCOPE_LINKS = 2,         /* fetch people's links and header lines */
    SCOPE_CONTACTS_READ = 4, /* read people */
    SCOPE_CONTACTS_WRITE = 8,
    SCOPE_EVENTS = 16, /* follow every change */
};
#define API_SCOPES_COUNT 5
#define API_SCOPES_ALL   31

/* The nth scope's key ("contacts:read"), n from 0; its bit is 1 << n. Static. */
const char *api_scope_key(unsigned n);

/* "check, links" for people; from the arena. */
const char *api_scopes_text(struct arena *arena, unsigned scopes);

/* Reads keys with commas or blanks between. False: one is not known, or there is none. */
bool api_scopes_parse(const char *text, unsigned *out);

#define API_KEY_TEXT_BYTES     51 /* with the NUL */
#define API_KEY_NAME_MAX_BYTES 80

enum api_key_fault {
    API_KEY_FINE,
    API_KEY_NAME_BAD,       /* empty, or too long */
    API_KEY_NO_SCOPE,       /* it could do nothing */
    API_KEY_EXPIRY_BAD,     /* not in the future */
    API_KEY_TOO_MANY,       /* API_KEYS_MAX are there */
    API_KEY_MADE_MEANWHILE, /* api_keys_make_next: another was made since the form was shown */
    API_KEY_FAULT_COUNT
};
#define API_KEYS_MAX 1000

struct api_key_made {
    enum api_key_fault fault;
    struct api_key key;            /* with FINE */
    char text[API_KEY_TEXT_BYTES]; /* with FINE: shown once */
};

/* expires_at: 0 for never. A refusal is STATUS_OK with a fault, and nothing was written. */
enum status api_keys_make(const struct service *service, struct txn *txn, struct arena *arena,
                          const char *name, unsigned scopes, int64_t expires_at,
                          const struct origin *origin, struct api_key_made *out) MUST_CHECK;

/* The same, and only if newest is the id of the newest key that was ever made (0: none was): so
 * that a form that is sent twice makes one key. */
enum status api_keys_make_next(const struct service *service, struct txn *txn, struct arena *arena,
                               int64_t newest, const char *name, unsigned scopes,
                               int64_t expires_at, const struct origin *origin,
                               struct api_key_made *out) MUST_CHECK;

/* Takes effect with the next call of any process. STATUS_NOT_FOUND: no such key, or revoked. */
enum status api_keys_end(const struct service *service, struct txn *txn, struct arena *arena,
                         int64_t id, const struct origin *origin) MUST_CHECK;

/* All that were ever made, newest first. */
enum status api_keys_all(const struct service *service, struct arena *arena, struct api_key **out,
                         size_t *count) MUST_CHECK;

/* The key that a program showed. STATUS_NOT_FOUND: not one of ours. STATUS_REFUSED: revoked or
 * expired. */
enum status api_keys_open(const struct service *service, struct arena *arena, const char *text,
                          int64_t now_s, struct api_key *out) MUST_CHECK;

/* Whether used_at is old enough to be written again. */
bool api_keys_wants_touch(const struct api_key *key, int64_t now_s);

/* The origin of what a program does; the key's id is the actor. */
struct origin api_keys_origin(const struct api_key *key, const char *address, const char *agent);

#endif
