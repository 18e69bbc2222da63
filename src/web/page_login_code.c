/*
 * web/page_login_code: the second step of a login: the code. What the browser holds until then is
 * no session: this page alone knows its cookie.
 */
#include <string.h>

#include "base/catalogue.h"
#include "service/factor_login.h"
#include "view/account.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/page_login.h"
#include "web/reply.h"
#include "web/write.h"

int page_login_code(struct http_request *request);

static const char *step_cookie(const struct visit *visit)
{
    return visit->is_tls ? "__Host-assent-step" : "assent-step";
}

const char *page_login_step(struct visit *visit)
{
    return admit_cookie(visit, step_cookie(visit));
}

static const char *with_next(struct visit *visit, const char *path, const char *next)
{
    struct buf url = {0};

    buf_adds(&url, path);
    if (next != NULL) {
        buf_addc(&url, strchr(path, '?') != NULL ? '&' : '?');
        buf_adds(&url, "next=");
        buf_url(&url, next);
    }
    const char *made = arena_strdup(visit->arena, url.data);
    buf_free(&url);
    return made;
}

void page_login_to_code(struct visit *visit, const char *cookie, const char *next)
{
    reply_header(visit, "set-cookie",
                 arena_printf(visit->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s",
                              step_cookie(visit), cookie, AUTH_STEP_S,
                              visit->is_tls ? "; Secure" : ""));
    reply_redirect(visit, with_next(visit, "/admin/login/code", next));
}

struct code_job {
    const char *step, *typed, *next, *replaces, *address, *agent;
    bool is_recovery;
    int64_t now_s;
    struct factor_login login;
};

static void answer(struct visit *visit, int code, const struct auth_step *step,
                   const struct code_job *job)
{
    struct buf page = {0};
    struct login_code_show show = {
        .now_s = visit->now_s,
        .email = step->admin.email,
        .next = job->next,
        .is_recovery = job->is_recovery,
        .checked = job->typed != NULL ? &job->login.checked : NULL,
    };

    view_login_code(&page, visit->arena, &show);
    reply_html(visit, code, &page);
    buf_free(&page);
}

/* The page for whoever is between the steps; the others begin anew. */
static void show_or_leave(struct visit *visit, int code, const struct code_job *job)
{
    struct auth_step step;
    enum status status = STATUS_NOT_FOUND;

    if (job->step != NULL && *job->step != '\0')
        status = auth_step_get(visit->service->store, visit->arena, job->step, visit->now_s, &step);
    if (status == STATUS_OK)
        answer(visit, code, &step, job);
    else if (status == STATUS_NOT_FOUND)
        reply_redirect(visit, with_next(visit, "/admin/login?again=1", job->next));
    else
        reply_failure(visit, status, "page_login_code");
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    struct code_job *job = context;

    return factor_login(service, txn, arena, job->step, job->typed, job->replaces, job->address,
                        job->agent, job->now_s, &job->login);
}

static void done(struct visit *visit, void *context, enum status status)
{
    struct code_job *job = context;

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_login_code");
    } else if (job->login.is_over) {
        reply_redirect(visit, with_next(visit, "/admin/login?again=1", job->next));
    } else if (job->login.opened.is_in) {
        reply_session_cookie(visit, job->login.opened.cookie);
        reply_redirect(visit, job->login.checked.was_recovery ? "/admin/account?recovered=1"
                              : job->next != NULL             ? job->next
                                                              : PAGE_LOGIN_FIRST);
    } else if (job->login.checked.fault == FACTOR_THROTTLED) {
        reply_header(visit, "retry-after",
                     arena_printf(visit->arena, "%lld", (long long)job->login.checked.wait_s));
        show_or_leave(visit, 429, job);
    } else {
        show_or_leave(visit, 403, job);
    }
}

static void code(struct visit *visit)
{
    const struct form *from = visit->method == VISIT_POST ? &visit->form : &visit->query;
    struct code_job *job = arena_alloc(visit->arena, sizeof *job);

    *job = (struct code_job){
        .step = page_login_step(visit),
        .next = page_login_next(form_get(from, "next")),
        .is_recovery = form_has(from, "with", "recovery"),
        .replaces = admit_cookie(visit, admit_session_cookie(visit)),
        .address = visit->address,
        .agent = visit->agent,
        .now_s = visit->now_s,
    };
    if (visit->method != VISIT_POST) {
        show_or_leave(visit, 200, job);
        return;
    }
    if (!admit_origin_is_ours(visit)) {
        reply_error(visit, 403, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_FOREIGN),
                    ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_LOGIN_FOREIGN_ADVICE));
        return;
    }
    job->typed = form_get(&visit->form, "code");
    if (job->typed == NULL)
        job->typed = "";
    if (job->step == NULL || *job->step == '\0')
        reply_redirect(visit, with_next(visit, "/admin/login?again=1", job->next));
    else
        write_and_sleep(visit, run, job, done);
}

EXPORT int page_login_code(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, code);
}
