/*
 * store/directory_order: finding places in an order, and keeping it while rows come, go and change.
 * See the header. Built as a whole in directory_order_build.c.
 */
#include "store/directory_order.h"

#include <string.h>

#define MERGE_BELOW (ORDER_BLOCK_ROWS / 4)
#define MERGE_UP_TO (ORDER_BLOCK_ROWS * 3 / 4)

uint64_t order_prefix(const char *text, size_t len)
{
    uint64_t word = 0;
    memcpy(&word, text, len < sizeof word ? len : sizeof word);
    return __builtin_bswap64(word);
}

struct order_key order_key_of(const struct directory_map *map, enum map_order order, int64_t id)
{
    const struct map_row *row = &map->rows[id];
    if (order == MAP_BY_UPDATED) {
        const uint64_t at = map_row_word(row, MAP_ROW_UPDATED);
        return (struct order_key){.prefix = at << 32 | (uint64_t)id, .id = id};
    }
    const struct map_text *text = map_text_of(map, id);
    struct order_key key = {.text = order == MAP_BY_NAME ? text->bytes : map_text_email(text),
                            .id = id};
    key.len = strlen(key.text);
    key.prefix = order_prefix(key.text, key.len);
    return key;
}

int order_facet(const struct directory_map *map, int64_t id)
{
    uint32_t words[MAP_ROW_WORDS];
    for (int i = 0; i < MAP_ROW_WORDS; i++)
        words[i] = map_row_word(&map->rows[id], i);
    const struct directory_row row = map_words_row(id, words);
    return facet_of(row.type, row.status, row.choices, row.paused_until, map->head->in_use);
}

int order_compare(const struct order_key *left, const struct order_key *right)
{
    if (left->prefix != right->prefix)
        return left->prefix < right->prefix ? -1 : 1;
    if (left->text != NULL) {
        const size_t len = left->len < right->len ? left->len : right->len;
        const int way = memcmp(left->text, right->text, len);
        if (way != 0)
            return way;
        if (left->len != right->len)
            return left->len < right->len ? -1 : 1;
    }
    return (left->id > right->id) - (left->id < right->id);
}

static int compare_row(const struct directory_map *map, enum map_order order, int64_t row,
                       const struct order_key *key)
{
    const struct order_key with = order_key_of(map, order, row);
    return order_compare(&with, key);
}

static const struct order_block *block_of(const struct directory_map *map, enum map_order order,
                                          uint32_t top)
{
    return &map->blocks[order][map->tops[order][top].block];
}

