/*
 * service/search_helper: a thread that takes a part of the searches through the directory in
 * memory. Each process of a server may have one, for all its services.
 */
#ifndef ASSENT_SERVICE_SEARCH_HELPER_H
#define ASSENT_SERVICE_SEARCH_HELPER_H

#include "service/service.h"

struct directory_helper;

/* The caller stops it. */
enum status search_helper_start(struct directory_helper **out) MUST_CHECK;

/* Lets service's searches ask it. NULL: they go alone. */
void search_helper_lend(struct service *service, struct directory_helper *helper);

/* False: the thread has died. NULL is alive. */
bool search_helper_is_alive(const struct directory_helper *helper);

/* After the last search of those it was lent to. NULL is allowed. */
void search_helper_stop(struct directory_helper *helper);

#endif
