/*
 * web/guard_sweep: ends connections that take too long, by the clock; and, where connections run
 * out, those that are slow make room, the oldest first. Nobody is refused for how many come from
 * one address: a mailbox provider sends the one-click POSTs of many people from few.
 */
#include "web/guard_state.h"

#define STALL_TIME_MS  60000 /* a client that takes nothing of its answer */
#define SHAKE_TIME_MS  10000 /* from a connection's start to the end of its TLS handshake */
#define SWEEP_EVERY_MS 100

/* Where connections run out. */
#define CROWDED_MS       1000 /* for a handshake, a head, or nothing at all */
#define CROWDED_BODY_MS  3000 /* for a form; a long body is of somebody who is known */
#define CROWDED_STALL_MS 5000
#define CROWDED_DRAIN_MS 200

/* What is due whether or not there is room for others. */
static void end_late(struct connection *c, uint64_t now)
{
    struct guard *guard = guard_of(c);
    bool is_late = now >= guard->deadline_ms;
    switch (guard->phase) {
    case PHASE_HEAD:
        if (is_late)
            guard_refuse(c, 408, "The request did not come to its end in time.", NULL);
        break;
    case PHASE_BODY:
        if (is_late)
            guard_refuse(c, 408, "The body did not come in time.",
                         &(struct guard_result){.is_api = guard->is_api});
        break;
    case PHASE_DRAIN:
        if (is_late)
            kore_connection_disconnect(c);
        break;
    case PHASE_IDLE:
        break;
    case PHASE_BUSY:
        if (!TAILQ_EMPTY(&c->send_queue) && c->idle_timer.start != 0 &&
            now > c->idle_timer.start + STALL_TIME_MS)
            kore_connection_disconnect(c);
        break;
    }
}

/* Whether a connection keeps a place from others and does nothing with it. */
static bool is_slow(const struct connection *c, uint64_t now)
{
    const struct guard *guard = guard_of(c);
    switch (guard->phase) {
    case PHASE_HEAD:
        return now > guard->since_ms + CROWDED_MS;
    case PHASE_BODY:
        return !guard->is_long && now > guard->since_ms + CROWDED_BODY_MS;
    case PHASE_DRAIN:
        return now > guard->since_ms + CROWDED_DRAIN_MS;
    case PHASE_IDLE:
    case PHASE_BUSY:
        if (!TAILQ_EMPTY(&c->send_queue))
            return c->idle_timer.start != 0 && now > c->idle_timer.start + CROWDED_STALL_MS;
        return guard->phase == PHASE_IDLE && now > c->idle_timer.start + CROWDED_MS;
    }
    return false;
}

static void sweep_one(struct connection *c, uint64_t now, size_t *surplus)
{
    bool is_ended = false;
    if (c->state == CONN_STATE_TLS_SHAKE) {
        is_ended = now > c->http_start + (*surplus > 0 ? CROWDED_MS : SHAKE_TIME_MS);
    } else if (c->proto == CONN_PROTO_HTTP && guard_of(c) != NULL) {
        is_ended = *surplus > 0 && is_slow(c, now);
        if (!is_ended)
            end_late(c, now);
    }
    if (!is_ended)
        return;
    kore_connection_disconnect(c);
    if (*surplus > 0)
        (*surplus)--;
}

/* Kore's list begins with the oldest. */
static void sweep(void *unused, u_int64_t now)
{
    struct connection *next;
    const size_t is_many = worker_max_connections / 10 * 9,
                 is_fine = worker_max_connections / 4 * 3;
    size_t surplus = worker_active_connections > is_many ? worker_active_connections - is_fine : 0;
    for (struct connection *c = TAILQ_FIRST(&connections); c != NULL; c = next) {
        next = TAILQ_NEXT(c, list);
        sweep_one(c, now, &surplus);
    }
}

void guard_sweep_start(void)
{
    kore_timer_add(sweep, SWEEP_EVERY_MS, NULL, 0);
}
