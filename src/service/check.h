/*
 * service/check: the verdicts of many addresses, all at one position of the ledger.
 *
 * A check holds one snapshot from begin to end: it is for a thread that does nothing else
 * meanwhile, and that hands out nothing to a client before its end.
 */
#ifndef ASSENT_SERVICE_CHECK_H
#define ASSENT_SERVICE_CHECK_H

#include "service/verdict.h"

#define CHECK_ADDRESSES_MAX 100000 /* of one call */

struct check {
    const struct service *service;
    struct topic topic;
    struct position position; /* that the verdicts are decided at */
    struct verdict_frame frame;
    struct arena *scratch;
};

/* topic: its key. STATUS_NOT_FOUND: there is none of that key; nothing is held then, nor with any
 * other failure. A retired one is found: every verdict is then topic_retired, or another no. */
enum status check_begin(const struct service *service, struct arena *arena, const char *topic,
                        int64_t now_s, struct check *out) MUST_CHECK;

/* One address as it came. STATUS_INVALID: it is none. With any other status than OK *verdict is
 * UNKNOWN (S9). */
enum status check_one(struct check *check, const char *text, size_t len, enum verdict *verdict,
                      struct verdict_advice *advice) MUST_CHECK;
void check_end(struct check *check);

#endif
