/*
 * service/import_seen: what a dry run of an import would have made of the people met so far, so
 * that an address that comes twice in the file is counted as the real run counts it. For
 * service/import alone.
 *
 * It remembers hashes, not texts: 48 bytes or so a person added or changed. Two addresses with one
 * 64-bit hash would be taken for one; at ten million that is a chance of 1 in 400,000.
 */
#ifndef ASSENT_SERVICE_IMPORT_SEEN_H
#define ASSENT_SERVICE_IMPORT_SEEN_H

#include "base/contact.h"

struct import_seen;

struct import_seen *import_seen_new(void); /* never NULL */
void import_seen_free(struct import_seen *seen);

/* Remembers how contact, found by its email_key, would stand now. */
void import_seen_put(struct import_seen *seen, const struct contact *contact);

/* Whether email_key was met. If so contact gets the status, choices, frequencies and type it would
 * have; its name and language become those given where they are what was remembered, else texts
 * that differ from them. name and language may be NULL. */
bool import_seen_get(const struct import_seen *seen, const char *email_key, const char *name,
                     const char *language, struct contact *contact);

#endif
