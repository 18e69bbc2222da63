/*
 * service/erase: takes a person off the list and out of the database (GDPR 17, REQUIREMENTS L6).
 * Changing someone who stays is service/change.
 *
 * What stays is the bare ledger, with no name and no address in it, and a keyed hash of the
 * address, by which it is refused to imports, admins and programs for good; only the person can
 * sign up again. So no erasure becomes a yes later.
 */
#ifndef ASSENT_SERVICE_ERASE_H
#define ASSENT_SERVICE_ERASE_H

#include "service/service.h"

/* person: as read in this transaction. In one transaction: the address's hash is kept; an entry
 * ENTRY_ERASED is appended, whose subject is the public id, so that those who follow the ledger can
 * tell who it was; the private texts of all the person's entries, mails to them, requests that wait
 * for them, reports of what was sent, answers kept for programs, and the row are deleted. *out: the
 * entry's position. */
enum status erase_person(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct contact *person, const struct origin *origin,
                         struct position *out) MUST_CHECK;

#endif
