/*
 * view/recipient: the pages behind /p/TOKEN, /u/TOKEN and /, for people who get mail.
 *
 * One page and one style sheet, under 15 kB together; no script, no cookie. It shows what
 * service/selfservice says and decides nothing.
 */
#ifndef ASSENT_VIEW_RECIPIENT_H
#define ASSENT_VIEW_RECIPIENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "service/rights.h"
#include "service/selfservice.h"

/* The whole page for any link state, purpose and notice, in page->lang. */
void view_self_page(struct buf *out, struct arena *arena, const struct self_page *page);

/* What a mail program's one-click POST is answered with: one short line of text/plain. */
void view_self_plain(struct buf *out, const struct self_page *page);

/* The front page: who writes, where the way out is, and the form that asks for a fresh link.
 * refused: what was typed there and is no address; NULL: nothing. */
void view_home(struct buf *out, struct arena *arena, const struct brand *brand,
               struct speech speech, const char *refused);

/* /how: what the links are and do, what is recorded, and whom to turn to. */
void view_how(struct buf *out, struct arena *arena, const struct brand *brand,
              struct speech speech);

/* /p/TOKEN/data: one's data to take along, or to have erased. */
void view_rights(struct buf *out, struct arena *arena, const struct rights_page *page);

#endif
