/*
 * service/past_seen: see past_seen.h.
 */
#include "service/past_seen.h"

#include <string.h>

#include "service/receipt.h"
#include "store/entries.h"
#include "store/topics.h"

/* The page of an unsubscribe link names its own topic and no other; the set holds all. */
static enum status keep_own_topic(struct store *store, struct arena *arena, struct topic_id own,
                                  struct wording_shown *shown)
{
    struct topic *topics;
    const char *key = "";
    size_t count = 0, kept = 0;
    enum status status = topics_list(store, arena, &topics, &count);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (topics[i].id.value == own.value)
            key = topics[i].key;
    for (size_t i = 0; i < shown->topics_count; i++)
        if (strcmp(shown->topics[i].key, key) == 0)
            shown->topics[kept++] = shown->topics[i];
    shown->topics_count = kept;
    return STATUS_OK;
}

enum status past_seen(const struct service *service, struct arena *arena,
                      const struct link_opened *link, const char *token, struct position position,
                      struct past_seen *out)
{
    struct past_seen seen = {
        .link = link->claims.purpose,
        .is_of_history = link->claims.purpose == PURPOSE_MANAGE && link->state == LINK_GOOD,
        .lang = link->lang,
        .token = token,
        .position = position,
    };
    struct entry entry;

    if (position.value <= 0)
        return STATUS_NOT_FOUND;
    enum status status = entries_get(service->store, arena, position, &entry);
    if (status == STATUS_OK && entry.contact.value != link->contact.id.value)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK && !seen.is_of_history && !receipt_is_own_act(link, &entry))
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = wording_show(service, arena, entry.wording, &seen.shown);
    if (status == STATUS_OK && !seen.shown.is_kept)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK && seen.link == PURPOSE_UNSUBSCRIBE)
        status = keep_own_topic(service->store, arena, link->claims.topic, &seen.shown);
    if (status == STATUS_OK)
        status = brand_get(service, arena, &seen.brand);
    if (status != STATUS_OK)
        return status;
    seen.at = entry.at;
    *out = seen;
    return STATUS_OK;
}
