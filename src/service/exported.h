/*
 * service/exported: that many people, or what happened to them, went out as a file, or that a
 * person's link was taken out by an admin. What is in the file is its own service's.
 */
#ifndef ASSENT_SERVICE_EXPORTED_H
#define ASSENT_SERVICE_EXPORTED_H

#include "service/service.h"

/* what: the file and what it was narrowed to, "people.csv; status: in", or whose link, by their
 * public id: no address, as the entry stays when a person is erased. Before the first byte goes
 * out. */
enum status exported_record(const struct service *service, struct txn *txn, const char *what,
                            const struct origin *origin) MUST_CHECK;

#endif
