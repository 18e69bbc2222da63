/*
 * view/team: see team.h.
 */
#include "view/team.h"

#include <assert.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "templates.h"
#include "view/team_model.h"
#include "view/words.h"

static const enum text role_words[] = {TEXT_ADMIN_TEAM_ROLE_VIEWER, TEXT_ADMIN_TEAM_ROLE_MANAGER,
                                       TEXT_ADMIN_TEAM_ROLE_OWNER};
static_assert(sizeof role_words / sizeof *role_words == ROLE_COUNT, "roles: words");

static const enum text role_abouts[] = {TEXT_ADMIN_TEAM_ROLE_VIEWER_ABOUT,
                                        TEXT_ADMIN_TEAM_ROLE_MANAGER_ABOUT,
                                        TEXT_ADMIN_TEAM_ROLE_OWNER_ABOUT};
static_assert(sizeof role_abouts / sizeof *role_abouts == ROLE_COUNT, "roles: what they may");

static const char *called(const struct admin *admin)
{
    return *admin->name ? admin->name : admin->email;
}

static struct team_row row_of(struct arena *arena, const struct admin_shell *shell,
                              const struct team_member *member, const struct team_show *show)
{
    const struct admin *admin = &member->admin;
    const bool is_self = admin->id == show->self;
    const bool acts = show->can_change && member->state != TEAM_REMOVED;

    return (struct team_row){
        .id_text = arena_printf(arena, "%lld", (long long)admin->id),
        .called = called(admin),
        .email = admin->email,
        .has_name = *admin->name != '\0',
        .role = ADMIN_TEXT(arena, role_words[admin->role]),
        .sees_masked = !admins_is_shown_addresses(admin),
        .has_factor = member->has_factor,
        .can_reset = acts && member->has_factor && !is_self,
        .signed_in_at = admin->signed_in_at,
        .invite_ends = member->invite_ends,
        .removed_at = admin->removed_at,
        .disabled_at = admin->disabled_at,
        .created_at = admin->created_at,
        .is_active = member->state == TEAM_ACTIVE,
        .is_invited = member->state == TEAM_INVITED,
        .is_disabled = member->state == TEAM_DISABLED,
        .is_removed = member->state == TEAM_REMOVED,
        .is_self = is_self,
        .is_over = member->state == TEAM_INVITED && member->invite_ends <= show->now_s,
        .can_edit = acts,
        .can_disable = acts && member->state == TEAM_ACTIVE && !is_self,
        .can_enable = acts && member->state == TEAM_DISABLED,
        .can_remove = acts && member->state != TEAM_INVITED && !is_self,
        .csrf = shell->csrf,
    };
}

static struct team_form form_of(struct arena *arena, const char *id_text,
                                const struct team_typed *typed)
{
    struct team_form form = {.id_text = id_text,
                             .email = typed->email,
                             .name = typed->name,
                             .sees_addresses = typed->sees_addresses};

    for (enum admin_role role = 0; role < ROLE_COUNT; role++)
        form.roles[form.roles_count++] =
            (struct option){.value = team_role_key(role),
                            .label = ADMIN_TEXT(arena, role_abouts[role]),
                            .is_selected = role == typed->role};
    return form;
}

static void put_fault(struct team_view *view, const char *words)
{
    view->frame.shell.notice = words;
    view->frame.shell.notice_is_fault = true;
}

static void put_refusal(struct team_view *view, struct arena *arena, const struct team_show *show)
{
    struct team_form *form = show->act->what == TEAM_INVITE ? &view->add : &view->edit;

    switch (show->done->fault) {
    case TEAM_EMAIL_BAD:
        form->email_fault = ADMIN_TEXT(arena, words_email(show->done->email_fault));
        break;
    case TEAM_EMAIL_TAKEN:
        form->email_fault = ADMIN_TEXT(arena, TEXT_ADMIN_TEAM_FAULT_TAKEN);
        break;
    case TEAM_NAME_BAD:
        form->name_fault = ADMIN_TEXT(arena, TEXT_ADMIN_TEAM_FAULT_NAME);
        break;
    case TEAM_LAST_OWNER:
        put_fault(view, ADMIN_TEXT(arena, TEXT_ADMIN_TEAM_FAULT_LAST));
        break;
    case TEAM_GONE:
        put_fault(view, ADMIN_TEXT(arena, TEXT_ADMIN_TEAM_FAULT_GONE));
        break;
    case TEAM_NO_OWNER:
        put_fault(view, ADMIN_TEXT(arena, TEXT_ADMIN_TEAM_FAULT_NO_OWNER));
        break;
    case TEAM_FULL:
        put_fault(view, ADMIN_TEXT(arena, TEXT_ADMIN_TEAM_FAULT_FULL));
        break;
    case TEAM_FINE:
    case TEAM_FAULT_COUNT:
        break;
    }
    view->opens_new = show->act->what == TEAM_INVITE;
}

