/*
 * view/problem: see problem.h.
 */
#include "view/problem.h"

#include <assert.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/problem_model.h"

static const struct {
    const char *key; /* behind the # of the type; the page /api/v1/problems has each */
    int code;
    enum text title, about;
} problems[] = {
    [PROBLEM_NO_KEY] = {"no-key", 401, TEXT_ADMIN_PROBLEM_NO_KEY, TEXT_ADMIN_PROBLEM_ABOUT_NO_KEY},
    [PROBLEM_KEY_REFUSED] = {"key-refused", 401, TEXT_ADMIN_PROBLEM_KEY_REFUSED,
                             TEXT_ADMIN_PROBLEM_ABOUT_KEY_REFUSED},
    [PROBLEM_NO_SCOPE] = {"no-scope", 403, TEXT_ADMIN_PROBLEM_NO_SCOPE,
                          TEXT_ADMIN_PROBLEM_ABOUT_NO_SCOPE},
    [PROBLEM_TOO_MANY_CALLS] = {"too-many-calls", 429, TEXT_ADMIN_PROBLEM_TOO_MANY_CALLS,
                                TEXT_ADMIN_PROBLEM_ABOUT_TOO_MANY_CALLS},
    [PROBLEM_NOT_FOUND] = {"not-found", 404, TEXT_ADMIN_PROBLEM_NOT_FOUND,
                           TEXT_ADMIN_PROBLEM_ABOUT_NOT_FOUND},
    [PROBLEM_METHOD] = {"method", 405, TEXT_ADMIN_PROBLEM_METHOD, TEXT_ADMIN_PROBLEM_ABOUT_METHOD},
    [PROBLEM_BAD_REQUEST] = {"bad-request", 400, TEXT_ADMIN_PROBLEM_BAD_REQUEST,
                             TEXT_ADMIN_PROBLEM_ABOUT_BAD_REQUEST},
    [PROBLEM_BAD_TIME] = {"bad-time", 400, TEXT_ADMIN_PROBLEM_BAD_TIME,
                          TEXT_ADMIN_PROBLEM_ABOUT_BAD_TIME},
    [PROBLEM_BAD_BODY] = {"bad-body", 400, TEXT_ADMIN_PROBLEM_BAD_BODY,
                          TEXT_ADMIN_PROBLEM_ABOUT_BAD_BODY},
    [PROBLEM_BODY_TOO_LONG] = {"body-too-long", 413, TEXT_ADMIN_PROBLEM_BODY_TOO_LONG,
                               TEXT_ADMIN_PROBLEM_ABOUT_BODY_TOO_LONG},
    [PROBLEM_BODY_TYPE] = {"body-type", 415, TEXT_ADMIN_PROBLEM_BODY_TYPE,
                           TEXT_ADMIN_PROBLEM_ABOUT_BODY_TYPE},
    [PROBLEM_UNKNOWN_TOPIC] = {"unknown-topic", 422, TEXT_ADMIN_PROBLEM_UNKNOWN_TOPIC,
                               TEXT_ADMIN_PROBLEM_ABOUT_UNKNOWN_TOPIC},
    [PROBLEM_TOO_MANY_ADDRESSES] = {"too-many-addresses", 413,
                                    TEXT_ADMIN_PROBLEM_TOO_MANY_ADDRESSES,
                                    TEXT_ADMIN_PROBLEM_ABOUT_TOO_MANY_ADDRESSES},
    [PROBLEM_NO_CONTACT] = {"no-contact", 404, TEXT_ADMIN_PROBLEM_NO_CONTACT,
                            TEXT_ADMIN_PROBLEM_ABOUT_NO_CONTACT},
    [PROBLEM_BAD_MEMBER] = {"bad-member", 422, TEXT_ADMIN_PROBLEM_BAD_MEMBER,
                            TEXT_ADMIN_PROBLEM_ABOUT_BAD_MEMBER},
    [PROBLEM_NEEDS_CONSENT] = {"needs-consent", 422, TEXT_ADMIN_PROBLEM_NEEDS_CONSENT,
                               TEXT_ADMIN_PROBLEM_ABOUT_NEEDS_CONSENT},
    [PROBLEM_SUPPRESSED] = {"suppressed", 422, TEXT_ADMIN_PROBLEM_SUPPRESSED,
                            TEXT_ADMIN_PROBLEM_ABOUT_SUPPRESSED},
    [PROBLEM_EMAIL_TAKEN] = {"email-taken", 409, TEXT_ADMIN_PROBLEM_EMAIL_TAKEN,
                             TEXT_ADMIN_PROBLEM_ABOUT_EMAIL_TAKEN},
    [PROBLEM_TOPIC_RETIRED] = {"topic-retired", 422, TEXT_ADMIN_PROBLEM_TOPIC_RETIRED,
                               TEXT_ADMIN_PROBLEM_ABOUT_TOPIC_RETIRED},
    [PROBLEM_CHANGED] = {"changed", 412, TEXT_ADMIN_PROBLEM_CHANGED,
                         TEXT_ADMIN_PROBLEM_ABOUT_CHANGED},
    [PROBLEM_TOO_MANY_CONTACTS] = {"too-many-contacts", 413, TEXT_ADMIN_PROBLEM_TOO_MANY_CONTACTS,
                                   TEXT_ADMIN_PROBLEM_ABOUT_TOO_MANY_CONTACTS},
    [PROBLEM_BAD_IDEMPOTENCY_KEY] = {"bad-idempotency-key", 400,
                                     TEXT_ADMIN_PROBLEM_BAD_IDEMPOTENCY_KEY,
                                     TEXT_ADMIN_PROBLEM_ABOUT_BAD_IDEMPOTENCY_KEY},
    [PROBLEM_IDEMPOTENCY_KEY_USED] = {"idempotency-key-used", 422,
                                      TEXT_ADMIN_PROBLEM_IDEMPOTENCY_KEY_USED,
                                      TEXT_ADMIN_PROBLEM_ABOUT_IDEMPOTENCY_KEY_USED},
    [PROBLEM_STILL_RUNNING] = {"still-running", 409, TEXT_ADMIN_PROBLEM_STILL_RUNNING,
                               TEXT_ADMIN_PROBLEM_ABOUT_STILL_RUNNING},
    [PROBLEM_POSITION_AHEAD] = {"position-ahead", 422, TEXT_ADMIN_PROBLEM_POSITION_AHEAD,
                                TEXT_ADMIN_PROBLEM_ABOUT_POSITION_AHEAD},
    [PROBLEM_TOO_MANY_STREAMS] = {"too-many-streams", 429, TEXT_ADMIN_PROBLEM_TOO_MANY_STREAMS,
                                  TEXT_ADMIN_PROBLEM_ABOUT_TOO_MANY_STREAMS},
    [PROBLEM_TOO_SLOW] = {"too-slow", 408, TEXT_ADMIN_PROBLEM_TOO_SLOW,
                          TEXT_ADMIN_PROBLEM_ABOUT_TOO_SLOW},
    [PROBLEM_NO_ROOM] = {"no-room", 507, TEXT_ADMIN_PROBLEM_NO_ROOM,
                         TEXT_ADMIN_PROBLEM_ABOUT_NO_ROOM},
    [PROBLEM_NO_SIGNING_KEY] = {"no-signing-key", 503, TEXT_ADMIN_PROBLEM_NO_SIGNING_KEY,
                                TEXT_ADMIN_PROBLEM_ABOUT_NO_SIGNING_KEY},
    [PROBLEM_REPORT_ID_USED] = {"report-id-used", 409, TEXT_ADMIN_PROBLEM_REPORT_ID_USED,
                                TEXT_ADMIN_PROBLEM_ABOUT_REPORT_ID_USED},
    [PROBLEM_TOO_MANY_REPORTS] = {"too-many-reports", 413, TEXT_ADMIN_PROBLEM_TOO_MANY_REPORTS,
                                  TEXT_ADMIN_PROBLEM_ABOUT_TOO_MANY_REPORTS},
    [PROBLEM_BUSY] = {"busy", 503, TEXT_ADMIN_PROBLEM_BUSY, TEXT_ADMIN_PROBLEM_ABOUT_BUSY},
    [PROBLEM_FAILURE] = {"failure", 500, TEXT_ADMIN_PROBLEM_FAILURE,
                         TEXT_ADMIN_PROBLEM_ABOUT_FAILURE},
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
    case 408:
        return PROBLEM_TOO_SLOW;
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
    view_api_problem_as(out, public_url, problem, problems[problem].code, detail);
}

void view_api_problem_as(struct buf *out, const char *public_url, enum problem problem, int code,
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
    buf_int(out, code);
    if (detail) {
        buf_adds(out, ",\"detail\":");
        buf_json(out, detail);
    }
    buf_adds(out, "}\n");
}

static const char *words(struct arena *arena, enum text text)
{
    return catalogue_text(arena, LOCALE_EN, text, NULL, 0);
}

void view_problems(struct buf *out, struct arena *arena)
{
    struct problem_row rows[PROBLEM_COUNT];
    const struct problems_view view = {.rows = rows, .rows_count = PROBLEM_COUNT};
    for (size_t i = 0; i < PROBLEM_COUNT; i++)
        rows[i] = (struct problem_row){.key = problems[i].key,
                                       .code = problems[i].code,
                                       .title = words(arena, problems[i].title),
                                       .about = words(arena, problems[i].about)};
    template_problems(out, &view);
}
