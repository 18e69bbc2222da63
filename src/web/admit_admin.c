/*
 * web/admit_admin: see admit_admin.h.
 */
#include "web/admit_admin.h"

#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "service/approvals.h"
#include "service/data_requests.h"
#include "service/outbox_admin.h"
#include "view/error.h"
#include "web/admit.h"
#include "web/app.h"
#include "web/reply.h"
#include "web/speak.h"
#include "web/write.h"

struct touch {
    uint8_t hash[SESSION_HASH_BYTES];
    int64_t now_s;
};

static enum status touch_run(const struct service *service, struct txn *txn, struct arena *arena,
                             void *context)
{
    const struct touch *touch = context;
    return auth_touch(service, txn, touch->hash, touch->now_s);
}

/* The login's address, with the way back to what was asked for. */
static const char *login_path(struct visit *visit, bool had_session)
{
    struct buf back = {0};
    struct buf path = {0};
    const char *found;

    buf_adds(&back, visit->path);
    for (size_t i = 0; i < visit->query.count; i++) {
        buf_addc(&back, i ? '&' : '?');
        buf_url(&back, visit->query.fields[i].name);
        buf_addc(&back, '=');
        buf_url(&back, visit->query.fields[i].value);
    }
    buf_adds(&path, "/admin/login?");
    if (had_session)
        buf_adds(&path, "ended=1&");
    buf_adds(&path, "next=");
    buf_url(&path, back.data);
    found = arena_strdup(visit->arena, path.data);
    buf_free(&back);
    buf_free(&path);
    return found;
}

/* A form that came too late: the way in leads on to the page that has it, where there is one. */
static void refuse_form(struct visit *visit, bool had_session)
{
    struct buf page = {0};

    view_error_page(&page, visit->arena, speak_speech(visit), 401,
                    ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_SIGNED_OUT),
                    ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_SIGNED_OUT_ADVICE),
                    visit->flags & ADMIT_GET ? login_path(visit, had_session) : "/admin/login",
                    ADMIN_TEXT(visit->arena, TEXT_ADMIN_LOGIN_TITLE));
    reply_html(visit, 401, &page);
    buf_free(&page);
}

static void refuse_stranger(struct visit *visit, bool had_session)
{
    if (!visit->wants_page)
        reply_error(visit, 401, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_SIGNED_OUT),
                    ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_SIGNED_OUT_ADVICE));
    else if (visit->method == VISIT_POST)
        refuse_form(visit, had_session);
    else
        reply_redirect(visit, login_path(visit, had_session));
}

static bool is_post_ours(struct visit *visit, const struct auth_session *session, bool has_form)
{
    const char *token = form_get(&visit->form, "csrf");

    return admit_origin_is_ours(visit) &&
           (!has_form || (token && auth_csrf_is_right(session, token)));
}

static void keep_shown(struct visit *visit, const char *text)
{
    struct buf encoded = {0};

    if (strchr(text, '@') == NULL)
        return;
    text += strspn(text, " \t");
    buf_url(&encoded, text);
    visit->shown[visit->shown_count++] = text;
    visit->shown[visit->shown_count++] = arena_strdup(visit->arena, encoded.data);
    buf_free(&encoded);
}

/* From here on no answer of this visit shows a whole address, whatever page makes it. */
static void mask(struct visit *visit, const struct auth_session *session)
{
    const struct form *forms[] = {&visit->query, &visit->form};
    const size_t room = 2 * (visit->query.count + visit->form.count + 1);

    visit->is_masked = true;
    visit->shown = arena_array(visit->arena, room, sizeof *visit->shown);
    keep_shown(visit, session->admin.email);
    for (size_t f = 0; f < 2; f++)
        for (size_t i = 0; i < forms[f]->count; i++)
            if (forms[f]->fields[i].value)
                keep_shown(visit, forms[f]->fields[i].value);
}

/* Who must have a second factor and has none is led to set it up. */
static void refuse_unready(struct visit *visit)
{
    if (visit->method != VISIT_POST && visit->wants_page)
        reply_redirect(visit, "/admin/account/factor");
    else
        reply_error(visit, 403, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FACTOR_FIRST),
                    ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FACTOR_FIRST_ADVICE));
}

