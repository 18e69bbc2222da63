/*
 * web/page_confirm: /c/TOKEN, the link in a mail that asks for a confirmation. GET shows what is
 * asked; only a button acts.
 */
#include <string.h>

#include "service/confirm.h"
#include "view/requests.h"
#include "web/admit.h"
#include "web/form_wording.h"
#include "web/link_count.h"
#include "web/reply.h"
#include "web/speak.h"
#include "web/write.h"

int page_confirm(struct http_request *request);

static int code_of(enum confirm_state state)
{
    return state == CONFIRM_BROKEN                                ? 404
           : state == CONFIRM_REVOKED || state == CONFIRM_EXPIRED ? 410
                                                                  : 200;
}

static void answer(struct visit *visit, const struct confirm_page *page)
{
    struct buf out = {0};

    view_confirm(&out, visit->arena, page, speak_speech(visit));
    reply_html(visit, code_of(page->state), &out);
    buf_free(&out);
}

struct confirm_job {
    struct confirm_opened link;
    const char *token;
    struct confirm_request request;
    int64_t now_s;
    struct confirm_page page;
};

static enum status confirm_run(const struct service *service, struct txn *txn, struct arena *arena,
                               void *context)
{
    struct confirm_job *job = context;

    return confirm_act(service, txn, arena, &job->link, job->token, &job->request, job->now_s,
                       &job->page);
}

static void confirm_done(struct visit *visit, void *context, enum status status)
{
    const struct confirm_job *job = context;

    if (status == STATUS_OK)
        answer(visit, &job->page);
    else
        reply_failure(visit, status, "page_confirm");
}

static enum confirm_act act_of(const struct visit *visit)
{
    static const char *const names[CONFIRM_ACT_COUNT] = {
        [CONFIRM_YES] = "confirm", [CONFIRM_NO] = "decline", [CONFIRM_UNDO] = "undo"};
    const char *wanted = form_get(&visit->form, "do");

    for (int act = 0; wanted && act < CONFIRM_ACT_COUNT; act++)
        if (names[act] && strcmp(names[act], wanted) == 0)
            return (enum confirm_act)act;
    return CONFIRM_LOOK;
}

static void confirm(struct visit *visit)
{
    struct confirm_job *job = arena_alloc(visit->arena, sizeof *job);
    enum status status =
        confirm_open(visit->service, visit->arena, visit->rest, visit->now_s, &job->link);
    enum confirm_act act = act_of(visit);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_confirm");
        return;
    }
    link_count(visit, visit->rest,
               job->link.state == CONFIRM_BROKEN    ? LINK_BROKEN
               : job->link.state == CONFIRM_REVOKED ? LINK_REVOKED
                                                    : LINK_GOOD,
               &job->link.claims);
    job->token = visit->rest;
    job->now_s = visit->now_s;
    job->link.lang = speak(visit, job->link.confirmation.language).lang;
    job->request = (struct confirm_request){.act = act,
                                            .lang = job->link.lang,
                                            .wording = form_wording(visit),
                                            .address = visit->address,
                                            .agent = visit->agent};
    if (visit->method == VISIT_POST && job->link.state >= CONFIRM_OPEN) {
        if (act == CONFIRM_LOOK)
            reply_error(visit, 400, speak_text(visit, TEXT_ERROR_FORM),
                        speak_text(visit, TEXT_ERROR_NO_ACT));
        else
            write_and_sleep(visit, confirm_run, job, confirm_done);
        return;
    }
    status = confirm_look(visit->service, visit->arena, &job->link, visit->rest, visit->now_s,
                          &job->page);
    confirm_done(visit, job, status);
}

EXPORT int page_confirm(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL | ADMIT_ANY_QUERY, confirm);
}
