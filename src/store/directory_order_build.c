/*
 * store/directory_order_build: all orders at once, from the rows as they stand: sorted by eight
 * bytes of the key at a time, then cut into blocks. See directory_order.h.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store/directory_order.h"

#define FILLED      (ORDER_BLOCK_ROWS * 7 / 8) /* rows of a new block: the rest is for who comes */
#define RADIX_WORTH 2048                       /* items; fewer are sorted by comparing */

struct item {
    uint64_t word; /* eight bytes of the key */
    uint32_t row;
};

struct sorting {
    const struct directory_map *map;
    enum map_order order;
    struct item *items, *spare;
    size_t count;
};

static int compare_items(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    if (a->word != b->word)
        return a->word < b->word ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* By bytes, the last one first: rows that come in ascending stay so where words are the same. */
static void sort_by_radix(struct item *items, struct item *spare, size_t count)
{
    struct item *from = items, *to = spare;
    size_t counts[8][256] = {0};
    for (size_t i = 0; i < count; i++)
        for (int byte = 0; byte < 8; byte++)
            counts[byte][items[i].word >> byte * 8 & 0xff]++;
    for (int byte = 0; byte < 8; byte++) {
        size_t *at = counts[byte], sum = 0;
        if (at[from[0].word >> byte * 8 & 0xff] == count)
            continue; /* the same for all */
        for (int value = 0; value < 256; value++) {
            const size_t these = at[value];
            at[value] = sum;
            sum += these;
        }
        for (size_t i = 0; i < count; i++)
            to[at[from[i].word >> byte * 8 & 0xff]++] = from[i];
        struct item *other = from;
        from = to;
        to = other;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
}

static void sort_by_word(struct item *items, struct item *spare, size_t count)
{
    if (count >= RADIX_WORTH)
        sort_by_radix(items, spare, count);
    else
        qsort(items, count, sizeof *items, compare_items);
}

/* Each stretch of the same word by the next eight bytes, and so on. Texts hold no zero byte: words
 * that end with one and are the same are of texts that are. */
static void sort_deeper(const struct sorting *sorting, struct item *items, struct item *spare,
                        size_t count, size_t depth)
{
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && items[to].word == items[from].word; to++)
            ;
        if (to - from == 1 || (items[from].word & 0xff) == 0)
            continue;
        for (size_t i = from; i < to; i++) {
            const struct order_key key = order_key_of(sorting->map, sorting->order, items[i].row);
            items[i].word = key.len > depth ? order_prefix(key.text + depth, key.len - depth) : 0;
        }
        sort_by_word(items + from, spare + from, to - from);
        sort_deeper(sorting, items + from, spare + from, to - from, depth + 8);
    }
}

static void *sort(void *context)
{
    struct sorting *sorting = context;
    const int64_t rows_end = (int64_t)atomic_load(&sorting->map->head->rows_end);
    for (int64_t id = 1; id < rows_end; id++)
        if (map_text_at(sorting->map, id) != NULL)
            sorting->items[sorting->count++] = (struct item){
                .word = order_key_of(sorting->map, sorting->order, id).prefix, .row = (uint32_t)id};
    if (sorting->count == 0)
        return NULL;
    sort_by_word(sorting->items, sorting->spare, sorting->count);
    if (sorting->order != MAP_BY_UPDATED)
        sort_deeper(sorting, sorting->items, sorting->spare, sorting->count, 8);
    return NULL;
}

