/*
 * cli/courier_start: see courier_start.h. A process that only waits stands beside the server, not
 * below it, since Kore counts what is below it as its own: it watches both by their pidfds.
 */
#include "cli/courier_start.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/owner.h"

static _Noreturn void become_courier(pid_t parent)
{
    char words[][16] = {"assent", "courier", "--wait"};
    char *const arguments[] = {words[0], words[1], words[2], NULL};

    owner_keep_nothing();
    unsetenv("NOTIFY_SOCKET"); /* the service manager hears the server alone */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) /* it had ended before that */
        _exit(0);
    execv("/proc/self/exe", arguments);
    perror("assent serve: the courier can't be started");
    _exit(127);
}

/* Waits for the end of child, and ends it with the server. False: child is not to be started
 * again. */
static bool watch(int server, pid_t child)
{
    struct pollfd ends[] = {{.fd = server, .events = POLLIN},
                            {.fd = pidfd_open(child, 0), .events = POLLIN}};
    int status = 0;

    while (poll(ends, 2, -1) < 0)
        continue;
    const bool is_over = (ends[0].revents & POLLIN) != 0;
    if (is_over)
        kill(child, SIGTERM);
    while (waitpid(child, &status, 0) != child)
        continue;
    close(ends[1].fd);
    return !is_over && (WIFSIGNALED(status) || WEXITSTATUS(status) == 1);
}

static _Noreturn void keep_courier(pid_t server_pid)
{
    const pid_t self = getpid();
    bool goes_on = true;

    close_range(3, ~0U, 0);  /* the server's lock among them: it must not outlive the server */
    signal(SIGINT, SIG_IGN); /* Ctrl-C reaches the courier itself, which then ends well */
    const int server = pidfd_open(server_pid, 0);
    while (goes_on && server >= 0) {
        pid_t child = fork();
        if (child == 0)
            become_courier(self);
        goes_on = child < 0 || watch(server, child);
        if (goes_on)
            nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    }
    _exit(0);
}

bool courier_start(void)
{
    const pid_t self = getpid();
    int status;
    pid_t between;

    fflush(NULL);
    between = fork();
    if (between == 0) {
        pid_t keeper = fork();
        if (keeper == 0)
            keep_courier(self);
        _exit(keeper < 0);
    }
    return between > 0 && waitpid(between, &status, 0) == between && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}
