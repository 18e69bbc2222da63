/*
 * web/offload: two background threads a worker, for what would block the event loop, each with a
 * read-only store of its own: one for people (Argon2id, searches that scan, exports), one for
 * programs (ADMIT_API), so that no login waits for a call about a hundred thousand addresses.
 *
 * run sees service, arena and context, never the visit; context lives in the visit's arena. When
 * the client goes away a waiting job is dropped, and a running one is interrupted
 * (store_interrupt), so that its query ends early.
 */
#ifndef ASSENT_WEB_OFFLOAD_H
#define ASSENT_WEB_OFFLOAD_H

#include "web/visit.h"

/* Call it last: the handler returns, and resume answers, with what run returned. STATUS_BUSY also
 * when the server stops. A full queue is answered here with 503 and
 * Retry-After; an answer that was begun is cut off. */
void offload_and_sleep(struct visit *visit,
                       enum status (*run)(const struct service *service, struct arena *arena,
                                          void *context),
                       void *context,
                       void (*resume)(struct visit *visit, void *context, enum status status));

#endif
