/*
 * web/page_problems: /api/v1/problems: what each problem of the API means, and what to do. Each has
 * an anchor, which is the problem's type. No key is needed.
 */
#include "view/problem.h"
#include "web/admit.h"
#include "web/reply.h"

int page_problems(struct http_request *request);

static void show(struct visit *visit)
{
    struct buf page = {0};
    view_problems(&page, visit->arena);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

EXPORT int page_problems(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_API, show);
}
