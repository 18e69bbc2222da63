/*
 * web/metrics: see metrics.h. Relaxed atomics throughout: counts need no order among themselves.
 */
#include "web/metrics.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "service/directory_keeper.h"
#include "web/app.h"
#include "web/kore.h"

#define ROUTES_MAX  128
#define WORKERS_MAX 64
#define GUARD_ROUTE 0 /* what the guard refused */

static const int codes[] = {200, 201, 204, 206, 303, 304, 400, 401, 403, 404, 405,
                            408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421,
                            422, 429, 431, 500, 501, 503, 505, 507, 0};
#define CODES_COUNT (sizeof(codes) / sizeof(codes[0]))

static const struct {
    int64_t up_to_ns;
    const char *label;
} buckets[] = {
    {500000, "0.0005"},  {1000000, "0.001"},  {2500000, "0.0025"}, {5000000, "0.005"},
    {10000000, "0.01"},  {25000000, "0.025"}, {50000000, "0.05"},  {100000000, "0.1"},
    {250000000, "0.25"}, {500000000, "0.5"},  {1000000000, "1"},   {2500000000, "2.5"},
};
#define BUCKETS_COUNT (sizeof(buckets) / sizeof(buckets[0]))

struct route_counts {
    atomic_ullong by_code[CODES_COUNT];
    atomic_ullong by_time[BUCKETS_COUNT + 1];
    atomic_ullong time_ns;
};

/* A worker's own page: it alone writes it. Totals outlive the worker's process. */
struct worker_page {
    atomic_uint starts;
    struct writer_counts before; /* of the processes that had this place */
    struct writer_counts now;
};

struct shared {
    struct route_counts routes[ROUTES_MAX];
    struct worker_page workers[WORKERS_MAX];
};

struct metrics {
    struct shared *shared;
    const struct kore_module_handle *handles[ROUTES_MAX];
    size_t places[ROUTES_MAX]; /* of handles in names; routes may share a handler */
    size_t handles_count;
    const char *names[ROUTES_MAX];
    size_t names_count;
    unsigned me;
};

