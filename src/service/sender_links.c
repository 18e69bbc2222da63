/*
 * service/sender_links: see sender_links.h.
 */
#include "service/sender_links.h"

#include "base/email.h"
#include "store/contacts.h"

bool sender_links_can_sign(const struct service *service)
{
    return service->signer != NULL;
}

enum status sender_links_get(struct check *check, struct arena *arena, const char *campaign,
                             int64_t now_s, const char *text, size_t len, struct sender_links *out)
{
    struct sender_links found = {0};
    struct contact contact;
    struct email email;
    enum status status = check_one(check, text, len, &found.verdict, &found.advice);
    found.is_address = status != STATUS_INVALID;
    if (status == STATUS_INVALID)
        status = STATUS_OK;
    else if (status == STATUS_OK && found.verdict == VERDICT_ALLOW) {
        status = email_parse(arena, text, len, &email, NULL);
        if (status == STATUS_OK)
            status = contacts_find_email(check->service->store, arena, email.key, &contact);
        if (status == STATUS_OK)
            status = links_mint_campaign(check->service, arena, &contact, &check->topic, campaign,
                                         now_s, &found.links);
        else if (status == STATUS_NOT_FOUND)
            status = STATUS_CORRUPT; /* the same snapshot had them */
    }
    if (status == STATUS_OK)
        *out = found;
    return status;
}
