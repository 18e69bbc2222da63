/*
 * store/directory_order: everyone in the map by name, by address and by the time of the last
 * change, kept in order while people change; for directory*.c alone.
 *
 * An order is a list of blocks of row numbers. What is known of a block stands in its top: where it
 * begins in the order, and how many of its rows stand in each facet, so that a walk skips what a
 * filter doesn't want, and the number of a place is a sum. A walk or a change goes to its place by
 * comparing: prefixes of the keys in the tops, then whole keys of one block.
 *
 * All of it is under the map's mutex, readers too: a page takes some microseconds.
 */
#ifndef ASSENT_STORE_DIRECTORY_ORDER_H
#define ASSENT_STORE_DIRECTORY_ORDER_H

#include "store/counters.h"
#include "store/directory_map_shape.h"
#include "store/directory_scan.h"

#define ORDER_BLOCK_ROWS 512
#define ORDER_BLOCKS_MAX (DIRECTORY_MAP_ROWS_MAX / (ORDER_BLOCK_ROWS / 8))
#define ORDER_NONE       UINT32_MAX

struct order_top {
    uint64_t prefix; /* of its first key: see order_key */
    uint32_t block;
    uint16_t count;
    uint16_t facets[FACET_COUNT];
};

struct order_block {
    uint32_t rows[ORDER_BLOCK_ROWS]; /* free ones: the next of these in rows[0] */
};

/* Where a row stands in an order. */
struct order_key {
    const char *text; /* NULL by time */
    size_t len;
    uint64_t prefix; /* the first eight bytes of text; by time: the time, then the row */
    int64_t id;
};

/* A row of an order; tops as many as there are: behind the last one. */
struct order_place {
    uint32_t top, at;
};

uint64_t order_prefix(const char *text, size_t len);
struct order_key order_key_of(const struct directory_map *map, enum map_order order, int64_t id);

/* Below zero: left comes first. */
int order_compare(const struct order_key *left, const struct order_key *right);

/* The topics in use decide who stands in which facet: with others all are counted again. */
int order_facet(const struct directory_map *map, int64_t id);
void order_count_facets(struct directory_map *map);

/* All three orders anew from the rows. STATUS_FULL: short of memory. */
enum status order_build(struct directory_map *map) MUST_CHECK;

/* A row that has its key in all orders, or is to lose it; was: its facet before, where its key
 * stays (order_moved). False: it is not where it should be, and the orders must be built anew. */
bool order_put(struct directory_map *map, enum map_order order, int64_t id);
bool order_take(struct directory_map *map, enum map_order order, int64_t id);
bool order_moved(struct directory_map *map, enum map_order order, int64_t id, int was, int is);

/* The first row behind key; with is_same_too, or of that key itself. */
struct order_place order_find(const struct directory_map *map, enum map_order order,
                              const struct order_key *key, bool is_same_too);

/* How many rows of these facets (a set: bit n for facet n) stand before place. */
int64_t order_before(const struct directory_map *map, enum map_order order,
                     struct order_place place, uint32_t facets);

/* The next row of these facets from place on (or, backward, before it), which moves there: upward
 * behind it, backward onto it. 0: no more. */
int64_t order_next(const struct directory_map *map, enum map_order order, struct order_place *place,
                   bool is_backward, uint32_t facets);

/* Whether a row stands at its place. */
bool order_has(const struct directory_map *map, enum map_order order, int64_t id);

/* How many things in the orders are not as the rows want them: 0. */
int64_t order_faults(const struct directory_map *map);

/* In bytes, tops and blocks of all orders. */
int64_t order_bytes(const struct directory_map *map);

#endif
