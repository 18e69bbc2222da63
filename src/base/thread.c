/*
 * base/thread: see thread.h.
 */
#include "base/thread.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define BEGIN_TRIES  100000
#define BEGIN_NAP_NS 100000

static void *begin(void *context)
{
    struct thread *thread = context;
    atomic_store(&thread->id, gettid());
    thread->run(thread->context);
    atomic_store(&thread->has_ended, true);
    return NULL;
}

static bool has_begun(const struct thread *thread)
{
    const struct timespec nap = {.tv_nsec = BEGIN_NAP_NS};
    for (int i = 0; i < BEGIN_TRIES && atomic_load(&thread->id) == 0; i++)
        nanosleep(&nap, NULL);
    return atomic_load(&thread->id) != 0;
}

bool thread_start(struct thread *thread, void (*run)(void *context), void *context)
{
    sigset_t all, before;
    thread->run = run;
    thread->context = context;
    atomic_init(&thread->id, 0);
    atomic_init(&thread->has_ended, false);
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    const bool is_made = pthread_create(&thread->handle, NULL, begin, thread) == 0;
    return pthread_sigmask(SIG_SETMASK, &before, NULL) == 0 && is_made && has_begun(thread);
}

bool thread_is_alive(const struct thread *thread)
{
    if (atomic_load(&thread->has_ended))
        return false;
    return tgkill(getpid(), atomic_load(&thread->id), 0) == 0 || errno != ESRCH;
}

bool thread_join(struct thread *thread)
{
    pthread_join(thread->handle, NULL);
    return atomic_load(&thread->has_ended);
}

bool thread_both(void (*run)(void *context), void *first, void *second)
{
    struct thread beside;
    const bool has_two = thread_start(&beside, run, second);
    run(first);
    if (has_two)
        return thread_join(&beside);
    run(second);
    return true;
}
