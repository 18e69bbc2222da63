/*
 * web/page_login: an admin comes in and goes out. Argon2id runs in the offload thread (S1), what
 * follows from it in the writer.
 */
#include <string.h>

#include "base/catalogue.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/offload.h"
#include "web/page_login.h"
#include "web/reply.h"
#include "web/write.h"

int page_login(struct http_request *request);
int page_logout(struct http_request *request);

const char *page_login_next(const char *next)
{
    static const char within[] = "/admin/";

    if (!next || strncmp(next, within, sizeof within - 1) != 0 || strstr(next, "//") ||
        strncmp(next, "/admin/log", sizeof "/admin/log" - 1) == 0)
        return NULL;
    for (const char *c = next; *c; c++)
        if (*c <= ' ' || *c > '~' || strchr("\\\"<>", *c))
            return NULL;
    return next;
}

static void answer_login(struct visit *visit, int code, const char *email, const char *next,
                         enum login_fault fault, int64_t wait_s)
{
    struct buf page = {0};

    view_login(&page, email, next, fault, wait_s);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static void show_login(struct visit *visit)
{
    const char *next = page_login_next(form_get(&visit->query, "next"));
    const char *cookie = admit_cookie(visit, admit_session_cookie(visit));
    struct auth_session session;
    enum login_fault fault = LOGIN_FINE;

    if (cookie && auth_session_get(visit->service, visit->arena, cookie, visit->now_s, &session) ==
                      STATUS_OK) {
        reply_redirect(visit, next ? next : PAGE_LOGIN_FIRST);
        return;
    }
    if (form_has(&visit->query, "ended", "1"))
        fault = LOGIN_ENDED;
    else if (form_has(&visit->query, "again", "1"))
        fault = LOGIN_AGAIN;
    else if (form_has(&visit->query, "left", "1"))
        fault = LOGIN_LEFT;
    else if (form_has(&visit->query, "welcome", "1"))
        fault = LOGIN_WELCOME;
    answer_login(visit, 200, NULL, next, fault, 0);
}

struct login_job {
    const char *email, *password, *next;
    const char *address, *agent;
    int64_t now_s;
    struct login_attempt attempt;
    bool is_right;
    struct login_result result;
};

static void answer_throttled(struct visit *visit, const struct login_job *job, int64_t wait_s)
{
    reply_header(visit, "retry-after", arena_printf(visit->arena, "%lld", (long long)wait_s));
    answer_login(visit, 429, job->email, job->next, LOGIN_THROTTLED, wait_s);
}

static enum status check_run(const struct service *service, struct arena *arena, void *context)
{
    struct login_job *job = context;

    job->is_right = auth_check(&job->attempt, job->password);
    return STATUS_OK;
}

static enum status finish_run(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    struct login_job *job = context;

    return auth_finish(service, txn, &job->attempt, job->is_right, job->address, job->agent,
                       job->now_s, &job->result);
}

static void finish_done(struct visit *visit, void *context, enum status status)
{
    const struct login_job *job = context;

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_login");
    } else if (job->result.needs_code) {
        page_login_to_code(visit, job->result.cookie, job->next);
    } else if (!job->result.is_in && job->result.wait_s > 0) {
        answer_throttled(visit, job, job->result.wait_s);
    } else if (!job->result.is_in) {
        answer_login(visit, 403, job->email, job->next, LOGIN_WRONG, 0);
    } else {
        reply_session_cookie(visit, job->result.cookie);
        reply_redirect(visit, job->next ? job->next : PAGE_LOGIN_FIRST);
    }
}

static void check_done(struct visit *visit, void *context, enum status status)
{
    if (status == STATUS_OK)
        write_and_sleep(visit, finish_run, context, finish_done);
    else
        reply_failure(visit, status, "page_login");
}

static void log_in(struct visit *visit)
{
    const char *email = form_get(&visit->form, "email");
    const char *password = form_get(&visit->form, "password");
    struct login_job *job = arena_alloc(visit->arena, sizeof *job);
    enum status status;

    if (!admit_origin_is_ours(visit)) {
        reply_error(visit, 403, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_FOREIGN),
                    ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_LOGIN_FOREIGN_ADVICE));
        return;
    }
    *job = (struct login_job){
        .email = email ? email : "",
        .password = password ? password : "",
        .next = page_login_next(form_get(&visit->form, "next")),
        .address = visit->address,
        .agent = visit->agent,
        .now_s = visit->now_s,
    };
    status = auth_prepare(visit->service, visit->arena, job->email, visit->address, visit->now_s,
                          &job->attempt);
    job->attempt.replaces = admit_cookie(visit, admit_session_cookie(visit));
    if (status != STATUS_OK)
        reply_failure(visit, status, "page_login");
    else if (job->attempt.wait_s > 0)
        answer_throttled(visit, job, job->attempt.wait_s);
    else
        offload_password_and_sleep(visit, check_run, job, check_done);
}

static void login(struct visit *visit)
{
    if (visit->method == VISIT_POST)
        log_in(visit);
    else
        show_login(visit);
}

EXPORT int page_login(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, login);
}

static enum status logout_run(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    const struct auth_session *session = context;

    return auth_logout(service, txn, session->hash);
}

static void logout_done(struct visit *visit, void *context, enum status status)
{
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_logout");
        return;
    }
    reply_session_cookie(visit, NULL);
    reply_redirect(visit, "/admin/login?left=1");
}

static void logout(struct visit *visit)
{
    const struct auth_session *session = admit_admin_unready(visit, ROLE_VIEWER);
    struct auth_session *job;

    if (!session)
        return;
    job = arena_alloc(visit->arena, sizeof *job);
    *job = *session;
    write_and_sleep(visit, logout_run, job, logout_done);
}

EXPORT int page_logout(struct http_request *request)
{
    return admit(request, ADMIT_POST | ADMIT_PERSONAL, logout);
}
