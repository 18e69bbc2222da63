/*
 * service/team: what an owner or an operator does. The list, and what the invited do, are in
 * team_list.c and team_invite.c. See the header.
 */
#include "service/team.h"

#include <assert.h>
#include <string.h>

#include "service/auth.h"
#include "service/change.h"
#include "service/factor.h"
#include "service/fields.h"
#include "service/team_invite.h"

static const char *const role_keys[] = {"viewer", "manager", "owner"};
static_assert(sizeof role_keys / sizeof *role_keys == ROLE_COUNT, "a key for each role");

const char *team_role_key(enum admin_role role)
{
    return role < ROLE_COUNT ? role_keys[role] : "unknown";
}

bool team_role_parse(const char *key, enum admin_role *out)
{
    for (enum admin_role role = 0; role < ROLE_COUNT; role++)
        if (strcmp(role_keys[role], key) == 0) {
            *out = role;
            return true;
        }
    return false;
}

/* One act under way. */
struct doing {
    const struct service *service;
    struct txn *txn;
    struct arena *arena;
    const struct team_act *act;
    struct team_done *done;
};

static enum status record(const struct doing *doing, enum entry_kind kind, const char *note)
{
    struct entry entry = {
        .kind = kind, .subject = doing->done->admin.id, .private = {.note = note}};

    return change_record(doing->service, doing->txn, &entry, &doing->act->origin);
}

/* The page let an owner in; since then they may have been disabled, removed or given another role
 * by an act that was written before this one. */
static enum status check_actor(const struct doing *doing)
{
    struct admin actor;

    if (doing->act->origin.actor != ACTOR_ADMIN)
        return STATUS_OK;
    enum status status =
        admins_get(txn_store(doing->txn), doing->arena, doing->act->origin.actor_id, &actor);
    if (status == STATUS_NOT_FOUND ||
        (status == STATUS_OK && (!admins_is_active(&actor) || actor.role != ROLE_OWNER))) {
        doing->done->fault = TEAM_NO_OWNER;
        return STATUS_OK;
    }
    return status;
}

/* Whom the act is about. */
static enum status find(const struct doing *doing)
{
    struct admin *admin = &doing->done->admin;
    enum status status = admins_get(txn_store(doing->txn), doing->arena, doing->act->admin, admin);

    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && admin->removed_at != 0)) {
        doing->done->fault = TEAM_GONE;
        return STATUS_OK;
    }
    return status;
}

static enum status check_owner_stays(const struct doing *doing)
{
    enum status status = auth_owner_stays(doing->txn, doing->arena, doing->done->admin.id);

    if (status != STATUS_REFUSED)
        return status;
    doing->done->fault = TEAM_LAST_OWNER;
    return STATUS_OK;
}

static bool is_fine(const struct doing *doing, enum status status)
{
    return status == STATUS_OK && doing->done->fault == TEAM_FINE;
}

static const char *sees_words(const struct admin *admin)
{
    if (admin->role != ROLE_VIEWER)
        return "";
    return admin->sees_addresses ? "; sees addresses" : "; sees masked addresses";
}

static enum status check_room(const struct doing *doing)
{
    struct admin *rows;
    size_t count, on_team = 0;
    enum status status = admins_list(txn_store(doing->txn), doing->arena, &rows, &count);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        on_team += rows[i].removed_at == 0;
    if (on_team >= TEAM_MAX)
        doing->done->fault = TEAM_FULL;
    return STATUS_OK;
}

/* A person who was removed comes back as the same admin. */
static enum status invite(const struct doing *doing)
{
    const struct team_act *act = doing->act;
    struct team_done *done = doing->done;
    struct admin found = {0};
    struct email email;
    const char *name = "";

    if (email_parse(doing->arena, act->email, strlen(act->email), &email, &done->email_fault) !=
        STATUS_OK) {
        done->fault = TEAM_EMAIL_BAD;
        return STATUS_OK;
    }
    if (fields_text(doing->arena, act->name ? act->name : "", TEAM_NAME_MAX_BYTES, &name) !=
        STATUS_OK) {
        done->fault = TEAM_NAME_BAD;
        return STATUS_OK;
    }
    enum status status = admins_find_email(txn_store(doing->txn), doing->arena, email.key, &found);
    if (status == STATUS_OK && found.removed_at == 0) {
        done->fault = TEAM_EMAIL_TAKEN;
        return STATUS_OK;
    }
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = check_room(doing);
    if (!is_fine(doing, status))
        return status;
    done->admin = (struct admin){
        .id = found.id,
        .email = email.written,
        .email_key = email.key,
        .name = name,
        .role = act->role,
        .sees_addresses = act->role == ROLE_VIEWER && act->sees_addresses,
        .password = "",
        .created_at = act->now_s,
    };
    int64_t id = found.id;
    status = admins_put(doing->txn, &done->admin, &id);
    done->admin.id = id;
    if (status == STATUS_OK)
        status = auth_shut_out(doing->txn, id, true);
    if (status == STATUS_OK)
        status = team_invite_put(doing->txn, id, act->now_s, done);
    if (status == STATUS_OK)
        status = record(doing, ENTRY_ADMIN_INVITED,
                        arena_printf(doing->arena, "%s; role: %s%s", email.written,
                                     team_role_key(act->role), sees_words(&done->admin)));
    return status;
}

static enum status renew(const struct doing *doing)
{
    struct admin *admin = &doing->done->admin;

    if (*admin->password != '\0') {
        doing->done->fault = TEAM_GONE;
        return STATUS_OK;
    }
    enum status status = team_invite_put(doing->txn, admin->id, doing->act->now_s, doing->done);
    if (status == STATUS_OK)
        status = record(doing, ENTRY_ADMIN_INVITED,
                        arena_printf(doing->arena, "%s; a new link", admin->email));
    return status;
}

