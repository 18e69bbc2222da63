/*
 * service/verdict: may this topic be mailed to this address now, and if not, why not.
 */
#ifndef ASSENT_SERVICE_VERDICT_H
#define ASSENT_SERVICE_VERDICT_H

#include "service/service.h"

enum verdict {
    VERDICT_UNKNOWN, /* zero: what is not decided is no */
    VERDICT_ALLOW,
    VERDICT_OPTED_OUT,
    VERDICT_TOPIC_OFF,
    VERDICT_PAUSED,
    VERDICT_UNCONFIRMED,
    VERDICT_SUPPRESSED,
    VERDICT_TOPIC_RETIRED,
    VERDICT_COUNT
};
const char *verdict_key(enum verdict verdict); /* "allow", "opted_out"… */

/* For one address. Any failure leaves *out VERDICT_UNKNOWN (S9: fails closed). */
enum status verdict_for(const struct service *service, struct arena *arena, const char *email_key,
                        struct topic_id topic, int64_t now_s, enum verdict *out) MUST_CHECK;

#endif
