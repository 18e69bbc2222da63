/*
 * web/reply: the last of a handler's five steps. Every answer of the application goes through
 * here, with the headers of S5; the guard's refusals carry the same ones.
 *
 * Exactly one reply per visit. Nothing of a user's may go into a header.
 */
#ifndef ASSENT_WEB_REPLY_H
#define ASSENT_WEB_REPLY_H

#include "base/buf.h"
#include "web/visit.h"
#include "web/wait.h"

/* A header more for the reply that follows. Program text or encoded values only: a value with a
 * control character is left out. */
void reply_header(struct visit *visit, const char *name, const char *value);

/* The session cookie (S3): HttpOnly, SameSite=Lax, Path=/, Secure and __Host- under TLS. token ""
 * or NULL takes it away. */
void reply_session_cookie(struct visit *visit, const char *token);

/* UTF-8 HTML; page stays the caller's. */
void reply_html(struct visit *visit, int code, const struct buf *page);
void reply_text(struct visit *visit, int code, const char *text);
void reply_json(struct visit *visit, int code, const struct buf *json);
/* Data of any type, e.g. an asset. Without a cache-control given by reply_header it is no-cache, or
 * no-store under ADMIT_PERSONAL, as every reply is. */
void reply_data(struct visit *visit, int code, const char *type, const void *data, size_t len);
/* The same of data that lives as long as the program: it is not copied, however slowly a client
 * takes it. */
void reply_static(struct visit *visit, int code, const char *type, const void *data, size_t len);

/* 303 See Other to a path on this site, which begins with one slash; to / if it is anything else.
 */
void reply_redirect(struct visit *visit, const char *path);

/* An error: a page for people, problem+json (RFC 9457) for programs. title and advice are in the
 * visit's language (web/speak's speak_text); NULL: the words that belong to code. 503 carries
 * Retry-After; with 429 the caller sets it. */
void reply_error(struct visit *visit, int code, const char *title, const char *advice);

/* The error that fits a failed read or write: BUSY 503, the rest 500; logs what failed, where says
 * (a fixed text: the handler's name). */
void reply_failure(struct visit *visit, enum status status, const char *where);

/* A long answer, made piece by piece in the offload thread on its own reader, while the client
 * takes it: context lives in the visit's arena. make adds the next piece to out and sets *is_last;
 * another status than OK cuts the answer off, so that the client sees it is not whole. */
struct reply_stream {
    const char *type;     /* "text/csv; charset=utf-8" */
    const char *filename; /* [a-z0-9.-]+: offered as a download; NULL: none */
    enum status (*make)(const struct service *service, struct arena *scratch, void *context,
                        struct buf *out, bool *is_last);
    /* The rest may be NULL. In the event loop, before each piece but the first; false: the answer
     * is cut off, or ends with words if it adds some. */
    bool (*goes_on)(struct visit *visit, void *context, struct buf *words);
    /* For an answer without an end: make added nothing yet, and is called again when wait ends.
     * Where that is with STATUS_BUSY, since the server stops, the answer ends whole. */
    void (*pause)(struct visit *visit, void *context, struct visit_wait wait);
    void *context;
};
void reply_stream(struct visit *visit, const struct reply_stream *stream);

#endif
