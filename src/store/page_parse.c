/*
 * store/page_parse: see page_parse.h.
 */
#include "store/page_parse.h"

#define FIRST_HEADER_BYTES 100
#define LEAF_HEADER_BYTES  8
#define INNER_HEADER_BYTES 12
#define CHILD_BYTES        4
#define OVERFLOW_BYTES     4
#define LEAST_CELL_BYTES   4
#define VARINT_BYTES_MAX   9
#define WORD_BITS          64

/* How much of a row stands in its page (section 1.6, "X", "M" and "K"; no byte is reserved). */
#define TABLE_MOST (PAGE_BYTES - 35)
#define INDEX_MOST ((PAGE_BYTES - 12) * 64 / 255 - 23)
#define LEAST      ((PAGE_BYTES - 12) * 32 / 255 - 23)

#define ROW_BYTES_MAX UINT64_C(0x7fffffff)

struct page {
    const uint8_t *bytes;
    enum page_kind kind;
    size_t content; /* where the cells' area begins */
    uint64_t used[PAGE_BYTES / WORD_BITS];
    size_t covered;
};

static unsigned read_16(const uint8_t *from)
{
    return (unsigned)from[0] << 8 | from[1];
}

static size_t read_long_varint(const uint8_t *from, const uint8_t *end, uint64_t *out)
{
    uint64_t value = 0;
    const size_t left = (size_t)(end - from);
    for (size_t i = 0; i < left && i < VARINT_BYTES_MAX; i++) {
        if (i == VARINT_BYTES_MAX - 1) {
            *out = value << 8 | from[i];
            return VARINT_BYTES_MAX;
        }
        value = value << 7 | (from[i] & 0x7f);
        if (from[i] < 0x80) {
            *out = value;
            return i + 1;
        }
    }
    return 0;
}

/* Bytes of it; 0: it goes beyond the end. Nearly all are of one byte. */
static inline size_t read_varint(const uint8_t *from, const uint8_t *end, uint64_t *out)
{
    if (from < end && *from < 0x80) {
        *out = *from;
        return 1;
    }
    return read_long_varint(from, end, out);
}

/* False: some of these bytes belong to another already. */
static bool cover(struct page *page, size_t from, size_t len)
{
    uint64_t taken = 0;
    page->covered += len;
    while (len > 0) {
        const size_t bit = from % WORD_BITS;
        const size_t here = len < WORD_BITS - bit ? len : WORD_BITS - bit;
        const uint64_t mask = (here == WORD_BITS ? ~UINT64_C(0) : (UINT64_C(1) << here) - 1) << bit;
        taken |= page->used[from / WORD_BITS] & mask;
        page->used[from / WORD_BITS] |= mask;
        from += here;
        len -= here;
    }
    return taken == 0;
}

/* Bytes of a value (section 2.1); UINT64_MAX: there is no such type. */
static inline uint64_t value_bytes(uint64_t type)
{
    static const uint8_t sizes[10] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    if (type >= 12)
        return (type - 12) / 2;
    return type < 10 ? sizes[type] : UINT64_MAX;
}

/* Whether what a row's header says makes up its length. One whose header goes on elsewhere, of some
 * hundred columns, is believed. */
static bool is_whole_row(const uint8_t *row, size_t here, uint64_t len)
{
    uint64_t header, sum = 0;
    const size_t own = read_varint(row, row + here, &header);
    if (own == 0 || header < own || header > len)
        return false;
    if (header > here)
        return true;
    for (size_t at = own; at < header;) {
        uint64_t type;
        const size_t step = read_varint(row + at, row + header, &type);
        const uint64_t bytes = step > 0 ? value_bytes(type) : UINT64_MAX;
        if (bytes > ROW_BYTES_MAX)
            return false;
        sum += bytes;
        at += step;
    }
    return header + sum == len;
}

static size_t bytes_here(uint64_t len, bool is_table)
{
    const uint64_t most = is_table ? TABLE_MOST : INDEX_MOST;
    if (len <= most)
        return (size_t)len;
    const uint64_t here = LEAST + (len - LEAST) % (PAGE_BYTES - OVERFLOW_BYTES);
    return (size_t)(here <= most ? here : LEAST);
}

