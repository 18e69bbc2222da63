/*
 * web/sweep: see sweep.h.
 */
#include "web/sweep.h"

#include "base/clock.h"
#include "service/confirm.h"
#include "service/idempotency.h"
#include "service/topic_admin.h"
#include "web/kore.h"
#include "web/write.h"

#define AGAIN_MS          5000
#define REQUESTS_EVERY_MS (10 * 60 * 1000)

struct sweep {
    bool is_done;
};

static enum status step_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct sweep *sweep = context;

    return topic_admin_sweep(service, txn, &sweep->is_done);
}

static void on_time(void *arg, u_int64_t now)
{
    sweep_start();
}

/* What can't be done now, with a full queue or disk, is tried again after a while. */
static void step_done(void *context, enum status status)
{
    const struct sweep *sweep = context;

    if (status != STATUS_OK)
        kore_timer_add(on_time, AGAIN_MS, NULL, KORE_TIMER_ONESHOT);
    else if (!sweep->is_done)
        sweep_start();
}

void sweep_start(void)
{
    struct sweep sweep = {0};

    write_in_background(step_run, &sweep, sizeof sweep, step_done);
}

static void requests_start(void);

static enum status requests_run(const struct service *service, struct txn *txn, struct arena *arena,
                                void *context)
{
    struct sweep *sweep = context;
    bool has_swept = false;
    enum status status = confirm_sweep(service, txn, clock_now_s(), &sweep->is_done);

    if (status == STATUS_OK)
        status = idempotency_sweep(txn, clock_now_s(), &has_swept);
    sweep->is_done = sweep->is_done && has_swept;
    return status;
}

/* What failed is tried again with the next round. */
static void requests_done(void *context, enum status status)
{
    const struct sweep *sweep = context;

    if (status == STATUS_OK && !sweep->is_done)
        requests_start();
}

static void requests_start(void)
{
    struct sweep sweep = {0};

    write_in_background(requests_run, &sweep, sizeof sweep, requests_done);
}

static void on_round(void *arg, u_int64_t now)
{
    requests_start();
}

void sweep_requests(void)
{
    requests_start();
    kore_timer_add(on_round, REQUESTS_EVERY_MS, NULL, 0);
}
