/*
 * service/as_of: see as_of.h.
 */
#include "service/as_of.h"

#include <assert.h>

#include "store/confirmations.h"
#include "store/contacts.h"

static const struct {
    enum verdict verdict;
    const char *key; /* NULL: the verdict's */
} words[] = {
    [AS_OF_NEVER] = {VERDICT_UNKNOWN, NULL},
    [AS_OF_BEFORE_LEDGER] = {VERDICT_UNKNOWN, NULL},
    [AS_OF_NOT_YET] = {VERDICT_UNKNOWN, NULL},
    [AS_OF_NOT_THEIRS] = {VERDICT_UNKNOWN, NULL},
    [AS_OF_ERASED] = {VERDICT_UNKNOWN, "erased"},
    [AS_OF_UNCONFIRMED] = {VERDICT_UNCONFIRMED, NULL},
    [AS_OF_SUPPRESSED] = {VERDICT_SUPPRESSED, NULL},
    [AS_OF_OPTED_OUT] = {VERDICT_OPTED_OUT, NULL},
    [AS_OF_PAUSED] = {VERDICT_PAUSED, NULL},
    [AS_OF_NO_TOPIC] = {VERDICT_TOPIC_RETIRED, "no_topic"},
    [AS_OF_TOPIC_RETIRED] = {VERDICT_TOPIC_RETIRED, NULL},
    [AS_OF_TOPIC_OFF] = {VERDICT_TOPIC_OFF, NULL},
    [AS_OF_ALLOWED] = {VERDICT_ALLOW, NULL},
};
static_assert(sizeof words / sizeof *words == AS_OF_WHY_COUNT, "a verdict for each");

enum verdict as_of_verdict(enum as_of_why why)
{
    return why < AS_OF_WHY_COUNT ? words[why].verdict : VERDICT_UNKNOWN;
}

const char *as_of_key(enum as_of_why why)
{
    if (why < AS_OF_WHY_COUNT && words[why].key)
        return words[why].key;
    return verdict_key(as_of_verdict(why));
}

enum status as_of_begin(const struct service *service, struct arena *arena, struct topic_id topic,
                        int64_t at_s, struct as_of *out)
{
    struct as_of as_of = {.service = service, .topic = topic, .at_s = at_s};
    bool any = true;
    if (topic.value == 0 || topic.value > TOPIC_MAX)
        return STATUS_INVALID;
    enum status status = bygone_position(service->store, at_s, &as_of.position);
    if (status == STATUS_OK)
        status = bygone_topics(service->store, arena, topic, &as_of.topics, &as_of.topics_count);
    if (status == STATUS_OK)
        status = bygone_any(service->store, &any);
    as_of.nobody_moved = !any;
    if (status == STATUS_OK)
        *out = as_of;
    return status;
}

/* One question on its way. */
struct asking {
    const struct as_of *as_of;
    struct store *store;
    struct arena *arena;
    const char *email_key;
    const struct contact *person; /* NULL: whoever had the address */
    struct as_of_point point;
    struct bygone_address *addresses;
    size_t addresses_count;
    struct as_of_answer answer;
};

static enum status answer(struct asking *asking, enum as_of_why why, struct position decided)
{
    asking->answer.why = why;
    asking->answer.decided = decided;
    return STATUS_OK;
}

static bool holds(const struct asking *asking, const struct bygone_address *row)
{
    return row->since.value <= asking->point.position.value &&
           (row->until.value == 0 || row->until.value > asking->point.position.value);
}

static const struct bygone_topic *topic_then(const struct asking *asking)
{
    const struct bygone_topic *found = NULL;
    for (size_t i = 0; i < asking->as_of->topics_count; i++)
        if (asking->as_of->topics[i].position.value <= asking->point.position.value)
            found = &asking->as_of->topics[i];
    return found;
}

static enum as_of_why judge(const struct asking *asking, const struct bygone_step *step,
                            const struct bygone_topic *topic)
{
    if (step->status_after != CONTACT_OPTED_IN)
        return AS_OF_OPTED_OUT;
    if (step->paused_after > asking->point.at_s)
        return AS_OF_PAUSED;
    if (topic == NULL)
        return AS_OF_NO_TOPIC;
    if (topic->is_retired)
        return AS_OF_TOPIC_RETIRED;
    return (step->choices_after & TOPIC_BIT(asking->as_of->topic)) != 0 ? AS_OF_ALLOWED
                                                                        : AS_OF_TOPIC_OFF;
}

