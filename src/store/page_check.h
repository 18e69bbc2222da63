/*
 * store/page_check: whether the pages of a database file are sound, told while they go by once, in
 * any order of time but each once, and of one state: what SQLite's quick check looks at in its
 * trees, at the speed of memory. Not for rows against the schema's rules (NOT NULL, CHECK), nor for
 * an index against its table: copy_check.
 *
 * Of each page: its cells lie inside it, cover it without gap or overlap, are in order, and each
 * record is as long as its header says (file format, sections 1.6 and 2.1). Of all together: from
 * the roots and the list of free pages each page is reached once and none is left over; keys are in
 * order over the whole tree; leaves are equally deep; overflow chains are as long as their row.
 *
 * Memory: some 60 bytes a page, a sixtieth of the file.
 */
#ifndef ASSENT_STORE_PAGE_CHECK_H
#define ASSENT_STORE_PAGE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

struct page_check;

/* Beyond it (64 GiB) other pages could look like those of a tree. */
#define PAGE_CHECK_MAX (UINT32_C(1) << 24)

/* Of a file of so many pages of 4096 bytes, fewer than PAGE_CHECK_MAX. NULL: no memory, or more. */
struct page_check *page_check_new(uint32_t pages);
void page_check_free(struct page_check *check); /* NULL is allowed */

/* Page number (from 1) as it stands in the file. */
void page_check_add(struct page_check *check, uint32_t number, const uint8_t page[4096]);

/* All were added. roots: of the trees beside the schema's own, which is page 1; fd: the file, for
 * the list of free pages. STATUS_CORRUPT: words, from arena, say what was found first.
 * STATUS_IO: no memory. */
enum status page_check_end(struct page_check *check, const uint32_t *roots, size_t count, int fd,
                           struct arena *arena, const char **words) MUST_CHECK;

#endif
