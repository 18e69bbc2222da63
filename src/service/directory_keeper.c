/*
 * service/directory_keeper: see the header.
 */
#include "service/directory_keeper.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "store/directory_image.h"

#define EVERY_MS   100
#define SOON_MS    10  /* while there are changes: who asks then finds little left to do */
#define CHECK_ROWS 250 /* held against the file each time that there is nothing else to do */
#define WAIT_MS                                                                                    \
    100 /* for another process that is at it; then it is looked again whether to stop              \
         */

struct directory_keeper {
    struct directory_map *map;
    struct store *store;
    char *image; /* path */
    struct thread thread;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool is_stopping; /* under lock */
};

struct directory_map *directory_keeper_map(void)
{
    struct directory_map *map = NULL;
    return directory_map_new(&map) == STATUS_OK ? map : NULL;
}

void directory_keeper_lend(struct service *service, struct directory_map *map)
{
    store_use_directory(service->store, map);
}

bool directory_keeper_measure(const struct directory_map *map, int64_t *people, int64_t *bytes)
{
    struct directory_map_size size;
    struct position at;
    *people = *bytes = 0;
    if (map == NULL)
        return false;
    directory_map_measure(map, &size);
    *people = size.people;
    *bytes =
        size.row_bytes + size.text_bytes + size.order_bytes + size.group_bytes + size.slot_bytes;
    return directory_map_is_ready(map, &at);
}

enum status directory_keeper_save(struct directory_map *map, const char *folder)
{
    return map == NULL ? STATUS_OK : directory_image_save(map, folder);
}

uint64_t directory_keeper_faults(const struct directory_map *map)
{
    return map == NULL ? 0 : directory_map_faults(map);
}

bool directory_keeper_is_loading(const struct directory_map *map, int *percent)
{
    struct position at;
    *percent = 0;
    if (map == NULL || directory_map_is_ready(map, &at))
        return false;
    *percent = directory_map_percent(map);
    return true;
}

/* False: it is time to stop. */
static bool pause_for(struct directory_keeper *keeper, int ms)
{
    const int64_t until = clock_monotonic_ns() + (int64_t)ms * 1000000;
    const struct timespec when = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
    pthread_mutex_lock(&keeper->lock);
    while (!keeper->is_stopping &&
           pthread_cond_clockwait(&keeper->stop, &keeper->lock, CLOCK_MONOTONIC, &when) == 0)
        ;
    const bool goes_on = !keeper->is_stopping;
    pthread_mutex_unlock(&keeper->lock);
    return goes_on;
}

static void work(void *context)
{
    struct directory_keeper *keeper = context;
    enum status status = STATUS_OK;
    struct position before = {0}, after = {0};
    int64_t checked = 0, differing;
    uint64_t fetched = 0;  /* the filling that was */
    bool has_image = true; /* perhaps */
    do {
        /* A failure is the next one's to mend; until then the file answers. Too many people are
         * too many for good. */
        before = after;
        if (status != STATUS_FULL)
            status = directory_map_catch_up(keeper->map, keeper->store, WAIT_MS);
        const bool is_ready = directory_map_is_ready(keeper->map, &after);
        if (is_ready && directory_map_fills(keeper->map) != fetched) {
            fetched = directory_map_fills(keeper->map);
            directory_map_fetch(keeper->map);
        }
        if (is_ready && has_image)
            status = directory_image_remove(keeper->image);
        has_image = has_image && !is_ready;
        if (is_ready && after.value == before.value)
            status =
                directory_map_check(keeper->map, keeper->store, &checked, CHECK_ROWS, &differing);
    } while (pause_for(keeper, after.value != before.value ? SOON_MS : EVERY_MS));
}

enum status directory_keeper_start(const struct conf *conf, struct directory_map *map,
                                   struct directory_keeper **out)
{
    struct directory_keeper *keeper = calloc(1, sizeof *keeper);
    if (keeper == NULL)
        return STATUS_FULL;
    keeper->map = map;
    if (asprintf(&keeper->image, "%s/" DIRECTORY_IMAGE_NAME, conf->data) < 0) {
        free(keeper);
        return STATUS_FULL;
    }
    directory_image_offer(map, keeper->image);
    enum status status = store_open_reader(conf->db_path, &keeper->store);
    if (status == STATUS_OK) {
        pthread_mutex_init(&keeper->lock, NULL);
        pthread_cond_init(&keeper->stop, NULL);
        status = thread_start(&keeper->thread, work, keeper) ? STATUS_OK : STATUS_IO;
    }
    if (status != STATUS_OK) {
        store_close(keeper->store);
        free(keeper->image);
        free(keeper);
        return status;
    }
    *out = keeper;
    return STATUS_OK;
}

bool directory_keeper_is_alive(const struct directory_keeper *keeper)
{
    return keeper == NULL || thread_is_alive(&keeper->thread);
}

void directory_keeper_stop(struct directory_keeper *keeper)
{
    if (keeper == NULL || !thread_is_alive(&keeper->thread))
        return; /* what it held can't be freed any more */
    pthread_mutex_lock(&keeper->lock);
    keeper->is_stopping = true;
    store_interrupt(keeper->store);
    pthread_cond_signal(&keeper->stop);
    pthread_mutex_unlock(&keeper->lock);
    if (!thread_join(&keeper->thread))
        return;
    pthread_cond_destroy(&keeper->stop);
    pthread_mutex_destroy(&keeper->lock);
    store_close(keeper->store);
    free(keeper->image);
    free(keeper);
}
