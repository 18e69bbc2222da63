/*
 * web/link_count: how often links come back, by key and day, for Setup → Links & keys. Counted in
 * this worker's memory and written in the background every few seconds, so that a page of a
 * recipient waits for nothing; what was counted since the last write goes with a worker that is
 * killed.
 */
#ifndef ASSENT_WEB_LINK_COUNT_H
#define ASSENT_WEB_LINK_COUNT_H

#include "service/links.h"
#include "web/visit.h"

/* One use of a link that was opened as state, by GET or POST. It refuses nothing and nobody. */
void link_count(const struct visit *visit, const char *token, enum link_state state,
                const struct link_claims *claims);

/* At a worker's start. */
void link_count_start(void);

/* Hands what was counted to the writer; at a worker's end too. */
void link_count_write(void);

#endif
