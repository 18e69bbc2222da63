/*
 * What a recipient sees and does: which link may do what, what each page says, and one-click.
 */
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "service/selfservice.h"
#include "service/setup.h"
#include "service/verdict.h"
#include "service/writer.h"
#include "unit/site.h"

#define DAY_S 86400

static struct site site;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

static struct link_opened open_link(const char *url, enum link_purpose purpose)
{
    struct link_opened link;
    assert_int_equal(
        links_open(&site.service, site.arena, site_token(url), purpose, clock_now_s(), &link),
        STATUS_OK);
    return link;
}

static struct link_opened manage_link(const struct contact *contact)
{
    return open_link(site_links(&site, contact, 0).manage, PURPOSE_MANAGE);
}

static struct link_opened stop_link(const struct contact *contact, uint8_t topic)
{
    return open_link(site_links(&site, contact, topic).unsubscribe, PURPOSE_UNSUBSCRIBE);
}

static enum status try_act(const struct link_opened *link, const struct self_request *request,
                           struct self_page *page)
{
    struct txn *txn = site_begin(&site);
    enum status status =
        selfservice_act(&site.service, txn, site.arena, link, "TOKEN", request, page);
    if (status == STATUS_OK)
        site_commit(txn);
    else
        txn_rollback(txn);
    return status;
}

static struct self_page act(const struct link_opened *link, struct self_request request)
{
    struct self_page page;
    assert_int_equal(try_act(link, &request, &page), STATUS_OK);
    return page;
}

static struct self_page save(const struct link_opened *link, uint64_t on, uint64_t shown)
{
    return act(link,
               (struct self_request){.act = SELF_SAVE, .choices_on = on, .choices_shown = shown});
}

static struct self_page do_act(const struct link_opened *link, enum self_act what)
{
    return act(link, (struct self_request){.act = what});
}

static struct self_page undo(const struct link_opened *link, struct position undoes)
{
    return act(link, (struct self_request){.act = SELF_UNDO, .undoes = undoes});
}

static uint64_t choices_of(const struct contact *contact)
{
    return site_get(&site, contact->id).choices;
}

static void manage_page(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = manage_link(&person);
    struct self_page page;
    site_retire(&site, 2);
    assert_int_equal(selfservice_look(&site.service, site.arena, &link, "TOKEN", &page), STATUS_OK);
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

    site_put_setting(&site, "brand_name", "Café Ünïcode");
    site_put_setting(&site, "brand_postal_address", "1 Main Street");
    site_put_setting(&site, "brand_privacy_url", "https://example.org/privacy");
    struct brand brand;
    assert_int_equal(brand_get(&site.service, site.arena, &brand), STATUS_OK);
    assert_string_equal(brand.name, "Café Ünïcode");
    assert_string_equal(brand.postal_address, "1 Main Street");
    assert_string_equal(brand.privacy_url, "https://example.org/privacy");
    site_put_setting(&site, "brand_name", "");
    site.conf.public_url = "http://127.0.0.1:8888";
    assert_int_equal(brand_get(&site.service, site.arena, &brand), STATUS_OK);
    assert_string_equal(brand.name, "Assent");
}

