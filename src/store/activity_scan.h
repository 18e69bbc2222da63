/*
 * store/activity_scan: a row of the statements that look through a block. For store/activity alone.
 */
#ifndef ASSENT_STORE_ACTIVITY_SCAN_H
#define ASSENT_STORE_ACTIVITY_SCAN_H

#include "store/query.h"

/* The columns of activity_scan_…: of an entry, what filters ask for; the rest is 0. */
static inline struct entry activity_scan_row(struct query *query)
{
    struct entry entry = {0};
    entry.position.value = query_get_int(query);
    entry.at = query_get_int(query);
    entry.kind = (enum entry_kind)query_get_int(query);
    entry.contact.value = query_get_int(query);
    entry.subject = query_get_int(query);
    entry.status_before = (enum contact_status)query_get_int(query);
    entry.status_after = (enum contact_status)query_get_int(query);
    entry.choices_before = (uint64_t)query_get_int(query);
    entry.choices_after = (uint64_t)query_get_int(query);
    entry.paused_before = query_get_int(query);
    entry.paused_after = query_get_int(query);
    entry.actor = (enum actor_kind)query_get_int(query);
    entry.actor_id = query_get_int(query);
    entry.leave_reason = (enum leave_reason)query_get_int(query);
    entry.daily_before = (uint64_t)query_get_int(query);
    entry.daily_after = (uint64_t)query_get_int(query);
    entry.weekly_before = (uint64_t)query_get_int(query);
    entry.weekly_after = (uint64_t)query_get_int(query);
    return entry;
}

#endif
