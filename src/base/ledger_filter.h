/*
 * base/ledger_filter: which entries of the ledger are wanted, and what an entry has of what can be
 * asked for. Pure: how entries are found by it is store/activity's.
 *
 * Traits are one bit each: bit n that the entry is of kind n, and above them what it did to a
 * person whatever its kind. They are stored in summaries of blocks: never renumbered, only added
 * to.
 */
#ifndef ASSENT_BASE_LEDGER_FILTER_H
#define ASSENT_BASE_LEDGER_FILTER_H

#include "base/ledger.h"

#define LEDGER_TRAIT(kind)  (UINT64_C(1) << (kind))
#define LEDGER_TRAIT_OUT    (UINT64_C(1) << 40) /* a person opted out, or said so again */
#define LEDGER_TRAIT_IN     (UINT64_C(1) << 41) /* a person who was opted out opted in */
#define LEDGER_TRAIT_PAUSED (UINT64_C(1) << 42) /* a pause began, moved or ended */
#define LEDGER_TRAIT_REASON (UINT64_C(1) << 43) /* why somebody left was said */
#define LEDGER_ACTOR(kind)  (1U << (kind))

uint64_t ledger_traits(const struct entry *entry);

/* The topics that entry is about, as a mask: whose choice or frequency moved, to which a no was
 * said again, or which was itself added, edited or retired. */
uint64_t ledger_topics(const struct entry *entry);

/* One bit of 64 for who did it: two may share one. */
uint64_t ledger_who(enum actor_kind actor, int64_t actor_id);

struct ledger_filter {
    uint64_t traits;           /* any of these; 0: all */
    unsigned actors;           /* LEDGER_ACTOR bits; 0: all */
    int64_t actor_id;          /* with one actor: which; 0: any */
    uint64_t topics;           /* any of these; 0: all, also what is about none */
    int64_t from_s, to_s;      /* both within; to_s 0: no end */
    struct contact_id contact; /* 0: everybody's, and nobody's */
};

/* Nothing is asked for. */
bool ledger_filter_is_empty(const struct ledger_filter *filter);

bool ledger_filter_has(const struct ledger_filter *filter, const struct entry *entry);

/* Kinds by what people call them. An entry may be in several. */
enum ledger_group {
    GROUP_OPTED_OUT,
    GROUP_OPTED_IN,
    GROUP_CHOICES,
    GROUP_ADDED,
    GROUP_DETAILS,
    GROUP_PAUSE,
    GROUP_UNDONE,
    GROUP_REASONS,
    GROUP_LINKS,
    GROUP_ERASING,
    GROUP_REQUESTS,
    GROUP_IMPORTS,
    GROUP_TOPICS,
    GROUP_WORDING,
    GROUP_SETTINGS,
    GROUP_RETENTION,
    GROUP_KEYS,
    GROUP_HOOKS,
    GROUP_ADMINS,
    GROUP_COUNT
};

uint64_t ledger_group_traits(enum ledger_group group);

/* Stable keys for addresses and the command: "opted_out". */
const char *ledger_group_key(enum ledger_group group);

/* A group's key, or an entry kind's: its traits. */
bool ledger_kind_parse(const char *key, uint64_t *traits);

/* An actor's key, "admin:3" for one of them, or "person": all the ways of the people themselves. */
bool ledger_actor_parse(const char *key, unsigned *actors, int64_t *actor_id);

#endif
