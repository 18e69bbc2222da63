/*
 * web/wait: a request asleep while something else works for it. The common part of web/write,
 * web/offload and reply_stream.
 */
#ifndef ASSENT_WEB_WAIT_H
#define ASSENT_WEB_WAIT_H

#include "web/visit.h"

/* Lives in the visit's arena. */
struct visit_wait {
    struct visit *visit; /* NULL: the client has gone; whoever ends the work frees arena */
    struct arena *arena;
    void (*resume)(struct visit *visit, void *context, enum status status);
    void *context;
    enum status status;
    bool is_done;
    /* The client has gone before the end. True: the work was stopped, and nobody uses the arena any
     * more; false: it goes on, and calls wait_end later. */
    bool (*abandon)(struct visit_wait *wait);
    struct visit_end *ends; /* the visit's, once it has gone */
};

/* From now on the visit sleeps until wait_end. */
void wait_begin(struct visit *visit, struct visit_wait *wait);

/* In the event loop: the work is over. Wakes the visit, or frees the arena if it has gone. */
void wait_end(struct visit_wait *wait, enum status status);

#endif
