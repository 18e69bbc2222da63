/*
 * view/overview: Communications → Overview: plots of how many were opted in and out, their tables,
 * and both as CSV. The conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_OVERVIEW_H
#define ASSENT_VIEW_OVERVIEW_H

#include "service/overview.h"
#include "view/admin.h"

/* misread: the address asked for what there is not; overview shows the usual. */
void view_overview(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                   const struct overview *overview, bool misread);

/* The parts of the page that can be had as CSV. */
enum overview_part {
    OVERVIEW_PART_TIME,
    OVERVIEW_PART_TOPICS,
    OVERVIEW_PART_TYPES,
    OVERVIEW_PART_WAYS,
    OVERVIEW_PART_WAITS,
    OVERVIEW_PART_COUNT
};

/* "time", "topics", "types", "ways", "waits". Static. Parse takes exactly these; false: none of
 * them, NULL too. */
const char *overview_part_key(enum overview_part part);
bool overview_part_parse(const char *key, enum overview_part *out);

/* One part, with its head. Keys, days as 2026-11-03, and every number as it is: none is cut. */
void view_overview_csv(struct buf *out, const struct overview *overview, enum overview_part part);

#endif
