/*
 * web/page_import: Communications → Import: a file is uploaded, and what becomes of it. The work on
 * it is the courier's (service/import_work); here it is asked for, and shown.
 *
 * The upload may be long: it comes into a file of Kore's, and is looked at in the offload thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/catalogue.h"
#include "base/fold.h"
#include "service/import_jobs.h"
#include "view/imports.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/api_body.h"
#include "web/export_log.h"
#include "web/gate.h"
#include "web/offload.h"
#include "web/reply.h"
#include "web/write.h"

int page_imports(struct http_request *request);
int page_import(struct http_request *request);
int page_import_rejected(struct http_request *request);

#define PATH        "/admin/import"
#define PIECE_BYTES 65536

struct upload {
    const struct auth_session *session;
    struct api_body *body;
    const char *content_type;
    bool is_ours; /* its CSRF token is right */
    const char *consent;
    struct imports_fault fault;
    int fault_code;
    bool is_kept;
    char file[IMPORT_FILE_ID_BYTES];
    struct import_ask ask;
    struct import_job job;
    bool is_busy;
};

static bool can_change(const struct auth_session *session)
{
    return session->admin.role >= ROLE_MANAGER;
}

static void answer_list(struct visit *visit, const struct auth_session *session, int code,
                        const struct imports_fault *fault)
{
    const struct admin_shell shell = admit_admin_shell(session, NULL);
    struct import_recent recent;
    struct buf page = {0};
    enum status status = import_jobs_recent(visit->service, visit->arena, &recent);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_import");
        return;
    }
    view_imports(&page, visit->arena, &shell, &recent, fault, can_change(session));
    reply_html(visit, code, &page);
    buf_free(&page);
}

static void refuse(struct upload *upload, struct arena *arena, int code, enum text text)
{
    upload->fault.file = ADMIN_TEXT(arena, text);
    upload->fault_code = code;
}

static bool has_good_consent(struct upload *upload, struct arena *arena)
{
    if (strlen(upload->consent) <= REASON_MAX_BYTES)
        return true;
    upload->fault.consent = ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_CONSENT_LONG,
                                       catalogue_arg_int("max", REASON_MAX_BYTES));
    upload->fault_code = 422;
    return false;
}

static enum status keep(const struct service *service, struct arena *arena, struct upload *upload,
                        const struct form_file *file)
{
    enum status status =
        import_jobs_keep(service->conf, arena, file->data, file->len, upload->file);

    if (status == STATUS_FULL) {
        refuse(upload, arena, 507, TEXT_ADMIN_IMPORT_NO_ROOM);
        return STATUS_OK;
    }
    upload->is_kept = status == STATUS_OK;
    upload->ask = (struct import_ask){.name = file->filename,
                                      .file = upload->file,
                                      .consent = upload->consent,
                                      .bytes = (int64_t)file->len};
    return status;
}

/* In the offload thread. */
static enum status read_run(const struct service *service, struct arena *arena, void *context)
{
    struct upload *upload = context;
    struct form form;
    const char *data;
    enum status status = api_body_map(upload->body, &data);

    if (status != STATUS_OK)
        return status;
    if (upload->content_type == NULL ||
        form_parse_multipart_file(arena, upload->content_type, data, api_body_bytes(upload->body),
                                  &form) != STATUS_OK) {
        upload->is_ours = true; /* nothing can be said of it, and nothing is done */
        refuse(upload, arena, 400, TEXT_ADMIN_IMPORT_FILE_UNREAD);
        return STATUS_OK;
    }
    const char *token = form_get(&form, "csrf");
    upload->is_ours = token && auth_csrf_is_right(upload->session, token);
    const char *consent = form_get(&form, "consent");
    upload->consent = consent ? fold_clean(arena, consent) : "";
    upload->fault.typed = upload->consent;
    if (!upload->is_ours || !has_good_consent(upload, arena))
        return STATUS_OK;
    if (form.file == NULL || (form.file->len == 0 && *form.file->filename == '\0'))
        refuse(upload, arena, 422, TEXT_ADMIN_IMPORT_FILE_MISSING);
    else if (form.file->len == 0)
        refuse(upload, arena, 422, TEXT_ADMIN_IMPORT_FILE_EMPTY);
    else
        return keep(service, arena, upload, form.file);
    return STATUS_OK;
}

