/*
 * web/page_health: for whoever watches the server: /healthz (the process answers), /readyz (it can
 * read and write), /metrics.
 */
#include "service/change.h"
#include "service/people.h"
#include "web/admit.h"
#include "web/metrics.h"
#include "web/reply.h"
#include "web/write.h"

EXPORT int health_live(struct http_request *request);
EXPORT int health_ready(struct http_request *request);
EXPORT int metrics_page(struct http_request *request);

static void live(struct visit *visit)
{
    reply_header(visit, "cache-control", "no-store");
    reply_text(visit, 200, "ok\n");
}

EXPORT int health_live(struct http_request *request)
{
    return admit(request, ADMIT_GET, live);
}

/* A transaction with nothing in it: it takes the lock and commits. */
static enum status write_nothing(const struct service *service, struct txn *txn,
                                 struct arena *arena, void *context)
{
    (void)service, (void)arena;
    return store_position(txn_store(txn), context);
}

static void ready_when(struct visit *visit, void *context, enum status status)
{
    (void)context;
    reply_header(visit, "cache-control", "no-store");
    if (status == STATUS_OK)
        reply_text(visit, 200, "ready\n");
    else
        reply_text(visit, 503, "cannot write\n");
}

static void ready(struct visit *visit)
{
    struct position *position = arena_alloc(visit->arena, sizeof(*position));
    if (store_position(visit->service->store, position) != STATUS_OK) {
        reply_header(visit, "cache-control", "no-store");
        reply_text(visit, 503, "cannot read\n");
        return;
    }
    write_and_sleep(visit, write_nothing, position, ready_when);
}

EXPORT int health_ready(struct http_request *request)
{
    return admit(request, ADMIT_GET, ready);
}

static void render(struct visit *visit)
{
    struct directory_counts counts;
    bool has_counts = directory_count(visit->service->store, visit->now_s, &counts) == STATUS_OK;
    struct buf out = {0};
    metrics_render(&out, has_counts ? &counts : NULL);
    reply_header(visit, "cache-control", "no-store");
    reply_data(visit, 200, "text/plain; version=0.0.4; charset=utf-8", out.data, out.len);
    buf_free(&out);
}

EXPORT int metrics_page(struct http_request *request)
{
    return admit(request, ADMIT_GET, render);
}
