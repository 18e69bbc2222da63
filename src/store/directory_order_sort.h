/*
 * store/directory_order_sort: rows of the map by their keys in an order, eight bytes of the key at
 * a time. For directory_order_build.c alone.
 */
#ifndef ASSENT_STORE_DIRECTORY_ORDER_SORT_H
#define ASSENT_STORE_DIRECTORY_ORDER_SORT_H

#include "store/directory_order.h"

struct order_item {
    uint64_t word; /* of the key, see order_key.prefix; what it is afterwards has no meaning */
    uint32_t row;
};

/* Items that come by ascending rows; spare: room for as many. */
void order_sort(const struct directory_map *map, enum map_order order, struct order_item *items,
                struct order_item *spare, size_t count);

#endif
