/*
 * view/activity: Communications → Activity: the list, one entry, and both for programs. The
 * conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_ACTIVITY_H
#define ASSENT_VIEW_ACTIVITY_H

#include "service/activity.h"
#include "view/admin.h"

/* What of typed is set, as the query of an address: "" or "?actor=…". Without a place. */
const char *activity_query_text(struct arena *arena, const struct activity_typed *typed);

/* /admin/activity. */
void view_activity(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                   const struct activity_typed *typed, const struct activity_names *names,
                   const struct activity_list *list);

/* What is wrong with typed, a sentence each, one after the other; "" with no faults. */
const char *activity_fault_words(struct arena *arena, const struct activity_typed *typed,
                                 unsigned faults);

/* /admin/activity/POSITION. topics: all, as activity_names gives them. */
void view_activity_entry(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                         const struct activity_entry *entry, const struct activity_names *names);

/* Exports. A line of JSON ends in a newline; topics are named by key. */
void view_activity_csv_head(struct buf *out);
void view_activity_csv(struct buf *out, const struct activity_line *line,
                       const struct activity_names *names);
void view_activity_json(struct buf *out, const struct activity_line *line,
                        const struct activity_names *names);

#endif
