/*
 * tests/preview/states_team: the states of Setup → Team and of an invitation's page, for the table
 * in states_admin.c.
 */
#ifndef ASSENT_TESTS_PREVIEW_STATES_TEAM_H
#define ASSENT_TESTS_PREVIEW_STATES_TEAM_H

#include "preview/states.h"

void states_team(struct buf *out, struct arena *arena);
void states_team_viewer(struct buf *out, struct arena *arena);
void states_team_edit(struct buf *out, struct arena *arena);
void states_team_remove(struct buf *out, struct arena *arena);
void states_team_made(struct buf *out, struct arena *arena);
void states_team_bad_email(struct buf *out, struct arena *arena);
void states_team_last_owner(struct buf *out, struct arena *arena);
void states_team_did(struct buf *out, struct arena *arena);
void states_invite(struct buf *out, struct arena *arena);
void states_invite_short(struct buf *out, struct arena *arena);

#endif
