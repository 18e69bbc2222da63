/*
 * What a recipient sees and does: which link may do what, what each page says, and one-click.
 */
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "service/setup.h"
#include "service/writer.h"
#include "unit/self_support.h"

static void manage_page(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_manage_link(&person);
    struct self_page page;
    site_retire(&self_site, 2);
    assert_int_equal(selfservice_look(&self_site.service, self_site.arena, &link, "TOKEN", &page),
                     STATUS_OK);
    assert_int_equal(page.link, LINK_GOOD);
    assert_int_equal(page.purpose, PURPOSE_MANAGE);
    assert_string_equal(page.token, "TOKEN");
    assert_string_equal(page.masked_email, "a•••••@example.org");
    assert_string_equal(page.brand.name, "lists.example.org");
    assert_string_equal(page.brand.postal_address, "");
    assert_int_equal(page.choices_count, 3); /* a retired topic is not offered */
    assert_string_equal(page.choices[0].key, "newsletter");
    assert_true(page.choices[0].is_on && page.choices[1].is_on && !page.choices[2].is_on);
    assert_string_equal(page.choices[2].name, "System Alerts");
    assert_int_equal(page.notice, SELF_NOTICE_NONE);
    assert_int_equal(page.undoable.value, 0);
    assert_false(page.asks_reason);

    site_put_setting(&self_site, "brand_name", "Café Ünïcode");
    site_put_setting(&self_site, "brand_postal_address", "1 Main Street");
    site_put_setting(&self_site, "brand_privacy_url", "https://example.org/privacy");
    struct brand brand;
    assert_int_equal(brand_get(&self_site.service, self_site.arena, &brand), STATUS_OK);
    assert_string_equal(brand.name, "Café Ünïcode");
    assert_string_equal(brand.postal_address, "1 Main Street");
    assert_string_equal(brand.privacy_url, "https://example.org/privacy");
    site_put_setting(&self_site, "brand_name", "");
    self_site.conf.public_url = "http://127.0.0.1:8888";
    assert_int_equal(brand_get(&self_site.service, self_site.arena, &brand), STATUS_OK);
    assert_string_equal(brand.name, "Assent");
}

static void saving(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_manage_link(&person);
    struct self_page page =
        self_save(&link, NEWSLETTER | ALERTS, NEWSLETTER | PRODUCT | MARKETING | ALERTS);
    assert_int_equal(page.notice, SELF_NOTICE_SAVED);
    assert_int_equal(page.turned_on_count, 1);
    assert_string_equal(page.turned_on[0], "System Alerts");
    assert_int_equal(page.turned_off_count, 1);
    assert_string_equal(page.turned_off[0], "Marketing");
    assert_true(page.undoable.value != 0);
    assert_false(page.asks_reason);
    assert_true(self_choices_of(&person) == (NEWSLETTER | ALERTS));
    assert_int_equal(site_entry(&self_site, page.undoable).wording,
                     wording_pack(WORDING_MANAGE, LOCALE_EN, 1));

    const struct position head = site_head(&self_site);
    struct self_page same = self_save(&link, NEWSLETTER | ALERTS, NEWSLETTER | ALERTS);
    assert_int_equal(same.notice, SELF_NOTICE_SAME);
    assert_int_equal(site_head(&self_site).value, head.value);

    page = self_undo(&link, page.undoable);
    assert_int_equal(page.notice, SELF_NOTICE_UNDONE);
    assert_string_equal(page.turned_on[0], "Marketing");
    assert_true(self_choices_of(&person) == (NEWSLETTER | MARKETING));
    assert_int_equal(page.undoable.value, 0);

    /* a box that was not on the page, or is of a topic retired meanwhile, is left alone */
    page = self_save(&link, 0, NEWSLETTER);
    assert_true(self_choices_of(&person) == MARKETING);
    site_retire(&self_site, 3);
    page = self_save(&link, ALERTS, MARKETING | ALERTS);
    assert_true(self_choices_of(&person) == (MARKETING | ALERTS));
    /* the last ones off is leaving, though the status stays */
    page = self_save(&link, 0, ALERTS);
    assert_false(page.asks_reason);
    struct contact two = site_add(&self_site, "bob@example.org", NEWSLETTER);
    link = self_manage_link(&two);
    page = self_save(&link, MARKETING | NEWSLETTER, MARKETING | NEWSLETTER);
    assert_int_equal(page.notice, SELF_NOTICE_SAME);
    page = self_save(&link, MARKETING | NEWSLETTER | ALERTS, MARKETING | NEWSLETTER | ALERTS);
    assert_int_equal(page.notice, SELF_NOTICE_SAVED);
    assert_true(self_choices_of(&two) == (NEWSLETTER | ALERTS));
    page = self_save(&link, 0, NEWSLETTER | ALERTS);
    assert_true(page.asks_reason);
    assert_int_equal(page.status, CONTACT_OPTED_IN);
    site_check_ledger(&self_site);
}

