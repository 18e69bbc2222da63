/*
 * view/problem: see problem.h.
 */
#include "view/problem.h"

#include <assert.h>

#include "base/catalogue.h"

static const struct {
    const char *key; /* behind the # of the type; the page /api/v1/problems has each */
    int code;
    enum text title;
} problems[] = {
    [PROBLEM_NO_KEY] = {"no-key", 401, TEXT_ADMIN_PROBLEM_NO_KEY},
    [PROBLEM_KEY_REFUSED] = {"key-refused", 401, TEXT_ADMIN_PROBLEM_KEY_REFUSED},
    [PROBLEM_NO_SCOPE] = {"no-scope", 403, TEXT_ADMIN_PROBLEM_NO_SCOPE},
    [PROBLEM_TOO_MANY_CALLS] = {"too-many-calls", 429, TEXT_ADMIN_PROBLEM_TOO_MANY_CALLS},
    [PROBLEM_NOT_FOUND] = {"not-found", 404, TEXT_ADMIN_PROBLEM_NOT_FOUND},
    [PROBLEM_METHOD] = {"method", 405, TEXT_ADMIN_PROBLEM_METHOD},
    [PROBLEM_BAD_REQUEST] = {"bad-request", 400, TEXT_ADMIN_PROBLEM_BAD_REQUEST},
    [PROBLEM_BAD_BODY] = {"bad-body", 400, TEXT_ADMIN_PROBLEM_BAD_BODY},
    [PROBLEM_BODY_TOO_LONG] = {"body-too-long", 413, TEXT_ADMIN_PROBLEM_BODY_TOO_LONG},
    [PROBLEM_BODY_TYPE] = {"body-type", 415, TEXT_ADMIN_PROBLEM_BODY_TYPE},
    [PROBLEM_UNKNOWN_TOPIC] = {"unknown-topic", 422, TEXT_ADMIN_PROBLEM_UNKNOWN_TOPIC},
    [PROBLEM_TOO_MANY_ADDRESSES] = {"too-many-addresses", 413,
                                    TEXT_ADMIN_PROBLEM_TOO_MANY_ADDRESSES},
    [PROBLEM_NO_CONTACT] = {"no-contact", 404, TEXT_ADMIN_PROBLEM_NO_CONTACT},
    [PROBLEM_BAD_MEMBER] = {"bad-member", 422, TEXT_ADMIN_PROBLEM_BAD_MEMBER},
    [PROBLEM_NEEDS_CONSENT] = {"needs-consent", 422, TEXT_ADMIN_PROBLEM_NEEDS_CONSENT},
    [PROBLEM_SUPPRESSED] = {"suppressed", 422, TEXT_ADMIN_PROBLEM_SUPPRESSED},
    [PROBLEM_EMAIL_TAKEN] = {"email-taken", 409, TEXT_ADMIN_PROBLEM_EMAIL_TAKEN},
    [PROBLEM_TOPIC_RETIRED] = {"topic-retired", 422, TEXT_ADMIN_PROBLEM_TOPIC_RETIRED},
    [PROBLEM_CHANGED] = {"changed", 412, TEXT_ADMIN_PROBLEM_CHANGED},
    [PROBLEM_TOO_MANY_CONTACTS] = {"too-many-contacts", 413, TEXT_ADMIN_PROBLEM_TOO_MANY_CONTACTS},
    [PROBLEM_BAD_IDEMPOTENCY_KEY] = {"bad-idempotency-key", 400,
                                     TEXT_ADMIN_PROBLEM_BAD_IDEMPOTENCY_KEY},
    [PROBLEM_IDEMPOTENCY_KEY_USED] = {"idempotency-key-used", 422,
                                      TEXT_ADMIN_PROBLEM_IDEMPOTENCY_KEY_USED},
    [PROBLEM_STILL_RUNNING] = {"still-running", 409, TEXT_ADMIN_PROBLEM_STILL_RUNNING},
    [PROBLEM_POSITION_AHEAD] = {"position-ahead", 422, TEXT_ADMIN_PROBLEM_POSITION_AHEAD},
    [PROBLEM_TOO_MANY_STREAMS] = {"too-many-streams", 429, TEXT_ADMIN_PROBLEM_TOO_MANY_STREAMS},
    [PROBLEM_NO_ROOM] = {"no-room", 507, TEXT_ADMIN_PROBLEM_NO_ROOM},
    [PROBLEM_BUSY] = {"busy", 503, TEXT_ADMIN_PROBLEM_BUSY},
    [PROBLEM_FAILURE] = {"failure", 500, TEXT_ADMIN_PROBLEM_FAILURE},
};
static_assert(sizeof problems / sizeof *problems == PROBLEM_COUNT, "words for each");

int problem_code(enum problem problem)
{
    return problems[problem].code;
}

const char *problem_key(enum problem problem)
{
    return problems[problem].key;
}

enum problem problem_of_code(int code)
{
    switch (code) {
    case 401:
        return PROBLEM_NO_KEY;
    case 403:
        return PROBLEM_NO_SCOPE;
    case 404:
        return PROBLEM_NOT_FOUND;
    case 405:
        return PROBLEM_METHOD;
    case 413:
        return PROBLEM_BODY_TOO_LONG;
    case 415:
        return PROBLEM_BODY_TYPE;
    case 507:
        return PROBLEM_NO_ROOM;
    case 503:
        return PROBLEM_BUSY;
    default:
        return code >= 500 ? PROBLEM_FAILURE : PROBLEM_BAD_REQUEST;
    }
}

void view_api_problem(struct buf *out, const char *public_url, enum problem problem,
                      const char *detail)
{
    buf_adds(out, "{\"type\":");
    struct buf type = {0};
    buf_printf(&type, "%s/api/v1/problems#%s", public_url, problems[problem].key);
    buf_json(out, type.data);
    buf_free(&type);
    buf_adds(out, ",\"title\":");
    struct arena *arena = arena_new();
    buf_json(out, catalogue_text(arena, LOCALE_EN, problems[problem].title, NULL, 0));
    arena_free(arena);
    buf_adds(out, ",\"status\":");
    buf_int(out, problems[problem].code);
    if (detail) {
        buf_adds(out, ",\"detail\":");
        buf_json(out, detail);
    }
    buf_adds(out, "}\n");
}
