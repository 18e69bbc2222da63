/*
 * view/account: My account, its second factor, and the login's second step.
 */
#ifndef ASSENT_VIEW_ACCOUNT_H
#define ASSENT_VIEW_ACCOUNT_H

#include "service/account.h"
#include "service/factor.h"
#include "view/admin.h"

struct account_show {
    int64_t now_s;
    struct factor_facts facts;
    const struct account_session *sessions;
    size_t sessions_count;
    const struct account_change *change; /* a new password that was refused; NULL: none was */
};
/* /admin/account. */
void view_account(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                  const struct account_show *show);

/* What the last act did, as a notice; in words from the arena. */
const char *view_account_ended(struct arena *arena, int64_t ended);
const char *view_account_changed(struct arena *arena, int64_t ended);
const char *view_account_recovered(struct arena *arena, int64_t left);
const char *view_account_off(struct arena *arena);

enum factor_form {
    FACTOR_FORM_NONE,
    FACTOR_FORM_BEGIN,
    FACTOR_FORM_ON,
    FACTOR_FORM_RENEW,
    FACTOR_FORM_OFF
};
struct account_factor_show {
    int64_t now_s;
    struct factor_facts facts;
    bool is_due;                      /* nothing else opens before */
    const struct factor_offer *offer; /* NULL: none waits */
    enum factor_form form;            /* that was sent */
    const struct factor_done *done;   /* what came of it; NULL with FACTOR_FORM_NONE */
};
/* /admin/account/factor. The caller wipes out: it may hold a secret or codes. */
void view_account_factor(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                         const struct account_factor_show *show);

struct login_code_show {
    int64_t now_s;
    const char *email; /* whose password was right */
    const char *next;  /* a path of ours, or NULL */
    bool is_recovery;
    const struct factor_checked *checked; /* NULL: nothing was typed */
};
/* /admin/login/code. */
void view_login_code(struct buf *out, struct arena *arena, const struct login_code_show *show);

#endif
