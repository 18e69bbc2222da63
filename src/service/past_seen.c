/*
 * service/past_seen: see past_seen.h.
 */
#include "service/past_seen.h"

#include "store/entries.h"

enum status past_seen(const struct service *service, struct arena *arena,
                      const struct link_opened *link, const char *token, struct position position,
                      struct past_seen *out)
{
    struct past_seen seen = {.lang = link->lang, .token = token, .position = position};
    struct entry entry;

    if (link->claims.purpose != PURPOSE_MANAGE || link->state != LINK_GOOD || position.value <= 0)
        return STATUS_NOT_FOUND;
    enum status status = entries_get(service->store, arena, position, &entry);
    if (status == STATUS_OK && entry.contact.value != link->contact.id.value)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = wording_show(service, arena, entry.wording, &seen.shown);
    if (status == STATUS_OK && !seen.shown.is_kept)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = brand_get(service, arena, &seen.brand);
    if (status != STATUS_OK)
        return status;
    seen.at = entry.at;
    *out = seen;
    return STATUS_OK;
}
