/*
 * store/directory_helper: see the header.
 */
#include "store/directory_helper.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/thread.h"
#include "store/connection.h"

struct directory_helper {
    struct thread thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t has_work, has_done;
    void (*run)(void *context); /* NULL: nothing is asked */
    void *context;
    bool has_begun;
    bool is_stopping;
};

static void work(void *context)
{
    struct directory_helper *helper = context;
    pthread_mutex_lock(&helper->lock);
    while (!helper->is_stopping) {
        if (helper->run == NULL) {
            pthread_cond_wait(&helper->has_work, &helper->lock);
            continue;
        }
        helper->has_begun = true;
        pthread_mutex_unlock(&helper->lock);
        helper->run(helper->context);
        pthread_mutex_lock(&helper->lock);
        helper->run = NULL;
        pthread_cond_signal(&helper->has_done);
    }
    pthread_mutex_unlock(&helper->lock);
}

static void drop(struct directory_helper *helper)
{
    pthread_cond_destroy(&helper->has_done);
    pthread_cond_destroy(&helper->has_work);
    pthread_mutex_destroy(&helper->lock);
    free(helper);
}

enum status directory_helper_start(struct directory_helper **out)
{
    struct directory_helper *helper = calloc(1, sizeof *helper);
    if (helper == NULL)
        return STATUS_FULL;
    pthread_mutex_init(&helper->lock, NULL);
    pthread_cond_init(&helper->has_work, NULL);
    pthread_cond_init(&helper->has_done, NULL);
    if (!thread_start(&helper->thread, work, helper)) {
        drop(helper);
        return STATUS_IO;
    }
    *out = helper;
    return STATUS_OK;
}

bool directory_helper_is_alive(const struct directory_helper *helper)
{
    return helper == NULL || thread_is_alive(&helper->thread);
}

void directory_helper_stop(struct directory_helper *helper)
{
    if (helper == NULL || !thread_is_alive(&helper->thread))
        return; /* what it held can't be freed any more */
    pthread_mutex_lock(&helper->lock);
    helper->is_stopping = true;
    pthread_cond_signal(&helper->has_work);
    pthread_mutex_unlock(&helper->lock);
    if (thread_join(&helper->thread))
        drop(helper);
}

bool directory_helper_ask(struct directory_helper *helper, void (*run)(void *context),
                          void *context)
{
    if (helper == NULL)
        return false;
    pthread_mutex_lock(&helper->lock);
    const bool is_free = helper->run == NULL;
    if (is_free) {
        helper->run = run;
        helper->context = context;
        helper->has_begun = false;
        pthread_cond_signal(&helper->has_work);
    }
    pthread_mutex_unlock(&helper->lock);
    return is_free;
}

void directory_helper_wait(struct directory_helper *helper)
{
    pthread_mutex_lock(&helper->lock);
    if (!helper->has_begun)
        helper->run = NULL;
    while (helper->run != NULL)
        pthread_cond_wait(&helper->has_done, &helper->lock);
    pthread_mutex_unlock(&helper->lock);
}

void store_use_helper(struct store *store, struct directory_helper *helper)
{
    store->helper = helper;
}
