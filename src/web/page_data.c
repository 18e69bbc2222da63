/*
 * web/page_data: /p/TOKEN/data: what is held of a person, as a file for themselves, and erasing
 * them. Only a button does either; a link that is not fresh offers a fresh one by mail.
 */
#include "service/person_data.h"
#include "view/person_data.h"
#include "view/recipient.h"
#include "web/admit.h"
#include "web/reply.h"
#include "web/self.h"
#include "web/speak.h"
#include "web/write.h"

int page_data(struct http_request *request);

struct data_job {
    struct link_opened link;
    enum rights_act act;
    const char *address, *agent;
    int64_t now_s;
    struct rights_page page; /* as it is shown after erasing, made while the person is known */
    bool is_allowed;
};

static bool look(struct visit *visit, const struct link_opened *link, const char *token,
                 enum rights_step step, struct rights_page *out)
{
    enum status status =
        rights_look(visit->service, visit->arena, link, token, step, visit->now_s, out);

    out->lang_is_asked = visit->speech.is_asked;
    if (status != STATUS_OK)
        reply_failure(visit, status, "page_data");
    return status == STATUS_OK;
}

static void show(struct visit *visit, int code, const struct rights_page *rights)
{
    struct buf page = {0};

    view_rights(&page, visit->arena, rights);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static void answer_file(struct visit *visit, const struct data_job *job)
{
    struct person_data data;
    struct buf file = {0};
    enum status status =
        person_data_read(visit->service, visit->arena, job->link.contact.id, visit->now_s, &data);

    if (status == STATUS_NOT_FOUND) { /* erased by another hand meanwhile */
        reply_error(visit, 410, NULL, NULL);
        return;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_data");
        return;
    }
    view_person_data(&file, &data);
    reply_header(visit, "content-disposition", PERSON_DATA_DISPOSITION);
    reply_json(visit, 200, &file);
    buf_free(&file);
}

static enum status act_run(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct data_job *job = context;

    return rights_by_link(service, txn, arena, &job->link, job->act, job->address, job->agent,
                          job->now_s, &job->is_allowed);
}

static void act_done(struct visit *visit, void *context, enum status status)
{
    const struct data_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_data");
    else if (!job->is_allowed)
        reply_error(visit, 403, speak_text(visit, TEXT_ERROR_LINK),
                    speak_text(visit, TEXT_ERROR_LINK_ADVICE));
    else if (job->act == RIGHTS_ERASE)
        show(visit, 200, &job->page);
    else
        answer_file(visit, job);
}

static void act(struct visit *visit, const struct link_opened *link, const char *token)
{
    struct data_job *job = arena_alloc(visit->arena, sizeof *job);
    const bool erases = form_has(&visit->form, "do", "erase");

    if (!erases && !form_has(&visit->form, "do", "download")) {
        reply_error(visit, 400, speak_text(visit, TEXT_ERROR_FORM),
                    speak_text(visit, TEXT_ERROR_NO_ACT));
        return;
    }
    *job = (struct data_job){.link = *link,
                             .act = erases ? RIGHTS_ERASE : RIGHTS_GIVE,
                             .address = visit->address,
                             .agent = visit->agent,
                             .now_s = visit->now_s};
    if (!look(visit, link, token, erases ? RIGHTS_ERASED : RIGHTS_LOOK, &job->page))
        return;
    if (rights_is_fresh(link, visit->now_s)) {
        write_and_sleep(visit, act_run, job, act_done);
    } else {
        job->page.step = RIGHTS_LOOK;
        show(visit, 403, &job->page);
    }
}

static void data(struct visit *visit)
{
    const char *token = admit_segment(visit, 1);
    const struct link_opened *link = self_admit_token(visit, token, PURPOSE_MANAGE);
    struct rights_page page;

    if (!link)
        return;
    if (link->state != LINK_GOOD) /* its own page says what it is, and what it still can do */
        reply_redirect(visit, arena_printf(visit->arena, "/p/%s", token));
    else if (visit->method == VISIT_POST)
        act(visit, link, token);
    else if (look(visit, link, token,
                  form_has(&visit->query, "show", "erase") ? RIGHTS_ASK : RIGHTS_LOOK, &page))
        show(visit, 200, &page);
}

EXPORT int page_data(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL | ADMIT_ANY_QUERY, data);
}
