/*
 * web/admit: see admit.h. A visit lives in Kore's per-request state: made at the first call, ended
 * when Kore frees the request, also when the client has gone.
 */
#include "web/admit.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/contact.h"
#include "web/app.h"
#include "web/kore.h"
#include "web/metrics.h"
#include "web/reply.h"
#include "web/speak.h"
#include "web/wait.h"

struct visit_end {
    void (*end)(void *context);
    void *context;
    struct visit_end *before;
};

void visit_at_end(struct visit *visit, void (*end)(void *context), void *context)
{
    struct visit_end *last = arena_alloc(visit->arena, sizeof *last);
    *last = (struct visit_end){.end = end, .context = context, .before = visit->ends};
    visit->ends = last;
}

static void end_arena(struct arena *arena, struct visit_end *ends)
{
    for (; ends != NULL; ends = ends->before)
        ends->end(ends->context);
    arena_free(arena);
}

static void end_visit(struct http_request *request)
{
    struct visit *visit = http_state_get(request);
    struct visit_wait *wait = visit->wait;
    if (wait != NULL && !wait->is_done) {
        wait->visit = NULL;
        wait->ends = visit->ends;
        app.waiting--;
        if (!wait->abandon(wait))
            return;
    }
    end_arena(visit->arena, visit->ends);
}

void wait_begin(struct visit *visit, struct visit_wait *wait)
{
    wait->visit = visit;
    wait->arena = visit->arena;
    visit->wait = wait;
    app.waiting++;
}

void wait_end(struct visit_wait *wait, enum status status)
{
    wait->status = status;
    wait->is_done = true;
    if (wait->visit == NULL) {
        end_arena(wait->arena, wait->ends);
        return;
    }
    app.waiting--;
    http_request_wakeup(wait->visit->request);
}

static bool is_trusted_peer(const char *peer)
{
    for (size_t i = 0; i < app.conf.proxies_count; i++)
        if (strcmp(app.conf.proxies[i], peer) == 0)
            return true;
    return false;
}

/* As text. A socket for both families shows IPv4 as IPv6 (RFC 4291 section 2.5.5.2): it is told as
 * what it is, so that one client has one address. */
static void write_peer(const struct connection *c, char out[INET6_ADDRSTRLEN])
{
    if (c->family == AF_INET)
        inet_ntop(AF_INET, &c->addr.ipv4.sin_addr, out, INET6_ADDRSTRLEN);
    else if (c->family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&c->addr.ipv6.sin6_addr))
        inet_ntop(AF_INET, c->addr.ipv6.sin6_addr.s6_addr + 12, out, INET6_ADDRSTRLEN);
    else if (c->family == AF_INET6)
        inet_ntop(AF_INET6, &c->addr.ipv6.sin6_addr, out, INET6_ADDRSTRLEN);
}

/* The peer; behind a trusted proxy the last hop that it names, if that is an address. */
static void read_address(struct visit *visit)
{
    const struct connection *c = visit->request->owner;
    char peer[INET6_ADDRSTRLEN] = "local";
    write_peer(c, peer);
    const char *address = peer;
    visit->is_tls = c->ssl != NULL;

    if (app.conf.proxies_count > 0 && is_trusted_peer(peer)) {
        const char *hops = admit_header(visit, "x-forwarded-for");
        const char *scheme = admit_header(visit, "x-forwarded-proto");
        visit->is_tls = visit->is_tls || (scheme != NULL && strcasecmp(scheme, "https") == 0);
        if (hops != NULL) {
            const char *comma = strrchr(hops, ',');
            const char *last = comma == NULL ? hops : comma + 1;
            last += strspn(last, " ");
            unsigned char raw[16];
            if (inet_pton(AF_INET, last, raw) == 1 || inet_pton(AF_INET6, last, raw) == 1)
                address = last;
        }
    }
    visit->address = arena_strdup(visit->arena, address);
}

const char *admit_header(struct visit *visit, const char *name)
{
    const char *value = NULL;
    if (!http_request_header(visit->request, name, &value))
        return NULL;
    return value;
}

