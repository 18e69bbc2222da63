/*
 * service/audience: see audience.h.
 */
#include "service/audience.h"

#include <string.h>

#include "store/contacts.h"
#include "store/sent_reports.h"
#include "store/topics.h"

#define STEP_ROWS 16384

struct audience {
    struct service service; /* with a store of its own */
    struct arena *arena, *step;
    struct audience_facts facts;
    struct verdict_frame frame;
    struct contact_id at, last;

    /* Of the step that runs. */
    bool (*take)(void *context, const struct audience_member *member);
    void *context;
    enum status fault;
};

static enum status find_topic(struct audience *audience, const char *key, int64_t now_s)
{
    struct topic *topics;
    size_t count;
    enum status status = topics_list(audience->service.store, audience->arena, &topics, &count);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (strcmp(topics[i].key, key) == 0) {
            audience->facts.topic = topics[i].key;
            return verdict_frame_read(&audience->service, topics[i].id, now_s, &audience->frame);
        }
    return STATUS_NOT_FOUND;
}

static enum status read_facts(struct audience *audience, const char *topic, int64_t now_s)
{
    struct store *store = audience->service.store;
    enum status status = store_position(store, &audience->facts.position);
    if (status == STATUS_OK)
        status = find_topic(audience, topic, now_s);
    if (status == STATUS_OK)
        status = verdict_frame_narrow(&audience->service, &audience->frame);
    if (status == STATUS_OK)
        status = contacts_last_id(store, &audience->last);
    if (status != STATUS_OK)
        return status;
    uint64_t topic_bit = TOPIC_BIT(audience->frame.topic);
    audience->facts.offers_frequency = (audience->frame.offering & topic_bit) != 0;
    if ((audience->frame.in_use & topic_bit) == 0)
        audience->last.value = 0;
    return STATUS_OK;
}

enum status audience_begin(const struct service *service, const char *topic, int64_t now_s,
                           struct audience **out)
{
    struct arena *arena = arena_new();
    struct audience *audience = arena_alloc(arena, sizeof *audience);
    *audience = (struct audience){.service = *service, .arena = arena, .step = arena_new()};
    audience->service.store = NULL;
    enum status status = store_open_reader(service->conf->db_path, &audience->service.store);
    if (status == STATUS_OK)
        status = store_snapshot_begin(audience->service.store);
    if (status == STATUS_OK)
        status = read_facts(audience, topic, now_s);
    if (status != STATUS_OK) {
        audience_end(audience);
        return status;
    }
    *out = audience;
    return STATUS_OK;
}

void audience_end(struct audience *audience)
{
    if (audience == NULL)
        return;
    store_close(audience->service.store);
    arena_free(audience->step);
    arena_free(audience->arena);
}

const struct audience_facts *audience_facts(const struct audience *audience)
{
    return &audience->facts;
}

static bool take_row(void *context, const struct contact *row)
{
    struct audience *audience = context;
    struct audience_member member = {.address = row->email};
    bool is_suppressed = true;
    audience->fault =
        verdict_is_suppressed(&audience->service, &audience->frame, row->email_key, &is_suppressed);
    if (audience->fault == STATUS_OK && is_suppressed)
        return true;
    if (audience->fault == STATUS_OK && audience->facts.offers_frequency) {
        member.advice.frequency = contact_frequency(row, audience->frame.topic);
        audience->fault = sent_reports_get(audience->service.store, row->id, audience->frame.topic,
                                           &member.advice.last_sent_at);
    }
    if (audience->fault == STATUS_OK && !audience->take(audience->context, &member))
        audience->fault = STATUS_FULL;
    if (audience->fault == STATUS_OK)
        audience->facts.count++;
    return audience->fault == STATUS_OK;
}

enum status audience_next(struct audience *audience,
                          bool (*take)(void *context, const struct audience_member *member),
                          void *context, bool *is_last)
{
    struct contact_window window = {.after = audience->at,
                                    .until.value = audience->at.value + STEP_ROWS,
                                    .topic = audience->frame.topic,
                                    .now_s = audience->frame.now_s};
    audience->take = take;
    audience->context = context;
    audience->fault = STATUS_OK;
    arena_reset(audience->step);
    enum status status = STATUS_OK;
    if (window.after.value < audience->last.value)
        status =
            contacts_audience(audience->service.store, audience->step, &window, take_row, audience);
    if (status == STATUS_OK)
        status = audience->fault;
    if (status != STATUS_OK)
        return status;
    audience->at = window.until;
    *is_last = window.until.value >= audience->last.value;
    return STATUS_OK;
}
