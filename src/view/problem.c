/*
 * view/problem: see problem.h.
 */
#include "view/problem.h"

#include <assert.h>

static const struct {
    const char *key; /* behind the # of the type; the page /api/v1/problems has each */
    int code;
    const char *title;
} problems[] = {
    [PROBLEM_NO_KEY] = {"no-key", 401, "Show an API key"},
    [PROBLEM_KEY_REFUSED] = {"key-refused", 401, "This key is not accepted"},
    [PROBLEM_NO_SCOPE] = {"no-scope", 403, "This key may not do that"},
    [PROBLEM_TOO_MANY_CALLS] = {"too-many-calls", 429, "Too many calls with this key"},
    [PROBLEM_NOT_FOUND] = {"not-found", 404, "There is nothing at this address"},
    [PROBLEM_METHOD] = {"method", 405, "This address does not take that method"},
    [PROBLEM_BAD_REQUEST] = {"bad-request", 400, "The request can't be understood"},
    [PROBLEM_BAD_BODY] = {"bad-body", 400, "The body can't be read"},
    [PROBLEM_BODY_TOO_LONG] = {"body-too-long", 413, "The body is too long"},
    [PROBLEM_BODY_TYPE] = {"body-type", 415, "The body's type is not one that is read here"},
    [PROBLEM_UNKNOWN_TOPIC] = {"unknown-topic", 422, "There is no such topic"},
    [PROBLEM_TOO_MANY_ADDRESSES] = {"too-many-addresses", 413, "Too many addresses in one call"},
    [PROBLEM_BUSY] = {"busy", 503, "The server is busy"},
    [PROBLEM_FAILURE] = {"failure", 500, "Something went wrong on our side"},
};
static_assert(sizeof problems / sizeof *problems == PROBLEM_COUNT, "words for every problem");

int problem_code(enum problem problem)
{
    return problems[problem].code;
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
    buf_json(out, problems[problem].title);
    buf_adds(out, ",\"status\":");
    buf_int(out, problems[problem].code);
    if (detail) {
        buf_adds(out, ",\"detail\":");
        buf_json(out, detail);
    }
    buf_adds(out, "}\n");
}
