/*
 * service/history_site: entries of the ledger that are about no person, in words: topics, keys,
 * imports, settings, hooks, admins. For service/history.
 */
#ifndef ASSENT_SERVICE_HISTORY_SITE_H
#define ASSENT_SERVICE_HISTORY_SITE_H

#include "service/history.h"

/* Whether entries of that kind are these. */
bool history_is_of_site(enum entry_kind kind);

/* What happened, with the names that the entry's note keeps; where that was blanked, by number. */
const char *history_site_what(const struct history *history, struct arena *arena,
                              const struct entry *entry);

/* What of the note is not in those words: how people agreed to an import. "" for none. */
const char *history_site_note(const struct entry *entry);

#endif
