/*
 * web/api_events: GET /api/v1/events: every change from a position on, in the ledger's order: as
 * one answer, which may wait for the first, or as a stream of server-sent events that goes on.
 *
 * An answer tells all up to a position that it names; the next call goes on from there. So nothing
 * is missed and nothing told twice, however long the pause between.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "service/feed.h"
#include "service/hook_kinds.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/app.h"
#include "web/feed_wait.h"
#include "web/offload.h"
#include "web/reply.h"
#include "web/reply_head.h"

#define LIMIT_MAX     1000000
#define LIMIT_DEFAULT 10000
#define WAIT_MAX_S    30
#define HEARTBEAT_MS  15000
#define RETRY_MS      "2000"

int api_events(struct http_request *request);

struct call {
    struct feed feed;
    struct feed_waiter waiter;
    int64_t key_id, expires_at;
    const char *authorization;
    int64_t limit;
    int64_t wait_until_ms;
    struct position head; /* when it was looked at last */
    bool has_place, has_found;
    bool is_begun; /* of a stream */
};

static const struct {
    const char *media, *type;
} forms[FEED_FORM_COUNT] = {
    [FEED_BATCH] = {"application/cloudevents-batch+json", "application/cloudevents-batch+json"},
    [FEED_LINES] = {"application/x-ndjson", "application/x-ndjson"},
    [FEED_STREAM] = {"text/event-stream", "text/event-stream; charset=utf-8"},
};

static void leave(void *context)
{
    struct call *call = context;
    if (call->has_place)
        feed_wait_leave(call->key_id);
    call->has_place = false;
}

/* A number from 0 to max, in digits alone. */
static bool read_number(const char *text, int64_t max, int64_t *out)
{
    const size_t len = strlen(text);
    if (len == 0 || len > 18 || strspn(text, "0123456789") != len)
        return false;
    *out = strtoll(text, NULL, 10);
    return *out <= max;
}

static bool refuse(struct visit *visit, const char *detail)
{
    admit_api_problem(visit, PROBLEM_BAD_REQUEST, detail);
    return false;
}

static bool read_count(struct visit *visit, const char *name, int64_t least, int64_t most,
                       int64_t *out)
{
    const char *text = form_get(&visit->query, name);
    if (text == NULL)
        return true;
    if (read_number(text, most, out) && *out >= least)
        return true;
    return refuse(visit, arena_printf(visit->arena, "%s must be a number from %lld to %lld.", name,
                                      (long long)least, (long long)most));
}

/* Where to begin: behind "after"; in a stream that was begun again behind Last-Event-ID. */
static bool read_place(struct visit *visit, struct call *call)
{
    const char *after = form_get(&visit->query, "after");
    const char *last = admit_header(visit, "last-event-id");
    const char *name = "after";
    if (call->feed.form == FEED_STREAM && last != NULL && *last != '\0') {
        after = last;
        name = "Last-Event-ID";
    }
    enum status status = store_position(visit->service->store, &call->head);
    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_events");
        return false;
    }
    if (after != NULL && strcmp(after, "latest") == 0)
        call->feed.at = call->head;
    else if (after != NULL && !read_number(after, INT64_MAX, &call->feed.at.value))
        return refuse(visit, arena_printf(visit->arena,
                                          "%s must be a position of the ledger: digits, as the "
                                          "answer before gave it; or latest.",
                                          name));
    if (call->feed.at.value <= call->head.value)
        return true;
    admit_api_problem(
        visit, PROBLEM_POSITION_AHEAD,
        arena_printf(visit->arena, "The newest position is %lld.", (long long)call->head.value));
    return false;
}

static bool read_kinds(struct visit *visit, struct call *call)
{
    const char *kinds = form_get(&visit->query, "kinds"), *wrong;
    call->feed.kinds = hook_kinds_all();
    if (kinds == NULL || feed_kinds_parse(visit->arena, kinds, &call->feed.kinds, &wrong))
        return true;
    return refuse(visit, arena_printf(visit->arena,
                                      "kinds holds one that there is not. There are: %s. A pause "
                                      "that ended, contact.resumed, comes with contact.paused.",
                                      feed_kinds_text(visit->arena)));
}

/* The first of the types that Accept names, whatever its weight; a batch where it names none. */
static enum feed_form form_of(struct visit *visit)
{
    const char *accept = admit_header(visit, "accept");
    const char *first = NULL;
    enum feed_form form = FEED_BATCH;
    for (size_t i = 0; accept != NULL && i < FEED_FORM_COUNT; i++) {
        const char *at = strcasestr(accept, forms[i].media);
        if (at != NULL && (first == NULL || at < first)) {
            first = at;
            form = (enum feed_form)i;
        }
    }
    return form;
}

