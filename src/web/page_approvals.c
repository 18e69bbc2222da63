/*
 * web/page_approvals: Setup → Approvals: what waits for a second admin, deciding, withdrawing, and
 * the setting itself. Managers and owners see it; each decides what their role might do.
 */
#include <stdlib.h>
#include <string.h>

#include "base/catalogue.h"
#include "view/approvals.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/gate.h"
#include "web/reply.h"
#include "web/write.h"

int page_approvals(struct http_request *request);

struct approval_job {
    const struct auth_session *session;
    enum approvals_act act;
    int64_t id;
    const char *seen;
    struct origin origin;
    enum approval_outcome outcome;
    enum approvals_turn turn;
};

static const char *const act_names[APPROVALS_ACT_COUNT] = {
    [APPROVALS_APPROVE] = "approve",   [APPROVALS_DECLINE] = "decline",
    [APPROVALS_WITHDRAW] = "withdraw", [APPROVALS_ON] = "on",
    [APPROVALS_OFF] = "off",
};

/* What the address says was done before this page. */
static void put_did(const struct visit *visit, struct approvals_show *show)
{
    const char *did = form_get(&visit->query, "did");

    for (int act = 0; did && act < APPROVALS_ACT_COUNT; act++)
        if (act_names[act] && strcmp(act_names[act], did) == 0)
            show->did = (enum approvals_act)act;
    if (did && strcmp(did, "asked") == 0)
        show->did = APPROVALS_ASK;
    if (did && strcmp(did, "before") == 0)
        show->did = APPROVALS_ASK_AGAIN;
}

static void answer(struct visit *visit, const struct auth_session *session, int code,
                   const struct approval_job *job)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct approvals_show show = {.is_owner = session->admin.role >= ROLE_OWNER};
    struct approvals_page list;
    struct buf page = {0};
    enum status status =
        approvals_list(visit->service, visit->arena, &session->admin, visit->now_s, &list);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_approvals");
        return;
    }
    if (job) {
        show.outcome = job->outcome;
        show.turn = job->turn;
    } else {
        put_did(visit, &show);
    }
    view_approvals(&page, visit->arena, &shell, &list, &show);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    struct approval_job *job = context;

    switch (job->act) {
    case APPROVALS_APPROVE:
    case APPROVALS_DECLINE:
        return approvals_decide(service, txn, arena, job->id, job->seen,
                                job->act == APPROVALS_APPROVE, &job->origin, &job->outcome);
    case APPROVALS_WITHDRAW:
        return approvals_withdraw(service, txn, arena, job->id, &job->origin, &job->outcome);
    case APPROVALS_ON:
        return approvals_turn_on(service, txn, arena, &job->origin, &job->turn);
    case APPROVALS_OFF:
        return approvals_turn_off(service, txn, arena, &job->origin, &job->turn);
    case APPROVALS_LOOK:
    case APPROVALS_ASK:
    case APPROVALS_ASK_AGAIN:
    case APPROVALS_ACT_COUNT:
        break;
    }
    return STATUS_INVALID;
}

static int code_of(const struct approval_job *job)
{
    switch (job->outcome) {
    case APPROVAL_NOT_THERE:
        return 404;
    case APPROVAL_OWN:
    case APPROVAL_NOT_OWN:
    case APPROVAL_ROLE:
        return 403;
    case APPROVAL_OVER:
    case APPROVAL_ALTERED:
    case APPROVAL_IMPOSSIBLE:
        return 409;
    case APPROVAL_DONE:
    case APPROVAL_OUTCOME_COUNT:
        break;
    }
    return job->turn == APPROVALS_FEW ? 409 : 200;
}

static void done(struct visit *visit, void *context, enum status status)
{
    const struct approval_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_approvals");
    else if (code_of(job) != 200)
        answer(visit, job->session, code_of(job), job);
    else
        reply_redirect(visit,
                       arena_printf(visit->arena, GATE_PATH "?did=%s",
                                    job->turn == APPROVALS_WAITS ? "asked" : act_names[job->act]));
}

static enum approvals_act act_of(const struct visit *visit)
{
    const char *wanted = form_get(&visit->form, "do");

    for (int act = 0; wanted && act < APPROVALS_ACT_COUNT; act++)
        if (act_names[act] && strcmp(act_names[act], wanted) == 0)
            return (enum approvals_act)act;
    return APPROVALS_LOOK;
}

static void post(struct visit *visit, const struct auth_session *session)
{
    struct approval_job *job = arena_alloc(visit->arena, sizeof *job);
    const char *id = form_get(&visit->form, "id");

    *job = (struct approval_job){
        .session = session,
        .act = act_of(visit),
        .id = id ? strtoll(id, NULL, 10) : 0,
        .seen = form_get(&visit->form, "seen"),
        .origin = auth_origin(session, visit->address, visit->agent),
    };
    const bool wants_owner = job->act == APPROVALS_ON || job->act == APPROVALS_OFF;
    if (job->act == APPROVALS_LOOK)
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE), NULL);
    else if (wants_owner && session->admin.role < ROLE_OWNER)
        admit_admin_error(visit, session, 403, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_ROLE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_ROLE_ADVICE));
    else
        write_and_sleep(visit, run, job, done);
}

static void approvals(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_MANAGER);

    if (session && visit->method == VISIT_POST)
        post(visit, session);
    else if (session)
        answer(visit, session, 200, NULL);
}

EXPORT int page_approvals(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, approvals);
}