static void stop_all_and_come_back_to_one(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_manage_link(&person);
    struct self_page page = self_do_act(&link, SELF_STOP_ALL);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED_ALL);
    assert_int_equal(page.status, CONTACT_OPTED_OUT);
    assert_true(page.asks_reason);
    assert_false(page.any_is_on);
    const struct position stopped = page.undoable;
    page = self_do_act(&link, SELF_STOP_ALL);
    assert_int_equal(page.notice, SELF_NOTICE_WAS_STOPPED);
    assert_int_equal(page.undoable.value, stopped.value); /* a second press still offers Undo */
    page = self_save(&link, ALERTS, NEWSLETTER | PRODUCT | MARKETING | ALERTS);
    assert_int_equal(page.notice, SELF_NOTICE_SAVED);
    assert_int_equal(page.status, CONTACT_OPTED_IN);
    assert_true(self_choices_of(&person) == ALERTS);
    assert_int_equal(self_undo(&link, stopped).notice, SELF_NOTICE_UNDO_LATE);
    assert_true(self_choices_of(&person) == ALERTS);
}

static void unsubscribe_page(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_stop_link(&person, 3);
    struct self_page page;
    assert_int_equal(selfservice_look(&self_site.service, self_site.arena, &link, "TOKEN", &page),
                     STATUS_OK);
    assert_string_equal(page.topic_name, "Marketing");
    assert_true(page.topic_is_on);
    assert_int_equal(page.choices_count, 0);
    page = self_do_act(&link, SELF_STOP_TOPIC);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED);
    assert_true(page.asks_reason);
    assert_false(page.topic_is_on);
    assert_int_equal(page.choices_count, 0);
    assert_int_equal(page.turned_off_count, 0);
    assert_true(self_choices_of(&person) == NEWSLETTER); /* U5: only that topic */
    assert_int_equal(site_entry(&self_site, page.undoable).wording,
                     wording_pack(WORDING_UNSUBSCRIBE, LOCALE_EN, 1));
    assert_int_equal(self_undo(&link, page.undoable).notice, SELF_NOTICE_UNDONE);
    assert_true(self_choices_of(&person) == (NEWSLETTER | MARKETING));
    assert_int_equal(self_do_act(&link, SELF_STOP_ALL).notice, SELF_NOTICE_STOPPED_ALL);
    assert_int_equal(site_get(&self_site, person.id).status, CONTACT_OPTED_OUT);

    struct contact two = site_add(&self_site, "bob@example.org", NEWSLETTER);
    link = self_stop_link(&two, 0);
    assert_int_equal(selfservice_look(&self_site.service, self_site.arena, &link, "TOKEN", &page),
                     STATUS_OK);
    assert_string_equal(page.topic_name, "");
    assert_true(page.topic_is_on);
    assert_int_equal(self_do_act(&link, SELF_STOP_TOPIC).notice, SELF_NOTICE_STOPPED_ALL);
    site_check_ledger(&self_site);
}

