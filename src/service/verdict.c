/*
 * service/verdict: may this topic be mailed to this address now. See the header.
 */
#include "service/verdict.h"

#include <assert.h>

#include "store/confirmations.h"
#include "store/contacts.h"
#include "store/sent_reports.h"
#include "store/settings.h"
#include "store/topics.h"

static const char *const keys[] = {
    [VERDICT_UNKNOWN] = "unknown",       [VERDICT_ALLOW] = "allow",
    [VERDICT_OPTED_OUT] = "opted_out",   [VERDICT_TOPIC_OFF] = "topic_off",
    [VERDICT_PAUSED] = "paused",         [VERDICT_UNCONFIRMED] = "unconfirmed",
    [VERDICT_SUPPRESSED] = "suppressed", [VERDICT_TOPIC_RETIRED] = "topic_retired",
};
static_assert(sizeof(keys) / sizeof(keys[0]) == VERDICT_COUNT, "a key for every verdict");

const char *verdict_key(enum verdict verdict)
{
    return verdict < VERDICT_COUNT ? keys[verdict] : keys[VERDICT_UNKNOWN];
}

enum status verdict_frame_read(const struct service *service, struct topic_id topic, int64_t now_s,
                               struct verdict_frame *out)
{
    struct verdict_frame frame = {.topic = topic, .now_s = now_s};
    if (topic.value == 0 || topic.value > TOPIC_MAX)
        return STATUS_INVALID;
    enum status status = topics_in_use(service->store, &frame.in_use);
    if (status == STATUS_OK)
        status = topics_offering(service->store, &frame.offering);
    if (status == STATUS_OK)
        *out = frame;
    return status;
}

enum status verdict_frame_narrow(const struct service *service, struct verdict_frame *frame)
{
    bool any_suppressed = true, any_waits = true;
    enum status status = suppressions_any(service->store, &any_suppressed);
    if (status == STATUS_OK)
        status = confirmations_any(service->store, frame->now_s, &any_waits);
    if (status == STATUS_OK) {
        frame->nobody_suppressed = !any_suppressed;
        frame->nobody_waits = !any_waits;
    }
    return status;
}

static enum verdict decide(const struct contact *contact, const struct verdict_frame *frame)
{
    if (contact->status != CONTACT_OPTED_IN)
        return VERDICT_OPTED_OUT;
    if (contact->paused_until > frame->now_s)
        return VERDICT_PAUSED;
    if ((frame->in_use & TOPIC_BIT(frame->topic)) == 0)
        return VERDICT_TOPIC_RETIRED;
    return (contact->choices & TOPIC_BIT(frame->topic)) != 0 ? VERDICT_ALLOW : VERDICT_TOPIC_OFF;
}

static enum status advise(struct store *store, const struct contact *contact,
                          const struct verdict_frame *frame, struct verdict_advice *out)
{
    struct verdict_advice advice = {0};
    if ((frame->offering & TOPIC_BIT(frame->topic)) != 0)
        advice.frequency = contact_frequency(contact, frame->topic);
    enum status status = sent_reports_get(store, contact->id, frame->topic, &advice.last_sent_at);
    if (status == STATUS_OK)
        *out = advice;
    return status;
}

/* Nobody's address with a sign-up, or somebody's topic that they signed up for, waits for them to
 * confirm it. */
static enum status wait_for(const struct service *service, const char *email_key,
                            const struct verdict_frame *frame, enum verdict *verdict)
{
    bool waits = false;
    uint64_t choices = 0;
    enum status status =
        confirmations_waiting(service->store, email_key, frame->now_s, &waits, &choices);
    if (status != STATUS_OK)
        return status;
    if (*verdict == VERDICT_UNKNOWN ? waits : (choices & TOPIC_BIT(frame->topic)) != 0)
        *verdict = VERDICT_UNCONFIRMED;
    return STATUS_OK;
}

enum status verdict_is_suppressed(const struct service *service, const struct verdict_frame *frame,
                                  const char *email_key, bool *out)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    *out = !frame->nobody_suppressed;
    if (frame->nobody_suppressed)
        return STATUS_OK;
    secrets_suppression_hash(service->secrets, email_key, hash);
    return suppressions_has(service->store, hash, out);
}

/* The suppression is read after the person: an erasure that commits between the two reads is then
 * seen, whichever order it wrote in. */
enum status verdict_decide_known(const struct service *service, const struct verdict_frame *frame,
                                 const char *email_key, const struct contact *contact,
                                 enum verdict *out)
{
    bool is_suppressed = true;
    *out = VERDICT_UNKNOWN;
    enum status status = verdict_is_suppressed(service, frame, email_key, &is_suppressed);
    if (status != STATUS_OK)
        return status;
    enum verdict verdict = VERDICT_UNKNOWN;
    if (is_suppressed)
        verdict = VERDICT_SUPPRESSED;
    else if (contact)
        verdict = decide(contact, frame);
    if (!frame->nobody_waits && (verdict == VERDICT_UNKNOWN || verdict == VERDICT_TOPIC_OFF)) {
        status = wait_for(service, email_key, frame, &verdict);
        if (status != STATUS_OK)
            return status;
    }
    *out = verdict;
    return STATUS_OK;
}

enum status verdict_decide(const struct service *service, const struct verdict_frame *frame,
                           const char *email_key, enum verdict *out, struct verdict_advice *advice)
{
    *out = VERDICT_UNKNOWN;
    if (advice)
        *advice = (struct verdict_advice){0};
    if (!email_key)
        return STATUS_INVALID;
    struct contact contact = {0};
    enum status found = contacts_find_choices(service->store, email_key, &contact);
    if (found != STATUS_OK && found != STATUS_NOT_FOUND)
        return found;
    const bool is_known = found == STATUS_OK;
    enum verdict verdict;
    enum status status =
        verdict_decide_known(service, frame, email_key, is_known ? &contact : NULL, &verdict);
    if (status == STATUS_OK && advice && is_known)
        status = advise(service->store, &contact, frame, advice);
    if (status == STATUS_OK)
        *out = verdict;
    return status;
}

enum status verdict_for(const struct service *service, struct arena *arena, const char *email_key,
                        struct topic_id topic, int64_t now_s, enum verdict *out,
                        struct verdict_advice *advice)
{
    struct verdict_frame frame;
    *out = VERDICT_UNKNOWN;
    if (advice)
        *advice = (struct verdict_advice){0};
    enum status status = verdict_frame_read(service, topic, now_s, &frame);
    return status == STATUS_OK ? verdict_decide(service, &frame, email_key, out, advice) : status;
}
