/*
 * web/page_help: Setup → Help, for whoever is signed in.
 */
#include "view/admin.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"

int page_help(struct http_request *request);

static void help(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct admin_shell shell;
    struct buf page = {0};

    if (!session)
        return;
    shell = admit_admin_shell(session, NULL);
    view_help(&page, visit->arena, &shell, form_get(&visit->query, "task"));
    reply_html(visit, 200, &page);
    buf_free(&page);
}

EXPORT int page_help(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL | ADMIT_FILMS, help);
}
