/*
 * store/directory_order_build: all orders at once, from the rows as they stand. See
 * directory_order.h.
 *
 * One order after the other, by two threads: rows are dealt into bins by the first bits of their
 * keys, each bin is sorted by eight bytes of the key at a time, and what comes out is cut into
 * blocks. So a sort stays near the processor, and takes the memory of one order.
 */
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "store/directory_order_sort.h"

/* Rows of a new block: the rest is for who comes. By the last change all come behind the others. */
#define FILLED_BY_TEXT (ORDER_BLOCK_ROWS * 15 / 16)
#define FILLED_BY_TIME ORDER_BLOCK_ROWS

#define WORTH_A_THREAD 20000 /* rows */
#define BINS           ((size_t)1 << 16)
#define TEXT_SHIFT     48 /* of a word, to its bin */
#define BLOCKS_AT_ONCE 64
#define HANDS          2

struct building {
    struct directory_map *map;
    enum map_order order;
    struct order_item *items;
    size_t count, filled; /* filled: rows of a block */
    uint64_t least;       /* word, with which bins begin */
    int shift;            /* of what a word is beyond it, to its bin */
    uint8_t *facets;      /* of each row */
    uint32_t begins[BINS + 1];
    _Atomic size_t taken; /* of bins, or of blocks */
    _Atomic int fault;    /* an enum status */
};

/* One thread's share of the rows. */
struct hand {
    struct building *building;
    int64_t from, to;
    uint64_t least, most;
    uint32_t counts[BINS]; /* of its rows in each bin; then, where the next of these goes */
    struct order_item *spare;
    size_t room;
};

static void note_facets(void *context)
{
    const struct hand *hand = context;
    const struct building *building = hand->building;
    for (int64_t id = hand->from; id < hand->to; id++)
        building->facets[id] = (uint8_t)order_facet(building->map, id);
}

static uint64_t word_of(const struct building *building, int64_t id)
{
    return order_key_of(building->map, building->order, id).prefix;
}

static size_t bin_of(const struct building *building, uint64_t word)
{
    return (word - building->least) >> building->shift;
}

static void find_ends(void *context)
{
    struct hand *hand = context;
    const struct building *building = hand->building;
    hand->least = UINT64_MAX;
    hand->most = 0;
    for (int64_t id = hand->from; id < hand->to; id++) {
        if (map_text_at(building->map, id) == NULL)
            continue;
        const uint64_t word = word_of(building, id);
        hand->least = word < hand->least ? word : hand->least;
        hand->most = word > hand->most ? word : hand->most;
    }
}

static void count_bins(void *context)
{
    struct hand *hand = context;
    const struct building *building = hand->building;
    memset(hand->counts, 0, sizeof hand->counts);
    for (int64_t id = hand->from; id < hand->to; id++)
        if (map_text_at(building->map, id) != NULL)
            hand->counts[bin_of(building, word_of(building, id))]++;
}

/* Those of the first hand come first, so that a bin is in the order of the rows. */
static void lay_bins(struct building *building, struct hand hands[HANDS])
{
    uint32_t sum = 0;
    for (size_t bin = 0; bin < BINS; bin++) {
        building->begins[bin] = sum;
        for (int i = 0; i < HANDS; i++) {
            const uint32_t count = hands[i].counts[bin];
            hands[i].counts[bin] = sum;
            sum += count;
        }
    }
    building->begins[BINS] = sum;
    building->count = sum;
}

static void deal(void *context)
{
    struct hand *hand = context;
    const struct building *building = hand->building;
    for (int64_t id = hand->from; id < hand->to; id++) {
        if (map_text_at(building->map, id) == NULL)
            continue;
        const uint64_t word = word_of(building, id);
        building->items[hand->counts[bin_of(building, word)]++] =
            (struct order_item){.word = word, .row = (uint32_t)id};
    }
}

static bool has_room(struct hand *hand, size_t count)
{
    if (count <= hand->room)
        return true;
    free(hand->spare);
    hand->spare = malloc(count * sizeof *hand->spare);
    hand->room = hand->spare == NULL ? 0 : count;
    if (hand->spare == NULL)
        atomic_store(&hand->building->fault, STATUS_FULL);
    return hand->spare != NULL;
}

static void sort_bin(struct hand *hand, struct order_item *items, size_t count)
{
    if (count > 1 && has_room(hand, count))
        order_sort(hand->building->map, hand->building->order, items, hand->spare, count);
}