static void saving(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = manage_link(&person);
    struct self_page page =
        save(&link, NEWSLETTER | ALERTS, NEWSLETTER | PRODUCT | MARKETING | ALERTS);
    assert_int_equal(page.notice, SELF_NOTICE_SAVED);
    assert_int_equal(page.turned_on_count, 1);
    assert_string_equal(page.turned_on[0], "System Alerts");
    assert_int_equal(page.turned_off_count, 1);
    assert_string_equal(page.turned_off[0], "Marketing");
    assert_true(page.undoable.value != 0);
    assert_false(page.asks_reason);
    assert_true(choices_of(&person) == (NEWSLETTER | ALERTS));
    assert_int_equal(site_entry(&site, page.undoable).wording, WORDING_MANAGE);

    const struct position head = site_head(&site);
    struct self_page same = save(&link, NEWSLETTER | ALERTS, NEWSLETTER | ALERTS);
    assert_int_equal(same.notice, SELF_NOTICE_SAME);
    assert_int_equal(site_head(&site).value, head.value);

    page = undo(&link, page.undoable);
    assert_int_equal(page.notice, SELF_NOTICE_UNDONE);
    assert_string_equal(page.turned_on[0], "Marketing");
    assert_true(choices_of(&person) == (NEWSLETTER | MARKETING));
    assert_int_equal(page.undoable.value, 0);

    /* a box that was not on the page, or is of a topic retired meanwhile, is left alone */
    page = save(&link, 0, NEWSLETTER);
    assert_true(choices_of(&person) == MARKETING);
    site_retire(&site, 3);
    page = save(&link, ALERTS, MARKETING | ALERTS);
    assert_true(choices_of(&person) == (MARKETING | ALERTS));
    /* the last ones off is leaving, though the status stays */
    page = save(&link, 0, ALERTS);
    assert_false(page.asks_reason);
    struct contact two = site_add(&site, "bob@example.org", NEWSLETTER);
    link = manage_link(&two);
    page = save(&link, MARKETING | NEWSLETTER, MARKETING | NEWSLETTER);
    assert_int_equal(page.notice, SELF_NOTICE_SAME);
    page = save(&link, MARKETING | NEWSLETTER | ALERTS, MARKETING | NEWSLETTER | ALERTS);
    assert_int_equal(page.notice, SELF_NOTICE_SAVED);
    assert_true(choices_of(&two) == (NEWSLETTER | ALERTS));
    page = save(&link, 0, NEWSLETTER | ALERTS);
    assert_true(page.asks_reason);
    assert_int_equal(page.status, CONTACT_OPTED_IN);
    site_check_ledger(&site);
}

static void stop_all_and_come_back_to_one(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = manage_link(&person);
    struct self_page page = do_act(&link, SELF_STOP_ALL);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED_ALL);
    assert_int_equal(page.status, CONTACT_OPTED_OUT);
    assert_true(page.asks_reason);
    assert_false(page.any_is_on);
    const struct position stopped = page.undoable;
    page = do_act(&link, SELF_STOP_ALL);
    assert_int_equal(page.notice, SELF_NOTICE_WAS_STOPPED);
    assert_int_equal(page.undoable.value, stopped.value); /* a second press still offers Undo */
    page = save(&link, ALERTS, NEWSLETTER | PRODUCT | MARKETING | ALERTS);
    assert_int_equal(page.notice, SELF_NOTICE_SAVED);
    assert_int_equal(page.status, CONTACT_OPTED_IN);
    assert_true(choices_of(&person) == ALERTS);
    assert_int_equal(undo(&link, stopped).notice, SELF_NOTICE_UNDO_LATE);
    assert_true(choices_of(&person) == ALERTS);
}

static void unsubscribe_page(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = stop_link(&person, 3);
    struct self_page page;
    assert_int_equal(selfservice_look(&site.service, site.arena, &link, "TOKEN", &page), STATUS_OK);
    assert_string_equal(page.topic_name, "Marketing");
    assert_true(page.topic_is_on);
    assert_int_equal(page.choices_count, 0);
    page = do_act(&link, SELF_STOP_TOPIC);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED);
    assert_true(page.asks_reason);
    assert_false(page.topic_is_on);
    assert_int_equal(page.choices_count, 0);
    assert_int_equal(page.turned_off_count, 0);
    assert_true(choices_of(&person) == NEWSLETTER); /* U5: only that topic */
    assert_int_equal(site_entry(&site, page.undoable).wording, WORDING_UNSUBSCRIBE);
    assert_int_equal(undo(&link, page.undoable).notice, SELF_NOTICE_UNDONE);
    assert_true(choices_of(&person) == (NEWSLETTER | MARKETING));
    assert_int_equal(do_act(&link, SELF_STOP_ALL).notice, SELF_NOTICE_STOPPED_ALL);
    assert_int_equal(site_get(&site, person.id).status, CONTACT_OPTED_OUT);

    struct contact two = site_add(&site, "bob@example.org", NEWSLETTER);
    link = stop_link(&two, 0);
    assert_int_equal(selfservice_look(&site.service, site.arena, &link, "TOKEN", &page), STATUS_OK);
    assert_string_equal(page.topic_name, "");
    assert_true(page.topic_is_on);
    assert_int_equal(do_act(&link, SELF_STOP_TOPIC).notice, SELF_NOTICE_STOPPED_ALL);
    site_check_ledger(&site);
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
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened links[LINKS];
    links[GOOD] = links[EXPIRED] = links[VOID] = manage_link(&person);
    links[EXPIRED].state = LINK_EXPIRED;
    links[VOID].state = LINK_VOID;
    links[TOPIC] = stop_link(&person, 1);
    links[ALL] = stop_link(&person, 0);
    links[BROKEN] = links[REVOKED] = links[NOBODY] = links[GOOD];
    links[BROKEN].state = LINK_BROKEN;
    links[REVOKED].state = LINK_REVOKED;
    links[NOBODY].state = LINK_NOBODY;
    for (size_t l = 0; l < LINKS; l++) {
        for (enum self_act what = SELF_LOOK; what < SELF_ACT_COUNT; what++) {
            struct self_page page;
            const struct self_request request = {.act = what, .choices_shown = NEWSLETTER};
            const struct position head = site_head(&site);
            enum status status = try_act(&links[l], &request, &page);
            if ((status == STATUS_OK) != allowed[l][what] ||
                (!allowed[l][what] && status != STATUS_REFUSED))
                fail_msg("link %zu, act %d: %s", l, (int)what, status_name(status));
            if (!allowed[l][what])
                assert_int_equal(site_head(&site).value, head.value);
        }
    }
    /* a mail program stops and does nothing else */
    for (enum self_act what = SELF_LOOK; what < SELF_ACT_COUNT; what++) {
        struct self_page page;
        const struct self_request request = {.act = what, .is_one_click = true};
        assert_int_equal(try_act(&links[TOPIC], &request, &page),
                         what == SELF_STOP_TOPIC || what == SELF_STOP_ALL ? STATUS_OK
                                                                          : STATUS_REFUSED);
    }
}

