/*
 * tests/preview/states_team: Setup → Team in every state, and the page of an invitation.
 */
#include "preview/states_team.h"

#include "preview/states_api_keys.h"
#include "view/team.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */

static void team_page(struct buf *out, struct arena *arena, const struct team_show *show)
{
    struct admin_shell frame = states_shell();
    const struct team_member members[] = {
        {.admin = {.id = 1,
                   .email = "ada@example.com",
                   .name = "Ada Admin",
                   .role = ROLE_OWNER,
                   .created_at = NOV_3 - 90 * 86400,
                   .signed_in_at = NOV_3 - 60},
         .has_factor = true},
        {.admin = {.id = 2,
                   .email = typed("kim.a.name.that.is.long@franchise.example.org"),
                   .name = typed("Kim Poe"),
                   .role = ROLE_MANAGER,
                   .created_at = NOV_3 - 9 * 86400}},
        {.admin = {.id = 3,
                   .email = "lee@example.com",
                   .name = "",
                   .role = ROLE_VIEWER,
                   .created_at = NOV_3 - 86400},
         .state = TEAM_INVITED,
         .invite_ends = NOV_3 + 6 * 86400},
        {.admin = {.id = 4,
                   .email = "late@example.com",
                   .name = "Late",
                   .role = ROLE_OWNER,
                   .created_at = NOV_3 - 20 * 86400},
         .state = TEAM_INVITED,
         .invite_ends = NOV_3 - 13 * 86400},
        {.admin = {.id = 5,
                   .email = "max@example.com",
                   .name = "Max",
                   .role = ROLE_OWNER,
                   .created_at = NOV_3 - 30 * 86400,
                   .signed_in_at = NOV_3 - 20 * 86400,
                   .disabled_at = NOV_3 - 3600},
         .state = TEAM_DISABLED},
        {.admin = {.id = 6,
                   .email = "old@example.com",
                   .name = "Old Hand",
                   .role = ROLE_VIEWER,
                   .sees_addresses = true,
                   .created_at = NOV_3 - 400 * 86400,
                   .signed_in_at = NOV_3 - 100 * 86400,
                   .removed_at = NOV_3 - 86400},
         .state = TEAM_REMOVED},
    };

    view_team(out, arena, &frame, members, sizeof members / sizeof *members, show);
}

static struct team_show owner(void)
{
    return (struct team_show){.now_s = NOV_3, .self = 1, .can_change = true};
}

void states_team(struct buf *out, struct arena *arena)
{
    const struct team_show show = owner();
    team_page(out, arena, &show);
}

void states_team_viewer(struct buf *out, struct arena *arena)
{
    const struct team_show show = {.now_s = NOV_3, .self = 2};
    team_page(out, arena, &show);
}

void states_team_edit(struct buf *out, struct arena *arena)
{
    struct team_show show = owner();
    show.edits = 2;
    team_page(out, arena, &show);
}

void states_team_remove(struct buf *out, struct arena *arena)
{
    struct team_show show = owner();
    show.removes = 2;
    team_page(out, arena, &show);
}

void states_team_made(struct buf *out, struct arena *arena)
{
    struct team_show show = owner();
    const struct team_act act = {.what = TEAM_INVITE};
    const struct team_done done = {.admin = {.name = "", .email = "lee@example.com"},
                                   .invite_ends = NOV_3 + TEAM_INVITE_S};
    show.act = &act;
    show.done = &done;
    show.link =
        "https://lists.example.com/admin/invite/Zk3pb81Q0aXyq_T5Zk3pb81Q0aXyq_T5Zk3pb81Q0aX";
    team_page(out, arena, &show);
}

static void refused(struct buf *out, struct arena *arena, enum team_do what, enum team_fault fault)
{
    struct team_show show = owner();
    const struct team_act act = {.what = what, .admin = 2};
    const struct team_done done = {.fault = fault, .email_fault = EMAIL_NO_AT};
    const struct team_typed fields = {typed("lee.example.com"), typed("Lee"), ROLE_MANAGER, true};
    show.act = &act;
    show.done = &done;
    show.typed = &fields;
    team_page(out, arena, &show);
}

void states_team_bad_email(struct buf *out, struct arena *arena)
{
    refused(out, arena, TEAM_INVITE, TEAM_EMAIL_BAD);
}

void states_team_last_owner(struct buf *out, struct arena *arena)
{
    refused(out, arena, TEAM_EDIT, TEAM_LAST_OWNER);
}

void states_team_did(struct buf *out, struct arena *arena)
{
    struct team_show show = owner();
    show.did = "disable";
    show.who = "Max";
    team_page(out, arena, &show);
}

static void invite_page(struct buf *out, struct arena *arena, enum team_password_fault fault)
{
    const struct team_member member = {
        .admin = {.email = "lee@example.com", .name = typed("Lee"), .role = ROLE_MANAGER},
        .invite_ends = NOV_3 + TEAM_INVITE_S};
    view_invite(out, arena, &member, fault);
}

void states_invite(struct buf *out, struct arena *arena)
{
    invite_page(out, arena, TEAM_PASSWORD_FINE);
}

void states_invite_short(struct buf *out, struct arena *arena)
{
    invite_page(out, arena, TEAM_PASSWORD_SHORT);
}
