/*
 * web/page_outbox: Communications → Outbox: our own mails, one of them, and what is done with it. A
 * mail's words are shown in a frame under the policy of mails (ADMIT_MAIL), where nothing runs and
 * nothing is fetched; links in it work for owners alone (service/outbox_admin).
 */
#include <string.h>

#include "base/catalogue.h"
#include "view/outbox.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"
#include "web/write.h"

int page_outbox(struct http_request *request);
int page_outbox_mail(struct http_request *request);
int page_outbox_html(struct http_request *request);
int page_outbox_eml(struct http_request *request);

static const char *const act_names[OUTBOX_ACT_COUNT] = {
    [OUTBOX_AGAIN] = "again",
    [OUTBOX_AGAIN_ALL] = "again_all",
    [OUTBOX_NOW] = "now",
    [OUTBOX_DISCARD] = "discard",
};

static bool read_act(const char *name, enum outbox_act *out)
{
    for (int i = 0; name && i < OUTBOX_ACT_COUNT; i++)
        if (strcmp(act_names[i], name) == 0) {
            *out = (enum outbox_act)i;
            return true;
        }
    return false;
}

static int read_state(const char *name)
{
    static const enum letter_outcome outcomes[] = {LETTER_WAITS, LETTER_SENT, LETTER_DEAD};
    for (size_t i = 0; name && i < sizeof outcomes / sizeof *outcomes; i++)
        if (strcmp(outbox_state_key(outcomes[i]), name) == 0)
            return (int)outcomes[i];
    return LETTER_ANY;
}

static const char *text_of(const struct form *form, const char *name)
{
    const char *value = form_get(form, name);
    return value ? value : "";
}

/* ?did=ACT&n=COUNT of the act before this page. */
static const char *notice_of(struct visit *visit)
{
    enum outbox_act act;
    int64_t count = 0;
    if (!read_act(form_get(&visit->query, "did"), &act))
        return NULL;
    switch (act) {
    case OUTBOX_AGAIN:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_OUTBOX_DID_AGAIN);
    case OUTBOX_NOW:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_OUTBOX_DID_NOW);
    case OUTBOX_DISCARD:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_OUTBOX_DID_DISCARD);
    case OUTBOX_AGAIN_ALL:
        if (!form_get_int(&visit->query, "n", 0, OUTBOX_AGAIN_MAX, &count))
            return NULL;
        return arena_printf(
            visit->arena, "%s%s%s",
            ADMIN_TEXT(visit->arena, TEXT_ADMIN_OUTBOX_DID_AGAIN_ALL, ARG("n", count)),
            count == OUTBOX_AGAIN_MAX ? " " : "",
            count == OUTBOX_AGAIN_MAX ? ADMIN_TEXT(visit->arena, TEXT_ADMIN_OUTBOX_DID_MORE) : "");
    case OUTBOX_ACT_COUNT:
        break;
    }
    return NULL;
}

static bool can_act(const struct auth_session *session)
{
    return session->admin.role >= ROLE_MANAGER;
}

static void answer_list(struct visit *visit, const struct auth_session *session)
{
    struct admin_shell shell = admit_admin_shell(session, notice_of(visit));
    const char *before = text_of(&visit->query, "before");
    const struct outbox_query query = {
        .outcome = read_state(form_get(&visit->query, "state")),
        .address = text_of(&visit->query, "q"),
        .cursor = *before ? before : text_of(&visit->query, "after"),
        .is_backward = *before != '\0',
    };
    struct outbox_list list;
    struct buf page = {0};
    enum status status =
        outbox_admin_list(visit->service, visit->arena, &query, visit->now_s, &list);
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_outbox");
        return;
    }
    view_outbox(&page, visit->arena, &shell, &list, can_act(session));
    reply_html(visit, 200, &page);
    buf_free(&page);
}

static void answer_gone(struct visit *visit, const struct auth_session *session)
{
    admit_admin_error(visit, session, 404, ADMIN_TEXT(visit->arena, TEXT_ADMIN_OUTBOX_GONE),
                      ADMIN_TEXT(visit->arena, TEXT_ADMIN_OUTBOX_GONE_ADVICE));
}

/* The number in /admin/outbox/NUMBER; 0, which no mail has, for one that is too large. */
static int64_t id_of(const char *text)
{
    int64_t id = 0;
    for (; text && *text >= '0' && *text <= '9'; text++)
        if (__builtin_mul_overflow(id, 10, &id) || __builtin_add_overflow(id, *text - '0', &id))
            return 0;
    return text && *text == '\0' ? id : 0;
}

/* False: it is not there or can't be read, and that was answered. */
static bool get_mail(struct visit *visit, const struct auth_session *session,
                     struct outbox_mail *out)
{
    enum status status =
        outbox_admin_get(visit->service, visit->arena, id_of(admit_segment(visit, 2)),
                         session->admin.role, visit->now_s, out);
    if (status == STATUS_NOT_FOUND)
        answer_gone(visit, session);
    else if (status != STATUS_OK)
        reply_failure(visit, status, "page_outbox_mail");
    return status == STATUS_OK;
}