/* An unsubscribe link, and a manage link past its time, bring back what they took, nothing else. */
static void limited_links_undo_their_own(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened manage = manage_link(&person), topic = stop_link(&person, 3);
    struct link_opened expired = manage;
    expired.state = LINK_EXPIRED;

    struct position by_manage = save(&manage, 0, MARKETING).undoable;
    assert_int_equal(undo(&topic, by_manage).notice, SELF_NOTICE_UNDO_LATE);
    assert_int_equal(do_act(&topic, SELF_STOP_TOPIC).undoable.value, 0);
    assert_int_equal(undo(&manage, by_manage).notice, SELF_NOTICE_UNDONE);

    /* opted in by the manage page: a limited link can't take that back as its own */
    struct position in = save(&manage, ALERTS, ALERTS).undoable;
    assert_int_equal(undo(&expired, in).notice, SELF_NOTICE_UNDO_LATE);

    /* an older mail's link did it: not this one's */
    clock_shift_s(20);
    struct link_opened later = stop_link(&person, 3);
    struct position by_topic = do_act(&topic, SELF_STOP_TOPIC).undoable;
    assert_true(by_topic.value != 0);
    assert_int_equal(undo(&later, by_topic).notice, SELF_NOTICE_UNDO_LATE);
    assert_int_equal(undo(&topic, by_topic).notice, SELF_NOTICE_UNDONE);
    assert_int_equal(undo(&topic, by_topic).notice, SELF_NOTICE_UNDONE); /* pressed twice */

    /* what the mail program did by the same link, its page may undo */
    struct self_page page =
        act(&topic, (struct self_request){.act = SELF_STOP_TOPIC, .is_one_click = true});
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED);
    page = do_act(&topic, SELF_STOP_TOPIC);
    assert_int_equal(page.notice, SELF_NOTICE_WAS_STOPPED);
    assert_int_equal(undo(&topic, page.undoable).notice, SELF_NOTICE_UNDONE);

    /* an expired manage link stops all, and takes that back */
    page = do_act(&expired, SELF_STOP_ALL);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED_ALL);
    assert_int_equal(page.choices_count, 0);
    assert_int_equal(undo(&expired, page.undoable).notice, SELF_NOTICE_UNDONE);
    assert_true(choices_of(&person) == (NEWSLETTER | MARKETING | ALERTS));

    /* after the hour nobody does */
    page = do_act(&topic, SELF_STOP_TOPIC);
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_int_equal(undo(&topic, page.undoable).notice, SELF_NOTICE_UNDO_LATE);
    clock_shift_s(-UNDO_WINDOW_S - 21);
    site_check_ledger(&site);
}

