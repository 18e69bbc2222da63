/*
 * service/activity_entry: one entry of the ledger with all that is known of it. See activity.h.
 */
#include <string.h>

#include "service/activity_query.h"
#include "service/history.h"
#include "store/entries.h"

/* So many of a person's entries are looked at for what came after one. */
#define LATER_MAX 2000

/* What came after: from the person's newest down to the entry. */
static enum status find_later(const struct service *service, struct arena *arena,
                              struct position head, struct activity_entry *out)
{
    const int64_t wanted = out->line.entry.position.value;

    for (int left = LATER_MAX; head.value > wanted && left > 0; left--) {
        struct entry entry;
        enum status status = entries_get(service->store, arena, head, &entry);
        if (status == STATUS_NOT_FOUND ||
            (status == STATUS_OK && entry.previous.value >= head.value))
            return STATUS_CORRUPT;
        if (status != STATUS_OK)
            return status;
        if (entry.undoes.value == wanted && entry.kind == ENTRY_REASON)
            out->reason_at = head;
        else if (entry.undoes.value == wanted)
            out->undone_by = head;
        if (entry.previous.value == wanted)
            out->person_newer = head;
        head = entry.previous;
    }
    return STATUS_OK;
}

static enum status find_neighbours(const struct service *service, struct arena *arena,
                                   struct position position, struct activity_entry *out)
{
    struct entry before;
    struct position newest;
    enum status status = store_position(service->store, &newest);

    if (status == STATUS_OK && position.value > 1) {
        status = entries_get(service->store, arena, (struct position){position.value - 1}, &before);
        if (status == STATUS_NOT_FOUND)
            status = STATUS_CORRUPT;
        if (status == STATUS_OK)
            memcpy(out->hash_before, before.hash, sizeof before.hash);
    }
    out->is_newest = status == STATUS_OK && newest.value == position.value;
    return status;
}

static enum status read_entry(const struct service *service, struct arena *arena,
                              struct position position, struct activity_entry *out)
{
    struct activity_entry got = {.line = {.person = {.name = "", .email = ""}}};
    struct entry *entry = &got.line.entry;
    struct position head = {0};
    struct history history;
    enum status status = entries_get(service->store, arena, position, entry);

    if (status != STATUS_OK)
        return status;
    status = history_open(service->store, arena, &history);
    if (status == STATUS_OK)
        status = history_describe(&history, arena, entry, &got.line.words);
    if (status == STATUS_OK)
        status = find_neighbours(service, arena, position, &got);
    if (status == STATUS_OK && entry->contact.value != 0)
        status = activity_person_of(service, arena, entry->contact, &got.line.person, &head);
    if (status == STATUS_OK)
        status = find_later(service, arena, head, &got);
    got.person_older = entry->previous;
    if (status == STATUS_OK)
        *out = got;
    return status;
}

enum status activity_get(const struct service *service, struct arena *arena,
                         struct position position, struct activity_entry *out)
{
    enum status status = store_snapshot_begin(service->store);

    if (status != STATUS_OK)
        return status;
    status = read_entry(service, arena, position, out);
    store_snapshot_end(service->store);
    return status;
}
