/*
 * store/directory_search_find: see the header. Two or three bytes of the term are compared at 16 or
 * 32 places at once, and the whole of it where they are right.
 */
#include "store/directory_search_find.h"

#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#define UNIT        4
#define LINE        64 /* of the cache */
#define AHEAD       4096
#define FARTHEST    (FIND_READS - FIND_BYTES - 1) /* byte of the term that is compared at once */
#define TWO_BYTES   2 /* terms up to here are whole when the two bytes are right */
#define THREE_BYTES 3

/* Texts have heads, which may change while they are read here; whoever asks leaves out what is
 * found in them. ThreadSanitizer need not tell. */
#define OVER_HEADS __attribute__((no_sanitize("thread")))

OVER_HEADS static bool stands(const struct directory_needle *needle, const char *at,
                              const char *end)
{
    return end - at >= (ptrdiff_t)needle->len && memcmp(at, needle->term, needle->len) == 0;
}

OVER_HEADS static uint64_t find_plain(const struct directory_needle *needle, const char *window,
                                      size_t bytes, const char *from, const char *end)
{
    const char first = needle->term[needle->first];
    uint64_t units = 0;
    for (size_t at = 0; at < (bytes + UNIT - 1) / UNIT * UNIT; at++)
        if (window[at + needle->first] == first && stands(needle, from + at, end))
            units |= UINT64_C(1) << at / UNIT;
    return units;
}

#ifdef __x86_64__

/* Which of the places, bit n for from + n, are whole: by units from the first of them on. */
OVER_HEADS static inline uint64_t whole(const struct directory_needle *needle, uint32_t places,
                                        const char *from, const char *end)
{
    uint64_t units = 0;
    for (; places != 0; places &= places - 1) {
        const int at = __builtin_ctz(places);
        if (stands(needle, from + at, end))
            units |= UINT64_C(1) << at / UNIT;
    }
    return units;
}

/* The processor by itself fetches ahead within a page, no further. */
static inline void fetch_ahead(const char *window, size_t at)
{
    if (at % LINE == 0)
        __builtin_prefetch(window + at + AHEAD);
}

OVER_HEADS static inline __m128i load_16(const char *from)
{
    return _mm_loadu_si128((const __m128i *)(const void *)from);
}

OVER_HEADS static uint64_t find_16(const struct directory_needle *needle, const char *window,
                                   size_t bytes, const char *from, const char *end)
{
    const __m128i first = _mm_set1_epi8(needle->term[needle->first]);
    const __m128i last = _mm_set1_epi8(needle->term[needle->last]);
    uint64_t units = 0;
    for (size_t at = 0; at < bytes; at += sizeof first) {
        fetch_ahead(window, at);
        const __m128i both =
            _mm_and_si128(_mm_cmpeq_epi8(load_16(window + at + needle->first), first),
                          _mm_cmpeq_epi8(load_16(window + at + needle->last), last));
        if (needle->len <= TWO_BYTES)
            units |= (uint64_t)(~_mm_movemask_ps(
                                    _mm_castsi128_ps(_mm_cmpeq_epi32(both, _mm_setzero_si128()))) &
                                0xf)
                     << at / UNIT;
        else
            units |= whole(needle, (uint32_t)_mm_movemask_epi8(both), from + at, end) << at / UNIT;
    }
    return units;
}

OVER_HEADS __attribute__((target("avx2"))) static inline __m256i load_32(const char *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

/* The window goes as far behind the last place as the begin of the term is long. */
OVER_HEADS __attribute__((target("avx2"))) static inline uint64_t
whole_32(const struct directory_needle *needle, uint64_t places, const char *window,
         const char *from, const char *end)
{
    const __m256i begin = load_32(needle->begin);
    uint64_t units = 0;
    for (; places != 0; places &= places - 1) {
        const int at = __builtin_ctzll(places);
        const uint32_t right =
            (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load_32(window + at), begin));
        if ((~right & needle->begin_bits) == 0 &&
            (needle->len <= sizeof begin || stands(needle, from + at, end)))
            units |= UINT64_C(1) << at / UNIT;
    }
    return units;
}

OVER_HEADS __attribute__((target("avx2"))) static inline __m256i
both_32(const struct directory_needle *needle, const char *at, __m256i first, __m256i last)
{
    return _mm256_and_si256(_mm256_cmpeq_epi8(load_32(at + needle->first), first),
                            _mm256_cmpeq_epi8(load_32(at + needle->last), last));
}

