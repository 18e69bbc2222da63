/*
 * store/directory_map_fill: everyone from the file into an empty map. This thread reads rows, a
 * second one puts them, so that both processors work; short lists are put as they are read. What
 * finds people by their texts is made by whichever of them waits for the other, and the rest of it
 * by both at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "store/directory_order.h"
#include "store/directory_search_groups.h"
#include "store/query.h"
#include "store/topics.h"

#define BATCH_ROWS     4096
#define BATCH_BYTES    (1 << 20) /* of texts */
#define BATCHES        8
#define WORTH_A_THREAD 20000 /* rows */
#define ROWS_AT_ONCE   32768

struct batch {
    size_t count, used;
    struct map_values values[BATCH_ROWS];
    char texts[BATCH_BYTES];
};

/* What finds people by their texts, so far. */
struct finding {
    struct directory_map *map;
    _Atomic uint64_t parts; /* of groups that are made, or begun */
    _Atomic uint64_t rows;  /* that have slots, or begun */
};

struct filling {
    struct directory_map *map;
    struct finding finding;
    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t moved;
    struct batch *batches[BATCHES];
    size_t read, put; /* batches so far: those between are full */
    bool is_read;     /* no more come */
    enum status status;
};

/* The groups of one part of texts that stand. False: there is none. */
static bool make_groups(struct finding *finding)
{
    const uint64_t end = atomic_load_explicit(&finding->map->head->text_end, memory_order_acquire);
    uint64_t part = atomic_load(&finding->parts);
    do {
        if ((part + 1) * GROUP_PART_BYTES > end)
            return false;
    } while (!atomic_compare_exchange_weak(&finding->parts, &part, part + 1));
    directory_groups_add_part(finding->map, part, end);
    return true;
}

/* All that is left, the last part, which may not be full, too. */
static void make_rest(void *context)
{
    struct finding *finding = context;
    const struct map_head *head = finding->map->head;
    const uint64_t end = atomic_load(&head->text_end), rows_end = atomic_load(&head->rows_end);
    uint64_t part, from;
    while ((part = atomic_fetch_add(&finding->parts, 1)) * GROUP_PART_BYTES < end)
        directory_groups_add_part(finding->map, part, end);
    while ((from = atomic_fetch_add(&finding->rows, ROWS_AT_ONCE)) < rows_end)
        map_slots_put_rows(
            finding->map, (int64_t)from,
            (int64_t)(rows_end - from < ROWS_AT_ONCE ? rows_end : from + ROWS_AT_ONCE));
}

/* Under the mutex, which it leaves meanwhile: something useful, or nothing until the other thread
 * moves on. Whoever calls looks again whether it still must wait. */
static void wait(struct filling *filling, size_t read, size_t put)
{
    pthread_mutex_unlock(&filling->mutex);
    const bool has_worked = make_groups(&filling->finding);
    pthread_mutex_lock(&filling->mutex);
    if (!has_worked && filling->read == read && filling->put == put && !filling->is_read &&
        filling->status == STATUS_OK)
        pthread_cond_wait(&filling->moved, &filling->mutex);
}

static void put_batches(void *context)
{
    struct filling *filling = context;
    pthread_mutex_lock(&filling->mutex);
    for (;;) {
        while (filling->put == filling->read && !filling->is_read)
            wait(filling, filling->read, filling->put);
        if (filling->put == filling->read || filling->status != STATUS_OK)
            break;
        const struct batch *batch = filling->batches[filling->put % BATCHES];
        enum status status = STATUS_OK;
        pthread_mutex_unlock(&filling->mutex);
        for (size_t i = 0; i < batch->count && status == STATUS_OK; i++)
            status = map_row_put(filling->map, &batch->values[i]);
        pthread_mutex_lock(&filling->mutex);
        filling->put++;
        filling->status = status;
        pthread_cond_signal(&filling->moved);
    }
    pthread_mutex_unlock(&filling->mutex);
}

/* The next batch to read into; NULL: the other thread failed. */
static struct batch *free_batch(struct filling *filling)
{
    pthread_mutex_lock(&filling->mutex);
    while (filling->read - filling->put == BATCHES && filling->status == STATUS_OK)
        wait(filling, filling->read, filling->put);
    struct batch *batch =
        filling->status == STATUS_OK ? filling->batches[filling->read % BATCHES] : NULL;
    pthread_mutex_unlock(&filling->mutex);
    if (batch != NULL)
        batch->count = batch->used = 0;
    return batch;
}