static enum status ask_run(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct upload *upload = context;

    return import_jobs_ask(service, txn, arena, &upload->ask, &upload->job, &upload->is_busy);
}

static void ask_done(struct visit *visit, void *context, enum status status)
{
    const struct upload *upload = context;

    if (status != STATUS_OK || upload->is_busy)
        import_jobs_drop(visit->service->conf, visit->arena, upload->file);
    if (status != STATUS_OK)
        reply_failure(visit, status, "page_import");
    else if (upload->is_busy)
        answer_list(visit, upload->session, 409, NULL);
    else
        reply_redirect(visit, arena_printf(visit->arena, PATH "/%lld", (long long)upload->job.id));
}

static void read_done(struct visit *visit, void *context, enum status status)
{
    struct upload *upload = context;

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_import");
    } else if (!upload->is_ours) {
        admit_admin_error(visit, upload->session, 403,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_FOREIGN),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_FOREIGN_ADVICE));
    } else if (!upload->is_kept) {
        answer_list(visit, upload->session, upload->fault_code, &upload->fault);
    } else {
        upload->ask.origin = auth_origin(upload->session, visit->address, visit->agent);
        write_and_sleep(visit, ask_run, upload, ask_done);
    }
}

static void imports(struct visit *visit)
{
    const struct auth_session *session = visit->method == VISIT_POST
                                             ? admit_admin_file(visit, ROLE_MANAGER)
                                             : admit_admin(visit, ROLE_VIEWER);

    if (!session)
        return;
    if (visit->method != VISIT_POST) {
        answer_list(visit, session, 200, NULL);
        return;
    }
    struct upload *upload = arena_alloc(visit->arena, sizeof *upload);
    *upload = (struct upload){.session = session,
                              .body = api_body_take(visit),
                              .content_type =
                                  arena_strdup(visit->arena, admit_header(visit, "content-type")),
                              .consent = ""};
    offload_and_sleep(visit, read_run, upload, read_done);
}

EXPORT int page_imports(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL | ADMIT_NO_FORM, imports);
}

struct act_job {
    const struct auth_session *session;
    int64_t id;
    enum import_act act;
    struct origin origin;
    bool is_late;
    enum approval_gate gate;
};

static void answer_one(struct visit *visit, const struct auth_session *session, int64_t id,
                       bool is_late)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct import_look look;
    struct buf page = {0};
    enum status status = import_jobs_look(visit->service, visit->arena, id, visit->now_s, &look);

    if (status == STATUS_NOT_FOUND) {
        admit_admin_error(visit, session, 404,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_IMPORT_NOT_THERE), NULL);
        return;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_import");
        return;
    }
    if (is_late) {
        shell.notice = ADMIN_TEXT(visit->arena, TEXT_ADMIN_IMPORT_LATE);
        shell.notice_is_fault = true;
    }
    if (!is_late && look.waits_for_approval)
        shell.notice = ADMIN_TEXT(visit->arena, TEXT_ADMIN_APPROVALS_IMPORT_WAITS);
    view_import(&page, visit->arena, &shell, &look, can_change(session));
    reply_html(visit, is_late ? 409 : 200, &page);
    buf_free(&page);
}

static enum status act_run(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct act_job *job = context;
    enum status status = STATUS_OK;
    int64_t approval;

    if (job->act == IMPORT_START)
        status = approvals_gate(service, txn, arena,
                                &(struct approval_ask){.kind = APPROVAL_IMPORT, .id = job->id},
                                &job->origin, &job->gate, &approval);
    if (status != STATUS_OK || job->gate != APPROVAL_NOT_NEEDED)
        return status;
    return import_jobs_act(service, txn, arena, job->id, job->act, &job->origin, &job->is_late);
}

