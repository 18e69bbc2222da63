/*
 * tests/preview/states_api_keys: Setup → API keys in every state; Setup → API, and the problems.
 */
#include "preview/states_api_keys.h"

#include "view/api_calls.h"
#include "view/api_keys.h"
#include "view/problem.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */

static void keys_page(struct buf *out, struct arena *arena, size_t count,
                      const struct api_keys_show *show)
{
    struct admin_shell frame = states_shell();
    const struct api_key keys[] = {
        {.id = 4,
         .hint = "assent_Zk3p",
         .name = typed("Newsletter mailer"),
         .scopes = SCOPE_CHECK | SCOPE_LINKS,
         .created_at = NOV_3},
        {.id = 3,
         .hint = "assent_b81Q",
         .name = typed("The CRM of the franchisees in the south"),
         .scopes = API_SCOPES_ALL,
         .created_at = NOV_3 - 90000,
         .expires_at = NOV_3 + 90 * 86400,
         .used_at = NOV_3 + 60},
        {.id = 2,
         .hint = "assent_0aXy",
         .name = typed("Trial"),
         .scopes = SCOPE_CONTACTS_READ,
         .created_at = NOV_3 - 9 * 86400,
         .expires_at = NOV_3 - 86400},
        {.id = 1,
         .hint = "assent_q_T5",
         .name = typed("Old mailer"),
         .scopes = SCOPE_CHECK,
         .created_at = NOV_3 - 20 * 86400,
         .used_at = NOV_3 - 3 * 86400,
         .revoked_at = NOV_3 - 2 * 86400},
    };

    view_api_keys(out, arena, &frame, keys, count, show);
}

void states_api_keys(struct buf *out, struct arena *arena)
{
    struct api_keys_show show = {.now_s = NOV_3, .can_change = true};
    keys_page(out, arena, 4, &show);
}

void states_api_keys_none(struct buf *out, struct arena *arena)
{
    struct api_keys_show show = {.now_s = NOV_3, .can_change = true};
    keys_page(out, arena, 0, &show);
}

void states_api_keys_viewer(struct buf *out, struct arena *arena)
{
    struct api_keys_show show = {.now_s = NOV_3};
    keys_page(out, arena, 4, &show);
}

void states_api_keys_revoke(struct buf *out, struct arena *arena)
{
    struct api_keys_show show = {.now_s = NOV_3, .can_change = true, .asked = 3};
    keys_page(out, arena, 4, &show);
}

void states_api_keys_revoked(struct buf *out, struct arena *arena)
{
    struct api_keys_show show = {
        .now_s = NOV_3, .can_change = true, .revoked = typed("Old mailer")};
    keys_page(out, arena, 4, &show);
}

void states_api_keys_gone(struct buf *out, struct arena *arena)
{
    struct api_keys_show show = {.now_s = NOV_3, .can_change = true, .is_gone = true};
    keys_page(out, arena, 4, &show);
}

static void keys_sent(struct buf *out, struct arena *arena, enum api_key_fault fault)
{
    struct api_key_typed what = {
        .name = typed("Newsletter mailer"), .expires = typed("2026-01-31"), .scopes = SCOPE_LINKS};
    struct api_key_made made = {.fault = fault,
                                .key = {.name = typed("Newsletter mailer")},
                                .text = "assent_Zk3pUe0m8vQh2LxYdW5tRcBn7aJs9fKg1oEiVzTq4Mw"};
    struct api_keys_show show = {.now_s = NOV_3, .can_change = true, .typed = &what, .made = &made};
    keys_page(out, arena, 4, &show);
}

void states_api_keys_made(struct buf *out, struct arena *arena)
{
    keys_sent(out, arena, API_KEY_FINE);
}

void states_api_keys_bad_name(struct buf *out, struct arena *arena)
{
    keys_sent(out, arena, API_KEY_NAME_BAD);
}

void states_api_keys_no_scope(struct buf *out, struct arena *arena)
{
    keys_sent(out, arena, API_KEY_NO_SCOPE);
}

void states_api_keys_bad_day(struct buf *out, struct arena *arena)
{
    keys_sent(out, arena, API_KEY_EXPIRY_BAD);
}

void states_api_keys_meanwhile(struct buf *out, struct arena *arena)
{
    keys_sent(out, arena, API_KEY_MADE_MEANWHILE);
}

void states_api_calls(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();

    view_api_calls(out, arena, &frame, "https://lists.example.com");
}

void states_api_problems(struct buf *out, struct arena *arena)
{
    view_problems(out, arena);
}
