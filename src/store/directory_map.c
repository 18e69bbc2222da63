/*
 * store/directory_map: the stretch of memory, and the reading of it. See the headers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "store/directory_map_shape.h"
#include "store/directory_order.h"
#include "store/directory_search_groups.h"

#define PAGE        ((size_t)4096)
#define FETCH_BYTES (UINT64_C(2) << 20)
#define AHEAD       16 /* addresses whose memory is fetched while others are compared */

static size_t up_to_pages(size_t bytes)
{
    return (bytes + PAGE - 1) / PAGE * PAGE;
}

static enum status make_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;
    if (pthread_mutexattr_init(&attributes) != 0)
        return STATUS_FULL;
    bool is_made = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0 &&
                   pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0 &&
                   pthread_mutex_init(mutex, &attributes) == 0;
    pthread_mutexattr_destroy(&attributes);
    return is_made ? STATUS_OK : STATUS_FULL;
}

enum status directory_map_new(struct directory_map **out)
{
    const size_t head = up_to_pages(sizeof(struct map_head));
    const size_t rows = up_to_pages((size_t)DIRECTORY_MAP_ROWS_MAX * sizeof(struct map_row));
    const size_t texts = up_to_pages(MAP_TEXT_BYTES_MAX);
    const size_t begins = up_to_pages(GROUP_BEGINS_BYTES_MAX);
    const size_t grams = up_to_pages(GROUP_GRAMS_BYTES_MAX);
    const size_t pairs = up_to_pages(GROUP_PAIRS_BYTES_MAX);
    const size_t newest = up_to_pages(STRETCHES_MAX * sizeof(uint64_t));
    const size_t table = up_to_pages(sizeof(uint32_t) << MAP_SLOT_BITS_MAX);
    struct directory_map *map = calloc(1, sizeof *map);
    if (map == NULL)
        return STATUS_FULL;
    const size_t tops = up_to_pages(ORDER_BLOCKS_MAX * sizeof(struct order_top));
    const size_t blocks = up_to_pages(ORDER_BLOCKS_MAX * sizeof(struct order_block));
    const size_t recents = up_to_pages(MAP_RECENT_MAX * sizeof(struct map_recent));
    const size_t orders = MAP_ORDER_COUNT * (tops + blocks) + recents;
    map->size = head + rows + texts + grams + begins + pairs + newest + orders + 2 * table;
    map->base = mmap(NULL, map->size, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map->base == MAP_FAILED) {
        free(map);
        return STATUS_FULL;
    }
    map->head = (struct map_head *)map->base;
    map->rows = (struct map_row *)(map->base + head);
    map->texts = map->base + head + rows;
    map->group_grams = (_Atomic uint64_t *)(map->base + head + rows + texts);
    map->group_begins = (_Atomic uint64_t *)(map->base + head + rows + texts + grams);
    map->tables[0] = (_Atomic uint32_t *)(map->base + map->size - 2 * table);
    map->tables[1] = (_Atomic uint32_t *)(map->base + map->size - table);
    uint8_t *at = map->base + head + rows + texts + grams + begins;
    map->group_pairs = (_Atomic uint64_t *)at;
    at += pairs;
    map->newest = (_Atomic uint64_t *)at;
    at += newest;
    map->recents = (struct map_recent *)at;
    at += recents;
    for (int order = 0; order < MAP_ORDER_COUNT; order++, at += tops + blocks) {
        map->tops[order] = (struct order_top *)at;
        map->blocks[order] = (struct order_block *)(at + tops);
    }
    enum status status = make_mutex(&map->head->mutex);
    if (status == STATUS_OK &&
        getrandom(map->head->seeds, sizeof map->head->seeds, 0) != (ssize_t)sizeof map->head->seeds)
        status = STATUS_IO;
    if (status != STATUS_OK)
        directory_map_free(map);
    else
        *out = map;
    return status;
}

void directory_map_free(struct directory_map *map)
{
    if (map == NULL)
        return;
    munmap(map->base, map->size);
    free(map);
}

bool directory_map_is_ready(const struct directory_map *map, struct position *at)
{
    if (atomic_load(&map->head->state) != MAP_READY)
        return false;
    at->value = (int64_t)atomic_load(&map->head->at);
    return true;
}

