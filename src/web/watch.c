/*
 * web/watch: see watch.h.
 */
#include "web/watch.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "service/directory_keeper.h"
#include "service/search_helper.h"
#include "web/app.h"
#include "web/heart.h"
#include "web/kore.h"
#include "web/loop.h"
#include "web/tls.h"

#define LOOK_MS 1000

/* Looks in a row at a writer that has work and hands nothing back. Counted, not timed: a process
 * that was stopped for an hour has not been stuck for an hour. */
#define STUCK_LOOKS 60

/* A worker that stops has this long to make the changes that wait; an orphan holds the port that
 * the next server wants. */
#define DRAIN_S        60
#define DRAIN_ORPHAN_S 10

static struct watch {
    pid_t parent;
    uint64_t answered; /* by the writer, when looked at last */
    unsigned stuck;    /* looks since then */
    bool is_told;      /* the log, that the parent has died */
    uint64_t faults;   /* of the list in memory, as logged */
    bool is_loading;   /* the list, at the last look */

    atomic_bool *is_stopping; /* shared by all processes, set by the parent */
} watch;

static void on_stop(int number)
{
    if (getpid() == watch.parent) {
        atomic_store(watch.is_stopping, true);
        heart_stopping();
    }
    sig_recv = number;
}

static void on_child(int number)
{
    if (!atomic_load(watch.is_stopping))
        sig_recv = number;
}

static void listen_for(int number, void (*act)(int number))
{
    struct sigaction action = {.sa_handler = act};
    sigfillset(&action.sa_mask);
    if (sigaction(number, &action, NULL) != 0)
        fatal("sigaction: %s", errno_s);
}

void watch_parent(void)
{
    watch.parent = getpid();
    watch.is_stopping = mmap(NULL, sizeof(*watch.is_stopping), PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (watch.is_stopping == MAP_FAILED)
        fatal("mmap: %s", errno_s);
    listen_for(SIGTERM, on_stop);
    listen_for(SIGQUIT, on_stop);
    if (kore_foreground)
        listen_for(SIGINT, on_stop);
    listen_for(SIGCHLD, on_child);
}

static bool is_orphan(void)
{
    return getppid() != watch.parent;
}

void watch_orphan(void)
{
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
        kore_log(LOG_WARNING, "the parent's death can't be listened for: %s", errno_s);
}

/* Nothing is put in order: whoever can't write must not say another word to anybody. */
static void give_up(const char *fault)
{
    kore_log(LOG_CRIT, "worker %d: %s; it is ended, and another takes its place", worker->id,
             fault);
    kill(getpid(), SIGKILL);
}

static void look_at_threads(void)
{
    if (!writer_is_alive(app.writer))
        give_up("its writer has died");
    if (!offload_is_alive())
        give_up("its thread for searches and passwords has died");
    if (!directory_keeper_is_alive(app.keeper))
        give_up("the keeper of its directory has died");
    if (!search_helper_is_alive(app.helper))
        give_up("the thread that helps its searches has died");
}

static void look_at_progress(void)
{
    const struct writer_pulse pulse = writer_pulse(app.writer);
    watch.stuck = pulse.has_work && pulse.answered == watch.answered ? watch.stuck + 1 : 0;
    watch.answered = pulse.answered;
    if (watch.stuck >= STUCK_LOOKS)
        give_up("its writer is stuck");
}

/* A long list takes seconds to be read into memory; one of the workers says how far it is. */
static void look_at_directory(void)
{
    int percent;
    int64_t people, bytes;
    if (worker->id != 1)
        return;
    const uint64_t faults = directory_keeper_faults(app.directory);
    if (faults != watch.faults)
        kore_log(LOG_ERR, "the list in memory was not as the file: it is read anew");
    watch.faults = faults;
    const bool was_loading = watch.is_loading;
    watch.is_loading = directory_keeper_is_loading(app.directory, &percent);
    if (watch.is_loading)
        kore_log(LOG_NOTICE, "the list is read into memory: %d %%", percent);
    else if (was_loading && directory_keeper_measure(app.directory, &people, &bytes))
        kore_log(LOG_NOTICE, "the list is in memory: %lld people, %lld MB", (long long)people,
                 (long long)(bytes >> 20));
}

static void look(void *arg, u_int64_t now)
{
    look_at_directory();
    look_at_threads();
    look_at_progress();
    const bool has_no_parent = is_orphan();
    if (has_no_parent && !watch.is_told)
        kore_log(LOG_ERR, "worker %d: its parent has died; it stops", worker->id);
    watch.is_told = has_no_parent;
    if (has_no_parent || atomic_load(watch.is_stopping)) {
        kill(getpid(), SIGTERM);
        return;
    }
    tls_follow();
    heart_beat();
}

void watch_start(void)
{
    heart_beat();
    kore_timer_add(look, LOOK_MS, NULL, 0);
}

void watch_end(void)
{
    look_at_threads();
    signal(SIGALRM, SIG_DFL);
    alarm(is_orphan() ? DRAIN_ORPHAN_S : DRAIN_S);
}
