/*
 * store/lock: the write lock that all processes share: a robust mutex in a small mapped file.
 *
 * The kernel tells the next taker when a holder died, so nothing ever stays locked. Not SQLite's
 * own lock, whose busy handler starves waiters; that one stays underneath as a second guard.
 */
#ifndef ASSENT_STORE_LOCK_H
#define ASSENT_STORE_LOCK_H

#include <stdbool.h>

#include "base/status.h"

struct lock;

/* Opens or makes the file (0600). A file that no process has open is made new, so that nothing
 * left by a crash of the machine, another version or a copy matters. */
enum status lock_open(const char *path, struct lock **out) MUST_CHECK;
void lock_close(struct lock *lock); /* NULL is allowed */

/* Waits up to wait_ms. STATUS_BUSY: another held it all that time. STATUS_OK also when a holder
 * died: what it guards must recover by itself. */
enum status lock_take(struct lock *lock, int wait_ms) MUST_CHECK;
void lock_release(struct lock *lock);

/* Whether another waits for the lock that the caller holds. */
bool lock_is_wanted(const struct lock *lock);

#endif
