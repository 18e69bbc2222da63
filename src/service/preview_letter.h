/*
 * service/preview_letter: our own mails as an admin wants to look at them. See service/preview.
 */
#ifndef ASSENT_SERVICE_PREVIEW_LETTER_H
#define ASSENT_SERVICE_PREVIEW_LETTER_H

#include "service/letters.h"
#include "service/preview.h"

/* A mail of ours: request->page is mail_link, mail_join, mail_in, mail_new, mail_taken, mail_old or
 * mail_test. Its links are made up. STATUS_NOT_FOUND: no such mail, or nobody has that address. */
enum status preview_letter(const struct service *service, struct arena *arena,
                           const struct preview_request *request, int64_t now_s,
                           struct letter_page *out) MUST_CHECK;

#endif
