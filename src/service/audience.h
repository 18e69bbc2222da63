/*
 * service/audience: everyone who may be mailed about a topic, at one position of the ledger.
 *
 * It has a connection and a snapshot of its own, so that the list may be made in many steps between
 * which its thread does other work, and changes made meanwhile are not in it. The snapshot keeps
 * the WAL from being emptied: make the list whole, end, and only then hand it to somebody slow.
 */
#ifndef ASSENT_SERVICE_AUDIENCE_H
#define ASSENT_SERVICE_AUDIENCE_H

#include "service/verdict.h"

struct audience;

struct audience_facts {
    const char *topic; /* its key */
    struct position position;
    bool offers_frequency; /* members hold advice */
    int64_t count;         /* members so far */
};

struct audience_member {
    const char *address; /* as the person wrote it */
    struct verdict_advice advice;
};

/* topic: its key. STATUS_NOT_FOUND: there is none of that key; nothing is held then, nor with any
 * other failure. Of a retired topic nobody may be mailed: the list is empty. The caller ends it. */
enum status audience_begin(const struct service *service, const char *topic, int64_t now_s,
                           struct audience **out) MUST_CHECK;
void audience_end(struct audience *audience); /* NULL is allowed */

const struct audience_facts *audience_facts(const struct audience *audience);

/* The next members: a step of some ten milliseconds. *is_last: there are no more. take is given
 * each with texts that live until it returns; false ends the step with STATUS_FULL. */
enum status audience_next(struct audience *audience,
                          bool (*take)(void *context, const struct audience_member *member),
                          void *context, bool *is_last) MUST_CHECK;

#endif
