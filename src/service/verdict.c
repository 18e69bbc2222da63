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

static enum verdict decide(const struct contact *contact, struct topic_id topic, uint64_t in_use,
                           int64_t now_s)
{
    if (contact->status != CONTACT_OPTED_IN)
        return VERDICT_OPTED_OUT;
    if (contact->paused_until > now_s)
        return VERDICT_PAUSED;
    if ((in_use & TOPIC_BIT(topic)) == 0)
        return VERDICT_TOPIC_RETIRED;
    return (contact->choices & TOPIC_BIT(topic)) != 0 ? VERDICT_ALLOW : VERDICT_TOPIC_OFF;
}

static enum status advise(struct store *store, const struct contact *contact, struct topic_id topic,
                          struct verdict_advice *out)
{
    struct verdict_advice advice = {0};
    uint64_t offering = 0;
    enum status status = topics_offering(store, &offering);
    if (status == STATUS_OK && (offering & TOPIC_BIT(topic)) != 0)
        advice.frequency = contact_frequency(contact, topic);
    if (status == STATUS_OK)
        status = sent_reports_get(store, contact->id, topic, &advice.last_sent_at);
    if (status == STATUS_OK)
        *out = advice;
    return status;
}

/* Nobody's address with a sign-up, or somebody's topic that they signed up for, waits for them to
 * confirm it. */
static enum status wait_for(const struct service *service, const char *email_key,
                            struct topic_id topic, int64_t now_s, enum verdict *verdict)
{
    bool waits = false;
    uint64_t choices = 0;
    enum status status = confirmations_waiting(service->store, email_key, now_s, &waits, &choices);
    if (status != STATUS_OK)
        return status;
    if (*verdict == VERDICT_UNKNOWN ? waits : (choices & TOPIC_BIT(topic)) != 0)
        *verdict = VERDICT_UNCONFIRMED;
    return STATUS_OK;
}

enum status verdict_for(const struct service *service, struct arena *arena, const char *email_key,
                        struct topic_id topic, int64_t now_s, enum verdict *out,
                        struct verdict_advice *advice)
{
    *out = VERDICT_UNKNOWN;
    if (advice)
        *advice = (struct verdict_advice){0};
    if (topic.value == 0 || topic.value > TOPIC_MAX || !email_key)
        return STATUS_INVALID;

    /* The suppression is read after the person: an erasure that commits between the two reads is
     * then seen, whichever order it wrote in. */
    struct contact contact = {0};
    enum status found = contacts_find_email(service->store, arena, email_key, &contact);
    if (found != STATUS_OK && found != STATUS_NOT_FOUND)
        return found;
    uint64_t in_use = 0;
    enum status status = topics_in_use(service->store, &in_use);
    if (status != STATUS_OK)
        return status;
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    secrets_suppression_hash(service->secrets, email_key, hash);
    bool is_suppressed = true;
    status = suppressions_has(service->store, hash, &is_suppressed);
    if (status == STATUS_OK && advice && found == STATUS_OK)
        status = advise(service->store, &contact, topic, advice);
    if (status != STATUS_OK)
        return status;

    enum verdict verdict = VERDICT_UNKNOWN;
    if (is_suppressed)
        verdict = VERDICT_SUPPRESSED;
    else if (found == STATUS_OK)
        verdict = decide(&contact, topic, in_use, now_s);
    if (verdict == VERDICT_UNKNOWN || verdict == VERDICT_TOPIC_OFF) {
        status = wait_for(service, email_key, topic, now_s, &verdict);
        if (status != STATUS_OK)
            return status;
    }
    *out = verdict;
    return STATUS_OK;
}
