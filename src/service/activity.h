/*
 * service/activity: the whole ledger to look through: by who, what, topic, time and person, a page
 * at a time or all of it; and one entry with everything that is known of it.
 *
 * Nothing here counts, and no look is longer than store/activity allows: a page may end early and
 * say how far it came.
 */
#ifndef ASSENT_SERVICE_ACTIVITY_H
#define ASSENT_SERVICE_ACTIVITY_H

#include "base/ledger_filter.h"
#include "service/people.h"

#define ACTIVITY_PAGE_ROWS 50

/* What is asked, as received; "" for nothing. */
struct activity_typed {
    const char *actor;  /* base/ledger_filter's keys */
    const char *kind;   /* the same */
    const char *topic;  /* its key */
    const char *from;   /* 2026-11-03, or an RFC 3339 time */
    const char *to;     /* the same; a day is within it */
    const char *person; /* a public id */
    const char *search; /* instead: a name or address, or a part of one */
    bool is_masked;     /* search finds parts of names and whole addresses alone */
    const char *older;  /* from this position on to the older ones */
    const char *newer;  /* the other way */
};

/* What of it can't be read, one bit each. */
enum activity_fault {
    ACTIVITY_FINE = 0,
    ACTIVITY_ACTOR_BAD = 1,
    ACTIVITY_KIND_BAD = 2,
    ACTIVITY_TOPIC_BAD = 4,
    ACTIVITY_FROM_BAD = 8,
    ACTIVITY_TO_BAD = 16,
    ACTIVITY_TIMES_CROSSED = 32, /* it would end before it begins */
    ACTIVITY_PERSON_BAD = 64,    /* no public id, or nobody ever had it */
    ACTIVITY_NOBODY_FOUND = 128, /* with search */
    ACTIVITY_PLACE_BAD = 256     /* no position */
};

/* Whom an entry is about, as they are now. */
struct activity_person {
    char public_id[PUBLIC_ID_TEXT_BYTES]; /* "": not about a person */
    const char *name, *email;             /* "" where there is none, or they were erased */
    bool is_gone;                         /* not on the list any more */
};

struct activity_line {
    struct entry entry;
    struct history_line words;
    struct activity_person person;
};

/* A filter that was read. */
struct activity_query {
    struct ledger_filter filter;
    struct position head; /* with a person: of their newest entry */
    struct activity_person person;
    struct position place;
    bool is_upward;
};

struct activity_list {
    unsigned faults; /* of enum activity_fault; then there is nothing but what follows */
    struct activity_person *found; /* with search: those who are meant, if several */
    size_t found_count;
    bool found_is_cut; /* there are more */

    struct activity_query query;
    struct activity_line *lines; /* newest first */
    size_t lines_count;
    struct position older, newer; /* where the next pages begin; 0: there is none */
    bool is_cut;                  /* the look ended before the page was full: it goes on at older */
    int64_t looked_at_s;          /* with is_cut: the time of the entry that it came to */
    bool is_new;                  /* the ledger is empty */
};

/* Reads what was typed. A fault is STATUS_OK: out->faults says which; nothing was looked through
 * then. Several people found by search are no fault. STATUS_BUSY: interrupted. */
enum status activity_list(const struct service *service, struct arena *arena,
                          const struct activity_typed *typed, struct activity_list *out) MUST_CHECK;

/* For exports: the next lines, newest first, at most limit. query is of an activity_list without
 * faults or of the call before; query->place moves on. There may be none before the end. */
enum status activity_next(const struct service *service, struct arena *arena,
                          struct activity_query *query, int limit, struct activity_line **out,
                          size_t *count, bool *is_last) MUST_CHECK;

/* Who may be asked for by name. */
struct activity_actor {
    const char *key, *name; /* "admin:3", "Ada Admin" */
    bool is_gone;           /* removed, revoked */
};

struct activity_names {
    struct activity_actor *admins, *keys;
    size_t admins_count, keys_count;
    struct topic *topics; /* by rank, retired ones last */
    size_t topics_count;
};
enum status activity_names(const struct service *service, struct arena *arena,
                           struct activity_names *out) MUST_CHECK;

/* One entry with all that is known of it. */
struct activity_entry {
    struct activity_line line;
    uint8_t hash_before[LEDGER_HASH_BYTES];     /* of the entry before; all zero for the first */
    struct position person_older, person_newer; /* the person's entries beside it; 0: none */
    struct position undone_by, reason_at;       /* what took it back, what explains it; 0: none */
    bool is_newest;                             /* no entry follows in the ledger */
};

/* STATUS_NOT_FOUND: the ledger has no such position. */
enum status activity_get(const struct service *service, struct arena *arena,
                         struct position position, struct activity_entry *out) MUST_CHECK;

#endif
