/*
 * store/directory_best: the rows of a page, out of all that match, met in any order: how many there
 * are, how many stand before and beyond the page's place, and the first of those beyond it, in a
 * bounded heap, the worst on top.
 */
#ifndef ASSENT_STORE_DIRECTORY_BEST_H
#define ASSENT_STORE_DIRECTORY_BEST_H

#include <endian.h>
#include <string.h>

#include "store/directory_scan.h"

struct directory_kept {
    struct directory_key key;
    uint64_t rank; /* of the key: what is smaller comes first, what is equal must be compared */
    char *copy;    /* what key.text points to, where texts are copied */
    size_t room;
};

struct directory_best {
    const struct directory_order *order;
    struct arena *copies; /* NULL: texts stay where they are as long as this is used */
    struct directory_kept *heap;
    size_t limit, count;
    uint64_t place_rank;
    int64_t matches, earlier, beyond;
};

/* The heap is of arena; copies: of the texts, or NULL. */
struct directory_best directory_best_new(struct arena *arena, const struct directory_order *order,
                                         size_t limit, struct arena *copies);

/* A row that matches. */
void directory_best_take(struct directory_best *best, const struct directory_key *key);

/* What a key's number and the first bytes of its text say of its place. Orders that go by text have
 * groups before it, fewer than four. */
static inline uint64_t directory_best_rank(const struct directory_order *order,
                                           const struct directory_key *key)
{
    uint64_t rank = 0;
    if (order->sort == DIRECTORY_BY_UPDATED) {
        rank = (uint64_t)key->number ^ UINT64_C(1) << 63;
    } else {
        if (key->len >= sizeof rank)
            memcpy(&rank, key->text, sizeof rank);
        else if (key->len > 0)
            memcpy(&rank, key->text, key->len);
        rank = (uint64_t)key->number << 62 | be64toh(rank) >> 2;
    }
    return order->is_down ? ~rank : rank;
}

/* Counts a row without keeping it, as its rank alone shows that it is not kept. False: it doesn't.
 */
static inline bool directory_best_pass(struct directory_best *best, uint64_t rank)
{
    const bool is_earlier = best->order->has_place && rank < best->place_rank;
    if (!is_earlier && (best->count < best->limit || rank <= best->heap[0].rank ||
                        (best->order->has_place && rank == best->place_rank)))
        return false;
    best->matches++;
    best->earlier += is_earlier;
    best->beyond += !is_earlier;
    return true;
}

/* Puts what other met into best. Both are of one order. */
void directory_best_merge(struct directory_best *best, const struct directory_best *other);

/* In order, into out->keys; nothing is kept afterwards. */
void directory_best_end(struct directory_best *best, struct directory_found *out);

#endif
