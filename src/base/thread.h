/*
 * base/thread: a thread that works beside an event loop: it gets no signals, and whoever started it
 * can ask whether it still lives. The kernel can end a thread by itself (a sandbox does), and
 * nothing else in the process is told.
 */
#ifndef ASSENT_BASE_THREAD_H
#define ASSENT_BASE_THREAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

/* Must not move while the thread runs. All fields are the functions' own. */
struct thread {
    pthread_t handle;
    void (*run)(void *context);
    void *context;
    _Atomic pid_t id; /* 0: not begun yet */
    atomic_bool has_ended;
};

/* Starts run(context) and waits until it has begun. False: there is no thread. */
bool thread_start(struct thread *thread, void (*run)(void *context), void *context);

/* From its start until run has returned or the kernel has ended it. */
bool thread_is_alive(const struct thread *thread);

/* Waits for its end. True: run has returned. False: the thread was ended in the middle, and what it
 * held (a mutex, a place among a condition's waiters) it holds for ever. */
bool thread_join(struct thread *thread);

/* Does run(first) here and run(second) beside, or here too where there is no thread to be had, and
 * returns when both are done. False: the one beside was ended in the middle. */
bool thread_both(void (*run)(void *context), void *first, void *second);

#endif
