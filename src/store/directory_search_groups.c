/*
 * store/directory_search_groups: see the header.
 */
#include "store/directory_search_groups.h"

#include <sys/mman.h>

#define GRAM_BYTES 3

static uint32_t column_of(const char *bytes)
{
    const uint32_t gram = (uint32_t)(uint8_t)bytes[0] | (uint32_t)(uint8_t)bytes[1] << 8 |
                          (uint32_t)(uint8_t)bytes[2] << 16;
    return gram * UINT32_C(0x9e3779b1) >> (32 - GRAM_BITS); /* 2^32 by the golden ratio */
}

static void set_bit(_Atomic uint64_t *word, uint64_t bit)
{
    const uint64_t was = atomic_load_explicit(word, memory_order_relaxed);
    if ((was & bit) == 0)
        atomic_store_explicit(word, was | bit, memory_order_relaxed);
}

static void add_grams(_Atomic uint64_t *bits, uint64_t bit, const char *bytes, size_t len)
{
    for (size_t i = 0; i + GRAM_BYTES <= len; i++)
        set_bit(&bits[(uint64_t)column_of(bytes + i) * (BLOCK_GROUPS / 64)], bit);
}

/* Each letter, digit and sign of addresses is a class of its own, 1 to 43; other bytes of ASCII,
 * and the zero byte behind each text, are 0; bytes of other scripts share the classes that are
 * left. */
static const uint8_t classes[256] = {
    0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
    0,  0,  0,  0,  0,  0,  0,  0,  42, 0,  0,  0,  0,  0,  0,  41, 0,  0,  0,  43, 0,  39, 37, 0,
    27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 0,  0,  0,  0,  0,  0,  38, 0,  0,  0,  0,  0,  0,  0,
    0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  40,
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
    24, 25, 26, 0,  0,  0,  0,  0,  44, 51, 58, 45, 52, 59, 46, 53, 60, 47, 54, 61, 48, 55, 62, 49,
    56, 63, 50, 57, 44, 51, 58, 45, 52, 59, 46, 53, 60, 47, 54, 61, 48, 55, 62, 49, 56, 63, 50, 57,
    44, 51, 58, 45, 52, 59, 46, 53, 60, 47, 54, 61, 48, 55, 62, 49, 56, 63, 50, 57, 44, 51, 58, 45,
    52, 59, 46, 53, 60, 47, 54, 61, 48, 55, 62, 49, 56, 63, 50, 57, 44, 51, 58, 45, 52, 59, 46, 53,
    60, 47, 54, 61, 48, 55, 62, 49, 56, 63, 50, 57, 44, 51, 58, 45, 52, 59, 46, 53, 60, 47, 54, 61,
    48, 55, 62, 49, 56, 63, 50, 57, 44, 51, 58, 45, 52, 59, 46, 53,
};
#define CLASS_OF(byte) (classes[(uint8_t)(byte)])

static void add_pairs(_Atomic uint64_t *words, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        set_bit(&words[CLASS_OF(bytes[i])], UINT64_C(1) << CLASS_OF(bytes[i + 1]));
}

void directory_groups_add(struct directory_map *map, uint64_t at, const struct map_text *text)
{
    const uint64_t group = at >> GROUP_SHIFT, bit = UINT64_C(1) << group % 64;
    _Atomic uint64_t *bits =
        map->group_grams + group / BLOCK_GROUPS * BLOCK_WORDS + group % BLOCK_GROUPS / 64;
    const char *email = map_text_email(text);
    const size_t name_len = (size_t)(email - 1 - text->bytes), email_len = strlen(email);
    add_grams(bits, bit, text->bytes, name_len);
    add_grams(bits, bit, email, email_len);
    _Atomic uint64_t *words = map->group_pairs + (at >> SPAN_SHIFT) * BYTE_CLASSES;
    add_pairs(words, text->bytes, name_len);
    add_pairs(words, email, email_len);
}

void directory_groups_begin(struct directory_map *map, uint64_t at)
{
    set_bit(&map->group_begins[at >> GROUP_WORD_SHIFT], UINT64_C(1) << at / MAP_TEXT_UNIT % 64);
}