static void sort_bins(void *context)
{
    struct hand *hand = context;
    struct building *building = hand->building;
    size_t bin;
    while (atomic_load(&building->fault) == STATUS_OK &&
           (bin = atomic_fetch_add(&building->taken, 1)) < BINS)
        if (building->begins[bin + 1] > building->begins[bin])
            sort_bin(hand, building->items + building->begins[bin],
                     building->begins[bin + 1] - building->begins[bin]);
    free(hand->spare);
    hand->spare = NULL;
    hand->room = 0;
}

static void lay_block(const struct building *building, size_t block)
{
    const struct directory_map *map = building->map;
    const size_t from = block * building->filled, left = building->count - from;
    const size_t count = left < building->filled ? left : building->filled;
    struct order_top *top = &map->tops[building->order][block];
    uint32_t *rows = map->blocks[building->order][block].rows;
    *top = (struct order_top){.block = (uint32_t)block, .count = (uint16_t)count};
    for (size_t i = 0; i < count; i++) {
        rows[i] = building->items[from + i].row;
        top->facets[building->facets[rows[i]]]++;
    }
    top->prefix = word_of(building, rows[0]);
}

static void lay_blocks(void *context)
{
    struct hand *hand = context;
    struct building *building = hand->building;
    const size_t blocks = (building->count + building->filled - 1) / building->filled;
    size_t taken;
    while ((taken = atomic_fetch_add(&building->taken, BLOCKS_AT_ONCE)) < blocks)
        for (size_t i = taken; i < blocks && i < taken + BLOCKS_AT_ONCE; i++)
            lay_block(building, i);
}

static enum status by_all(struct building *building, struct hand hands[HANDS],
                          void (*step)(void *context))
{
    atomic_store(&building->taken, 0);
    if (hands[HANDS - 1].to > WORTH_A_THREAD) {
        if (!thread_both(step, &hands[0], &hands[1]))
            return STATUS_IO;
    } else {
        step(&hands[0]);
        step(&hands[1]);
    }
    return (enum status)atomic_load(&building->fault);
}

/* Texts are of all kinds; times may be close together. */
static enum status choose_bins(struct building *building, struct hand hands[HANDS])
{
    building->least = 0;
    building->shift = TEXT_SHIFT;
    if (building->order != MAP_BY_UPDATED)
        return STATUS_OK;
    enum status status = by_all(building, hands, find_ends);
    building->least = hands[0].least < hands[1].least ? hands[0].least : hands[1].least;
    const uint64_t most = hands[0].most > hands[1].most ? hands[0].most : hands[1].most;
    building->shift = 0;
    while (most > building->least && (most - building->least) >> building->shift >= BINS)
        building->shift++;
    return status;
}

static enum status build(struct building *building, struct hand hands[HANDS], enum map_order order)
{
    struct map_order_head *head = &building->map->head->orders[order];
    building->order = order;
    building->filled = order == MAP_BY_UPDATED ? FILLED_BY_TIME : FILLED_BY_TEXT;
    enum status status = choose_bins(building, hands);
    if (status == STATUS_OK)
        status = by_all(building, hands, count_bins);
    if (status != STATUS_OK)
        return status;
    lay_bins(building, hands);
    const size_t blocks = (building->count + building->filled - 1) / building->filled;
    *head = (struct map_order_head){.first_free = ORDER_NONE};
    if (blocks >= ORDER_BLOCKS_MAX)
        return STATUS_FULL;
    head->tops = head->blocks_end = (uint32_t)blocks;
    status = by_all(building, hands, deal);
    if (status == STATUS_OK)
        status = by_all(building, hands, sort_bins);
    return status == STATUS_OK ? by_all(building, hands, lay_blocks) : status;
}

static enum status build_all(struct building *building, struct hand hands[HANDS])
{
    enum status status = by_all(building, hands, note_facets);
    for (int order = 0; order < MAP_ORDER_COUNT && status == STATUS_OK; order++)
        status = build(building, hands, (enum map_order)order);
    return status;
}

enum status order_build(struct directory_map *map)
{
    const int64_t rows_end = (int64_t)atomic_load(&map->head->rows_end);
    struct building *building = calloc(1, sizeof *building);
    struct hand *hands = calloc(HANDS, sizeof *hands);
    struct order_item *items = malloc(((size_t)rows_end + 1) * sizeof *items);
    uint8_t *facets = malloc((size_t)rows_end + 1);
    enum status status = STATUS_FULL;
    if (building != NULL && hands != NULL && items != NULL && facets != NULL) {
        const int64_t middle = 1 + rows_end / 2;
        building->map = map;
        building->items = items;
        building->facets = facets;
        hands[0] = (struct hand){.building = building, .from = 1, .to = middle};
        hands[1] = (struct hand){.building = building, .from = middle, .to = rows_end};
        status = build_all(building, hands);
    }
    free(facets);
    free(items);
    free(hands);
    free(building);
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
