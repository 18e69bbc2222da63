/*
 * service/hooks: how changes reach hooks: read from the ledger once, sent until taken, given up at
 * last (REQUIREMENTS W4, W5).
 *
 * The ledger is the queue. Each hook has a position; hooks_fan_out makes deliveries of the entries
 * behind it and moves it in one transaction, so that a courier killed at any moment loses nothing
 * and doubles nothing. It stays at most HOOK_WAITING_MAX deliveries ahead of what was taken: the
 * rest waits in the ledger, where it lies anyway.
 *
 * For the courier. Adding and changing hooks is service/hook_admin.
 */
#ifndef ASSENT_SERVICE_HOOKS_H
#define ASSENT_SERVICE_HOOKS_H

#include "service/hook_message.h"

#define HOOKS_MAX          32   /* in use at once: each has places of its own in the courier */
#define HOOK_WAITING_MAX   2000 /* deliveries of one hook that wait */
#define HOOK_TRIES_MAX     10
#define HOOK_FAILING_MAX_S (INT64_C(5) * 24 * 3600)
#define HOOK_RETRY_MAX_S   (INT64_C(24) * 3600) /* no Retry-After is honoured for longer */
#define HOOK_KEEP_TAKEN_S  (INT64_C(3) * 24 * 3600)
#define HOOK_KEEP_LOST_S   (INT64_C(30) * 24 * 3600)

/* Whether hooks_fan_out would find something to do. */
enum status hooks_has_news(const struct service *service, struct arena *arena,
                           bool *out) MUST_CHECK;

/* Makes deliveries of a bounded number of entries for each hook that is on; *more: call it again
 * soon. */
enum status hooks_fan_out(const struct service *service, struct txn *txn, struct arena *arena,
                          int64_t now_s, bool *more) MUST_CHECK;

/* What came of a try. */
struct hook_result {
    int64_t delivery;
    int code;              /* the answer's HTTP status; 0: there was none */
    int64_t retry_after_s; /* what it asked for; 0: nothing */
    const char *fault;     /* with code 0: why */
};

/* Writes what came of tries: 2xx ends a delivery; anything else puts it off by the schedule of W5,
 * or by Retry-After where that is longer, or gives it up after the tenth. 410, and failing in
 * everything for five days, stops the hook and leaves what waits for it waiting. A delivery or a
 * hook that was removed meanwhile is passed over. */
enum status hooks_settle(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct hook_result *results, size_t count, int64_t now_s) MUST_CHECK;

/* Takes away some of what ended long ago, and of what waits for hooks whose removal can't be undone
 * any more; *more: there may be more. What a wrong clock put off by days is due now. */
enum status hooks_prune(struct txn *txn, int64_t now_s, bool *more) MUST_CHECK;

/* Seconds to wait after a delivery's nth failed try, from 1, with jitter by 32 random bits; 0: no
 * more tries. W5. */
int64_t hooks_delay_s(int tries, uint32_t random);

#endif
