/*
 * store/activity_scan: what the statements of activity.sql give. For store/activity alone.
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

/* The one number that a statement gives. */
static inline enum status activity_ask(struct store *store, enum statement id, int64_t *out)
{
    struct query query = query_begin(store, id);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_int(&query);
    query_end(&query);
    return status;
}

#endif
