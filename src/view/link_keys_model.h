/*
 * view/link_keys_model: what the template of view/link_keys is filled from. Made there only.
 */
#ifndef ASSENT_VIEW_LINK_KEYS_MODEL_H
#define ASSENT_VIEW_LINK_KEYS_MODEL_H

#include "view/admin_model.h"
#include "view/link_keys.h"

struct link_key_row {
    const char *id, *owner, *public_key;
    int64_t created_at, changed_at, used_day_s;
    int64_t age_days, opened, acted, machine, refused;
    int64_t used; /* all but machines' */
    bool is_signing, is_verifying, is_revoked, signs_here, can_revoke;
};

/* A day of the chart, in the drawing's own units. */
struct link_day_row {
    int64_t at_s, opened, acted, machine, refused;
    int x, people_y, people_height, machine_y, machine_height;
};

struct link_keys_view {
    struct admin_frame frame;
    struct link_key_row *rows;
    size_t rows_count;
    struct link_key_row asked; /* the revocation to confirm */
    bool asks, can_change, opens_add, has_uses, has_signer;
    const char *newest;
    /* The form's values, as typed where it was refused, and what is wrong: one of these. */
    const char *owner, *text, *owner_fault, *text_fault;
    struct link_day_row days[KEY_RING_DAYS];
    size_t days_count;
    int64_t top, people_sum, machine_sum; /* the highest bar; all days together */
    int64_t first_day_s, last_day_s;
};

#endif
