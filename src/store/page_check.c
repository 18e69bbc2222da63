/*
 * store/page_check: see page_check.h.
 */
#include "store/page_check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/page_parse.h"

#define DEPTH_MAX        20                                     /* as SQLite's own */
#define LOCK_PAGE        ((UINT32_C(1) << 30) / PAGE_BYTES + 1) /* nothing stands in it (1.4) */
#define FREE_FIRST_AT    32                                     /* in the file's header (1.3) */
#define FREE_COUNT_AT    36
#define RESERVED_AT      20
#define TRUNK_HEADER     8
#define OVERFLOW_ROOM    (PAGE_BYTES - 4)
#define FIRST_REFERENCES 1024

/* From a page to another. */
struct reference {
    uint32_t page;
    uint32_t overflowing; /* bytes of a row that go on there; 0: a child */
    int64_t key;          /* of a child of a table: no row in it is above */
};

struct seen {
    const char *fault; /* words, static; NULL: it is sound, should it be a tree's */
    uint32_t next;     /* its first four bytes: where a chain goes on */
    uint32_t first;    /* of its references */
    uint16_t count;    /* of them; the last of an inner page is the right child */
    uint8_t kind;
    bool is_reached, has_rows;
    int64_t lowest, highest; /* of a table's page that has rows */
};

struct page_check {
    uint32_t pages, added;
    uint32_t free_first, free_count, reached;
    const char *fault;
    struct seen *seen; /* from 1 */
    struct reference *references;
    size_t count, room;
    bool is_short; /* of memory */
    uint32_t at;   /* where the first fault was found */
    struct page_parts parts;
};

struct page_check *page_check_new(uint32_t pages)
{
    struct page_check *check = calloc(1, sizeof *check);
    if (check == NULL || pages == 0 || pages >= PAGE_CHECK_MAX) {
        free(check);
        return NULL;
    }
    check->pages = pages;
    check->seen = calloc((size_t)pages + 1, sizeof *check->seen);
    if (check->seen != NULL)
        return check;
    free(check);
    return NULL;
}

void page_check_free(struct page_check *check)
{
    if (check == NULL)
        return;
    free(check->references);
    free(check->seen);
    free(check);
}

static void refer(struct page_check *check, struct seen *from, uint32_t page, uint32_t overflowing,
                  int64_t key)
{
    if (check->count == check->room) {
        const size_t room = check->room ? 2 * check->room : FIRST_REFERENCES;
        struct reference *all = realloc(check->references, room * sizeof *all);
        /* In a sound file there are no more of them than pages. */
        if (all == NULL || check->count > 4 * (size_t)check->pages) {
            check->references = all != NULL ? all : check->references;
            check->is_short = true;
            return;
        }
        check->references = all;
        check->room = room;
    }
    check->references[check->count++] = (struct reference){page, overflowing, key};
    from->count++;
}

void page_check_add(struct page_check *check, uint32_t number, const uint8_t page[PAGE_BYTES])
{
    struct page_parts *parts = &check->parts;
    if (number == 0 || number > check->pages)
        return;
    struct seen *seen = &check->seen[number];
    check->added++;
    seen->fault = page_parse(page, number == 1, parts);
    seen->next = page_read_32(page);
    seen->kind = (uint8_t)parts->kind;
    seen->first = (uint32_t)check->count;
    if (number == 1) {
        check->free_first = page_read_32(page + FREE_FIRST_AT);
        check->free_count = page_read_32(page + FREE_COUNT_AT);
        if (page[RESERVED_AT] != 0)
            seen->fault = "its header is wrong";
    }
    if (seen->fault != NULL)
        return;
    seen->has_rows = parts->count > 0;
    if (seen->has_rows) {
        seen->lowest = parts->cells[0].key;
        seen->highest = parts->cells[parts->count - 1].key;
    }
    for (size_t i = 0; i < parts->count; i++) {
        const struct page_cell *cell = &parts->cells[i];
        if (cell->overflowing > 0)
            refer(check, seen, cell->overflow, cell->overflowing, 0);
        if (parts->kind == PAGE_TABLE_INNER || parts->kind == PAGE_INDEX_INNER)
            refer(check, seen, cell->child, 0, cell->key);
    }
    if (parts->kind == PAGE_TABLE_INNER || parts->kind == PAGE_INDEX_INNER)
        refer(check, seen, parts->right, 0, INT64_MAX);
}

/* False, always: what was found first is told. */
static bool fail(struct page_check *check, uint32_t page, const char *words)
{
    if (check->fault == NULL) {
        check->fault = words;
        check->at = page;
    }
    return false;
}

static bool reach(struct page_check *check, uint32_t from, uint32_t page)
{
    if (page == 0 || page > check->pages || page == LOCK_PAGE)
        return fail(check, from, "it leads to a page that there is not");
    if (check->seen[page].is_reached)
        return fail(check, page, "two places lead to it");
    check->seen[page].is_reached = true;
    check->reached++;
    return true;
}

