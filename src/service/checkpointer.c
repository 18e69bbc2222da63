/*
 * service/checkpointer: moves the WAL into the database file. See the header.
 */
#include "service/checkpointer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/thread.h"
#include "store/store.h"

/* A checkpoint is asked for when the WAL is this long, and again at each such step beyond; and for
 * a much shorter one once nothing was written for a moment. Under load a page that many changes
 * touch is then copied once for all of them. */
#define WAL_LONG_PAGES  32768
#define WAL_STEP_PAGES  8192
#define WAL_WORTH_PAGES 1000

struct checkpointer {
    struct store *store;
    struct thread thread;
    pthread_mutex_t lock;
    pthread_cond_t asked;
    bool is_asked, is_stopping; /* under lock */
    atomic_ulong count;
    int64_t asked_at_pages; /* the watcher's own: length of the WAL at the last asking */
};

static void work(void *context)
{
    struct checkpointer *checkpointer = context;
    pthread_mutex_lock(&checkpointer->lock);
    for (;;) {
        while (!checkpointer->is_asked && !checkpointer->is_stopping)
            pthread_cond_wait(&checkpointer->asked, &checkpointer->lock);
        if (checkpointer->is_stopping)
            break;
        checkpointer->is_asked = false;
        pthread_mutex_unlock(&checkpointer->lock);
        /* A failure costs nothing but a longer WAL, and the next one tries again. */
        if (store_checkpoint_now(checkpointer->store) == STATUS_OK)
            atomic_fetch_add(&checkpointer->count, 1);
        pthread_mutex_lock(&checkpointer->lock);
    }
    pthread_mutex_unlock(&checkpointer->lock);
}

enum status checkpointer_start(const struct conf *conf, struct checkpointer **out)
{
    struct checkpointer *checkpointer = calloc(1, sizeof(*checkpointer));
    if (!checkpointer)
        return STATUS_FULL;
    enum status status = store_open_writer(conf->db_path, conf->lock_path, &checkpointer->store);
    if (status != STATUS_OK)
        goto out;
    pthread_mutex_init(&checkpointer->lock, NULL);
    pthread_cond_init(&checkpointer->asked, NULL);
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