static void giving_a_reason(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = stop_link(&person, 1);
    struct self_page page = do_act(&link, SELF_STOP_TOPIC);
    const struct position stopped = page.undoable;
    const struct position head = site_head(&site);
    struct self_request request = {.act = SELF_REASON, .undoes = stopped, .comment = ""};
    assert_int_equal(act(&link, request).notice, SELF_NOTICE_THANKS);
    assert_int_equal(site_head(&site).value, head.value); /* nothing said, nothing kept */
    request.reason = LEAVE_NEVER_ASKED;
    request.comment = "never heard of you";
    page = act(&link, request);
    assert_int_equal(page.notice, SELF_NOTICE_THANKS);
    assert_false(page.asks_reason);
    assert_int_equal(page.undoable.value, stopped.value);
    struct entry entry = site_entry(&site, site_head(&site));
    assert_int_equal(entry.leave_reason, LEAVE_NEVER_ASKED);
    assert_string_equal(entry.private.note, "never heard of you");
    act(&link, request);
    assert_int_equal(site_head(&site).value, head.value + 1);
    assert_int_equal(undo(&link, stopped).notice, SELF_NOTICE_UNDONE);
    site_check_ledger(&site);
}

/* U10, U5, U4: again answers the same, and changes nothing more. */
static void one_click_twice(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct contact other = site_add(&site, "bob@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = stop_link(&person, 3);
    const struct self_request request = {
        .act = SELF_STOP_TOPIC, .is_one_click = true, .address = "192.0.2.44", .agent = "Mail/1"};
    const struct position head = site_head(&site);
    struct self_page page = act(&link, request);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED);
    assert_true(choices_of(&person) == NEWSLETTER);
    struct entry entry = site_entry(&site, page.undoable);
    assert_int_equal(entry.actor, ACTOR_ONE_CLICK);
    assert_int_equal(entry.wording, WORDING_NONE);
    assert_string_equal(entry.private.address, "192.0.2.44");
    page = act(&link, request);
    assert_int_equal(page.notice, SELF_NOTICE_WAS_STOPPED);
    assert_int_equal(site_head(&site).value, head.value + 1);
    assert_true(choices_of(&other) == (NEWSLETTER | MARKETING));
    /* the person is read anew: what the link's contact said when it was opened is old by now */
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = person.id,
                            .turn_on = MARKETING,
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&site, &change);
    assert_int_equal(act(&link, request).notice, SELF_NOTICE_STOPPED);
    assert_true(choices_of(&person) == NEWSLETTER);
}

static enum status click(const struct service *service, struct txn *txn, struct arena *arena,
                         void *context)
{
    struct self_page page;
    const struct self_request request = {.act = SELF_STOP_TOPIC, .is_one_click = true};
    return selfservice_act(service, txn, arena, context, "TOKEN", &request, &page);
}

struct clicker {
    pthread_t thread;
    struct service service;
    struct link_opened link;
    enum status status;
};

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
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = stop_link(&person, 3);
    const struct position head = site_head(&site);
    for (size_t i = 0; i < CLICKS; i++) {
        clickers[i].service = site_service(&site, true);
        clickers[i].link = link;
    }
    for (size_t i = 0; i < CLICKS; i++)
        assert_int_equal(pthread_create(&clickers[i].thread, NULL, click_once, &clickers[i]), 0);
    for (size_t i = 0; i < CLICKS; i++) {
        pthread_join(clickers[i].thread, NULL);
        assert_int_equal(clickers[i].status, STATUS_OK);
        setup_close(&clickers[i].service);
    }
    assert_int_equal(site_head(&site).value, head.value + 1);
    assert_true(choices_of(&person) == NEWSLETTER);
    site_check_ledger(&site);
}

static void l1_ten_years_on(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_set links = site_links(&site, &person, 1);
    clock_shift_s(INT64_C(3653) * DAY_S);
    struct link_opened link = open_link(links.unsubscribe, PURPOSE_UNSUBSCRIBE);
    assert_int_equal(do_act(&link, SELF_STOP_TOPIC).notice, SELF_NOTICE_STOPPED);
    assert_true(choices_of(&person) == MARKETING);
    link = open_link(links.manage, PURPOSE_MANAGE);
    struct self_page page;
    const struct self_request request = {.act = SELF_SAVE, .choices_shown = MARKETING};
    assert_int_equal(try_act(&link, &request, &page), STATUS_REFUSED);
    assert_int_equal(do_act(&link, SELF_STOP_ALL).notice, SELF_NOTICE_STOPPED_ALL);
    clock_shift_s(INT64_C(-3653) * DAY_S);
}

