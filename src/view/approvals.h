/*
 * view/approvals: Setup → Approvals. The conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_APPROVALS_H
#define ASSENT_VIEW_APPROVALS_H

#include "service/approvals.h"
#include "view/admin.h"

enum approvals_act {
    APPROVALS_LOOK,
    APPROVALS_APPROVE,
    APPROVALS_DECLINE,
    APPROVALS_WITHDRAW,
    APPROVALS_ON,
    APPROVALS_OFF,
    APPROVALS_ASK, /* on another page */
    APPROVALS_ASK_AGAIN,
    APPROVALS_ACT_COUNT
};

struct approvals_show {
    bool is_owner;
    enum approvals_act did;        /* what was done before this page; LOOK: nothing */
    enum approval_outcome outcome; /* of a decision that was refused; else DONE */
    enum approvals_turn turn;      /* FEW: it was not turned on */
};

/* /admin/approvals. */
void view_approvals(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                    const struct approvals_page *list, const struct approvals_show *show);

#endif
