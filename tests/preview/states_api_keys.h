/*
 * tests/preview/states_api_keys: the states of Setup → API keys and API, for the table in
 * states_admin.c.
 */
#ifndef ASSENT_TESTS_STATES_API_KEYS_H
#define ASSENT_TESTS_STATES_API_KEYS_H

#include "preview/states.h"
#include "view/admin.h"

struct admin_shell states_shell(void);

void states_api_keys(struct buf *out, struct arena *arena);
void states_api_keys_none(struct buf *out, struct arena *arena);
void states_api_keys_viewer(struct buf *out, struct arena *arena);
void states_api_keys_revoke(struct buf *out, struct arena *arena);
void states_api_keys_revoked(struct buf *out, struct arena *arena);
void states_api_keys_gone(struct buf *out, struct arena *arena);
void states_api_keys_made(struct buf *out, struct arena *arena);
void states_api_keys_bad_name(struct buf *out, struct arena *arena);
void states_api_keys_no_scope(struct buf *out, struct arena *arena);
void states_api_keys_bad_day(struct buf *out, struct arena *arena);
void states_api_keys_meanwhile(struct buf *out, struct arena *arena);
void states_api_calls(struct buf *out, struct arena *arena);
void states_api_problems(struct buf *out, struct arena *arena);

#endif
