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

/* "Saved. Marketing on, Newsletter off." */
const char *person_summary(const struct history *history, struct arena *arena,
                           const struct entry *entry);

#endif
