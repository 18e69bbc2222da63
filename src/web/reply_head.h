/*
 * web/reply_head: the headers that every answer carries (REQUIREMENTS S5), in one table for
 * web/reply and the guard. No Kore here.
 */
#ifndef ASSENT_WEB_REPLY_HEAD_H
#define ASSENT_WEB_REPLY_HEAD_H

#include <stdbool.h>

#include "base/buf.h"

struct reply_field {
    const char *name, *value;
};

/* All but the policy and who may frame. */
extern const struct reply_field reply_head_always[];
extern const size_t reply_head_always_count;

/* The Content-Security-Policy of every answer that is none of the next. */
#define REPLY_HEAD_POLICY                                                                          \
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "                    \
    "form-action 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
#define REPLY_HEAD_POLICY_FILMS   REPLY_HEAD_POLICY "; media-src 'self'"
#define REPLY_HEAD_POLICY_FRAMES  REPLY_HEAD_POLICY "; frame-src 'self'"
#define REPLY_HEAD_POLICY_PICTURE "default-src 'none'; sandbox; frame-ancestors 'none'"
/* A page to look at: nothing in it runs or is sent, whoever shows it. */
#define REPLY_HEAD_POLICY_FRAMED                                                                   \
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "                      \
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
#define REPLY_HEAD_POLICY_MAIL                                                                     \
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "         \
    "frame-ancestors 'self'; sandbox"

/* Where the connection is TLS, or the site is said to be https: a proxy then has the TLS. */
#define REPLY_HEAD_HSTS "max-age=31536000; includeSubDomains"

#define REPLY_RETRY_AFTER_S "2"

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7). */
#define REPLY_HEAD_DATE_BYTES 30
void reply_head_date(char out[REPLY_HEAD_DATE_BYTES]);

/* The standard reason phrase; "Error" for one we never send. Static. */
const char *reply_head_phrase(int code);

bool reply_head_is_https(const char *public_url);

/* A whole answer that ends its connection: what the guard refuses with. type: of the body;
 * language: its tag. */
void reply_head_refusal(struct buf *out, int code, const struct buf *body, const char *type,
                        const char *language, bool is_https);

#endif
