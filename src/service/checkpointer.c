/*
 * service/checkpointer: moves the WAL into the database file. See the header.
 */
#include "service/checkpointer.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "store/scrub.h"

/* A checkpoint is asked for when the WAL is this long, and again at each such step beyond; and for
 * a much shorter one once nothing was written for a moment. Under load a page that many changes
 * touch is then copied once for all of them. */
#define WAL_LONG_PAGES  32768
#define WAL_STEP_PAGES  8192
#define WAL_WORTH_PAGES 1000

/* What another process erased, or one that was killed, is looked for now and then; what can't be
 * scrubbed since somebody reads, soon again. Many erasings in a row share one. */
#define SCRUB_LOOK_S  20
#define SCRUB_AGAIN_S 1
#define SECOND_NS     INT64_C(1000000000)

struct checkpointer {
    struct store *store;
    struct thread thread;
    pthread_mutex_t lock;
    pthread_cond_t asked;
    bool is_asked, is_stopping;          /* under lock */
    bool wants_scrub;                    /* under lock */
    int64_t scrub_at_ns, rests_until_ns; /* the thread's own: when next, and not before */
    atomic_ulong count;
    int64_t asked_at_pages; /* the watcher's own: length of the WAL at the last asking */
};

/* Waits, under the lock, for a word or until at_ns. */
static void wait_until(struct checkpointer *checkpointer, int64_t at_ns)
{
    const struct timespec until = {.tv_sec = at_ns / SECOND_NS, .tv_nsec = at_ns % SECOND_NS};
    pthread_cond_timedwait(&checkpointer->asked, &checkpointer->lock, &until);
}

/* What there is to do now: waits until there is something. False: the thread shall end. */
static bool next(struct checkpointer *checkpointer, bool *checkpoints, bool *scrubs)
{
    pthread_mutex_lock(&checkpointer->lock);
    for (;;) {
        const int64_t now_ns = clock_monotonic_ns();
        if (checkpointer->wants_scrub && checkpointer->scrub_at_ns > checkpointer->rests_until_ns)
            checkpointer->scrub_at_ns = checkpointer->rests_until_ns;
        *checkpoints = checkpointer->is_asked;
        *scrubs = now_ns >= checkpointer->scrub_at_ns;
        if (checkpointer->is_stopping || *checkpoints || *scrubs)
            break;
        wait_until(checkpointer, checkpointer->scrub_at_ns);
    }
    checkpointer->is_asked = false;
    if (*scrubs)
        checkpointer->wants_scrub = false;
    const bool goes_on = !checkpointer->is_stopping;
    pthread_mutex_unlock(&checkpointer->lock);
    return goes_on;
}

static void scrub(struct checkpointer *checkpointer)
{
    const bool is_done = scrub_log(checkpointer->store) == STATUS_OK;
    const int64_t now_ns = clock_monotonic_ns();
    checkpointer->rests_until_ns = now_ns + SCRUB_AGAIN_S * SECOND_NS;
    checkpointer->scrub_at_ns =
        is_done ? now_ns + SCRUB_LOOK_S * SECOND_NS : checkpointer->rests_until_ns;
}

static void work(void *context)
{
    struct checkpointer *checkpointer = context;
    bool checkpoints, scrubs;
    while (next(checkpointer, &checkpoints, &scrubs)) {
        /* A failure costs nothing but a longer WAL, and the next one tries again. */
        if (checkpoints && store_checkpoint_now(checkpointer->store) == STATUS_OK)
            atomic_fetch_add(&checkpointer->count, 1);
        if (scrubs)
            scrub(checkpointer);
        /* What was freed since, of all threads: after bulk work whole pages are, among others that
         * are not, and the allocator keeps them for as long as nobody asks. */
        if (scrubs)
            malloc_trim(0);
    }
}

enum status checkpointer_start(const struct conf *conf, struct checkpointer **out)
{
    pthread_condattr_t monotonic;
    struct checkpointer *checkpointer = calloc(1, sizeof(*checkpointer));
    if (!checkpointer)
        return STATUS_FULL;
    enum status status = store_open_writer(conf->db_path, conf->lock_path, &checkpointer->store);
    if (status != STATUS_OK)
        goto out;
    pthread_mutex_init(&checkpointer->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&checkpointer->asked, &monotonic);
    pthread_condattr_destroy(&monotonic);
    status = thread_start(&checkpointer->thread, work, checkpointer) ? STATUS_OK : STATUS_IO;
out:
    if (status == STATUS_OK) {
        *out = checkpointer;
    } else {
        store_close(checkpointer->store);
        free(checkpointer);
    }
    return status;
}

void checkpointer_watch(struct checkpointer *checkpointer, int64_t wal_pages, bool is_idle)
{
    if (wal_pages < checkpointer->asked_at_pages)
        checkpointer->asked_at_pages = 0; /* it was moved, and begun anew */
    const bool is_long =
        wal_pages >= WAL_LONG_PAGES && wal_pages - checkpointer->asked_at_pages >= WAL_STEP_PAGES;
    if (!is_long && !(is_idle && wal_pages >= WAL_WORTH_PAGES))
        return;
    checkpointer->asked_at_pages = wal_pages;
    checkpointer_ask(checkpointer);
}

void checkpointer_ask(struct checkpointer *checkpointer)
{
    pthread_mutex_lock(&checkpointer->lock);
    checkpointer->is_asked = true;
    pthread_cond_signal(&checkpointer->asked);
    pthread_mutex_unlock(&checkpointer->lock);
}

void checkpointer_scrub(struct checkpointer *checkpointer)
{
    pthread_mutex_lock(&checkpointer->lock);
    checkpointer->wants_scrub = true;
    pthread_cond_signal(&checkpointer->asked);
    pthread_mutex_unlock(&checkpointer->lock);
}

void checkpointer_stop(struct checkpointer *checkpointer)
{
    if (!checkpointer)
        return;
    if (!thread_is_alive(&checkpointer->thread))
        return; /* what it held, its store too, can't be freed any more */
    pthread_mutex_lock(&checkpointer->lock);
    checkpointer->is_stopping = true;
    pthread_cond_signal(&checkpointer->asked);
    pthread_mutex_unlock(&checkpointer->lock);
    if (!thread_join(&checkpointer->thread))
        return;
    pthread_cond_destroy(&checkpointer->asked);
    pthread_mutex_destroy(&checkpointer->lock);
    store_close(checkpointer->store);
    free(checkpointer);
}

bool checkpointer_is_alive(const struct checkpointer *checkpointer)
{
    return thread_is_alive(&checkpointer->thread);
}

unsigned long checkpointer_count(const struct checkpointer *checkpointer)
{
    return atomic_load(&checkpointer->count);
}
