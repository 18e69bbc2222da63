/*
 * web/page_account: My account: where somebody is signed in, and their password. The second factor
 * is in page_account_factor.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/catalogue.h"
#include "service/account.h"
#include "view/account.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/offload.h"
#include "web/reply.h"
#include "web/write.h"

#define PATH "/admin/account"

int page_account(struct http_request *request);

/* What the act before this page did, as its address says. */
static const char *notice_of(struct visit *visit, const struct factor_facts *facts)
{
    const char *ended = form_get(&visit->query, "ended");
    const char *changed = form_get(&visit->query, "changed");

    if (ended != NULL)
        return view_account_ended(visit->arena, strtoll(ended, NULL, 10));
    if (changed != NULL)
        return view_account_changed(visit->arena, strtoll(changed, NULL, 10));
    if (form_has(&visit->query, "recovered", "1") && facts->is_on)
        return view_account_recovered(visit->arena, facts->codes_left);
    return form_has(&visit->query, "off", "1") && !facts->is_on ? view_account_off(visit->arena)
                                                                : NULL;
}

static void answer(struct visit *visit, const struct auth_session *session, int code,
                   const struct account_change *change)
{
    struct account_show show = {.now_s = visit->now_s, .change = change};
    struct account_session *rows;
    struct buf page = {0};
    enum status status = factor_facts(visit->service, session->admin.id, &show.facts);

    if (status == STATUS_OK)
        status = account_sessions(visit->service, visit->arena, session, visit->now_s, &rows,
                                  &show.sessions_count);
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_account");
        return;
    }
    show.sessions = rows;
    struct admin_shell shell =
        admit_admin_shell(session, change != NULL ? NULL : notice_of(visit, &show.facts));
    view_account(&page, visit->arena, &shell, &show);
    reply_html(visit, code, &page);
    buf_free(&page);
}

struct end_job {
    const struct auth_session *session;
    const char *id; /* NULL: all others */
    struct origin origin;
    int64_t now_s, ended;
};

static enum status end_run(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct end_job *job = context;

    return account_end(service, txn, arena, job->session, job->id, &job->origin, job->now_s,
                       &job->ended);
}

static void end_done(struct visit *visit, void *context, enum status status)
{
    const struct end_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_account");
    else
        reply_redirect(visit,
                       arena_printf(visit->arena, PATH "?ended=%lld", (long long)job->ended));
}

struct password_job {
    struct account_change change;
    struct origin origin;
    int64_t now_s;
};

static enum status hash_run(const struct service *service, struct arena *arena, void *context)
{
    struct password_job *job = context;

    return account_hash(&job->change);
}

static enum status password_run(const struct service *service, struct txn *txn, struct arena *arena,
                                void *context)
{
    struct password_job *job = context;

    return account_password(service, txn, arena, &job->change, &job->origin, job->now_s);
}

static void refuse(struct visit *visit, const struct account_change *change)
{
    if (change->fault == ACCOUNT_THROTTLED)
        reply_header(visit, "retry-after",
                     arena_printf(visit->arena, "%lld", (long long)change->wait_s));
    answer(visit, change->session,
           change->fault == ACCOUNT_THROTTLED   ? 429
           : change->fault == ACCOUNT_OLD_WRONG ? 403
                                                : 422,
           change);
}

static void password_done(struct visit *visit, void *context, enum status status)
{
    const struct password_job *job = context;

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_account");
    } else if (job->change.fault != ACCOUNT_FINE) {
        refuse(visit, &job->change);
    } else {
        reply_session_cookie(visit, job->change.cookie);
        reply_redirect(
            visit, arena_printf(visit->arena, PATH "?changed=%lld", (long long)job->change.ended));
    }
}

static void hash_done(struct visit *visit, void *context, enum status status)
{
    if (status == STATUS_OK)
        write_and_sleep(visit, password_run, context, password_done);
    else
        reply_failure(visit, status, "page_account");
}

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->form, name);

    return value != NULL ? value : "";
}

static void change_password(struct visit *visit, const struct auth_session *session)
{
    struct password_job *job = arena_alloc(visit->arena, sizeof *job);

    *job = (struct password_job){
        .change = {.session = session,
                   .old = text_of(visit, "old"),
                   .new = text_of(visit, "new"),
                   .again = text_of(visit, "again")},
        .origin = auth_origin(session, visit->address, visit->agent),
        .now_s = visit->now_s,
    };
    enum status status = auth_prepare(visit->service, visit->arena, session->admin.email,
                                      visit->address, visit->now_s, &job->change.attempt);
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_account");
        return;
    }
    account_check_new(&job->change);
    if (job->change.attempt.wait_s > 0) {
        job->change.fault = ACCOUNT_THROTTLED;
        job->change.wait_s = job->change.attempt.wait_s;
    }
    if (job->change.fault != ACCOUNT_FINE)
        refuse(visit, &job->change);
    else
        offload_password_and_sleep(visit, hash_run, job, hash_done);
}

static void end(struct visit *visit, const struct auth_session *session, const char *id)
{
    struct end_job *job = arena_alloc(visit->arena, sizeof *job);

    *job = (struct end_job){.session = session,
                            .id = id,
                            .origin = auth_origin(session, visit->address, visit->agent),
                            .now_s = visit->now_s};
    write_and_sleep(visit, end_run, job, end_done);
}

static void account(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    const char *act = text_of(visit, "do");

    if (session == NULL)
        return;
    if (visit->method != VISIT_POST)
        answer(visit, session, 200, NULL);
    else if (strcmp(act, "end") == 0)
        end(visit, session, text_of(visit, "session"));
    else if (strcmp(act, "end_others") == 0)
        end(visit, session, NULL);
    else if (strcmp(act, "password") == 0)
        change_password(visit, session);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE), NULL);
}

EXPORT int page_account(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, account);
}