/* Bytes of the cell at that place; 0: it is none. */
static size_t parse_cell(const struct page *page, size_t at, struct page_cell *out)
{
    const uint8_t *begin = page->bytes + at, *end = page->bytes + PAGE_BYTES, *now = begin;
    const bool is_table = page->kind == PAGE_TABLE_LEAF || page->kind == PAGE_TABLE_INNER;
    uint64_t len = 0, key = 0;
    *out = (struct page_cell){0};
    if (page->kind == PAGE_TABLE_INNER || page->kind == PAGE_INDEX_INNER) {
        if (end - now < CHILD_BYTES)
            return 0;
        out->child = page_read_32(now);
        now += CHILD_BYTES;
    }
    if (page->kind != PAGE_TABLE_INNER) {
        const size_t step = read_varint(now, end, &len);
        if (step == 0 || len > ROW_BYTES_MAX)
            return 0;
        now += step;
    }
    if (is_table) {
        const size_t step = read_varint(now, end, &key);
        if (step == 0)
            return 0;
        now += step;
        out->key = (int64_t)key;
    }
    if (page->kind != PAGE_TABLE_INNER) {
        const size_t here = bytes_here(len, is_table);
        const size_t rest = here < len ? OVERFLOW_BYTES : 0;
        if ((size_t)(end - now) < here + rest || !is_whole_row(now, here, len))
            return 0;
        now += here;
        if (rest > 0) {
            out->overflow = page_read_32(now);
            out->overflowing = (uint32_t)(len - here);
            now += rest;
        }
    }
    const size_t bytes = (size_t)(now - begin);
    return bytes < LEAST_CELL_BYTES ? LEAST_CELL_BYTES : bytes;
}

static const char *parse_cells(struct page *page, const uint8_t *pointers, struct page_parts *out)
{
    const bool is_table = page->kind == PAGE_TABLE_LEAF || page->kind == PAGE_TABLE_INNER;
    for (size_t i = 0; i < out->count; i++) {
        struct page_cell *cell = &out->cells[i];
        const size_t at = read_16(pointers + 2 * i);
        if (at < page->content || at > PAGE_BYTES - LEAST_CELL_BYTES)
            return "a cell lies outside";
        const size_t bytes = parse_cell(page, at, cell);
        if (bytes == 0 || at + bytes > PAGE_BYTES)
            return "a row is not as long as it says";
        if (!cover(page, at, bytes))
            return "two cells overlap";
        if (is_table && i > 0 && cell->key <= out->cells[i - 1].key)
            return "rows are out of order";
    }
    return NULL;
}

/* Free blocks are in order, and each leads to the next. */
static const char *cover_free(struct page *page, unsigned at)
{
    while (at != 0) {
        if (at < page->content || at > PAGE_BYTES - LEAST_CELL_BYTES)
            return "a free block lies outside";
        const unsigned next = read_16(page->bytes + at), len = read_16(page->bytes + at + 2);
        if (len < LEAST_CELL_BYTES || at + len > PAGE_BYTES || (next != 0 && next < at + len) ||
            !cover(page, at, len))
            return "a free block overlaps";
        at = next;
    }
    return NULL;
}

const char *page_parse(const uint8_t bytes[PAGE_BYTES], bool is_first, struct page_parts *out)
{
    const size_t start = is_first ? FIRST_HEADER_BYTES : 0;
    const uint8_t *header = bytes + start;
    out->kind = page_kind_is_tree(*header) ? (enum page_kind) * header : PAGE_NO_TREE;
    out->right = 0;
    out->count = 0;
    if (out->kind == PAGE_NO_TREE)
        return "it is no page of a tree";
    const bool is_inner = out->kind == PAGE_TABLE_INNER || out->kind == PAGE_INDEX_INNER;
    const size_t first = start + (is_inner ? INNER_HEADER_BYTES : LEAF_HEADER_BYTES);
    struct page page = {.bytes = bytes, .kind = out->kind, .content = read_16(header + 5)};
    const size_t count = read_16(header + 3);
    if (page.content > PAGE_BYTES || count > PAGE_CELLS_MAX || first + 2 * count > page.content)
        return "its header is wrong";
    out->count = count;
    out->right = is_inner ? page_read_32(header + 8) : 0;
    const char *fault = parse_cells(&page, bytes + first, out);
    if (fault == NULL)
        fault = cover_free(&page, read_16(header + 1));
    if (fault == NULL && page.covered + header[7] != PAGE_BYTES - page.content)
        fault = "bytes in it belong to nothing";
    return fault;
}
