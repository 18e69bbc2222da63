/*
 * web/page_data_requests: Communications → Requests: the register of what people asked for by
 * letter, phone or mail, and one of them. Everyone who is signed in may look; managers change.
 */
#include <string.h>

#include "base/catalogue.h"
#include "view/data_requests.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"
#include "web/write.h"

#define PATH "/admin/requests"

int page_data_requests(struct http_request *request);
int page_data_request(struct http_request *request);

struct request_job {
    const struct auth_session *session;
    struct data_request_edit edit;
    struct data_request_saved saved;
};

/* What a form's button, and ?did= behind it, are called. */
static const char *const act_names[DATA_REQUEST_ACT_COUNT] = {
    [DATA_REQUEST_ADD] = "add",       [DATA_REQUEST_EDIT] = "edit",
    [DATA_REQUEST_EXTEND] = "extend", [DATA_REQUEST_SHORTEN] = "shorten",
    [DATA_REQUEST_FINISH] = "done",   [DATA_REQUEST_REFUSE] = "refuse",
    [DATA_REQUEST_REOPEN] = "reopen", [DATA_REQUEST_UNDO] = "undo",
};

static bool read_act(const char *name, enum data_request_act *out)
{
    for (int i = 0; name && i < DATA_REQUEST_ACT_COUNT; i++)
        if (strcmp(act_names[i], name) == 0) {
            *out = (enum data_request_act)i;
            return true;
        }
    return false;
}

static struct data_requests_show show_of(const struct visit *visit,
                                         const struct auth_session *session,
                                         const struct request_job *job)
{
    const bool is_refused = job && job->saved.fault != DATA_REQUEST_STALE;
    return (struct data_requests_show){
        .now_s = visit->now_s,
        .can_change = session->admin.role >= ROLE_MANAGER,
        .edit = is_refused ? &job->edit : NULL,
        .saved = job ? &job->saved : NULL,
    };
}

static void answer_list(struct visit *visit, const struct auth_session *session, int code,
                        const struct request_job *job)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct data_requests_show show = show_of(visit, session, job);
    const char *state = form_get(&visit->query, "state");
    const char *after = form_get(&visit->query, "after");
    struct data_request_list list;
    struct buf page = {0};

    show.is_closed = state && strcmp(state, "closed") == 0;
    show.is_first = !after || !*after;
    enum status status = data_requests_list(visit->service, visit->arena, show.is_closed, after,
                                            visit->now_s, &list);
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_data_requests");
        return;
    }
    view_data_requests(&page, visit->arena, &shell, &list, &show);
    reply_html(visit, code, &page);
    buf_free(&page);
}

/* What the act before this page did, where the request still shows it. */
static const char *notice_of(struct visit *visit, const struct data_request *request,
                             bool *can_undo)
{
    const bool is_open = request->state == DATA_REQUEST_OPEN;
    const struct text_arg day = catalogue_arg_date("day", request->due_at);
    const char *did = form_get(&visit->query, "did");
    enum data_request_act act;

    *can_undo = false;
    if (did && strcmp(did, "same") == 0)
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_DID_SAME);
    if (!read_act(did, &act))
        return NULL;
    switch (act) {
    case DATA_REQUEST_ADD:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_DID_ADD, day);
    case DATA_REQUEST_EDIT:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_DID_EDIT);
    case DATA_REQUEST_EXTEND:
        *can_undo = is_open && request->extended_at != 0;
        return *can_undo ? ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_DID_EXTEND, day) : NULL;
    case DATA_REQUEST_SHORTEN:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_DID_SHORTEN, day);
    case DATA_REQUEST_FINISH:
        *can_undo = request->state == DATA_REQUEST_DONE;
        return *can_undo ? ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_DID_DONE) : NULL;
    case DATA_REQUEST_REFUSE:
        *can_undo = request->state == DATA_REQUEST_REFUSED;
        return *can_undo ? ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_DID_REFUSE) : NULL;
    case DATA_REQUEST_UNDO:
        return is_open ? ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_DID_UNDO, day) : NULL;
    case DATA_REQUEST_REOPEN:
        return is_open ? ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_DID_REOPEN, day) : NULL;
    case DATA_REQUEST_ACT_COUNT:
        break;
    }
    return NULL;
}

