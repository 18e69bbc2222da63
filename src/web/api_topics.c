/*
 * web/api_topics: GET /api/v1/topics: what one can subscribe to. Any key may read it.
 */
#include "service/operator.h"
#include "view/api.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/reply.h"

int api_topics(struct http_request *request);
int api_not_found(struct http_request *request);

static void topics(struct visit *visit)
{
    struct topic *list;
    size_t count;

    if (admit_api(visit, (enum api_scope)API_SCOPES_ALL) == NULL)
        return;
    enum status status = operator_topics(visit->service, visit->arena, &list, &count);
    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_topics");
        return;
    }
    struct buf out = {0};
    view_api_topics(&out, list, count);
    reply_json(visit, 200, &out);
    buf_free(&out);
}

EXPORT int api_topics(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_API, topics);
}

static void not_found(struct visit *visit)
{
    admit_api_problem(visit, PROBLEM_NOT_FOUND, "The calls are listed in Setup, API.");
}

EXPORT int api_not_found(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_API | ADMIT_NO_FORM, not_found);
}
