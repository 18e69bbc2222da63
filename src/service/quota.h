/*
 * service/quota: how many mails one mailbox, and one network, may ask us to send.
 *
 * The sibling of service/throttle, for requests by people who need not prove anything: what is
 * beyond the quota is quietly not sent. A count begins with the first mail and is forgotten when
 * its hour or day is over; requests that were not served do not count, so nobody can lengthen it
 * for others. The database does not tell who asked: a count's name is a keyed hash.
 */
#ifndef ASSENT_SERVICE_QUOTA_H
#define ASSENT_SERVICE_QUOTA_H

#include "service/service.h"

#define QUOTA_MAILBOX_HOUR 3
#define QUOTA_MAILBOX_DAY  10
#define QUOTA_NETWORK_HOUR 60 /* a network: IPv4 /24, IPv6 /64 */

/* Whether one more mail to email_key may be asked for from address_text (an IP in text form, or
 * NULL), and counts it if so. Writes the same three rows either way. */
enum status quota_take(const struct service *service, struct txn *txn, struct arena *arena,
                       const char *email_key, const char *address_text, int64_t now_s,
                       bool *out) MUST_CHECK;

#endif
