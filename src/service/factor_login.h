/*
 * service/factor_login: the second step of a login: the code (REQUIREMENTS S2). What holds between
 * both steps is auth_step of service/auth.
 */
#ifndef ASSENT_SERVICE_FACTOR_LOGIN_H
#define ASSENT_SERVICE_FACTOR_LOGIN_H

#include "service/factor.h"

struct factor_login {
    bool is_over;                  /* the step ended: the password has to be typed again */
    struct factor_checked checked; /* with a fault: not in, and the step goes on unless is_over */
    struct login_result opened;    /* is_in, and the session's cookie */
};
/* step_cookie: of the password's step; replaces: NULL, or the session cookie that came with the
 * form, which ends. Wrong codes behind a right password are in the ledger when they end the step.
 */
enum status factor_login(const struct service *service, struct txn *txn, struct arena *arena,
                         const char *step_cookie, const char *typed, const char *replaces,
                         const char *address, const char *agent, int64_t now_s,
                         struct factor_login *out) MUST_CHECK;

#endif
