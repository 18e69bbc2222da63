/*
 * service/letters_confirm: what stands in the mails about requests of service/confirm: to confirm a
 * sign-up, to confirm a new address, to the address before. For service/letters alone.
 */
#ifndef ASSENT_SERVICE_LETTERS_CONFIRM_H
#define ASSENT_SERVICE_LETTERS_CONFIRM_H

#include "service/letters.h"

/* Fills page for letter, whose kind is JOIN, NEW_ADDRESS or OLD_ADDRESS; what is the same in every
 * mail was filled before. page->is_due stays false when the request was answered, has expired or
 * was replaced meanwhile. */
enum status letters_confirm(const struct service *service, struct arena *arena,
                            const struct letter *letter, int64_t now_s,
                            struct letter_page *page) MUST_CHECK;

#endif
