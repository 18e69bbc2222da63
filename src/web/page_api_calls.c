/*
 * web/page_api_calls: Setup → API, for whoever is signed in.
 */
#include "view/api_calls.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/app.h"
#include "web/reply.h"

int page_api_calls(struct http_request *request);

static void show(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct admin_shell shell;
    struct buf page = {0};

    if (!session)
        return;
    shell = admit_admin_shell(session, NULL);
    view_api_calls(&page, visit->arena, &shell, app.conf.public_url);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

EXPORT int page_api_calls(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, show);
}
