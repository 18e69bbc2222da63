/*
 * view/team_model: what the templates of view/team are filled from. Made there only.
 */
#ifndef ASSENT_VIEW_TEAM_MODEL_H
#define ASSENT_VIEW_TEAM_MODEL_H

#include "view/admin_model.h"
#include "view/team.h"

struct team_row {
    const char *id_text, *called, *email, *role;
    bool has_name, sees_masked, has_factor, can_reset;
    int64_t signed_in_at, invite_ends, removed_at, disabled_at, created_at; /* 0: not */
    bool is_active, is_invited, is_disabled, is_removed, is_self;
    bool is_over;                                       /* the invitation is */
    bool can_edit, can_disable, can_enable, can_remove; /* what this page offers */
    const char *csrf;
};

struct team_form {
    const char *id_text, *email, *name;
    struct option roles[ROLE_COUNT];
    size_t roles_count;
    bool sees_addresses;
    const char *email_fault, *name_fault; /* NULL: none */
};

struct team_view {
    struct admin_frame frame;
    struct team_row *rows;
    size_t rows_count;
    struct team_row asked; /* the removal to confirm, or whose form is open */
    bool asks, edits, can_change, opens_new;
    struct team_form edit, add;
    const char *link, *link_for, *link_ends; /* NULL: none was made */
};

struct invite_view {
    const char *email, *called, *role, *fault;
    bool has_name;
    int64_t ends;
};

#endif
