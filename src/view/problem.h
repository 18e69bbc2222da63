/*
 * view/problem: the errors that programs read (RFC 9457, REQUIREMENTS U13): each has a type of its
 * own, an address where it is explained.
 */
#ifndef ASSENT_VIEW_PROBLEM_H
#define ASSENT_VIEW_PROBLEM_H

#include "base/arena.h"
#include "base/buf.h"

enum problem {
    PROBLEM_NO_KEY,
    PROBLEM_KEY_REFUSED,
    PROBLEM_NO_SCOPE,
    PROBLEM_TOO_MANY_CALLS,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD,
    PROBLEM_BAD_REQUEST,
    PROBLEM_BAD_TIME,
    PROBLEM_BAD_BODY,
    PROBLEM_BODY_TOO_LONG,
    PROBLEM_BODY_TYPE,
    PROBLEM_UNKNOWN_TOPIC,
    PROBLEM_TOO_MANY_ADDRESSES,
    PROBLEM_NO_CONTACT,
    PROBLEM_BAD_MEMBER,
    PROBLEM_NEEDS_CONSENT,
    PROBLEM_SUPPRESSED,
    PROBLEM_EMAIL_TAKEN,
    PROBLEM_TOPIC_RETIRED,
    PROBLEM_CHANGED,
    PROBLEM_TOO_MANY_CONTACTS,
    PROBLEM_BAD_IDEMPOTENCY_KEY,
    PROBLEM_IDEMPOTENCY_KEY_USED,
    PROBLEM_STILL_RUNNING,
    PROBLEM_POSITION_AHEAD,
    PROBLEM_TOO_MANY_STREAMS,
    PROBLEM_NO_ROOM,
    PROBLEM_TOO_SLOW,
    PROBLEM_NO_SIGNING_KEY,
    PROBLEM_REPORT_ID_USED,
    PROBLEM_TOO_MANY_REPORTS,
    PROBLEM_BUSY,
    PROBLEM_FAILURE,
    PROBLEM_COUNT
};

int problem_code(enum problem problem);

/* "needs-consent": what its type ends in. Static. */
const char *problem_key(enum problem problem);

/* The one that says no more than an HTTP status does. */
enum problem problem_of_code(int code);

/* As application/problem+json. public_url: the types' addresses begin with it. detail: what is
 * wrong with this request, and what to do; NULL: nothing more. */
void view_api_problem(struct buf *out, const char *public_url, enum problem problem,
                      const char *detail);

/* The same with another status, where several share a type. */
void view_api_problem_as(struct buf *out, const char *public_url, enum problem problem, int code,
                         const char *detail);

/* The page /api/v1/problems. */
void view_problems(struct buf *out, struct arena *arena);

#endif
