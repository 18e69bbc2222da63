/*
 * store/directory_search_find: where a term begins, 256 bytes at a time, said by units of four:
 * made for many texts that lie end to end and begin at multiples of four.
 */
#ifndef ASSENT_STORE_DIRECTORY_SEARCH_FIND_H
#define ASSENT_STORE_DIRECTORY_SEARCH_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIND_BYTES 256
#define FIND_READS (FIND_BYTES + 32) /* bytes of the window that may be read */

struct directory_needle {
    const char *term; /* borrowed */
    size_t len;
    size_t first, last;  /* two bytes of it that are looked for before the others */
    char begin[32];      /* of it, with zero bytes behind */
    uint32_t begin_bits; /* one for each byte of it there */
    uint64_t (*find)(const struct directory_needle *needle, const char *window, size_t bytes,
                     const char *from, const char *end);
};

/* Ways to find; each finds the same. */
enum directory_finder {
    DIRECTORY_FIND_PLAIN,
    DIRECTORY_FIND_16, /* bytes at once */
    DIRECTORY_FIND_32,
    DIRECTORY_FINDER_COUNT
};

bool directory_needle_can(enum directory_finder finder); /* on this processor */

/* Of a term of at least one byte. finder: DIRECTORY_FINDER_COUNT takes the best. */
struct directory_needle directory_needle_of(const char *term, enum directory_finder finder);

/* Bit n: in the four bytes from from + 4 * n on the term begins, and it ends before end. Of these
 * bits, those of places below bytes, 1 to FIND_BYTES, are said. window: from itself, or, where less
 * than FIND_READS bytes lie before end, a copy of them with zero bytes behind. Nothing at or beyond
 * end is read. */
static inline uint64_t directory_needle_find(const struct directory_needle *needle,
                                             const char *window, size_t bytes, const char *from,
                                             const char *end)
{
    return needle->find(needle, window, bytes, from, end);
}

#endif
