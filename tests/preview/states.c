/*
 * tests/preview/states: see states.h.
 */
#include "preview/states.h"

const char *states_hostile;
enum locale states_lang;

const struct state_set *const state_sets[] = {&states_of_links, &states_of_requests,
                                              &states_of_admins, &states_of_setup};
const size_t state_sets_count = sizeof state_sets / sizeof *state_sets;

const char *typed(const char *text)
{
    return states_hostile ? states_hostile : text;
}
