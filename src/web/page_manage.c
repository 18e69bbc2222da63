/*
 * web/page_manage: /p/TOKEN, where a recipient chooses what to receive.
 */
#include "base/campaign.h"
#include "view/past.h"
#include "web/admit.h"
#include "web/reply.h"
#include "web/self.h"
#include "web/speak.h"

int page_manage(struct http_request *request);

/* ?show=history: on a page of its own, so that the first visit stays small; &before=POSITION: what
 * lies behind that change. */
static void show_past(struct visit *visit, const struct link_opened *link)
{
    struct past_page past;
    struct buf page = {0};
    struct position before = {0};

    if (!form_get_int(&visit->query, "before", 1, INT64_MAX, &before.value))
        before.value = 0;
    enum status status = past_list(visit->service, visit->arena, link, visit->rest, before, &past);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_manage");
        return;
    }
    past.lang_is_asked = visit->speech.is_asked;
    past.campaign = campaign_or_null(form_get(&visit->query, "c"));
    view_past(&page, visit->arena, &past);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

/* ?show=data: the page's link to /p/TOKEN/data, which stays short without the token. */
static void lead_to_data(struct visit *visit)
{
    const struct speech speech = visit->speech;

    reply_redirect(visit, arena_printf(visit->arena, "/p/%s/data%s%s", visit->rest,
                                       speech.is_asked ? "?lang=" : "",
                                       speech.is_asked ? locale_tag(speech.lang) : ""));
}

static void manage(struct visit *visit)
{
    const struct link_opened *link = self_admit(visit, PURPOSE_MANAGE);
    struct self_request request;
    enum self_act act;

    if (!link)
        return;
    if (visit->method != VISIT_POST && link->state == LINK_GOOD &&
        form_has(&visit->query, "show", "history")) {
        show_past(visit, link);
        return;
    }
    if (visit->method != VISIT_POST && form_has(&visit->query, "show", "data")) {
        lead_to_data(visit);
        return;
    }
    if (visit->method != VISIT_POST || !self_can_act(link)) {
        self_show(visit, link, false);
        return;
    }
    act = self_act_of(visit);
    if (act == SELF_LOOK)
        reply_error(visit, 400, speak_text(visit, TEXT_ERROR_FORM),
                    speak_text(visit, TEXT_ERROR_NO_ACT));
    else if (self_read(visit, act, &request))
        self_do(visit, link, &request, false);
}

EXPORT int page_manage(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL | ADMIT_ANY_QUERY, manage);
}
