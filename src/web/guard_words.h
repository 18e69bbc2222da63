/*
 * web/guard_words: what the guard says to whom it refuses: a problem to who asks the API, a page to
 * a browser, plain text to any other; the last two in the reader's language where the request tells
 * it. No Kore here, and no store: the site's own language is not known, and English stands in for
 * it.
 */
#ifndef ASSENT_WEB_GUARD_WORDS_H
#define ASSENT_WEB_GUARD_WORDS_H

#include "base/buf.h"
#include "base/locale.h"
#include "web/guard_parse.h"

/* Writes the body and gives its media type. why: a sentence in English. request: what was read of
 * the request, its slices still there; NULL: nothing. public_url: the types of problems begin with
 * it. */
const char *guard_words(struct buf *body, const char *public_url, int code, const char *why,
                        const struct guard_result *request, enum locale *lang);

#endif
