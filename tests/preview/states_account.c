/*
 * tests/preview/states_account: My account in every state, and the login's second step.
 */
#include "preview/states_account.h"

#include <stdio.h>

#include "view/account.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */

static const struct account_session sessions[] = {
    {.id = "0011223344556677",
     .created_at = NOV_3 - 3600,
     .seen_at = NOV_3,
     .address = "203.0.113.7",
     .network = "203.0.113.0/24",
     .browser = "Firefox",
     .system = "Linux",
     .is_this = true},
    {.id = "8899aabbccddeeff",
     .created_at = NOV_3 - 2 * 86400,
     .seen_at = NOV_3 - 7200,
     .address = "2001:db8:4f:1a::c0de:5",
     .network = "2001:db8:4f:1a::/64",
     .browser = "Samsung Internet",
     .system = "Android"},
    {.id = "1021324354657687",
     .created_at = NOV_3 - 86400,
     .seen_at = NOV_3 - 86000,
     .address = "10.2.0.9",
     .network = "10.2.0.0/24",
     .kind = NETWORK_PRIVATE},
    {.id = "fedcba9876543210",
     .created_at = NOV_3 - 80000,
     .seen_at = NOV_3 - 400,
     .address = "127.0.0.1",
     .network = "127.0.0.0/24",
     .kind = NETWORK_LOOPBACK,
     .browser = "curl"},
};

static void page(struct buf *out, struct arena *arena, const struct factor_facts *facts,
                 size_t count, const struct account_change *change, const char *notice)
{
    struct admin_shell shell = states_shell();
    const struct account_show show = {.now_s = NOV_3,
                                      .facts = *facts,
                                      .sessions = sessions,
                                      .sessions_count = count,
                                      .change = change};

    shell.notice = notice;
    view_account(out, arena, &shell, &show);
}

static const struct factor_facts off = {0};
static const struct factor_facts on = {.is_on = true, .since = NOV_3 - 86400, .codes_left = 10};

void states_account(struct buf *out, struct arena *arena)
{
    page(out, arena, &off, 1, NULL, NULL);
}

void states_account_on(struct buf *out, struct arena *arena)
{
    page(out, arena, &on, 4, NULL, view_account_ended(arena, 2));
}

void states_account_low(struct buf *out, struct arena *arena)
{
    const struct factor_facts low = {.is_on = true, .since = NOV_3 - 86400, .codes_left = 1};

    page(out, arena, &low, 2, NULL, view_account_recovered(arena, 1));
}

void states_account_refused(struct buf *out, struct arena *arena)
{
    const struct account_change change = {.fault = ACCOUNT_NEW_BAD,
                                          .password_fault = PASSWORD_COMMON};

    page(out, arena, &on, 2, &change, NULL);
}

static const struct factor_offer offer = {
    .secret = "jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp",
    .uri = "otpauth://totp/Assent%20assent.example.org:ada%40example.com?secret="
           "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Assent%20assent.example.org&algorithm=SHA1"
           "&digits=6&period=30",
};

static void factor(struct buf *out, struct arena *arena, const struct account_factor_show *show)
{
    struct admin_shell shell = states_shell();

    view_account_factor(out, arena, &shell, show);
}

static void factor_fault(struct buf *out, struct arena *arena, enum factor_form form,
                         const struct factor_facts *facts, const struct factor_checked *checked)
{
    const struct factor_done done = {.checked = *checked};
    const struct account_factor_show show = {
        .now_s = NOV_3,
        .facts = *facts,
        .offer = form == FACTOR_FORM_ON ? &offer : NULL,
        .form = form,
        .done = &done,
    };

    factor(out, arena, &show);
}

void states_factor_none(struct buf *out, struct arena *arena)
{
    const struct account_factor_show show = {.now_s = NOV_3};

    factor(out, arena, &show);
}

void states_factor_due(struct buf *out, struct arena *arena)
{
    const struct account_factor_show show = {
        .now_s = NOV_3, .facts = {.is_required = true}, .is_due = true};

    factor(out, arena, &show);
}

void states_factor_scan(struct buf *out, struct arena *arena)
{
    const struct account_factor_show show = {.now_s = NOV_3, .offer = &offer};

    factor(out, arena, &show);
}

void states_factor_drift(struct buf *out, struct arena *arena)
{
    const struct factor_checked checked = {.fault = FACTOR_DRIFT, .drift_s = -270};

    factor_fault(out, arena, FACTOR_FORM_ON, &off, &checked);
}

void states_factor_codes(struct buf *out, struct arena *arena)
{
    struct factor_done done = {.has_codes = true};
    const struct account_factor_show show = {
        .now_s = NOV_3, .facts = on, .form = FACTOR_FORM_ON, .done = &done};

    for (int i = 0; i < FACTOR_RECOVERY_CODES; i++)
        snprintf(done.codes[i], sizeof done.codes[i], "q%cfm-w2xt-7ahk-n5%co", 'a' + i, 'q' + i);
    factor(out, arena, &show);
}

void states_factor_on(struct buf *out, struct arena *arena)
{
    const struct account_factor_show show = {.now_s = NOV_3, .facts = on};

    factor(out, arena, &show);
}

void states_factor_clock(struct buf *out, struct arena *arena)
{
    const struct factor_checked checked = {.fault = FACTOR_CLOCK, .until_s = NOV_3 + 5400};

    factor_fault(out, arena, FACTOR_FORM_OFF, &on, &checked);
}

static void code(struct buf *out, struct arena *arena, bool is_recovery,
                 const struct factor_checked *checked)
{
    const struct login_code_show show = {.now_s = NOV_3,
                                         .email = typed("ada@example.com"),
                                         .next = "/admin/topics",
                                         .is_recovery = is_recovery,
                                         .checked = checked};

    view_login_code(out, arena, &show);
}

void states_login_code(struct buf *out, struct arena *arena)
{
    code(out, arena, false, NULL);
}

void states_login_code_wrong(struct buf *out, struct arena *arena)
{
    const struct factor_checked checked = {.fault = FACTOR_WRONG};

    code(out, arena, false, &checked);
}

void states_login_recovery(struct buf *out, struct arena *arena)
{
    const struct factor_checked checked = {.fault = FACTOR_WRONG};

    code(out, arena, true, &checked);
}