/* Whether an entry is the one with which what decides became so. */
static bool decides(const struct asking *asking, const struct bygone_step *step, enum as_of_why why)
{
    if (step->previous.value == 0)
        return true;
    if (why == AS_OF_OPTED_OUT)
        return step->status_before != step->status_after;
    if (why == AS_OF_PAUSED)
        return step->paused_before != step->paused_after;
    return ((step->choices_before ^ step->choices_after) & TOPIC_BIT(asking->as_of->topic)) != 0;
}

/* The person's entry before step. A link that leads nowhere, or not back, is no history. */
static enum status step_back(struct asking *asking, struct bygone_step *step)
{
    const struct bygone_step from = *step;
    enum status status = bygone_step(asking->store, from.previous, step);
    if (status == STATUS_NOT_FOUND ||
        (status == STATUS_OK && (step->contact.value != from.contact.value ||
                                 step->position.value >= from.position.value)))
        return STATUS_CORRUPT;
    return status;
}

/* From the entry on which the person stood then. */
static enum status decide_by(struct asking *asking, struct bygone_step step)
{
    const struct bygone_topic *topic = topic_then(asking);
    const struct contact then = {.daily = step.daily_after, .weekly = step.weekly_after};
    const enum as_of_why why = judge(asking, &step, topic);
    if (topic != NULL && topic->offers_frequency && !topic->is_retired)
        asking->answer.frequency = contact_frequency(&then, asking->as_of->topic);
    if (topic != NULL && why == AS_OF_TOPIC_RETIRED)
        return answer(asking, why, topic->position);
    if (why == AS_OF_NO_TOPIC)
        return answer(asking, why,
                      asking->as_of->topics_count > 0 ? asking->as_of->topics[0].position
                                                      : (struct position){0});
    while (!decides(asking, &step, why)) {
        enum status status = step_back(asking, &step);
        if (status != STATUS_OK)
            return status;
    }
    return answer(asking, why, step.position);
}

/* Whose the address was then. */
static enum status decide_person(struct asking *asking, struct contact_id person,
                                 struct position head)
{
    struct bygone_step step;
    asking->answer.person = person;
    enum status status = bygone_step(asking->store, head, &step);
    while (status == STATUS_OK && step.position.value > asking->point.position.value) {
        if (step.previous.value == 0)
            return answer(asking, AS_OF_NOT_YET, step.position);
        status = step_back(asking, &step);
    }
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && step.contact.value != person.value))
        return STATUS_CORRUPT;
    return status == STATUS_OK ? decide_by(asking, step) : status;
}

static enum status read_addresses(struct asking *asking)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    static_assert(SUPPRESSION_HASH_BYTES == BYGONE_HASH_BYTES, "one hash, made here");
    if (asking->as_of->nobody_moved)
        return STATUS_OK;
    secrets_suppression_hash(asking->as_of->service->secrets, asking->email_key, hash);
    return bygone_addresses(asking->store, asking->arena, hash, &asking->addresses,
                            &asking->addresses_count);
}

/* The address was somebody's else whom it left since, or was suppressed then: which row says so. */
static const struct bygone_address *find_row(const struct asking *asking, bool is_suppression)
{
    const struct bygone_address *found = NULL;
    for (size_t i = 0; i < asking->addresses_count; i++)
        if ((asking->addresses[i].contact.value == 0) == is_suppression &&
            holds(asking, &asking->addresses[i]))
            found = &asking->addresses[i];
    return found;
}

/* Nobody's then, as far as the rows go: but the record of who had it may have been erased since. */
static enum status decide_nobody(struct asking *asking)
{
    for (size_t i = 0; i < asking->addresses_count; i++) {
        const struct bygone_address *row = &asking->addresses[i];
        struct bygone_step step = {0};
        if (row->contact.value != 0 || row->since.value <= asking->point.position.value)
            continue;
        enum status status = bygone_step(asking->store, row->since, &step);
        if (status == STATUS_OK && step.kind == ENTRY_ERASED)
            return answer(asking, AS_OF_ERASED, row->since);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
    }
    for (size_t i = 0; i < asking->addresses_count; i++)
        if (asking->addresses[i].contact.value != 0)
            return answer(asking, AS_OF_NOT_THEIRS, (struct position){0});
    return answer(asking, AS_OF_NEVER, (struct position){0});
}

/* Who has the address now may not have been on the list then, or under another. */
static enum status decide_today(struct asking *asking, const struct contact *now)
{
    struct position since = {0};
    enum status status = STATUS_OK;
    if (!asking->as_of->nobody_moved)
        status = bygone_address_since(asking->store, now->id, &since);
    if (status != STATUS_OK)
        return status;
    const bool is_theirs = since.value <= asking->point.position.value;
    if (is_theirs) {
        status = decide_person(asking, now->id, now->head);
        if (status != STATUS_OK || asking->answer.why != AS_OF_NOT_YET)
            return status;
    }
    const struct position first = asking->answer.decided;
    status = decide_nobody(asking);
    if (status != STATUS_OK || asking->answer.why == AS_OF_ERASED)
        return status;
    asking->answer.person = now->id;
    return answer(asking, is_theirs ? AS_OF_NOT_YET : AS_OF_NOT_THEIRS, is_theirs ? first : since);
}

