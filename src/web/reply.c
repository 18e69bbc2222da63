/*
 * web/reply: see reply.h. Kore writes the answer's head; everything in it but the status line, the
 * connection lines and the length is set here.
 */
#include "web/reply.h"

#include <string.h>

#include "base/mask.h"
#include "view/error.h"
#include "view/problem.h"
#include "web/admit.h"
#include "web/app.h"
#include "web/guard.h"
#include "web/kore.h"
#include "web/reply_head.h"
#include "web/reply_send.h"
#include "web/speak.h"
#include "web/trouble.h"

#define STATIC_MIN       16384 /* less is copied sooner than it is kept track of */
#define HEAD_USUAL_BYTES 1000

void reply_header(struct visit *visit, const char *name, const char *value)
{
    for (const char *at = value; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            kore_log(LOG_ERR, "%s: a value with a control character is left out", name);
            return;
        }
    }
    if (strcmp(name, "cache-control") == 0)
        visit->has_cache_control = true;
    http_response_header(visit->request, name, value);
}

void reply_session_cookie(struct visit *visit, const char *token)
{
    bool is_set = token != NULL && *token != '\0';
    reply_header(visit, "set-cookie",
                 arena_printf(visit->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s",
                              admit_session_cookie(visit), is_set ? token : "",
                              visit->is_tls ? "; Secure" : "", is_set ? "" : "; Max-Age=0"));
}

static const char *policy_of(unsigned flags)
{
    if (flags & ADMIT_FILMS)
        return REPLY_HEAD_POLICY_FILMS;
    if (flags & ADMIT_PICTURE)
        return REPLY_HEAD_POLICY_PICTURE;
    if (flags & ADMIT_FRAMES)
        return REPLY_HEAD_POLICY_FRAMES;
    if (flags & ADMIT_MAIL)
        return REPLY_HEAD_POLICY_MAIL;
    return flags & ADMIT_FRAMED ? REPLY_HEAD_POLICY_FRAMED : REPLY_HEAD_POLICY;
}

/* Pages that a session opens are kept apart from the window that opened them. Others have nothing
 * but what their address says, which that window knew; and a new visitor's browser would begin a
 * second process for them, which takes a third of the time until the first paint. */
static bool is_kept_apart(const struct visit *visit)
{
    static const char admin[] = "/admin";
    return strncmp(visit->request->path, admin, sizeof admin - 1) == 0;
}

static void add_field(struct buf *head, const char *name, const char *value)
{
    buf_adds(head, "\r\n");
    buf_adds(head, name);
    buf_adds(head, ": ");
    buf_adds(head, value);
}

static void add_fields(struct buf *head, const struct visit *visit, const char *type)
{
    add_field(head, "content-security-policy", policy_of(visit->flags));
    add_field(head, "x-frame-options",
              visit->flags & (ADMIT_FRAMED | ADMIT_MAIL) ? "SAMEORIGIN" : "DENY");
    for (size_t i = 0; i < reply_head_always_count; i++)
        add_field(head, reply_head_always[i].name, reply_head_always[i].value);
    if (is_kept_apart(visit))
        add_field(head, "cross-origin-opener-policy", "same-origin");
    if (visit->is_tls || reply_head_is_https(app.conf.public_url))
        add_field(head, "strict-transport-security", REPLY_HEAD_HSTS);
    if (visit->flags & ADMIT_PERSONAL)
        add_field(head, "x-robots-tag", "noindex, nofollow");
    if (!visit->has_cache_control)
        add_field(head, "cache-control", visit->flags & ADMIT_PERSONAL ? "no-store" : "no-cache");
    if (type != NULL)
        add_field(head, "content-type", type);
    if (visit->has_speech) {
        add_field(head, "content-language", locale_tag(visit->speech.lang));
        add_field(head, "vary", "Accept-Language");
    }
}

/* What stands on every answer, before its own headers are closed. To Kore it is one header, whose
 * value has the others in its further lines: for each one Kore takes memory three times and prints
 * once, which for fifteen costs a tenth of what a page takes. All of it is program text. */
void reply_send_head(struct visit *visit, const char *type)
{
    struct http_request *request = visit->request;
    struct buf head = {0};
    char date[REPLY_HEAD_DATE_BYTES];

    if (visit->is_answered)
        fatalx("%s answers twice", request->hdlr->func);
    visit->is_answered = true;
    buf_reserve(&head, HEAD_USUAL_BYTES);
    reply_head_date(date);
    buf_adds(&head, date);
    add_fields(&head, visit, type);
    http_response_header(request, "date", head.data);
    buf_free(&head);
    if (request->owner != NULL)
        guard_release(request->owner);
}

static void send_data(struct visit *visit, int code, const char *type, const void *data, size_t len)
{
    if (code == 304)
        visit->request->flags |= HTTP_REQUEST_NO_CONTENT_LENGTH;
    reply_send_head(visit, type);
    http_response(visit->request, code, len > 0 ? data : NULL, len);
}

/* Pages, texts, tables and JSON; anything else a masked viewer is not given, and has no business to
 * get. */
static bool can_be_masked(const char *type)
{
    static const char *const types[] = {"text/html", "text/plain", "text/csv", "application/json",
                                        "application/problem+json"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strncmp(type, types[i], strlen(types[i])) == 0)
            return true;
    return false;
}

