/*
 * web/admit_api: see admit_api.h.
 */
#include "web/admit_api.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/clock.h"
#include "web/admit.h"
#include "web/app.h"
#include "web/call_limit.h"
#include "web/kore.h"
#include "web/reply.h"
#include "web/reply_head.h"
#include "web/trouble.h"
#include "web/write.h"

void admit_api_problem(struct visit *visit, enum problem problem, const char *detail)
{
    struct buf out = {0};

    if (problem_code(problem) == 401)
        reply_header(visit, "www-authenticate", "Bearer");
    if (problem_code(problem) == 503)
        reply_header(visit, "retry-after", REPLY_RETRY_AFTER_S);
    view_api_problem(&out, app.conf.public_url, problem, detail);
    reply_data(visit, problem_code(problem), "application/problem+json", out.data, out.len);
    buf_free(&out);
}

bool admit_api_stream(struct visit *visit)
{
    if (!(visit->request->flags & HTTP_VERSION_1_0))
        return true;
    admit_api_problem(
        visit, PROBLEM_BAD_REQUEST,
        "Speak HTTP/1.1: in HTTP/1.0 an answer that broke off looks whole. nginx does "
        "so with \"proxy_http_version 1.1\".");
    return false;
}

void admit_api_failure(struct visit *visit, enum status status, const char *where)
{
    trouble_note(app.trouble, status);
    kore_log(LOG_ERR, "%s: %s", where, status_name(status));
    admit_api_problem(visit,
                      status == STATUS_BUSY   ? PROBLEM_BUSY
                      : status == STATUS_FULL ? PROBLEM_NO_ROOM
                                              : PROBLEM_FAILURE,
                      NULL);
}

/* The credentials behind "Bearer " (RFC 6750 section 2.1); NULL: another scheme, or none. */
static const char *bearer(const char *authorization)
{
    if (authorization == NULL || strncasecmp(authorization, "bearer ", 7) != 0)
        return NULL;
    return authorization + 7 + strspn(authorization + 7, " ");
}

bool admit_api_knows(const char *authorization)
{
    const char *text = bearer(authorization);
    struct api_key key;
    if (text == NULL)
        return false;
    struct arena *arena = arena_new();
    enum status status = api_keys_open(&app.reader, arena, text, clock_now_s(), &key);
    arena_free(arena);
    return status == STATUS_OK;
}

struct touch {
    int64_t id, at_s;
};

static enum status touch_run(const struct service *service, struct txn *txn, struct arena *arena,
                             void *context)
{
    const struct touch *touch = context;
    return api_keys_touch(txn, touch->id, touch->at_s);
}

/* draft-ietf-httpapi-ratelimit-headers-10: what is left of the window, and the policy. */
static bool has_calls_left(struct visit *visit, const struct api_key *key)
{
    struct call_share share =
        call_limit_take(app.calls, key->id, API_CALLS_PER_MINUTE, visit->now_s);
    reply_header(visit, "ratelimit-policy",
                 arena_printf(visit->arena, "\"key\";q=%d;w=60", API_CALLS_PER_MINUTE));
    reply_header(visit, "ratelimit",
                 arena_printf(visit->arena, "\"key\";r=%d;t=%d", share.left, share.ends_in_s));
    if (share.is_granted)
        return true;
    reply_header(visit, "retry-after", arena_printf(visit->arena, "%d", share.ends_in_s));
    admit_api_problem(visit, PROBLEM_TOO_MANY_CALLS,
                      arena_printf(visit->arena,
                                   "A key may call %d times a minute. Put more into each call, or "
                                   "wait %d s.",
                                   API_CALLS_PER_MINUTE, share.ends_in_s));
    return false;
}

const struct api_key *admit_api(struct visit *visit, enum api_scope scope)
{
    const char *text = bearer(admit_header(visit, "authorization"));
    struct api_key *key = arena_alloc(visit->arena, sizeof *key);

    if (text == NULL) {
        admit_api_problem(visit, PROBLEM_NO_KEY,
                          "Send the header \"Authorization: Bearer KEY\". Admins make keys in "
                          "Setup, API keys.");
        return NULL;
    }
    enum status status = api_keys_open(visit->service, visit->arena, text, visit->now_s, key);
    if (status == STATUS_NOT_FOUND || status == STATUS_REFUSED) {
        admit_api_problem(visit, PROBLEM_KEY_REFUSED,
                          status == STATUS_REFUSED ? "It was revoked, or its last day is over."
                                                   : "It is not one of this server's.");
        return NULL;
    }
    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "admit_api");
        return NULL;
    }
    if ((key->scopes & scope) == 0) {
        admit_api_problem(visit, PROBLEM_NO_SCOPE,
                          arena_printf(visit->arena, "It would need the scope %s; it has: %s.",
                                       api_scopes_text(visit->arena, scope),
                                       api_scopes_text(visit->arena, key->scopes)));
        return NULL;
    }
    if (!has_calls_left(visit, key))
        return NULL;
    if (api_keys_wants_touch(key, visit->now_s)) {
        struct touch touch = {key->id, visit->now_s};
        write_in_background(touch_run, &touch, sizeof touch, NULL);
    }
    return key;
}