static struct self_page pause_for(const struct link_opened *link, const char *days,
                                  const char *until)
{
    return act(link, (struct self_request){.act = SELF_PAUSE, .days = days, .until = until});
}

static enum verdict ask(uint8_t topic)
{
    enum verdict verdict;
    assert_int_equal(verdict_for(&site.service, site.arena, "ada@example.org",
                                 (struct topic_id){topic}, clock_now_s(), &verdict, NULL),
                     STATUS_OK);
    return verdict;
}

static void pausing(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = manage_link(&person);
    const int64_t today = clock_now_s() - clock_now_s() % DAY_S;
    struct self_page page = pause_for(&link, "30", "");
    assert_int_equal(page.notice, SELF_NOTICE_PAUSED);
    assert_int_equal(page.paused_until, today + INT64_C(30) * DAY_S);
    struct entry entry = site_entry(&site, page.undoable);
    assert_int_equal(entry.kind, ENTRY_PAUSE);
    assert_int_equal(entry.paused_before, 0);
    assert_int_equal(entry.paused_after, page.paused_until);
    assert_int_equal(entry.actor, ACTOR_RECIPIENT);
    const struct position head = site_head(&site);
    assert_int_equal(pause_for(&link, "30", "").undoable.value, page.undoable.value);
    assert_int_equal(site_head(&site).value, head.value); /* pressed twice */
    assert_int_equal(ask(1), VERDICT_PAUSED);
    assert_true(choices_of(&person) == (NEWSLETTER | MARKETING));

    /* saving does not end it */
    page = save(&link, ALERTS, MARKETING | ALERTS);
    assert_int_equal(page.paused_until, today + INT64_C(30) * DAY_S);
    assert_int_equal(ask(4), VERDICT_PAUSED);

    /* the clock does */
    clock_shift_s(INT64_C(30) * DAY_S);
    assert_int_equal(selfservice_look(&site.service, site.arena, &link, "TOKEN", &page), STATUS_OK);
    assert_int_equal(page.paused_until, 0);
    assert_int_equal(ask(4), VERDICT_ALLOW);
    assert_int_equal(ask(3), VERDICT_TOPIC_OFF);
    assert_int_equal(do_act(&link, SELF_RESUME).notice, SELF_NOTICE_NOT_PAUSED);
    clock_shift_s(INT64_C(-30) * DAY_S);

    /* or a button, which can be undone */
    page = do_act(&link, SELF_RESUME);
    assert_int_equal(page.notice, SELF_NOTICE_RESUMED);
    assert_int_equal(page.paused_until, 0);
    assert_int_equal(ask(1), VERDICT_ALLOW);
    page = undo(&link, page.undoable);
    assert_int_equal(page.notice, SELF_NOTICE_UNDONE);
    assert_true(page.pause_moved);
    assert_int_equal(ask(1), VERDICT_PAUSED);
    site_check_ledger(&site);
}

static void pause_ends_on_a_day(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct link_opened link = manage_link(&person);
    const int64_t now_s = clock_now_s(), today = now_s - now_s % DAY_S;
    char day[CLOCK_RFC3339_BYTES];
    static const char *const bad[] = {"",           "yesterday", "2020-01-01",       "2031-02-30",
                                      "9999-12-31", "2031-1-1",  "2031-01-01T00:00", "0000-00-00",
                                      "2031-00-10"};
    const struct position head = site_head(&site);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct self_page page = pause_for(&link, NULL, bad[i]);
        assert_int_equal(page.notice, SELF_NOTICE_PAUSE_REFUSED);
        assert_string_equal(page.pause_typed, bad[i]);
    }
    clock_rfc3339(now_s, day);
    day[10] = '\0'; /* today is past already */
    assert_int_equal(pause_for(&link, NULL, day).notice, SELF_NOTICE_PAUSE_REFUSED);
    assert_int_equal(pause_for(&link, "31", NULL).notice, SELF_NOTICE_PAUSE_REFUSED);
    assert_int_equal(pause_for(&link, NULL, NULL).notice, SELF_NOTICE_PAUSE_REFUSED);
    struct self_page look;
    assert_int_equal(selfservice_look(&site.service, site.arena, &link, "TOKEN", &look), STATUS_OK);
    assert_int_equal(look.pause_first, today + DAY_S);
    clock_rfc3339(look.pause_last + DAY_S, day);
    day[10] = '\0';
    assert_int_equal(pause_for(&link, NULL, day).notice, SELF_NOTICE_PAUSE_REFUSED);
    assert_int_equal(site_head(&site).value, head.value);
    clock_rfc3339(look.pause_last, day);
    day[10] = '\0';
    assert_int_equal(pause_for(&link, "7", day).paused_until, look.pause_last);
    clock_rfc3339(look.pause_first, day);
    day[10] = '\0';
    assert_int_equal(pause_for(&link, NULL, day).paused_until, look.pause_first);

    /* someone who gets nothing has nothing to pause */
    do_act(&link, SELF_STOP_ALL);
    assert_int_equal(pause_for(&link, "7", NULL).notice, SELF_NOTICE_NOTHING_TO_PAUSE);
}

