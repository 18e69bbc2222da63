/*
 * service/change_history: what a person's earlier ledger entries say about a change that is wanted.
 * For service/change alone. Reads only.
 */
#ifndef ASSENT_SERVICE_CHANGE_HISTORY_H
#define ASSENT_SERVICE_CHANGE_HISTORY_H

#include "service/change.h"

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

/* How a person's details were before their newest entry. Strings live in arena. */
struct details_before {
    struct entry entry;          /* the newest, whatever its kind */
    bool is_clear;               /* it edited name, type or language alone; and these were they: */
    const char *name, *language; /* as stored */
    enum contact_type type;
};

/* The ledger keeps an edit in words, which may have been blanked: then is_clear is false. So it is
 * with an address: another mailbox may have had it since. */
enum status change_history_details_before(struct store *store, struct arena *arena,
                                          const struct contact *contact,
                                          struct details_before *out) MUST_CHECK;

/* Which of topics were last turned off by the person's own hand (a page, one-click, a mail), in an
 * entry after since. What others undid counts as not having been. */
enum status change_history_own_off(struct store *store, struct arena *arena, struct position head,
                                   struct position since, uint64_t topics,
                                   uint64_t *out) MUST_CHECK;

/* Which of topics were last turned off by others than the person. */
enum status change_history_others_off(struct store *store, struct arena *arena,
                                      struct position head, uint64_t topics,
                                      uint64_t *out) MUST_CHECK;

/* How a person stood before an import run touched them. */
struct import_before {
    bool is_undone;              /* it was taken back already, and did nothing since */
    bool is_theirs;              /* nobody chose since the run: what follows is set */
    struct entry first, last;    /* of the run about this person; last is no undoing */
    const char *name, *language; /* as the run found them where nobody moved them since, else as
                                    they are */
    enum contact_type type;
};

/* first: the run's first entry about contact. STATUS_NOT_FOUND: it is none of theirs, or the run's,
 * or out of reach. */
enum status change_history_import_before(struct store *store, struct arena *arena,
                                         const struct contact *contact, int64_t run,
                                         struct position first,
                                         struct import_before *out) MUST_CHECK;

/* Whether the person's standing is that of someone whom an import added, opted in, and its undoing
 * took back: nobody has chosen anything for them yet. */
enum status change_history_is_taken_back(struct store *store, struct arena *arena,
                                         struct position head, bool *out) MUST_CHECK;

/* Whether actor is the person: on a page, by one-click, by a mail. */
bool change_history_is_own(enum actor_kind actor);

/* Whether entry was made by who asks now. The three ways of the recipient are one person. */
bool change_history_is_same(const struct entry *entry, const struct origin *origin);

#endif
