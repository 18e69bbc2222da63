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
    VERDICT_UNCONFIRMED, /* they signed up, and have not confirmed it: an address that nobody has,
                            or a topic that is off */
    VERDICT_SUPPRESSED,
    VERDICT_TOPIC_RETIRED,
    VERDICT_COUNT
};
const char *verdict_key(enum verdict verdict); /* "allow", "opted_out"… */

/* What the person asked for beside the verdict, which it never changes: a sender may keep to it. */
struct verdict_advice {
    enum frequency frequency; /* ALL where the topic offers no other (any more) */
    int64_t last_sent_at;     /* the newest message of that topic that a sender reported
                                 (service/sent); 0: none */
};

/* What all verdicts on a topic at a moment have in common. */
struct verdict_frame {
    struct topic_id topic;
    int64_t now_s;
    uint64_t in_use, offering;            /* topics that are not retired; that offer a frequency */
    bool nobody_suppressed, nobody_waits; /* known by verdict_frame_narrow only */
};
enum status verdict_frame_read(const struct service *service, struct topic_id topic, int64_t now_s,
                               struct verdict_frame *out) MUST_CHECK;

/* Only inside a snapshot that lasts as long as the frame is used: learns what need not be looked up
 * for each address, since nobody is suppressed or nobody is still to confirm. */
enum status verdict_frame_narrow(const struct service *service,
                                 struct verdict_frame *frame) MUST_CHECK;

/* For one address of many: as verdict_for. Asked outside a snapshot, the frame must be read after
 * the change that the verdict is to see. */
enum status verdict_decide(const struct service *service, const struct verdict_frame *frame,
                           const char *email_key, enum verdict *out,
                           struct verdict_advice *advice) MUST_CHECK;

/* For one who was looked up already; contact NULL: nobody has the address. In a snapshot, and read
 * before the call: an erasure after it is seen. */
enum status verdict_decide_known(const struct service *service, const struct verdict_frame *frame,
                                 const char *email_key, const struct contact *contact,
                                 enum verdict *out) MUST_CHECK;

/* Whether the address stays refused, whoever brings it. */
enum status verdict_is_suppressed(const struct service *service, const struct verdict_frame *frame,
                                  const char *email_key, bool *out) MUST_CHECK;

/* For one address. Any failure leaves *out VERDICT_UNKNOWN (S9: fails closed). advice may be NULL;
 * it is all zero where the person is not on the list. */
enum status verdict_for(const struct service *service, struct arena *arena, const char *email_key,
                        struct topic_id topic, int64_t now_s, enum verdict *out,
                        struct verdict_advice *advice) MUST_CHECK;

#endif
