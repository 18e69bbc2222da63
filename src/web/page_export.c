/*
 * web/page_export: a view of the list as CSV, made page by page while the client takes it.
 */
#include <string.h>

#include "view/people.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/export_log.h"
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

static void export_logged(struct visit *visit, void *context, enum status status)
{
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_export");
        return;
    }
    reply_stream(visit, &(struct reply_stream){
                            .type = "text/csv; charset=utf-8",
                            .filename = "people.csv",
                            .make = export_make,
                            .goes_on = export_log_goes_on,
                            .context = context,
                        });
}

/* Which view it is, for the ledger: that somebody was searched for, not who. */
static const char *describe(struct arena *arena, const struct people_query *query)
{
    const char *what = "people.csv";

    if (*query->search)
        what = arena_printf(arena, "%s; a search", what);
    if (query->status != DIRECTORY_ANY)
        what = arena_printf(arena, "%s; status: %s", what,
                            contact_status_key((enum contact_status)query->status));
    if (query->subscribed != DIRECTORY_ANY)
        what = arena_printf(arena, "%s; subscribed: %s", what, query->subscribed ? "yes" : "no");
    if (query->type != DIRECTORY_ANY)
        what = arena_printf(arena, "%s; type: %s", what,
                            contact_type_key((enum contact_type)query->type));
    return what;
}

/* By POST: it is written down who took the list out, and a GET writes nothing. */
static void export_people(struct visit *visit)
{
    const struct auth_session *session = admit_admin_whole(visit);
    struct export_job *job;

    if (!session)
        return;
    job = arena_alloc(visit->arena, sizeof *job);
    *job = (struct export_job){.query = list_query_read(visit), .now_s = visit->now_s};
    job->query.is_backward = false;
    export_log_and_sleep(visit, session, describe(visit->arena, &job->query), job, export_logged);
}

EXPORT int page_export(struct http_request *request)
{
    return admit(request, ADMIT_POST | ADMIT_PERSONAL, export_people);
}