const char *admit_cookie(struct visit *visit, const char *name)
{
    return admit_cookie_of(visit->arena, admit_header(visit, "cookie"), name);
}

const char *admit_cookie_of(struct arena *arena, const char *cookies, const char *name)
{
    const char *at = cookies;
    size_t name_len = strlen(name);
    while (at != NULL && *at != '\0') {
        at += strspn(at, "; ");
        size_t len = strcspn(at, ";");
        if (len > name_len && strncmp(at, name, name_len) == 0 && at[name_len] == '=') {
            len -= name_len + 1;
            at += name_len + 1;
            while (len > 0 && at[len - 1] == ' ')
                len--;
            return arena_strndup(arena, at, len);
        }
        at += len;
    }
    return NULL;
}

const char *admit_session_cookie(const struct visit *visit)
{
    return visit->is_tls ? "__Host-assent" : "assent";
}

bool admit_origin_is_ours(struct visit *visit)
{
    const char *origin = admit_header(visit, "origin");
    if (origin == NULL || strcmp(origin, "null") == 0) {
        const char *site = admit_header(visit, "sec-fetch-site");
        return site != NULL && strcmp(site, "same-origin") == 0;
    }
    if (strcasecmp(origin, app.conf.public_url) == 0)
        return true;
    const char *asked = arena_printf(visit->arena, "%s://%s", visit->is_tls ? "https" : "http",
                                     visit->request->host);
    return strcasecmp(origin, asked) == 0;
}

const char *admit_segment(struct visit *visit, unsigned n)
{
    const char *at = visit->path;
    while (*at == '/') {
        size_t len = strcspn(++at, "/");
        if (n-- == 0)
            return arena_strndup(visit->arena, at, len);
        at += len;
    }
    return NULL;
}

static const struct {
    int kore;
    enum visit_method method;
    unsigned flag;
    const char *allow;
} methods[] = {
    {HTTP_METHOD_GET, VISIT_GET, ADMIT_GET, "GET, HEAD, "},
    {HTTP_METHOD_HEAD, VISIT_HEAD, ADMIT_GET, ""},
    {HTTP_METHOD_POST, VISIT_POST, ADMIT_POST, "POST, "},
    {HTTP_METHOD_PUT, VISIT_PUT, ADMIT_PUT, "PUT, "},
    {HTTP_METHOD_PATCH, VISIT_PATCH, ADMIT_PATCH, "PATCH, "},
    {HTTP_METHOD_DELETE, VISIT_DELETE, ADMIT_DELETE, "DELETE, "},
};
#define METHODS_COUNT (sizeof methods / sizeof *methods)

static struct visit *begin_visit(struct http_request *request, unsigned flags)
{
    struct visit *visit = http_state_create(request, sizeof(*visit), end_visit);
    visit->request = request;
    visit->arena = arena_new();
    visit->service = &app.reader;
    visit->now_s = clock_now_s();
    visit->began_ns = clock_monotonic_ns();
    visit->flags = flags;
    visit->method = VISIT_GET;
    for (size_t m = 0; m < METHODS_COUNT; m++)
        if (methods[m].kore == request->method)
            visit->method = methods[m].method;
    visit->path = arena_strdup(visit->arena, request->path);
    visit->rest = strrchr(visit->path, '/') + 1;
    visit->agent = request->agent == NULL ? ""
                                          : arena_strndup(visit->arena, request->agent,
                                                          strnlen(request->agent, AGENT_MAX_BYTES));
    visit->form_is_readable = true;
    const char *accept = admit_header(visit, "accept");
    visit->wants_page =
        !(flags & ADMIT_API) && accept != NULL && strstr(accept, "text/html") != NULL;
    read_address(visit);
    return visit;
}

/* A query that is broken is empty. */
static enum status parse_query(struct visit *visit)
{
    const char *query = visit->request->query_string;
    enum status status = STATUS_OK;
    if (query != NULL)
        status = form_parse_urlencoded(visit->arena, query, strlen(query), &visit->query);
    if (status != STATUS_OK)
        visit->query = (struct form){0};
    return status;
}

