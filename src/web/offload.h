/*
 * web/offload: three background threads a worker, for what would block the event loop, each with a
 * read-only store of its own: one for people (searches that scan, exports), one for programs
 * (ADMIT_API), one for passwords (Argon2id). So no search waits for a flood of logins, and no login
 * for a call about a hundred thousand addresses.
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

/* The same for what hashes a password. Of one network (IPv6: /64) four at once are taken, beyond it
 * is answered here with 429 and Retry-After. */
void offload_password_and_sleep(
    struct visit *visit,
    enum status (*run)(const struct service *service, struct arena *arena, void *context),
    void *context, void (*resume)(struct visit *visit, void *context, enum status status));

#endif
