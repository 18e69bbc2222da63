/*
 * service/ledger_report: what is wrong with a ledger: the kinds of damage, the first of each, and
 * how many there are. Its size is fixed, however much is wrong.
 */
#ifndef ASSENT_SERVICE_LEDGER_REPORT_H
#define ASSENT_SERVICE_LEDGER_REPORT_H

#include "base/ledger.h"

/* Of the chain itself first, then what may follow from that: the order in which they are named. */
enum ledger_damage {
    LEDGER_MISSING,   /* position up to other: no such entries; or taken out, the rest renumbered */
    LEDGER_INSERTED,  /* position up to other were put in, the rest renumbered */
    LEDGER_REORDERED, /* the entry at position belongs to other */
    LEDGER_SPLICED,   /* from position on it is another history */
    LEDGER_ALTERED,   /* the entry, or the one before it, is not what was written */
    LEDGER_CUT_SHORT, /* entries from position up to other, at least, were there */
    LEDGER_REWRITTEN, /* up to other (a checkpoint that fits) all is well; the checkpoint at
                         position says another history */
    LEDGER_UNLINKED,  /* the entry does not go on from the person's entry before it, other */
    LEDGER_PRIVATE_ALTERED,
    LEDGER_PRIVATE_MISSING,
    LEDGER_PERSON_ALTERED, /* a row says another thing than the person's newest entry, at position
                            */
    LEDGER_PERSON_BEHIND, /* a row names position as its newest entry, and a later one follows it */
    LEDGER_PERSON_MISSING,     /* position is somebody's newest entry, and no row has it */
    LEDGER_WORDING_MISSING,    /* the entry covers texts that people chose by, and some are gone */
    LEDGER_WORDING_ALTERED,    /* or are not what was kept */
    LEDGER_CHECKPOINT_FORGED,  /* one of this key that the key did not sign, of position */
    LEDGER_CHECKPOINT_FOREIGN, /* another installation's, of position */
    LEDGER_UNGUARDED,          /* the database no longer refuses changes */
    LEDGER_DAMAGE_COUNT
};

struct ledger_finding {
    enum ledger_damage damage;
    struct position position; /* 0: not of an entry */
    struct position other;    /* by damage; 0: none */
    int64_t at;               /* of the entry at position; 0: not known */
    struct public_id person;  /* 0: not known, or not about one */
};

struct ledger_tally {
    struct ledger_finding first[LEDGER_DAMAGE_COUNT]; /* lowest position */
    int64_t count[LEDGER_DAMAGE_COUNT];
};

void ledger_tally_add(struct ledger_tally *tally, const struct ledger_finding *finding);
void ledger_tally_merge(struct ledger_tally *into, const struct ledger_tally *from);
bool ledger_tally_is_clean(const struct ledger_tally *tally);

/* Takes away what follows from other damage: where entries are gone or changed, that nobody goes by
 * the one before them. */
void ledger_tally_settle(struct ledger_tally *tally);

/* The kinds that were found, the first of each: what is wrong with the chain before all that may
 * follow from it, each by position; how many to *count. */
void ledger_tally_list(const struct ledger_tally *tally,
                       struct ledger_finding out[LEDGER_DAMAGE_COUNT], size_t *count);

/* What a verification looked at, and what it found. */
struct ledger_report {
    struct position head;
    int64_t head_at;
    uint8_t head_hash[LEDGER_HASH_BYTES];
    int64_t people, private_texts, checkpoints;
    int64_t private_unproven; /* of an older form, without the client: vouched for by a mark only */
    bool has_private_check;   /* false: the key for private texts was not at hand */
    struct position checkpoint; /* the newest that fits; 0: none */
    int64_t checkpoint_at;
    struct ledger_tally tally;
};

/* "altered": a stable key for JSON. */
const char *ledger_damage_key(enum ledger_damage damage);

/* What is wrong, as a sentence in English without the position. */
const char *ledger_damage_words(enum ledger_damage damage);

#endif
