/*
 * cli/courier_verb: the process that does what needs the outside, which the server's sandbox keeps
 * from it: it sends mails and tells hooks.
 *
 * One runs on a data folder: a lock on a file there says so, and ends with the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "cli/courier_hooks.h"
#include "cli/courier_imports.h"
#include "cli/courier_mails.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "post/hook.h"

#define STEP_MS 100

static volatile sig_atomic_t was_told_to_stop;

static void stop(int signal_number)
{
    (void)signal_number;
    was_told_to_stop = 1;
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
    if (flock(fd, LOCK_EX | (args_has(args, "wait") ? 0 : LOCK_NB)) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        cli_refused(args,
                    "another courier runs on %s; \"assent serve\" starts one by itself. With "
                    "--wait this one waits until that has ended.",
                    open->conf.data);
    else if (errno != EINTR)
        cli_refused(args, "%s: %s.", path, strerror(errno));
    close(fd);
    return false;
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000L}, NULL);
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

static enum cli_exit run(const struct args *args, struct open *open)
{
    struct courier_hooks *hooks = NULL;
    struct courier_mails *mails = NULL;
    struct courier_imports *imports = NULL;
    const char *fault = "libcurl can't be used";
    bool is_alive = true;

    if (args_has(args, "once"))
        return run_once(args, open);
    if (hook_post_start() != STATUS_OK ||
        !courier_mails_start(open->arena, &open->conf, args_has(args, "verbose"), false, &mails,
                             &fault) ||
        !courier_imports_start(open->arena, &open->conf, &imports, &fault) ||
        !courier_hooks_start(open->arena, &open->conf, &hooks, &fault)) {
        courier_mails_stop(mails);
        courier_imports_stop(imports);
        return cli_refused(args, "%s.", fault);
    }
    while (!was_told_to_stop && is_alive) {
        nap();
        is_alive = courier_hooks_is_alive(hooks) && courier_mails_is_alive(mails) &&
                   courier_imports_is_alive(imports);
    }
    courier_mails_stop(mails);
    courier_imports_stop(imports);
    courier_hooks_stop(hooks);
    return is_alive ? CLI_DONE : cli_refused(args, "a thread of it has died.");
}

enum cli_exit courier_verb_run(const struct args *args)
{
    const struct sigaction on_stop = {.sa_handler = stop}; /* no SA_RESTART: ends waiting, too */
    struct open open;
    enum cli_exit code = CLI_REFUSED;

    sigaction(SIGTERM, &on_stop, NULL);
    sigaction(SIGINT, &on_stop, NULL);
    sigaction(SIGHUP, &on_stop, NULL);
    if (open_data(args, false, &open) && claim(args, &open))
        code = run(args, &open);
    else if (was_told_to_stop)
        code = CLI_DONE;
    open_end(&open);
    return code;
}
