/*
 * web/page_unsubscribe: /u/TOKEN. GET shows one button; POST acts: a page's button names its act, a
 * mail program's one-click POST (RFC 8058) names none and may carry any body (REQUIREMENTS U2–U4).
 */
#include "web/admit.h"
#include "web/self.h"

int page_unsubscribe(struct http_request *request);

static void unsubscribe(struct visit *visit)
{
    const struct link_opened *link = self_admit(visit, PURPOSE_UNSUBSCRIBE);
    struct self_request request;
    enum self_act act;
    bool is_one_click;

    if (!link)
        return;
    if (visit->method != VISIT_POST) {
        self_show(visit, link, false);
        return;
    }
    act = self_act_of(visit);
    is_one_click = act == SELF_LOOK || act == SELF_SAVE;
    if (!self_can_act(link)) {
        self_show(visit, link, is_one_click);
        return;
    }
    if (!self_read(visit, is_one_click ? SELF_STOP_TOPIC : act, &request))
        return;
    request.is_one_click = is_one_click;
    self_do(visit, link, &request, is_one_click);
}

EXPORT int page_unsubscribe(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL | ADMIT_ANY_BODY, unsubscribe);
}
