/*
 * web/page_account_factor: My account → Second factor: setting it up, its recovery codes, turning
 * it off. Whoever must have one and has none can open this page and nothing else.
 *
 * Recovery codes stand on the answer to the form that made them, and on no other page.
 */
#include <string.h>

#include "base/catalogue.h"
#include "service/factor.h"
#include "view/account.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/offload.h"
#include "web/reply.h"
#include "web/write.h"

int page_account_factor(struct http_request *request);

typedef enum status act_run(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct factor_act *act, struct factor_done *out);

static const struct {
    const char *name;
    enum factor_form form;
    act_run *run;
    bool asks_password;
} acts[] = {
    {"begin", FACTOR_FORM_BEGIN, factor_begin, true},
    {"on", FACTOR_FORM_ON, factor_turn_on, false},
    {"renew", FACTOR_FORM_RENEW, factor_renew, true},
    {"off", FACTOR_FORM_OFF, factor_turn_off, true},
};
#define ACTS (sizeof acts / sizeof *acts)

struct factor_job {
    size_t what; /* of acts */
    const char *password;
    struct factor_act act;
    struct factor_done done;
};

static void answer(struct visit *visit, const struct auth_session *session, int code,
                   const struct factor_job *job)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct account_factor_show show = {.now_s = visit->now_s};
    struct factor_offer offer;
    struct buf page = {0};
    enum status status = factor_facts(visit->service, session->admin.id, &show.facts);

    if (status == STATUS_OK)
        status = factor_offer(visit->service, visit->arena, &session->admin, &offer);
    if (status == STATUS_OK)
        show.offer = &offer;
    else if (status != STATUS_NOT_FOUND) {
        reply_failure(visit, status, "page_account_factor");
        return;
    }
    if (job != NULL) {
        show.form = acts[job->what].form;
        show.done = &job->done;
    }
    show.is_due = show.facts.is_required && !show.facts.is_on;
    view_account_factor(&page, visit->arena, &shell, &show);
    reply_html(visit, code, &page);
    explicit_bzero(page.data, page.len);
    buf_free(&page);
}

static enum status check_run(const struct service *service, struct arena *arena, void *context)
{
    struct factor_job *job = context;

    job->act.is_right = auth_check(&job->act.attempt, job->password);
    return STATUS_OK;
}

static enum status act_write(const struct service *service, struct txn *txn, struct arena *arena,
                             void *context)
{
    struct factor_job *job = context;

    return acts[job->what].run(service, txn, arena, &job->act, &job->done);
}

static int code_of(enum factor_fault fault)
{
    switch (fault) {
    case FACTOR_FINE:
        return 200;
    case FACTOR_THROTTLED:
        return 429;
    case FACTOR_OUT_OF_TURN:
        return 409;
    case FACTOR_PASSWORD:
        return 403;
    case FACTOR_WRONG:
    case FACTOR_USED:
    case FACTOR_CLOCK:
    case FACTOR_DRIFT:
    case FACTOR_FAULT_COUNT:
        break;
    }
    return 422;
}

static void act_done(struct visit *visit, void *context, enum status status)
{
    struct factor_job *job = context;
    const struct factor_checked *checked = &job->done.checked;
    const enum factor_form form = acts[job->what].form;

    if (status == STATUS_OK && checked->fault == FACTOR_THROTTLED)
        reply_header(visit, "retry-after",
                     arena_printf(visit->arena, "%lld", (long long)checked->wait_s));
    if (status != STATUS_OK)
        reply_failure(visit, status, "page_account_factor");
    else if (checked->fault == FACTOR_FINE && form == FACTOR_FORM_BEGIN)
        reply_redirect(visit, "/admin/account/factor");
    else if (checked->fault == FACTOR_FINE && form == FACTOR_FORM_OFF)
        reply_redirect(visit, "/admin/account?off=1");
    else
        answer(visit, job->act.session, code_of(checked->fault), job);
    explicit_bzero(job->done.codes, sizeof job->done.codes);
}

static void check_done(struct visit *visit, void *context, enum status status)
{
    if (status == STATUS_OK)
        write_and_sleep(visit, act_write, context, act_done);
    else
        reply_failure(visit, status, "page_account_factor");
}

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->form, name);

    return value != NULL ? value : "";
}

static void post(struct visit *visit, const struct auth_session *session, size_t what)
{
    struct factor_job *job = arena_alloc(visit->arena, sizeof *job);

    *job = (struct factor_job){
        .what = what,
        .password = text_of(visit, "password"),
        .act = {.session = session,
                .code = text_of(visit, "code"),
                .origin = auth_origin(session, visit->address, visit->agent),
                .now_s = visit->now_s},
    };
    enum status status = auth_prepare(visit->service, visit->arena, session->admin.email,
                                      visit->address, visit->now_s, &job->act.attempt);
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_account_factor");
    } else if (!acts[what].asks_password) {
        write_and_sleep(visit, act_write, job, act_done);
    } else if (job->act.attempt.wait_s > 0) {
        job->done.checked =
            (struct factor_checked){.fault = FACTOR_THROTTLED, .wait_s = job->act.attempt.wait_s};
        act_done(visit, job, STATUS_OK);
    } else {
        offload_password_and_sleep(visit, check_run, job, check_done);
    }
}

static void factor(struct visit *visit)
{
    const struct auth_session *session = admit_admin_unready(visit, ROLE_VIEWER);
    const char *act = text_of(visit, "do");

    if (session == NULL)
        return;
    if (visit->method != VISIT_POST) {
        answer(visit, session, 200, NULL);
        return;
    }
    for (size_t i = 0; i < ACTS; i++)
        if (strcmp(acts[i].name, act) == 0) {
            post(visit, session, i);
            return;
        }
    admit_admin_error(visit, session, 400,
                      ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE), NULL);
}

EXPORT int page_account_factor(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, factor);
}
