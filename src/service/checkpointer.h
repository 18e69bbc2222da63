/*
 * service/checkpointer: a thread with a connection of its own that moves the WAL into the database
 * file while others write. For service/writer and service/import, which would otherwise wait for
 * it.
 */
#ifndef ASSENT_SERVICE_CHECKPOINTER_H
#define ASSENT_SERVICE_CHECKPOINTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/status.h"

struct checkpointer;

/* Opens the connection and starts the thread. The caller stops it. */
enum status checkpointer_start(const struct conf *conf, struct checkpointer **out) MUST_CHECK;

/* Asks for a checkpoint when one is due: the WAL is wal_pages long, or has grown by much since the
 * last asking; or, while is_idle, is worth it at all. To be called after commits, by one thread. */
void checkpointer_watch(struct checkpointer *checkpointer, int64_t wal_pages, bool is_idle);

/* Wakes the thread; while it is at work, it goes once more afterwards. Never waits. */
void checkpointer_ask(struct checkpointer *checkpointer);

/* Somebody was erased: what the WAL still holds of them goes as soon as nobody reads an older state
 * (store/scrub). What other processes erased, or one that was killed, the thread finds by itself.
 * Never waits. */
void checkpointer_scrub(struct checkpointer *checkpointer);

/* Ends the thread, after what it is doing, and frees all. NULL is allowed. When the thread has
 * died, nothing is freed. */
void checkpointer_stop(struct checkpointer *checkpointer);

/* False: the thread has died. */
bool checkpointer_is_alive(const struct checkpointer *checkpointer);

/* Checkpoints that came to their end. */
unsigned long checkpointer_count(const struct checkpointer *checkpointer);

#endif
