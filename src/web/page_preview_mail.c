/*
 * web/page_preview_mail: /admin/settings/preview/mail, a mail of ours to look at. Mails bring their
 * style with them, so they have a policy of their own (ADMIT_MAIL).
 */
#include "service/preview_letter.h"
#include "view/letter.h"
#include "web/admit.h"
#include "web/page_preview.h"
#include "web/reply.h"

int page_preview_mail(struct http_request *request);

static void preview_mail(struct visit *visit)
{
    struct preview_request request;
    struct letter_page letter;
    struct buf html = {0}, text = {0};
    const char *subject;

    if (!preview_read(visit, &request) ||
        !preview_is_found(
            visit, preview_letter(visit->service, visit->arena, &request, visit->now_s, &letter)))
        return;
    view_letter(&html, &text, &subject, visit->arena, &letter);
    reply_html(visit, 200, &html);
    buf_free(&html);
    buf_free(&text);
}

EXPORT int page_preview_mail(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL | ADMIT_MAIL, preview_mail);
}
