/*
 * web/page_people: Communications → Opt In / Out, the list, and the way to it from /admin.
 */
#include "base/catalogue.h"
#include "service/directory_keeper.h"
#include "view/people.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/app.h"
#include "web/list_query.h"
#include "web/offload.h"
#include "web/reply.h"

int page_admin(struct http_request *request);
int page_people(struct http_request *request);

struct list_job {
    const struct auth_session *session;
    struct people_query query;
    int64_t now_s;
    struct people_list list;
};

static enum status list_run(const struct service *service, struct arena *arena, void *context)
{
    struct list_job *job = context;
    enum status status = people_list(service, arena, &job->query, job->now_s, &job->list);

    if (status != STATUS_INVALID || (!*job->query.cursor && !*job->query.letter))
        return status;
    job->query.cursor = job->query.letter = "";
    job->query.is_backward = false;
    job->query.first = 0;
    return people_list(service, arena, &job->query, job->now_s, &job->list);
}

/* Just started, with a long list: the page comes by itself when everyone is read. */
static void refuse(struct visit *visit, const struct auth_session *session, enum status status)
{
    int percent;

    if (status != STATUS_BUSY || !directory_keeper_is_loading(app.directory, &percent)) {
        reply_failure(visit, status, "page_people");
        return;
    }
    reply_header(visit, "retry-after", "2");
    reply_header(visit, "refresh", "2");
    admit_admin_error(visit, session, 503, ADMIN_TEXT(visit->arena, TEXT_ADMIN_PEOPLE_LOADING),
                      ADMIN_TEXT(visit->arena, TEXT_ADMIN_PEOPLE_LOADING_ABOUT,
                                 ARG("percent", arena_printf(visit->arena, "%d", percent))));
}

static void list_done(struct visit *visit, void *context, enum status status)
{
    const struct list_job *job = context;
    struct admin_shell shell = admit_admin_shell(job->session, NULL);
    struct buf page = {0};

    if (status != STATUS_OK) {
        refuse(visit, job->session, status);
        return;
    }
    view_people(&page, visit->arena, &shell, &job->list);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

/* A search scans, and a page may wait for the memory that it is read from to be brought forward:
 * neither is for the event loop. */
static void people(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct list_job *job;

    if (!session)
        return;
    job = arena_alloc(visit->arena, sizeof *job);
    *job = (struct list_job){
        .session = session, .query = list_query_read(visit), .now_s = visit->now_s};
    job->query.is_masked = visit->is_masked;
    offload_and_sleep(visit, list_run, job, list_done);
}

EXPORT int page_people(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, people);
}

static void go_to_people(struct visit *visit)
{
    reply_redirect(visit, "/admin/people");
}

EXPORT int page_admin(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, go_to_people);
}
