/*
 * web/page_export: a view of the list as CSV, made page by page while the client takes it.
 */
#include <string.h>

#include "view/people.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/list_query.h"
#include "web/reply.h"

int page_export(struct http_request *request);

#define EXPORT_ROWS      500
#define CURSOR_MAX_BYTES 2048

struct export_job {
    struct people_query query;
    int64_t now_s;
    bool has_begun;
    char cursor[CURSOR_MAX_BYTES];
};

static enum status export_make(const struct service *service, struct arena *scratch, void *context,
                               struct buf *out, bool *is_last)
{
    struct export_job *job = context;
    struct export_page page;
    enum status status;

    job->query.cursor = job->cursor;
    status = people_export(service, scratch, &job->query, EXPORT_ROWS, job->now_s, &page);
    if (status != STATUS_OK)
        return status;
    if (!job->has_begun)
        view_export_head(out, &page);
    job->has_begun = true;
    view_export_rows(out, &page);
    *is_last = page.next == NULL;
    if (page.next && strlen(page.next) >= sizeof job->cursor)
        return STATUS_FULL;
    if (page.next)
        strcpy(job->cursor, page.next);
    return STATUS_OK;
}

static void export_people(struct visit *visit)
{
    struct export_job *job;

    if (!admit_admin(visit, ROLE_VIEWER))
        return;
    job = arena_alloc(visit->arena, sizeof *job);
    *job = (struct export_job){.query = list_query_read(visit), .now_s = visit->now_s};
    job->query.is_backward = false;
    reply_stream(visit, &(struct reply_stream){
                            .type = "text/csv; charset=utf-8",
                            .filename = "people.csv",
                            .make = export_make,
                            .context = job,
                        });
}

EXPORT int page_export(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, export_people);
}
