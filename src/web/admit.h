/*
 * web/admit: the first of a handler's five steps: method, address, body, form; and the way from
 * Kore's call to the handler and back after a sleep. Sessions and links are admitted by the page
 * files.
 *
 *     static void show(struct visit *visit) { … reply_html(visit, 200, &page); }
 *     EXPORT int page_home(struct http_request *req) { return admit(req, ADMIT_GET, show); }
 */
#ifndef ASSENT_WEB_ADMIT_H
#define ASSENT_WEB_ADMIT_H

#include "web/visit.h"

/* Kore finds handlers and hooks by name; everything else stays hidden in the shared object. */
#define EXPORT __attribute__((visibility("default")))

enum admit_flags {
    ADMIT_GET = 1, /* HEAD too */
    ADMIT_POST = 2,
    ADMIT_PERSONAL = 4,  /* the answers are about a person: no-store, noindex (S5) */
    ADMIT_ANY_BODY = 8,  /* a POST that is no form, or a query that is none, counts as empty (U2) */
    ADMIT_NO_FORM = 16,  /* the body is left alone */
    ADMIT_FILMS = 32,    /* its pages may show films of ours (media-src) */
    ADMIT_FILE = 64,     /* its forms may hold a file */
    ADMIT_PICTURE = 128, /* it answers with a picture that may do nothing when opened by itself */
    ADMIT_FRAMES = 256,  /* its pages may frame pages of ours */
    ADMIT_FRAMED = 512,  /* its pages may be framed by ours; they post nothing */
    ADMIT_MAIL = 1024,   /* the same of a mail, which brings its style with it */
    ADMIT_API = 2048,    /* for programs: every error is a problem, and the body is left alone */
    ADMIT_PUT = 4096,
    ADMIT_PATCH = 8192,
    ADMIT_DELETE = 16384,
    ADMIT_ANY_QUERY = 32768, /* an unreadable query counts as none, so that it blocks nothing */
};

#define ADMIT_FORM_MAX_BYTES 65536

/* Called by Kore through the handler, once for a new request and once more after each sleep.
 * Refuses other methods (405 with Allow; OPTIONS is answered 204), bodies over
 * ADMIT_FORM_MAX_BYTES (413) and unreadable forms (400, 415); then calls page. A page that neither
 * answers nor sleeps is answered with 500. Gives what Kore wants back. */
int admit(struct http_request *request, unsigned flags, void (*page)(struct visit *visit));

/* A request header's value, or NULL. Only the ones in guard_head.c's list come through. It is
 * Kore's and ends with the request, which a thread or the writer may outlast: what they read is a
 * copy. */
const char *admit_header(struct visit *visit, const char *name);

/* A cookie's value (RFC 6265, quotes kept), from the arena; NULL: none. The first of that name. */
const char *admit_cookie(struct visit *visit, const char *name);

/* The same from a Cookie header's value; NULL for none. */
const char *admit_cookie_of(struct arena *arena, const char *cookies, const char *name);

/* The path's nth part, from 0, as received, from the arena: 2 of /admin/people/X/link is X. NULL:
 * the path has fewer. */
const char *admit_segment(struct visit *visit, unsigned n);

/* S4: whether this POST comes from a page of ours. Origin must be the public URL's or the host
 * that was asked; where it is absent or "null" (our own Referrer-Policy makes it so for plain
 * forms), Sec-Fetch-Site must say same-origin. */
bool admit_origin_is_ours(struct visit *visit);

/* The name of the session cookie on this connection: "__Host-assent" under TLS, else "assent". */
const char *admit_session_cookie(const struct visit *visit);

#endif
