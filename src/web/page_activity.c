/*
 * web/page_activity: Communications → Activity: the ledger, one entry of it, and both as files.
 * Whoever is signed in may look. What is filtered is looked for in the offload thread.
 */
#include <string.h>

#include "base/catalogue.h"
#include "view/activity.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/export_log.h"
#include "web/offload.h"
#include "web/reply.h"

int page_activity(struct http_request *request);
int page_activity_export(struct http_request *request);
int page_activity_entry(struct http_request *request);
int page_activity_json(struct http_request *request);

#define EXPORT_ROWS 500

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->query, name);

    return value ? value : "";
}

static struct activity_typed typed_of(const struct visit *visit)
{
    return (struct activity_typed){
        .actor = text_of(visit, "actor"),
        .kind = text_of(visit, "kind"),
        .topic = text_of(visit, "topic"),
        .from = text_of(visit, "from"),
        .to = text_of(visit, "to"),
        .person = text_of(visit, "person"),
        .search = text_of(visit, "q"),
        .is_masked = visit->is_masked,
        .older = text_of(visit, "older"),
        .newer = text_of(visit, "newer"),
    };
}

struct list_job {
    const struct auth_session *session;
    struct activity_typed typed;
    struct activity_names names;
    struct activity_list list;
};

static enum status list_run(const struct service *service, struct arena *arena, void *context)
{
    struct list_job *job = context;
    enum status status = activity_names(service, arena, &job->names);

    return status == STATUS_OK ? activity_list(service, arena, &job->typed, &job->list) : status;
}

static void list_done(struct visit *visit, void *context, enum status status)
{
    const struct list_job *job = context;
    struct admin_shell shell = admit_admin_shell(job->session, NULL);
    struct buf page = {0};

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_activity");
        return;
    }
    view_activity(&page, visit->arena, &shell, &job->typed, &job->names, &job->list);
    reply_html(visit, job->list.faults == 0 ? 200 : 400, &page);
    buf_free(&page);
}

static void activity(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct list_job *job;

    if (!session)
        return;
    job = arena_alloc(visit->arena, sizeof *job);
    *job = (struct list_job){.session = session, .typed = typed_of(visit)};
    if (*activity_query_text(visit->arena, &job->typed) != '\0')
        offload_and_sleep(visit, list_run, job, list_done);
    else
        list_done(visit, job, list_run(visit->service, visit->arena, job));
}

EXPORT int page_activity(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, activity);
}

struct export_job {
    struct list_job list;
    bool is_json, has_begun;
};

static enum status export_run(const struct service *service, struct arena *arena, void *context)
{
    struct export_job *job = context;

    return list_run(service, arena, &job->list);
}

static enum status export_make(const struct service *service, struct arena *scratch, void *context,
                               struct buf *out, bool *is_last)
{
    struct export_job *job = context;
    struct activity_names names;
    struct activity_line *lines;
    size_t count;
    enum status status = activity_names(service, scratch, &names);

    if (status == STATUS_OK)
        status = activity_next(service, scratch, &job->list.list.query, EXPORT_ROWS, &lines, &count,
                               is_last);
    if (status != STATUS_OK)
        return status;
    if (!job->has_begun && !job->is_json)
        view_activity_csv_head(out);
    job->has_begun = true;
    for (size_t i = 0; i < count; i++) {
        if (job->is_json)
            view_activity_json(out, &lines[i], &names);
        else
            view_activity_csv(out, &lines[i], &names);
    }
    return STATUS_OK;
}

static const char *file_of(const struct export_job *job)
{
    return job->is_json ? "activity.ndjson" : "activity.csv";
}

static void export_logged(struct visit *visit, void *context, enum status status)
{
    const struct export_job *job = context;

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_activity_export");
        return;
    }
    reply_stream(visit,
                 &(struct reply_stream){
                     .type = job->is_json ? "application/x-ndjson" : "text/csv; charset=utf-8",
                     .filename = file_of(job),
                     .make = export_make,
                     .goes_on = export_log_goes_on,
                     .context = context,
                 });
}