static void stopping_while_paused(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = manage_link(&person), topic = stop_link(&person, 3);
    const int64_t until = pause_for(&link, "90", NULL).paused_until;
    struct self_page page = do_act(&link, SELF_STOP_ALL);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED_ALL);
    assert_int_equal(ask(1), VERDICT_OPTED_OUT);
    assert_int_equal(undo(&link, page.undoable).notice, SELF_NOTICE_UNDONE);
    assert_int_equal(site_get(&site, person.id).paused_until, until);
    assert_true(choices_of(&person) == (NEWSLETTER | MARKETING));
    /* an unsubscribe link stops as ever, and shows no pause */
    page = do_act(&topic, SELF_STOP_TOPIC);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED);
    assert_int_equal(page.paused_until, 0);
    assert_int_equal(site_get(&site, person.id).paused_until, until);
    /* what a limited link may undo is its own stop, not a pause */
    const struct position pause = pause_for(&link, "7", NULL).undoable;
    assert_int_equal(undo(&topic, pause).notice, SELF_NOTICE_UNDO_LATE);
    clock_shift_s(INT64_C(91) * DAY_S);
    assert_int_equal(ask(1), VERDICT_ALLOW);
    assert_int_equal(ask(3), VERDICT_TOPIC_OFF);
    clock_shift_s(INT64_C(-91) * DAY_S);
    site_check_ledger(&site);
}

static void voiding_links(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = manage_link(&person), stop = stop_link(&person, 1);
    struct link_opened opened_before = link;
    struct self_page page = do_act(&link, SELF_VOID_LINKS);
    assert_int_equal(page.notice, SELF_NOTICE_LINKS_VOID);
    assert_int_equal(page.link, LINK_VOID);
    assert_int_equal(page.choices_count, 0);
    const struct position head = site_head(&site);
    assert_int_equal(site_entry(&site, head).kind, ENTRY_EPOCH);
    assert_int_equal(site_get(&site, person.id).epoch, person.epoch + 1);
    assert_true(choices_of(&person) == (NEWSLETTER | MARKETING));
    assert_int_equal(manage_link(&person).state, LINK_VOID);
    struct contact now = site_get(&site, person.id);
    assert_int_equal(manage_link(&now).state, LINK_GOOD); /* made since */

    /* a form that was open all the while saves nothing, and voids nothing twice */
    const struct self_request saves = {.act = SELF_SAVE, .choices_shown = NEWSLETTER};
    assert_int_equal(try_act(&opened_before, &saves, &page), STATUS_REFUSED);
    assert_int_equal(do_act(&opened_before, SELF_VOID_LINKS).notice, SELF_NOTICE_LINKS_VOID);
    assert_int_equal(site_head(&site).value, head.value);

    assert_int_equal(do_act(&stop, SELF_STOP_TOPIC).notice, SELF_NOTICE_STOPPED);
    assert_int_equal(do_act(&opened_before, SELF_STOP_ALL).notice, SELF_NOTICE_STOPPED_ALL);
    site_check_ledger(&site);
}

static const char *language_of(const struct contact *contact)
{
    return site_get(&site, contact->id).language;
}

