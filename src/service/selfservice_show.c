/*
 * service/selfservice_show: fills a recipient's page from the person as they stand. See
 * selfservice.h for what is on it, and what is not.
 */
#include "base/catalogue.h"
#include "base/clock.h"
#include "base/email.h"
#include "service/common.h"
#include "service/pause.h"
#include "service/selfservice_visit.h"

bool selfservice_is_known(enum link_state state)
{
    return state == LINK_GOOD || state == LINK_EXPIRED || state == LINK_VOID;
}

bool selfservice_is_manage(const struct link_opened *link)
{
    return link->claims.purpose == PURPOSE_MANAGE;
}

static size_t count_bits(uint64_t mask)
{
    return (size_t)__builtin_popcountll(mask);
}

static const char **names_of(struct arena *arena, const struct topic *topics, size_t topics_count,
                             uint64_t mask, size_t *count)
{
    const char **names = arena_array(arena, count_bits(mask) + 1, sizeof(*names));
    *count = 0;
    for (size_t i = 0; i < topics_count; i++)
        if (mask & TOPIC_BIT(topics[i].id))
            names[(*count)++] = topics[i].name;
    return names;
}

static void show_choices(struct visit *visit, const struct topic *topics, size_t count)
{
    struct self_page *page = &visit->page;
    page->choices = arena_array(visit->arena, count + 1, sizeof(*page->choices));
    for (size_t i = 0; i < count; i++) {
        if (topics[i].retired_at != 0)
            continue;
        page->choices[page->choices_count++] = (struct choice){
            .key = topics[i].key,
            .name = topics[i].name,
            .description = topics[i].description,
            .is_on = (visit->contact.choices & TOPIC_BIT(topics[i].id)) != 0,
            .offers_frequency = topics[i].offers_frequency,
            .frequency = contact_frequency(&visit->contact, topics[i].id),
        };
    }
}

static void show_own_topic(struct visit *visit, const struct topic *topics, size_t count)
{
    struct self_page *page = &visit->page;
    const struct topic_id topic = visit->link->claims.topic;
    if (topic.value == 0) {
        page->topic_is_on = visit->contact.status == CONTACT_OPTED_IN;
        return;
    }
    page->topic_is_on = (visit->contact.choices & TOPIC_BIT(topic)) != 0;
    page->topic_name = TEXT(visit->arena, page->lang,
                            TEXT_SHEET_THESE); /* a number that no topic was ever given */
    for (size_t i = 0; i < count; i++)
        if (topics[i].id.value == topic.value)
            page->topic_name = topics[i].name;
}

enum status selfservice_show(struct visit *visit)
{
    struct self_page *page = &visit->page;
    struct common common;
    enum status status = visit->link->has_seen ? common_look_after(visit->service, visit->arena,
                                                                   visit->link->seen, &common)
                                               : common_look(visit->service, visit->arena, &common);
    if (status == STATUS_OK)
        status = common_brand(&common, &page->brand);
    if (status != STATUS_OK || !selfservice_is_known(visit->link->state))
        return status;
    struct topic *topics = NULL;
    size_t count = 0;
    status = common_wording(&common, &page->wording_set);
    if (status == STATUS_OK)
        status = common_topics(&common, page->lang, &topics, &count);
    if (status != STATUS_OK)
        return status;
    page->masked_email = email_mask(visit->arena, visit->contact.email);
    page->any_is_on = visit->contact.choices != 0;
    if (!selfservice_is_manage(visit->link)) {
        show_own_topic(visit, topics, count);
        return STATUS_OK;
    }
    if (page->link != LINK_GOOD)
        return STATUS_OK;
    const int64_t now_s = clock_now_s();
    if (visit->contact.paused_until > now_s)
        page->paused_until = visit->contact.paused_until;
    page->usual_is_own = locale_parse(visit->contact.language, &page->usual);
    if (!page->usual_is_own)
        status = common_locale(&common, &page->usual);
    if (status != STATUS_OK)
        return status;
    pause_range(now_s, &page->pause_first, &page->pause_last);
    show_choices(visit, topics, count);
    page->turned_on = names_of(visit->arena, topics, count, visit->went_on, &page->turned_on_count);
    page->turned_off =
        names_of(visit->arena, topics, count, visit->went_off, &page->turned_off_count);
    for (size_t i = 0; i < FREQUENCY_COUNT; i++)
        page->often[i].names =
            names_of(visit->arena, topics, count, visit->often[i], &page->often[i].names_count);
    return STATUS_OK;
}