/* Which link may do what, all of them. */
static void who_may_do_what(void **state)
{
    (void)state;
    enum { GOOD, EXPIRED, VOID, TOPIC, ALL, BROKEN, REVOKED, NOBODY, LINKS };
    static const bool allowed[LINKS][SELF_ACT_COUNT] = {
        /* look, save, stop topic, stop all, undo, reason, pause, resume, send a link, another
           address, keep a language, void links */
        [GOOD] = {true, true, false, true, true, true, true, true, true, true, true, true},
        [EXPIRED] = {true, false, false, true, true, true, false, false, true},
        [VOID] = {true, false, false, true, true, true, false, false, true, false, false, true},
        [TOPIC] = {true, false, true, true, true, true},
        [ALL] = {true, false, true, true, true, true},
    };
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened links[LINKS];
    links[GOOD] = links[EXPIRED] = links[VOID] = self_manage_link(&person);
    links[EXPIRED].state = LINK_EXPIRED;
    links[VOID].state = LINK_VOID;
    links[TOPIC] = self_stop_link(&person, 1);
    links[ALL] = self_stop_link(&person, 0);
    links[BROKEN] = links[REVOKED] = links[NOBODY] = links[GOOD];
    links[BROKEN].state = LINK_BROKEN;
    links[REVOKED].state = LINK_REVOKED;
    links[NOBODY].state = LINK_NOBODY;
    for (size_t l = 0; l < LINKS; l++) {
        for (enum self_act what = SELF_LOOK; what < SELF_ACT_COUNT; what++) {
            struct self_page page;
            const struct self_request request = {.act = what, .choices_shown = NEWSLETTER};
            const struct position head = site_head(&self_site);
            enum status status = self_try_act(&links[l], &request, &page);
            if ((status == STATUS_OK) != allowed[l][what] ||
                (!allowed[l][what] && status != STATUS_REFUSED))
                fail_msg("link %zu, act %d: %s", l, (int)what, status_name(status));
            if (!allowed[l][what])
                assert_int_equal(site_head(&self_site).value, head.value);
        }
    }
    /* a mail program stops and does nothing else */
    for (enum self_act what = SELF_LOOK; what < SELF_ACT_COUNT; what++) {
        struct self_page page;
        const struct self_request request = {.act = what, .is_one_click = true};
        assert_int_equal(self_try_act(&links[TOPIC], &request, &page),
                         what == SELF_STOP_TOPIC || what == SELF_STOP_ALL ? STATUS_OK
                                                                          : STATUS_REFUSED);
    }
}

/* An unsubscribe link, and a manage link past its time, bring back what they took, nothing else. */
static void limited_links_undo_their_own(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened manage = self_manage_link(&person), topic = self_stop_link(&person, 3);
    struct link_opened expired = manage;
    expired.state = LINK_EXPIRED;

    struct position by_manage = self_save(&manage, 0, MARKETING).undoable;
    assert_int_equal(self_undo(&topic, by_manage).notice, SELF_NOTICE_UNDO_LATE);
    assert_int_equal(self_do_act(&topic, SELF_STOP_TOPIC).undoable.value, 0);
    assert_int_equal(self_undo(&manage, by_manage).notice, SELF_NOTICE_UNDONE);

    /* opted in by the manage page: a limited link can't take that back as its own */
    struct position in = self_save(&manage, ALERTS, ALERTS).undoable;
    assert_int_equal(self_undo(&expired, in).notice, SELF_NOTICE_UNDO_LATE);

    /* an older mail's link did it: not this one's */
    clock_shift_s(20);
    struct link_opened later = self_stop_link(&person, 3);
    struct position by_topic = self_do_act(&topic, SELF_STOP_TOPIC).undoable;
    assert_true(by_topic.value != 0);
    assert_int_equal(self_undo(&later, by_topic).notice, SELF_NOTICE_UNDO_LATE);
    assert_int_equal(self_undo(&topic, by_topic).notice, SELF_NOTICE_UNDONE);
    assert_int_equal(self_undo(&topic, by_topic).notice, SELF_NOTICE_UNDONE); /* pressed twice */

    /* what the mail program did by the same link, its page may undo */
    struct self_page page =
        self_act(&topic, (struct self_request){.act = SELF_STOP_TOPIC, .is_one_click = true});
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED);
    page = self_do_act(&topic, SELF_STOP_TOPIC);
    assert_int_equal(page.notice, SELF_NOTICE_WAS_STOPPED);
    assert_int_equal(self_undo(&topic, page.undoable).notice, SELF_NOTICE_UNDONE);

    /* an expired manage link stops all, and takes that back */
    page = self_do_act(&expired, SELF_STOP_ALL);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED_ALL);
    assert_int_equal(page.choices_count, 0);
    assert_int_equal(self_undo(&expired, page.undoable).notice, SELF_NOTICE_UNDONE);
    assert_true(self_choices_of(&person) == (NEWSLETTER | MARKETING | ALERTS));

    /* after the hour nobody does */
    page = self_do_act(&topic, SELF_STOP_TOPIC);
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_int_equal(self_undo(&topic, page.undoable).notice, SELF_NOTICE_UNDO_LATE);
    clock_shift_s(-UNDO_WINDOW_S - 21);
    site_check_ledger(&self_site);
}

