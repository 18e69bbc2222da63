/*
 * view/requests: the pages of what people ask for and confirm by mail: a fresh link, a sign-up
 * (/join), and what a mailed link asks them (/c/TOKEN). They show what the services say and decide
 * nothing.
 */
#ifndef ASSENT_VIEW_REQUESTS_H
#define ASSENT_VIEW_REQUESTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "service/confirm.h"
#include "service/join.h"

enum asked {
    ASKED_LINK,       /* for an address that may be anybody's */
    ASKED_LINK_KNOWN, /* for the person of an old link; email is masked */
    ASKED_JOIN
};

/* "Look in your mailbox": the same whoever the address belongs to. */
void view_asked(struct buf *out, struct arena *arena, const struct brand *brand,
                struct speech speech, enum asked asked, const char *email);

/* The sign-up form, with what is wrong in it; or that it is closed. */
void view_join(struct buf *out, struct arena *arena, const struct join_page *page,
               struct speech speech);

/* The same form as plain HTML, in page->lang, to be put on another site. */
void view_join_snippet(struct buf *out, struct arena *arena, const struct join_page *page);

/* The page behind a confirmation's link, in any state. */
void view_confirm(struct buf *out, struct arena *arena, const struct confirm_page *page,
                  struct speech speech);

#endif
