/*
 * web/page_api_keys: Setup → API keys: the list, making one, revoking one. A key opens people's
 * data to a program: owners alone make and revoke, everyone who is signed in may look.
 *
 * The answer to the form that made a key is the only page that ever holds it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "view/api_keys.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/gate.h"
#include "web/reply.h"
#include "web/write.h"

#define PATH "/admin/api-keys"

int page_api_keys(struct http_request *request);

struct key_job {
    const struct auth_session *session;
    struct api_key_typed typed;
    int64_t newest, expires_at;
    int64_t revokes; /* 0: makes one */
    struct origin origin;
    struct api_key_made made;
    bool is_gone;
    enum approval_gate gate;
};

static void answer(struct visit *visit, const struct auth_session *session, int code,
                   struct key_job *job)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    const char *asked = form_get(&visit->query, "revoke"), *did = form_get(&visit->query, "did");
    struct api_keys_show show = {.now_s = visit->now_s,
                                 .can_change = session->admin.role >= ROLE_OWNER,
                                 .asked = asked ? strtoll(asked, NULL, 10) : 0};
    struct api_key *keys;
    size_t count;
    struct buf page = {0};
    enum status status = api_keys_all(visit->service, visit->arena, &keys, &count);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_api_keys");
        return;
    }
    const int64_t revoked = did ? strtoll(did, NULL, 10) : 0;
    for (size_t i = 0; i < count; i++)
        if (keys[i].id == revoked && keys[i].revoked_at != 0)
            show.revoked = keys[i].name;
    if (job) {
        show.is_gone = job->is_gone;
        show.typed = job->revokes ? NULL : &job->typed;
        show.made = &job->made;
    }
    view_api_keys(&page, visit->arena, &shell, keys, count, &show);
    reply_html(visit, code, &page);
    explicit_bzero(page.data, page.len);
    buf_free(&page);
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    struct key_job *job = context;

    if (job->revokes == 0)
        return api_keys_make_next(service, txn, arena, job->newest, job->typed.name,
                                  job->typed.scopes, job->expires_at, &job->origin, &job->made);
    int64_t approval;
    enum status status = approvals_gate(
        service, txn, arena, &(struct approval_ask){.kind = APPROVAL_API_KEY, .id = job->revokes},
        &job->origin, &job->gate, &approval);
    if (status != STATUS_OK || job->gate != APPROVAL_NOT_NEEDED)
        return status;
    status = api_keys_end(service, txn, arena, job->revokes, &job->origin);
    job->is_gone = status == STATUS_NOT_FOUND;
    return job->is_gone ? STATUS_OK : status;
}

static int code_of(const struct key_job *job)
{
    if (job->is_gone)
        return 404;
    switch (job->made.fault) {
    case API_KEY_FINE:
        return 200;
    case API_KEY_TOO_MANY:
    case API_KEY_MADE_MEANWHILE:
        return 409;
    case API_KEY_NAME_BAD:
    case API_KEY_NO_SCOPE:
    case API_KEY_EXPIRY_BAD:
    case API_KEY_FAULT_COUNT:
        break;
    }
    return 422;
}

static void done(struct visit *visit, void *context, enum status status)
{
    struct key_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_api_keys");
    else if (gate_answers(visit, job->gate))
        return;
    else if (job->revokes && !job->is_gone)
        reply_redirect(visit,
                       arena_printf(visit->arena, PATH "?did=%lld", (long long)job->revokes));
    else
        answer(visit, job->session, code_of(job), job);
    explicit_bzero(job->made.text, sizeof job->made.text);
}

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->form, name);

    return value ? value : "";
}

static unsigned scopes_of(const struct visit *visit)
{
    unsigned scopes = 0, one;

    for (size_t i = 0; i < visit->form.count; i++)
        if (strcmp(visit->form.fields[i].name, "scope") == 0 &&
            api_scopes_parse(visit->form.fields[i].value, &one))
            scopes |= one;
    return scopes;
}

/* A day that can't be read is one that is over: the service refuses it. */
static int64_t expires_of(const char *text)
{
    int64_t at_s = 0;

    return *text == '\0' || clock_read_day(text, &at_s) ? at_s : 1;
}

static void post(struct visit *visit, const struct auth_session *session)
{
    struct key_job *job = arena_alloc(visit->arena, sizeof *job);
    const char *act = text_of(visit, "do");

    *job = (struct key_job){
        .session = session,
        .typed = {.name = text_of(visit, "name"),
                  .expires = text_of(visit, "expires"),
                  .scopes = scopes_of(visit)},
        .newest = strtoll(text_of(visit, "newest"), NULL, 10),
        .expires_at = expires_of(text_of(visit, "expires")),
        .origin = auth_origin(session, visit->address, visit->agent),
    };
    if (strcmp(act, "revoke") == 0)
        job->revokes = strtoll(text_of(visit, "id"), NULL, 10);
    if (strcmp(act, "make") == 0 || job->revokes > 0)
        write_and_sleep(visit, run, job, done);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE), NULL);
}

static void api_keys(struct visit *visit)
{
    const struct auth_session *session =
        admit_admin(visit, visit->method == VISIT_POST ? ROLE_OWNER : ROLE_VIEWER);

    if (session && visit->method == VISIT_POST)
        post(visit, session);
    else if (session)
        answer(visit, session, 200, NULL);
}

EXPORT int page_api_keys(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, api_keys);
}
