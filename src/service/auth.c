/*
 * service/auth: login and sessions. Who the admins are is in auth_admin. See the header.
 */
#include "service/auth.h"

#include <assert.h>
#include <string.h>

#include "base/email.h"
#include "crypto/password.h"
#include "service/change.h"
#include "service/factor.h"
#include "service/throttle.h"

#define TOKEN_BYTES   32
#define TOUCH_AFTER_S 300 /* how old seen_at may grow before it is written again */

static_assert(SESSION_COOKIE_BYTES == (TOKEN_BYTES * 4 + 2) / 3 + 1, "a token as base64url");
static_assert(SESSION_HASH_BYTES == sizeof((struct session *)0)->hash, "one size of hash");

enum status auth_prepare(const struct service *service, struct arena *arena, const char *email,
                         const char *address, int64_t now_s, struct login_attempt *out)
{
    struct login_attempt attempt = {.email_key = ""};
    struct email parsed;
    struct admin admin;
    struct throttle throttle;

    if (email_parse(arena, email, strlen(email), &parsed, NULL) == STATUS_OK)
        attempt.email_key = parsed.key;
    throttle_bucket(service, attempt.email_key, address, attempt.bucket);
    enum status status = throttles_get(service->store, attempt.bucket, &throttle);
    if (status != STATUS_OK)
        return status;
    attempt.wait_s = throttle_wait_s(&throttle, now_s);
    status = admins_find_email(service->store, arena, attempt.email_key, &admin);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK && admins_is_active(&admin)) {
        attempt.admin = admin.id;
        attempt.hash = admin.password;
    }
    *out = attempt;
    return STATUS_OK;
}

bool auth_check(const struct login_attempt *attempt, const char *password)
{
    return password_is_right(attempt->hash, password);
}

