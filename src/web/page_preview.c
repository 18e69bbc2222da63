/*
 * web/page_preview: /admin/settings/preview, a recipient's page to look at inside Setup → Settings.
 * It may be framed by pages of ours, and nothing in it is sent or runs (ADMIT_FRAMED).
 */
#include "web/page_preview.h"

#include "base/catalogue.h"
#include "view/recipient.h"
#include "view/requests.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"

int page_preview(struct http_request *request);

bool preview_read(struct visit *visit, struct preview_request *out)
{
    const char *page = form_get(&visit->query, "page"), *as = form_get(&visit->query, "as");
    struct preview_request request = {.page = page ? page : "manage", .as = as ? as : ""};

    if (!admit_admin(visit, ROLE_VIEWER))
        return false;
    (void)locale_parse(form_get(&visit->query, "lang"), &request.lang);
    for (int i = 0; i < SETTING_COUNT; i++)
        request.typed[i] = form_get(&visit->query, setting_key((enum setting)i));
    *out = request;
    return true;
}

bool preview_is_found(struct visit *visit, enum status status)
{
    if (status == STATUS_NOT_FOUND)
        reply_error(visit, 404, ADMIN_TEXT(visit->arena, TEXT_ADMIN_SETTINGS_PREVIEW_NOBODY), "");
    else if (status != STATUS_OK)
        reply_failure(visit, status, "page_preview");
    return status == STATUS_OK;
}

static void draw(struct buf *out, struct arena *arena, const struct preview *found,
                 struct speech speech)
{
    const struct brand *brand = &found->self.brand;

    switch (found->kind) {
    case PREVIEW_SELF:
        view_self_page(out, arena, &found->self);
        break;
    case PREVIEW_HOME:
        view_home(out, arena, brand, speech, NULL);
        break;
    case PREVIEW_HOW:
        view_how(out, arena, brand, speech);
        break;
    case PREVIEW_ASKED:
        view_asked(out, arena, brand, speech, ASKED_LINK_KNOWN, found->self.masked_email);
        break;
    case PREVIEW_JOIN:
        view_join(out, arena, &found->join, speech);
        break;
    case PREVIEW_CONFIRM:
        view_confirm(out, arena, &found->confirm, speech);
        break;
    }
}

static void preview(struct visit *visit)
{
    struct preview_request request;
    struct preview found;
    struct buf out = {0};

    if (!preview_read(visit, &request) ||
        !preview_is_found(
            visit, preview_look(visit->service, visit->arena, &request, visit->now_s, &found)))
        return;
    draw(&out, visit->arena, &found, (struct speech){.lang = request.lang});
    reply_html(visit, 200, &out);
    buf_free(&out);
}

EXPORT int page_preview(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL | ADMIT_FRAMED, preview);
}
