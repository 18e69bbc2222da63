/*
 * store/directory_best: see the header.
 */
#include "store/directory_best.h"

#include <string.h>

#define SMALLEST_TEXT_BYTES 64

struct directory_best directory_best_new(struct arena *arena, const struct directory_order *order,
                                         size_t limit, struct arena *copies)
{
    struct directory_best best = {.order = order,
                                  .copies = copies,
                                  .heap = arena_array(arena, limit, sizeof *best.heap),
                                  .limit = limit};
    if (order->has_place)
        best.place_rank = directory_best_rank(order, &order->place);
    return best;
}

static void put(struct directory_best *best, struct directory_kept *kept,
                const struct directory_key *key, uint64_t rank)
{
    kept->key = *key;
    kept->rank = rank;
    if (best->copies == NULL)
        return;
    if (kept->copy == NULL || key->len > kept->room) {
        kept->room = key->len < SMALLEST_TEXT_BYTES ? SMALLEST_TEXT_BYTES : key->len * 2;
        kept->copy = arena_alloc(best->copies, kept->room);
    }
    memcpy(kept->copy, key->text, key->len);
    kept->key.text = kept->copy;
}

static bool is_worse(const struct directory_best *best, size_t left, size_t right)
{
    const struct directory_kept *a = &best->heap[left], *b = &best->heap[right];
    if (a->rank != b->rank)
        return a->rank > b->rank;
    return directory_compare(best->order, &a->key, &b->key) > 0;
}

static void swap(struct directory_best *best, size_t left, size_t right)
{
    struct directory_kept kept = best->heap[left];
    best->heap[left] = best->heap[right];
    best->heap[right] = kept;
}

static void rise(struct directory_best *best, size_t at)
{
    for (; at > 0 && is_worse(best, at, (at - 1) / 2); at = (at - 1) / 2)
        swap(best, at, (at - 1) / 2);
}

static void sink(struct directory_best *best)
{
    for (size_t at = 0, worst; (worst = 2 * at + 1) < best->count; at = worst) {
        if (worst + 1 < best->count && is_worse(best, worst + 1, worst))
            worst++;
        if (!is_worse(best, worst, at))
            return;
        swap(best, worst, at);
    }
}

static void keep(struct directory_best *best, const struct directory_key *key, uint64_t rank)
{
    if (best->count < best->limit) {
        put(best, &best->heap[best->count], key, rank);
        rise(best, best->count++);
    } else if (rank <= best->heap[0].rank &&
               directory_compare(best->order, key, &best->heap[0].key) < 0) {
        put(best, &best->heap[0], key, rank);
        sink(best);
    }
}

void directory_best_take(struct directory_best *best, const struct directory_key *key)
{
    const uint64_t rank = directory_best_rank(best->order, key);
    if (directory_best_pass(best, rank))
        return;
    best->matches++;
    if (best->order->has_place && directory_compare(best->order, key, &best->order->place) <= 0) {
        best->earlier++;
        return;
    }
    best->beyond++;
    keep(best, key, rank);
}

void directory_best_merge(struct directory_best *best, const struct directory_best *other)
{
    best->matches += other->matches;
    best->earlier += other->earlier;
    best->beyond += other->beyond;
    for (size_t i = 0; i < other->count; i++)
        keep(best, &other->heap[i].key, other->heap[i].rank);
}

void directory_best_end(struct directory_best *best, struct directory_found *out)
{
    out->count = best->count;
    out->has_more = best->beyond > (int64_t)best->limit;
    out->has_earlier = best->earlier > 0;
    out->earlier = best->earlier;
    out->matches = best->matches;
    while (best->count > 0) { /* the worst comes off first */
        out->keys[best->count - 1] = best->heap[0].key;
        swap(best, 0, --best->count);
        sink(best);
    }
}
