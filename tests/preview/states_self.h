/*
 * tests/preview/states_self: what recipients' pages are filled from. See states.h.
 */
#ifndef ASSENT_TESTS_STATES_SELF_H
#define ASSENT_TESTS_STATES_SELF_H

#include "preview/states.h"
#include "view/recipient.h"

/* Of someone with three of four topics on. */
struct self_page states_self_page(struct arena *arena, enum link_purpose purpose);

#endif
