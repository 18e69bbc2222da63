/*
 * web/guard: Kore's side of the guard. See guard.h for what it does, guard_parse.c for the rules.
 *
 * Kore arms its own parser for the next head by itself, after a body and after a reply. Since all
 * reading goes through guard_read, that parser is swapped for guard_receive before a byte arrives,
 * whoever armed it. Kore's own header and body timeouts are off: they answer without our headers
 * and cut slow downloads; the sweep below does their work.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/admit_api.h"
#include "web/api_body.h"
#include "web/app.h"
#include "web/guard.h"
#include "web/guard_parse.h"
#include "web/guard_state.h"
#include "web/guard_words.h"
#include "web/kore.h"
#include "web/metrics.h"
#include "web/reply_head.h"

#define DRAIN_MAX  (1 << 20)
#define FIRST_READ 4096
/* What the kernel takes of answers beyond what it has sent. Unbounded, who reads next to nothing
 * and asks for long answers has it keep megabytes a connection, and spend milliseconds on each. */
#define UNSENT_BYTES 131072
/* Beyond what is announced: a request sent in the last moment finds the connection still there. */
#define KEPT_LONGER_MS 2000
#define CLOGGED_BYTES                                                                              \
    65536 /* of answers that a client has not taken: until then no more requests */

/* Heads are written here before they replace what came; a worker has one event loop. */
static char scratch[GUARD_OUT_BYTES];

/* Whether the loop will look at requests by itself: it is at an event, and will wait for the next
 * one only after that. */
static bool is_at_event, is_waking;

EXPORT void guard_connect(struct connection *c);

static int drain(struct netbuf *nb)
{
    struct guard *guard = guard_of(nb->owner);
    guard->drained += nb->s_off;
    nb->s_off = 0;
    if (guard->drained > DRAIN_MAX)
        kore_connection_disconnect(nb->owner);
    return KORE_RESULT_OK;
}

void guard_refuse(struct connection *c, int code, const char *why,
                  const struct guard_result *request)
{
    struct guard *guard = guard_of(c);
    struct buf body = {0}, out = {0};
    enum locale lang;
    const char *type = guard_words(&body, app.conf.public_url, code, why, request, &lang);
    reply_head_refusal(&out, code, &body, type, locale_tag(lang),
                       c->ssl != NULL || reply_head_is_https(app.conf.public_url));
    net_send_queue(c, out.data, out.len);
    buf_free(&body);
    buf_free(&out);
    metrics_count_refusal(code);

    c->evt.flags |= KORE_EVENT_WRITE;
    if (!net_send_flush(c)) {
        kore_connection_disconnect(c);
        return;
    }
    if (!TAILQ_EMPTY(&c->send_queue) || guard->peer_is_done) {
        c->flags |= CONN_CLOSE_EMPTY;
        if (TAILQ_EMPTY(&c->send_queue))
            kore_connection_disconnect(c);
        return;
    }
    if (c->ssl != NULL)
        SSL_shutdown(c->ssl);
    shutdown(c->fd, SHUT_WR);
    guard->phase = PHASE_DRAIN;
    guard->since_ms = kore_time_ms();
    guard->deadline_ms = guard->since_ms + DRAIN_TIME_MS;
    net_recv_reset(c, FIRST_READ, drain);
}

/* What only the connection and the server's load can say about a request that is well formed. */
static bool is_admitted(struct connection *c, const struct guard_result *result)
{
    if (c->tls_sni != NULL && strcasecmp(c->tls_sni, result->host) != 0) {
        guard_refuse(c, 421, "The Host header names another host than the TLS handshake did.",
                     result);
        return false;
    }
    if (http_request_count >= http_request_limit) {
        guard_refuse(c, 503, "The server is full. Try again in a moment.", result);
        return false;
    }
    /* Long bodies are for whom we know: nobody else fills memory or disk with them. */
    if (result->body_len <= GUARD_FORM_MAX)
        return true;
    if (result->is_upload && !admit_admin_knows(result->cookie)) {
        guard_refuse(c, 401, "Sign in first; the session has ended.", result);
        return false;
    }
    if (!result->is_upload && !admit_api_knows(result->authorization)) {
        guard_refuse(c, 401, "Show an API key: \"Authorization: Bearer KEY\".", result);
        return false;
    }
    return true;
}

