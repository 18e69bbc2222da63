/*
 * store/directory_search_groups: what a search knows of the map's texts without reading them.
 *
 * The texts that begin in the same GROUP_BYTES of the stretch are a group. Of each group it is kept
 * which grams (three bytes of a name or an address, hashed) its texts hold: a term can stand only
 * in groups that hold all of the term's. And a bit for each unit says whether a text begins there.
 * Bits are set before the text is there to be read and never taken back, so one that was killed
 * leaves a bit too many at worst, beyond all that readers know. Of BLOCK_GROUPS groups a gram's
 * bits lie side by side, and pages are touched only as texts come.
 *
 * Short terms have no gram: of the texts that begin in the same SPAN_BYTES it is kept which pairs
 * of bytes they hold, of letters and digits each one, of other bytes classes.
 *
 * The texts that begin in the same STRETCH_BYTES say together when one of them changed last, so
 * that a search that sees no change after its snapshot needs no row: what else it must know of a
 * person stands in the text's head.
 */
#ifndef ASSENT_STORE_DIRECTORY_SEARCH_GROUPS_H
#define ASSENT_STORE_DIRECTORY_SEARCH_GROUPS_H

#include "store/directory_map_shape.h"

/* Larger groups hold more grams twice, so fewer bits are set; but more is read around each hit. */
#define GROUP_SHIFT   8
#define GRAM_BITS     9
#define GROUP_BYTES   (UINT64_C(1) << GROUP_SHIFT)
#define STRETCH_SHIFT 12
#define STRETCH_BYTES (UINT64_C(1) << STRETCH_SHIFT)
#define STRETCHES_MAX ((uint64_t)MAP_TEXT_BYTES_MAX / STRETCH_BYTES + 1)
#define GROUPS_MAX    ((uint64_t)MAP_TEXT_BYTES_MAX / GROUP_BYTES + 1)
#define BLOCK_GROUPS  4096 /* whose bits stand together */
#define BLOCK_WORDS   (BLOCK_GROUPS / 64 << GRAM_BITS)

/* Of begins, a word is of this many bytes of texts. */
#define GROUP_WORD_SHIFT 8

#define GROUP_BEGINS_BYTES_MAX (GROUPS_MAX * (GROUP_BYTES >> GROUP_WORD_SHIFT) * sizeof(uint64_t))
#define GROUP_PAIRS_BYTES_MAX  (SPANS_MAX * BYTE_CLASSES * sizeof(uint64_t))
#define GROUP_GRAMS_BYTES_MAX  ((GROUPS_MAX / BLOCK_GROUPS + 1) * BLOCK_WORDS * sizeof(uint64_t))

#define SPAN_SHIFT 15
#define SPAN_BYTES (UINT64_C(1) << SPAN_SHIFT)
#define SPANS_MAX  ((uint64_t)MAP_TEXT_BYTES_MAX / SPAN_BYTES + 1)
#define BYTE_CLASSES                                                                               \
    64 /* for each a word of a span, with a bit for each class that comes behind                   \
        */

/* Under the map's mutex, of a text that is about to be published, at that many bytes: where it
 * begins, and what it holds. */
void directory_groups_begin(struct directory_map *map, uint64_t at);
void directory_groups_add(struct directory_map *map, uint64_t at, const struct map_text *text);

/* What the texts hold that begin in a part, while nobody searches; end: of all texts that stand.
 * Several threads may each do another part. */
#define GROUP_PART_BYTES (UINT64_C(1) << 17)
void directory_groups_add_part(struct directory_map *map, uint64_t part, uint64_t end);

/* Under the mutex, before anything changes of a text at that many bytes, or comes there: which
 * entry changes it. */
void directory_groups_mark(struct directory_map *map, uint64_t at, int64_t position);

/* Whether a text that begins in a stretch changed after position, or is about to. Read after the
 * heads of its texts. */