static void giving_a_reason(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_stop_link(&person, 1);
    struct self_page page = self_do_act(&link, SELF_STOP_TOPIC);
    const struct position stopped = page.undoable;
    const struct position head = site_head(&self_site);
    struct self_request request = {.act = SELF_REASON, .undoes = stopped, .comment = ""};
    assert_int_equal(self_act(&link, request).notice, SELF_NOTICE_THANKS);
    assert_int_equal(site_head(&self_site).value, head.value); /* nothing said, nothing kept */
    request.reason = LEAVE_NEVER_ASKED;
    request.comment = "never heard of you";
    page = self_act(&link, request);
    assert_int_equal(page.notice, SELF_NOTICE_THANKS);
    assert_false(page.asks_reason);
    assert_int_equal(page.undoable.value, stopped.value);
    struct entry entry = site_entry(&self_site, site_head(&self_site));
    assert_int_equal(entry.leave_reason, LEAVE_NEVER_ASKED);
    assert_string_equal(entry.private.note, "never heard of you");
    self_act(&link, request);
    assert_int_equal(site_head(&self_site).value, head.value + 1);
    assert_int_equal(self_undo(&link, stopped).notice, SELF_NOTICE_UNDONE);
    site_check_ledger(&self_site);
}

/* U10, U5, U4: again answers the same, and changes nothing more. */
static void one_click_twice(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct contact other = site_add(&self_site, "bob@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_stop_link(&person, 3);
    const struct self_request request = {
        .act = SELF_STOP_TOPIC, .is_one_click = true, .address = "192.0.2.44", .agent = "Mail/1"};
    const struct position head = site_head(&self_site);
    struct self_page page = self_act(&link, request);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED);
    assert_true(self_choices_of(&person) == NEWSLETTER);
    struct entry entry = site_entry(&self_site, page.undoable);
    assert_int_equal(entry.actor, ACTOR_ONE_CLICK);
    assert_int_equal(entry.wording, WORDING_NONE);
    assert_string_equal(entry.private.address, "192.0.2.44");
    page = self_act(&link, request);
    assert_int_equal(page.notice, SELF_NOTICE_WAS_STOPPED);
    assert_int_equal(site_head(&self_site).value, head.value + 1);
    assert_true(self_choices_of(&other) == (NEWSLETTER | MARKETING));
    /* the person is read anew: what the link's contact said when it was opened is old by now */
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = person.id,
                            .turn_on = MARKETING,
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&self_site, &change);
    assert_int_equal(self_act(&link, request).notice, SELF_NOTICE_STOPPED);
    assert_true(self_choices_of(&person) == NEWSLETTER);
}

struct clicker {
    pthread_t thread;
    struct service service;
    struct link_opened link;
    enum status status;
};

static enum status click(const struct service *service, struct txn *txn, struct arena *arena,
                         void *context)
{
    struct self_page page;
    const struct self_request request = {.act = SELF_STOP_TOPIC, .is_one_click = true};
    return selfservice_act(service, txn, arena, context, "TOKEN", &request, &page);
}

static void *click_once(void *context)
{
    struct clicker *clicker = context;
    struct arena *arena = arena_new();
    clicker->status = writer_run(&clicker->service, arena, click, &clicker->link);
    arena_free(arena);
    return NULL;
}

static void fifty_at_once(void **state)
{
    (void)state;
    enum { CLICKS = 50 };
    static struct clicker clickers[CLICKS];
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_stop_link(&person, 3);
    const struct position head = site_head(&self_site);
    for (size_t i = 0; i < CLICKS; i++) {
        clickers[i].service = site_service(&self_site, true);
        clickers[i].link = link;
    }
    for (size_t i = 0; i < CLICKS; i++)
        assert_int_equal(pthread_create(&clickers[i].thread, NULL, click_once, &clickers[i]), 0);
    for (size_t i = 0; i < CLICKS; i++) {
        pthread_join(clickers[i].thread, NULL);
        assert_int_equal(clickers[i].status, STATUS_OK);
        setup_close(&clickers[i].service);
    }
    assert_int_equal(site_head(&self_site).value, head.value + 1);
    assert_true(self_choices_of(&person) == NEWSLETTER);
    site_check_ledger(&self_site);
}