static bool read_call(struct visit *visit, struct call *call)
{
    int64_t wait_s = 0;
    call->limit = LIMIT_DEFAULT;
    if (call->feed.form == FEED_STREAM &&
        (form_get(&visit->query, "limit") != NULL || form_get(&visit->query, "wait") != NULL))
        return refuse(visit, "A stream has no end: leave out limit and wait.");
    if (!read_place(visit, call) || !read_kinds(visit, call) ||
        !read_count(visit, "limit", 1, LIMIT_MAX, &call->limit) ||
        !read_count(visit, "wait", 0, WAIT_MAX_S, &wait_s))
        return false;
    if (visit->method != VISIT_HEAD)
        call->wait_until_ms = feed_wait_now_ms() + wait_s * 1000;
    return true;
}

static bool take_place(struct visit *visit, struct call *call)
{
    switch (feed_wait_enter(call->key_id)) {
    case FEED_PLACE_TAKEN:
        call->has_place = true;
        return true;
    case FEED_PLACE_KEY_FULL:
        reply_header(visit, "retry-after", REPLY_RETRY_AFTER_S);
        admit_api_problem(visit, PROBLEM_TOO_MANY_STREAMS,
                          arena_printf(visit->arena,
                                       "A key may have %d of them at once. End one, or wait until "
                                       "one has ended.",
                                       FEED_WAIT_KEY_MAX));
        return false;
    case FEED_PLACE_WORKER_FULL:
        admit_api_problem(visit, PROBLEM_BUSY, "Too many calls wait for changes.");
        return false;
    }
    return false;
}

/* Whether the key is good still; it may have been revoked since, or its last day be over. */
static bool has_key(const struct call *call)
{
    return admit_api_knows(call->authorization);
}

/* One answer. */

static void set_last(struct call *call)
{
    const int64_t most = call->feed.at.value + call->limit;
    call->feed.last.value = most < call->head.value ? most : call->head.value;
}

static enum status answer_make(const struct service *service, struct arena *scratch, void *context,
                               struct buf *out, bool *is_last)
{
    struct call *call = context;
    struct feed *feed = &call->feed;
    enum status status = feed_piece(service, scratch, feed, out);
    *is_last = feed->at.value >= feed->last.value;
    if (status == STATUS_OK && *is_last && feed->form == FEED_BATCH)
        buf_adds(out, feed->has_told ? "]\n" : "[]\n");
    return status;
}

static bool answer_goes_on(struct visit *visit, void *context, struct buf *words)
{
    return has_key(context);
}

/* Up to where the answer tells, as a number and as the address of the next call. */
static void say_position(struct visit *visit, struct position position)
{
    const char *kinds = form_get(&visit->query, "kinds");
    struct buf link = {0};
    buf_printf(&link, "<%s/api/v1/events?after=%lld", app.conf.public_url,
               (long long)position.value);
    if (kinds != NULL) {
        buf_adds(&link, "&kinds=");
        buf_url(&link, kinds);
    }
    buf_adds(&link, ">; rel=\"next\"");
    reply_header(visit, "link", link.data);
    buf_free(&link);
    reply_header(visit, "assent-position",
                 arena_printf(visit->arena, "%lld", (long long)position.value));
}

static void answer(struct visit *visit, struct call *call)
{
    set_last(call);
    say_position(visit, call->feed.last);
    const struct reply_stream stream = {.type = forms[call->feed.form].type,
                                        .make = answer_make,
                                        .goes_on = answer_goes_on,
                                        .context = call};
    leave(call); /* it waits no more */
    reply_stream(visit, &stream);
}

static void look(struct visit *visit, struct call *call);

/* The server stops: nothing was missed. */
static void answer_nothing(struct visit *visit, const struct call *call)
{
    const char *text = call->feed.form == FEED_BATCH ? "[]\n" : "";
    say_position(visit, call->feed.at);
    reply_data(visit, 200, forms[call->feed.form].type, text, strlen(text));
}

/* More, or the time is over, or the server stops. */
static void on_woken(struct visit *visit, void *context, enum status status)
{
    struct call *call = context;
    if (!has_key(call)) {
        admit_api_problem(visit, PROBLEM_KEY_REFUSED, "It was revoked, or its last day is over.");
        return;
    }
    if (status == STATUS_OK)
        status = store_position(visit->service->store, &call->head);
    if (status == STATUS_OK)
        look(visit, call);
    else
        answer_nothing(visit, call);
}

