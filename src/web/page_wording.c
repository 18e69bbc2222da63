/*
 * web/page_wording: the texts that people saw when choosing: /admin/wording, /admin/wording/NUMBER
 * with the number of an entry's wording, and /p/TOKEN/wording?entry=N, /u/… for the person
 * themselves.
 */
#include <stdlib.h>

#include "base/campaign.h"
#include "base/catalogue.h"
#include "view/wording.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"
#include "web/self.h"

#define ROWS 50

int page_wordings(struct http_request *request);
int page_wording(struct http_request *request);
int page_seen(struct http_request *request);

static void wordings(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct wording_listed *rows;
    struct buf page = {0};
    int64_t before = 0;
    size_t count;

    if (!session)
        return;
    if (!form_get_int(&visit->query, "before", 1, INT64_MAX, &before))
        before = 0;
    enum status status =
        wording_list(visit->service, visit->arena, before, ROWS + 1, &rows, &count);
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_wordings");
        return;
    }
    const struct admin_shell shell = admit_admin_shell(session, NULL);
    view_wording_list(&page, visit->arena, &shell, rows, count > ROWS ? ROWS : count, count > ROWS);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

EXPORT int page_wordings(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, wordings);
}

static void one_wording(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct wording_shown shown;
    struct buf page = {0};
    enum status status = STATUS_NOT_FOUND;

    if (!session)
        return;
    const long long number = strtoll(visit->rest, NULL, 10);
    if (number > 0 && number <= INT32_MAX)
        status = wording_show(visit->service, visit->arena, (int32_t)number, &shown);
    if (status == STATUS_NOT_FOUND) {
        admit_admin_error(visit, session, 404,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NO_WORDING),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NO_WORDING_ADVICE));
        return;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_wording");
        return;
    }
    const struct admin_shell shell = admit_admin_shell(session, NULL);
    view_wording(&page, visit->arena, &shell, &shown);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

EXPORT int page_wording(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, one_wording);
}

static void seen_by_person(struct visit *visit)
{
    const bool is_manage = visit->path[1] == 'p';
    const char *token = admit_segment(visit, 1);
    const struct link_opened *link =
        self_admit_token(visit, token, is_manage ? PURPOSE_MANAGE : PURPOSE_UNSUBSCRIBE);
    struct position position = {0};
    struct past_seen seen;
    struct buf page = {0};

    if (!link)
        return;
    if (!form_get_int(&visit->query, "entry", 1, INT64_MAX, &position.value))
        position.value = 0;
    enum status status = past_seen(visit->service, visit->arena, link, token, position, &seen);
    if (status == STATUS_NOT_FOUND) {
        reply_error(visit, 404, NULL, NULL);
        return;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_seen");
        return;
    }
    seen.lang_is_asked = visit->speech.is_asked;
    seen.campaign = campaign_or_null(form_get(&visit->query, "c"));
    view_seen(&page, visit->arena, &seen);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

EXPORT int page_seen(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, seen_by_person);
}
