/*
 * store/directory_search_groups: what a search knows of the map's texts without reading them.
 *
 * The texts that begin in the same GROUP_BYTES of the stretch are a group. Of each group it is kept
 * where its first text begins, and which grams (three bytes of a name or an address, hashed) its
 * texts hold: a term can stand only in groups that hold all of the term's. Bits are set before the
 * text is there to be read and never taken back, so one that was killed leaves a bit too many at
 * worst. For 512 groups a gram's bits lie in one line of the cache, and pages are touched only as
 * texts come.
 */
#ifndef ASSENT_STORE_DIRECTORY_SEARCH_GROUPS_H
#define ASSENT_STORE_DIRECTORY_SEARCH_GROUPS_H

#include "store/directory_map_shape.h"

/* Larger groups hold more grams twice, so fewer bits are set; but more is read around each hit. */
#define GROUP_SHIFT  12
#define GRAM_BITS    13
#define GROUP_BYTES  (UINT64_C(1) << GROUP_SHIFT)
#define GROUPS_MAX   ((uint64_t)MAP_TEXT_BYTES_MAX / GROUP_BYTES + 1)
#define BLOCK_GROUPS 512 /* whose bits stand together */
#define BLOCK_WORDS  (BLOCK_GROUPS / 64 << GRAM_BITS)

#define GROUP_FIRSTS_BYTES_MAX (GROUPS_MAX * sizeof(uint16_t))
#define GROUP_GRAMS_BYTES_MAX  ((GROUPS_MAX / BLOCK_GROUPS + 1) * BLOCK_WORDS * sizeof(uint64_t))

/* Under the map's mutex, of a text that is about to be published, at that many bytes. */
void directory_groups_add(struct directory_map *map, uint64_t at, const struct map_text *text);

/* Forgets all, under the mutex. Before text_end is set back. */
void directory_groups_clear(struct directory_map *map);

uint64_t directory_groups_bytes(const struct directory_map *map); /* in use */

/* How many groups the texts up to end take. */
static inline uint64_t directory_groups_count(uint64_t end)
{
    return (end + GROUP_BYTES - 1) >> GROUP_SHIFT;
}

/* Where the first text of a group begins, in bytes; 0: none does, a long one goes through it. */
static inline uint64_t directory_groups_first(const struct directory_map *map, uint64_t group)
{
    const uint64_t first = atomic_load_explicit(&map->group_firsts[group], memory_order_relaxed);
    return first == 0 ? 0 : (group << GROUP_SHIFT) + (first - 1) * MAP_TEXT_UNIT;
}

/* The grams of a term that are asked for. */
struct directory_grams {
    uint32_t columns[16];
    unsigned count; /* 0: the term is too short, every group may hold it */
};

void directory_grams_of(const char *term, size_t len, struct directory_grams *out);

/* Of 64 groups from 64 * word on: those that may hold the term. */
static inline uint64_t directory_groups_holding(const struct directory_map *map,
                                                const struct directory_grams *grams, uint64_t word)
{
    const _Atomic uint64_t *block =
        map->group_grams + word / (BLOCK_GROUPS / 64) * BLOCK_WORDS + word % (BLOCK_GROUPS / 64);
    uint64_t holding = UINT64_MAX;
    for (unsigned i = 0; i < grams->count && holding != 0; i++)
        holding &= atomic_load_explicit(&block[(uint64_t)grams->columns[i] * (BLOCK_GROUPS / 64)],
                                        memory_order_relaxed);
    return holding;
}

#endif
