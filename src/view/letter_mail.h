/*
 * view/letter_mail: a mail of ours as bytes, header and all: what the courier sends or keeps as a
 * file, and what admins look at in the outbox. Its words are view/letter's, its form base/mime's.
 */
#ifndef ASSENT_VIEW_LETTER_MAIL_H
#define ASSENT_VIEW_LETTER_MAIL_H

#include "view/letter.h"

struct letter_mail {
    const char *subject;
    const char *to; /* as mail servers take it */
};

/* Appends the whole message. page->is_due; letter is the one that page was composed for. What
 * out_mail gets lives in the arena. STATUS_INVALID: mail servers take no such address; nothing was
 * appended. */
enum status view_letter_mail(struct buf *out, struct arena *arena, const struct letter *letter,
                             const struct letter_page *page, const char *public_url,
                             struct letter_mail *out_mail) MUST_CHECK;

#endif
