/*
 * service/as_of_told: could this person have been mailed then, told to people: the answer of
 * service/as_of with the entry that decided it, since when it held and until when, in words.
 */
#ifndef ASSENT_SERVICE_AS_OF_TOLD_H
#define ASSENT_SERVICE_AS_OF_TOLD_H

#include "service/as_of.h"
#include "service/history.h"

struct as_of_question {
    const char *email;       /* as typed; not read where person is not 0 */
    struct public_id person; /* 0: whoever had the address */
    const char *topic;       /* its key */
    int64_t at_s;
};

enum as_of_fault {
    AS_OF_FINE,
    AS_OF_BAD_ADDRESS,
    AS_OF_NOBODY, /* no person of that id is on the list (any more) */
    AS_OF_UNKNOWN_TOPIC,
    AS_OF_BAD_TIME, /* as_of_page_read: no moment */
    AS_OF_FUTURE,
    AS_OF_FAULT_COUNT
};

/* Where an answer begins or ends to hold. */
struct as_of_turn {
    bool is_known; /* false: from the beginning, it goes on, or it can't be told */
    int64_t at_s;
    struct position position; /* of the entry; 0: by the clock alone */
};

struct as_of_told {
    int64_t at_s;
    struct position position; /* the newest entry then; 0: none */
    struct topic topic;       /* as it is now */
    const char *email;        /* as asked, or the person's of today */
    bool has_person;          /* somebody of today's list: */
    struct public_id person;
    enum as_of_why why;
    const char *words; /* the answer in one or two sentences */
    bool has_decided;
    struct position decided;
    int64_t decided_at;
    const char *decided_what; /* "Opted out"; "" where none decided */
    const char *decided_by;   /* "the recipient" */
    struct as_of_turn since, until;
    bool offers_frequency; /* then */
    enum frequency frequency;
};

/* Reads inside a snapshot of its own. A question that can't be answered is STATUS_OK with a fault,
 * and *out is not set. */
enum status as_of_tell(const struct service *service, struct arena *arena,
                       const struct as_of_question *question, int64_t now_s,
                       enum as_of_fault *fault, struct as_of_told *out) MUST_CHECK;

#endif
