/*
 * store/copy: the database as it is at one moment, copied into another file while others write, and
 * a file looked at without touching it.
 *
 * The copy is of one snapshot from its first page to its last: what others commit meanwhile neither
 * gets in nor makes it begin anew. It is made of the files' own bytes (store/log_map says why that
 * is right), cleaned of what lies in unused space (store/clean_file), and each page is looked at
 * while it goes by (store/page_check). While it goes on, the log (WAL) can't begin anew, and grows
 * with what others write. A process keeps a descriptor of each database that it copied. Not for
 * moving files into place: base/whole_file, service/restore.
 */
#ifndef ASSENT_STORE_COPY_H
#define ASSENT_STORE_COPY_H

#include "base/ledger.h"
#include "store/store.h"

struct copy;

/* Takes the snapshot of source, a reader that nothing else uses until copy_end. fd: an empty file
 * of the caller's, for reading and writing. On failure *out is set too, for copy_fault, unless
 * memory is short; end it. */
enum status copy_begin(struct store *source, int fd, struct copy **out) MUST_CHECK;

/* Copies some pages more, a megabyte. When *is_done, all are written to the file, which the caller
 * syncs. STATUS_FULL: no room. */
enum status copy_step(struct copy *copy, bool *is_done) MUST_CHECK;

struct copy_progress {
    int64_t done_bytes, total_bytes;
};
struct copy_progress copy_progress(const struct copy *copy);

/* Once all is copied: whether what was written is sound, page by page; made: the file, opened by
 * copy_open. STATUS_CORRUPT: words, from arena, say what was found first. STATUS_IO: no
 * memory. */
enum status copy_judge(struct copy *copy, struct store *made, struct arena *arena,
                       const char **words) MUST_CHECK;

const char *copy_fault(const struct copy *copy);

/* Lets the snapshot go: the log may begin anew. What was copied can still be judged. */
void copy_let_go(struct copy *copy);

/* Frees all. NULL is allowed. */
void copy_end(struct copy *copy);

/* Opens a file that nobody writes, reading only, leaving no other file beside it. STATUS_REFUSED:
 * its version differs from store_version. STATUS_CORRUPT: it is no database. The caller closes. */
enum status copy_open(const char *path, struct store **out) MUST_CHECK;

/* What a file says that it is, whatever version it has. STATUS_CORRUPT: it is no database, or not
 * one of this program. */
enum status copy_version(const char *path, int *out) MUST_CHECK;

/* SQLite's own check of store's file: is_full looks at indexes, too. STATUS_CORRUPT: words, from
 * the arena, say what was found first. goes_on (NULL: nobody looks) is called now and then; false
 * ends with STATUS_BUSY. */
enum status copy_check(struct store *store, struct arena *arena, bool is_full,
                       bool (*goes_on)(void *context), void *context,
                       const char **words) MUST_CHECK;

/* Moves the whole log into the file and empties it: before the file is moved. STATUS_BUSY: somebody
 * else has it open. */
enum status copy_settle(struct store *writer) MUST_CHECK;

/* Another process that has the database at path open; 0: none. Not while this process has it open:
 * SQLite's locks would be lost. */
int copy_holder(const char *path);

#endif
