/*
 * store/directory_map_feed: the map brought forward beside the ledger, or filled anew where it
 * can't be.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "store/directory_order.h"
#include "store/query.h"
#include "store/topics.h"

#define DEAD_WORTH (UINT64_C(1) << 20) /* bytes; below, filling it anew gains nothing */

/* The texts stay SQLite's. */
bool map_read_values(struct query *query, struct map_values *out)
{
    sqlite3_stmt *row = query->statement;
    *out = (struct map_values){.row.id.value = sqlite3_column_int64(row, 0),
                               .row.head.value = sqlite3_column_int64(row, 1)};
    out->row.type = (enum contact_type)sqlite3_column_int64(row, 2);
    out->row.status = (enum contact_status)sqlite3_column_int64(row, 3);
    out->row.choices = (uint64_t)sqlite3_column_int64(row, 4);
    out->row.updated_at = sqlite3_column_int64(row, 5);
    out->row.paused_until = sqlite3_column_int64(row, 6);
    out->name_key = (const char *)sqlite3_column_text(row, 7);
    out->email_key = (const char *)sqlite3_column_text(row, 8);
    if (out->name_key == NULL || out->email_key == NULL)
        return false;
    out->name_len = strlen(out->name_key);
    out->email_len = strlen(out->email_key);
    return true;
}

