/*
 * web/guard_state: what the guard knows of a connection. For guard.c, which reads and refuses, and
 * guard_sweep.c, which ends what takes too long.
 */
#ifndef ASSENT_WEB_GUARD_STATE_H
#define ASSENT_WEB_GUARD_STATE_H

#include "web/guard_parse.h"
#include "web/kore.h"

#define HEAD_TIME_MS  10000 /* from a head's first byte to its last */
#define BODY_TIME_MS  60000
#define BODY_BYTES_MS 64 /* at least so many a millisecond beyond that, of a long body */
#define DRAIN_TIME_MS 2000

enum phase {
    PHASE_IDLE, /* nothing of the next request has come */
    PHASE_HEAD,
    PHASE_BODY,  /* Kore reads the body, by exact count */
    PHASE_BUSY,  /* the request is whole and not answered yet */
    PHASE_DRAIN, /* refused: what still comes is thrown away, so that the refusal arrives */
};

struct guard {
    enum phase phase;
    bool is_held;      /* a read was put off until the reply */
    bool is_clogged;   /* a read was put off until the client has taken what it was sent */
    bool peer_is_done; /* the client sends no more */
    bool is_api;       /* the request in hand is a program's */
    bool is_long;      /* its body is beyond a form's */
    uint64_t since_ms; /* the phase's begin */
    uint64_t deadline_ms;
    size_t scanned;
    size_t drained;
    char *left; /* bytes that came behind the request in hand: the next one's beginning */
    size_t left_len, left_at;
};

static inline struct guard *guard_of(const struct connection *c)
{
    return c->hdlr_extra;
}

/* Answers code with why, in words for who asks where request tells of them (web/guard_words), then
 * ends the connection once the client has read it: a close with bytes unread would reset the
 * connection, and the refusal with it. */
void guard_refuse(struct connection *c, int code, const char *why,
                  const struct guard_result *request);

/* Once a worker, at its start. */
void guard_sweep_start(void);

#endif
