/*
 * post/hook: many HTTP POSTs at once, each to an endpoint that strangers may have named
 * (REQUIREMENTS W4, W6).
 *
 * It transports: what is sent, what an answer means and when to try again is decided elsewhere. No
 * redirect is followed, no proxy of the environment used, and no connection made to an address
 * outside the public internet unless that is allowed: each address that a name resolves to is
 * looked at in the moment before it is connected to, so that no second look-up can lead elsewhere.
 *
 * A pool belongs to one thread; only hook_post_wake may be called from another.
 */
#ifndef ASSENT_POST_HOOK_H
#define ASSENT_POST_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define HOOK_POST_TIMEOUT_S   15
#define HOOK_POST_ANSWER_MAX  65536 /* bytes of an answer's body that are read, and dropped */
#define HOOK_POST_HEADERS_MAX 8
#define HOOK_POST_FAULT_BYTES 256

struct hook_post;

struct hook_post_request {
    const char *url;
    const char *headers[HOOK_POST_HEADERS_MAX]; /* "name: value"; NULL ends the list */
    const char *body;
    size_t body_len;
    void *owner; /* the caller's, untouched */
};

struct hook_post_reply {
    void *owner;
    int code;              /* of the answer; 0: none came whole within the time */
    int64_t retry_after_s; /* Retry-After, as seconds or a date, from now on; 0: not said */
    char fault[HOOK_POST_FAULT_BYTES]; /* with code 0: why, in words; else "" */
};

/* Once a process, before any thread. STATUS_IO: libcurl can't be used. */
enum status hook_post_start(void) MUST_CHECK;

/* agent: the User-Agent. allows_private: any address may be connected to, and by http. */
enum status hook_post_open(const char *agent, bool allows_private,
                           struct hook_post **out) MUST_CHECK;

/* Ends what is under way without an answer. NULL is allowed. */
void hook_post_close(struct hook_post *post);

/* Begins one; all is copied. STATUS_INVALID: libcurl can't read the URL. */
enum status hook_post_send(struct hook_post *post,
                           const struct hook_post_request *request) MUST_CHECK;

/* Works on what is under way, and waits up to timeout_ms for something to happen, unless one is
 * done already. */
void hook_post_wait(struct hook_post *post, int timeout_ms);

/* Ends a wait early; from any thread. */
void hook_post_wake(struct hook_post *post);

/* The next that is done. False: none now. */
bool hook_post_take(struct hook_post *post, struct hook_post_reply *out);

#endif