/* Of whoever reads the page: on file from then on, and back by Undo to exactly what was. */
static void keeping_a_language(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct link_opened link = manage_link(&person);
    struct self_page page;

    assert_int_equal(selfservice_look(&site.service, site.arena, &link, "TOKEN", &page), STATUS_OK);
    assert_int_equal(page.usual, LOCALE_EN); /* the site's */
    assert_false(page.usual_is_own);
    link.lang = LOCALE_DE;
    page = do_act(&link, SELF_LANGUAGE);
    assert_int_equal(page.notice, SELF_NOTICE_LANGUAGE);
    assert_string_equal(language_of(&person), "de");
    assert_int_equal(page.usual, LOCALE_DE);
    assert_true(page.usual_is_own);
    struct entry entry = site_entry(&site, page.undoable);
    assert_int_equal(entry.kind, ENTRY_DETAILS);
    assert_int_equal(entry.wording, LOCALE_DE << 16 | WORDING_MANAGE);
    assert_string_equal(entry.private.note, "language: (none) → de");
    assert_true(choices_of(&person) == NEWSLETTER);

    const struct position head = site_head(&site); /* pressed twice */
    assert_int_equal(do_act(&link, SELF_LANGUAGE).undoable.value, page.undoable.value);
    assert_int_equal(site_head(&site).value, head.value);
    save(&link, MARKETING, NEWSLETTER | MARKETING); /* choices since do not count */
    struct self_page back = undo(&link, page.undoable);
    assert_int_equal(back.notice, SELF_NOTICE_UNDONE);
    assert_string_equal(language_of(&person), "");
    assert_true(choices_of(&person) == MARKETING);
    assert_int_equal(undo(&link, page.undoable).notice, SELF_NOTICE_UNDONE); /* asked again */
    site_check_ledger(&site);
}

static void a_language_is_not_undone_late(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct link_opened link = manage_link(&person);
    const struct change by_admin = {.kind = ENTRY_DETAILS,
                                    .contact = person.id,
                                    .language = "pt-BR",
                                    .note = "language: de → fr",
                                    .origin = site_origin(ACTOR_ADMIN, 1)};

    link.lang = LOCALE_DE;
    struct position kept = do_act(&link, SELF_LANGUAGE).undoable;
    struct position edited = site_change(&site, &by_admin).position;
    assert_int_equal(undo(&link, kept).notice, SELF_NOTICE_UNDO_LATE);
    assert_int_equal(undo(&link, edited).notice, SELF_NOTICE_UNDO_LATE); /* not theirs */
    assert_string_equal(language_of(&person), "pt-BR");

    link.lang = LOCALE_PT; /* the same language: what is on file says more */
    struct self_page page = do_act(&link, SELF_LANGUAGE);
    assert_string_equal(language_of(&person), "pt-BR");
    assert_int_equal(page.undoable.value, 0);

    link.lang = LOCALE_JA;
    kept = do_act(&link, SELF_LANGUAGE).undoable;
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_int_equal(undo(&link, kept).notice, SELF_NOTICE_UNDO_LATE);
    assert_string_equal(language_of(&person), "ja");
    clock_shift_s(-UNDO_WINDOW_S - 1);
    site_check_ledger(&site);
}

static void reading_keys(void **state)
{
    (void)state;
    uint64_t mask = 0;
    const char *const keys[] = {"newsletter", "system_alerts", "newsletter"};
    const char *const wrong[] = {"newsletter", "Newsletter"};
    assert_int_equal(selfservice_read_keys(&site.service, site.arena, keys, 3, &mask), STATUS_OK);
    assert_true(mask == (NEWSLETTER | ALERTS));
    assert_int_equal(selfservice_read_keys(&site.service, site.arena, wrong, 2, &mask),
                     STATUS_INVALID);
    assert_int_equal(selfservice_read_keys(&site.service, site.arena, NULL, 0, &mask), STATUS_OK);
    assert_true(mask == 0);
    site_retire(&site, 1);
    assert_int_equal(selfservice_read_keys(&site.service, site.arena, keys, 1, &mask), STATUS_OK);
    assert_true(mask == NEWSLETTER);
}

#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
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
        CASE("a pause stands until its day, a button or Undo; choices stay (A3)", pausing),
        CASE("a pause ends on a day from tomorrow to five years on", pause_ends_on_a_day),
        CASE("L3: everything stops while paused, and the pause stays what it was",
             stopping_while_paused),
        CASE("the owner voids all earlier links; unsubscribe links go on (L1)", voiding_links),
        CASE("a language that is kept is on file, and back by Undo", keeping_a_language),
        CASE("a language is not undone late, nor by who did not set it",
             a_language_is_not_undone_late),
        CASE("forms name topics by key; unknown ones are refused", reading_keys),
    };
    return cmocka_run_group_tests_name("selfservice", tests, NULL, NULL);
}
