/*
 * service/letters: what stands in a mail of ours, as values; view/letter writes it, the courier
 * sends it. Links are minted here, at the time of sending.
 */
#ifndef ASSENT_SERVICE_LETTERS_H
#define ASSENT_SERVICE_LETTERS_H

#include "base/locale.h"
#include "service/outbox.h"
#include "service/selfservice.h"

enum letter_variant { /* what a kind comes down to when it is sent */
                      LETTER_AS_ASKED,
                      LETTER_ALREADY_IN, /* LETTER_JOIN to somebody who has all that they asked for
                                          */
                      LETTER_TAKEN,      /* LETTER_NEW_ADDRESS to an address that can't be had */
};

struct letter_page {
    bool is_due; /* false: there is nobody to tell, the letter is dropped; the rest is not set */
    enum letter_kind kind;
    enum letter_variant variant;
    enum locale lang;
    struct brand brand;
    const char *colour, *colour_text; /* of buttons, and of the words on them: "#1f5fd6" */
    const char *colour_link;
    const char *dark_colour, *dark_colour_text, *dark_colour_link; /* the same on dark screens */
    const char *from; /* an address that mail servers take */
    const char *from_name;
    const char *to;         /* address as written */
    const char *to_name;    /* may be "" */
    const char *masked;     /* the address that it is about, masked as on the pages */
    const char *action_url; /* what its one button opens */
    const char *manage_url; /* NULL: the reader is nobody's contact */
    const char **topics;    /* names, in lang: with LETTER_JOIN */
    size_t topics_count;
    int64_t until;         /* when the action's link ends; 0: not said */
    struct link_set links; /* list_unsubscribe NULL: the reader is nobody's contact */
};

/* The brand's colours, into page->colour and those behind it. page->brand is set. */
void letters_colour(struct arena *arena, struct letter_page *page);

/* Reads what letter needs. STATUS_REFUSED: no signing key here. STATUS_INVALID: a kind that can't
 * be written; the letter stays in the outbox and says so. */
enum status letters_compose(const struct service *service, struct arena *arena,
                            const struct letter *letter, int64_t now_s,
                            struct letter_page *out) MUST_CHECK;

#endif