static void answer_gone(struct visit *visit, const struct auth_session *session)
{
    admit_admin_error(visit, session, 404, ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_GONE),
                      ADMIN_TEXT(visit->arena, TEXT_ADMIN_REQUESTS_GONE_ADVICE));
}

static void answer_one(struct visit *visit, const struct auth_session *session, int64_t id,
                       int code, const struct request_job *job)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct data_requests_show show = show_of(visit, session, job);
    struct data_request_line line;
    struct buf page = {0};
    enum status status = data_requests_look(visit->service, visit->arena, id, visit->now_s, &line);

    if (status == STATUS_NOT_FOUND) {
        answer_gone(visit, session);
        return;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_data_request");
        return;
    }
    if (!job)
        shell.notice = notice_of(visit, &line.request, &show.can_undo);
    show.can_undo = show.can_undo && show.can_change;
    view_data_request(&page, visit->arena, &shell, &line, &show);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    struct request_job *job = context;

    return data_requests_save(service, txn, arena, &job->edit, &job->saved);
}

static int code_of(enum data_request_fault fault)
{
    return fault == DATA_REQUEST_STALE || fault == DATA_REQUEST_LATE ? 409 : 422;
}

static void done(struct visit *visit, void *context, enum status status)
{
    const struct request_job *job = context;
    const enum data_request_fault fault = job->saved.fault;
    const bool is_new = job->edit.act == DATA_REQUEST_ADD;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_data_requests");
    else if (fault == DATA_REQUEST_GONE)
        answer_gone(visit, job->session);
    else if (fault == DATA_REQUEST_FINE)
        reply_redirect(
            visit, arena_printf(visit->arena, PATH "/%lld?did=%s", (long long)job->saved.request.id,
                                job->saved.is_unchanged ? "same" : act_names[job->edit.act]));
    else if (is_new)
        answer_list(visit, job->session, code_of(fault), job);
    else
        answer_one(visit, job->session, job->edit.id, code_of(fault), job);
}

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->form, name);

    return value ? value : "";
}

/* id 0: a new one. */
static void post(struct visit *visit, const struct auth_session *session, int64_t id)
{
    struct request_job *job = arena_alloc(visit->arena, sizeof *job);
    const char *act = text_of(visit, "do");

    *job = (struct request_job){
        .session = session,
        .edit = {.id = id,
                 .kind = text_of(visit, "kind"),
                 .way = text_of(visit, "way"),
                 .received = text_of(visit, "received"),
                 .who = text_of(visit, "who"),
                 .email = text_of(visit, "email"),
                 .note = text_of(visit, "note"),
                 .words = text_of(visit, "words"),
                 .origin = auth_origin(session, visit->address, visit->agent)},
    };
    const bool is_read =
        read_act(act, &job->edit.act) && (id == 0) == (job->edit.act == DATA_REQUEST_ADD);
    const bool is_undo = is_read && job->edit.act == DATA_REQUEST_UNDO;
    const bool has_head = id == 0 || form_get_int(&visit->form, is_undo ? "undoes" : "head", 1,
                                                  INT64_MAX, &job->edit.head);
    if (is_read && has_head)
        write_and_sleep(visit, run, job, done);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_NO_ACT));
}

static void data_requests(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, admit_admin_least(visit));

    if (session && visit->method == VISIT_POST)
        post(visit, session, 0);
    else if (session)
        answer_list(visit, session, 200, NULL);
}

/* The number in /admin/requests/NUMBER; 0, which none has, for one that is too large. */
static int64_t id_of(const char *text)
{
    int64_t id = 0;

    for (; text && *text >= '0' && *text <= '9'; text++)
        if (__builtin_mul_overflow(id, 10, &id) || __builtin_add_overflow(id, *text - '0', &id))
            return 0;
    return text && *text == '\0' ? id : 0;
}

static void data_request(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, admit_admin_least(visit));
    const int64_t id = id_of(admit_segment(visit, 2));

    if (session && id == 0)
        answer_gone(visit, session);
    else if (session && visit->method == VISIT_POST)
        post(visit, session, id);
    else if (session)
        answer_one(visit, session, id, 200, NULL);
}

EXPORT int page_data_requests(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, data_requests);
}

EXPORT int page_data_request(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, data_request);
}
