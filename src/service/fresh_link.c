/*
 * service/fresh_link: see the header.
 */
#include "service/fresh_link.h"

#include "service/outbox.h"
#include "service/quota.h"

enum status fresh_link_ask(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct fresh_link_request *request, int64_t now_s)
{
    const struct letter letter = {.kind = LETTER_LINK,
                                  .contact = request->contact,
                                  .address = request->email.written,
                                  .language = ""};
    bool is_free = false;
    enum status status =
        quota_take(service, txn, arena, request->email.key, request->address, now_s, &is_free);
    if (status != STATUS_OK || !is_free)
        return status;
    return outbox_put(service, txn, &letter, now_s);
}
