/*
 * service/sender_links: what a sender needs of one address of many for a mail about a topic: the
 * verdict, and the links and header lines where it is yes.
 *
 * Who may not be mailed gets no links: a sender that looks at no verdict has nothing to send with.
 */
#ifndef ASSENT_SERVICE_SENDER_LINKS_H
#define ASSENT_SERVICE_SENDER_LINKS_H

#include "service/check.h"
#include "service/links.h"

#define SENDER_LINKS_MAX 10000 /* addresses of one call */

struct sender_links {
    bool is_address; /* false: what came is none; never allowed */
    enum verdict verdict;
    struct verdict_advice advice;
    struct link_set links; /* with VERDICT_ALLOW alone; else all NULL */
};

/* text: the address as it came. check: open (service/check). campaign: base/campaign; NULL: none.
 * Costs two signatures, 40 µs, where the verdict is yes. STATUS_REFUSED: no signing key here. */
enum status sender_links_get(struct check *check, struct arena *arena, const char *campaign,
                             int64_t now_s, const char *text, size_t len,
                             struct sender_links *out) MUST_CHECK;

/* Whether there is a key to sign with at all. */
bool sender_links_can_sign(const struct service *service);

#endif
