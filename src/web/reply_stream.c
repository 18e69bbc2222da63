/*
 * web/reply_stream: a long answer, piece by piece (see reply.h). Never more than one piece is in
 * memory: the next is made when the client's socket has taken the one before.
 */
#include <stdio.h>
#include <string.h>

#include "web/app.h"
#include "web/guard.h"
#include "web/kore.h"
#include "web/offload.h"
#include "web/reply.h"
#include "web/reply_send.h"
#include "web/wait.h"

struct stream {
    struct visit_wait wait; /* for the socket */
    struct reply_stream from;
    struct arena *scratch;
    struct buf piece;
    bool is_last, is_begun, is_chunked, closes;
};

static void on_piece(struct visit *visit, void *context, enum status status);
static void send_piece(struct visit *visit, struct stream *stream);

static void end_stream(void *context)
{
    struct stream *stream = context;
    arena_free(stream->scratch);
    buf_free(&stream->piece);
}

/* In the offload thread. */
static enum status make_piece(const struct service *service, struct arena *arena, void *context)
{
    (void)arena;
    struct stream *stream = context;
    enum status status = STATUS_OK;
    buf_clear(&stream->piece);
    do {
        arena_reset(stream->scratch);
        status = stream->from.make(service, stream->scratch, stream->from.context, &stream->piece,
                                   &stream->is_last);
    } while (status == STATUS_OK && stream->piece.len == 0 && !stream->is_last &&
             stream->from.pause == NULL);
    return status;
}

static void finish(struct visit *visit, struct stream *stream)
{
    struct connection *c = visit->request->owner;
    c->flags &= ~CONN_IS_BUSY;
    guard_release(c);
    if (!stream->closes)
        http_start_recv(c);
    else if (TAILQ_EMPTY(&c->send_queue))
        kore_connection_disconnect(c);
    else
        c->flags |= CONN_CLOSE_EMPTY;
}

/* Kore is done with the piece: sent, or thrown away with the connection. */
static int on_sent(struct netbuf *nb)
{
    struct stream *stream = nb->extra;
    if (nb->owner->state != CONN_STATE_DISCONNECTING)
        wait_end(&stream->wait, STATUS_OK);
    return KORE_RESULT_OK;
}

static void go_on(struct visit *visit, struct stream *stream)
{
    const struct reply_stream *from = &stream->from;
    buf_clear(&stream->piece);
    if (from->goes_on == NULL || from->goes_on(visit, from->context, &stream->piece)) {
        offload_and_sleep(visit, make_piece, stream, on_piece);
        return;
    }
    stream->is_last = true;
    if (stream->piece.len > 0)
        send_piece(visit, stream);
    else
        kore_connection_disconnect(visit->request->owner);
}

static void on_room(struct visit *visit, void *context, enum status status)
{
    (void)status;
    struct stream *stream = context;
    if (stream->is_last)
        finish(visit, stream);
    else
        go_on(visit, stream);
}

static void end_whole(struct visit *visit, struct stream *stream)
{
    buf_clear(&stream->piece);
    stream->is_last = true;
    send_piece(visit, stream);
}

static void on_pause_over(struct visit *visit, void *context, enum status status)
{
    if (status == STATUS_OK)
        go_on(visit, context);
    else
        end_whole(visit, context);
}

/* By the time Kore frees the request it has let go of the piece. */
static bool abandon(struct visit_wait *wait)
{
    (void)wait;
    return true;
}

static void send_head(struct visit *visit, struct stream *stream)
{
    struct http_request *request = visit->request;
    struct connection *c = request->owner;
    stream->is_begun = true;
    stream->is_chunked = !(request->flags & HTTP_VERSION_1_0);
    if (stream->from.filename != NULL)
        reply_header(
            visit, "content-disposition",
            arena_printf(visit->arena, "attachment; filename=\"%s\"", stream->from.filename));
    if (stream->is_chunked)
        reply_header(visit, "transfer-encoding", "chunked");
    request->flags |= HTTP_REQUEST_NO_CONTENT_LENGTH;
    reply_send_head(visit, stream->from.type);

    if (visit->method != VISIT_HEAD) {
        guard_hold(c);
        c->flags |= CONN_IS_BUSY;
    }
    http_response(request, 200, NULL, 0);
    if (visit->method != VISIT_HEAD) { /* not yet, but after the last piece */
        stream->closes = (c->flags & CONN_CLOSE_EMPTY) != 0;
        c->flags &= ~CONN_CLOSE_EMPTY;
    }
}

static void on_piece(struct visit *visit, void *context, enum status status)
{
    struct stream *stream = context;
    struct connection *c = visit->request->owner;
    if (!stream->is_begun && status != STATUS_OK) {
        reply_failure(visit, status, visit->request->hdlr->func);
        return;
    }
    if (!stream->is_begun)
        send_head(visit, stream);
    if (visit->method == VISIT_HEAD)
        return;
    if (status == STATUS_BUSY && app.is_stopping && stream->from.pause != NULL) {
        end_whole(visit, stream);
        return;
    }
    if (status != STATUS_OK) {
        kore_log(LOG_ERR, "%s: cut off: %s", visit->request->hdlr->func, status_name(status));
        kore_connection_disconnect(c);
        return;
    }
    if (stream->piece.len > 0 || stream->is_last) {
        send_piece(visit, stream);
        return;
    }
    buf_free(&stream->piece); /* it may wait for long */
    stream->from.pause(visit, stream->from.context,
                       (struct visit_wait){.resume = on_pause_over, .context = stream});
}

static void send_piece(struct visit *visit, struct stream *stream)
{
    struct connection *c = visit->request->owner;
    struct buf *piece = &stream->piece;
    if (stream->is_chunked) {
        char size[20];
        if (piece->len > 0) {
            int len = snprintf(size, sizeof(size), "%zx\r\n", piece->len);
            net_send_queue(c, size, (size_t)len);
            buf_adds(piece, "\r\n");
        }
        if (stream->is_last)
            buf_adds(piece, "0\r\n\r\n");
    }
    if (piece->len == 0) {
        finish(visit, stream);
        return;
    }
    stream->wait = (struct visit_wait){.resume = on_room, .context = stream, .abandon = abandon};
    wait_begin(visit, &stream->wait);
    struct netbuf *nb;
    net_send_stream(c, piece->data, piece->len, on_sent, &nb);
    nb->extra = stream;
    if (!net_send_flush(c))
        kore_connection_disconnect(c);
}

void reply_stream(struct visit *visit, const struct reply_stream *from)
{
    if (visit->is_masked) { /* its handler should have refused: admit_admin_whole */
        kore_log(LOG_ERR, "%s streams to who is shown no address", visit->request->hdlr->func);
        reply_error(visit, 403, NULL, NULL);
        return;
    }
    struct stream *stream = arena_alloc(visit->arena, sizeof(*stream));
    stream->from = *from;
    stream->scratch = arena_new();
    visit_at_end(visit, end_stream, stream);
    offload_and_sleep(visit, make_piece, stream, on_piece);
}