int directory_map_percent(const struct directory_map *map)
{
    const uint64_t wanted = atomic_load(&map->head->wanted);
    const uint64_t people = atomic_load(&map->head->people);
    return wanted == 0 ? 0 : people >= wanted ? 99 : (int)(people * 100 / wanted);
}

struct position directory_map_left(const struct directory_map *map)
{
    return (struct position){(int64_t)atomic_load(&map->head->left)};
}

uint64_t directory_map_fills(const struct directory_map *map)
{
    return atomic_load(&map->head->fills);
}

const struct map_text *map_text_next(const struct directory_map *map, uint64_t *at)
{
    const uint64_t end = atomic_load_explicit(&map->head->text_end, memory_order_acquire);
    if (*at == 0)
        *at = MAP_TEXT_UNIT;
    if (*at >= end)
        return NULL;
    const struct map_text *text = (const struct map_text *)(map->texts + *at);
    *at = directory_groups_behind(map, *at, end);
    return text;
}

bool map_text_row(const struct directory_map *map, const struct map_text *text,
                  struct directory_row *out)
{
    const struct map_text *now = NULL;
    bool is_busy;
    return map_row_read(map, map_text_id(text), out, &now, &is_busy) && now == text;
}

/* Halves of a product folded together, as wide as a step takes: quick, and with seeds that nobody
 * knows not to be filled with clashes from outside. */
__extension__ typedef unsigned __int128 wide;

