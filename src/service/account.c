/*
 * service/account: see the header.
 */
#include "service/account.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/agent.h"
#include "service/factor_note.h"
#include "service/throttle.h"
#include "store/factors.h"

#define TOKEN_BYTES 32
#define ID_BYTES    8

static_assert(ACCOUNT_SESSION_ID_BYTES == 2 * ID_BYTES + 1, "an id as text");

static void put_id(const uint8_t *hash, char out[ACCOUNT_SESSION_ID_BYTES])
{
    for (size_t i = 0; i < ID_BYTES; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

static bool is_over(const struct session *session, int64_t now_s)
{
    return now_s - session->seen_at >= SESSION_IDLE_S ||
           now_s - session->created_at >= SESSION_ABSOLUTE_S ||
           session->seen_at - now_s >= SESSION_IDLE_S ||
           session->created_at - now_s >= SESSION_IDLE_S;
}

/* The /24 or /64 that throttling goes by as well. */
static void put_network(const char *address, char out[ACCOUNT_NETWORK_BYTES])
{
    uint8_t v6[16];
    char text[INET6_ADDRSTRLEN];
    uint8_t v4[4];

    *out = '\0';
    if (inet_pton(AF_INET, address, v4) == 1) {
        snprintf(out, ACCOUNT_NETWORK_BYTES, "%u.%u.%u.0/24", v4[0], v4[1], v4[2]);
    } else if (inet_pton(AF_INET6, address, v6) == 1) {
        memset(v6 + 8, 0, 8);
        if (inet_ntop(AF_INET6, v6, text, sizeof text) != NULL)
            snprintf(out, ACCOUNT_NETWORK_BYTES, "%s/64", text);
    }
}

static struct account_session row_of(const struct session *from, const struct auth_session *session)
{
    struct account_session row = {
        .created_at = from->created_at,
        .seen_at = from->seen_at,
        .address = from->address,
        .kind = NETWORK_RESERVED,
        .browser = agent_browser(from->agent),
        .system = agent_system(from->agent),
        .is_this = memcmp(from->hash, session->hash, sizeof from->hash) == 0,
    };
    struct sockaddr_storage address;

    put_id(from->hash, row.id);
    put_network(from->address, row.network);
    if (network_parse(from->address, &address))
        row.kind = network_of((const struct sockaddr *)&address);
    return row;
}

static int by_seen(const void *a, const void *b)
{
    const struct account_session *one = a, *other = b;

    if (one->is_this != other->is_this)
        return one->is_this ? -1 : 1;
    return (one->seen_at < other->seen_at) - (one->seen_at > other->seen_at);
}

enum status account_sessions(const struct service *service, struct arena *arena,
                             const struct auth_session *session, int64_t now_s,
                             struct account_session **out, size_t *count)
{
    struct session *rows;
    size_t found, kept = 0;
    enum status status = sessions_list_of(service->store, arena, session->admin.id, &rows, &found);

    if (status != STATUS_OK)
        return status;
    struct account_session *list = arena_array(arena, found, sizeof *list);
    for (size_t i = 0; i < found; i++)
        if (!is_over(&rows[i], now_s))
            list[kept++] = row_of(&rows[i], session);
    qsort(list, kept, sizeof *list, by_seen);
    *out = list;
    *count = kept;
    return STATUS_OK;
}

/* "Firefox, Linux, 192.0.2.7", as far as it is known. */
static const char *words_of(struct arena *arena, const struct session *session)
{
    const char *browser = agent_browser(session->agent), *system = agent_system(session->agent);
    const char *words = session->address;

    if (system != NULL)
        words = arena_printf(arena, "%s%s%s", system, *words != '\0' ? ", " : "", words);
    if (browser != NULL)
        words = arena_printf(arena, "%s%s%s", browser, *words != '\0' ? ", " : "", words);
    return words;
}

enum status account_end(const struct service *service, struct txn *txn, struct arena *arena,
                        const struct auth_session *session, const char *id,
                        const struct origin *origin, int64_t now_s, int64_t *ended)
{
    struct session *rows;
    size_t count;
    int64_t gone = 0;
    const char *words = "";
    enum status status = sessions_list_of(txn_store(txn), arena, session->admin.id, &rows, &count);

    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        char own[ACCOUNT_SESSION_ID_BYTES];
        put_id(rows[i].hash, own);
        if (memcmp(rows[i].hash, session->hash, sizeof rows[i].hash) == 0 ||
            is_over(&rows[i], now_s) || (id != NULL && strcmp(id, own) != 0))
            continue;
        status = sessions_delete(txn, rows[i].hash);
        words = words_of(arena, &rows[i]);
        gone++;
    }
    if (status == STATUS_OK && gone > 0)
        status = factor_note(service, txn, ENTRY_ADMIN_SESSIONS, &session->admin,
                             id != NULL
                                 ? arena_printf(arena, "ended: %s", words)
                                 : arena_printf(arena, "ended: all others, %lld", (long long)gone),
                             origin);
    if (status == STATUS_OK)
        *ended = gone;
    return status;
}

void account_check_new(struct account_change *change)
{
    change->password_fault = password_check(change->new);
    if (change->password_fault != PASSWORD_FINE)
        change->fault = ACCOUNT_NEW_BAD;
    else if (strcmp(change->new, change->again) != 0)
        change->fault = ACCOUNT_NEW_DIFFERS;
    else if (strcmp(change->new, change->old) == 0)
        change->fault = ACCOUNT_NEW_SAME;
}

enum status account_hash(struct account_change *change)
{
    change->is_right = auth_check(&change->attempt, change->old);
    return change->is_right ? password_hash(change->new, change->hash) : STATUS_OK;
}

/* All sessions of the admin go, and one comes in the place of theirs: whoever copied its cookie is
 * out too. It is as old as it was. */
static enum status rotate(struct txn *txn, struct arena *arena, struct account_change *change)
{
    uint8_t token[TOKEN_BYTES];
    struct session *rows, own;
    size_t count = 0;
    const int64_t admin = change->session->admin.id;
    enum status status = sessions_get(txn_store(txn), arena, change->session->hash, &own);

    if (status == STATUS_OK)
        status = sessions_list_of(txn_store(txn), arena, admin, &rows, &count);
    if (status == STATUS_OK)
        status = sessions_delete_of(txn, admin);
    if (status == STATUS_OK)
        status = login_steps_delete_of(txn, admin);
    if (status != STATUS_OK)
        return status;
    crypto_random(token, sizeof token);
    crypto_session_hash(token, sizeof token, own.hash);
    crypto_base64url(token, sizeof token, change->cookie, sizeof change->cookie);
    change->ended = (int64_t)count - 1;
    return sessions_insert(txn, &own);
}

enum status account_password(const struct service *service, struct txn *txn, struct arena *arena,
                             struct account_change *change, const struct origin *origin,
                             int64_t now_s)
{
    const struct throttle none = {0};
    struct login_result result;
    struct admin admin;
    enum status status =
        auth_confirm(service, txn, &change->attempt, change->is_right, now_s, &result);

    if (status != STATUS_OK)
        return status;
    if (!result.is_in) {
        change->fault = result.wait_s > 0 ? ACCOUNT_THROTTLED : ACCOUNT_OLD_WRONG;
        change->wait_s = result.wait_s;
        return STATUS_OK;
    }
    status = throttles_put(txn, change->attempt.bucket, &none);
    if (status == STATUS_OK)
        status = admins_get(txn_store(txn), arena, change->session->admin.id, &admin);
    if (status == STATUS_OK) {
        admin.password = change->hash;
        status = admins_put(txn, &admin, &admin.id);
    }
    if (status == STATUS_OK)
        status = rotate(txn, arena, change);
    if (status == STATUS_OK)
        status = factor_note(service, txn, ENTRY_ADMIN_PASSWORD, &admin, NULL, origin);
    return status;
}