/* Whether the account is still what the password was compared with. */
static enum status is_current(struct txn *txn, struct arena *arena,
                              const struct login_attempt *attempt, bool *out)
{
    struct admin admin;

    *out = false;
    if (attempt->admin == 0 || attempt->hash == NULL)
        return STATUS_OK;
    enum status status = admins_get(txn_store(txn), arena, attempt->admin, &admin);
    if (status == STATUS_OK)
        *out = admins_is_active(&admin) && strcmp(admin.password, attempt->hash) == 0;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

bool auth_hash_cookie(const char *cookie, uint8_t out[SESSION_HASH_BYTES])
{
    uint8_t token[TOKEN_BYTES];

    if (cookie == NULL || strlen(cookie) != SESSION_COOKIE_BYTES - 1 ||
        !crypto_base64url_decode(cookie, SESSION_COOKIE_BYTES - 1, token, sizeof token))
        return false;
    crypto_session_hash(token, sizeof token, out);
    return true;
}

enum status auth_sweep(struct txn *txn, int64_t now_s)
{
    enum status status = login_steps_delete_stale(txn, now_s - AUTH_STEP_S);

    return status == STATUS_OK
               ? sessions_delete_stale(txn, now_s - SESSION_IDLE_S, now_s - SESSION_ABSOLUTE_S)
               : status;
}

/* The ledger says who came in, from where and with what; never what was typed. */
static enum status record_sign_in(const struct service *service, struct txn *txn,
                                  struct arena *arena, const struct session *session)
{
    struct auth_session opened = {0};
    enum status status = admins_get(txn_store(txn), arena, session->admin, &opened.admin);

    memcpy(opened.hash, session->hash, sizeof opened.hash);
    if (status == STATUS_OK)
        status = admins_signed_in(txn, session->admin, session->created_at);
    if (status != STATUS_OK)
        return status;
    const struct origin origin = auth_origin(&opened, session->address, session->agent);
    struct entry entry = {.kind = ENTRY_ADMIN_SIGNED_IN,
                          .subject = session->admin,
                          .private = {.note = opened.admin.email}};
    return change_record(service, txn, &entry, &origin);
}

enum status auth_open_session(const struct service *service, struct txn *txn, struct arena *arena,
                              const struct login_attempt *attempt, const char *address,
                              const char *agent, int64_t now_s, struct login_result *result)
{
    uint8_t token[TOKEN_BYTES];
    uint8_t replaced[SESSION_HASH_BYTES];
    const struct throttle none = {0};
    struct session session = {
        .admin = attempt->admin,
        .created_at = now_s,
        .seen_at = now_s,
        .address = address == NULL ? "" : address,
        .agent = agent == NULL ? "" : agent,
    };
    enum status status = throttles_put(txn, attempt->bucket, &none);

    crypto_random(token, sizeof token);
    crypto_session_hash(token, sizeof token, session.hash);
    crypto_base64url(token, sizeof token, result->cookie, sizeof result->cookie);
    if (status == STATUS_OK && auth_hash_cookie(attempt->replaces, replaced))
        status = sessions_delete(txn, replaced);
    if (status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    if (status == STATUS_OK)
        status = auth_sweep(txn, now_s);
    if (status == STATUS_OK)
        status = sessions_insert(txn, &session);
    if (status == STATUS_OK)
        status = record_sign_in(service, txn, arena, &session);
    result->is_in = status == STATUS_OK;
    return status;
}

/* Sweeping reads every bucket, so a flood of failures does it only now and then. */
static bool is_time_to_sweep(void)
{
    uint8_t dice;

    crypto_random(&dice, sizeof dice);
    return dice < 4;
}

static enum status finish(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct login_attempt *attempt, bool is_right, const char *address,
                          const char *agent, int64_t now_s, struct login_result *out)
{
    struct login_result result = {0};
    struct throttle throttle;
    bool is_still = false;
    struct factor factor = {0};
    enum status status = throttles_get(txn_store(txn), attempt->bucket, &throttle);

    if (status == STATUS_OK)
        status = is_current(txn, arena, attempt, &is_still);
    if (status == STATUS_OK)
        status = factors_get(txn_store(txn), attempt->admin, &factor);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    /* Attempts sent all at once were let in together: only as many count as waited their turn. */
    result.wait_s = throttle_wait_s(&throttle, now_s);
    if (is_right && is_still && result.wait_s == 0 && factor.since != 0)
        status = auth_step_open(txn, attempt, now_s, &result);
    else if (is_right && is_still && result.wait_s == 0)
        status = auth_open_session(service, txn, arena, attempt, address, agent, now_s, &result);
    else
        status = throttle_fail(txn, attempt->bucket, now_s);
    if (status == STATUS_OK && (result.is_in || is_time_to_sweep()))
        status = throttles_delete_stale(txn, now_s - THROTTLE_FORGET_S);
    if (status == STATUS_OK)
        *out = result;
    return status;
}

enum status auth_finish(const struct service *service, struct txn *txn,
                        const struct login_attempt *attempt, bool is_right, const char *address,
                        const char *agent, int64_t now_s, struct login_result *out)
{
    struct arena *arena = arena_new();
    enum status status = finish(service, txn, arena, attempt, is_right, address, agent, now_s, out);

    arena_free(arena);
    return status;
}

enum status auth_confirm(const struct service *service, struct txn *txn,
                         const struct login_attempt *attempt, bool is_right, int64_t now_s,
                         struct login_result *out)
{
    struct arena *arena = arena_new();
    struct login_result result = {0};
    struct throttle throttle;
    bool is_still = false;
    enum status status = throttles_get(txn_store(txn), attempt->bucket, &throttle);

    if (status == STATUS_OK)
        status = is_current(txn, arena, attempt, &is_still);
    if (status == STATUS_OK)
        result.wait_s = throttle_wait_s(&throttle, now_s);
    result.is_in = is_right && is_still && result.wait_s == 0;
    if (status == STATUS_OK && !result.is_in)
        status = throttle_fail(txn, attempt->bucket, now_s);
    if (status == STATUS_OK)
        *out = result;
    arena_free(arena);
    return status;
}

enum status auth_session_get(const struct service *service, struct arena *arena, const char *cookie,
                             int64_t now_s, struct auth_session *out)
{
    struct auth_session found = {0};
    struct session session;

    if (!auth_hash_cookie(cookie, found.hash))
        return STATUS_NOT_FOUND;
    enum status status = sessions_get(service->store, arena, found.hash, &session);
    if (status != STATUS_OK)
        return status;
    /* One of a future that a wrong clock told would not end before it has come. */
    if (now_s - session.seen_at >= SESSION_IDLE_S ||
        now_s - session.created_at >= SESSION_ABSOLUTE_S ||
        session.seen_at - now_s >= SESSION_IDLE_S || session.created_at - now_s >= SESSION_IDLE_S)
        return STATUS_NOT_FOUND;
    status = admins_get(service->store, arena, session.admin, &found.admin);
    if (status != STATUS_OK)
        return status;
    if (!admins_is_active(&found.admin))
        return STATUS_NOT_FOUND;
    secrets_csrf(service->secrets, found.hash, found.csrf);
    found.created_at = session.created_at;
    found.needs_touch = now_s - session.seen_at >= TOUCH_AFTER_S;
    status = factor_is_due(service, found.admin.id, &found.needs_factor);
    if (status == STATUS_OK)
        *out = found;
    return status;
}

enum status auth_touch(const struct service *service, struct txn *txn,
                       const uint8_t hash[SESSION_HASH_BYTES], int64_t now_s)
{
    enum status status = sessions_touch(txn, hash, now_s);

    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status auth_logout(const struct service *service, struct txn *txn,
                        const uint8_t hash[SESSION_HASH_BYTES])
{
    enum status status = sessions_delete(txn, hash);

    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

bool auth_csrf_is_right(const struct auth_session *session, const char *token)
{
    return token != NULL && strlen(token) == strlen(session->csrf) &&
           crypto_is_equal(token, session->csrf, strlen(session->csrf));
}

struct origin auth_origin(const struct auth_session *session, const char *address,
                          const char *agent)
{
    struct origin origin = {
        .actor = ACTOR_ADMIN,
        .actor_id = session->admin.id,
        .proof_kind = PROOF_SESSION,
        .proof_len = PROOF_MAX_BYTES,
        .address = address,
        .agent = agent,
    };

    memcpy(origin.proof, session->hash, PROOF_MAX_BYTES);
    return origin;
}
