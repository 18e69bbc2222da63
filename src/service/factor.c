/*
 * service/factor: what is asked of a second factor: its facts, what an app wants, whether a code is
 * right. Turning it on and off is in factor_act.c. See the header.
 */
#include "service/factor.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "crypto/key_file.h"
#include "crypto/totp.h"
#include "service/factor_note.h"
#include "service/settings.h"
#include "service/throttle.h"

static_assert(FACTOR_SECRET_BYTES == TOTP_SEALED_BYTES, "what is stored");
static_assert(FACTOR_HASH_BYTES == RECOVERY_CODE_HASH_BYTES, "what is stored");

enum status factor_facts(const struct service *service, int64_t admin, struct factor_facts *out)
{
    struct arena *arena = arena_new();
    struct factor_facts facts = {0};
    struct factor factor;
    enum status status =
        settings_yes(service->store, arena, SETTING_FACTOR_REQUIRED, &facts.is_required);

    if (status == STATUS_OK)
        status = factors_get(service->store, admin, &factor);
    if (status == STATUS_OK) {
        facts.is_on = factor.since != 0;
        facts.is_begun = factor.since == 0;
        facts.since = factor.since;
        status = recovery_codes_left(service->store, admin, &facts.codes_left);
    } else if (status == STATUS_NOT_FOUND) {
        status = STATUS_OK;
    }
    arena_free(arena);
    if (status == STATUS_OK)
        *out = facts;
    return status;
}

enum status factor_is_due(const struct service *service, int64_t admin, bool *out)
{
    struct factor_facts facts;
    enum status status = factor_facts(service, admin, &facts);

    if (status == STATUS_OK)
        *out = facts.is_required && !facts.is_on;
    return status;
}

/* The host of the public URL: tells two installations apart in an app. */
static const char *host_of(struct arena *arena, const char *url)
{
    const char *at = strstr(url, "://");

    at = at == NULL ? url : at + 3;
    return arena_strndup(arena, at, strcspn(at, "/"));
}

/* otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=…, as apps read it. */
static const char *uri_of(struct arena *arena, const char *host, const char *email,
                          const char *secret)
{
    struct buf uri = {0};

    buf_adds(&uri, "otpauth://totp/Assent%20");
    buf_url(&uri, host);
    buf_adds(&uri, ":");
    buf_url(&uri, email);
    buf_adds(&uri, "?secret=");
    for (const char *c = secret; *c != '\0'; c++)
        buf_addc(&uri, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
    buf_adds(&uri, "&issuer=Assent%20");
    buf_url(&uri, host);
    buf_printf(&uri, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP_S);
    const char *made = arena_strdup(arena, uri.data);
    explicit_bzero(uri.data, uri.len);
    buf_free(&uri);
    return made;
}

enum status factor_offer(const struct service *service, struct arena *arena,
                         const struct admin *admin, struct factor_offer *out)
{
    struct factor factor;
    uint8_t secret[TOTP_SECRET_BYTES];
    char text[TOTP_SECRET_TEXT_BYTES];
    const char *grouped = "";
    enum status status = factors_get(service->store, admin->id, &factor);

    if (status == STATUS_OK && factor.since != 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = totp_open(service->secrets, admin->id, factor.secret, secret);
    if (status != STATUS_OK)
        return status;
    base32_encode(secret, sizeof secret, text);
    for (size_t i = 0; text[i] != '\0'; i += 4)
        grouped = arena_printf(arena, "%s%s%.4s", grouped, i > 0 ? " " : "", text + i);
    *out = (struct factor_offer){
        .secret = grouped,
        .uri = uri_of(arena, host_of(arena, service->conf->public_url), admin->email, text),
    };
    key_memory_wipe(secret, sizeof secret);
    key_memory_wipe(text, sizeof text);
    return STATUS_OK;
}

/* Codes of the app by account, whatever network they are typed in. */
static void code_bucket(const struct service *service, int64_t admin,
                        uint8_t out[THROTTLE_BUCKET_BYTES])
{
    char text[40];

    snprintf(text, sizeof text, "code %lld", (long long)admin);
    secrets_bucket_hash(service->secrets, text, out);
}

/* A code of the app against the secret: fault, and last_step of factor where it is taken. */
static enum status check_app(const struct service *service, const char code[TOTP_CODE_BYTES],
                             int64_t now_s, struct factor *factor, struct factor_checked *out)
{
    const int64_t now = totp_step(now_s);
    uint8_t secret[TOTP_SECRET_BYTES];
    bool found = false;
    int64_t step = 0;
    enum status status = totp_open(service->secrets, factor->admin, factor->secret, secret);

    if (status == STATUS_OK)
        status = totp_find(secret, code, now - FACTOR_DRIFT_STEPS, now + FACTOR_DRIFT_STEPS, &found,
                           &step);
    key_memory_wipe(secret, sizeof secret);
    if (status != STATUS_OK)
        return status;
    if (!found) {
        out->fault = FACTOR_WRONG;
    } else if (step > factor->last_step) {
        out->fault = FACTOR_FINE;
        factor->last_step = step;
    } else if (factor->last_step > now + FACTOR_DRIFT_STEPS) {
        out->fault = FACTOR_CLOCK;
        out->until_s = (factor->last_step + 1) * TOTP_STEP_S;
    } else {
        out->fault = FACTOR_USED;
    }
    return STATUS_OK;
}

static enum status check_recovery(const struct service *service, struct txn *txn,
                                  struct arena *arena, const struct admin *admin, const char *typed,
                                  const struct origin *origin, int64_t now_s,
                                  struct factor_checked *out)
{
    uint8_t hash[RECOVERY_CODE_HASH_BYTES];
    enum status status = STATUS_NOT_FOUND;

    if (recovery_code_hash(service->secrets, admin->id, typed, hash))
        status = recovery_codes_use(txn, admin->id, hash, now_s);
    if (status == STATUS_NOT_FOUND) {
        out->fault = FACTOR_WRONG;
        return STATUS_OK;
    }
    out->was_recovery = true;
    if (status == STATUS_OK)
        status = recovery_codes_left(txn_store(txn), admin->id, &out->codes_left);
    if (status == STATUS_OK)
        status = factor_note(
            service, txn, ENTRY_ADMIN_FACTOR, admin,
            arena_printf(arena, "recovery code used, %lld left", (long long)out->codes_left),
            origin);
    return status;
}

/* The longer of both waits, and the buckets. */
static enum status wait_of(struct txn *txn, uint8_t buckets[2][THROTTLE_BUCKET_BYTES], size_t count,
                           int64_t now_s, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        struct throttle throttle;
        enum status status = throttles_get(txn_store(txn), buckets[i], &throttle);
        if (status != STATUS_OK)
            return status;
        const int64_t wait_s = throttle_wait_s(&throttle, now_s);
        if (wait_s > *out)
            *out = wait_s;
    }
    return STATUS_OK;
}

/* Failures count, a success forgets them. */
static enum status count(struct txn *txn, uint8_t buckets[2][THROTTLE_BUCKET_BYTES], size_t count,
                         bool is_fine, int64_t now_s)
{
    const struct throttle none = {0};
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status =
            is_fine ? throttles_put(txn, buckets[i], &none) : throttle_fail(txn, buckets[i], now_s);
    return status;
}

enum status factor_check(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct admin *admin, const char *typed, const struct origin *origin,
                         int64_t now_s, struct factor_checked *out)
{
    struct factor_checked checked = {0};
    struct factor factor;
    char code[TOTP_CODE_BYTES];
    uint8_t buckets[2][THROTTLE_BUCKET_BYTES];
    const bool is_app = totp_read(typed, code);
    const size_t buckets_count = is_app ? 2 : 1;
    enum status status = factors_get(txn_store(txn), admin->id, &factor);

    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && factor.since == 0)) {
        *out = (struct factor_checked){.fault = FACTOR_OUT_OF_TURN};
        return STATUS_OK;
    }
    throttle_bucket(service, admin->email_key, origin->address, buckets[0]);
    code_bucket(service, admin->id, buckets[1]);
    if (status == STATUS_OK)
        status = wait_of(txn, buckets, buckets_count, now_s, &checked.wait_s);
    if (status == STATUS_OK && checked.wait_s > 0) {
        checked.fault = FACTOR_THROTTLED;
        *out = checked;
        return STATUS_OK;
    }
    if (status == STATUS_OK && is_app)
        status = check_app(service, code, now_s, &factor, &checked);
    else if (status == STATUS_OK)
        status = check_recovery(service, txn, arena, admin, typed, origin, now_s, &checked);
    if (status == STATUS_OK && is_app && checked.fault == FACTOR_FINE)
        status = factors_put(txn, &factor);
    if (status == STATUS_OK)
        status = count(txn, buckets, buckets_count, checked.fault == FACTOR_FINE, now_s);
    if (status == STATUS_OK)
        *out = checked;
    return status;
}
