/*
 * store/page_parse: one page of a b-tree taken apart, for store/page_check. Knows nothing of other
 * pages.
 */
#ifndef ASSENT_STORE_PAGE_PARSE_H
#define ASSENT_STORE_PAGE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_BYTES     4096
#define PAGE_CELLS_MAX ((PAGE_BYTES - 8) / 6) /* two bytes of pointer, four of cell */

/* The first byte of a page of a tree (file format, section 1.6). */
enum page_kind {
    PAGE_NO_TREE = 0,
    PAGE_INDEX_INNER = 2,
    PAGE_TABLE_INNER = 5,
    PAGE_INDEX_LEAF = 10,
    PAGE_TABLE_LEAF = 13,
};

struct page_cell {
    uint32_t child;       /* 0: of a leaf */
    uint32_t overflow;    /* the first page of the rest of its row; 0: none */
    uint32_t overflowing; /* bytes there */
    int64_t key;          /* of a table: the row's number */
};

struct page_parts {
    enum page_kind kind;
    uint32_t right; /* the last child of an inner page */
    size_t count;
    struct page_cell cells[PAGE_CELLS_MAX];
};

static inline uint32_t page_read_32(const uint8_t *from)
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static inline bool page_kind_is_tree(uint8_t first)
{
    return first == PAGE_INDEX_INNER || first == PAGE_TABLE_INNER || first == PAGE_INDEX_LEAF ||
           first == PAGE_TABLE_LEAF;
}

/* NULL: it is sound as far as it goes. Else what is wrong with it, in static words. is_first: it is
 * the file's first, which begins with the file's header. kind is set either way. */
const char *page_parse(const uint8_t page[PAGE_BYTES], bool is_first, struct page_parts *out);

#endif