static bool method_is_admitted(struct visit *visit)
{
    const char *allow = "";
    for (size_t i = 0; i < METHODS_COUNT; i++) {
        bool is_allowed = (visit->flags & methods[i].flag) != 0;
        if (is_allowed && visit->request->method == methods[i].kore)
            return true;
        if (is_allowed)
            allow = arena_printf(visit->arena, "%s%s", allow, methods[i].allow);
    }
    reply_header(visit, "allow", arena_printf(visit->arena, "%sOPTIONS", allow));
    if (visit->request->method == HTTP_METHOD_OPTIONS) {
        reply_text(visit, 204, "");
    } else {
        (void)parse_query(visit); /* for ?lang= */
        reply_error(visit, 405, NULL, NULL);
    }
    return false;
}

static bool read_query(struct visit *visit)
{
    if (parse_query(visit) == STATUS_OK || visit->flags & (ADMIT_ANY_BODY | ADMIT_ANY_QUERY))
        return true;
    reply_error(visit, 400, NULL, speak_text(visit, TEXT_ERROR_QUERY));
    return false;
}

static bool read_form(struct visit *visit)
{
    static const char urlencoded[] = "application/x-www-form-urlencoded";
    static const char multipart[] = "multipart/form-data";

    size_t len = visit->request->http_body_length;
    if (len == 0)
        return true;
    if (len > ADMIT_FORM_MAX_BYTES) {
        reply_error(visit, 413, NULL, NULL);
        return false;
    }
    char *body = arena_alloc(visit->arena, len);
    if (http_body_read(visit->request, body, len) != (ssize_t)len) {
        reply_error(visit, 500, NULL, NULL);
        return false;
    }

    const char *type = admit_header(visit, "content-type");
    enum status status = STATUS_REFUSED;
    if (type != NULL && strncasecmp(type, urlencoded, sizeof(urlencoded) - 1) == 0)
        status = form_parse_urlencoded(visit->arena, body, len, &visit->form);
    else if (type != NULL && strncasecmp(type, multipart, sizeof(multipart) - 1) == 0)
        status = visit->flags & ADMIT_FILE
                     ? form_parse_multipart_file(visit->arena, type, body, len, &visit->form)
                     : form_parse_multipart(visit->arena, type, body, len, &visit->form);
    if (status == STATUS_OK)
        return true;
    if (visit->flags & ADMIT_ANY_BODY) {
        visit->form = (struct form){0};
        visit->form_is_readable = false;
        return true;
    }
    if (status == STATUS_REFUSED)
        reply_error(visit, 415, NULL, NULL);
    else
        reply_error(visit, 400, NULL, speak_text(visit, TEXT_ERROR_BODY));
    return false;
}

static int settle(struct visit *visit)
{
    if (!visit->is_answered) {
        kore_log(LOG_ERR, "%s gave no answer", visit->request->hdlr->func);
        reply_error(visit, 500, NULL, NULL);
    }
    int64_t took_ns = clock_monotonic_ns() - visit->began_ns;
    metrics_count(visit->request->hdlr, visit->request->status, took_ns);
    if (app.logs_access)
        kore_log(LOG_INFO, "%s %s %d %.1f ms", http_method_text(visit->request->method),
                 visit->request->hdlr->func, visit->request->status, (double)took_ns / 1e6);
    return KORE_RESULT_OK;
}

int admit(struct http_request *request, unsigned flags, void (*page)(struct visit *visit))
{
    struct visit *visit = http_state_get(request);
    if (visit == NULL) {
        visit = begin_visit(request, flags);
        if (method_is_admitted(visit) && read_query(visit) &&
            ((flags & (ADMIT_NO_FORM | ADMIT_API)) || visit->method != VISIT_POST ||
             read_form(visit)))
            page(visit);
    }
    while (visit->wait != NULL) {
        struct visit_wait *wait = visit->wait;
        if (!wait->is_done) {
            http_request_sleep(request);
            return KORE_RESULT_RETRY;
        }
        visit->wait = NULL;
        wait->resume(visit, wait->context, wait->status);
    }
    return settle(visit);
}
