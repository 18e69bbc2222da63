/*
 * web/sweep: see sweep.h.
 */
#include "web/sweep.h"

#include "base/clock.h"
#include "service/approvals.h"
#include "service/auth.h"
#include "service/confirm.h"
#include "service/data_requests.h"
#include "service/idempotency.h"
#include "service/key_ring.h"
#include "service/ledger_checkpoint.h"
#include "service/overview.h"
#include "service/retention.h"
#include "service/topic_admin.h"
#include "web/app.h"
#include "web/kore.h"
#include "web/write.h"

#define AGAIN_MS          5000
#define REQUESTS_EVERY_MS (10 * 60 * 1000)
#define HEAD_EVERY_MS     5000
#define FILE_EVERY_ROUNDS 60 /* a file that was taken away comes back within five minutes */
#define CLIENTS_PAUSE_MS  20 /* between two steps: nobody waits for them */
#define COUNTS_PAUSE_MS   20

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
    if (status == STATUS_OK)
        status = auth_sweep(txn, clock_now_s());
    sweep->is_done = sweep->is_done && has_swept;
    if (status == STATUS_OK)
        status = data_requests_sweep(txn, arena, clock_now_s(), &has_swept);
    sweep->is_done = sweep->is_done && has_swept;
    if (status == STATUS_OK)
        status = key_ring_sweep(txn, arena, clock_now_s());
    if (status == STATUS_OK)
        status = approvals_sweep(txn, clock_now_s());
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

static void clients_start(void);

static enum status clients_run(const struct service *service, struct txn *txn, struct arena *arena,
                               void *context)
{
    struct sweep *sweep = context;

    return retention_step(service, txn, arena, clock_now_s(), &sweep->is_done);
}

static void on_clients(void *arg, u_int64_t now)
{
    clients_start();
}

static void clients_done(void *context, enum status status)
{
    const struct sweep *sweep = context;

    if (status == STATUS_OK && !sweep->is_done)
        kore_timer_add(on_clients, CLIENTS_PAUSE_MS, NULL, KORE_TIMER_ONESHOT);
}

static void clients_start(void)
{
    struct sweep sweep = {0};

    write_in_background(clients_run, &sweep, sizeof sweep, clients_done);
}

static void on_round(void *arg, u_int64_t now)
{
    requests_start();
    clients_start();
}

void sweep_requests(void)
{
    requests_start();
    clients_start();
    kore_timer_add(on_round, REQUESTS_EVERY_MS, NULL, 0);
}

static void counts_start(void);

static enum status counts_run(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    struct sweep *sweep = context;

    return overview_sweep(txn, &sweep->is_done);
}

static void on_counts(void *arg, u_int64_t now)
{
    counts_start();
}

static void counts_done(void *context, enum status status)
{
    const struct sweep *sweep = context;

    if (status != STATUS_OK)
        kore_timer_add(on_counts, AGAIN_MS, NULL, KORE_TIMER_ONESHOT);
    else if (!sweep->is_done)
        kore_timer_add(on_counts, COUNTS_PAUSE_MS, NULL, KORE_TIMER_ONESHOT);
}

static void counts_start(void)
{
    struct sweep sweep = {0};

    write_in_background(counts_run, &sweep, sizeof sweep, counts_done);
}

void sweep_counts(void)
{
    bool is_behind = false;

    if (overview_is_behind(&app.reader, &is_behind) == STATUS_OK && is_behind)
        counts_start();
}

/* Of this worker: what it knows to be in the file, and how often it looked since. */
static struct position in_file;
static int rounds;
static bool is_signing;

/* First the file, from what was committed before; what is signed now comes with the next round. */
static enum status head_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    const struct ledger_checkpoint_due *due = context;
    enum status status = ledger_checkpoint_write(service, txn, arena, due->newest);

    if (status == STATUS_OK && due->is_day_over)
        status = ledger_checkpoint_make(service, txn, arena, clock_now_s(), false, NULL);
    return status;
}

static void head_start(void);

static void head_done(void *context, enum status status)
{
    const struct ledger_checkpoint_due *due = context;

    is_signing = false;
    if (status != STATUS_OK)
        kore_log(LOG_WARNING, "checkpoint of the ledger: %s", status_name(status));
    else
        in_file = due->newest;
    if (status == STATUS_OK && due->is_day_over)
        head_start();
}

static void head_start(void)
{
    struct arena *arena = arena_new();
    struct ledger_checkpoint_due due;
    const bool is_known =
        ledger_checkpoint_due(&app.reader, arena, clock_now_s(), &due) == STATUS_OK;

    arena_free(arena);
    if (!is_known || is_signing)
        return;
    const bool has_more = due.newest.value > in_file.value;
    const bool looks = due.newest.value != 0 && rounds++ % FILE_EVERY_ROUNDS == 0;
    if (!due.is_day_over && !has_more && !looks)
        return;
    is_signing = true;
    write_in_background(head_run, &due, sizeof due, head_done);
}

static void on_head(void *arg, u_int64_t now)
{
    head_start();
}

void sweep_checkpoints(void)
{
    head_start();
    kore_timer_add(on_head, HEAD_EVERY_MS, NULL, 0);
}
