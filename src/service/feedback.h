/*
 * service/feedback: what a mailer hears back from the world: an address takes no mail (a hard
 * bounce), or its owner marked a mail as spam (a complaint). Either opts the person out of all,
 * with that reason; they may opt in again by themselves.
 *
 * An address that nobody here has is suppressed, so that no import makes it a yes later; its owner
 * can still sign up. Soft bounces are taken and change nothing. A report is known by the mailer's
 * own id, within the API key: the same again gives the same answer, and nothing is written twice.
 */
#ifndef ASSENT_SERVICE_FEEDBACK_H
#define ASSENT_SERVICE_FEEDBACK_H

#include <jansson.h>

#include "base/email.h"
#include "service/service.h"

#define FEEDBACK_REPORTS_MAX  1000 /* of one call */
#define FEEDBACK_ID_MAX_BYTES 128

enum feedback_type {
    FEEDBACK_HARD_BOUNCE,
    FEEDBACK_COMPLAINT,
    FEEDBACK_SOFT_BOUNCE,
    FEEDBACK_TYPE_COUNT
};

/* Stored: never renumbered, only added to. */
enum feedback_outcome {
    FEEDBACK_NONE,
    FEEDBACK_OPTED_OUT,
    FEEDBACK_WAS_OUT,    /* they were opted out already */
    FEEDBACK_SUPPRESSED, /* nobody has the address, and it is refused from now on */
    FEEDBACK_IGNORED,    /* a soft bounce: nothing was written */
    FEEDBACK_ID_USED,    /* the id was used for another report; nothing was written */
    FEEDBACK_OUTCOME_COUNT
};
const char *feedback_outcome_key(enum feedback_outcome outcome); /* "opted_out"… */

struct feedback_report {
    const char *id; /* the mailer's; NULL: there was none that can be told */
    enum feedback_type type;
    struct email email;
};

/* {"id": …, "type": "hard_bounce", "address": …}. False: it can't be taken, *detail says why in
 * English; id is set if that could be read. */
bool feedback_read(struct arena *arena, const json_t *value, struct feedback_report *out,
                   const char **detail);

struct feedback_result {
    enum feedback_outcome outcome;
    struct position position; /* of the entry that it made, now or the first time; 0: none */
};

/* origin: of the API key (api_keys_origin). */
enum status feedback_take(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct feedback_report *report, const struct origin *origin,
                          struct feedback_result *out) MUST_CHECK;

#endif
