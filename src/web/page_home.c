/*
 * web/page_home: the front page, and what robots are told.
 */
#include "view/recipient.h"
#include "web/admit.h"
#include "web/reply.h"
#include "web/speak.h"

int page_home(struct http_request *request);
int page_robots(struct http_request *request);

static void show_home(struct visit *visit)
{
    struct brand brand;
    struct buf page = {0};
    enum status status = brand_get(visit->service, visit->arena, &brand);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_home");
        return;
    }
    view_home(&page, visit->arena, &brand, speak(visit, NULL));
    reply_html(visit, 200, &page);
    buf_free(&page);
}

EXPORT int page_home(struct http_request *request)
{
    return admit(request, ADMIT_GET, show_home);
}

static void show_robots(struct visit *visit)
{
    reply_text(visit, 200, "User-agent: *\nDisallow: /p/\nDisallow: /u/\nDisallow: /admin\n");
}

EXPORT int page_robots(struct http_request *request)
{
    return admit(request, ADMIT_GET, show_robots);
}
