/*
 * store/clean_file: a file system in front of SQLite's own that writes the database's pages without
 * what lies in their unused space.
 *
 * secure_delete wipes what is deleted where it stands. But when SQLite moves rows from one page to
 * another it leaves the old bytes behind, in the space between a page's pointers and its rows: who
 * is erased later would still be there. That space means nothing to SQLite (file format, section
 * 1.6), so it is filled with zeroes on the way to the file, which costs no read and no write more.
 * The log (WAL) is written as it is, since its checksums cover all; store/scrub empties it.
 */
#ifndef ASSENT_STORE_CLEAN_FILE_H
#define ASSENT_STORE_CLEAN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

#define CLEAN_FILE_VFS  "assent"
#define CLEAN_PAGE_SIZE 4096 /* bytes: the only size our databases have */

/* Beyond this a page of another kind could look like one with rows, and pages are left as they are:
 * half of 64 GiB, so that a file may grow by as much in one go. */
#define CLEAN_FILE_MAX_BYTES (INT64_C(32) << 30)

/* Registers the file system, in front of the default one. Once a process, before it is used. False:
 * there is no default one. */
bool clean_file_register(void);

/* Fills the unused space of a page with zeroes, if it is one of a table or an index; is_first: it
 * is the file's first, which begins with a header. Whether any byte was another before. */
bool clean_file_page(uint8_t page[CLEAN_PAGE_SIZE], bool is_first);

/* The same for all pages of a store's whole file, and syncs it: for one that was written without
 * this file system. The caller holds the write lock and has emptied the log. */
enum status clean_file_all(struct store *writer) MUST_CHECK;

#endif
