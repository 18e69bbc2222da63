/*
 * web/page_asof: Communications → Activity → could we have mailed them then: the form and the
 * answer.
 *
 * An address in a link ends in logs and histories, so it is sent by POST; the answer about somebody
 * on the list then stands at an address that names them by their public id, which can be kept as a
 * bookmark. What is asked of an address that is nobody's is answered in place. Nothing is written.
 */
#include "view/asof.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/offload.h"
#include "web/reply.h"

int page_asof(struct http_request *request);

struct asof_job {
    const struct auth_session *session;
    struct as_of_typed typed;
    int64_t now_s;
    struct as_of_page page;
};

static enum status run(const struct service *service, struct arena *arena, void *context)
{
    struct asof_job *job = context;

    return as_of_page_read(service, arena, &job->typed, job->now_s, &job->page);
}

static void done(struct visit *visit, void *context, enum status status)
{
    const struct asof_job *job = context;
    const enum as_of_fault fault = job->page.fault;
    struct buf page = {0};

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_asof");
        return;
    }
    if (visit->method == VISIT_POST && job->page.is_theirs) {
        reply_redirect(visit, view_asof_url(visit->arena, &job->page.told));
        return;
    }
    struct admin_shell shell = admit_admin_shell(job->session, NULL);
    view_asof(&page, visit->arena, &shell, &job->typed, &job->page);
    reply_html(visit, fault == AS_OF_FINE ? 200 : fault == AS_OF_NOBODY ? 404 : 422, &page);
    buf_free(&page);
}

/* A person's whole history may have to be walked: the offload thread reads. */
static void asof(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    const bool is_post = visit->method == VISIT_POST;
    const struct form *form = is_post ? &visit->form : &visit->query;
    struct asof_job *job;

    if (!session)
        return;
    job = arena_alloc(visit->arena, sizeof *job);
    *job = (struct asof_job){
        .session = session,
        .typed = {.email = is_post ? form_get(form, "email") : NULL,
                  .person = is_post ? NULL : form_get(form, "person"),
                  .topic = form_get(form, "topic"),
                  .at = form_get(form, "at"),
                  .is_sent = is_post || form_get(form, "at") != NULL},
        .now_s = visit->now_s,
    };
    offload_and_sleep(visit, run, job, done);
}

EXPORT int page_asof(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, asof);
}
