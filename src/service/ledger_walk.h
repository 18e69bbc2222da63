/*
 * service/ledger_walk: a stretch of the chain, entry by entry, from whatever holds it: each must
 * have the next position, hash to what it says from the one before, and be what checkpoints say it
 * is.
 *
 * Each entry carries its hash, so that stretches can be walked side by side and joined afterwards.
 */
#ifndef ASSENT_SERVICE_LEDGER_WALK_H
#define ASSENT_SERVICE_LEDGER_WALK_H

#include "base/arena.h"
#include "crypto/checkpoint.h"
#include "service/ledger_report.h"

/* What signed checkpoints say of entries. */
struct ledger_marks {
    struct checkpoint *list; /* by position once ledger_marks_sort was called */
    size_t count, room;
    struct position beyond; /* the highest that any names */
};

/* Reads the notes in text, from name, and keeps what they say; what they are not goes to tally. */
void ledger_marks_read(struct ledger_marks *marks, struct arena *arena, const char *text,
                       size_t len, const uint8_t public_key[CHECKPOINT_PUBLIC_BYTES],
                       struct ledger_tally *tally);
void ledger_marks_sort(struct ledger_marks *marks);

/* Once all stretches are walked up to head: what marks say of later entries, and which of those
 * that fit is newest. */
void ledger_marks_end(const struct ledger_marks *marks, struct position head, int64_t *fitting_at,
                      struct position *fitting, struct ledger_tally *tally);

struct ledger_walk {
    const struct ledger_marks *marks;
    struct ledger_tally *tally;
    size_t mark; /* the next to be held against an entry */
    struct position next;
    bool has_previous;
    uint8_t previous[LEDGER_HASH_BYTES];
    int64_t passed; /* unreadable ones, since the last that could be read */
    bool has_first; /* of a stretch that began without its previous */
    struct entry first;
    int64_t entries;
    int64_t at; /* of the newest */
};

/* previous NULL: not known, ledger_walk_join makes up for it. */
void ledger_walk_begin(struct ledger_walk *walk, const struct ledger_marks *marks,
                       struct ledger_tally *tally, struct position next, const uint8_t *previous);
void ledger_walk_take(struct ledger_walk *walk, const struct entry *entry, bool is_sound);

/* Something stands where the next entry should, that is none. */
void ledger_walk_pass(struct ledger_walk *walk);

/* That the stretch went up to last. */
void ledger_walk_end(struct ledger_walk *walk, struct position last);

/* That right, a stretch that began without its previous, goes on where left ended. */
void ledger_walk_join(const struct ledger_walk *left, const struct ledger_walk *right,
                      struct ledger_tally *tally);

#endif