static void answer_mail(struct visit *visit, const struct auth_session *session, int code,
                        const char *fault)
{
    struct admin_shell shell = admit_admin_shell(session, fault ? fault : notice_of(visit));
    struct outbox_mail mail;
    struct buf page = {0};
    if (!get_mail(visit, session, &mail))
        return;
    shell.notice_is_fault = fault != NULL;
    view_outbox_mail(&page, visit->arena, &shell, &mail, can_act(session));
    reply_html(visit, code, &page);
    buf_free(&page);
}

struct outbox_job {
    const struct auth_session *session;
    enum outbox_act act;
    int64_t id, now_s;
    struct origin origin;
    bool is_of_list; /* it goes back to the list, in that state */
    int state;
    struct outbox_acted acted;
};

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    struct outbox_job *job = context;
    return outbox_admin_act(service, txn, arena, job->act, job->id, job->now_s, &job->origin,
                            &job->acted);
}

static const char *way_back(struct visit *visit, const struct outbox_job *job)
{
    const struct outbox_query query = {.outcome = job->state, .address = ""};
    const char *list = outbox_url(visit->arena, &query);
    if (!job->is_of_list && job->act != OUTBOX_DISCARD)
        return arena_printf(visit->arena, "/admin/outbox/%lld?did=%s", (long long)job->id,
                            act_names[job->act]);
    return arena_printf(visit->arena, "%s%cdid=%s&n=%lld", list, strchr(list, '?') ? '&' : '?',
                        act_names[job->act], (long long)job->acted.count);
}

static void done(struct visit *visit, void *context, enum status status)
{
    const struct outbox_job *job = context;
    const char *changed = ADMIN_TEXT(visit->arena, TEXT_ADMIN_OUTBOX_CHANGED);
    if (status != STATUS_OK)
        reply_failure(visit, status, "page_outbox");
    else if (!job->acted.is_gone)
        reply_redirect(visit, way_back(visit, job));
    else if (job->is_of_list)
        admit_admin_error(visit, job->session, 409, changed, NULL);
    else
        answer_mail(visit, job->session, 409, changed);
}

/* id 0: of the list, whose form says of which mail, if of one. */
static void post(struct visit *visit, const struct auth_session *session, int64_t id)
{
    struct outbox_job *job = arena_alloc(visit->arena, sizeof *job);
    *job = (struct outbox_job){.session = session,
                               .id = id,
                               .now_s = visit->now_s,
                               .origin = auth_origin(session, visit->address, visit->agent),
                               .is_of_list = id == 0,
                               .state = read_state(form_get(&visit->form, "state"))};
    const bool is_read = read_act(form_get(&visit->form, "do"), &job->act);
    if (id == 0)
        job->id = id_of(form_get(&visit->form, "id"));
    if (is_read && (job->act == OUTBOX_AGAIN_ALL ? id == 0 : job->id > 0))
        write_and_sleep(visit, run, job, done);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_NO_ACT));
}

static void outbox(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, admit_admin_least(visit));
    if (session && visit->method == VISIT_POST)
        post(visit, session, 0);
    else if (session)
        answer_list(visit, session);
}

static void outbox_mail(struct visit *visit)
{
    const struct auth_session *session =
        visit->method == VISIT_POST ? admit_admin(visit, ROLE_MANAGER) : admit_admin_whole(visit);
    const int64_t id = id_of(admit_segment(visit, 2));
    if (session && id == 0)
        answer_gone(visit, session);
    else if (session && visit->method == VISIT_POST)
        post(visit, session, id);
    else if (session)
        answer_mail(visit, session, 200, NULL);
}

static void outbox_html(struct visit *visit)
{
    const struct auth_session *session = admit_admin_whole(visit);
    struct outbox_mail mail;
    struct buf page = {0};
    if (!session || !get_mail(visit, session, &mail))
        return;
    if (view_outbox_html(&page, visit->arena, &mail))
        reply_html(visit, 200, &page);
    else
        answer_gone(visit, session);
    buf_free(&page);
}

static void outbox_eml(struct visit *visit)
{
    const struct auth_session *session = admit_admin_whole(visit);
    struct outbox_mail mail;
    struct buf bytes = {0};
    if (!session || !get_mail(visit, session, &mail))
        return;
    if (mail.source == OUTBOX_FILE && !mail.shows_links) {
        admit_admin_error(visit, session, 403, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_ROLE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_ROLE_ADVICE));
    } else if (view_outbox_eml(&bytes, visit->arena, &mail)) {
        reply_header(visit, "content-disposition",
                     arena_printf(visit->arena, "attachment; filename=\"%lld.eml\"",
                                  (long long)mail.letter.id));
        reply_data(visit, 200, "message/rfc822", bytes.data, bytes.len);
    } else {
        answer_gone(visit, session);
    }
    buf_free(&bytes);
}

EXPORT int page_outbox(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, outbox);
}

EXPORT int page_outbox_mail(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL | ADMIT_FRAMES, outbox_mail);
}

EXPORT int page_outbox_html(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL | ADMIT_MAIL, outbox_html);
}

EXPORT int page_outbox_eml(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, outbox_eml);
}
