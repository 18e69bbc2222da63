/*
 * service/team_list: who is and was on the team. See team.h.
 */
#include <assert.h>

#include "service/team.h"
#include "store/factors.h"
#include "store/invitations.h"

static const char *const state_keys[] = {"active", "invited", "disabled", "removed"};
static_assert(sizeof state_keys / sizeof *state_keys == TEAM_STATE_COUNT, "a key for each state");

const char *team_state_key(enum team_state state)
{
    return state < TEAM_STATE_COUNT ? state_keys[state] : "unknown";
}

static enum team_state state_of(const struct admin *admin)
{
    if (admin->removed_at != 0)
        return TEAM_REMOVED;
    if (*admin->password == '\0')
        return TEAM_INVITED;
    return admin->disabled_at != 0 ? TEAM_DISABLED : TEAM_ACTIVE;
}

/* What stands beside the admin's row: an invitation, a second factor. */
static enum status read_rest(struct store *store, struct team_member *member)
{
    struct invitation invitation;
    struct factor factor;
    enum status status = STATUS_OK;

    if (member->state == TEAM_INVITED) {
        status = invitations_get(store, member->admin.id, &invitation);
        if (status == STATUS_OK)
            member->invite_ends = invitation.expires_at;
    } else {
        status = factors_get(store, member->admin.id, &factor);
        if (status == STATUS_OK)
            member->has_factor = factor.since != 0;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status team_list(const struct service *service, struct arena *arena, struct team_member **out,
                      size_t *count)
{
    struct admin *rows;
    size_t found, kept = 0;
    enum status status = admins_list(service->store, arena, &rows, &found);
    if (status != STATUS_OK)
        return status;
    struct team_member *members = arena_array(arena, found, sizeof *members);

    for (int removed = 0; removed < 2; removed++)
        for (size_t i = 0; i < found; i++)
            if ((rows[i].removed_at != 0) == (removed == 1))
                members[kept++] =
                    (struct team_member){.admin = rows[i], .state = state_of(&rows[i])};
    for (size_t i = 0; i < kept && status == STATUS_OK; i++)
        status = read_rest(service->store, &members[i]);
    if (status == STATUS_OK) {
        *out = members;
        *count = kept;
    }
    return status;
}
