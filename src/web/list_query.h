/*
 * web/list_query: the list's address read into a query, for the list and for its export.
 */
#ifndef ASSENT_WEB_LIST_QUERY_H
#define ASSENT_WEB_LIST_QUERY_H

#include "service/people.h"
#include "web/visit.h"

/* What makes no sense counts as absent, so that an old bookmark still shows a list. */
struct people_query list_query_read(const struct visit *visit);

#endif
