/*
 * web/app: Kore's hooks. The parent reads the settings and the TLS key; each worker opens the data
 * after the fork, the dropped privileges and the sandbox; the teardown answers who still waits.
 */
#include "web/app.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "service/common.h"
#include "service/directory_keeper.h"
#include "service/link_watch.h"
#include "service/search_helper.h"
#include "service/setup.h"
#include "web/admit.h"
#include "web/call_limit.h"
#include "web/confine.h"
#include "web/feed_wait.h"
#include "web/guard.h"
#include "web/heart.h"
#include "web/kore.h"
#include "web/link_count.h"
#include "web/loop.h"
#include "web/metrics.h"
#include "web/spare.h"
#include "web/sweep.h"
#include "web/tls.h"
#include "web/trouble.h"
#include "web/watch.h"

#define WRITE_QUEUE_MAX 4096

struct app app;

EXPORT void kore_parent_configure(int argc, char **argv);
EXPORT void kore_worker_configure(void);
EXPORT void kore_worker_teardown(void);
EXPORT void kore_parent_teardown(void);

/* Kore logs to stdout; without this a log that is not a terminal is buffered, and printed once more
 * by each process forked meanwhile. */
__attribute__((constructor)) static void log_by_lines(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
}

/* The data folder, from where Kore was started, is the root of a worker that is confined. */
static void move_into_chroot(struct conf *conf)
{
    conf->data = "/";
    conf->db_path = "/assent.db";
    conf->keys_path = "/keys";
    conf->lock_path = "/assent.lock";
}

/* To Kore a hangup means: load the program anew. A terminal that was closed means: stop. */
static void stop_on_hangup(int signal_number)
{
    (void)signal_number;
    kill(getpid(), SIGTERM);
}

EXPORT void kore_parent_configure(int argc, char **argv)
{
    (void)argc, (void)argv;
    const char *fault = NULL;
    signal(SIGHUP, stop_on_hangup);
    watch_parent();
    heart_parent();
    app.arena = arena_new();
    if (conf_load(app.arena, NULL, &app.conf, &fault) != STATUS_OK)
        fatalx("%s", fault);
    tls_load(&app.conf);

    if (skip_runas != 0) {
        /* What is wrong with the data is said once, here, and not by each worker again. */
        struct service probe;
        if (setup_open(app.arena, &app.conf, false, &probe, &fault) != STATUS_OK)
            fatalx("%s", fault);
        setup_close(&probe);
    }

    app.metrics = metrics_new(app.arena);
    app.calls = call_limit_new();
    app.link_watch = link_watch_new();
    app.trouble = trouble_new();
    app.directory = directory_keeper_map();
    if (app.directory == NULL)
        kore_log(LOG_WARNING, "no memory for the directory: bulk calls will be slower");
    app.feed_places = feed_wait_places();
    if (app.metrics == NULL || app.feed_places == NULL || app.calls == NULL ||
        app.link_watch == NULL || app.trouble == NULL)
        fatalx("no memory for the metrics");
    const char *logs = getenv("ASSENT_ACCESS_LOG");
    const char *queue = getenv("ASSENT_WRITE_QUEUE");
    app.logs_access = logs != NULL && strcmp(logs, "1") == 0;
    app.write_queue = queue != NULL ? strtoul(queue, NULL, 10) : WRITE_QUEUE_MAX;
    if (app.write_queue == 0 || app.write_queue > WRITE_QUEUE_MAX)
        fatalx("ASSENT_WRITE_QUEUE must be a number from 1 to %d", WRITE_QUEUE_MAX);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static _Noreturn void give_up(const char *fault)
{
    kore_log(LOG_CRIT, "%s", fault);
    pause_ms(1000); /* the parent starts another worker at once */
    exit(1);
}

EXPORT void kore_worker_configure(void)
{
    const char *fault = NULL;
    signal(SIGHUP, SIG_IGN); /* the parent's business, as is the next */
    signal(SIGUSR1, SIG_IGN);
    if (confine_is_root())
        move_into_chroot(&app.conf);
    if (metrics_join(app.metrics, worker->id - 1U) > 0)
        pause_ms(100);
    guard_start();
    tls_start();
    feed_wait_start(worker->id - 1U);

    struct service writing;
    if (setup_open(app.arena, &app.conf, false, &app.reader, &fault) != STATUS_OK ||
        setup_open(app.arena, &app.conf, true, &writing, &fault) != STATUS_OK)
        give_up(fault);
    common_keep(&app.reader);
    directory_keeper_lend(&app.reader, app.directory);
    if (writer_start(&writing, app.write_queue, &app.writer) != STATUS_OK)
        give_up("the writer can't be started");
    write_start();
    if (app.directory != NULL && search_helper_start(&app.helper) != STATUS_OK)
        give_up("the thread that helps searches can't be started");
    offload_start();
    if (app.directory != NULL &&
        directory_keeper_start(&app.conf, app.directory, &app.keeper) != STATUS_OK)
        give_up("the directory can't be kept");
    sweep_start();
    sweep_requests();
    sweep_counts();
    sweep_checkpoints();
    link_count_start();
    spare_start();
    watch_start();
}

/* What clients had sent before the stop may still lie in the sockets, or in the queue of those that
 * were not accepted yet; a close would reset it, and a no with it. A round accepts, the next reads,
 * the one after reads bodies. Bounded: clients who go on and on don't keep the server alive. */
static void take_what_came(void)
{
    worker_accept_threshold = 0;
    kore_platform_enable_accept();
    for (int round = 0; round < 50; round++) {
        kore_platform_event_wait(0);
        http_process();
    }
}

EXPORT void kore_worker_teardown(void)
{
    if (app.writer == NULL)
        return;
    take_what_came();
    link_count_write();
    app.is_stopping = true;
    watch_end();
    feed_wait_stop();
    offload_stop();
    search_helper_stop(app.helper);
    directory_keeper_stop(app.keeper);
    writer_stop(app.writer);
    write_collect();
    /* Once for each sleep that a request may take after another; http_process stops when it has
     * used its time. */
    for (int i = 0; i < 1000 && http_request_count > 0; i++)
        http_process();
    writer_free(app.writer);
    setup_close(&app.reader);
}

/* The workers have ended. */
EXPORT void kore_parent_teardown(void)
{
    if (app.conf.data != NULL && directory_keeper_save(app.directory, app.conf.data) != STATUS_OK)
        kore_log(LOG_WARNING,
                 "the list in memory can't be kept for the next start, which will "
                 "take longer: %s",
                 errno_s);
}
