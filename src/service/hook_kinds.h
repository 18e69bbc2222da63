/*
 * service/hook_kinds: which entries of the ledger hooks are told of, and by what names.
 *
 * Told are changes of people, topics and imports: what a system that mails needs to know. Not told
 * are keys, admins, settings and hooks themselves: they are about this server alone, and stand in
 * its ledger.
 */
#ifndef ASSENT_SERVICE_HOOK_KINDS_H
#define ASSENT_SERVICE_HOOK_KINDS_H

#include "base/ledger.h"

struct hook_kind {
    enum entry_kind kind;
    const char *key; /* "contact.added": the message's type, but for a pause that ended */
};

#define HOOK_KINDS_COUNT 14
extern const struct hook_kind hook_kinds[HOOK_KINDS_COUNT];

/* The mask that holds every kind above. */
uint64_t hook_kinds_all(void);

/* Whether a hook that asked for wanted (0: all) is told of kind. */
bool hook_kinds_has(uint64_t wanted, enum entry_kind kind);

/* The bit of a key. False: none of ours. */
bool hook_kinds_parse(const char *key, uint64_t *out);

/* A message's type: the kind's key; "contact.resumed" for a pause that ended. "?" for a kind that
 * is not told. */
const char *hook_kinds_type(const struct entry *entry);

#endif
