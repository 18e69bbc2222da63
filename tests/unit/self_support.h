/*
 * tests/unit/self_support: what a recipient does behind a link of their own, in a site of the
 * test's own.
 */
#ifndef ASSENT_TESTS_SELF_SUPPORT_H
#define ASSENT_TESTS_SELF_SUPPORT_H

#include "service/selfservice.h"
#include "unit/site.h"

#define DAY_S 86400

extern struct site self_site;

int self_open_site(void **state);
int self_close_site(void **state);
struct link_opened self_open_link(const char *url, enum link_purpose purpose);
struct link_opened self_manage_link(const struct contact *contact);
struct link_opened self_stop_link(const struct contact *contact, uint8_t topic);
enum status self_try_act(const struct link_opened *link, const struct self_request *request,
                         struct self_page *page);
struct self_page self_act(const struct link_opened *link, struct self_request request);
struct self_page self_save(const struct link_opened *link, uint64_t on, uint64_t shown);
struct self_page self_do_act(const struct link_opened *link, enum self_act what);
struct self_page self_undo(const struct link_opened *link, struct position undoes);
uint64_t self_choices_of(const struct contact *contact);

/* A test in a site of its own, in cmocka's table. */
#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, self_open_site, self_close_site, NULL                                      \
    }

#endif
