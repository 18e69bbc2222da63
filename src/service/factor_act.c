/*
 * service/factor_act: a second factor turned on, off, renewed and reset. See factor.h.
 */
#include <string.h>

#include "crypto/key_file.h"
#include "crypto/totp.h"
#include "service/change.h"
#include "service/factor.h"
#include "service/factor_note.h"
#include "service/throttle.h"

/* How far off a clock is looked for when somebody who may see the secret sets it up. */
#define DRIFT_LOOKED_FOR (2 * 3600 / TOTP_STEP_S)

enum status factor_note(const struct service *service, struct txn *txn, enum entry_kind kind,
                        const struct admin *admin, const char *what, const struct origin *origin)
{
    struct arena *arena = arena_new();
    const char *note =
        what == NULL ? admin->email : arena_printf(arena, "%s\n%s", admin->email, what);
    struct entry entry = {.kind = kind, .subject = admin->id, .private = {.note = note}};
    enum status status = change_record(service, txn, &entry, origin);

    arena_free(arena);
    return status;
}

/* The password that was typed once more. */
static enum status check_password(const struct service *service, struct txn *txn,
                                  const struct factor_act *act, struct factor_checked *out)
{
    struct login_result result;
    enum status status =
        auth_confirm(service, txn, &act->attempt, act->is_right, act->now_s, &result);

    if (status == STATUS_OK && result.wait_s > 0)
        *out = (struct factor_checked){.fault = FACTOR_THROTTLED, .wait_s = result.wait_s};
    else if (status == STATUS_OK && !result.is_in)
        *out = (struct factor_checked){.fault = FACTOR_PASSWORD};
    return status;
}

/* What stands now. STATUS_OK also when there is none: a factor of zeroes. */
static enum status find(struct txn *txn, int64_t admin, struct factor *out)
{
    enum status status = factors_get(txn_store(txn), admin, out);

    if (status == STATUS_NOT_FOUND) {
        *out = (struct factor){.admin = admin};
        return STATUS_OK;
    }
    return status;
}

/* Ten new codes in the place of all earlier ones. */
static enum status make_codes(const struct service *service, struct txn *txn, int64_t admin,
                              struct factor_done *out)
{
    enum status status = recovery_codes_delete_of(txn, admin);

    for (size_t i = 0; i < FACTOR_RECOVERY_CODES && status == STATUS_OK; i++) {
        uint8_t hash[RECOVERY_CODE_HASH_BYTES];
        recovery_code_new(out->codes[i]);
        status = recovery_code_hash(service->secrets, admin, out->codes[i], hash)
                     ? recovery_codes_insert(txn, admin, hash)
                     : STATUS_CORRUPT;
    }
    out->has_codes = status == STATUS_OK;
    return status;
}

enum status factor_begin(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct factor_act *act, struct factor_done *out)
{
    const int64_t admin = act->session->admin.id;
    struct factor_done done = {0};
    struct factor factor;
    uint8_t secret[TOTP_SECRET_BYTES];
    enum status status = find(txn, admin, &factor);

    if (status == STATUS_OK && factor.since != 0)
        done.checked.fault = FACTOR_OUT_OF_TURN;
    else if (status == STATUS_OK)
        status = check_password(service, txn, act, &done.checked);
    if (status == STATUS_OK && done.checked.fault == FACTOR_FINE) {
        crypto_random(secret, sizeof secret);
        totp_seal(service->secrets, admin, secret, factor.secret);
        key_memory_wipe(secret, sizeof secret);
        factor.begun_at = act->now_s;
        status = factors_put(txn, &factor);
    }
    if (status == STATUS_OK)
        *out = done;
    return status;
}

/* A code against the secret that waits, far beyond the window, to say what is wrong with a clock.
 */
static enum status check_first(const struct service *service, const struct factor_act *act,
                               struct factor *factor, struct factor_checked *out)
{
    const int64_t now = totp_step(act->now_s);
    uint8_t secret[TOTP_SECRET_BYTES];
    char code[TOTP_CODE_BYTES];
    bool found = false;
    int64_t step = 0;
    enum status status = STATUS_OK;

    if (!totp_read(act->code, code)) {
        out->fault = FACTOR_WRONG;
        return STATUS_OK;
    }
    status = totp_open(service->secrets, factor->admin, factor->secret, secret);
    if (status == STATUS_OK)
        status = totp_find(secret, code, now - FACTOR_DRIFT_STEPS, now + FACTOR_DRIFT_STEPS, &found,
                           &step);
    if (status == STATUS_OK && found) {
        factor->last_step = step;
    } else if (status == STATUS_OK) {
        out->fault = FACTOR_WRONG;
        status =
            totp_find(secret, code, now - DRIFT_LOOKED_FOR, now + DRIFT_LOOKED_FOR, &found, &step);
        if (status == STATUS_OK && found) {
            out->fault = FACTOR_DRIFT;
            out->drift_s = (step - now) * TOTP_STEP_S;
        }
    }
    key_memory_wipe(secret, sizeof secret);
    return status;
}