static void keep_left(struct guard *guard, const u_int8_t *data, size_t len)
{
    free(guard->left);
    guard->left = NULL;
    guard->left_at = 0;
    guard->left_len = len;
    if (len == 0)
        return;
    guard->left = malloc(len);
    if (guard->left == NULL)
        fatalx("guard: out of memory");
    memcpy(guard->left, data, len);
}

static int receive(struct netbuf *nb);

static bool goes_on(struct connection *c)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    net_send_queue(c, go_on, sizeof(go_on) - 1);
    c->evt.flags |= KORE_EVENT_WRITE;
    return net_send_flush(c);
}

/* Who asks, read from the head that Kore has: it lies where the one lay that result speaks of. */
static struct guard_result asker_of(struct http_request *request, const struct guard_result *result)
{
    struct guard_result asker = {.is_api = result->is_api,
                                 .target = {request->path, strlen(request->path)}};
    const char *value;
    if (http_request_header(request, "accept", &value))
        asker.accept = (struct guard_slice){value, strlen(value)};
    if (http_request_header(request, "accept-language", &value))
        asker.accept_language = (struct guard_slice){value, strlen(value)};
    return asker;
}

/* Kore writes a long body to a file of its own (kore.conf). The room for all of it is set aside
 * first: a disk that is full is told before the body comes, and not in its middle. */
static bool has_room(struct connection *c, const struct guard_result *result)
{
    struct http_request *request = c->rnb->extra;
    if (c->rnb->cb == receive || c->rnb->cb == drain || request == NULL ||
        api_body_reserve(request->http_body_fd, result->body_len))
        return true;
    const struct guard_result asker = asker_of(request, result);
    request->flags |= HTTP_REQUEST_DELETE;
    http_request_wakeup(request);
    c->rnb->extra = NULL;
    guard_refuse(c, 507, "There is no room for the body. Try again later, or send less.", &asker);
    return false;
}

static void on_wake(void *unused, u_int64_t now)
{
    is_waking = false;
}

/* A request that lay behind another is read while that one is answered, and no event tells Kore's
 * loop of it. */
static void wake_loop(void)
{
    if (is_at_event || is_waking)
        return;
    is_waking = true;
    kore_timer_add(on_wake, 0, NULL, KORE_TIMER_ONESHOT);
}

/* Replaces the head by the one written anew, and gives it to Kore with the part of its body that is
 * here; of a long body no part: Kore then asks for all of it, when there is room for it. */
static int hand_over(struct netbuf *nb, const struct guard_result *result)
{
    struct connection *c = nb->owner;
    struct guard *guard = guard_of(c);
    bool is_long = result->body_len > http_body_disk_offload;
    size_t behind = nb->s_off - result->head_len;
    size_t body = behind < result->body_len ? behind : (size_t)result->body_len;
    if (is_long)
        body = 0;

    keep_left(guard, nb->buf + result->head_len + body, behind - body);
    size_t total = result->out_len + body;
    if (total > nb->b_len)
        net_recv_expand(c, total - nb->b_len, receive);
    memmove(nb->buf + result->out_len, nb->buf + result->head_len, body);
    memcpy(nb->buf, scratch, result->out_len);
    nb->s_off = total;

    guard->scanned = 0;
    guard->is_api = result->is_api;
    guard->phase = body < result->body_len ? PHASE_BODY : PHASE_BUSY;
    guard->is_long = result->body_len > GUARD_FORM_MAX;
    guard->since_ms = kore_time_ms();
    guard->deadline_ms = guard->since_ms + BODY_TIME_MS + result->body_len / BODY_BYTES_MS;
    bool waits = result->expects_continue && body < result->body_len;
    if (waits && !is_long && !goes_on(c))
        return KORE_RESULT_ERROR;
    wake_loop();
    int outcome = http_header_recv(nb);
    if (outcome == KORE_RESULT_OK && is_long && has_room(c, result) && waits &&
        guard->phase == PHASE_BODY && !goes_on(c))
        return KORE_RESULT_ERROR;
    return outcome;
}