static inline bool directory_groups_changed(const struct directory_map *map, uint64_t stretch,
                                            int64_t position)
{
    return (int64_t)atomic_load_explicit(&map->newest[stretch], memory_order_acquire) > position;
}

/* Forgets all, under the mutex. Before text_end is set back. */
void directory_groups_clear(struct directory_map *map);

uint64_t directory_groups_bytes(const struct directory_map *map); /* in use */

/* How many groups the texts up to end take. */
static inline uint64_t directory_groups_count(uint64_t end)
{
    return (end + GROUP_BYTES - 1) >> GROUP_SHIFT;
}

/* Bit n: a text begins in unit n of the 256 bytes. */
static inline uint64_t directory_groups_begins(const struct directory_map *map, uint64_t word)
{
    return atomic_load_explicit(&map->group_begins[word], memory_order_relaxed);
}

/* Where the text begins that place lies in, or last before it, but not before floor. */
static inline uint64_t directory_groups_around(const struct directory_map *map, uint64_t place,
                                               uint64_t floor)
{
    const uint64_t beyond = 63 - place / MAP_TEXT_UNIT % 64;
    uint64_t at = place >> GROUP_WORD_SHIFT;
    uint64_t word = directory_groups_begins(map, at);
    for (word = word << beyond >> beyond; word == 0 && at > floor >> GROUP_WORD_SHIFT;)
        word = directory_groups_begins(map, --at);
    const uint64_t begins = word == 0 ? 0
                                      : (at << GROUP_WORD_SHIFT) +
                                            (63 - (uint64_t)__builtin_clzll(word)) * MAP_TEXT_UNIT;
    return begins > floor ? begins : floor;
}

/* Where the first text begins at or after place, which is the first of a group; at most end. */
static inline uint64_t directory_groups_next(const struct directory_map *map, uint64_t place,
                                             uint64_t end)
{
    for (uint64_t at = place >> GROUP_WORD_SHIFT; at << GROUP_WORD_SHIFT < end; at++) {
        const uint64_t word = directory_groups_begins(map, at);
        if (word == 0)
            continue;
        const uint64_t begins =
            (at << GROUP_WORD_SHIFT) + (uint64_t)__builtin_ctzll(word) * MAP_TEXT_UNIT;
        return begins < end ? begins : end;
    }
    return end;
}

/* Where the next text begins behind the one at that many bytes; at most end. */
static inline uint64_t directory_groups_behind(const struct directory_map *map, uint64_t at,
                                               uint64_t end)
{
    const uint64_t behind = at + MAP_TEXT_UNIT;
    const uint64_t word =
        directory_groups_begins(map, behind >> GROUP_WORD_SHIFT) >> behind / MAP_TEXT_UNIT % 64;
    if (word == 0)
        return directory_groups_next(map, ((behind >> GROUP_WORD_SHIFT) + 1) << GROUP_WORD_SHIFT,
                                     end);
    const uint64_t begins = behind + (uint64_t)__builtin_ctzll(word) * MAP_TEXT_UNIT;
    return begins < end ? begins : end;
}

/* The grams and pairs of a term that are asked for. */
struct directory_grams {
    uint32_t columns[16];
    unsigned count; /* 0: the term is too short, every group may hold it */
    struct {
        uint8_t first;
        uint64_t second; /* any of these */
    } pairs[16];
    unsigned pair_count;
};

void directory_grams_of(const char *term, size_t len, struct directory_grams *out);

/* Whether a text that begins in a span may hold the term. */
static inline bool directory_groups_span(const struct directory_map *map,
                                         const struct directory_grams *grams, uint64_t span)
{
    const _Atomic uint64_t *words = map->group_pairs + span * BYTE_CLASSES;
    for (unsigned i = 0; i < grams->pair_count; i++)
        if ((atomic_load_explicit(&words[grams->pairs[i].first], memory_order_relaxed) &
             grams->pairs[i].second) == 0)
            return false;
    return true;
}

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