static void hand_over(struct filling *filling, bool is_last)
{
    pthread_mutex_lock(&filling->mutex);
    filling->read++;
    filling->is_read = is_last;
    pthread_cond_signal(&filling->moved);
    pthread_mutex_unlock(&filling->mutex);
}

static const char *keep(struct batch *batch, const char *text, size_t len)
{
    char *kept = memcpy(batch->texts + batch->used, text, len);
    batch->used += len;
    return kept;
}

/* The texts are SQLite's until its next row. */
static void add(struct batch *batch, const struct map_values *values)
{
    struct map_values *to = &batch->values[batch->count++];
    *to = *values;
    to->name_key = keep(batch, values->name_key, values->name_len);
    to->email_key = keep(batch, values->email_key, values->email_len);
}

/* Rows into batches, until there are no more. */
static enum status read_rows(struct filling *filling, struct query *query)
{
    struct map_values values;
    struct batch *batch = free_batch(filling);
    enum status status = STATUS_OK;
    while (batch != NULL && (status = query_row(query)) == STATUS_OK) {
        if (!map_read_values(query, &values))
            return STATUS_CORRUPT;
        const size_t len = values.name_len + values.email_len;
        if (len > BATCH_BYTES)
            return STATUS_FULL;
        if (batch->count == BATCH_ROWS || batch->used + len > BATCH_BYTES) {
            hand_over(filling, false);
            batch = free_batch(filling);
        }
        if (batch != NULL)
            add(batch, &values);
    }
    return status;
}

static enum status fill_beside(struct directory_map *map, struct query *query)
{
    struct filling filling = {
        .map = map, .finding = {.map = map, .rows = 1}, .mutex = PTHREAD_MUTEX_INITIALIZER};
    struct thread thread;
    enum status status = STATUS_OK;
    pthread_cond_init(&filling.moved, NULL);
    for (int i = 0; i < BATCHES; i++)
        if ((filling.batches[i] = malloc(sizeof(struct batch))) == NULL)
            status = STATUS_FULL;
    if (status == STATUS_OK && !thread_start(&thread, put_batches, &filling))
        status = STATUS_FULL;
    if (status == STATUS_OK) {
        status = read_rows(&filling, query);
        hand_over(&filling, true);
        if (!thread_join(&thread))
            return STATUS_IO; /* what it held is lost with it */
        if (filling.status != STATUS_OK)
            status = filling.status;
        if (status == STATUS_NOT_FOUND &&
            !thread_both(make_rest, &filling.finding, &filling.finding))
            return STATUS_IO;
    }
    for (int i = 0; i < BATCHES; i++)
        free(filling.batches[i]);
    pthread_cond_destroy(&filling.moved);
    return status;
}

static enum status fill_alone(struct directory_map *map, struct query *query)
{
    struct finding finding = {.map = map, .rows = 1};
    struct map_values values;
    enum status status;
    while ((status = query_row(query)) == STATUS_OK) {
        status = map_read_values(query, &values) ? map_row_put(map, &values) : STATUS_CORRUPT;
        if (status != STATUS_OK)
            break;
    }
    if (status == STATUS_NOT_FOUND)
        make_rest(&finding);
    return status;
}

static enum status count_people(struct store *store, int64_t *out)
{
    struct query query = query_begin(store, STATEMENT_DIRECTORY_MAP_PEOPLE);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_int(&query);
    query_end(&query);
    return status;
}

enum status map_fill(struct directory_map *map, struct store *store)
{
    int64_t people = 0;
    enum status status = count_people(store, &people);
    if (status != STATUS_OK)
        return status;
    uint64_t in_use;
    status = topics_in_use(store, &in_use);
    if (status != STATUS_OK)
        return status;
    map_clear(map, people);
    map_use_topics(map, in_use);
    atomic_store(&map->head->wanted, (uint64_t)people);
    map->is_filling = true;
    struct query query = query_begin(store, STATEMENT_DIRECTORY_MAP_ALL);
    status = people > WORTH_A_THREAD ? fill_beside(map, &query) : fill_alone(map, &query);
    query_end(&query);
    map->is_filling = false;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
