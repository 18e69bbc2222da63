/*
 * cli/stop: see stop.h.
 */
#include "cli/stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

/* The one thing a signal handler may touch. */
static atomic_bool is_wanted;

static void on_stop(int number)
{
    (void)number;
    atomic_store(&is_wanted, true);
}

void stop_watch(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_stop, .sa_flags = (int)SA_RESETHAND};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &action, NULL);
}

bool stop_is_wanted(void)
{
    return atomic_load(&is_wanted);
}
