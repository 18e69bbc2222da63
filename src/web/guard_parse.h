/*
 * web/guard_parse: reads the head of an HTTP/1 request as it came from the network, and says: more
 * is needed, pass (with the head written anew), or refuse (with a status and a reason).
 *
 * It stands in front of Kore's parser, which forgives too much: only what it wrote itself goes on.
 * Bytes in, verdict out: no Kore, no socket, no memory of its own, so that it can be tested and
 * fuzzed alone. RFC 9110 and RFC 9112; what is stricter here is said in the reason.
 */
#ifndef ASSENT_WEB_GUARD_PARSE_H
#define ASSENT_WEB_GUARD_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUARD_HEAD_MAX          32768 /* bytes of a whole head */
#define GUARD_TARGET_MAX        1990  /* Kore's bound for a URI is 1,999 */
#define GUARD_HOST_MAX          250   /* with its port; Kore's bound is 253 */
#define GUARD_FORM_MAX          65536 /* bytes of a body, but for the API's and for uploads */
#define GUARD_API_MAX           33554432
#define GUARD_AUTHORIZATION_MAX 200
#define GUARD_COOKIE_MAX        1000
#define GUARD_OUT_BYTES         (GUARD_HEAD_MAX + 64)

enum guard_verdict { GUARD_MORE, GUARD_PASS, GUARD_REFUSE };

/* Part of data, not NUL-terminated; at NULL: not there, or not read before the refusal. */
struct guard_slice {
    const char *at;
    size_t len;
};

struct guard_result {
    enum guard_verdict verdict;
    int code;        /* REFUSE: the status to answer with */
    const char *why; /* REFUSE: a sentence, static */
    bool is_api;     /* the target is one of the API's; false where it could not be read */
    bool is_upload;  /* the target takes files to import, as long as body_max */

    /* Who a refusal is for: what was read of these. */
    struct guard_slice target, accept, accept_language;

    /* PASS only. */
    size_t head_len; /* bytes of the input that the head took, its blank line included */
    size_t out_len;  /* bytes written to out: a head that Kore takes as it is */
    uint64_t body_len;
    bool expects_continue; /* the client waits for 100 before it sends the body */
    bool is_close;
    char host[GUARD_HOST_MAX + 1];                   /* in lower case, without the port */
    char authorization[GUARD_AUTHORIZATION_MAX + 1]; /* "" where there is none, or a longer one */
    char cookie[GUARD_COOKIE_MAX + 1];               /* the same */
};

/* data: all bytes of this request so far; the first scanned of them were given before and gave
 * GUARD_MORE. body_max: longest body accepted of an upload; under /api/ it is
 * GUARD_API_MAX at most, elsewhere GUARD_FORM_MAX. What follows the head in data is not looked at.
 */
void guard_parse(const char *data, size_t len, size_t scanned, uint64_t body_max,
                 char out[GUARD_OUT_BYTES], struct guard_result *result);

#endif