/* Bits of other parts stand in other words. */
_Static_assert(GROUP_PART_BYTES % (64 * GROUP_BYTES) == 0 && GROUP_PART_BYTES % SPAN_BYTES == 0,
               "a part is of whole words");

void directory_groups_add_part(struct directory_map *map, uint64_t part, uint64_t end)
{
    const uint64_t to = end < (part + 1) * GROUP_PART_BYTES ? end : (part + 1) * GROUP_PART_BYTES;
    for (uint64_t at = directory_groups_next(map, part * GROUP_PART_BYTES, to); at < to;
         at = directory_groups_behind(map, at, to))
        directory_groups_add(map, at, (const struct map_text *)(map->texts + at));
}

/* The heads and rows that are written after it are so with memory_order_release. */
void directory_groups_mark(struct directory_map *map, uint64_t at, int64_t position)
{
    _Atomic uint64_t *newest = &map->newest[at >> STRETCH_SHIFT];
    if (position > (int64_t)atomic_load_explicit(newest, memory_order_relaxed))
        atomic_store_explicit(newest, (uint64_t)position, memory_order_release);
}

static uint64_t blocks_in_use(const struct directory_map *map)
{
    const uint64_t end = atomic_load_explicit(&map->head->text_end, memory_order_relaxed);
    return end == 0 ? 0 : (directory_groups_count(end) + BLOCK_GROUPS - 1) / BLOCK_GROUPS;
}

/* One text that nobody published may have gone into the next block. */
void directory_groups_clear(struct directory_map *map)
{
    const uint64_t blocks = blocks_in_use(map) + 1;
    const uint64_t most = GROUP_GRAMS_BYTES_MAX / (BLOCK_WORDS * sizeof(uint64_t));
    const uint64_t some = blocks < most ? blocks : most;
    madvise((void *)(uintptr_t)map->group_grams, some * BLOCK_WORDS * sizeof(uint64_t),
            MADV_REMOVE);
    madvise((void *)(uintptr_t)map->group_begins, GROUP_BEGINS_BYTES_MAX, MADV_REMOVE);
    madvise((void *)(uintptr_t)map->group_pairs, GROUP_PAIRS_BYTES_MAX, MADV_REMOVE);
    madvise((void *)(uintptr_t)map->newest, STRETCHES_MAX * sizeof(uint64_t), MADV_REMOVE);
}

uint64_t directory_groups_bytes(const struct directory_map *map)
{
    return blocks_in_use(map) *
           (BLOCK_WORDS + BLOCK_GROUPS * (GROUP_BYTES >> GROUP_WORD_SHIFT) +
            (BLOCK_GROUPS * GROUP_BYTES >> STRETCH_SHIFT) +
            (BLOCK_GROUPS * GROUP_BYTES >> SPAN_SHIFT) * BYTE_CLASSES) *
           sizeof(uint64_t);
}

/* A byte alone comes before whichever. */
static void add_pairs_of(const char *term, size_t len, struct directory_grams *out)
{
    const size_t most = sizeof out->pairs / sizeof *out->pairs;
    const size_t pairs = len < 2 ? len : len - 1;
    out->pair_count = (unsigned)(pairs < most ? pairs : most);
    for (unsigned i = 0; i < out->pair_count; i++) {
        const char *at = term + i * pairs / out->pair_count;
        out->pairs[i].first = CLASS_OF(at[0]);
        out->pairs[i].second = len < 2 ? UINT64_MAX : UINT64_C(1) << CLASS_OF(at[1]);
    }
}

/* Of a long term some, from all over it. */
void directory_grams_of(const char *term, size_t len, struct directory_grams *out)
{
    const size_t most = sizeof out->columns / sizeof *out->columns;
    const size_t grams = len < GRAM_BYTES ? 0 : len - GRAM_BYTES + 1;
    out->count = (unsigned)(grams < most ? grams : most);
    for (unsigned i = 0; i < out->count; i++)
        out->columns[i] = column_of(term + i * grams / out->count);
    add_pairs_of(term, len, out);
}
