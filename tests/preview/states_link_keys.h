/*
 * tests/preview/states_link_keys: the states of Setup → Links & keys, for the table in
 * states_admin.c.
 */
#ifndef ASSENT_TESTS_STATES_LINK_KEYS_H
#define ASSENT_TESTS_STATES_LINK_KEYS_H

#include "preview/states.h"

void states_link_keys(struct buf *out, struct arena *arena);
void states_link_keys_none(struct buf *out, struct arena *arena);
void states_link_keys_viewer(struct buf *out, struct arena *arena);
void states_link_keys_revoke(struct buf *out, struct arena *arena);
void states_link_keys_revoke_idle(struct buf *out, struct arena *arena);
void states_link_keys_rotated(struct buf *out, struct arena *arena);
void states_link_keys_refused(struct buf *out, struct arena *arena);
void states_link_keys_ownerless(struct buf *out, struct arena *arena);
void states_link_keys_no_file(struct buf *out, struct arena *arena);

#endif