static const char *edited_note(struct arena *arena, const struct admin *before,
                               const struct admin *after)
{
    const char *note = after->email;

    if (strcmp(before->name, after->name) != 0)
        note = arena_printf(arena, "%s; name: %s → %s", note, before->name, after->name);
    if (before->role != after->role)
        note = arena_printf(arena, "%s; role: %s → %s", note, team_role_key(before->role),
                            team_role_key(after->role));
    if (before->sees_addresses != after->sees_addresses ||
        (before->role != after->role && after->role == ROLE_VIEWER))
        note = arena_printf(arena, "%s%s", note, sees_words(after));
    return note;
}

static enum status edit(const struct doing *doing)
{
    const struct team_act *act = doing->act;
    struct team_done *done = doing->done;
    const struct admin before = done->admin;
    enum status status = STATUS_OK;

    if (act->name != NULL &&
        fields_text(doing->arena, act->name, TEAM_NAME_MAX_BYTES, &done->admin.name) != STATUS_OK) {
        done->fault = TEAM_NAME_BAD;
        return STATUS_OK;
    }
    done->admin.role = act->role;
    done->admin.sees_addresses = act->role == ROLE_VIEWER && act->sees_addresses;
    done->is_unchanged = strcmp(before.name, done->admin.name) == 0 &&
                         before.role == done->admin.role &&
                         before.sees_addresses == done->admin.sees_addresses;
    if (done->is_unchanged)
        return STATUS_OK;
    if (before.role == ROLE_OWNER && act->role != ROLE_OWNER && admins_is_active(&before))
        status = check_owner_stays(doing);
    if (!is_fine(doing, status))
        return status;
    status = admins_put(doing->txn, &done->admin, NULL);
    if (status == STATUS_OK)
        status =
            record(doing, ENTRY_ADMIN_EDITED, edited_note(doing->arena, &before, &done->admin));
    return status;
}

static enum status set_disabled(const struct doing *doing, bool is_disabled)
{
    struct admin *admin = &doing->done->admin;
    enum status status = STATUS_OK;

    if (*admin->password == '\0') {
        doing->done->fault = TEAM_GONE; /* an invitation is cancelled instead */
        return STATUS_OK;
    }
    doing->done->is_unchanged = (admin->disabled_at != 0) == is_disabled;
    if (doing->done->is_unchanged)
        return STATUS_OK;
    if (is_disabled)
        status = check_owner_stays(doing);
    if (!is_fine(doing, status))
        return status;
    admin->disabled_at = is_disabled ? doing->act->now_s : 0;
    status = admins_put(doing->txn, admin, NULL);
    if (status == STATUS_OK)
        status = auth_shut_out(doing->txn, admin->id, false);
    if (status == STATUS_OK)
        status = record(doing, ENTRY_ADMIN_EDITED,
                        arena_printf(doing->arena, "%s; %s", admin->email,
                                     is_disabled ? "disabled" : "enabled"));
    return status;
}

static enum status take_off(const struct doing *doing)
{
    struct admin *admin = &doing->done->admin;
    const bool is_invited = *admin->password == '\0';
    enum status status = STATUS_OK;

    if (is_invited != (doing->act->what == TEAM_CANCEL)) {
        doing->done->fault = TEAM_GONE; /* they took it up meanwhile, or never did */
        return STATUS_OK;
    }
    if (admins_is_active(admin))
        status = check_owner_stays(doing);
    if (!is_fine(doing, status))
        return status;
    admin->removed_at = doing->act->now_s;
    status = admins_put(doing->txn, admin, NULL);
    if (status == STATUS_OK)
        status = auth_shut_out(doing->txn, admin->id, true);
    if (status == STATUS_OK)
        status =
            record(doing, ENTRY_ADMIN_REMOVED,
                   is_invited ? arena_printf(doing->arena, "%s; invitation cancelled", admin->email)
                              : admin->email);
    return status;
}

static enum status reset_factor(const struct doing *doing)
{
    enum status status = factor_reset(doing->service, doing->txn, doing->arena,
                                      doing->done->admin.id, &doing->act->origin);

    if (status != STATUS_NOT_FOUND)
        return status;
    doing->done->fault = TEAM_GONE; /* turned off meanwhile */
    return STATUS_OK;
}

static enum status run(const struct doing *doing)
{
    switch (doing->act->what) {
    case TEAM_INVITE:
        return invite(doing);
    case TEAM_RENEW:
        return renew(doing);
    case TEAM_EDIT:
        return edit(doing);
    case TEAM_DISABLE:
        return set_disabled(doing, true);
    case TEAM_ENABLE:
        return set_disabled(doing, false);
    case TEAM_CANCEL:
    case TEAM_REMOVE:
        return take_off(doing);
    case TEAM_RESET:
        return reset_factor(doing);
    case TEAM_DO_COUNT:
        break;
    }
    return STATUS_INVALID;
}

enum status team_apply(const struct service *service, struct txn *txn, struct arena *arena,
                       const struct team_act *act, struct team_done *out)
{
    struct team_done done = {0};
    const struct doing doing = {service, txn, arena, act, &done};
    enum status status = check_actor(&doing);

    if (is_fine(&doing, status) && act->what != TEAM_INVITE)
        status = find(&doing);
    if (is_fine(&doing, status))
        status = run(&doing);
    if (status == STATUS_OK)
        *out = done;
    explicit_bzero(done.token, sizeof done.token);
    return status;
}
