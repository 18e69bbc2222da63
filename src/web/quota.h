/*
 * web/quota: how often each key has called in the minute that runs, counted over all workers.
 */
#ifndef ASSENT_WEB_QUOTA_H
#define ASSENT_WEB_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

struct quotas;

struct quota {
    bool is_granted;
    int left;      /* calls, this one taken */
    int ends_in_s; /* until the count begins anew: 1 to 60 */
};

/* Memory that is shared with processes forked later. NULL: there is none to be had. */
struct quotas *quotas_new(void);

/* One call of the key numbered id, of limit in each minute of the clock. */
struct quota quota_take(struct quotas *quotas, int64_t id, int limit, int64_t now_s);

#endif
