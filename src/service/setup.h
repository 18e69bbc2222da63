/*
 * service/setup: makes a data folder whole (database, keys), and opens one.
 */
#ifndef ASSENT_SERVICE_SETUP_H
#define ASSENT_SERVICE_SETUP_H

#include "service/keys.h"

/* Creates what is missing: folder, master key, database (migrated), public-id key, a first link
 * signing key, the texts that people choose by. Does nothing where all is there. Safe to run twice
 * at once. *fault in words. */
enum status setup_init(struct arena *arena, const struct conf *conf, const char **fault) MUST_CHECK;

/* Opens secrets, signer (which may hold no key) and a store (reader or writer). Close with
 * setup_close. STATUS_CORRUPT also where the master key is another database's. */
enum status setup_open(struct arena *arena, const struct conf *conf, bool writes,
                       struct service *out, const char **fault) MUST_CHECK;

/* Keeps the texts that people choose by as they stand, if they are not kept: before this program
 * shows its first page. service: open, for reading at least. *fault in words. */
enum status setup_keep_wording(struct arena *arena, const struct service *service,
                               const char **fault) MUST_CHECK;

void setup_close(struct service *service);

#endif
