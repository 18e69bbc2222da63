/*
 * Threads beside a loop: they get no signals, and it is noticed when one ends by itself or is ended
 * in the middle.
 */
#include <semaphore.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/thread.h"
#include "unit/support.h"

static sem_t may_end;
static sigset_t mask_inside;

static int make_semaphore(void **state)
{
    (void)state;
    return sem_init(&may_end, 0, 0);
}

static void wait_then_return(void *context)
{
    (void)context;
    pthread_sigmask(SIG_SETMASK, NULL, &mask_inside);
    sem_wait(&may_end);
}

/* As the kernel ends one: nothing of the thread's own runs any more. */
static void wait_then_vanish(void *context)
{
    wait_then_return(context);
    syscall(SYS_exit, 0);
}

static bool lives_soon(const struct thread *thread, bool expected)
{
    for (int i = 0; i < 5000 && thread_is_alive(thread) != expected; i++)
        usleep(1000);
    return thread_is_alive(thread);
}

static void one_that_returns(void **state)
{
    (void)state;
    struct thread thread;
    assert_true(thread_start(&thread, wait_then_return, NULL));
    usleep(20000);
    assert_true(thread_is_alive(&thread));
    sem_post(&may_end);
    assert_false(lives_soon(&thread, false));
    assert_true(thread_join(&thread));
    assert_true(sigismember(&mask_inside, SIGTERM));
    assert_true(sigismember(&mask_inside, SIGALRM));
    sigset_t outside;
    pthread_sigmask(SIG_SETMASK, NULL, &outside);
    assert_false(sigismember(&outside, SIGTERM));
}

static void one_that_vanishes(void **state)
{
    (void)state;
    struct thread thread;
    assert_true(thread_start(&thread, wait_then_vanish, NULL));
    usleep(20000);
    assert_true(thread_is_alive(&thread));
    sem_post(&may_end);
    assert_false(lives_soon(&thread, false));
    assert_false(thread_join(&thread));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_that_returns, make_semaphore),
        cmocka_unit_test_setup(one_that_vanishes, make_semaphore),
    };
    return cmocka_run_group_tests_name("thread", tests, NULL, NULL);
}
