/*
 * For ThreadSanitizer alone: its library knows nothing of pthread_mutex_clocklock, and would take
 * what a mutex guards that was got by waiting for unguarded, and its unlocking for a fault.
 */
#ifdef __SANITIZE_THREAD__
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sanitizer/tsan_interface.h>
#include <stdbool.h>

int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until)
{
    int (*lock)(pthread_mutex_t *, clockid_t, const struct timespec *) =
        (int (*)(pthread_mutex_t *, clockid_t, const struct timespec *))dlsym(
            RTLD_NEXT, "pthread_mutex_clocklock");

    __tsan_mutex_pre_lock(mutex, __tsan_mutex_try_lock);
    const int rc = lock(mutex, clock, until);
    const bool has_lock = rc == 0 || rc == EOWNERDEAD;
    __tsan_mutex_post_lock(
        mutex, __tsan_mutex_try_lock | (has_lock ? 0 : __tsan_mutex_try_lock_failed), 0);
    return rc;
}
#endif
