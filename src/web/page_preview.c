/*
 * web/page_preview: /admin/settings/preview, a recipient's page to look at inside Setup → Settings.
 * It may be framed by pages of ours, and nothing in it is sent or runs (ADMIT_FRAMED).
 */
#include "base/catalogue.h"
#include "service/preview.h"
#include "view/recipient.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"

int page_preview(struct http_request *request);

static void preview(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    const char *page = form_get(&visit->query, "page"), *as = form_get(&visit->query, "as");
    struct preview_request request = {.page = page ? page : "manage", .as = as ? as : ""};
    struct preview found;
    struct buf out = {0};

    if (!session)
        return;
    (void)locale_parse(form_get(&visit->query, "lang"), &request.lang);
    for (int i = 0; i < SETTING_COUNT; i++)
        request.typed[i] = form_get(&visit->query, setting_key((enum setting)i));
    enum status status = preview_look(visit->service, visit->arena, &request, visit->now_s, &found);
    if (status == STATUS_NOT_FOUND) {
        reply_error(visit, 404, ADMIN_TEXT(visit->arena, TEXT_ADMIN_SETTINGS_PREVIEW_NOBODY), "");
        return;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_preview");
        return;
    }
    if (found.is_home)
        view_home(&out, visit->arena, &found.self.brand, (struct speech){.lang = request.lang}, NULL);
    else
        view_self_page(&out, visit->arena, &found.self);
    reply_html(visit, 200, &out);
    buf_free(&out);
}

EXPORT int page_preview(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL | ADMIT_FRAMED, preview);
}
