/*
 * web/api_description: GET /api/v1/openapi.json: what the calls are, for machines. No key is
 * needed.
 */
#include <inttypes.h>
#include <string.h>

#include "view/api.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/app.h"
#include "web/reply.h"

int api_description(struct http_request *request);

/* FNV-1a: tells one version of our own text from the next, and hides nothing. */
static uint64_t digest(const struct buf *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text->len; i++)
        hash = (hash ^ (unsigned char)text->data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static void description(struct visit *visit)
{
    struct buf out = {0};
    view_api_description(&out, app.conf.public_url);
    const char *etag = arena_printf(visit->arena, "\"%016" PRIx64 "\"", digest(&out));
    const char *known = admit_header(visit, "if-none-match");
    reply_header(visit, "etag", etag);
    if (known != NULL && strstr(known, etag) != NULL)
        reply_data(visit, 304, NULL, NULL, 0);
    else
        reply_json(visit, 200, &out);
    buf_free(&out);
}

EXPORT int api_description(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_API, description);
}