struct metrics *metrics_new(struct arena *arena)
{
    struct metrics *metrics = arena_alloc(arena, sizeof(*metrics));
    metrics->shared = mmap(NULL, sizeof(*metrics->shared), PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return metrics->shared == MAP_FAILED ? NULL : metrics;
}

static size_t place_of_name(struct metrics *metrics, const char *name)
{
    for (size_t i = 0; i < metrics->names_count; i++)
        if (strcmp(metrics->names[i], name) == 0)
            return i;
    metrics->names[metrics->names_count] = name;
    return metrics->names_count++;
}

unsigned metrics_join(struct metrics *metrics, unsigned worker)
{
    metrics->me = worker < WORKERS_MAX ? worker : WORKERS_MAX - 1;
    metrics->names[GUARD_ROUTE] = "guard";
    metrics->names_count = 1;

    struct kore_server *server;
    LIST_FOREACH(server, &kore_servers, list)
    {
        struct kore_domain *domain;
        TAILQ_FOREACH(domain, &server->domains, list)
        {
            struct kore_module_handle *handle;
            TAILQ_FOREACH(handle, &domain->handlers, list)
            {
                if (metrics->handles_count == ROUTES_MAX - 1)
                    break;
                metrics->places[metrics->handles_count] = place_of_name(metrics, handle->func);
                metrics->handles[metrics->handles_count++] = handle;
            }
        }
    }

    struct worker_page *page = &metrics->shared->workers[metrics->me];
    page->before.commits += page->now.commits;
    page->before.jobs += page->now.jobs;
    page->before.refused_full += page->now.refused_full;
    page->before.failed += page->now.failed;
    page->before.checkpoints += page->now.checkpoints;
    page->before.commit_ns += page->now.commit_ns;
    for (size_t i = 0; i < WRITER_SIZES; i++)
        page->before.sizes[i] += page->now.sizes[i];
    page->now = (struct writer_counts){0};
    return atomic_fetch_add(&page->starts, 1);
}

static void count(struct route_counts *route, int code, int64_t took_ns)
{
    size_t by_code = 0, by_time = 0;
    while (codes[by_code] != 0 && codes[by_code] != code)
        by_code++;
    while (by_time < BUCKETS_COUNT && took_ns > buckets[by_time].up_to_ns)
        by_time++;
    atomic_fetch_add_explicit(&route->by_code[by_code], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&route->by_time[by_time], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&route->time_ns, (unsigned long long)took_ns, memory_order_relaxed);
}

void metrics_count(const struct kore_module_handle *route, int code, int64_t took_ns)
{
    struct metrics *metrics = app.metrics;
    for (size_t i = 0; i < metrics->handles_count; i++) {
        if (metrics->handles[i] == route) {
            count(&metrics->shared->routes[metrics->places[i]], code, took_ns);
            return;
        }
    }
}

void metrics_count_refusal(int code)
{
    count(&app.metrics->shared->routes[GUARD_ROUTE], code, 0);
}

void metrics_set_writer(const struct writer_counts *counts)
{
    app.metrics->shared->workers[app.metrics->me].now = *counts;
}

static void render_requests(struct buf *out, const struct metrics *metrics)
{
    buf_adds(out, "# HELP assent_requests_total Answers, by handler and status.\n"
                  "# TYPE assent_requests_total counter\n");
    for (size_t i = 0; i < metrics->names_count; i++) {
        for (size_t code = 0; code < CODES_COUNT; code++) {
            unsigned long long n = metrics->shared->routes[i].by_code[code];
            if (n == 0)
                continue;
            buf_printf(out, "assent_requests_total{route=\"%s\",status=\"", metrics->names[i]);
            if (codes[code] != 0)
                buf_int(out, codes[code]);
            else
                buf_adds(out, "other");
            buf_printf(out, "\"} %llu\n", n);
        }
    }
}

static void render_times(struct buf *out, const struct metrics *metrics)
{
    buf_adds(out, "# HELP assent_request_seconds From the whole request to its answer.\n"
                  "# TYPE assent_request_seconds histogram\n");
    for (size_t i = GUARD_ROUTE + 1; i < metrics->names_count; i++) {
        struct route_counts *route = &metrics->shared->routes[i];
        unsigned long long sum = 0;
        for (size_t j = 0; j <= BUCKETS_COUNT; j++)
            sum += route->by_time[j];
        if (sum == 0)
            continue;
        sum = 0;
        for (size_t j = 0; j <= BUCKETS_COUNT; j++) {
            sum += route->by_time[j];
            buf_printf(out, "assent_request_seconds_bucket{route=\"%s\",le=\"%s\"} %llu\n",
                       metrics->names[i], j < BUCKETS_COUNT ? buckets[j].label : "+Inf", sum);
        }
        buf_printf(out, "assent_request_seconds_sum{route=\"%s\"} %.6f\n", metrics->names[i],
                   (double)route->time_ns / 1e9);
        buf_printf(out, "assent_request_seconds_count{route=\"%s\"} %llu\n", metrics->names[i],
                   sum);
    }
}

static void render_writer(struct buf *out, const struct metrics *metrics)
{
    struct writer_counts all = {0};
    unsigned restarts = 0;
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        const struct worker_page *page = &metrics->shared->workers[i];
        all.commits += page->before.commits + page->now.commits;
        all.jobs += page->before.jobs + page->now.jobs;
        all.refused_full += page->before.refused_full + page->now.refused_full;
        all.failed += page->before.failed + page->now.failed;
        all.checkpoints += page->before.checkpoints + page->now.checkpoints;
        all.commit_ns += page->before.commit_ns + page->now.commit_ns;
        for (size_t j = 0; j < WRITER_SIZES; j++)
            all.sizes[j] += page->before.sizes[j] + page->now.sizes[j];
        all.queued += page->now.queued;
        restarts += page->starts > 1 ? page->starts - 1 : 0;
    }
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } lines[] = {
        {"assent_write_queue", "gauge", "Changes that wait for the writers.", all.queued},
        {"assent_writes_total", "counter", "Changes handed to the writers.", all.jobs},
        {"assent_writes_failed_total", "counter", "Changes that could not be made.", all.failed},
        {"assent_writes_refused_total", "counter", "Changes refused, the queue being full.",
         all.refused_full},
        {"assent_checkpoints_total", "counter", "Checkpoints of the database.", all.checkpoints},
        {"assent_worker_restarts_total", "counter", "Workers that died and were started again.",
         restarts},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", lines[i].name, lines[i].help,
                   lines[i].name, lines[i].type, lines[i].name, (unsigned long long)lines[i].value);

    buf_adds(out, "# HELP assent_commit_rows Changes a commit.\n"
                  "# TYPE assent_commit_rows histogram\n");
    uint64_t sum = 0;
    for (size_t i = 0; i < WRITER_SIZES; i++) {
        sum += all.sizes[i];
        buf_printf(out, "assent_commit_rows_bucket{le=\"%u\"} %llu\n", 1U << i,
                   (unsigned long long)sum);
    }
    buf_printf(out,
               "assent_commit_rows_bucket{le=\"+Inf\"} %llu\nassent_commit_rows_sum %llu\n"
               "assent_commit_rows_count %llu\n",
               (unsigned long long)all.commits, (unsigned long long)all.jobs,
               (unsigned long long)all.commits);
    buf_printf(out,
               "# HELP assent_commit_seconds_total Spent on commits, the wait for the lock "
               "included.\n# TYPE assent_commit_seconds_total counter\n"
               "assent_commit_seconds_total %.6f\n",
               (double)all.commit_ns / 1e9);
}

