/*
 * view/team: Setup → Team, and the page on which the invited set their password. The conventions
 * are view/admin.h's.
 */
#ifndef ASSENT_VIEW_TEAM_H
#define ASSENT_VIEW_TEAM_H

#include "service/team.h"
#include "view/admin.h"

struct team_typed { /* the form's fields, as typed */
    const char *email, *name;
    enum admin_role role;
    bool sees_addresses;
};

struct team_show {
    int64_t now_s;
    int64_t self;           /* whose page it is */
    bool can_change;        /* owners; others look */
    int64_t edits, removes; /* whose form, or whose removal, is asked for; 0: nobody's */
    const char *did, *who;  /* what was done before this page ("disable"), to whom; NULL: nothing */
    /* After a form was answered on this page; else NULL. */
    const struct team_act *act;
    const struct team_done *done;
    const struct team_typed *typed;
    const char *link; /* of the invitation just made: this page alone has it; NULL: none */
};

/* /admin/team. */
void view_team(struct buf *out, struct arena *arena, const struct admin_shell *shell,
               const struct team_member *members, size_t count, const struct team_show *show);

/* /admin/invite/TOKEN. */
void view_invite(struct buf *out, struct arena *arena, const struct team_member *member,
                 enum team_password_fault fault);

#endif
