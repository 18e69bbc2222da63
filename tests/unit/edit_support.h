/*
 * tests/unit/edit_support: changes of people in a site of the test's own.
 */
#ifndef ASSENT_TESTS_EDIT_SUPPORT_H
#define ASSENT_TESTS_EDIT_SUPPORT_H

#include "unit/site.h"

extern struct site edit_site;

int edit_open_site(void **state);
int edit_close_site(void **state);
const char *edit_new_email(void);
struct change edit_by(struct contact_id contact, enum actor_kind actor);
struct change_result edit_undo(struct contact_id person, enum actor_kind actor, int64_t actor_id,
                               struct position undoes);
struct change_result edit_reason(struct contact_id person, enum actor_kind actor,
                                 struct position undoes);
struct change_result edit_opt_out(struct contact_id person, enum actor_kind actor);

/* A test in a site of its own, in cmocka's table. */
#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, edit_open_site, edit_close_site, NULL                                      \
    }

#endif
