/*
 * tests/preview/states_account: the states of My account and of the login's second step, for the
 * table in states_admin.c.
 */
#ifndef ASSENT_TESTS_STATES_ACCOUNT_H
#define ASSENT_TESTS_STATES_ACCOUNT_H

#include "preview/states.h"
#include "view/admin.h"

struct admin_shell states_shell(void);

void states_account(struct buf *out, struct arena *arena);
void states_account_on(struct buf *out, struct arena *arena);
void states_account_low(struct buf *out, struct arena *arena);
void states_account_refused(struct buf *out, struct arena *arena);
void states_factor_none(struct buf *out, struct arena *arena);
void states_factor_due(struct buf *out, struct arena *arena);
void states_factor_scan(struct buf *out, struct arena *arena);
void states_factor_drift(struct buf *out, struct arena *arena);
void states_factor_codes(struct buf *out, struct arena *arena);
void states_factor_on(struct buf *out, struct arena *arena);
void states_factor_clock(struct buf *out, struct arena *arena);
void states_login_code(struct buf *out, struct arena *arena);
void states_login_code_wrong(struct buf *out, struct arena *arena);
void states_login_recovery(struct buf *out, struct arena *arena);

#endif
