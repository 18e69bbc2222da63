/*
 * service/person: what the files of service/people and service/contacts share. Not for other
 * services.
 */
#ifndef ASSENT_SERVICE_PERSON_H
#define ASSENT_SERVICE_PERSON_H

#include "service/history.h"

/* The person of that public id. STATUS_NOT_FOUND: nobody. */
enum status person_find(const struct service *service, struct store *store, struct arena *arena,
                        struct public_id id, struct contact *out) MUST_CHECK;

/* What a view asks for, checked: what the directory is to be asked, and from where. STATUS_INVALID:
 * no view of ours. */
enum status people_list_query(struct arena *arena, const struct people_query *query,
                              struct directory_filter *filter,
                              struct directory_place *place) MUST_CHECK;

/* The place behind row, as a text for the next page's query. */
const char *people_list_cursor(struct arena *arena, enum directory_sort sort,
                               const struct contact *row);

/* "Saved. Marketing on, Newsletter off." */
const char *person_summary(const struct history *history, struct arena *arena,
                           const struct entry *entry);

#endif
