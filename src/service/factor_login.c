/*
 * service/factor_login: see the header. The steps themselves are here too: see auth.h.
 */
#include "service/factor_login.h"

#include <string.h>

#include "service/factor_note.h"
#include "service/throttle.h"

#define TOKEN_BYTES 32

static void hash_password(const char *password, uint8_t out[FACTOR_HASH_BYTES])
{
    crypto_session_hash((const uint8_t *)password, strlen(password), out);
}

enum status auth_step_open(struct txn *txn, const struct login_attempt *attempt, int64_t now_s,
                           struct login_result *result)
{
    uint8_t token[TOKEN_BYTES];
    struct login_step step = {.admin = attempt->admin, .created_at = now_s};
    enum status status = login_steps_delete_stale(txn, now_s - AUTH_STEP_S);

    crypto_random(token, sizeof token);
    crypto_session_hash(token, sizeof token, step.hash);
    hash_password(attempt->hash, step.password);
    crypto_base64url(token, sizeof token, result->cookie, sizeof result->cookie);
    if (status == STATUS_OK)
        status = login_steps_insert(txn, &step);
    result->needs_code = status == STATUS_OK;
    return status;
}

enum status auth_step_get(struct store *store, struct arena *arena, const char *cookie,
                          int64_t now_s, struct auth_step *out)
{
    struct auth_step found = {0};
    struct login_step step;
    uint8_t password[FACTOR_HASH_BYTES];

    if (!auth_hash_cookie(cookie, found.hash))
        return STATUS_NOT_FOUND;
    enum status status = login_steps_get(store, found.hash, &step);
    if (status != STATUS_OK)
        return status;
    /* The clock may have been set back: a step of the future is over too. */
    if (now_s - step.created_at >= AUTH_STEP_S || step.created_at - now_s >= AUTH_STEP_S ||
        step.failures >= AUTH_STEP_TRIES)
        return STATUS_NOT_FOUND;
    status = admins_get(store, arena, step.admin, &found.admin);
    if (status != STATUS_OK)
        return status;
    hash_password(found.admin.password, password);
    if (!admins_is_active(&found.admin) ||
        !crypto_is_equal(password, step.password, sizeof password))
        return STATUS_NOT_FOUND;
    found.failures = step.failures;
    *out = found;
    return STATUS_OK;
}

static enum status open_session(const struct service *service, struct txn *txn, struct arena *arena,
                                const struct auth_step *step, const char *replaces,
                                const char *address, const char *agent, int64_t now_s,
                                struct factor_login *out)
{
    struct login_attempt attempt = {.admin = step->admin.id, .replaces = replaces};
    enum status status = login_steps_delete(txn, step->hash);

    throttle_bucket(service, step->admin.email_key, address, attempt.bucket);
    if (status == STATUS_OK)
        status =
            auth_open_session(service, txn, arena, &attempt, address, agent, now_s, &out->opened);
    return status;
}

/* One more wrong code: the last one ends the step, and that is worth knowing, since whoever typed
 * them knew the password. */
static enum status count_failure(const struct service *service, struct txn *txn,
                                 struct arena *arena, const struct auth_step *step,
                                 const char *address, const char *agent, struct factor_login *out)
{
    /* Who typed them is not known. */
    const struct origin origin = {.actor = ACTOR_SYSTEM, .address = address, .agent = agent};

    if (step->failures + 1 < AUTH_STEP_TRIES)
        return login_steps_fail(txn, step->hash);
    out->is_over = true;
    enum status status = login_steps_delete(txn, step->hash);
    if (status == STATUS_OK)
        status = factor_note(
            service, txn, ENTRY_ADMIN_FACTOR, &step->admin,
            arena_printf(arena, "%d wrong codes behind the right password", AUTH_STEP_TRIES),
            &origin);
    return status;
}

enum status factor_login(const struct service *service, struct txn *txn, struct arena *arena,
                         const char *step_cookie, const char *typed, const char *replaces,
                         const char *address, const char *agent, int64_t now_s,
                         struct factor_login *out)
{
    struct factor_login login = {0};
    struct auth_step step;
    enum status status = auth_step_get(txn_store(txn), arena, step_cookie, now_s, &step);
    struct origin origin = {.actor = ACTOR_ADMIN, .address = address, .agent = agent};

    if (status == STATUS_NOT_FOUND) {
        *out = (struct factor_login){.is_over = true};
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        origin.actor_id = step.admin.id;
        status =
            factor_check(service, txn, arena, &step.admin, typed, &origin, now_s, &login.checked);
    }
    if (status != STATUS_OK)
        return status;
    switch (login.checked.fault) {
    case FACTOR_FINE:
        status = open_session(service, txn, arena, &step, replaces, address, agent, now_s, &login);
        break;
    case FACTOR_OUT_OF_TURN: /* it was reset meanwhile: the password is asked for anew */
        login.is_over = true;
        status = login_steps_delete(txn, step.hash);
        break;
    case FACTOR_WRONG:
    case FACTOR_USED:
    case FACTOR_CLOCK:
        status = count_failure(service, txn, arena, &step, address, agent, &login);
        break;
    case FACTOR_THROTTLED: /* nothing was looked at */
    case FACTOR_DRIFT:
    case FACTOR_PASSWORD:
    case FACTOR_FAULT_COUNT:
        break;
    }
    if (status == STATUS_OK)
        *out = login;
    return status;
}
