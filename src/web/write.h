/*
 * web/write: hands a change to the worker's writer and lets the request sleep until it is on disk.
 *
 * run is called in the writer thread, inside a transaction (service/writer.h): it sees service,
 * txn, arena and context, never the visit. What context points to must live in the visit's arena.
 * A client that goes away does not stop the write: the job keeps the arena and frees it once.
 */
#ifndef ASSENT_WEB_WRITE_H
#define ASSENT_WEB_WRITE_H

#include "web/visit.h"

/* Call it last: the handler returns, and resume answers. STATUS_OK there means committed. A full
 * queue is answered here with 503 and Retry-After; resume is not called then. */
void write_and_sleep(struct visit *visit,
                     enum status (*run)(const struct service *service, struct txn *txn,
                                        struct arena *arena, void *context),
                     void *context,
                     void (*resume)(struct visit *visit, void *context, enum status status));

/* The same for a change that no client waits for (a session's seen_at, a sweep): size bytes of
 * context are copied into an arena of the job's own, which run gets too. done, unless NULL, is
 * called in the event loop afterwards, with that copy, and may hand in the next piece. With a full
 * queue, or while stopping, nothing is run and done is called at once with STATUS_BUSY.
 */
void write_in_background(enum status (*run)(const struct service *service, struct txn *txn,
                                            struct arena *arena, void *context),
                         const void *context, size_t size,
                         void (*done)(void *context, enum status status));

/* Whether a change could not be written to the disk, by any worker, since write_works was called
 * last in any. */
bool write_has_failed(void);
void write_works(void);

#endif
