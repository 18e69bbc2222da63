/*
 * service/sent: see sent.h.
 */
#include "service/sent.h"

#include <string.h>

#include "base/email.h"
#include "store/contacts.h"
#include "store/sent_reports.h"

enum status sent_report(const struct service *service, struct txn *txn, struct arena *arena,
                        struct topic_id topic, int64_t at_s, const char *const *emails,
                        size_t count, struct sent_counts *counts)
{
    struct sent_counts sum = *counts;

    (void)service;
    for (size_t i = 0; i < count; i++) {
        struct email email;
        struct contact contact;
        enum status status = email_parse(arena, emails[i], strlen(emails[i]), &email, NULL);
        if (status == STATUS_INVALID) {
            sum.invalid++;
            continue;
        }
        if (status == STATUS_OK)
            status = contacts_find_email(txn_store(txn), arena, email.key, &contact);
        if (status == STATUS_NOT_FOUND) {
            sum.unknown++;
            continue;
        }
        if (status == STATUS_OK)
            status = sent_reports_put(txn, contact.id, topic, at_s);
        if (status != STATUS_OK)
            return status;
        sum.reported++;
    }
    *counts = sum;
    return STATUS_OK;
}
