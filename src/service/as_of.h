/*
 * service/as_of: could this topic be mailed to this address at an earlier moment, and why.
 *
 * It speaks from the record alone: from the newest entry at that moment (store/bygone: a moment
 * that the clock showed twice is the second one), and what entries can't say, from rows that were
 * written with them. Whoever asked service/verdict then was told the same, but for what is
 * not kept: people who were erased since, and sign-ups whose request has gone. (A request stands by
 * the clock alone, without a position.)
 * All of a second counts: changes in the second that is asked for have happened.
 */
#ifndef ASSENT_SERVICE_AS_OF_H
#define ASSENT_SERVICE_AS_OF_H

#include "service/verdict.h"
#include "store/bygone.h"

/* Why, finer than a verdict. */
enum as_of_why {
    AS_OF_NEVER,         /* zero: nobody has or had the address */
    AS_OF_BEFORE_LEDGER, /* nothing is known of that time */
    AS_OF_NOT_YET,       /* they were put on the list later */
    AS_OF_NOT_THEIRS,    /* the address became a person's later, or was no one's any more */
    AS_OF_ERASED,        /* the record was erased since: it can't be said */
    AS_OF_UNCONFIRMED,
    AS_OF_SUPPRESSED,
    AS_OF_OPTED_OUT,
    AS_OF_PAUSED,
    AS_OF_NO_TOPIC, /* the topic was not there yet */
    AS_OF_TOPIC_RETIRED,
    AS_OF_TOPIC_OFF,
    AS_OF_ALLOWED,
    AS_OF_WHY_COUNT
};

struct as_of_answer {
    enum as_of_why why;
    struct position decided;  /* the entry with which it became so; of what can't be said or was not
                                 yet, the entry that says so; 0: none did */
    struct contact_id person; /* who had the address, or was to have it; 0: nobody that is known */
    enum frequency frequency; /* ALL where the topic offered no other */
};

enum verdict as_of_verdict(enum as_of_why why);

/* A verdict's key; beside these "erased" and "no_topic". Never "allow" but for what was. */
const char *as_of_key(enum as_of_why why);

/* What all answers on a topic at a moment have in common. */
struct as_of {
    const struct service *service;
    struct topic_id topic;
    int64_t at_s;
    struct position position;    /* the newest entry at that moment; 0: the record had not begun */
    struct bygone_topic *topics; /* what the topic was, oldest first */
    size_t topics_count;
    bool nobody_moved; /* and nobody was suppressed: no address but today's need be looked up */
};

enum status as_of_begin(const struct service *service, struct arena *arena, struct topic_id topic,
                        int64_t at_s, struct as_of *out) MUST_CHECK;

/* Whom it is asked of: an address, by base/email's key, whoever had it; or, where it is not NULL, a
 * person, whatever address they had. */
struct as_of_whom {
    const char *email_key;
    const struct contact *person;
};

/* Inside a snapshot that has lasted since as_of_begin. *out is AS_OF_NEVER with any failure. arena:
 * for what is read on the way. */
enum status as_of_decide(const struct as_of *as_of, struct arena *arena, const char *email_key,
                         struct as_of_answer *out) MUST_CHECK;

/* The same of another position and time on the same topic. */
struct as_of_point {
    struct position position;
    int64_t at_s;
};
enum status as_of_decide_at(const struct as_of *as_of, struct arena *arena,
                            const struct as_of_whom *whom, struct as_of_point point,
                            struct as_of_answer *out) MUST_CHECK;

/* Reads earlier addresses from the notes of entries that were written before store/bygone was kept;
 * does nothing where that was done. For service/setup. */
enum status as_of_read_notes(const struct service *service, struct txn *txn) MUST_CHECK;

#endif
