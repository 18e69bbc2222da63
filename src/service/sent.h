/*
 * service/sent: what senders report of the mails they sent, so that the next one who asks for a
 * verdict hears when the person last got one. It is advice and no change to the person: nothing of
 * it goes into the ledger, and no verdict follows from it.
 */
#ifndef ASSENT_SERVICE_SENT_H
#define ASSENT_SERVICE_SENT_H

#include "service/service.h"

/* Addresses a transaction: short enough for others to write in between. */
#define SENT_BATCH 1000

struct sent_counts {
    int64_t reported;
    int64_t unknown; /* not on the list */
    int64_t invalid; /* no address at all */
};

/* Reports a message of topic, sent at at_s, to each of emails, as typed. Adds to *counts only when
 * all were written. */
enum status sent_report(const struct service *service, struct txn *txn, struct arena *arena,
                        struct topic_id topic, int64_t at_s, const char *const *emails,
                        size_t count, struct sent_counts *counts) MUST_CHECK;

#endif
