/*
 * web/page_team: Setup → Team: who may come in, and what they may do. Everyone who is signed in may
 * look, owners alone change.
 *
 * The answer to the form that made an invitation is the only page that ever holds its link.
 */
#include <stdlib.h>
#include <string.h>

#include "base/catalogue.h"
#include "view/team.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"
#include "web/write.h"

#define PATH "/admin/team"

int page_team(struct http_request *request);

struct team_job {
    const struct auth_session *session;
    const char *what; /* as in the form and in the address after it */
    struct team_typed typed;
    struct team_act act;
    struct team_done done;
};

static const struct {
    const char *key;
    enum team_do what;
} acts[] = {
    {"invite", TEAM_INVITE}, {"renew", TEAM_RENEW},     {"cancel", TEAM_CANCEL},
    {"edit", TEAM_EDIT},     {"disable", TEAM_DISABLE}, {"enable", TEAM_ENABLE},
    {"remove", TEAM_REMOVE}, {"reset", TEAM_RESET},
};

static int64_t number_of(const struct form *form, const char *name)
{
    int64_t number;

    return form_get_int(form, name, 1, INT64_MAX, &number) ? number : 0;
}

static void answer(struct visit *visit, const struct auth_session *session, int code,
                   const struct team_job *job)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct team_show show = {.now_s = visit->now_s,
                             .self = session->admin.id,
                             .can_change = session->admin.role >= ROLE_OWNER,
                             .edits = number_of(&visit->query, "edit"),
                             .removes = number_of(&visit->query, "remove"),
                             .did = form_get(&visit->query, "did")};
    const int64_t who = number_of(&visit->query, "id");
    struct team_member *members;
    size_t count;
    struct buf page = {0};
    enum status status = team_list(visit->service, visit->arena, &members, &count);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_team");
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (members[i].admin.id == who)
            show.who = *members[i].admin.name ? members[i].admin.name : members[i].admin.email;
    if (job) {
        show.act = &job->act;
        show.done = &job->done;
        show.typed = &job->typed;
        if (*job->done.token)
            show.link = team_link(visit->service, visit->arena, job->done.token);
    }
    view_team(&page, visit->arena, &shell, members, count, &show);
    reply_html(visit, code, &page);
    explicit_bzero(page.data, page.len);
    buf_free(&page);
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    struct team_job *job = context;

    return team_apply(service, txn, arena, &job->act, &job->done);
}

static int code_of(enum team_fault fault)
{
    switch (fault) {
    case TEAM_FINE:
        return 200;
    case TEAM_GONE:
        return 404;
    case TEAM_NO_OWNER:
        return 403;
    case TEAM_LAST_OWNER:
    case TEAM_FULL:
    case TEAM_EMAIL_TAKEN:
        return 409;
    case TEAM_EMAIL_BAD:
    case TEAM_NAME_BAD:
    case TEAM_FAULT_COUNT:
        break;
    }
    return 422;
}

static void done(struct visit *visit, void *context, enum status status)
{
    struct team_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_team");
    else if (job->done.fault == TEAM_FINE && !*job->done.token)
        reply_redirect(visit, arena_printf(visit->arena, PATH "?did=%s&id=%lld", job->what,
                                           (long long)job->act.admin));
    else
        answer(visit, job->session, code_of(job->done.fault), job);
    explicit_bzero(job->done.token, sizeof job->done.token);
}

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->form, name);

    return value ? value : "";
}

static void post(struct visit *visit, const struct auth_session *session)
{
    struct team_job *job = arena_alloc(visit->arena, sizeof *job);
    const char *what = text_of(visit, "do");
    bool is_known = false, has_role;

    *job = (struct team_job){
        .session = session,
        .typed = {.email = text_of(visit, "email"),
                  .name = text_of(visit, "name"),
                  .sees_addresses = form_has(&visit->form, "sees", "1")},
    };
    has_role = team_role_parse(text_of(visit, "role"), &job->typed.role);
    job->act = (struct team_act){
        .admin = number_of(&visit->form, "id"),
        .email = job->typed.email,
        .name = form_get(&visit->form, "name"),
        .role = job->typed.role,
        .sees_addresses = job->typed.sees_addresses,
        .now_s = visit->now_s,
        .origin = auth_origin(session, visit->address, visit->agent),
    };
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strcmp(acts[i].key, what) == 0) {
            job->act.what = acts[i].what;
            job->what = acts[i].key;
            is_known = true;
        }
    if ((job->act.what == TEAM_INVITE || job->act.what == TEAM_EDIT) && !has_role)
        is_known = false;
    if (is_known)
        write_and_sleep(visit, run, job, done);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE), NULL);
}

static void team(struct visit *visit)
{
    const struct auth_session *session =
        admit_admin(visit, visit->method == VISIT_POST ? ROLE_OWNER : ROLE_VIEWER);

    if (session && visit->method == VISIT_POST)
        post(visit, session);
    else if (session)
        answer(visit, session, 200, NULL);
}

EXPORT int page_team(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, team);
}
