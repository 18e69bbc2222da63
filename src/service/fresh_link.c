/*
 * service/fresh_link: see the header.
 */
#include "service/fresh_link.h"

#include "service/outbox.h"
#include "service/quota.h"

static enum status ask(const struct service *service, struct txn *txn, struct arena *arena,
                       const struct email *email, struct contact_id contact, enum locale lang,
                       const char *address, int64_t now_s)
{
    const struct letter letter = {.kind = LETTER_LINK,
                                  .contact = contact,
                                  .address = email->written,
                                  .language = locale_tag(lang)};
    bool is_free = false;
    enum status status = quota_take(service, txn, arena, email->key, address, now_s, &is_free);
    if (status != STATUS_OK || !is_free)
        return status;
    return outbox_put(service, txn, &letter, now_s);
}

enum status fresh_link_ask(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct email *email, enum locale lang, const char *address,
                           int64_t now_s)
{
    return ask(service, txn, arena, email, (struct contact_id){0}, lang, address, now_s);
}

enum status fresh_link_ask_for(const struct service *service, struct txn *txn, struct arena *arena,
                               const struct contact *contact, enum locale lang, const char *address,
                               int64_t now_s)
{
    const struct email email = {.written = contact->email, .key = contact->email_key};
    return ask(service, txn, arena, &email, contact->id, lang, address, now_s);
}
