/*
 * tests/unit/self_support: see self_support.h.
 */
#include "unit/self_support.h"

#include "base/clock.h"

struct site self_site;

int self_open_site(void **state)
{
    (void)state;
    site_open(&self_site);
    return 0;
}

int self_close_site(void **state)
{
    (void)state;
    site_close(&self_site);
    return 0;
}

struct link_opened self_open_link(const char *url, enum link_purpose purpose)
{
    struct link_opened link;
    assert_int_equal(links_open(&self_site.service, self_site.arena, site_token(url), purpose,
                                clock_now_s(), &link),
                     STATUS_OK);
    return link;
}

struct link_opened self_manage_link(const struct contact *contact)
{
    return self_open_link(site_links(&self_site, contact, 0).manage, PURPOSE_MANAGE);
}

struct link_opened self_stop_link(const struct contact *contact, uint8_t topic)
{
    return self_open_link(site_links(&self_site, contact, topic).unsubscribe, PURPOSE_UNSUBSCRIBE);
}

enum status self_try_act(const struct link_opened *link, const struct self_request *request,
                         struct self_page *page)
{
    struct txn *txn = site_begin(&self_site);
    enum status status =
        selfservice_act(&self_site.service, txn, self_site.arena, link, "TOKEN", request, page);
    if (status == STATUS_OK)
        site_commit(txn);
    else
        txn_rollback(txn);
    return status;
}

struct self_page self_act(const struct link_opened *link, struct self_request request)
{
    struct self_page page;
    assert_int_equal(self_try_act(link, &request, &page), STATUS_OK);
    return page;
}

struct self_page self_save(const struct link_opened *link, uint64_t on, uint64_t shown)
{
    return self_act(
        link, (struct self_request){.act = SELF_SAVE, .choices_on = on, .choices_shown = shown});
}

struct self_page self_do_act(const struct link_opened *link, enum self_act what)
{
    return self_act(link, (struct self_request){.act = what});
}

struct self_page self_undo(const struct link_opened *link, struct position undoes)
{
    return self_act(link, (struct self_request){.act = SELF_UNDO, .undoes = undoes});
}

uint64_t self_choices_of(const struct contact *contact)
{
    return site_get(&self_site, contact->id).choices;
}
