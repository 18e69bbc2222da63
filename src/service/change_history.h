/*
 * service/change_history: what a person's earlier ledger entries say about a change that is wanted.
 * For service/change alone. Reads only.
 */
#ifndef ASSENT_SERVICE_CHANGE_HISTORY_H
#define ASSENT_SERVICE_CHANGE_HISTORY_H

#include "service/change.h"

/* How a note says that the language was edited: "language: de → en", "(none)" for none. */
#define CHANGE_HISTORY_LANGUAGE "language"
#define CHANGE_HISTORY_TO       " → "
#define CHANGE_HISTORY_NONE     "(none)"

/* The entry that last touched a person's status, choices or frequencies, or added them. */
struct newest_choice {
    struct entry entry; /* kind 0: none within reach */
    bool has_reason;    /* a reason was given for it since */
};

/* Follows previous from head, past details, pauses, voided links and reasons. Strings of the entry
 * live in arena. */
enum status change_history_newest(struct store *store, struct arena *arena, struct position head,
                                  struct newest_choice *out) MUST_CHECK;

/* The newest entry, within the same reach, that moved the pause; kind 0: none. */
enum status change_history_newest_pause(struct store *store, struct arena *arena,
                                        struct position head, struct entry *out) MUST_CHECK;

/* An edit of the language alone. Strings live in arena. */
struct newest_language {
    struct entry entry;         /* kind 0: within the same reach none moved the language */
    bool is_alone;              /* it moved nothing else: before and after are set */
    const char *before, *after; /* as stored; "": not known */
};

/* The newest entry that moved the language: its note says from what to what. */
enum status change_history_newest_language(struct store *store, struct arena *arena,
                                           struct position head,
                                           struct newest_language *out) MUST_CHECK;

/* Which of topics were last turned off by the person's own hand: a page, one-click, a mail. */
enum status change_history_own_off(struct store *store, struct arena *arena, struct position head,
                                   uint64_t topics, uint64_t *out) MUST_CHECK;

/* Whether entry was made by who asks now. The three ways of the recipient are one person. */
bool change_history_is_same(const struct entry *entry, const struct origin *origin);

#endif
