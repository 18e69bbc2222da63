/*
 * web/guard: stands between the network and Kore's HTTP parser on every connection.
 *
 * kore.conf's bind line names guard_connect. From then on the guard reads the socket itself
 * (c->read), gives every head to guard_parse, and lets Kore see only what passed, one request at a
 * time, with exactly the body that was announced. It answers refusals, 100-continue and timeouts.
 */
#ifndef ASSENT_WEB_GUARD_H
#define ASSENT_WEB_GUARD_H

#include <stdbool.h>
#include <stdint.h>

struct connection;

/* Once a worker, at its start: the timer that ends what takes too long. */
void guard_start(void);

/* Before a reply is given to Kore: the next request may be read after it. */
void guard_release(struct connection *connection);

/* While a long answer is streamed: the connection is not idle, and reads nothing. */
void guard_hold(struct connection *connection);

#endif
