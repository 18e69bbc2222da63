/*
 * web/page_invite: where the invited set their first password. The link's token is the authority,
 * once; then they sign in as everyone does.
 *
 * Opening it changes nothing. The password is hashed in the offload thread, as a login's is.
 */
#include <string.h>

#include "base/catalogue.h"
#include "service/team.h"
#include "view/team.h"
#include "web/admit.h"
#include "web/offload.h"
#include "web/reply.h"
#include "web/write.h"

int page_invite(struct http_request *request);

struct invite_job {
    struct team_member member;
    const char *token, *password, *again;
    const char *address, *agent;
    int64_t now_s;
    enum team_password_fault fault;
    bool is_over; /* taken up or cancelled meanwhile */
    char hash[PASSWORD_HASH_BYTES];
};

static void answer_over(struct visit *visit)
{
    reply_error(visit, 404, ADMIN_TEXT(visit->arena, TEXT_ADMIN_INVITE_OVER),
                ADMIN_TEXT(visit->arena, TEXT_ADMIN_INVITE_OVER_ADVICE));
}

static void answer(struct visit *visit, int code, const struct team_member *member,
                   enum team_password_fault fault)
{
    struct buf page = {0};

    view_invite(&page, visit->arena, member, fault);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static enum status hash_run(const struct service *service, struct arena *arena, void *context)
{
    struct invite_job *job = context;

    return team_password(job->password, job->again, job->hash, &job->fault);
}

static enum status accept_run(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    struct invite_job *job = context;
    enum status status = team_accept(service, txn, arena, job->token, job->hash, job->address,
                                     job->agent, job->now_s);

    job->is_over = status == STATUS_NOT_FOUND;
    return job->is_over ? STATUS_OK : status;
}

static void accept_done(struct visit *visit, void *context, enum status status)
{
    const struct invite_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_invite");
    else if (job->is_over)
        answer_over(visit);
    else
        reply_redirect(visit, "/admin/login?welcome=1");
}

static void hash_done(struct visit *visit, void *context, enum status status)
{
    struct invite_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_invite");
    else if (job->fault != TEAM_PASSWORD_FINE)
        answer(visit, 422, &job->member, job->fault);
    else
        write_and_sleep(visit, accept_run, job, accept_done);
}

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->form, name);

    return value ? value : "";
}

static void invite(struct visit *visit)
{
    struct invite_job *job = arena_alloc(visit->arena, sizeof *job);
    enum status status =
        team_invited(visit->service, visit->arena, visit->rest, visit->now_s, &job->member);

    if (status == STATUS_NOT_FOUND) {
        answer_over(visit);
    } else if (status != STATUS_OK) {
        reply_failure(visit, status, "page_invite");
    } else if (visit->method != VISIT_POST) {
        answer(visit, 200, &job->member, TEAM_PASSWORD_FINE);
    } else if (!admit_origin_is_ours(visit)) {
        reply_error(visit, 403, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_FOREIGN),
                    ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_FOREIGN_ADVICE));
    } else {
        job->token = visit->rest;
        job->password = text_of(visit, "password");
        job->again = text_of(visit, "again");
        job->address = visit->address;
        job->agent = visit->agent;
        job->now_s = visit->now_s;
        offload_password_and_sleep(visit, hash_run, job, hash_done);
    }
}

EXPORT int page_invite(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, invite);
}
