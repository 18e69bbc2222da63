/*
 * view/letter: our own mails: subject, HTML and the same in plain text. What is true of the reader
 * is service/letters'; the bytes of the mail are base/mime's.
 */
#ifndef ASSENT_VIEW_LETTER_H
#define ASSENT_VIEW_LETTER_H

#include "base/arena.h"
#include "base/buf.h"
#include "service/letters.h"

/* Appends both bodies, and gives the subject, which lives in the arena. page->is_due. */
void view_letter(struct buf *html, struct buf *text, const char **subject, struct arena *arena,
                 const struct letter_page *page);

#endif