static const struct auth_session *admit_session(struct visit *visit, enum admin_role least,
                                                bool has_form, bool may_be_unready)
{
    struct auth_session *session = arena_alloc(visit->arena, sizeof *session);
    const char *cookie = admit_cookie(visit, admit_session_cookie(visit));
    enum status status = STATUS_NOT_FOUND;

    if (cookie && *cookie)
        status = auth_session_get(visit->service, visit->arena, cookie, visit->now_s, session);
    if (status == STATUS_NOT_FOUND || status == STATUS_INVALID) {
        refuse_stranger(visit, cookie && *cookie);
        return NULL;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "admit_admin");
        return NULL;
    }
    if (!admins_is_shown_addresses(&session->admin))
        mask(visit, session);
    if (visit->method == VISIT_POST && !is_post_ours(visit, session, has_form)) {
        admit_admin_error(visit, session, 403,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_FOREIGN),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_FOREIGN_ADVICE));
        return NULL;
    }
    if (session->needs_factor && !may_be_unready) {
        refuse_unready(visit);
        return NULL;
    }
    if (session->admin.role < least) {
        admit_admin_error(visit, session, 403, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_ROLE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_ROLE_ADVICE));
        return NULL;
    }
    if (outbox_admin_dead(visit->service, &session->dead_mails) != STATUS_OK)
        session->dead_mails = 0; /* the page is worth more than its menu's badge */
    if (data_requests_open_count(visit->service, visit->now_s, &session->open_requests,
                                 &session->overdue_requests) != STATUS_OK)
        session->open_requests = session->overdue_requests = 0;
    if (approvals_count_for(visit->service, &session->admin, visit->now_s,
                            &session->approvals_waiting) != STATUS_OK)
        session->approvals_waiting = 0;
    if (session->needs_touch) {
        struct touch touch = {.now_s = visit->now_s};
        memcpy(touch.hash, session->hash, sizeof touch.hash);
        write_in_background(touch_run, &touch, sizeof touch, NULL);
    }
    return session;
}

const struct auth_session *admit_admin(struct visit *visit, enum admin_role least)
{
    return admit_session(visit, least, true, false);
}

const struct auth_session *admit_admin_file(struct visit *visit, enum admin_role least)
{
    return admit_session(visit, least, false, false);
}

const struct auth_session *admit_admin_unready(struct visit *visit, enum admin_role least)
{
    return admit_session(visit, least, true, true);
}

const struct auth_session *admit_admin_whole(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);

    if (!session || !visit->is_masked)
        return session;
    admit_admin_error(visit, session, 403, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_MASKED),
                      ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_MASKED_ADVICE));
    return NULL;
}

bool admit_admin_knows(const char *cookies)
{
    static const char *const names[] = {"__Host-assent", "assent"};
    struct arena *arena = arena_new();
    enum status status = STATUS_NOT_FOUND;

    for (size_t i = 0; i < sizeof names / sizeof *names && status != STATUS_OK; i++) {
        struct auth_session session;
        const char *cookie = admit_cookie_of(arena, cookies, names[i]);
        if (cookie && *cookie)
            status = auth_session_get(&app.reader, arena, cookie, clock_now_s(), &session);
        if (status == STATUS_OK && session.needs_factor)
            status = STATUS_REFUSED;
    }
    arena_free(arena);
    return status == STATUS_OK;
}

enum admin_role admit_admin_least(const struct visit *visit)
{
    return visit->method == VISIT_POST ? ROLE_MANAGER : ROLE_VIEWER;
}

struct admin_shell admit_admin_shell(const struct auth_session *session, const char *notice)
{
    const bool has_more = session->dead_mails > OUTBOX_BADGE_MAX;
    return (struct admin_shell){
        .admin_name = *session->admin.name ? session->admin.name : session->admin.email,
        .admin_email = session->admin.email,
        .csrf = session->csrf,
        .can_change = session->admin.role >= ROLE_MANAGER,
        .sees_addresses = admins_is_shown_addresses(&session->admin),
        .notice = notice && *notice ? notice : NULL,
        .dead_mails = has_more ? OUTBOX_BADGE_MAX : session->dead_mails,
        .has_more_dead = has_more,
        .open_requests = session->open_requests,
        .overdue_requests = session->overdue_requests,
        .approvals_waiting = session->approvals_waiting,
    };
}

void admit_admin_error(struct visit *visit, const struct auth_session *session, int code,
                       const char *title, const char *advice)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct buf page = {0};

    if (!visit->wants_page) {
        reply_error(visit, code, title, advice);
        return;
    }
    view_admin_error(&page, visit->arena, &shell, code, title, advice);
    reply_html(visit, code, &page);
    buf_free(&page);
}
