/*
 * service/change_undoable: which change of a person's whoever asks may take back. See change.h.
 */
#include <string.h>

#include "service/change.h"
#include "service/change_history.h"

static bool is_theirs(const struct entry *entry, const struct origin *origin, int64_t now_s)
{
    return now_s - entry->at <= UNDO_WINDOW_S && change_history_is_same(entry, origin);
}

enum status change_undoable(const struct service *service, struct arena *arena,
                            const struct contact *contact, const struct origin *origin,
                            int64_t now_s, struct position *out)
{
    struct newest_choice newest;
    enum status status = change_history_newest(service->store, arena, contact->head, &newest);
    if (status != STATUS_OK)
        return status;
    const bool may = (newest.entry.kind == ENTRY_CHOICES || newest.entry.kind == ENTRY_FREQUENCY) &&
                     is_theirs(&newest.entry, origin, now_s);
    *out = may ? newest.entry.position : (struct position){0};
    return STATUS_OK;
}

enum status change_pause_undoable(const struct service *service, struct arena *arena,
                                  const struct contact *contact, const struct origin *origin,
                                  int64_t now_s, struct position *out)
{
    struct entry newest;
    enum status status = change_history_newest_pause(service->store, arena, contact->head, &newest);
    if (status != STATUS_OK)
        return status;
    const bool may = newest.kind == ENTRY_PAUSE && is_theirs(&newest, origin, now_s);
    *out = may ? newest.position : (struct position){0};
    return STATUS_OK;
}

enum status change_language_undoable(const struct service *service, struct arena *arena,
                                     const struct contact *contact, const struct origin *origin,
                                     int64_t now_s, struct position *out)
{
    struct newest_language newest;
    enum status status =
        change_history_newest_language(service->store, arena, contact->head, &newest);
    if (status != STATUS_OK)
        return status;
    const bool may = newest.is_alone && strcmp(newest.after, contact->language) == 0 &&
                     is_theirs(&newest.entry, origin, now_s);
    *out = may ? newest.entry.position : (struct position){0};
    return STATUS_OK;
}

enum status change_details_undoable(const struct service *service, struct arena *arena,
                                    const struct contact *contact, const struct origin *origin,
                                    int64_t now_s, struct position *out)
{
    struct details_before was;
    enum status status = change_history_details_before(service->store, arena, contact, &was);
    if (status != STATUS_OK)
        return status;
    *out = was.is_clear && is_theirs(&was.entry, origin, now_s) ? was.entry.position
                                                                : (struct position){0};
    return STATUS_OK;
}
