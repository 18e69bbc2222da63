/*
 * store/sent_reports: when a sender last reported a message of a topic to a person.
 */
#ifndef ASSENT_STORE_SENT_REPORTS_H
#define ASSENT_STORE_SENT_REPORTS_H

#include "store/store.h"

/* *at_s is 0 where none was reported. */
enum status sent_reports_get(struct store *store, struct contact_id contact, struct topic_id topic,
                             int64_t *at_s) MUST_CHECK;

/* Keeps the later of at_s and what was reported before. */
enum status sent_reports_put(struct txn *txn, struct contact_id contact, struct topic_id topic,
                             int64_t at_s) MUST_CHECK;

/* Deletes all of that person's. */
enum status sent_reports_delete(struct txn *txn, struct contact_id contact) MUST_CHECK;

#endif
