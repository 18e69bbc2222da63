/*
 * service/history: a ledger entry about a person in words: what changed, who did it, what shows it.
 *
 * It reads names (topics, admins, import runs) and decides nothing. Views print what it gives.
 */
#ifndef ASSENT_SERVICE_HISTORY_H
#define ASSENT_SERVICE_HISTORY_H

#include "service/people.h"

/* Names that the words need, read once for many entries. */
struct history {
    struct store *store;
    struct topic *topics; /* by rank, retired ones last */
    size_t topics_count;
    int64_t who_id; /* the last admin or import run that was looked up, and its name */
    enum actor_kind who_kind;
    const char *who_name;
};

enum status history_open(struct store *store, struct arena *arena, struct history *out) MUST_CHECK;

/* entry in words. Private texts that were blanked leave general words. */
enum status history_describe(struct history *history, struct arena *arena,
                             const struct entry *entry, struct history_line *out) MUST_CHECK;

/* Only what changed: "Opted out; Newsletter and Marketing off". Never "". */
const char *history_what(const struct history *history, struct arena *arena,
                         const struct entry *entry);

/* The names of the topics in mask, by rank: "Newsletter, Marketing and System Alerts"; "" for
 * none. */
const char *history_names(const struct history *history, struct arena *arena, uint64_t mask);

#endif