static int receive(struct netbuf *nb)
{
    struct connection *c = nb->owner;
    struct guard *guard = guard_of(c);
    if (guard->phase == PHASE_IDLE) {
        guard->phase = PHASE_HEAD;
        guard->since_ms = kore_time_ms();
        guard->deadline_ms = guard->since_ms + HEAD_TIME_MS;
    }

    struct guard_result result;
    guard_parse((const char *)nb->buf, nb->s_off, guard->scanned, http_body_max, scratch, &result);
    switch (result.verdict) {
    case GUARD_MORE:
        guard->scanned = nb->s_off;
        if (nb->s_off == nb->b_len)
            net_recv_expand(c, nb->b_len, receive);
        return KORE_RESULT_OK;
    case GUARD_REFUSE:
        guard_refuse(c, result.code, result.why, &result);
        return KORE_RESULT_OK;
    case GUARD_PASS:
        return is_admitted(c, &result) ? hand_over(nb, &result) : KORE_RESULT_OK;
    }
    return KORE_RESULT_ERROR;
}

/* The end of what the client sends. A request that is whole is still answered. */
static int end_of_input(struct connection *c)
{
    struct guard *guard = guard_of(c);
    c->evt.flags &= ~KORE_EVENT_READ;
    guard->peer_is_done = true;
    if (guard->phase == PHASE_BUSY)
        return KORE_RESULT_OK;
    if (!TAILQ_EMPTY(&c->send_queue))
        c->flags |= CONN_CLOSE_EMPTY;
    else
        kore_connection_disconnect(c);
    return KORE_RESULT_OK;
}

static int read_tls(struct connection *c, void *into, size_t room, size_t *bytes)
{
    ERR_clear_error();
    int got = SSL_read(c->ssl, into, (int)room);
    if (c->tls_reneg > 1)
        return KORE_RESULT_ERROR;
    if (got > 0) {
        *bytes = (size_t)got;
        return KORE_RESULT_OK;
    }
    switch (SSL_get_error(c->ssl, got)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        c->evt.flags &= ~KORE_EVENT_READ;
        return KORE_RESULT_OK;
    case SSL_ERROR_ZERO_RETURN:
        return end_of_input(c);
    default:
        return KORE_RESULT_ERROR;
    }
}

static int read_plain(struct connection *c, void *into, size_t room, size_t *bytes)
{
    ssize_t got = recv(c->fd, into, room, 0);
    if (got > 0)
        *bytes = (size_t)got;
    else if (got == 0)
        return end_of_input(c);
    else if (errno == EAGAIN)
        c->evt.flags &= ~KORE_EVENT_READ;
    else if (errno != EINTR)
        return KORE_RESULT_ERROR;
    return KORE_RESULT_OK;
}

/* Who asks and asks and takes no answer fills its own memory, and not ours. */
static bool is_clogged(const struct connection *c)
{
    const struct netbuf *nb;
    size_t unsent = 0;
    TAILQ_FOREACH(nb, &c->send_queue, list)
    unsent += nb->b_len - nb->s_off;
    return unsent > CLOGGED_BYTES;
}