/* What stands in the address after an act that went well. */
static const char *notice_of(struct arena *arena, const struct team_show *show)
{
    static const struct {
        const char *did;
        enum text words;
    } notices[] = {
        {"edit", TEXT_ADMIN_TEAM_DID_EDIT},     {"disable", TEXT_ADMIN_TEAM_DID_DISABLE},
        {"enable", TEXT_ADMIN_TEAM_DID_ENABLE}, {"remove", TEXT_ADMIN_TEAM_DID_REMOVE},
        {"cancel", TEXT_ADMIN_TEAM_DID_CANCEL}, {"reset", TEXT_ADMIN_TEAM_DID_RESET},
    };

    for (size_t i = 0; show->did && show->who && i < sizeof notices / sizeof *notices; i++)
        if (strcmp(notices[i].did, show->did) == 0)
            return ADMIN_TEXT(arena, notices[i].words, ARG("name", show->who));
    return NULL;
}

static void open_forms(struct team_view *view, struct arena *arena, const struct admin *admin,
                       const struct team_row *row, const struct team_show *show)
{
    const bool is_refused =
        show->done && show->act->what == TEAM_EDIT && show->act->admin == admin->id;
    struct team_typed typed = {admin->email, admin->name, admin->role, admin->sees_addresses};

    if (row->can_remove && admin->id == show->removes)
        view->asks = true;
    else if (row->can_edit && (admin->id == show->edits || is_refused))
        view->edits = true;
    else
        return;
    view->asked = *row;
    if (is_refused) {
        typed = *show->typed;
        typed.email = admin->email;
    }
    view->edit = form_of(arena, row->id_text, &typed);
}

void view_team(struct buf *out, struct arena *arena, const struct admin_shell *shell,
               const struct team_member *members, size_t count, const struct team_show *show)
{
    static const struct team_typed blank = {"", "", ROLE_VIEWER, false};
    struct team_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_TEAM_TITLE), 'm'),
        .rows = arena_array(arena, count, sizeof *view.rows),
        .rows_count = count,
        .can_change = show->can_change,
        .link = show->link,
    };
    const bool is_new = show->done && show->act->what == TEAM_INVITE;

    for (size_t i = 0; i < count; i++) {
        view.rows[i] = row_of(arena, shell, &members[i], show);
        open_forms(&view, arena, &members[i].admin, &view.rows[i], show);
    }
    view.add = form_of(arena, "", is_new && !show->link ? show->typed : &blank);
    if (!view.frame.shell.notice)
        view.frame.shell.notice = notice_of(arena, show);
    if (show->link && show->done) {
        char ends[CLOCK_HUMAN_BYTES];
        clock_human(show->done->invite_ends, ends);
        view.link_ends = arena_strdup(arena, ends);
        view.link_for = called(&show->done->admin);
    } else if (show->done) {
        put_refusal(&view, arena, show);
    }
    template_team(out, &view);
}

void view_invite(struct buf *out, struct arena *arena, const struct team_member *member,
                 enum team_password_fault fault)
{
    static const enum text words[] = {
        [TEAM_PASSWORD_SHORT] = TEXT_ADMIN_INVITE_FAULT_SHORT,
        [TEAM_PASSWORD_LONG] = TEXT_ADMIN_INVITE_FAULT_LONG,
        [TEAM_PASSWORD_COMMON] = TEXT_ADMIN_INVITE_FAULT_COMMON,
        [TEAM_PASSWORD_DIFFERS] = TEXT_ADMIN_INVITE_FAULT_DIFFERS,
    };
    static_assert(sizeof words / sizeof *words == TEAM_PASSWORD_FAULT_COUNT, "faults: words");
    const struct invite_view view = {
        .email = member->admin.email,
        .called = member->admin.name,
        .has_name = *member->admin.name != '\0',
        .role = ADMIN_TEXT(arena, role_abouts[member->admin.role]),
        .ends = member->invite_ends,
        .fault = fault == TEAM_PASSWORD_FINE ? NULL : ADMIN_TEXT(arena, words[fault]),
    };

    template_invite(out, &view);
}
