/*
 * store/directory_order_sort: see the header.
 */
#include "store/directory_order_sort.h"

#include <stdlib.h>
#include <string.h>

#define RADIX_WORTH 1024 /* items; fewer are sorted by comparing */
#define AHEAD       16   /* items whose texts are fetched while those of others are read */

struct sorting {
    const struct directory_map *map;
    enum map_order order;
};

static int compare_items(const void *left, const void *right)
{
    const struct order_item *a = left, *b = right;
    if (a->word != b->word)
        return a->word < b->word ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* By bytes, the last one first: rows that come in ascending stay so where words are the same. */
static void sort_by_radix(struct order_item *items, struct order_item *spare, size_t count)
{
    struct order_item *from = items, *to = spare;
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
        struct order_item *other = from;
        from = to;
        to = other;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
}

static void sort_by_word(struct order_item *items, struct order_item *spare, size_t count)
{
    if (count >= RADIX_WORTH)
        sort_by_radix(items, spare, count);
    else
        qsort(items, count, sizeof *items, compare_items);
}

static void fetch_row(const struct sorting *sorting, const struct order_item *item)
{
    __builtin_prefetch(&sorting->map->rows[item->row]);
}

static void fetch_text(const struct sorting *sorting, const struct order_item *item)
{
    const uint8_t *text =
        sorting->map->texts + map_row_place(&sorting->map->rows[item->row]) * MAP_TEXT_UNIT;
    __builtin_prefetch(text);
    __builtin_prefetch(text + 63);
}

static bool is_like_next(const struct order_item *items, size_t count, size_t at)
{
    return at + 1 < count && items[at].word == items[at + 1].word;
}

/* Each stretch of the same word by the next eight bytes, and so on. Texts hold no zero byte: words
 * that end with one and are the same are of texts that are. */
static void sort_deeper(const struct sorting *sorting, struct order_item *items,
                        struct order_item *spare, size_t count, size_t depth)
{
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && items[to].word == items[from].word; to++)
            ;
        if (is_like_next(items, count, to + AHEAD))
            fetch_row(sorting, &items[to + AHEAD]);
        if (is_like_next(items, count, to + AHEAD / 2))
            fetch_text(sorting, &items[to + AHEAD / 2]);
        if (to - from == 1 || (items[from].word & 0xff) == 0)
            continue;
        for (size_t i = from; i < to; i++) {
            if (i + AHEAD < count)
                fetch_row(sorting, &items[i + AHEAD]);
            if (i + AHEAD / 2 < count)
                fetch_text(sorting, &items[i + AHEAD / 2]);
            const struct order_key key = order_key_of(sorting->map, sorting->order, items[i].row);
            items[i].word = key.len > depth ? order_prefix(key.text + depth, key.len - depth) : 0;
        }
        sort_by_word(items + from, spare + from, to - from);
        sort_deeper(sorting, items + from, spare + from, to - from, depth + 8);
    }
}

void order_sort(const struct directory_map *map, enum map_order order, struct order_item *items,
                struct order_item *spare, size_t count)
{
    const struct sorting sorting = {.map = map, .order = order};
    size_t sorted = 1;
    while (sorted < count && items[sorted - 1].word < items[sorted].word)
        sorted++;
    if (sorted >= count)
        return;
    sort_by_word(items, spare, count);
    if (order != MAP_BY_UPDATED)
        sort_deeper(&sorting, items, spare, count, sizeof items->word);
}