/* c->read: every byte of the connection comes through here. */
static int guard_read(struct connection *c, size_t *bytes)
{
    struct guard *guard = guard_of(c);
    *bytes = 0;
    if (c->rnb->cb == http_header_recv) {
        if (guard->phase == PHASE_BODY)
            guard->phase = PHASE_BUSY;
        if (guard->phase == PHASE_BUSY) {
            guard->is_held = true;
            c->evt.flags &= ~KORE_EVENT_READ;
            return KORE_RESULT_OK;
        }
        c->rnb->cb = receive;
        guard->scanned = 0;
    }
    if (guard->phase == PHASE_IDLE && is_clogged(c) && !net_send_flush(c))
        return KORE_RESULT_ERROR;
    if (guard->phase == PHASE_IDLE && is_clogged(c)) {
        guard->is_clogged = true;
        c->evt.flags &= ~KORE_EVENT_READ;
        return KORE_RESULT_OK;
    }

    u_int8_t *into = c->rnb->buf + c->rnb->s_off;
    size_t room = c->rnb->b_len - c->rnb->s_off;
    if ((c->rnb->cb == receive || guard->phase == PHASE_BODY) && guard->left_at < guard->left_len) {
        size_t len = guard->left_len - guard->left_at;
        len = len < room ? len : room;
        memcpy(into, guard->left + guard->left_at, len);
        guard->left_at += len;
        *bytes = len;
        return KORE_RESULT_OK;
    }
    if (guard->peer_is_done)
        return end_of_input(c);
    return c->ssl != NULL ? read_tls(c, into, room, bytes) : read_plain(c, into, room, bytes);
}

/* The requests that lie behind answers which the client has taken by now. */
static void unclog(struct connection *c)
{
    struct guard *guard = guard_of(c);
    if (guard == NULL || !guard->is_clogged || c->state != CONN_STATE_ESTABLISHED || is_clogged(c))
        return;
    guard->is_clogged = false;
    c->evt.flags |= KORE_EVENT_READ;
    if (!net_recv_flush(c))
        kore_connection_disconnect(c);
}

/* Kore ends a connection as soon as the client stops sending. A client may do so and still wait for
 * its answer (RFC 9112 section 9.6); one that was already served leaves. */
static void on_event(void *arg, int error)
{
    struct connection *c = arg;
    if (error && guard_of(c) != NULL && guard_of(c)->phase < PHASE_BUSY) {
        struct pollfd now = {.fd = c->fd, .events = POLLIN};
        if (poll(&now, 1, 0) >= 0 && !(now.revents & (POLLERR | POLLHUP))) {
            c->evt.flags |= KORE_EVENT_READ;
            error = 0;
        }
    }
    is_at_event = true;
    kore_connection_event(c, error);
    unclog(c);
    is_at_event = false;
}

static void on_disconnect(struct connection *c)
{
    struct guard *guard = guard_of(c);
    free(guard->left);
    guard->left = NULL;
    guard->left_len = guard->left_at = 0;
}

/* Named by the bind line of listen.conf: a connection's start, after its TLS handshake. */
EXPORT void guard_connect(struct connection *c)
{
    const int unsent_bytes = UNSENT_BYTES;
    c->hdlr_extra = kore_calloc(1, sizeof(struct guard));
    c->disconnect = on_disconnect;
    c->read = guard_read;
    c->evt.handle = on_event;
    c->state = CONN_STATE_ESTABLISHED;
    c->proto = CONN_PROTO_HTTP;
    c->http_timeout = 0;
    c->idle_timer.length = http_keepalive_time * UINT64_C(1000) + KEPT_LONGER_MS;
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
    net_recv_queue(c, FIRST_READ, NETBUF_CALL_CB_ALWAYS, receive);
    if (c->ssl != NULL) { /* data may have come with the handshake, and no event tells of it */
        c->evt.flags |= KORE_EVENT_READ;
        if (!net_recv_flush(c))
            kore_connection_disconnect(c);
    }
}

void guard_release(struct connection *c)
{
    struct guard *guard = guard_of(c);
    guard->phase = PHASE_IDLE;
    kore_connection_start_idletimer(c); /* Kore's runs since the last byte came or went */
    if (guard->is_held || guard->left_at < guard->left_len || guard->peer_is_done)
        c->evt.flags |= KORE_EVENT_READ;
    guard->is_held = false;
}

void guard_hold(struct connection *c)
{
    guard_of(c)->phase = PHASE_BUSY;
}

void guard_start(void)
{
    http_header_timeout = 0;
    http_body_timeout = 0;
    http_header_max = FIRST_READ;
    guard_sweep_start();
}