static void on_found(struct visit *visit, void *context, enum status status)
{
    struct call *call = context;
    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_events");
        return;
    }
    if (call->has_found || call->feed.at.value < call->head.value || app.is_stopping ||
        feed_wait_now_ms() >= call->wait_until_ms) {
        answer(visit, call);
        return;
    }
    call->waiter = (struct feed_waiter){.wait = {.resume = on_woken, .context = call},
                                        .seen = call->head,
                                        .until_ms = call->wait_until_ms};
    feed_wait_begin(visit, &call->waiter);
}

static enum status find(const struct service *service, struct arena *arena, void *context)
{
    struct call *call = context;
    return feed_skip(service, &call->feed, &call->has_found);
}

static void look(struct visit *visit, struct call *call)
{
    set_last(call);
    offload_and_sleep(visit, find, call, on_found);
}

/* A stream. */

static enum status stream_make(const struct service *service, struct arena *scratch, void *context,
                               struct buf *out, bool *is_last)
{
    struct call *call = context;
    struct feed *feed = &call->feed;
    if (!call->is_begun) {
        buf_adds(out, "retry: " RETRY_MS "\n\n");
        call->is_begun = true;
        return STATUS_OK;
    }
    enum status status = store_position(service->store, &feed->last);
    if (status == STATUS_OK)
        status = feed_piece(service, scratch, feed, out);
    const int64_t now_ms = feed_wait_now_ms();
    /* Says where it is, too, so that what was passed over is not passed over again: an event
     * without data is none, but its id counts. */
    if (status == STATUS_OK && out->len == 0 && now_ms >= call->wait_until_ms)
        buf_printf(out, ": here\nid: %lld\n\n", (long long)feed->at.value);
    if (out->len > 0)
        call->wait_until_ms = now_ms + HEARTBEAT_MS;
    return status;
}

static bool stream_goes_on(struct visit *visit, void *context, struct buf *words)
{
    if (has_key(context))
        return true;
    struct buf problem = {0};
    view_api_problem(&problem, app.conf.public_url, PROBLEM_KEY_REFUSED,
                     "It was revoked, or its last day is over.");
    buf_adds(words, "event: problem\ndata: ");
    buf_add(words, problem.data, problem.len);
    buf_adds(words, "\n");
    buf_free(&problem);
    return false;
}

static void stream_pause(struct visit *visit, void *context, struct visit_wait how)
{
    struct call *call = context;
    int64_t until_ms = call->wait_until_ms;
    if (call->expires_at != 0) {
        const int64_t end_ms =
            feed_wait_now_ms() + (call->expires_at - clock_now_s()) * INT64_C(1000);
        until_ms = end_ms < until_ms ? end_ms : until_ms;
    }
    call->waiter = (struct feed_waiter){.wait = how, .seen = call->feed.last, .until_ms = until_ms};
    feed_wait_begin(visit, &call->waiter);
}

static void begin_stream(struct visit *visit, struct call *call)
{
    const struct reply_stream stream = {.type = forms[FEED_STREAM].type,
                                        .make = stream_make,
                                        .goes_on = stream_goes_on,
                                        .pause = stream_pause,
                                        .context = call};
    call->feed.last = call->feed.at;
    call->wait_until_ms = 0;
    reply_header(visit, "x-accel-buffering", "no"); /* nginx would keep small pieces to itself */
    reply_stream(visit, &stream);
}

static void events(struct visit *visit)
{
    const struct api_key *key = admit_api(visit, SCOPE_EVENTS);
    struct call *call = arena_alloc(visit->arena, sizeof *call);
    if (key == NULL)
        return;
    call->key_id = key->id;
    call->expires_at = key->expires_at;
    call->authorization = arena_strdup(visit->arena, admit_header(visit, "authorization"));
    call->feed.form = form_of(visit);
    call->feed.source = app.conf.public_url;
    if (!read_call(visit, call))
        return;
    const bool is_stream = call->feed.form == FEED_STREAM && visit->method != VISIT_HEAD;
    const bool waits = !is_stream && call->wait_until_ms > feed_wait_now_ms();
    if (is_stream || waits) {
        if (!take_place(visit, call))
            return;
        visit_at_end(visit, leave, call);
    }
    reply_header(visit, "cache-control", "no-store");
    if (is_stream)
        begin_stream(visit, call);
    else if (waits)
        look(visit, call);
    else
        answer(visit, call);
}

EXPORT int api_events(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_API, events);
}
