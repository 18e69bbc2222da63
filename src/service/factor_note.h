/*
 * service/factor_note: what an admin did with their own way in, in the ledger: second factor,
 * sessions, password.
 */
#ifndef ASSENT_SERVICE_FACTOR_NOTE_H
#define ASSENT_SERVICE_FACTOR_NOTE_H

#include "service/service.h"
#include "store/admins.h"

/* kind: ENTRY_ADMIN_FACTOR, ENTRY_ADMIN_SESSIONS or ENTRY_ADMIN_PASSWORD. what: in words, or NULL;
 * it stands behind the admin's address. */
enum status factor_note(const struct service *service, struct txn *txn, enum entry_kind kind,
                        const struct admin *admin, const char *what,
                        const struct origin *origin) MUST_CHECK;

#endif
