/*
 * web/visit: one request on its way through a handler: what came in, and the arena that lives as
 * long as it does.
 *
 * A handler is a function `static void name(struct visit *visit)` that answers (web/reply), or
 * sleeps on a write or a thread (web/write, web/offload) and answers in the function it named to
 * resume. web/admit makes the visit and hides Kore's calling again. Texts here live in the arena,
 * so that a job may use them after the client has gone.
 */
#ifndef ASSENT_WEB_VISIT_H
#define ASSENT_WEB_VISIT_H

#include "base/form.h"
#include "base/locale.h"
#include "service/service.h"

struct http_request;
struct visit_wait;
struct offload_task;

enum visit_method { VISIT_GET, VISIT_HEAD, VISIT_POST, VISIT_PUT, VISIT_PATCH, VISIT_DELETE };

struct visit_end; /* what is due at the visit's end */

struct visit {
    struct http_request *request; /* Kore's; only web/ files that talk to Kore use it */
    struct arena *arena;
    const struct service *service; /* for reads, in the event loop; it can't write */
    int64_t now_s;                 /* when the request came */
    enum visit_method method;      /* HEAD runs as GET does; the body is dropped on the way out */
    const char *path;              /* as received, without the query */
    const char *rest;              /* path behind its last slash: TOKEN, PUBLICID, NAME */
    const char *address;           /* of the client, by the trusted-proxy rule */
    const char *agent;             /* User-Agent, "" if none; cut at AGENT_MAX_BYTES */
    struct form query;
    struct form form;      /* of a POST; empty where the body was none */
    bool form_is_readable; /* false only under ADMIT_ANY_BODY: the body was no form */
    bool is_tls;           /* the client's connection is TLS, here or at a trusted proxy */
    bool wants_page;       /* prefers HTML: errors are pages; otherwise problem+json */
    void *extra;           /* the handler's own */
    struct speech speech;  /* set by web/speak: see there */
    bool has_speech;

    /* Whoever asks is shown no whole address: set by web/admit_admin, done by web/reply. What they
     * typed and their own stay as they are. */
    bool is_masked;
    const char **shown;
    size_t shown_count;

    /* web/ only. */
    unsigned flags;
    bool is_answered, has_cache_control;
    int64_t began_ns;
    struct visit_wait *wait;
    struct offload_task *task; /* web/offload's, kept for the next */
    struct visit_end *ends;    /* newest first */
};

/* Calls end(context) when the visit has ended and nothing uses its arena any more, which is freed
 * next. Of several the newest comes first. */
void visit_at_end(struct visit *visit, void (*end)(void *context), void *context);

#endif
