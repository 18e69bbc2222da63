/*
 * cli/courier_verb: the process that does what needs the outside, which the server's sandbox keeps
 * from it: it sends mails and tells hooks.
 *
 * One runs on a data folder: a lock on a file there says so, and ends with the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/supervisor.h"
#include "base/vigil.h"
#include "cli/courier_hooks.h"
#include "cli/courier_imports.h"
#include "cli/courier_mails.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "post/hook.h"

#define STEP_MS     100
#define ALIVE_STEPS 100 /* between two words to whoever watches us: ten seconds */
#define TURN_STEPS  200 /* between two looks at the threads: VIGIL_HUNG of them are ten minutes */

static volatile sig_atomic_t was_told_to_stop;

/* The courier's threads, and the main one, which looks at them. */
enum part { PART_MAIN, PART_HOOKS, PART_MAILS, PART_IMPORTS, PART_COUNT };

struct parts {
    struct courier_hooks *hooks;
    struct courier_mails *mails;
    struct courier_imports *imports;
    struct vigil vigil;
    unsigned long beats[PART_COUNT]; /* when looked at last */
    unsigned steps;
};

static int manager = -1; /* systemd's socket */

static void stop(int signal_number)
{
    (void)signal_number;
    was_told_to_stop = 1;
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000L}, NULL);
}

/* False: it has said why not, or was told to stop while it waited. The lock is held until the
 * process ends. */
static bool claim(const struct args *args, struct open *open)
{
    const char *path = arena_printf(open->arena, "%s/courier.lock", open->conf.data);
    int fd = openat(AT_FDCWD, path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0) {
        cli_refused(args, "%s: %s.", path, strerror(errno));
        return false;
    }
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK && args_has(args, "wait") && !was_told_to_stop) {
            nap();
            supervisor_tell(manager, "WATCHDOG=1");
            continue;
        }
        if (errno == EWOULDBLOCK && !args_has(args, "wait"))
            cli_refused(args,
                        "another courier runs on %s; \"assent serve\" starts one by itself. With "
                        "--wait this one waits until that has ended.",
                        open->conf.data);
        else if (errno != EWOULDBLOCK && errno != EINTR)
            cli_refused(args, "%s: %s.", path, strerror(errno));
        close(fd);
        return false;
    }
    return true;
}

/* The mails that are due, and nothing else. */
static enum cli_exit run_once(const struct args *args, struct open *open)
{
    struct courier_mails *mails = NULL;
    const char *fault = NULL;

    if (!courier_mails_start(open->arena, &open->conf, args_has(args, "verbose"), true, &mails,
                             &fault))
        return cli_refused(args, "%s.", fault);
    while (!was_told_to_stop && courier_mails_is_alive(mails))
        nap();
    courier_mails_stop(mails);
    return CLI_DONE;
}

static bool is_alive(const struct parts *parts)
{
    return courier_hooks_is_alive(parts->hooks) && courier_mails_is_alive(parts->mails) &&
           courier_imports_is_alive(parts->imports);
}

/* Once a step. What hangs is no longer waited for by anybody: the process ends, and who keeps it
 * starts another. */
static void look(struct parts *parts)
{
    const unsigned long beats[PART_COUNT] = {
        [PART_HOOKS] = courier_hooks_beats(parts->hooks),
        [PART_MAILS] = courier_mails_beats(parts->mails),
        [PART_IMPORTS] = courier_imports_beats(parts->imports),
    };
    static const char *const names[PART_COUNT] = {
        [PART_HOOKS] = "hooks", [PART_MAILS] = "mails", [PART_IMPORTS] = "imports"};
    parts->steps++;
    if (parts->steps % ALIVE_STEPS == 1)
        supervisor_tell(manager, "WATCHDOG=1");
    if (parts->steps % TURN_STEPS != 0)
        return;
    vigil_beat(&parts->vigil, PART_MAIN, 1 + PART_MAIN);
    for (int i = PART_MAIN + 1; i < PART_COUNT; i++) {
        if (beats[i] != parts->beats[i] || parts->vigil.all[i].process == 0)
            vigil_beat(&parts->vigil, (size_t)i, 1 + i);
        parts->beats[i] = beats[i];
    }
    const int hung = vigil_hung(&parts->vigil) - 1;
    if (hung > PART_MAIN && hung < PART_COUNT) {
        fprintf(stderr, "assent courier: %s: the thread hangs; another courier takes over\n",
                names[hung]);
        fflush(stderr);
        _exit(CLI_REFUSED);
    }
}

static enum cli_exit run(const struct args *args, struct open *open)
{
    struct parts parts = {.vigil = {.count = PART_COUNT}};
    const char *fault = "libcurl can't be used";
    bool lives = true;

    if (args_has(args, "once"))
        return run_once(args, open);
    if (hook_post_start() != STATUS_OK ||
        !courier_mails_start(open->arena, &open->conf, args_has(args, "verbose"), false,
                             &parts.mails, &fault) ||
        !courier_imports_start(open->arena, &open->conf, &parts.imports, &fault) ||
        !courier_hooks_start(open->arena, &open->conf, &parts.hooks, &fault)) {
        courier_mails_stop(parts.mails);
        courier_imports_stop(parts.imports);
        return cli_refused(args, "%s.", fault);
    }
    while (!was_told_to_stop && lives) {
        nap();
        look(&parts);
        lives = is_alive(&parts);
    }
    courier_mails_stop(parts.mails);
    courier_imports_stop(parts.imports);
    courier_hooks_stop(parts.hooks);
    return lives ? CLI_DONE : cli_refused(args, "a thread of it has died.");
}

enum cli_exit courier_verb_run(const struct args *args)
{
    const struct sigaction on_stop = {.sa_handler = stop}; /* no SA_RESTART: ends waiting, too */
    struct open open;
    enum cli_exit code = CLI_REFUSED;

    sigaction(SIGTERM, &on_stop, NULL);
    sigaction(SIGINT, &on_stop, NULL);
    sigaction(SIGHUP, &on_stop, NULL);
    manager = supervisor_open();
    if (open_data(args, false, &open) && claim(args, &open))
        code = run(args, &open);
    else if (was_told_to_stop)
        code = CLI_DONE;
    open_end(&open);
    return code;
}