static enum status lay_out(struct directory_map *map, const struct sorting *sorting)
{
    struct map_order_head *head = &map->head->orders[sorting->order];
    *head = (struct map_order_head){.first_free = ORDER_NONE};
    if (sorting->count / FILLED + 1 >= ORDER_BLOCKS_MAX)
        return STATUS_FULL;
    for (size_t from = 0; from < sorting->count; from += FILLED) {
        const size_t left = sorting->count - from;
        const size_t count = left < FILLED ? left : FILLED;
        struct order_top *top = &map->tops[sorting->order][head->tops++];
        *top = (struct order_top){.block = head->blocks_end++, .count = (uint16_t)count};
        uint32_t *rows = map->blocks[sorting->order][top->block].rows;
        for (size_t i = 0; i < count; i++) {
            rows[i] = sorting->items[from + i].row;
            top->facets[order_facet(map, rows[i])]++;
        }
        top->prefix = order_key_of(map, sorting->order, rows[0]).prefix;
    }
    return STATUS_OK;
}

/* A second thread takes one of the orders by text, where there is one to be had. */
enum status order_build(struct directory_map *map)
{
    struct sorting sortings[MAP_ORDER_COUNT];
    const size_t rows = (size_t)atomic_load(&map->head->rows_end) + 1;
    enum status status = STATUS_OK;
    pthread_t beside;
    for (int order = 0; order < MAP_ORDER_COUNT; order++) {
        sortings[order] = (struct sorting){
            .map = map,
            .order = (enum map_order)order,
            .items = malloc(rows * sizeof(struct item)),
            .spare = malloc(rows * sizeof(struct item)),
        };
        if (sortings[order].items == NULL || sortings[order].spare == NULL)
            status = STATUS_FULL;
    }
    if (status == STATUS_OK) {
        const bool has_two =
            rows > RADIX_WORTH && pthread_create(&beside, NULL, sort, &sortings[MAP_BY_NAME]) == 0;
        sort(&sortings[MAP_BY_EMAIL]);
        sort(&sortings[MAP_BY_UPDATED]);
        if (has_two)
            pthread_join(beside, NULL);
        else
            sort(&sortings[MAP_BY_NAME]);
    }
    for (int order = 0; order < MAP_ORDER_COUNT; order++) {
        if (status == STATUS_OK)
            status = lay_out(map, &sortings[order]);
        free(sortings[order].items);
        free(sortings[order].spare);
    }
    return status;
}

void order_count_facets(struct directory_map *map)
{
    for (int order = 0; order < MAP_ORDER_COUNT && map->head->has_orders; order++) {
        for (uint32_t at = 0; at < map->head->orders[order].tops; at++) {
            struct order_top *top = &map->tops[order][at];
            const uint32_t *rows = map->blocks[order][top->block].rows;
            memset(top->facets, 0, sizeof top->facets);
            for (uint32_t i = 0; i < top->count; i++)
                top->facets[order_facet(map, rows[i])]++;
        }
    }
}

static int64_t faults_of_block(const struct directory_map *map, enum map_order order, uint32_t at,
                               struct order_key *last)
{
    const struct order_top *top = &map->tops[order][at];
    const uint32_t *rows = map->blocks[order][top->block].rows;
    uint16_t facets[FACET_COUNT] = {0};
    int64_t faults = 0;
    for (uint32_t i = 0; i < top->count; i++) {
        if (map_text_at(map, rows[i]) == NULL)
            return 1;
        const struct order_key key = order_key_of(map, order, rows[i]);
        faults += last->id != 0 && order_compare(last, &key) >= 0;
        faults += i == 0 && key.prefix != top->prefix;
        facets[order_facet(map, rows[i])]++;
        *last = key;
    }
    return faults + (top->count == 0) + (memcmp(facets, top->facets, sizeof facets) != 0);
}

int64_t order_faults(const struct directory_map *map)
{
    int64_t faults = !map->head->has_orders;
    for (int order = 0; order < MAP_ORDER_COUNT && map->head->has_orders; order++) {
        struct order_key last = {.id = 0};
        uint64_t rows = 0;
        for (uint32_t at = 0; at < map->head->orders[order].tops; at++) {
            faults += faults_of_block(map, (enum map_order)order, at, &last);
            rows += map->tops[order][at].count;
        }
        faults += rows != atomic_load(&map->head->people);
    }
    return faults;
}
