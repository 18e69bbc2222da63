/*
 * tests/preview/states_approvals: Setup → Approvals in every state.
 */
#include "preview/states_approvals.h"

#include "preview/states_api_keys.h"
#include "view/approvals.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */

static struct approval_line line(int64_t id, enum approval_kind kind, const char *target)
{
    return (struct approval_line){.approval = {.id = id,
                                               .kind = kind,
                                               .target = target,
                                               .detail = "",
                                               .asked_at = NOV_3 - 3600 * id,
                                               .expires_at = NOV_3 - 3600 * id + APPROVAL_LIFE_S},
                                  .asker = typed("Mia Manager"),
                                  .decider = "",
                                  .name = "",
                                  .email = "",
                                  .reason = "",
                                  .seen = "0123456789ab"};
}

static void page(struct buf *out, struct arena *arena, bool is_on, int64_t owners,
                 struct approvals_show *show)
{
    struct admin_shell frame = states_shell();
    struct approval_line waiting[] = {
        line(4, APPROVAL_ERASE, "1a2b3c4d5e6f7081"), line(5, APPROVAL_IMPORT, "12"),
        line(6, APPROVAL_LINK_KEY, "1a2b3c4d"), line(7, APPROVAL_OFF, "")};
    struct approval_line past[] = {line(3, APPROVAL_API_KEY, "3"),
                                   line(2, APPROVAL_ERASE, "99aabbccddeeff00"),
                                   line(1, APPROVAL_IMPORT, "9")};

    waiting[0].name = typed("Maximiliana-Theodora von Hohenzollern-Sigmaringen");
    waiting[0].email = typed("maximiliana.theodora@a-very-long-domain-name.example");
    waiting[0].reason = typed("Asked for by letter of 2 November.");
    waiting[1].name = typed("spring-fair.csv");
    waiting[1].people = 1240;
    waiting[2].name = typed("Old mailer");
    for (size_t i = 0; i < 3; i++)
        waiting[i].can_decide = true;
    waiting[3].is_own = true;
    waiting[3].asker = typed("Ada Admin");
    past[0].approval.state = APPROVAL_DECLINED;
    past[0].name = typed("Trial");
    past[1].approval.state = APPROVAL_APPROVED;
    past[2].approval.state = APPROVAL_EXPIRED;
    past[2].name = typed("people.csv");
    past[2].people = 101;
    for (size_t i = 0; i < 2; i++) {
        past[i].decider = typed("Bob Owner");
        past[i].approval.decided_at = NOV_3;
    }
    const struct approvals_page list = {.is_on = is_on,
                                        .owners = owners,
                                        .waiting = waiting,
                                        .waiting_count = is_on ? 4 : 0,
                                        .past = past,
                                        .past_count = is_on ? 3 : 0};
    frame.approvals_waiting = is_on ? 3 : 0;
    view_approvals(out, arena, &frame, &list, show);
}

void states_approvals(struct buf *out, struct arena *arena)
{
    page(out, arena, true, 2, &(struct approvals_show){.is_owner = true, .did = APPROVALS_ASK});
}

void states_approvals_off(struct buf *out, struct arena *arena)
{
    page(out, arena, false, 2, &(struct approvals_show){.is_owner = true});
}

void states_approvals_alone(struct buf *out, struct arena *arena)
{
    page(out, arena, false, 1, &(struct approvals_show){.is_owner = true, .turn = APPROVALS_FEW});
}

void states_approvals_manager(struct buf *out, struct arena *arena)
{
    page(out, arena, true, 1, &(struct approvals_show){.is_owner = false});
}

void states_approvals_refused(struct buf *out, struct arena *arena)
{
    page(out, arena, true, 2,
         &(struct approvals_show){.is_owner = true, .outcome = APPROVAL_IMPOSSIBLE});
}
