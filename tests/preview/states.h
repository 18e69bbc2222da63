/*
 * tests/preview/states: every page in every state, from canned structs: what `make preview` draws
 * and what the view's unit tests look through.
 */
#ifndef ASSENT_TESTS_STATES_H
#define ASSENT_TESTS_STATES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/locale.h"

struct state {
    const char *name; /* "manage-saved": also the file's name */
    void (*render)(struct buf *out, struct arena *arena);
};

struct state_set {
    const struct state *states;
    size_t count;
    bool is_admin;
};

/* One of each file; all of them, recipients' first. */
extern const struct state_set states_of_links, states_of_requests, states_of_seen, states_of_people,
    states_of_help, states_of_admins, states_of_wording, states_of_outbox, states_of_activity,
    states_of_overview, states_of_asof, states_of_imports, states_of_setup;
extern const struct state_set *const state_sets[];
extern const size_t state_sets_count;

/* While set, every text that a person could have typed is this instead. */
extern const char *states_hostile;

/* The language of the recipients' pages. */
extern enum locale states_lang;

/* text, or the hostile text while that is set. */
const char *typed(const char *text);

#endif
