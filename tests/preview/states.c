/*
 * tests/preview/states: see states.h.
 */
#include "preview/states.h"

#include <string.h>

#include "base/catalogue.h"

const char *states_hostile;
enum locale states_lang;

const struct state_set *const state_sets[] = {
    &states_of_links,    &states_of_requests, &states_of_seen,    &states_of_people,
    &states_of_help,     &states_of_admins,   &states_of_wording, &states_of_outbox,
    &states_of_activity, &states_of_overview, &states_of_asof,    &states_of_imports,
    &states_of_setup};
const size_t state_sets_count = sizeof state_sets / sizeof *state_sets;

/* The topics that a list begins with have names in each language. */
const char *typed(const char *text)
{
    static const enum text topics[] = {
        TEXT_TOPIC_NEWSLETTER,      TEXT_TOPIC_NEWSLETTER_ABOUT,
        TEXT_TOPIC_PRODUCT_UPDATES, TEXT_TOPIC_PRODUCT_UPDATES_ABOUT,
        TEXT_TOPIC_MARKETING,       TEXT_TOPIC_MARKETING_ABOUT,
        TEXT_TOPIC_SYSTEM_ALERTS,   TEXT_TOPIC_SYSTEM_ALERTS_ABOUT,
    };
    if (states_hostile)
        return states_hostile;
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        if (strcmp(text, text_rows[LOCALE_EN][topics[i]].text) == 0)
            return text_rows[states_lang][topics[i]].text;
    return text;
}
