/*
 * service/team_list: who is and was on the team. See team.h.
 */
#include <assert.h>

#include "service/team.h"
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
    for (size_t i = 0; i < kept && status == STATUS_OK; i++) {
        struct invitation invitation;
        if (members[i].state != TEAM_INVITED)
            continue;
        status = invitations_get(service->store, members[i].admin.id, &invitation);
        if (status == STATUS_OK)
            members[i].invite_ends = invitation.expires_at;
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    if (status == STATUS_OK) {
        *out = members;
        *count = kept;
    }
    return status;
}
