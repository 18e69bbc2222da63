/*
 * view/account: the page of whoever is signed in: sessions and password. Codes are in
 * account_factor.c. See account.h.
 */
#include "view/account.h"

#include "base/catalogue.h"
#include "base/clock.h"
#include "templates.h"
#include "view/account_model.h"

#define FEW_CODES 3
#define NOW_S     300 /* sessions note about that often when they were seen */

static const char *program_of(struct arena *arena, const struct account_session *session)
{
    if (session->browser != NULL && session->system != NULL)
        return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_PROGRAM_BOTH, ARG("browser", session->browser),
                          ARG("system", session->system));
    if (session->browser != NULL)
        return session->browser;
    return session->system != NULL ? ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_PROGRAM_UNKNOWN_ON,
                                                ARG("system", session->system))
                                   : ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_PROGRAM_UNKNOWN);
}

static const char *place_of(struct arena *arena, const struct account_session *session)
{
    enum text words = TEXT_ADMIN_ACCOUNT_PLACE_PRIVATE;

    if (*session->address == '\0')
        return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_PLACE_UNKNOWN);
    if (*session->network == '\0')
        return session->address;
    if (session->kind == NETWORK_LOOPBACK)
        words = TEXT_ADMIN_ACCOUNT_PLACE_HERE;
    else if (session->kind == NETWORK_PUBLIC || session->kind == NETWORK_RESERVED)
        words = TEXT_ADMIN_ACCOUNT_PLACE_PUBLIC;
    return ADMIN_TEXT(arena, words, ARG("address", session->address),
                      ARG("network", session->network));
}

static const char *seen_of(struct arena *arena, const struct account_session *session,
                           int64_t now_s)
{
    char when[CLOCK_HUMAN_BYTES];

    if (session->is_this || now_s - session->seen_at < NOW_S)
        return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_SEEN_NOW);
    clock_human(session->seen_at, when);
    return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_SEEN_ABOUT, ARG("when", (const char *)when));
}

static const char *new_fault(struct arena *arena, enum password_fault fault)
{
    switch (fault) {
    case PASSWORD_TOO_SHORT:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_FAULT_SHORT);
    case PASSWORD_TOO_LONG:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_FAULT_LONG);
    case PASSWORD_COMMON:
        return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_FAULT_COMMON);
    case PASSWORD_FINE:
        break;
    }
    return NULL;
}

static void put_faults(struct account_view *view, struct arena *arena,
                       const struct account_change *change)
{
    view->frame.shell.notice = ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_FAULT_FORM);
    view->frame.shell.notice_is_fault = true;
    switch (change->fault) {
    case ACCOUNT_OLD_WRONG:
        view->old_fault = ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_FAULT_OLD);
        break;
    case ACCOUNT_THROTTLED:
        view->old_fault = ADMIN_TEXT(arena, TEXT_ADMIN_LOGIN_THROTTLED, ARG("n", change->wait_s));
        break;
    case ACCOUNT_NEW_BAD:
        view->new_fault = new_fault(arena, change->password_fault);
        break;
    case ACCOUNT_NEW_SAME:
        view->new_fault = ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_FAULT_SAME);
        break;
    case ACCOUNT_NEW_DIFFERS:
        view->again_fault = ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_FAULT_AGAIN);
        break;
    case ACCOUNT_FINE:
    case ACCOUNT_FAULT_COUNT:
        break;
    }
}

void view_account(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                  const struct account_show *show)
{
    struct account_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_TITLE), 'u'),
        .facts = show->facts,
        .is_low = show->facts.is_on && show->facts.codes_left <= FEW_CODES,
        .rows = arena_array(arena, show->sessions_count, sizeof *view.rows),
        .rows_count = show->sessions_count,
    };

    for (size_t i = 0; i < show->sessions_count; i++) {
        const struct account_session *from = &show->sessions[i];
        view.rows[i] = (struct account_row){
            .id = from->id,
            .program = program_of(arena, from),
            .place = place_of(arena, from),
            .seen = seen_of(arena, from, show->now_s),
            .created_at = from->created_at,
            .is_this = from->is_this,
        };
        view.others += !from->is_this;
    }
    if (show->change != NULL)
        put_faults(&view, arena, show->change);
    template_account(out, &view);
}

const char *view_account_ended(struct arena *arena, int64_t ended)
{
    return ended > 0 ? ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_DID_END, ARG("n", ended))
                     : ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_DID_END_NONE);
}

const char *view_account_changed(struct arena *arena, int64_t ended)
{
    return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_DID_PASSWORD, ARG("n", ended));
}

const char *view_account_recovered(struct arena *arena, int64_t left)
{
    return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_USED_RECOVERY, ARG("n", left));
}

const char *view_account_off(struct arena *arena)
{
    return ADMIN_TEXT(arena, TEXT_ADMIN_ACCOUNT_DID_OFF);
}