static void render_directory(struct buf *out)
{
    int64_t people, bytes;
    const bool is_ready = directory_keeper_measure(app.directory, &people, &bytes);
    buf_printf(out,
               "# HELP assent_directory_ready Whether everyone stands in memory: 0 while it is "
               "filled, and the file answers.\n"
               "# TYPE assent_directory_ready gauge\nassent_directory_ready %d\n"
               "# HELP assent_directory_people People that stand in memory.\n"
               "# TYPE assent_directory_people gauge\nassent_directory_people %lld\n"
               "# HELP assent_directory_bytes Memory that they take, shared by the workers.\n"
               "# TYPE assent_directory_bytes gauge\nassent_directory_bytes %lld\n"
               "# HELP assent_directory_faults_total How often it was found to differ from the "
               "file, and read anew.\n"
               "# TYPE assent_directory_faults_total counter\nassent_directory_faults_total %llu\n",
               is_ready, (long long)people, (long long)bytes,
               (unsigned long long)directory_keeper_faults(app.directory));
}

void metrics_render(struct buf *out, const struct directory_counts *counts)
{
    render_requests(out, app.metrics);
    render_times(out, app.metrics);
    render_writer(out, app.metrics);
    render_directory(out);
    if (counts == NULL)
        return;
    buf_printf(out,
               "# HELP assent_contacts People on the list, by status.\n"
               "# TYPE assent_contacts gauge\n"
               "assent_contacts{status=\"opted_in\"} %lld\n"
               "assent_contacts{status=\"opted_out\"} %lld\n"
               "# HELP assent_contacts_subscribed People who currently receive messages.\n"
               "# TYPE assent_contacts_subscribed gauge\nassent_contacts_subscribed %lld\n"
               "# HELP assent_ledger_position The newest entry of the ledger.\n"
               "# TYPE assent_ledger_position counter\nassent_ledger_position %lld\n",
               (long long)counts->opted_in, (long long)(counts->total - counts->opted_in),
               (long long)counts->subscribed, (long long)counts->position.value);
}
