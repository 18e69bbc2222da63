/*
 * web/feed_wait: see feed_wait.h.
 */
#include "web/feed_wait.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "web/app.h"
#include "web/kore.h"

#define WORKERS_MAX 64
#define KEYS        1024 /* more than there can be keys, whose numbers follow on each other */

/* Each worker counts in a row of its own, so that a row can be cleared when its worker died. */
struct feed_places {
    atomic_uchar held[WORKERS_MAX][KEYS];
};

static struct {
    unsigned worker;
    unsigned count; /* places held in this worker */
    struct feed_waiter *first;
    bool has_timer;
} here;

struct feed_places *feed_wait_places(void)
{
    void *memory = mmap(NULL, sizeof(struct feed_places), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void feed_wait_start(unsigned worker)
{
    here.worker = worker < WORKERS_MAX ? worker : WORKERS_MAX - 1;
    for (size_t i = 0; i < KEYS; i++)
        atomic_store(&app.feed_places->held[here.worker][i], 0);
}

void feed_wait_leave(int64_t id)
{
    atomic_fetch_sub(&app.feed_places->held[here.worker][(uint64_t)id % KEYS], 1);
    here.count--;
}

enum feed_place feed_wait_enter(int64_t id)
{
    const size_t key = (uint64_t)id % KEYS;
    unsigned held = 0;
    if (here.count >= FEED_WAIT_WORKER_MAX)
        return FEED_PLACE_WORKER_FULL;
    /* Taken first and counted then, so that two at once can't both have the last one. */
    atomic_fetch_add(&app.feed_places->held[here.worker][key], 1);
    here.count++;
    for (size_t i = 0; i < WORKERS_MAX; i++)
        held += atomic_load(&app.feed_places->held[i][key]);
    if (held <= FEED_WAIT_KEY_MAX)
        return FEED_PLACE_TAKEN;
    feed_wait_leave(id);
    return FEED_PLACE_KEY_FULL;
}

int64_t feed_wait_now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

static void unlink_waiter(struct feed_waiter *waiter)
{
    *waiter->at = waiter->next;
    if (waiter->next != NULL)
        waiter->next->at = waiter->at;
}

/* The client has gone. */
static bool abandon(struct visit_wait *wait)
{
    unlink_waiter((struct feed_waiter *)wait);
    return true;
}

static void on_time(void *arg, u_int64_t now)
{
    (void)arg, (void)now;
    here.has_timer = false;
    feed_wait_look();
}

static void set_timer(void)
{
    if (here.first == NULL || here.has_timer)
        return;
    here.has_timer = true;
    kore_timer_add(on_time, FEED_WAIT_LOOK_MS, NULL, KORE_TIMER_ONESHOT);
}

void feed_wait_begin(struct visit *visit, struct feed_waiter *waiter)
{
    waiter->wait.abandon = abandon;
    waiter->wait.is_done = false;
    waiter->next = here.first;
    waiter->at = &here.first;
    if (here.first != NULL)
        here.first->at = &waiter->next;
    here.first = waiter;
    wait_begin(visit, &waiter->wait);
    set_timer();
}

void feed_wait_look(void)
{
    struct position head;
    struct feed_waiter *next;
    if (here.first == NULL)
        return;
    /* A read that fails is tried again at the next look. */
    if (store_position(app.reader.store, &head) != STATUS_OK)
        head.value = 0;
    const int64_t now_ms = feed_wait_now_ms();
    for (struct feed_waiter *at = here.first; at != NULL; at = next) {
        next = at->next;
        if (head.value <= at->seen.value && now_ms < at->until_ms)
            continue;
        unlink_waiter(at);
        wait_end(&at->wait, STATUS_OK);
    }
    set_timer();
}

void feed_wait_stop(void)
{
    while (here.first != NULL) {
        struct feed_waiter *waiter = here.first;
        unlink_waiter(waiter);
        wait_end(&waiter->wait, STATUS_BUSY);
    }
}
