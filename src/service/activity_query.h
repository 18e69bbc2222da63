/*
 * service/activity_query: what was typed into the filters of Activity, made a filter. For
 * service/activity and its neighbours alone.
 */
#ifndef ASSENT_SERVICE_ACTIVITY_QUERY_H
#define ASSENT_SERVICE_ACTIVITY_QUERY_H

#include "service/activity.h"

/* Fills out->faults, out->query, and out->found where several are meant. */
enum status activity_query_read(const struct service *service, struct arena *arena,
                                const struct activity_typed *typed,
                                struct activity_list *out) MUST_CHECK;

/* Whoever has, or had, that row. */
enum status activity_person_named(const struct service *service, struct arena *arena,
                                  struct contact_id id, struct activity_person *out) MUST_CHECK;

/* The same, and their newest entry: 0 if that is not found. */
enum status activity_person_of(const struct service *service, struct arena *arena,
                               struct contact_id id, struct activity_person *out,
                               struct position *head) MUST_CHECK;

#endif