static enum status decide_owner(struct asking *asking)
{
    const struct bygone_address *before = find_row(asking, false);
    struct contact contact;
    enum status status;
    if (before != NULL) {
        status = contacts_get(asking->store, asking->arena, before->contact, &contact);
        if (status == STATUS_OK)
            status = decide_person(asking, contact.id, contact.head);
        /* Before their first entry it was no one's, or not theirs. */
        if (status != STATUS_OK || asking->answer.why != AS_OF_NOT_YET)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    }
    const struct as_of_answer earlier = asking->answer;
    status = contacts_find_email(asking->store, asking->arena, asking->email_key, &contact);
    if (status == STATUS_OK)
        status = decide_today(asking, &contact);
    else if (status == STATUS_NOT_FOUND)
        status = decide_nobody(asking);
    if (status == STATUS_OK && before != NULL &&
        as_of_verdict(asking->answer.why) == VERDICT_UNKNOWN && asking->answer.why != AS_OF_ERASED)
        asking->answer = earlier;
    return status;
}

/* Nobody's address with a sign-up, or somebody's topic, that waited for them to confirm it: known
 * while the request is kept. */
static enum status wait_for(struct asking *asking)
{
    bool waits = false;
    uint64_t choices = 0;
    const enum as_of_why why = asking->answer.why;
    const bool is_nobody = as_of_verdict(why) == VERDICT_UNKNOWN && why != AS_OF_ERASED;
    if (!is_nobody && why != AS_OF_TOPIC_OFF)
        return STATUS_OK;
    enum status status = confirmations_waited(asking->store, asking->email_key, asking->point.at_s,
                                              &waits, &choices);
    if (status != STATUS_OK)
        return status;
    if (is_nobody ? waits : (choices & TOPIC_BIT(asking->as_of->topic)) != 0)
        return answer(asking, AS_OF_UNCONFIRMED, (struct position){0});
    return STATUS_OK;
}

static enum status decide_address(struct asking *asking)
{
    enum status status = read_addresses(asking);
    if (status != STATUS_OK)
        return status;
    const struct bygone_address *suppressed = find_row(asking, true);
    if (suppressed != NULL)
        return answer(asking, AS_OF_SUPPRESSED, suppressed->since);
    status = decide_owner(asking);
    return status == STATUS_OK ? wait_for(asking) : status;
}

/* Their address of today says something of it only since it is theirs. */
static enum status decide_named(struct asking *asking)
{
    struct position since = {0};
    enum status status = bygone_address_since(asking->store, asking->person->id, &since);
    const bool is_theirs = since.value <= asking->point.position.value;
    if (status == STATUS_OK && is_theirs)
        status = read_addresses(asking);
    if (status != STATUS_OK)
        return status;
    const struct bygone_address *suppressed = find_row(asking, true);
    asking->answer.person = asking->person->id;
    if (suppressed != NULL)
        return answer(asking, AS_OF_SUPPRESSED, suppressed->since);
    status = decide_person(asking, asking->person->id, asking->person->head);
    return status == STATUS_OK && is_theirs ? wait_for(asking) : status;
}

enum status as_of_decide_at(const struct as_of *as_of, struct arena *arena,
                            const struct as_of_whom *whom, struct as_of_point point,
                            struct as_of_answer *out)
{
    struct asking asking = {.as_of = as_of,
                            .store = as_of->service->store,
                            .arena = arena,
                            .email_key = whom->person ? whom->person->email_key : whom->email_key,
                            .person = whom->person,
                            .point = point};
    enum status status = STATUS_OK;
    *out = (struct as_of_answer){0};
    if (!asking.email_key)
        return STATUS_INVALID;
    if (point.position.value == 0)
        asking.answer.why = AS_OF_BEFORE_LEDGER;
    else
        status = asking.person ? decide_named(&asking) : decide_address(&asking);
    if (status == STATUS_OK)
        *out = asking.answer;
    return status;
}

enum status as_of_decide(const struct as_of *as_of, struct arena *arena, const char *email_key,
                         struct as_of_answer *out)
{
    return as_of_decide_at(as_of, arena, &(struct as_of_whom){.email_key = email_key},
                           (struct as_of_point){as_of->position, as_of->at_s}, out);
}
