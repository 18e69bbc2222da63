/*
 * web/page_how: /how, the recipients' page on what the links are and do.
 */
#include "view/recipient.h"
#include "web/admit.h"
#include "web/reply.h"
#include "web/speak.h"

int page_how(struct http_request *request);

static void show_how(struct visit *visit)
{
    struct brand brand;
    struct buf page = {0};
    enum status status = brand_get(visit->service, visit->arena, &brand);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_how");
        return;
    }
    view_how(&page, visit->arena, &brand, speak(visit, NULL));
    reply_html(visit, 200, &page);
    buf_free(&page);
}

EXPORT int page_how(struct http_request *request)
{
    return admit(request, ADMIT_GET, show_how);
}