void reply_data(struct visit *visit, int code, const char *type, const void *data, size_t len)
{
    struct buf masked = {0};

    if (!visit->is_masked || len == 0) {
        send_data(visit, code, type, data, len);
        return;
    }
    if (type == NULL || !can_be_masked(type)) {
        kore_log(LOG_ERR, "%s has what can't be masked", visit->request->hdlr->func);
        reply_error(visit, 403, NULL, NULL);
        return;
    }
    mask_addresses(&masked, data, len, visit->shown, visit->shown_count);
    send_data(visit, code, type, masked.data, masked.len);
    explicit_bzero(masked.data, masked.len);
    buf_free(&masked);
}

void reply_static(struct visit *visit, int code, const char *type, const void *data, size_t len)
{
    struct connection *c = visit->request->owner;
    if (len < STATIC_MIN || c == NULL || visit->is_masked) {
        reply_data(visit, code, type, data, len);
        return;
    }
    reply_send_head(visit, type);
    /* Busy until the body stands behind its head: Kore would read on between them, and what the
     * guard has to refuse would come in the middle. */
    c->flags |= CONN_IS_BUSY;
    http_response_stream(visit->request, code, (void *)(uintptr_t)data, len, NULL, NULL);
    c->flags &= ~CONN_IS_BUSY;
    if (!(c->flags & CONN_CLOSE_EMPTY))
        http_start_recv(c);
}

void reply_html(struct visit *visit, int code, const struct buf *page)
{
    reply_data(visit, code, "text/html; charset=utf-8", page->data, page->len);
}

void reply_text(struct visit *visit, int code, const char *text)
{
    size_t len = strlen(text);
    reply_data(visit, code, len > 0 ? "text/plain; charset=utf-8" : NULL, text, len);
}

void reply_json(struct visit *visit, int code, const struct buf *json)
{
    reply_data(visit, code, "application/json", json->data, json->len);
}

void reply_redirect(struct visit *visit, const char *path)
{
    if (path[0] != '/' || path[1] == '/' || path[1] == '\\') {
        kore_log(LOG_ERR, "%s sends people to another site", visit->request->hdlr->func);
        path = "/";
    }
    reply_header(visit, "location", path);
    reply_data(visit, 303, NULL, NULL, 0);
}

static const struct {
    int code;
    enum text title, advice;
} errors[] = {
    {400, TEXT_ERROR_TITLE_400, TEXT_ERROR_ADVICE_400},
    {401, TEXT_ERROR_TITLE_401, TEXT_ERROR_ADVICE_401},
    {403, TEXT_ERROR_TITLE_403, TEXT_ERROR_ADVICE_403},
    {404, TEXT_ERROR_TITLE_404, TEXT_ERROR_ADVICE_404},
    {405, TEXT_ERROR_TITLE_405, TEXT_ERROR_ADVICE_405},
    {409, TEXT_ERROR_TITLE_409, TEXT_ERROR_ADVICE_409},
    {410, TEXT_ERROR_TITLE_410, TEXT_ERROR_ADVICE_410},
    {413, TEXT_ERROR_TITLE_413, TEXT_ERROR_ADVICE_413},
    {415, TEXT_ERROR_TITLE_415, TEXT_ERROR_ADVICE_415},
    {422, TEXT_ERROR_TITLE_422, TEXT_ERROR_ADVICE_422},
    {429, TEXT_ERROR_TITLE_429, TEXT_ERROR_ADVICE_429},
    {500, TEXT_ERROR_TITLE_500, TEXT_ERROR_ADVICE_500},
    {503, TEXT_ERROR_TITLE_503, TEXT_ERROR_ADVICE_503},
    {507, TEXT_ERROR_TITLE_507, TEXT_ERROR_ADVICE_507},
};
#define ERRORS_COUNT (sizeof(errors) / sizeof(errors[0]))

void reply_error(struct visit *visit, int code, const char *title, const char *advice)
{
    for (size_t i = 0; i < ERRORS_COUNT; i++) {
        if (errors[i].code != code)
            continue;
        title = title != NULL ? title : speak_text(visit, errors[i].title);
        advice = advice != NULL ? advice : speak_text(visit, errors[i].advice);
    }
    if (title == NULL)
        title = reply_head_phrase(code);
    if (code == 503 || code == 507)
        reply_header(visit, "retry-after", REPLY_RETRY_AFTER_S);

    struct buf out = {0};
    if (visit->wants_page) {
        view_error_page(&out, visit->arena, speak_speech(visit), code, title, advice, NULL, NULL);
        reply_html(visit, code, &out);
    } else if (visit->flags & ADMIT_API) {
        view_api_problem_as(&out, app.conf.public_url, problem_of_code(code), code, advice);
        reply_data(visit, code, "application/problem+json", out.data, out.len);
    } else {
        view_problem(&out, code, title, advice);
        reply_data(visit, code, "application/problem+json", out.data, out.len);
    }
    buf_free(&out);
}

void reply_failure(struct visit *visit, enum status status, const char *where)
{
    trouble_note(app.trouble, status);
    kore_log(LOG_ERR, "%s: %s", where, status_name(status));
    reply_error(visit, status == STATUS_BUSY ? 503 : status == STATUS_FULL ? 507 : 500, NULL, NULL);
}
