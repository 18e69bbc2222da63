/*
 * store/directory_image: the map as a file, so that a server with millions of people stands at once
 * when it is started again: written at a stop, read at the next start, and then gone. It holds
 * names and addresses as the database does, so it is wiped before it is unlinked.
 *
 * It is a shortcut and no more: one that is damaged, of another layout, or not of this ledger is
 * left aside, and the file is read.
 */
#ifndef ASSENT_STORE_DIRECTORY_IMAGE_H
#define ASSENT_STORE_DIRECTORY_IMAGE_H

#include "store/directory_map.h"

#define DIRECTORY_IMAGE_NAME "directory.image" /* in the data folder */

/* Fewer people are read in a moment anyway. */
#define DIRECTORY_IMAGE_PEOPLE 100000

/* Writes a map that is ready into folder, as the owner of the folder: by a process that remains
 * when nobody reads or changes it any more; names and addresses that were replaced are wiped in it
 * first. Not synced: whether it is whole shows when it is read. STATUS_OK
 * also where it isn't worth it. */
enum status directory_image_save(struct directory_map *map, const char *folder) MUST_CHECK;

/* The same of however few. */
enum status directory_image_save_any(struct directory_map *map, const char *folder) MUST_CHECK;

/* Where the next filling of map, in this process, looks for one first. Borrowed. */
void directory_image_offer(struct directory_map *map, const char *path);

/* Wipes and unlinks it. STATUS_OK also where there is none. */
enum status directory_image_remove(const char *path) MUST_CHECK;

#endif