static enum status ended(enum status status)
{
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status read_hash(struct store *store, int64_t position, uint8_t hash[32])
{
    memset(hash, 0, 32);
    if (position == 0)
        return STATUS_OK;
    struct query query = query_begin(store, STATEMENT_DIRECTORY_MAP_HASH);
    query_int(&query, position);
    enum status status = query_row(&query);
    if (status == STATUS_OK && !query_get_blob(&query, hash, 32))
        status = STATUS_CORRUPT;
    query_end(&query);
    return status;
}

static enum status stand_at(struct directory_map *map, struct store *store, int64_t position)
{
    uint8_t hash[32];
    enum status status = read_hash(store, position, hash);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    memcpy(map->head->at_hash, hash, sizeof hash);
    atomic_store(&map->head->at, (uint64_t)position);
    return STATUS_OK;
}

/* The orders, where they don't stand, and who counts as subscribed in them. */
static enum status order(struct directory_map *map, struct store *store)
{
    uint64_t in_use;
    enum status status = topics_in_use(store, &in_use);
    if (status != STATUS_OK)
        return status;
    map_use_topics(map, in_use);
    if (map->head->has_orders)
        return STATUS_OK;
    status = order_build(map);
    map->head->has_orders = status == STATUS_OK;
    return status;
}

/* In a snapshot that stands at position. */
static enum status fill(struct directory_map *map, struct store *store, int64_t position)
{
    atomic_store(&map->head->state, MAP_FILLING);
    enum status status = map_fill(map, store);
    if (status == STATUS_OK)
        status = order(map, store);
    if (status == STATUS_OK)
        status = stand_at(map, store, position);
    if (status != STATUS_OK)
        return status;
    map->head->recents = 0;
    map->head->recents_from = position;
    atomic_store(&map->head->state, MAP_READY);
    return STATUS_OK;
}

static void note_changed(struct directory_map *map, int64_t position, int64_t contact)
{
    struct map_recent *recent = &map->recents[map->head->recents % MAP_RECENT_MAX];
    if (map->head->recents >= MAP_RECENT_MAX)
        map->head->recents_from = recent->position;
    *recent = (struct map_recent){.position = position, .contact = contact};
    map->head->recents++;
}

static int compare_ids(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

bool map_changed_since(const struct directory_map *map, struct arena *arena,
                       struct position position, int64_t **ids, size_t *count)
{
    const struct map_head *head = map->head;
    uint64_t first = head->recents;
    *ids = NULL;
    *count = 0;
    if (position.value < head->recents_from)
        return false;
    while (first > 0 && head->recents - first < MAP_RECENT_MAX &&
           map->recents[(first - 1) % MAP_RECENT_MAX].position > position.value)
        first--;
    if (first == head->recents)
        return true;
    *ids = arena_array(arena, (size_t)(head->recents - first), sizeof **ids);
    for (uint64_t at = first; at < head->recents; at++)
        (*ids)[*count] = map->recents[at % MAP_RECENT_MAX].contact, ++*count;
    qsort(*ids, *count, sizeof **ids, compare_ids);
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || (*ids)[kept - 1] != (*ids)[i])
            (*ids)[kept++] = (*ids)[i];
    *count = kept;
    return true;
}

static enum status follow(struct directory_map *map, struct store *store, int64_t from, int64_t to)
{
    struct map_values values;
    enum status status = order(map, store);
    if (status != STATUS_OK)
        return status;
    struct query query = query_begin(store, STATEMENT_DIRECTORY_MAP_CHANGED);
    query_int(&query, from);
    query_int(&query, to);
    while ((status = query_row(&query)) == STATUS_OK) {
        const struct position by = {sqlite3_column_int64(query.statement, 9)};
        note_changed(map, by.value, sqlite3_column_int64(query.statement, 0));
        if (map_read_values(&query, &values))
            status = map_row_put(map, &values);
        else
            map_row_remove(map, values.row.id.value, by);
        if (status != STATUS_OK)
            break;
    }
    query_end(&query);
    status = ended(status);
    return status == STATUS_OK ? stand_at(map, store, to) : status;
}

/* Whether the file still has the entry that the map stands at: a backup that was put in its place,
 * or another list, has not. */
static enum status is_same_history(const struct directory_map *map, struct store *store,
                                   int64_t position, bool *out)
{
    uint8_t hash[32];
    const int64_t at = (int64_t)atomic_load(&map->head->at);
    *out = true;
    if (at > position)
        return STATUS_OK; /* a snapshot of before, or a backup: told apart below */
    enum status status = read_hash(store, at, hash);
    if (status == STATUS_OK)
        *out = memcmp(hash, map->head->at_hash, sizeof hash) == 0;
    return status;
}

/* Texts that were replaced stay where they are, for readers that are at them; names that change
 * again and again would fill the memory with them, and a search goes past them all. */
static bool is_mostly_dead(const struct directory_map *map)
{
    const uint64_t dead = atomic_load(&map->head->text_dead);
    return dead > DEAD_WORTH && dead > atomic_load(&map->head->text_end) / 2;
}

/* From an image, if there is one of this ledger, or from the file. */
static enum status begin(struct directory_map *map, struct store *store, int64_t position)
{
    bool is_same = false;
    atomic_store(&map->head->state, MAP_FILLING);
    enum status status = map_load(map);
    if (status == STATUS_OK && (int64_t)atomic_load(&map->head->at) <= position)
        status = is_same_history(map, store, position, &is_same);
    if (status != STATUS_OK || !is_same)
        return fill(map, store, position);
    atomic_store(&map->head->state, MAP_READY);
    return follow(map, store, (int64_t)atomic_load(&map->head->at), position);
}

enum status map_bring(struct directory_map *map, struct store *store, bool is_old_snapshot)
{
    struct position position;
    bool is_same = true;
    enum status status = store_position(store, &position);
    if (status != STATUS_OK)
        return status;
    if (atomic_load(&map->head->state) != MAP_READY)
        return begin(map, store, position.value);
    const int64_t at = (int64_t)atomic_load(&map->head->at);
    if (at > position.value)
        return is_old_snapshot ? STATUS_OK : fill(map, store, position.value);
    status = is_same_history(map, store, position.value, &is_same);
    if (status != STATUS_OK)
        return status;
    if (!is_same || (!is_old_snapshot && is_mostly_dead(map)))
        return fill(map, store, position.value);
    const bool is_turning = atomic_load(&map->head->turns) % 2 != 0; /* whoever did so was killed */
    return at == position.value && map->head->has_orders && !is_turning
               ? STATUS_OK
               : follow(map, store, at, position.value);
}

enum status map_lock(struct directory_map *map, int wait_ms)
{
    const int64_t until = clock_monotonic_ns() + (int64_t)wait_ms * 1000000;
    const struct timespec when = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
    int rc = pthread_mutex_clocklock(&map->head->mutex, CLOCK_MONOTONIC, &when);
    if (rc == ETIMEDOUT)
        return STATUS_BUSY;
    if (rc == EOWNERDEAD) {
        /* Its entries are read again from where the map stands. */
        rc = pthread_mutex_consistent(&map->head->mutex);
        if (atomic_load(&map->head->state) == MAP_READY)
            map_recount(map);
        if (map->head->is_ordering)
            map->head->has_orders = map->head->is_ordering = false;
    }
    return rc == 0 ? STATUS_OK : STATUS_IO;
}

void map_unlock(struct directory_map *map)
{
    pthread_mutex_unlock(&map->head->mutex);
}

enum status directory_map_catch_up(struct directory_map *map, struct store *store, int wait_ms)
{
    const bool has_snapshot = store->has_snapshot || store->txn.is_open;
    enum status status = map_lock(map, wait_ms);
    if (status != STATUS_OK)
        return status;
    if (!has_snapshot)
        status = store_snapshot_begin(store);
    if (status == STATUS_OK) {
        status = map_bring(map, store, has_snapshot);
        if (!has_snapshot)
            store_snapshot_end(store);
    }
    if (status == STATUS_FULL)
        atomic_store(&map->head->state, MAP_EMPTY);
    map_unlock(map);
    return status;
}

bool directory_map_serves(struct directory_map *map, struct store *store, int wait_ms)
{
    struct position at;
    return map != NULL && store->has_snapshot && directory_map_is_ready(map, &at) &&
           directory_map_catch_up(map, store, wait_ms) == STATUS_OK;
}

void store_use_directory(struct store *store, struct directory_map *map)
{
    store->directory = map;
}

struct directory_map *store_directory(const struct store *store)
{
    return store->directory;
}
