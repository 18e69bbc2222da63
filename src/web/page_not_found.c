/*
 * web/page_not_found: every address that no other route knows.
 */
#include "web/admit.h"
#include "web/reply.h"

EXPORT int page_not_found(struct http_request *request);

static void show(struct visit *visit)
{
    reply_error(visit, 404, NULL, NULL);
}

EXPORT int page_not_found(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_NO_FORM, show);
}
