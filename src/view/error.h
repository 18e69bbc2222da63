/*
 * view/error: an error as a page for people, or as problem+json (RFC 9457) for programs.
 */
#ifndef ASSENT_VIEW_ERROR_H
#define ASSENT_VIEW_ERROR_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/locale.h"

/* title: what happened ("This page does not exist"). advice: what to do next, a sentence or two.
 * back_url and back_label: the one button; NULL for none. All are in speech's language, and
 * escaped. */
void view_error_page(struct buf *out, struct arena *arena, struct speech speech, int code,
                     const char *title, const char *advice, const char *back_url,
                     const char *back_label);

/* {"type":"about:blank","title":…,"status":…,"detail":…}; detail NULL is left out. The media type
 * is application/problem+json. */
void view_problem(struct buf *out, int code, const char *title, const char *detail);

#endif
