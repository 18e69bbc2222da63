/*
 * web/feed_wait: requests that wait for the next change, whoever writes it: this worker, another
 * one, or the command. And how many of them a key and a worker may have.
 *
 * While somebody waits, the worker looks at the ledger's newest position every FEED_WAIT_LOOK_MS,
 * and at once after each commit of its own.
 */
#ifndef ASSENT_WEB_FEED_WAIT_H
#define ASSENT_WEB_FEED_WAIT_H

#include "web/wait.h"

#define FEED_WAIT_LOOK_MS    50
#define FEED_WAIT_KEY_MAX    8   /* of one key, over all workers */
#define FEED_WAIT_WORKER_MAX 128 /* in one worker, of all keys: fewer than web/offload takes */

struct feed_places;

/* Counts of all keys, shared with workers forked later. NULL: no memory. */
struct feed_places *feed_wait_places(void);

/* Once a worker, at its start; worker: from 0. What one that died held is free again. */
void feed_wait_start(unsigned worker);

enum feed_place { FEED_PLACE_TAKEN, FEED_PLACE_KEY_FULL, FEED_PLACE_WORKER_FULL };

/* A place for a request of the key numbered id; given back with feed_wait_leave. */
enum feed_place feed_wait_enter(int64_t id);
void feed_wait_leave(int64_t id);

struct feed_waiter {
    struct visit_wait wait; /* first: wait.resume and wait.context are the caller's */
    struct position seen;   /* ends once the ledger is beyond it */
    int64_t until_ms;       /* or at this time of feed_wait_now_ms */
    struct feed_waiter *next, **at;
};

int64_t feed_wait_now_ms(void);

/* The visit sleeps until there is more, it is time, or the server stops (resume gets STATUS_BUSY
 * then). waiter lives in the visit's arena. */
void feed_wait_begin(struct visit *visit, struct feed_waiter *waiter);

/* Looks now: after a commit. */
void feed_wait_look(void);

/* The server stops: all who wait are woken. */
void feed_wait_stop(void);

#endif
