/*
 * service/change_former: a no that was said at an address which its person has left since. It
 * stands against whoever brings that address again: an old file would else mail it. For
 * service/change and its callers among the bulk work. Reads only.
 */
#ifndef ASSENT_SERVICE_CHANGE_FORMER_H
#define ASSENT_SERVICE_CHANGE_FORMER_H

#include "service/service.h"

/* Somebody but self who had the address once and who is opted out, or turned one of topics off by
 * their own hand; *out false: nobody did. How they stand today counts, not how they stood when they
 * left it. Their row goes to whose, its strings into arena. People who were erased are not found:
 * they are suppressed. */
enum status change_former_no(const struct service *service, struct store *store,
                             struct arena *arena, const char *email_key, struct contact_id self,
                             uint64_t topics, bool *out, struct contact *whose) MUST_CHECK;

#endif