static void act_done(struct visit *visit, void *context, enum status status)
{
    const struct act_job *job = context;

    if (status == STATUS_NOT_FOUND)
        answer_one(visit, job->session, job->id, false);
    else if (status != STATUS_OK)
        reply_failure(visit, status, "page_import");
    else if (gate_answers(visit, job->gate))
        return;
    else if (job->is_late)
        answer_one(visit, job->session, job->id, true);
    else
        reply_redirect(visit, arena_printf(visit->arena, PATH "/%lld", (long long)job->id));
}

static bool read_act(const char *name, enum import_act *out)
{
    static const char *const names[IMPORT_ACT_COUNT] = {
        [IMPORT_START] = "start",
        [IMPORT_STOP] = "stop",
        [IMPORT_DISCARD] = "discard",
        [IMPORT_UNDO] = "undo",
    };

    for (int i = 0; name && i < IMPORT_ACT_COUNT; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum import_act)i;
            return true;
        }
    return false;
}

/* 0: the address names none. */
static int64_t id_of(struct visit *visit)
{
    const char *text = admit_segment(visit, 2);

    return text && strlen(text) < 19 ? strtoll(text, NULL, 10) : 0;
}

static void import(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, admit_admin_least(visit));

    if (!session)
        return;
    if (visit->method != VISIT_POST) {
        answer_one(visit, session, id_of(visit), false);
        return;
    }
    struct act_job *job = arena_alloc(visit->arena, sizeof *job);
    *job = (struct act_job){.session = session,
                            .id = id_of(visit),
                            .origin = auth_origin(session, visit->address, visit->agent)};
    if (!read_act(form_get(&visit->form, "do"), &job->act))
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_NO_ACT));
    else
        write_and_sleep(visit, act_run, job, act_done);
}

EXPORT int page_import(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, import);
}

struct fetch {
    int fd;
};

static void end_fetch(void *context)
{
    close(((struct fetch *)context)->fd);
}

static enum status fetch_make(const struct service *service, struct arena *scratch, void *context,
                              struct buf *out, bool *is_last)
{
    const struct fetch *fetch = context;
    char *piece = arena_alloc(scratch, PIECE_BYTES);
    ssize_t got;

    (void)service;
    do
        got = read(fetch->fd, piece, PIECE_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return STATUS_IO;
    *is_last = got == 0;
    buf_add(out, piece, (size_t)got);
    return STATUS_OK;
}

static void fetch_logged(struct visit *visit, void *context, enum status status)
{
    if (status != STATUS_OK)
        reply_failure(visit, status, "page_import_rejected");
    else
        reply_stream(visit, &(struct reply_stream){.type = "text/csv; charset=utf-8",
                                                   .filename = "rejected.csv",
                                                   .make = fetch_make,
                                                   .goes_on = export_log_goes_on,
                                                   .context = context});
}

static void rejected(struct visit *visit)
{
    const struct auth_session *session = admit_admin_whole(visit);
    struct import_look look = {0};

    if (!session)
        return;
    enum status status =
        import_jobs_look(visit->service, visit->arena, id_of(visit), visit->now_s, &look);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        reply_failure(visit, status, "page_import_rejected");
        return;
    }
    const bool is_there =
        status == STATUS_OK && look.has_rejected && !import_jobs_is_working(look.job.state);
    int fd = is_there
                 ? open(import_jobs_path(visit->service->conf, visit->arena, look.job.file, true),
                        O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
                 : -1;
    if (fd < 0) {
        admit_admin_error(visit, session, 404,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_IMPORT_NOTHING_REJECTED), NULL);
        return;
    }
    struct fetch *fetch = arena_alloc(visit->arena, sizeof *fetch);
    *fetch = (struct fetch){.fd = fd};
    visit_at_end(visit, end_fetch, fetch);
    export_log_and_sleep(
        visit, session,
        arena_printf(visit->arena, "rejected.csv; import: %lld", (long long)id_of(visit)), fetch,
        fetch_logged);
}

EXPORT int page_import_rejected(struct http_request *request)
{
    return admit(request, ADMIT_POST | ADMIT_PERSONAL, rejected);
}
