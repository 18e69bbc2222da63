/*
 * web/guard_head: a request's head as guard_parse read it, and the head that is written anew from
 * it for Kore. What is not in the struct does not go on. Bytes in, bytes out: it refuses nothing.
 */
#ifndef ASSENT_WEB_GUARD_HEAD_H
#define ASSENT_WEB_GUARD_HEAD_H

#include "web/guard_parse.h"

/* The headers that handlers use; all others stay behind. */
enum guard_kept {
    GUARD_KEPT_ACCEPT,
    GUARD_KEPT_ACCEPT_LANGUAGE,
    GUARD_KEPT_AUTHORIZATION,
    GUARD_KEPT_CONTENT_TYPE,
    GUARD_KEPT_COOKIE,
    GUARD_KEPT_IDEMPOTENCY_KEY,
    GUARD_KEPT_IF_MATCH,
    GUARD_KEPT_IF_NONE_MATCH,
    GUARD_KEPT_IF_RANGE,
    GUARD_KEPT_LAST_EVENT_ID,
    GUARD_KEPT_ORIGIN,
    GUARD_KEPT_RANGE,
    GUARD_KEPT_SEC_FETCH_SITE,
    GUARD_KEPT_USER_AGENT,
    GUARD_KEPT_X_FORWARDED_FOR,
    GUARD_KEPT_X_FORWARDED_PROTO,
    GUARD_KEPT_COUNT
};

/* Which counts where a header stands twice. */
enum guard_repeat { GUARD_REPEAT_FIRST, GUARD_REPEAT_LAST, GUARD_REPEAT_REFUSED };

struct guard_kept_header {
    const char *name; /* in lower case */
    enum guard_repeat repeat;
};

extern const struct guard_kept_header guard_head_kept[GUARD_KEPT_COUNT];

/* Slices are part of what was read. */
struct guard_head {
    struct guard_slice method, target, host;
    bool is_http10;
    bool has_body; /* by its method */
    bool has_host, has_length, has_coding, is_chunked;
    bool is_absolute;
    uint64_t length;
    bool expects, expects_other;
    bool is_close;
    struct guard_slice kept[GUARD_KEPT_COUNT];
};

/* Returns the bytes written to it: never more than what was read, but for a content-length and a
 * host that were not there. */
size_t guard_head_write(const struct guard_head *head, char to[GUARD_OUT_BYTES]);

/* A valid host in lower case, without its port. */
void guard_head_host(struct guard_slice host, char out[GUARD_HOST_MAX + 1]);

#endif
