/*
 * service/past: see past.h.
 */
#include "service/past.h"

#include "base/email.h"
#include "store/entries.h"
#include "store/topic_texts.h"
#include "store/topics.h"

/* No default: a new kind must say here whether it changes what a person receives. */
bool past_has_receipt(enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_CONTACT_ADDED:
    case ENTRY_CHOICES:
    case ENTRY_UNDONE:
    case ENTRY_PAUSE:
    case ENTRY_FREQUENCY:
        return true;
    case ENTRY_DETAILS:
    case ENTRY_REASON:
    case ENTRY_EPOCH:
    case ENTRY_TOPIC_ADDED:
    case ENTRY_TOPIC_EDITED:
    case ENTRY_TOPIC_RETIRED:
    case ENTRY_KEY_ADDED:
    case ENTRY_KEY_STATE:
    case ENTRY_ADMIN_ADDED:
    case ENTRY_ADMIN_PASSWORD:
    case ENTRY_ADMIN_REMOVED:
    case ENTRY_IMPORT_BEGUN:
    case ENTRY_IMPORT_ENDED:
    case ENTRY_SETTING:
    case ENTRY_HOOK_ADDED:
    case ENTRY_HOOK_EDITED:
    case ENTRY_HOOK_REMOVED:
    case ENTRY_API_KEY_ADDED:
    case ENTRY_API_KEY_REVOKED:
    case ENTRY_ERASED:
    case ENTRY_SUPPRESSED:
    case ENTRY_WORDING:
    case ENTRY_BLANKED:
    case ENTRY_REQUEST_ADDED:
    case ENTRY_REQUEST_EDITED:
    case ENTRY_DATA_GIVEN:
    case ENTRY_ADMIN_INVITED:
    case ENTRY_ADMIN_EDITED:
    case ENTRY_ADMIN_FACTOR:
    case ENTRY_ADMIN_SIGNED_IN:
    case ENTRY_ADMIN_SESSIONS:
    case ENTRY_EXPORTED:
    case ENTRY_APPROVAL_ASKED:
    case ENTRY_APPROVAL_DECIDED:
    case ENTRY_KIND_COUNT:
        break;
    }
    return false;
}

static enum past_who who_of(const struct entry *entry)
{
    switch (entry->actor) {
    case ACTOR_RECIPIENT:
        return entry->proof_kind == PROOF_CONFIRM ? PAST_BY_CONFIRM : PAST_BY_YOU;
    case ACTOR_ONE_CLICK:
        return PAST_BY_PROGRAM;
    case ACTOR_MAILTO:
        return PAST_BY_MAIL;
    case ACTOR_ADMIN:
    case ACTOR_OPERATOR:
        return PAST_BY_ADMIN;
    case ACTOR_IMPORT:
        return PAST_BY_IMPORT;
    case ACTOR_SYSTEM:
    case ACTOR_API:
    case ACTOR_COUNT:
        break;
    }
    return PAST_BY_SYSTEM;
}

static struct self_often names_of(struct arena *arena, const struct topic *topics, size_t count,
                                  uint64_t mask)
{
    struct self_often out = {.names = arena_array(arena, count + 1, sizeof *out.names)};
    for (size_t i = 0; i < count; i++)
        if (mask & TOPIC_BIT(topics[i].id))
            out.names[out.names_count++] = topics[i].name;
    return out;
}

struct past_line past_line_of(struct arena *arena, const struct entry *entry,
                              const struct topic *topics, size_t count, uint64_t only)
{
    const bool is_new = entry->kind == ENTRY_CONTACT_ADDED;
    const uint64_t chose = entry->daily_before | entry->weekly_before;
    const uint64_t chooses = entry->daily_after | entry->weekly_after;
    const uint64_t masks[FREQUENCY_COUNT] = {
        [FREQUENCY_ALL] = chose & ~chooses,
        [FREQUENCY_DAILY] = entry->daily_after & ~entry->daily_before,
        [FREQUENCY_WEEKLY] = entry->weekly_after & ~entry->weekly_before,
    };
    const bool ends_later = entry->paused_after > entry->at;
    const bool went_out = entry->status_after < entry->status_before;
    struct past_line line = {
        .position = entry->position,
        .at = entry->at,
        .kind = entry->kind,
        .who = who_of(entry),
        .went_in = !is_new && entry->status_after > entry->status_before,
        .went_out = went_out,
        .said_again = entry->kind == ENTRY_CHOICES && entry->subject != 0,
        .on = names_of(arena, topics, count, entry->choices_after & ~entry->choices_before & only),
        .off = names_of(arena, topics, count, entry->choices_before & ~entry->choices_after & only),
        .pause_moved = entry->paused_before != entry->paused_after,
        .paused_until = ends_later ? entry->paused_after : 0,
        .has_receipt = past_has_receipt(entry->kind),
        .wording = entry->wording,
    };
    for (size_t i = 0; i < FREQUENCY_COUNT; i++)
        line.often[i] = names_of(arena, topics, count, masks[i] & only);
    return line;
}

/* Where a page begins that lies behind the change at before. */
static enum status find_place(const struct service *service, struct arena *arena,
                              const struct contact *contact, struct position *before,
                              struct position *out)
{
    struct entry entry;
    enum status status = STATUS_NOT_FOUND;
    *out = contact->head;
    if (before->value > 0 && before->value <= contact->head.value)
        status = entries_get(service->store, arena, *before, &entry);
    if (status == STATUS_OK && entry.contact.value == contact->id.value &&
        entry.previous.value != 0) {
        *out = entry.previous;
        return STATUS_OK;
    }
    before->value = 0;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status past_list(const struct service *service, struct arena *arena,
                      const struct link_opened *link, const char *token, struct position before,
                      struct past_page *out)
{
    if (link->claims.purpose != PURPOSE_MANAGE || link->state != LINK_GOOD)
        return STATUS_REFUSED;
    struct past_page page = {.lang = link->lang,
                             .token = token,
                             .masked_email = email_mask(arena, link->contact.email),
                             .before = before};
    struct position place;
    struct topic *topics = NULL;
    struct entry *entries = NULL;
    size_t count = 0, entries_count = 0;
    enum status status = brand_get(service, arena, &page.brand);
    if (status == STATUS_OK)
        status = topics_list(service->store, arena, &topics, &count);
    if (status == STATUS_OK)
        status = topic_texts_apply(service->store, arena, page.lang, topics, count);
    if (status == STATUS_OK)
        status = find_place(service, arena, &link->contact, &page.before, &place);
    if (status == STATUS_OK)
        status =
            entries_history(service->store, arena, place, PAST_LINES + 1, &entries, &entries_count);
    if (status != STATUS_OK)
        return status == STATUS_REFUSED ? STATUS_IO : status;
    page.is_cut = entries_count > PAST_LINES;
    page.lines_count = page.is_cut ? PAST_LINES : entries_count;
    page.lines = arena_array(arena, page.lines_count + 1, sizeof *page.lines);
    for (size_t i = 0; i < page.lines_count; i++)
        page.lines[i] = past_line_of(arena, &entries[i], topics, count, UINT64_MAX);
    *out = page;
    return STATUS_OK;
}
