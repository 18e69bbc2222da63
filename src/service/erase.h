/*
 * service/erase: takes a person off the list and out of the database (GDPR 17, REQUIREMENTS L6).
 * Changing someone who stays is service/change; who may ask for it is service/rights.
 *
 * What stays is the bare ledger, with no name and no address in it, and a keyed hash of the
 * address, by which it is refused to imports, admins and programs for good; only the person can
 * sign up again. So no erasure becomes a yes later. What is cleaned up behind the transaction, in
 * the log and in files, is store/scrub's and service/forget's.
 */
#ifndef ASSENT_SERVICE_ERASE_H
#define ASSENT_SERVICE_ERASE_H

#include "service/service.h"

/* Addresses that a person had before, looked for in their history. */
#define ERASE_FORMER_MAX 64

/* The keys of the addresses that person had before, by the edits that their history still tells, as
 * they were written: at most ERASE_FORMER_MAX, each once, the present one not among them. */
struct former_address {
    const char *written, *key;
};
enum status erase_former(struct store *store, struct arena *arena, const struct contact *person,
                         struct former_address **out, size_t *count) MUST_CHECK;

/* person: as read in this transaction. In one transaction: hashes of the address, and of the ones
 * before it that nobody else has now, are kept; an entry ENTRY_ERASED is appended, whose subject is
 * the public id, so that those who follow the ledger can tell who it was, and whose note is reason
 * (NULL: none); the private texts of all the person's entries, mails about them or to their
 * addresses, requests that wait for them, reports of what was sent, answers kept for programs, what
 * a waiting import shows of them, and the row are deleted. *out: the entry's position. */
enum status erase_person(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct contact *person, const struct origin *origin,
                         const char *reason, struct position *out) MUST_CHECK;

#endif
