/*
 * view/approvals: see approvals.h.
 */
#include "view/approvals.h"

#include <inttypes.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/approvals_model.h"

static const char *what_of(struct arena *arena, const struct approval_line *line)
{
    const struct approval *approval = &line->approval;

    switch (approval->kind) {
    case APPROVAL_IMPORT:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_IMPORT, ARG("name", line->name),
                          catalogue_arg_int("n", line->people));
    case APPROVAL_ERASE:
        if (*line->email == '\0')
            return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_ERASE_GONE, ARG("id", approval->target));
        if (*line->name == '\0')
            return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_ERASE_NAMELESS,
                              ARG("email", line->email));
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_ERASE, ARG("name", line->name),
                          ARG("email", line->email));
    case APPROVAL_LINK_KEY:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_LINK_KEY, ARG("id", approval->target),
                          ARG("owner", line->name));
    case APPROVAL_API_KEY:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_API_KEY, ARG("name", line->name));
    case APPROVAL_OFF:
    case APPROVAL_KIND_END:
        break;
    }
    return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_TURN_OFF);
}

/* Where what it is about can be looked at. */
static const char *url_of(struct arena *arena, const struct approval_line *line)
{
    switch (line->approval.kind) {
    case APPROVAL_IMPORT:
        return arena_printf(arena, "/admin/import/%s", line->approval.target);
    case APPROVAL_ERASE:
        return *line->email ? arena_printf(arena, "/admin/people/%s", line->approval.target) : NULL;
    case APPROVAL_LINK_KEY:
        return arena_printf(arena, "/admin/keys?revoke=%s", line->approval.target);
    case APPROVAL_API_KEY:
        return "/admin/api-keys";
    case APPROVAL_OFF:
    case APPROVAL_KIND_END:
        break;
    }
    return NULL;
}

static const char *state_of(struct arena *arena, enum approval_state state)
{
    switch (state) {
    case APPROVAL_APPROVED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_APPROVED);
    case APPROVAL_DECLINED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_DECLINED);
    case APPROVAL_WITHDRAWN:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_WITHDRAWN);
    case APPROVAL_EXPIRED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_EXPIRED);
    case APPROVAL_VOID:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_VOID);
    case APPROVAL_WAITS:
    case APPROVAL_STATE_COUNT:
        break;
    }
    return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_WAITS);
}

static struct approval_row row_of(struct arena *arena, const struct approval_line *line,
                                  const char *csrf)
{
    const struct approval *approval = &line->approval;

    return (struct approval_row){
        .id = arena_printf(arena, "%" PRId64, approval->id),
        .seen = line->seen,
        .csrf = csrf,
        .what = what_of(arena, line),
        .reason = line->reason,
        .asker = line->asker,
        .decider = line->decider,
        .state = state_of(arena, approval->state),
        .url = url_of(arena, line),
        .asked_at = approval->asked_at,
        .expires_at = approval->expires_at,
        .decided_at = approval->decided_at,
        .is_own = line->is_own,
        .can_decide = line->can_decide,
        .is_approved = approval->state == APPROVAL_APPROVED,
        .is_refused = approval->state == APPROVAL_DECLINED || approval->state == APPROVAL_VOID,
    };
}

/* What a decision that was refused says; NULL: it was not. */
static const char *fault_of(struct arena *arena, const struct approvals_show *show)
{
    switch (show->outcome) {
    case APPROVAL_NOT_THERE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_FAULT_GONE);
    case APPROVAL_OWN:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_FAULT_OWN);
    case APPROVAL_NOT_OWN:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_FAULT_NOT_OWN);
    case APPROVAL_ROLE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_FAULT_ROLE);
    case APPROVAL_OVER:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_FAULT_OVER);
    case APPROVAL_ALTERED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_FAULT_ALTERED);
    case APPROVAL_IMPOSSIBLE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_FAULT_IMPOSSIBLE);
    case APPROVAL_DONE:
    case APPROVAL_OUTCOME_COUNT:
        break;
    }
    return show->turn == APPROVALS_FEW ? ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_FEW) : NULL;
}

static const char *did_of(struct arena *arena, enum approvals_act did)
{
    switch (did) {
    case APPROVALS_APPROVE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_DID_APPROVE);
    case APPROVALS_DECLINE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_DID_DECLINE);
    case APPROVALS_WITHDRAW:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_DID_WITHDRAW);
    case APPROVALS_ON:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_DID_ON);
    case APPROVALS_ASK:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_DID_ASK);
    case APPROVALS_ASK_AGAIN:
        return ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_DID_BEFORE);
    case APPROVALS_OFF: /* which is asked for */
    case APPROVALS_LOOK:
    case APPROVALS_ACT_COUNT:
        break;
    }
    return NULL;
}

void view_approvals(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                    const struct approvals_page *list, const struct approvals_show *show)
{
    struct approvals_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_APPROVALS_TITLE), 'q'),
        .rows = arena_array(arena, list->waiting_count + 1, sizeof *view.rows),
        .past = arena_array(arena, list->past_count + 1, sizeof *view.past),
        .rows_count = list->waiting_count,
        .past_count = list->past_count,
        .is_on = list->is_on,
        .is_owner = show->is_owner,
        .can_turn_on = list->owners >= APPROVAL_OWNERS_MIN,
        .has_few = list->is_on && list->owners < APPROVAL_OWNERS_MIN,
    };
    const char *fault = fault_of(arena, show);

    for (size_t i = 0; i < list->waiting_count; i++)
        view.rows[i] = row_of(arena, &list->waiting[i], shell->csrf);
    for (size_t i = 0; i < list->past_count; i++)
        view.past[i] = row_of(arena, &list->past[i], shell->csrf);
    view.frame.shell.notice = fault ? fault : did_of(arena, show->did);
    view.frame.shell.notice_is_fault = fault != NULL;
    template_approvals(out, &view);
}
