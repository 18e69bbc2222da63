/*
 * service/past_seen: what stood on the page by which a person made one of their changes, for the
 * person. The texts are service/wording's; here it is whether they are this person's to see.
 */
#ifndef ASSENT_SERVICE_PAST_SEEN_H
#define ASSENT_SERVICE_PAST_SEEN_H

#include "service/brand.h"
#include "service/links.h"
#include "service/wording.h"

struct past_seen {
    enum link_purpose link;
    bool is_of_history; /* it is reached from the history; else from a receipt */
    enum locale lang;   /* of the words around the texts */
    bool lang_is_asked; /* set by the web */
    const char *token;
    const char *campaign; /* what the link noted; NULL: nothing. Set by the web */
    struct brand brand;
    struct position position;
    int64_t at; /* of the change */
    struct wording_shown shown;
};

/* For a good manage link, of its person's own entries; for any other link that can act, of its own
 * acts, as receipts are. STATUS_NOT_FOUND: no such entry, another's, or one whose page's texts are
 * not kept. */
enum status past_seen(const struct service *service, struct arena *arena,
                      const struct link_opened *link, const char *token, struct position position,
                      struct past_seen *out) MUST_CHECK;

#endif
