/*
 * service/idempotency: see the header.
 */
#include "service/idempotency.h"

#include <string.h>

#define ROWS_AT_ONE_TIME 500

bool idempotency_read(const char *text, int64_t api_key, int64_t now_s, struct idempotency *out)
{
    struct idempotency asked = {.api_key = api_key, .at = now_s};

    if (text == NULL) {
        *out = asked;
        return true;
    }
    size_t len = strlen(text);
    if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
        text++;
        len -= 2;
    }
    if (len == 0 || len > IDEMPOTENCY_KEY_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    asked.is_asked = true;
    crypto_session_hash((const uint8_t *)text, len, asked.key);
    *out = asked;
    return true;
}

enum status idempotency_find(struct txn *txn, struct arena *arena, struct idempotency *asked,
                             int64_t now_s, enum idempotency_state *state, struct api_call *found)
{
    struct api_call call;

    *state = IDEMPOTENCY_NEW;
    if (!asked->is_asked)
        return STATUS_OK;
    enum status status = api_calls_find(txn_store(txn), arena, asked->api_key, asked->key, &call);
    if (status == STATUS_NOT_FOUND ||
        (status == STATUS_OK && call.at <= now_s - IDEMPOTENCY_KEEP_S))
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    asked->at = call.at;
    *found = call;
    if (memcmp(call.request, asked->request, sizeof call.request) != 0)
        *state = IDEMPOTENCY_OTHER;
    else if (call.code != 0)
        *state = IDEMPOTENCY_ANSWERED;
    else /* a lease from a wrong clock's future is none */
        *state = call.until > now_s && call.until <= now_s + IDEMPOTENCY_LEASE_S ? IDEMPOTENCY_RUNS
                                                                                 : IDEMPOTENCY_DIED;
    return STATUS_OK;
}

enum status idempotency_keep(struct txn *txn, const struct idempotency *asked, int64_t now_s,
                             const struct api_call *answer)
{
    struct api_call call = *answer;

    if (!asked->is_asked)
        return STATUS_OK;
    call.api_key = asked->api_key;
    memcpy(call.key, asked->key, sizeof call.key);
    memcpy(call.request, asked->request, sizeof call.request);
    call.at = asked->at;
    call.until = call.code == 0 ? now_s + IDEMPOTENCY_LEASE_S : 0;
    call.tag = call.tag != NULL ? call.tag : "";
    call.location = call.location != NULL ? call.location : "";
    return api_calls_put(txn, &call);
}

enum status idempotency_sweep(struct txn *txn, int64_t now_s, bool *is_done)
{
    int count = 0;
    enum status status =
        api_calls_delete_old(txn, now_s - IDEMPOTENCY_KEEP_S, ROWS_AT_ONE_TIME, &count);

    *is_done = count < ROWS_AT_ONE_TIME;
    return status;
}
