/*
 * tests/preview/states: every page in every state, from canned structs: what `make preview` draws
 * and what the view's unit tests look through.
 */
#ifndef ASSENT_TESTS_STATES_H
#define ASSENT_TESTS_STATES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/locale.h"

struct state {
    const char *name; /* "manage-saved": also the file's name */
    void (*render)(struct buf *out, struct arena *arena);
};

extern const struct state recipient_states[], admin_states[];
extern const size_t recipient_states_count, admin_states_count;

/* While set, every text that a person could have typed is this instead. */
extern const char *states_hostile;

/* The language of the recipients' pages. */
extern enum locale states_lang;

/* text, or the hostile text while that is set. */
const char *typed(const char *text);

#endif
