/*
 * view/approvals_model: what the template of view/approvals is filled from. Made there only.
 */
#ifndef ASSENT_VIEW_APPROVALS_MODEL_H
#define ASSENT_VIEW_APPROVALS_MODEL_H

#include "view/admin_model.h"
#include "view/approvals.h"

struct approval_row {
    const char *id, *seen, *csrf;
    const char *what;   /* one sentence: what would be done, or was */
    const char *reason; /* "" for none */
    const char *asker, *decider, *state, *url;
    int64_t asked_at, expires_at, decided_at;
    bool is_own, can_decide, is_approved, is_refused;
};

struct approvals_view {
    struct admin_frame frame;
    struct approval_row *rows, *past;
    size_t rows_count, past_count;
    bool is_on, is_owner, can_turn_on, has_few;
};

#endif
