/*
 * web/page_health: for whoever watches the server: /healthz (the process answers), /readyz (it can
 * read and write, and soon), /metrics.
 */
#include <stdlib.h>

#include "base/network.h"
#include "service/change.h"
#include "service/people.h"
#include "service/writer.h"
#include "web/admit.h"
#include "web/app.h"
#include "web/kore.h"
#include "web/metrics.h"
#include "web/reply.h"
#include "web/trouble.h"
#include "web/wait.h"
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

/* A write that takes longer is none that anybody should wait for. */
#define READY_MS 2000

/* Who asks: in the visit's arena. */
struct asker {
    struct visit_wait wait;
    struct trial *trial;
    struct kore_timer *limit;
};

/* A transaction with nothing in it, but where the last change failed: it takes the lock and
 * commits. It may outlast who asked. */
struct trial {
    struct asker *asker; /* NULL: gone, or told that it took too long */
};

struct trial_job {
    struct trial *trial;
    bool writes; /* the last change could not be written: more than the lock is tried */
};

static enum status write_nothing(const struct service *service, struct txn *txn,
                                 struct arena *arena, void *context)
{
    const struct trial_job *job = context;
    struct position position;
    (void)service, (void)arena;
    return job->writes ? writer_try(txn) : store_position(txn_store(txn), &position);
}

static void forget(struct asker *asker)
{
    if (asker->trial != NULL)
        asker->trial->asker = NULL;
    asker->trial = NULL;
    if (asker->limit != NULL)
        kore_timer_remove(asker->limit);
    asker->limit = NULL;
}

static void tried(void *context, enum status status)
{
    const struct trial_job *job = context;
    struct trial *trial = job->trial;
    if (status == STATUS_OK && job->writes)
        write_works();
    struct asker *asker = trial->asker;
    if (asker != NULL) {
        forget(asker);
        wait_end(&asker->wait, status);
    }
    free(trial);
}

static void on_limit(void *arg, u_int64_t now)
{
    struct asker *asker = arg;
    asker->limit = NULL; /* Kore frees it after this */
    forget(asker);
    wait_end(&asker->wait, STATUS_BUSY);
}

static bool abandon(struct visit_wait *wait)
{
    forget((struct asker *)wait);
    return true;
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
    struct position position;
    const enum status status = store_position(visit->service->store, &position);
    trouble_note(app.trouble, status);
    if (status != STATUS_OK && status != STATUS_CORRUPT) {
        reply_header(visit, "cache-control", "no-store");
        reply_text(visit, 503, "cannot read\n");
        return;
    }
    if (trouble_is_damaged(app.trouble)) {
        reply_header(visit, "cache-control", "no-store");
        reply_text(visit, 503, "damaged: see the log, and run assent doctor\n");
        return;
    }
    struct asker *asker = arena_alloc(visit->arena, sizeof(*asker));
    struct trial *trial = calloc(1, sizeof(*trial));
    if (trial == NULL) {
        ready_when(visit, NULL, STATUS_FULL);
        return;
    }
    *asker = (struct asker){.wait = {.resume = ready_when, .abandon = abandon}, .trial = trial};
    trial->asker = asker;
    wait_begin(visit, &asker->wait);
    asker->limit = kore_timer_add(on_limit, READY_MS, asker, KORE_TIMER_ONESHOT);
    write_in_background(write_nothing, &(struct trial_job){trial, write_has_failed()},
                        sizeof(struct trial_job), tried);
}

EXPORT int health_ready(struct http_request *request)
{
    return admit(request, ADMIT_GET, ready);
}

/* How many people there are and what they do is for this machine and the network around it. */
static bool is_near(const struct visit *visit)
{
    struct sockaddr_storage address;
    if (!network_parse(visit->address, &address))
        return false;
    const enum network network = network_of((const struct sockaddr *)&address);
    return network == NETWORK_LOOPBACK || network == NETWORK_PRIVATE ||
           network == NETWORK_LINK_LOCAL;
}

static void render(struct visit *visit)
{
    struct directory_counts counts;
    if (!is_near(visit)) {
        reply_error(visit, 404, NULL, NULL);
        return;
    }
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
