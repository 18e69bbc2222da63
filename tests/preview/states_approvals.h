/*
 * tests/preview/states_approvals: the states of Setup → Approvals, for the table in states_admin.c.
 */
#ifndef ASSENT_TESTS_STATES_APPROVALS_H
#define ASSENT_TESTS_STATES_APPROVALS_H

#include "preview/states.h"

void states_approvals(struct buf *out, struct arena *arena);
void states_approvals_off(struct buf *out, struct arena *arena);
void states_approvals_alone(struct buf *out, struct arena *arena);
void states_approvals_manager(struct buf *out, struct arena *arena);
void states_approvals_refused(struct buf *out, struct arena *arena);

#endif
