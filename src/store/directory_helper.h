/*
 * store/directory_helper: a thread that takes a part of one search at a time, so that the search is
 * spread over two processors. Those that search while it is busy go alone.
 */
#ifndef ASSENT_STORE_DIRECTORY_HELPER_H
#define ASSENT_STORE_DIRECTORY_HELPER_H

#include "store/store.h"

struct directory_helper;

/* STATUS_FULL: no memory; STATUS_IO: no thread. */
enum status directory_helper_start(struct directory_helper **out) MUST_CHECK;
bool directory_helper_is_alive(const struct directory_helper *helper); /* NULL is alive */

/* Once nobody asks any more. NULL is allowed. */
void directory_helper_stop(struct directory_helper *helper);

/* Has run(context) called in the thread. False: it is busy, or NULL, and run is not called. True:
 * directory_helper_wait must follow. */
bool directory_helper_ask(struct directory_helper *helper, void (*run)(void *context),
                          void *context) MUST_CHECK;

/* Until run has returned; what has not begun is taken back. */
void directory_helper_wait(struct directory_helper *helper);

/* Lets store's searches ask helper, which stays the caller's. NULL: no more. */
void store_use_helper(struct store *store, struct directory_helper *helper);

#endif
