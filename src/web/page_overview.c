/*
 * web/page_overview: Communications → Overview: how many were opted in and out, and the same as
 * CSV. Whoever is signed in may look: it holds no names. The counts of 13 months are read in the
 * offload thread.
 */
#include "base/catalogue.h"
#include "view/overview.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/offload.h"
#include "web/reply.h"

int page_overview(struct http_request *request);
int page_overview_export(struct http_request *request);

struct job {
    const struct auth_session *session;
    struct overview_query query;
    bool misread;
    int64_t now_s;
    enum overview_part part;
    struct overview overview;
    struct admin_shell shell;
    struct buf page;
};

static struct job *job_of(struct visit *visit, const struct auth_session *session)
{
    struct job *job = arena_alloc(visit->arena, sizeof *job);

    *job = (struct job){.session = session, .now_s = visit->now_s};
    job->query.of = form_get(&visit->query, "of");
    const bool knows_group = overview_group_parse(form_get(&visit->query, "by"), &job->query.group);
    const bool knows_span = overview_span_parse(form_get(&visit->query, "span"), &job->query.span);
    job->misread = !knows_group || !knows_span;
    return job;
}

static enum status run(const struct service *service, struct arena *arena, void *context)
{
    struct job *job = context;

    return overview_read(service, arena, &job->query, job->now_s, &job->overview);
}

/* Hundreds of bars are drawn where the loop does not wait for them. */
static enum status draw(const struct service *service, struct arena *arena, void *context)
{
    struct job *job = context;
    enum status status = run(service, arena, context);

    if (status == STATUS_OK) {
        job->misread = job->misread || job->overview.of_is_unknown;
        view_overview(&job->page, arena, &job->shell, &job->overview, job->misread);
    }
    return status;
}

static void show(struct visit *visit, void *context, enum status status)
{
    struct job *job = context;

    if (status == STATUS_OK)
        reply_html(visit, job->misread ? 400 : 200, &job->page);
    else
        reply_failure(visit, status, "page_overview");
}

/* Also where the client went away meanwhile, and nobody shows it. */
static void drop(void *context)
{
    struct job *job = context;

    buf_free(&job->page);
}

static void overview(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct job *job;

    if (!session)
        return;
    job = job_of(visit, session);
    job->shell = admit_admin_shell(session, NULL);
    visit_at_end(visit, drop, job);
    offload_and_sleep(visit, draw, job, show);
}

EXPORT int page_overview(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, overview);
}

static void give(struct visit *visit, void *context, enum status status)
{
    const struct job *job = context;
    struct buf csv = {0};

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_overview_export");
        return;
    }
    if (job->misread || job->overview.of_is_unknown) {
        admit_admin_error(visit, job->session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_OVERVIEW_NO_FILE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_OVERVIEW_NO_FILE_ADVICE));
        return;
    }
    view_overview_csv(&csv, &job->overview, job->part);
    reply_header(visit, "content-disposition",
                 arena_printf(visit->arena, "attachment; filename=\"overview-%s.csv\"",
                              overview_part_key(job->part)));
    reply_data(visit, 200, "text/csv; charset=utf-8", csv.data, csv.len);
    buf_free(&csv);
}

static void overview_export(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct job *job;

    if (!session)
        return;
    job = job_of(visit, session);
    if (!overview_part_parse(form_get(&visit->query, "plot"), &job->part))
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_OVERVIEW_NO_FILE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_OVERVIEW_NO_FILE_ADVICE));
    else
        offload_and_sleep(visit, run, job, give);
}

EXPORT int page_overview_export(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, overview_export);
}