static bool follow_overflow(struct page_check *check, uint32_t from,
                            const struct reference *reference)
{
    uint32_t left = reference->overflowing, page = reference->page;
    for (;;) {
        if (!reach(check, from, page))
            return false;
        from = page;
        page = check->seen[page].next;
        if (left <= OVERFLOW_ROOM)
            return page == 0 || fail(check, from, "a row goes on behind its end");
        left -= OVERFLOW_ROOM;
    }
}

/* A subtree whose rows lie above `above` and up to `upto`. *height is that of its siblings, once
 * known (else -1). As deep as DEPTH_MAX at most. */
// NOLINTNEXTLINE(misc-no-recursion)
static bool walk(struct page_check *check, uint32_t page, bool is_table, int64_t above,
                 int64_t upto, int depth, int *height)
{
    const struct seen *seen = &check->seen[page];
    const bool is_leaf = seen->kind == PAGE_TABLE_LEAF || seen->kind == PAGE_INDEX_LEAF;
    int below = -1;
    if (depth > DEPTH_MAX)
        return fail(check, page, "the tree is too deep");
    if (seen->fault != NULL)
        return fail(check, page, seen->fault);
    if (is_table != (seen->kind == PAGE_TABLE_LEAF || seen->kind == PAGE_TABLE_INNER))
        return fail(check, page, "it belongs to a tree of another kind");
    if (is_table && seen->has_rows && (seen->lowest <= above || seen->highest > upto))
        return fail(check, page, "its rows belong elsewhere");
    for (uint32_t i = seen->first; i < seen->first + seen->count; i++) {
        const struct reference *reference = &check->references[i];
        if (reference->overflowing > 0) {
            if (!follow_overflow(check, page, reference))
                return false;
            continue;
        }
        const int64_t end = reference->key < upto ? reference->key : upto;
        if (!reach(check, page, reference->page) ||
            !walk(check, reference->page, is_table, above, end, depth + 1, &below))
            return false;
        above = reference->key;
    }
    if (is_leaf ? below != -1 : below == -1)
        return fail(check, page, "it is no page of a tree");
    if (*height != -1 && *height != below + 1)
        return fail(check, page, "leaves are not equally deep");
    *height = below + 1;
    return true;
}

static bool walk_root(struct page_check *check, uint32_t page)
{
    int height = -1;
    if (!reach(check, 1, page))
        return false;
    const uint8_t kind = check->seen[page].kind;
    const bool is_table = kind == PAGE_TABLE_LEAF || kind == PAGE_TABLE_INNER;
    return walk(check, page, is_table, INT64_MIN, INT64_MAX, 0, &height);
}

/* Trunks lead to each other and name free pages (section 1.5). */
static bool walk_free(struct page_check *check, int fd)
{
    uint8_t trunk[PAGE_BYTES];
    uint32_t found = 0, from = 1;
    for (uint32_t page = check->free_first; page != 0; page = page_read_32(trunk)) {
        if (!reach(check, from, page))
            return false;
        if (pread(fd, trunk, sizeof trunk, (off_t)(page - 1) * PAGE_BYTES) != sizeof trunk)
            return fail(check, page, "it can't be read");
        const uint32_t leaves = page_read_32(trunk + 4);
        if (leaves > (PAGE_BYTES - TRUNK_HEADER) / 4)
            return fail(check, page, "the list of free pages is wrong");
        for (uint32_t i = 0; i < leaves; i++)
            if (!reach(check, page, page_read_32(trunk + TRUNK_HEADER + (size_t)4 * i)))
                return false;
        found += 1 + leaves;
        from = page;
    }
    return found == check->free_count || fail(check, 1, "free pages are missing");
}

static bool find_lost(struct page_check *check)
{
    for (uint32_t page = 1; page <= check->pages; page++)
        if (!check->seen[page].is_reached && page != LOCK_PAGE)
            return fail(check, page, "nothing leads to it");
    return true;
}

enum status page_check_end(struct page_check *check, const uint32_t *roots, size_t count, int fd,
                           struct arena *arena, const char **words)
{
    if (check->added != check->pages)
        fail(check, 0, "not all pages were read");
    bool goes_on = check->fault == NULL && walk_root(check, 1);
    for (size_t i = 0; i < count && goes_on; i++)
        goes_on = walk_root(check, roots[i]);
    if (goes_on && walk_free(check, fd))
        (void)find_lost(check);
    if (check->is_short)
        return STATUS_IO;
    if (check->fault == NULL)
        return STATUS_OK;
    *words = arena_printf(arena, "page %u: %s", check->at, check->fault);
    return STATUS_CORRUPT;
}