static uint64_t fold(uint64_t a, uint64_t b)
{
    const wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t read_up_to_8(const char *text, size_t len)
{
    uint64_t word = 0;
    memcpy(&word, text, len < 8 ? len : 8);
    return word;
}

uint64_t map_hash(const struct directory_map *map, const char *text, size_t len)
{
    const uint64_t *seeds = map->head->seeds;
    uint64_t hash = seeds[0] ^ len;
    for (; len > 16; text += 16, len -= 16)
        hash = fold(read_up_to_8(text, 8) ^ seeds[1], read_up_to_8(text + 8, 8) ^ hash);
    const uint64_t first = read_up_to_8(text, len);
    const uint64_t second = len > 8 ? read_up_to_8(text + 8, len - 8) : 0;
    hash = fold(first ^ seeds[2], second ^ hash);
    return fold(hash ^ seeds[3], seeds[1]);
}

bool map_row_read(const struct directory_map *map, int64_t id, struct directory_row *out,
                  const struct map_text **text, bool *is_busy)
{
    uint32_t words[MAP_ROW_WORDS];
    *is_busy = !map_words_read(&map->rows[id], words);
    if (*is_busy || words[MAP_ROW_PLACE] == 0)
        return false;
    *out = map_words_row(id, words);
    *text = (const struct map_text *)(map->texts + (uint64_t)words[MAP_ROW_PLACE] * MAP_TEXT_UNIT);
    return true;
}

static bool is_text(const struct map_text *text, const struct directory_ask *ask)
{
    const char *email = map_text_email(text);
    return strlen(email) == ask->len && memcmp(email, ask->key, ask->len) == 0;
}

static void find_in(const struct directory_map *map, uint64_t table, uint64_t hash,
                    struct directory_ask *ask)
{
    const _Atomic uint32_t *slots = map->tables[table >> 8];
    const uint64_t mask = (UINT64_C(1) << (table & 0xff)) - 1;
    const uint32_t tag = (uint32_t)(hash >> 58) << 26;
    bool was_busy = false;
    for (uint64_t at = hash & mask;; at = (at + 1) & mask) {
        const uint32_t slot = atomic_load_explicit(&slots[at], memory_order_acquire);
        const struct map_text *text = NULL;
        bool is_busy = false;
        if (slot == 0)
            break;
        if (slot == MAP_SLOT_GONE || (slot & ~(uint32_t)MAP_SLOT_ROW) != tag)
            continue;
        if (map_row_read(map, slot & MAP_SLOT_ROW, &ask->row, &text, &is_busy) &&
            is_text(text, ask)) {
            ask->status = STATUS_OK;
            return;
        }
        was_busy = was_busy || is_busy;
    }
    ask->status = was_busy ? STATUS_BUSY : STATUS_NOT_FOUND;
}

static void find(const struct directory_map *map, uint64_t hash, struct directory_ask *ask)
{
    uint64_t table;
    do {
        table = atomic_load_explicit(&map->head->table, memory_order_acquire);
        find_in(map, table, hash, ask);
    } while (ask->status != STATUS_OK &&
             atomic_load_explicit(&map->head->table, memory_order_acquire) != table);
}

static _Atomic uint32_t *first_slot(const struct directory_map *map, uint64_t hash)
{
    const uint64_t table = atomic_load_explicit(&map->head->table, memory_order_relaxed);
    return &map->tables[table >> 8][hash & ((UINT64_C(1) << (table & 0xff)) - 1)];
}

/* The row that the hash leads to first, most often the one; NULL: none. */
static const struct map_row *first_row(const struct directory_map *map, uint64_t hash)
{
    const uint32_t slot = atomic_load_explicit(first_slot(map, hash), memory_order_relaxed);
    return slot == 0 || slot == MAP_SLOT_GONE ? NULL : &map->rows[slot & MAP_SLOT_ROW];
}

static void fetch_text(const struct directory_map *map, const struct map_row *row)
{
    const uint64_t at = map_row_place(row);
    __builtin_prefetch(map->texts + at * MAP_TEXT_UNIT);
    __builtin_prefetch(map->texts + at * MAP_TEXT_UNIT + 63);
}

void directory_map_find(const struct directory_map *map, struct directory_ask *asks, size_t count)
{
    uint64_t hashes[AHEAD];
    const struct map_row *rows[AHEAD];
    for (size_t from = 0; from < count; from += AHEAD) {
        const size_t some = count - from < AHEAD ? count - from : AHEAD;
        for (size_t i = 0; i < some; i++) {
            hashes[i] = map_hash(map, asks[from + i].key, asks[from + i].len);
            __builtin_prefetch((const void *)(uintptr_t)first_slot(map, hashes[i]));
        }
        for (size_t i = 0; i < some; i++)
            if ((rows[i] = first_row(map, hashes[i])) != NULL)
                __builtin_prefetch(rows[i]);
        for (size_t i = 0; i < some; i++)
            if (rows[i] != NULL)
                fetch_text(map, rows[i]);
        for (size_t i = 0; i < some; i++)
            find(map, hashes[i], &asks[from + i]);
    }
}

/* A part at a time: who wants memory of the process meanwhile waits for it. */
static void fetch_part(const void *memory, uint64_t bytes)
{
#ifdef MADV_POPULATE_READ
    uint8_t *from = (uint8_t *)(uintptr_t)memory;
    for (uint64_t at = 0; at < bytes; at += FETCH_BYTES)
        if (madvise(from + at, up_to_pages(bytes - at < FETCH_BYTES ? bytes - at : FETCH_BYTES),
                    MADV_POPULATE_READ) != 0)
            return;
#endif
}

void directory_map_fetch(const struct directory_map *map)
{
    const uint64_t end = atomic_load(&map->head->text_end);
    const uint64_t words = directory_groups_count(end) * (GROUP_BYTES >> GROUP_WORD_SHIFT);
    fetch_part(map->texts, end);
    fetch_part((const void *)(uintptr_t)map->group_begins, words * sizeof(uint64_t));
    fetch_part(map->rows, atomic_load(&map->head->rows_end) * sizeof *map->rows);
}

void directory_map_measure(const struct directory_map *map, struct directory_map_size *out)
{
    const struct map_head *head = map->head;
    const uint64_t table = atomic_load(&head->table);
    *out = (struct directory_map_size){
        .people = (int64_t)atomic_load(&head->people),
        .row_bytes = (int64_t)(atomic_load(&head->rows_end) * sizeof(struct map_row)),
        .text_bytes = (int64_t)atomic_load(&head->text_end),
        .order_bytes = order_bytes(map),
        .group_bytes = (int64_t)directory_groups_bytes(map),
        .slot_bytes = table == 0 ? 0 : (int64_t)(sizeof(uint32_t) << (table & 0xff)),
        .dead_text_bytes = (int64_t)atomic_load(&head->text_dead),
    };
}