/* The admin's sessions but the one they act by. */
static enum status end_others(struct txn *txn, struct arena *arena,
                              const struct auth_session *session)
{
    struct session *rows;
    size_t count;
    enum status status = sessions_list_of(txn_store(txn), arena, session->admin.id, &rows, &count);

    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        if (memcmp(rows[i].hash, session->hash, sizeof rows[i].hash) != 0)
            status = sessions_delete(txn, rows[i].hash);
    return status;
}

enum status factor_turn_on(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct factor_act *act, struct factor_done *out)
{
    const struct admin *admin = &act->session->admin;
    struct factor_done done = {0};
    struct factor factor;
    enum status status = find(txn, admin->id, &factor);

    if (status == STATUS_OK && (factor.begun_at == 0 || factor.since != 0))
        done.checked.fault = FACTOR_OUT_OF_TURN;
    else if (status == STATUS_OK)
        status = check_first(service, act, &factor, &done.checked);
    if (status == STATUS_OK && done.checked.fault == FACTOR_FINE) {
        factor.since = act->now_s;
        status = factors_put(txn, &factor);
        if (status == STATUS_OK)
            status = make_codes(service, txn, admin->id, &done);
        if (status == STATUS_OK)
            status = end_others(txn, arena, act->session);
        if (status == STATUS_OK)
            status = factor_note(service, txn, ENTRY_ADMIN_FACTOR, admin, "second factor: off → on",
                                 &act->origin);
    }
    if (status == STATUS_OK)
        *out = done;
    explicit_bzero(done.codes, sizeof done.codes);
    return status;
}

static enum status remove_all(struct txn *txn, int64_t admin)
{
    enum status status = factors_delete(txn, admin);

    if (status == STATUS_OK)
        status = recovery_codes_delete_of(txn, admin);
    if (status == STATUS_OK)
        status = login_steps_delete_of(txn, admin);
    return status;
}

/* Password, then code: a wrong password takes no code. */
static enum status check_both(const struct service *service, struct txn *txn, struct arena *arena,
                              const struct factor_act *act, struct factor_checked *out)
{
    enum status status = check_password(service, txn, act, out);

    if (status == STATUS_OK && out->fault == FACTOR_FINE)
        status = factor_check(service, txn, arena, &act->session->admin, act->code, &act->origin,
                              act->now_s, out);
    return status;
}

enum status factor_turn_off(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct factor_act *act, struct factor_done *out)
{
    const struct admin *admin = &act->session->admin;
    struct factor_done done = {0};
    enum status status = check_both(service, txn, arena, act, &done.checked);

    if (status == STATUS_OK && done.checked.fault == FACTOR_FINE) {
        status = remove_all(txn, admin->id);
        if (status == STATUS_OK)
            status = factor_note(service, txn, ENTRY_ADMIN_FACTOR, admin, "second factor: on → off",
                                 &act->origin);
    }
    if (status == STATUS_OK)
        *out = done;
    return status;
}

enum status factor_renew(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct factor_act *act, struct factor_done *out)
{
    const struct admin *admin = &act->session->admin;
    struct factor_done done = {0};
    enum status status = check_both(service, txn, arena, act, &done.checked);

    if (status == STATUS_OK && done.checked.fault == FACTOR_FINE) {
        status = make_codes(service, txn, admin->id, &done);
        if (status == STATUS_OK)
            status = factor_note(service, txn, ENTRY_ADMIN_FACTOR, admin,
                                 "recovery codes: made anew", &act->origin);
    }
    if (status == STATUS_OK)
        *out = done;
    explicit_bzero(done.codes, sizeof done.codes);
    return status;
}

enum status factor_reset(const struct service *service, struct txn *txn, struct arena *arena,
                         int64_t id, const struct origin *origin)
{
    struct admin admin;
    struct factor factor;
    enum status status = admins_get(txn_store(txn), arena, id, &admin);

    if (status == STATUS_OK)
        status = factors_get(txn_store(txn), id, &factor);
    if (status == STATUS_OK && (admin.removed_at != 0 || factor.since == 0))
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = remove_all(txn, id);
    if (status == STATUS_OK)
        status = sessions_delete_of(txn, id);
    if (status == STATUS_OK)
        status = factor_note(service, txn, ENTRY_ADMIN_FACTOR, &admin, "second factor: on → reset",
                             origin);
    return status;
}