/* The last block that begins up to key; 0 when none does. */
static uint32_t find_top(const struct directory_map *map, enum map_order order,
                         const struct order_key *key)
{
    const struct order_top *tops = map->tops[order];
    uint32_t low = 0, high = map->head->orders[order].tops;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        const uint64_t prefix = tops[middle].prefix;
        if (prefix < key->prefix ||
            (prefix == key->prefix &&
             compare_row(map, order, block_of(map, order, middle)->rows[0], key) <= 0))
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The first row of a block that stands at key or behind. */
static uint32_t find_in(const struct directory_map *map, enum map_order order, uint32_t top,
                        const struct order_key *key)
{
    const uint32_t *rows = block_of(map, order, top)->rows;
    uint32_t low = 0, high = map->tops[order][top].count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (compare_row(map, order, rows[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct order_place order_find(const struct directory_map *map, enum map_order order,
                              const struct order_key *key, bool is_same_too)
{
    struct order_place place = {0};
    if (map->head->orders[order].tops == 0)
        return place;
    place.top = find_top(map, order, key);
    place.at = find_in(map, order, place.top, key);
    const struct order_top *top = &map->tops[order][place.top];
    if (!is_same_too && place.at < top->count &&
        compare_row(map, order, block_of(map, order, place.top)->rows[place.at], key) == 0)
        place.at++;
    return place;
}

static uint32_t new_block(struct directory_map *map, enum map_order order)
{
    struct map_order_head *head = &map->head->orders[order];
    const uint32_t block = head->first_free;
    if (block == ORDER_NONE)
        return head->blocks_end < ORDER_BLOCKS_MAX ? head->blocks_end++ : ORDER_NONE;
    head->first_free = map->blocks[order][block].rows[0];
    return block;
}

/* Room for a top at number at. */
static struct order_top *open_top(struct directory_map *map, enum map_order order, uint32_t at)
{
    struct map_order_head *head = &map->head->orders[order];
    const uint32_t block = new_block(map, order);
    if (block == ORDER_NONE)
        return NULL;
    struct order_top *top = &map->tops[order][at];
    memmove(top + 1, top, (head->tops - at) * sizeof *top);
    head->tops++;
    *top = (struct order_top){.block = block};
    return top;
}

static void close_top(struct directory_map *map, enum map_order order, uint32_t at)
{
    struct map_order_head *head = &map->head->orders[order];
    struct order_top *top = &map->tops[order][at];
    map->blocks[order][top->block].rows[0] = head->first_free;
    head->first_free = top->block;
    head->tops--;
    memmove(top, top + 1, (head->tops - at) * sizeof *top);
}

static void renew_prefix(struct directory_map *map, enum map_order order, uint32_t at)
{
    struct order_top *top = &map->tops[order][at];
    top->prefix = order_key_of(map, order, map->blocks[order][top->block].rows[0]).prefix;
}

/* The upper half of a full block becomes one of its own. */
static bool split(struct directory_map *map, enum map_order order, uint32_t at)
{
    struct order_top *above = open_top(map, order, at + 1);
    if (above == NULL)
        return false;
    struct order_top *top = &map->tops[order][at];
    const uint32_t stay = top->count / 2;
    const uint32_t *from = map->blocks[order][top->block].rows + stay;
    uint32_t *to = map->blocks[order][above->block].rows;
    above->count = (uint16_t)(top->count - stay);
    memcpy(to, from, above->count * sizeof *to);
    for (uint32_t i = 0; i < above->count; i++) {
        const int facet = order_facet(map, to[i]);
        above->facets[facet]++;
        top->facets[facet]--;
    }
    top->count = (uint16_t)stay;
    renew_prefix(map, order, at + 1);
    return true;
}

/* A block that became small goes into its neighbour. */
static void merge(struct directory_map *map, enum map_order order, uint32_t at)
{
    struct order_top *tops = map->tops[order];
    if (at + 1 == map->head->orders[order].tops) {
        if (at == 0)
            return;
        at--;
    }
    struct order_top *left = &tops[at], *right = &tops[at + 1];
    if (left->count + right->count > MERGE_UP_TO)
        return;
    memcpy(map->blocks[order][left->block].rows + left->count,
           map->blocks[order][right->block].rows, right->count * sizeof(uint32_t));
    left->count = (uint16_t)(left->count + right->count);
    for (int facet = 0; facet < FACET_COUNT; facet++)
        left->facets[facet] = (uint16_t)(left->facets[facet] + right->facets[facet]);
    close_top(map, order, at + 1);
}

/* A block with room for key, and where in it. Who comes behind all others begins a new block, so
 * that people who come in order leave full ones. */
static bool make_room(struct directory_map *map, enum map_order order, const struct order_key *key,
                      struct order_place *place)
{
    const struct map_order_head *head = &map->head->orders[order];
    if (head->tops == 0) {
        *place = (struct order_place){0};
        return open_top(map, order, 0) != NULL;
    }
    *place = order_find(map, order, key, true);
    if (map->tops[order][place->top].count < ORDER_BLOCK_ROWS)
        return true;
    if (place->at == ORDER_BLOCK_ROWS && place->top + 1 == head->tops) {
        *place = (struct order_place){.top = head->tops};
        return open_top(map, order, place->top) != NULL;
    }
    if (!split(map, order, place->top))
        return false;
    const uint32_t stayed = map->tops[order][place->top].count;
    if (place->at > stayed) {
        place->top++;
        place->at -= stayed;
    }
    return true;
}

bool order_put(struct directory_map *map, enum map_order order, int64_t id)
{
    const struct order_key key = order_key_of(map, order, id);
    struct order_place place;
    if (!make_room(map, order, &key, &place))
        return false;
    struct order_top *top = &map->tops[order][place.top];
    uint32_t *rows = map->blocks[order][top->block].rows;
    memmove(rows + place.at + 1, rows + place.at, (top->count - place.at) * sizeof *rows);
    rows[place.at] = (uint32_t)id;
    top->count++;
    top->facets[order_facet(map, id)]++;
    if (place.at == 0)
        top->prefix = key.prefix;
    return true;
}

/* The place of a row; false: it isn't there. */
static bool find_row(const struct directory_map *map, enum map_order order, int64_t id,
                     struct order_place *place)
{
    const struct order_key key = order_key_of(map, order, id);
    if (map->head->orders[order].tops == 0)
        return false;
    *place = order_find(map, order, &key, true);
    return place->at < map->tops[order][place->top].count &&
           block_of(map, order, place->top)->rows[place->at] == (uint32_t)id;
}

bool order_has(const struct directory_map *map, enum map_order order, int64_t id)
{
    struct order_place place;
    return find_row(map, order, id, &place);
}

bool order_take(struct directory_map *map, enum map_order order, int64_t id)
{
    struct order_place place;
    if (!find_row(map, order, id, &place))
        return false;
    struct order_top *top = &map->tops[order][place.top];
    uint32_t *rows = map->blocks[order][top->block].rows;
    top->count--;
    top->facets[order_facet(map, id)]--;
    memmove(rows + place.at, rows + place.at + 1, (top->count - place.at) * sizeof *rows);
    if (top->count == 0) {
        close_top(map, order, place.top);
        return true;
    }
    if (place.at == 0)
        renew_prefix(map, order, place.top);
    if (top->count < MERGE_BELOW)
        merge(map, order, place.top);
    return true;
}

bool order_moved(struct directory_map *map, enum map_order order, int64_t id, int was, int is)
{
    struct order_place place;
    if (!find_row(map, order, id, &place))
        return false;
    struct order_top *top = &map->tops[order][place.top];
    top->facets[was]--;
    top->facets[is]++;
    return true;
}

static int64_t count_in(const struct order_top *top, uint32_t facets)
{
    int64_t count = 0;
    for (; facets != 0; facets &= facets - 1)
        count += top->facets[__builtin_ctz(facets)];
    return count;
}

int64_t order_before(const struct directory_map *map, enum map_order order,
                     struct order_place place, uint32_t facets)
{
    const struct order_top *tops = map->tops[order];
    int64_t count = 0;
    for (uint32_t top = 0; top < place.top; top++)
        count += count_in(&tops[top], facets);
    for (uint32_t at = 0; place.at > 0 && at < place.at; at++)
        count += facets >> order_facet(map, block_of(map, order, place.top)->rows[at]) & 1;
    return count;
}

static int64_t next_up(const struct directory_map *map, enum map_order order,
                       struct order_place *place, uint32_t facets)
{
    for (; place->top < map->head->orders[order].tops; place->top++, place->at = 0) {
        const struct order_top *top = &map->tops[order][place->top];
        if (count_in(top, facets) == 0)
            continue;
        const uint32_t *rows = map->blocks[order][top->block].rows;
        while (place->at < top->count) {
            const uint32_t row = rows[place->at++];
            if (facets >> order_facet(map, row) & 1)
                return row;
        }
    }
    return 0;
}

static int64_t next_down(const struct directory_map *map, enum map_order order,
                         struct order_place *place, uint32_t facets)
{
    for (;;) {
        if (place->at == 0) {
            if (place->top == 0)
                return 0;
            place->at = map->tops[order][--place->top].count;
        }
        const struct order_top *top = &map->tops[order][place->top];
        const uint32_t *rows = map->blocks[order][top->block].rows;
        if (count_in(top, facets) == 0)
            place->at = 0;
        while (place->at > 0) {
            const uint32_t row = rows[--place->at];
            if (facets >> order_facet(map, row) & 1)
                return row;
        }
    }
}

int64_t order_next(const struct directory_map *map, enum map_order order, struct order_place *place,
                   bool is_backward, uint32_t facets)
{
    return is_backward ? next_down(map, order, place, facets) : next_up(map, order, place, facets);
}

int64_t order_bytes(const struct directory_map *map)
{
    int64_t bytes = 0;
    for (int order = 0; order < MAP_ORDER_COUNT; order++)
        bytes += (int64_t)(map->head->orders[order].blocks_end * sizeof(struct order_block) +
                           map->head->orders[order].tops * sizeof(struct order_top));
    return bytes;
}