OVER_HEADS __attribute__((target("avx2"))) static inline uint64_t units_32(__m256i places)
{
    const __m256i none = _mm256_cmpeq_epi32(places, _mm256_setzero_si256());
    return (uint64_t)(~_mm256_movemask_ps(_mm256_castsi256_ps(none)) & 0xff);
}

OVER_HEADS __attribute__((target("avx2"))) static uint64_t
find_32(const struct directory_needle *needle, const char *window, size_t bytes, const char *from,
        const char *end)
{
    const __m256i first = _mm256_set1_epi8(needle->term[needle->first]);
    const __m256i last = _mm256_set1_epi8(needle->term[needle->last]);
    uint64_t units = 0;
    if (needle->len <= TWO_BYTES) {
        for (size_t at = 0; at < bytes; at += sizeof first) {
            fetch_ahead(window, at);
            units |= units_32(both_32(needle, window + at, first, last)) << at / UNIT;
        }
    } else if (needle->len == THREE_BYTES) {
        const __m256i second = _mm256_set1_epi8(needle->term[1]);
        const __m256i third = _mm256_set1_epi8(needle->term[2]);
        const __m256i begin = _mm256_set1_epi8(needle->term[0]);
        for (size_t at = 0; at < bytes; at += sizeof first) {
            fetch_ahead(window, at);
            const __m256i two =
                _mm256_and_si256(_mm256_cmpeq_epi8(load_32(window + at + 1), second),
                                 _mm256_cmpeq_epi8(load_32(window + at + 2), third));
            const __m256i all =
                _mm256_and_si256(two, _mm256_cmpeq_epi8(load_32(window + at), begin));
            units |= units_32(all) << at / UNIT;
        }
    } else {
        for (size_t at = 0; at < bytes; at += 2 * sizeof first) {
            fetch_ahead(window, at);
            const char *const beyond = window + at + sizeof first;
            const uint64_t places =
                (uint64_t)(uint32_t)_mm256_movemask_epi8(
                    both_32(needle, window + at, first, last)) |
                (uint64_t)(uint32_t)_mm256_movemask_epi8(both_32(needle, beyond, first, last))
                    << 32;
            units |= whole_32(needle, places, window + at, from + at, end) << at / UNIT;
        }
    }
    return units;
}

bool directory_needle_can(enum directory_finder finder)
{
    return finder != DIRECTORY_FIND_32 || __builtin_cpu_supports("avx2");
}

#else

#define find_16 find_plain
#define find_32 find_plain

bool directory_needle_can(enum directory_finder finder)
{
    return finder == DIRECTORY_FIND_PLAIN;
}

#endif

static enum directory_finder best(void)
{
    enum directory_finder finder = DIRECTORY_FIND_32;
    while (!directory_needle_can(finder))
        finder--;
    return finder;
}

/* The bytes that begin a character of another script are nearly the same throughout it. */
static size_t telling(const char *term, size_t len)
{
    size_t at = 0;
    while (at + 1 < len && at < FARTHEST && (uint8_t)term[at] >= 0xc0)
        at++;
    return at;
}

struct directory_needle directory_needle_of(const char *term, enum directory_finder finder)
{
    static uint64_t (*const ways[DIRECTORY_FINDER_COUNT])(
        const struct directory_needle *, const char *, size_t, const char *, const char *) = {
        [DIRECTORY_FIND_PLAIN] = find_plain,
        [DIRECTORY_FIND_16] = find_16,
        [DIRECTORY_FIND_32] = find_32,
    };
    struct directory_needle needle = {.term = term, .len = strlen(term)};
    needle.last = needle.len == 0 ? 0 : needle.len - 1 < FARTHEST ? needle.len - 1 : FARTHEST;
    needle.first = needle.len <= TWO_BYTES ? 0 : telling(term, needle.len);
    const size_t begin = needle.len < sizeof needle.begin ? needle.len : sizeof needle.begin;
    memcpy(needle.begin, term, begin);
    needle.begin_bits = (uint32_t)((UINT64_C(1) << begin) - 1);
    needle.find = ways[finder == DIRECTORY_FINDER_COUNT ? best() : finder];
    return needle;
}
