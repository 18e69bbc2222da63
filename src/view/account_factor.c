/*
 * view/account_factor: the second factor: setting it up, its codes, and the login's second step.
 * See account.h.
 */
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "templates.h"
#include "view/account_model.h"

/* "09:41:05" of a moment, UTC. */
static const char *time_of(struct arena *arena, int64_t at_s)
{
    const int of_day = (int)(at_s % 86400);

    return arena_printf(arena, "%02d:%02d:%02d", of_day / 3600, of_day / 60 % 60, of_day % 60);
}

static const char *drift_words(struct arena *arena, int64_t drift_s, int64_t now_s)
{
    const int64_t minutes = ((drift_s < 0 ? -drift_s : drift_s) + 30) / 60;
    const enum text words =
        drift_s > 0 ? TEXT_ADMIN_FACTOR_FAULT_AHEAD : TEXT_ADMIN_FACTOR_FAULT_BEHIND;

    return ADMIN_TEXT(arena, words, ARG("n", minutes), ARG("time", time_of(arena, now_s)));
}

/* What is wrong with what was typed; NULL: nothing. */
static const char *fault_words(struct arena *arena, const struct factor_checked *checked,
                               bool is_recovery, int64_t now_s)
{
    char when[CLOCK_HUMAN_BYTES];

    switch (checked->fault) {
    case FACTOR_WRONG:
        return is_recovery ? ADMIN_TEXT(arena, TEXT_ADMIN_FACTOR_FAULT_RECOVERY)
                           : ADMIN_TEXT(arena, TEXT_ADMIN_FACTOR_FAULT_WRONG,
                                        ARG("time", time_of(arena, now_s)));
    case FACTOR_USED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_FACTOR_FAULT_USED);
    case FACTOR_CLOCK:
        clock_human(checked->until_s, when);
        return ADMIN_TEXT(arena, TEXT_ADMIN_FACTOR_FAULT_CLOCK, ARG("when", (const char *)when));
    case FACTOR_DRIFT:
        return drift_words(arena, checked->drift_s, now_s);
    case FACTOR_THROTTLED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_LOGIN_THROTTLED, ARG("n", checked->wait_s));
    case FACTOR_PASSWORD:
        return ADMIN_TEXT(arena, TEXT_ADMIN_FACTOR_FAULT_PASSWORD);
    case FACTOR_OUT_OF_TURN:
        return ADMIN_TEXT(arena, TEXT_ADMIN_FACTOR_FAULT_TURN);
    case FACTOR_FINE:
    case FACTOR_FAULT_COUNT:
        break;
    }
    return NULL;
}

static bool is_warning(const struct factor_checked *checked)
{
    return checked->fault == FACTOR_THROTTLED || checked->fault == FACTOR_OUT_OF_TURN;
}

/* The codes as a text file that stands in the link itself: nothing has to be asked for again, and
 * nothing is kept to be asked for. */
static const char *codes_url_of(struct arena *arena, const struct admin_shell *shell,
                                const struct account_factor_show *show)
{
    char when[CLOCK_HUMAN_BYTES];
    struct buf text = {0}, url = {0};

    clock_human(show->now_s, when);
    buf_adds(&text, ADMIN_TEXT(arena, TEXT_ADMIN_FACTOR_CODES_FILE,
                               ARG("email", shell->admin_email), ARG("when", (const char *)when)));
    buf_adds(&text, "\r\n\r\n");
    for (size_t i = 0; i < FACTOR_RECOVERY_CODES; i++)
        buf_printf(&text, "%s\r\n", show->done->codes[i]);
    buf_adds(&url, "data:text/plain;charset=utf-8,");
    buf_url(&url, text.data);
    const char *made = arena_strdup(arena, url.data);
    explicit_bzero(text.data, text.len);
    explicit_bzero(url.data, url.len);
    buf_free(&text);
    buf_free(&url);
    return made;
}

static void put_done(struct account_factor_view *view, struct arena *arena,
                     const struct admin_shell *shell, const struct account_factor_show *show)
{
    const struct factor_checked *checked = &show->done->checked;
    const bool wrong_password = checked->fault == FACTOR_PASSWORD;
    const bool wrong_code =
        checked->fault != FACTOR_FINE && !wrong_password && checked->fault != FACTOR_THROTTLED;

    view->fault = fault_words(arena, checked, false, show->now_s);
    view->is_warning = is_warning(checked);
    view->begin_password_wrong = show->form == FACTOR_FORM_BEGIN && wrong_password;
    view->renew_password_wrong = show->form == FACTOR_FORM_RENEW && wrong_password;
    view->renew_code_wrong = show->form == FACTOR_FORM_RENEW && wrong_code;
    view->off_password_wrong = show->form == FACTOR_FORM_OFF && wrong_password;
    view->off_code_wrong = show->form == FACTOR_FORM_OFF && wrong_code;
    if (!show->done->has_codes)
        return;
    view->codes_count = FACTOR_RECOVERY_CODES;
    for (size_t i = 0; i < FACTOR_RECOVERY_CODES; i++)
        view->codes[i].text = show->done->codes[i];
    view->codes_url = codes_url_of(arena, shell, show);
    view->codes_name = "assent-recovery-codes.txt";
}

void view_account_factor(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                         const struct account_factor_show *show)
{
    struct account_factor_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_FACTOR_TITLE), 'u'),
        .facts = show->facts,
        .is_due = show->is_due,
    };

    if (show->offer != NULL && qr_draw(arena, show->offer->uri, &view.qr) == STATUS_OK) {
        view.has_offer = true;
        view.offer = *show->offer;
    }
    if (show->done != NULL)
        put_done(&view, arena, shell, show);
    template_account_factor(out, &view);
}

void view_login_code(struct buf *out, struct arena *arena, const struct login_code_show *show)
{
    struct buf url = {0};
    struct login_code_view view = {
        .email = show->email,
        .next = show->next,
        .is_recovery = show->is_recovery,
    };

    buf_adds(&url, "/admin/login/code");
    if (!show->is_recovery)
        buf_adds(&url, "?with=recovery");
    if (show->next != NULL) {
        buf_adds(&url, show->is_recovery ? "?next=" : "&next=");
        buf_url(&url, show->next);
    }
    view.other_url = arena_strdup(arena, url.data);
    buf_free(&url);
    if (show->checked != NULL) {
        view.fault = fault_words(arena, show->checked, show->is_recovery, show->now_s);
        view.is_warning = is_warning(show->checked);
    }
    template_login_code(out, &view);
}
