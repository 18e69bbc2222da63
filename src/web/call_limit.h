/*
 * web/call_limit: how often each key has called in the minute that runs, counted over all workers.
 */
#ifndef ASSENT_WEB_CALL_LIMIT_H
#define ASSENT_WEB_CALL_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct call_limit;

struct call_share {
    bool is_granted;
    int left;      /* calls, this one taken */
    int ends_in_s; /* until the count begins anew: 1 to 60 */
};

/* Counts of all keys, in memory that is shared with processes forked later. NULL: there is none to
 * be had. */
struct call_limit *call_limit_new(void);

/* One call of the key numbered id, of limit in each minute of the clock. */
struct call_share call_limit_take(struct call_limit *calls, int64_t id, int limit, int64_t now_s);

#endif