/* The filter was read; where it can't be, the page says why. */
static void export_read(struct visit *visit, void *context, enum status status)
{
    struct export_job *job = context;
    const struct activity_list *list = &job->list.list;
    const char *why;

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_activity_export");
        return;
    }
    if (list->faults != 0 || list->found_count > 0) {
        why = list->faults != 0 ? activity_fault_words(visit->arena, &job->list.typed, list->faults)
                                : ADMIN_TEXT(visit->arena, TEXT_ADMIN_ACTIVITY_CHOOSE);
        admit_admin_error(visit, job->list.session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ACTIVITY_EXPORT_FAULT), why);
        return;
    }
    job->list.list.query.place.value = 0;
    why = activity_query_text(visit->arena, &job->list.typed);
    export_log_and_sleep(visit, job->list.session,
                         arena_printf(visit->arena, "%s%s", file_of(job), *why ? "; filtered" : ""),
                         job, export_logged);
}

static void activity_export(struct visit *visit)
{
    const struct auth_session *session = admit_admin_whole(visit);
    struct export_job *job;

    if (!session)
        return;
    job = arena_alloc(visit->arena, sizeof *job);
    *job = (struct export_job){.list = {.session = session, .typed = typed_of(visit)},
                               .is_json = form_has(&visit->query, "format", "ndjson")};
    job->list.typed.older = job->list.typed.newer = "";
    if (job->is_json || form_has(&visit->query, "format", "csv"))
        offload_and_sleep(visit, export_run, job, export_read);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ACTIVITY_EXPORT_FAULT),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ACTIVITY_EXPORT_FORMAT));
}

EXPORT int page_activity_export(struct http_request *request)
{
    return admit(request, ADMIT_POST | ADMIT_PERSONAL, activity_export);
}

/* The number in /admin/activity/NUMBER; 0, which no entry has, for one that is too large. */
static struct position position_of(const char *text)
{
    int64_t value = 0;

    for (; text && *text >= '0' && *text <= '9'; text++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *text - '0', &value))
            return (struct position){0};
    return (struct position){text && *text == '\0' ? value : 0};
}

/* False: it is not there or can't be read, and that was answered. */
static bool get_entry(struct visit *visit, const struct auth_session *session,
                      struct activity_names *names, struct activity_entry *out)
{
    enum status status =
        activity_get(visit->service, visit->arena, position_of(admit_segment(visit, 2)), out);

    if (status == STATUS_OK)
        status = activity_names(visit->service, visit->arena, names);
    if (status == STATUS_NOT_FOUND)
        admit_admin_error(visit, session, 404,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ACTIVITY_NO_ENTRY),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ACTIVITY_NO_ENTRY_ADVICE));
    else if (status != STATUS_OK)
        reply_failure(visit, status, "page_activity_entry");
    return status == STATUS_OK;
}

static void activity_entry(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct activity_names names;
    struct activity_entry entry;
    struct buf page = {0};

    if (!session || !get_entry(visit, session, &names, &entry))
        return;
    struct admin_shell shell = admit_admin_shell(session, NULL);
    view_activity_entry(&page, visit->arena, &shell, &entry, &names);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

EXPORT int page_activity_entry(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, activity_entry);
}

static void activity_json(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    struct activity_names names;
    struct activity_entry entry;
    struct buf json = {0};

    if (!session || !get_entry(visit, session, &names, &entry))
        return;
    view_activity_json(&json, &entry.line, &names);
    reply_header(visit, "content-disposition",
                 arena_printf(visit->arena, "attachment; filename=\"entry-%lld.json\"",
                              (long long)entry.line.entry.position.value));
    reply_data(visit, 200, "application/json", json.data, json.len);
    buf_free(&json);
}

EXPORT int page_activity_json(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, activity_json);
}
