/*
 * tests/unit/desk_support: people as two admins, Ada and Bob, see and edit them in a site of the
 * test's own.
 */
#ifndef ASSENT_TESTS_DESK_SUPPORT_H
#define ASSENT_TESTS_DESK_SUPPORT_H

#include "service/people.h"
#include "unit/site.h"

extern struct site desk_site;
extern int64_t desk_ada, desk_bob;

int64_t desk_add_admin(const char *email, const char *name);
int desk_open_site(void **state);
int desk_close_site(void **state);
struct people_query desk_everyone(void);
struct people_list desk_list(const struct people_query *query);
struct person_saved desk_save(const struct person_edit *edit);
struct person_edit desk_new_person(const char *email);
struct person_page desk_get(struct public_id id, int64_t admin);
struct person_edit desk_form_of(struct public_id id, int64_t admin);

/* A test in a site of its own, in cmocka's table. */
#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, desk_open_site, desk_close_site, NULL                                      \
    }

#endif
