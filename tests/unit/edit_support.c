/*
 * tests/unit/edit_support: see edit_support.h.
 */
#include "unit/edit_support.h"

struct site edit_site;
static int serial;

int edit_open_site(void **state)
{
    (void)state;
    site_open(&edit_site);
    return 0;
}

int edit_close_site(void **state)
{
    (void)state;
    site_close(&edit_site);
    return 0;
}

const char *edit_new_email(void)
{
    return arena_printf(edit_site.arena, "person%d@example.org", ++serial);
}

struct change edit_by(struct contact_id contact, enum actor_kind actor)
{
    return (struct change){
        .kind = ENTRY_CHOICES, .contact = contact, .origin = site_origin(actor, 1)};
}

struct change_result edit_undo(struct contact_id person, enum actor_kind actor, int64_t actor_id,
                               struct position undoes)
{
    struct change change = {.kind = ENTRY_UNDONE,
                            .contact = person,
                            .undoes = undoes,
                            .origin = site_origin(actor, actor_id)};
    return site_change(&edit_site, &change);
}

struct change_result edit_reason(struct contact_id person, enum actor_kind actor,
                                 struct position undoes)
{
    struct change change = {.kind = ENTRY_REASON,
                            .contact = person,
                            .undoes = undoes,
                            .leave_reason = LEAVE_TOO_MANY,
                            .note = "three a day",
                            .origin = site_origin(actor, 1)};
    return site_change(&edit_site, &change);
}

struct change_result edit_opt_out(struct contact_id person, enum actor_kind actor)
{
    struct change change = edit_by(person, actor);
    change.intent = INTENT_OPT_OUT;
    return site_change(&edit_site, &change);
}