static void l1_ten_years_on(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_set links = site_links(&self_site, &person, 1);
    clock_shift_s(INT64_C(3653) * DAY_S);
    struct link_opened link = self_open_link(links.unsubscribe, PURPOSE_UNSUBSCRIBE);
    assert_int_equal(self_do_act(&link, SELF_STOP_TOPIC).notice, SELF_NOTICE_STOPPED);
    assert_true(self_choices_of(&person) == MARKETING);
    link = self_open_link(links.manage, PURPOSE_MANAGE);
    struct self_page page;
    const struct self_request request = {.act = SELF_SAVE, .choices_shown = MARKETING};
    assert_int_equal(self_try_act(&link, &request, &page), STATUS_REFUSED);
    assert_int_equal(self_do_act(&link, SELF_STOP_ALL).notice, SELF_NOTICE_STOPPED_ALL);
    clock_shift_s(INT64_C(-3653) * DAY_S);
}

static void reading_keys(void **state)
{
    (void)state;
    uint64_t mask = 0;
    const char *const keys[] = {"newsletter", "system_alerts", "newsletter"};
    const char *const wrong[] = {"newsletter", "Newsletter"};
    assert_int_equal(selfservice_read_keys(&self_site.service, self_site.arena, keys, 3, &mask),
                     STATUS_OK);
    assert_true(mask == (NEWSLETTER | ALERTS));
    assert_int_equal(selfservice_read_keys(&self_site.service, self_site.arena, wrong, 2, &mask),
                     STATUS_INVALID);
    assert_int_equal(selfservice_read_keys(&self_site.service, self_site.arena, NULL, 0, &mask),
                     STATUS_OK);
    assert_true(mask == 0);
    site_retire(&self_site, 1);
    assert_int_equal(selfservice_read_keys(&self_site.service, self_site.arena, keys, 1, &mask),
                     STATUS_OK);
    assert_true(mask == NEWSLETTER);
}

static void voiding_links(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_manage_link(&person), stop = self_stop_link(&person, 1);
    struct link_opened opened_before = link;
    struct self_page page = self_do_act(&link, SELF_VOID_LINKS);
    assert_int_equal(page.notice, SELF_NOTICE_LINKS_VOID);
    assert_int_equal(page.link, LINK_VOID);
    assert_int_equal(page.choices_count, 0);
    const struct position head = site_head(&self_site);
    assert_int_equal(site_entry(&self_site, head).kind, ENTRY_EPOCH);
    assert_int_equal(site_get(&self_site, person.id).epoch, person.epoch + 1);
    assert_true(self_choices_of(&person) == (NEWSLETTER | MARKETING));
    assert_int_equal(self_manage_link(&person).state, LINK_VOID);
    struct contact now = site_get(&self_site, person.id);
    assert_int_equal(self_manage_link(&now).state, LINK_GOOD); /* made since */

    /* a form that was open all the while saves nothing, and voids nothing twice */
    const struct self_request saves = {.act = SELF_SAVE, .choices_shown = NEWSLETTER};
    assert_int_equal(self_try_act(&opened_before, &saves, &page), STATUS_REFUSED);
    assert_int_equal(self_do_act(&opened_before, SELF_VOID_LINKS).notice, SELF_NOTICE_LINKS_VOID);
    assert_int_equal(site_head(&self_site).value, head.value);

    assert_int_equal(self_do_act(&stop, SELF_STOP_TOPIC).notice, SELF_NOTICE_STOPPED);
    assert_int_equal(self_do_act(&opened_before, SELF_STOP_ALL).notice, SELF_NOTICE_STOPPED_ALL);
    site_check_ledger(&self_site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("the manage page shows topics in use, a masked address and the brand", manage_page),
        CASE("saving says exactly what changed, and can be undone", saving),
        CASE("L3: stop everything, and back to one topic only", stop_all_and_come_back_to_one),
        CASE("U7: an unsubscribe link shows and stops its topic, no other", unsubscribe_page),
        CASE("which link may do what: the whole table", who_may_do_what),
        CASE("limited links undo their own stop and nothing else", limited_links_undo_their_own),
        CASE("a reason after the opt-out, once, and Undo is still there", giving_a_reason),
        CASE("U2, U5, U10: one-click acts once and answers the same again", one_click_twice),
        CASE("U10: fifty clicks at once make one change", fifty_at_once),
        CASE("L1: ten years on the opt-out works and the manage link only stops", l1_ten_years_on),
        CASE("the owner voids all earlier links; unsubscribe links go on (L1)", voiding_links),
        CASE("forms name topics by key; unknown ones are refused", reading_keys),
    };
    return cmocka_run_group_tests_name("selfservice", tests, NULL, NULL);
}
