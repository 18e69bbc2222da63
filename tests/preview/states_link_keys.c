/*
 * tests/preview/states_link_keys: Setup → Links & keys in every state.
 */
#include "preview/states_link_keys.h"

#include "preview/states_api_keys.h"
#include "view/link_keys.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */
#define DAY_S 86400

static void page(struct buf *out, struct arena *arena, size_t count, struct link_keys_show *show)
{
    struct admin_shell frame = states_shell();
    struct key_row rows[] = {
        {.key = {.id = {0x4e, 0x1b, 0x90, 0x0c},
                 .owner = typed("Newsletter mailer of the franchisees in the south"),
                 .state = KEY_SIGNING,
                 .created_at = NOV_3 - 3600,
                 .changed_at = NOV_3 - 3600}},
        {.key = {.id = {0x1a, 0x2b, 0x3c, 0x4d},
                 .owner = KEY_OWNER_OURSELVES,
                 .state = KEY_SIGNING,
                 .created_at = NOV_3 - 41 * DAY_S,
                 .changed_at = NOV_3 - 41 * DAY_S},
         .signs_here = true,
         .uses = {.opened = 12408, .acted = 731, .machine = 4020},
         .used_day_s = NOV_3 / DAY_S * DAY_S},
        {.key = {.id = {0x99, 0x00, 0x10, 0x77},
                 .owner = KEY_OWNER_OURSELVES,
                 .state = KEY_VERIFYING,
                 .created_at = NOV_3 - 401 * DAY_S,
                 .changed_at = NOV_3 - 41 * DAY_S},
         .uses = {.opened = 1, .acted = 1, .machine = 1},
         .used_day_s = NOV_3 / DAY_S * DAY_S - DAY_S},
        {.key = {.id = {0xde, 0xad, 0x00, 0x01},
                 .owner = typed("Old mailer"),
                 .state = KEY_REVOKED,
                 .created_at = NOV_3 - 500 * DAY_S,
                 .changed_at = NOV_3 - 90 * DAY_S},
         .uses = {.refused = 3},
         .used_day_s = NOV_3 / DAY_S * DAY_S - 3 * DAY_S},
    };
    struct key_ring ring = {
        .rows = rows, .count = count, .first_day_s = (NOV_3 / DAY_S - KEY_RING_DAYS + 1) * DAY_S};

    for (int i = 0; i < KEY_RING_DAYS && count > 0; i++)
        ring.days[i] = (struct key_counts){.opened = 300 + i % 7 * 90,
                                           .acted = i % 5 * 9,
                                           .machine = i % 7 == 2 ? 800 : i % 3 * 20,
                                           .refused = i % 11 == 0};
    show->now_s = NOV_3;
    view_link_keys(out, arena, &frame, &ring, show);
}

void states_link_keys(struct buf *out, struct arena *arena)
{
    page(out, arena, 4, &(struct link_keys_show){.can_change = true});
}

void states_link_keys_none(struct buf *out, struct arena *arena)
{
    page(out, arena, 0, &(struct link_keys_show){.can_change = true});
}

void states_link_keys_viewer(struct buf *out, struct arena *arena)
{
    page(out, arena, 4, &(struct link_keys_show){.can_change = false});
}

void states_link_keys_revoke(struct buf *out, struct arena *arena)
{
    page(out, arena, 4,
         &(struct link_keys_show){
             .can_change = true, .asks = true, .asked = {{0x1a, 0x2b, 0x3c, 0x4d}}});
}

void states_link_keys_revoke_idle(struct buf *out, struct arena *arena)
{
    page(out, arena, 4,
         &(struct link_keys_show){
             .can_change = true, .asks = true, .asked = {{0x4e, 0x1b, 0x90, 0x0c}}});
}

void states_link_keys_rotated(struct buf *out, struct arena *arena)
{
    page(out, arena, 4,
         &(struct link_keys_show){
             .can_change = true, .did = LINK_KEYS_ROTATE, .did_id = {{0x1a, 0x2b, 0x3c, 0x4d}}});
}

static void refused(struct buf *out, struct arena *arena, enum key_fault fault)
{
    page(out, arena, 4,
         &(struct link_keys_show){.can_change = true,
                                  .fault = fault,
                                  .faulty = LINK_KEYS_ADD,
                                  .owner = typed("Newsletter mailer"),
                                  .text = typed("0100000000000000")});
}

void states_link_keys_refused(struct buf *out, struct arena *arena)
{
    refused(out, arena, KEY_SMALL_ORDER);
}

void states_link_keys_ownerless(struct buf *out, struct arena *arena)
{
    refused(out, arena, KEY_OWNER_BAD);
}

void states_link_keys_no_file(struct buf *out, struct arena *arena)
{
    page(out, arena, 4, &(struct link_keys_show){.can_change = true, .has_no_file = true});
}
