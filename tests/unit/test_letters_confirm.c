/*
 * What the mails about sign-ups and new addresses say, decided when they are sent.
 */
#include <string.h>

#include "base/clock.h"
#include "service/confirm.h"
#include "service/join.h"
#include "service/letters_confirm.h"
#include "store/letters.h"
#include "unit/site.h"

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

static struct letter newest(void)
{
    struct letter *list = NULL;
    size_t count = 0, at = 0;
    assert_int_equal(letters_due(site.service.store, site.arena, clock_now_s(), 100, &list, &count),
                     STATUS_OK);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        if (list[i].id > list[at].id)
            at = i;
    return list[at];
}

static struct letter_page compose(const struct letter *letter)
{
    struct letter_page page = {.kind = letter->kind};
    assert_int_equal(letters_confirm(&site.service, site.arena, letter, clock_now_s(), &page),
                     STATUS_OK);
    return page;
}

static struct letter ask_join(const char *address, uint64_t choices)
{
    struct join_request request = {
        .name = "Buy now", .choices = choices, .language = LOCALE_FR, .address = "203.0.113.7"};
    assert_int_equal(email_parse(site.arena, address, strlen(address), &request.email, NULL),
                     STATUS_OK);
    struct txn *txn = site_begin(&site);
    assert_int_equal(join_ask(&site.service, txn, site.arena, &request, clock_now_s()), STATUS_OK);
    site_commit(txn);
    return newest();
}

static struct letter ask_address(const struct contact *contact, const char *typed)
{
    const struct confirm_address request = {.typed = typed, .language = "de"};
    bool is_address = false;
    struct txn *txn = site_begin(&site);
    assert_int_equal(confirm_ask_address(&site.service, txn, site.arena, contact, &request,
                                         clock_now_s(), &is_address),
                     STATUS_OK);
    site_commit(txn);
    return newest();
}

static void press(const char *url, enum confirm_act act)
{
    const struct confirm_request request = {.act = act};
    struct confirm_opened link;
    struct confirm_page page;
    assert_int_equal(confirm_open(&site.service, site.arena, site_token(url), clock_now_s(), &link),
                     STATUS_OK);
    assert_int_equal(link.state, CONFIRM_OPEN);
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        confirm_act(&site.service, txn, site.arena, &link, "TOKEN", &request, clock_now_s(), &page),
        STATUS_OK);
    site_commit(txn);
}

static void a_stranger_is_asked(void **state)
{
    (void)state;
    const struct letter letter = ask_join("New@example.org", NEWSLETTER | MARKETING);
    struct letter_page page = compose(&letter);
    assert_true(page.is_due);
    assert_int_equal(page.variant, LETTER_AS_ASKED);
    assert_int_equal(page.lang, LOCALE_FR);
    assert_string_equal(page.to, "New@example.org");
    assert_string_equal(page.to_name, ""); /* what a stranger typed goes to nobody else */
    assert_string_equal(page.masked, "N•••••@example.org");
    assert_int_equal(page.topics_count, 2);
    assert_string_equal(page.topics[0], "Lettre d’information"); /* in its language */
    assert_non_null(strstr(page.action_url, "https://lists.example.org/c/"));
    assert_true(page.until > clock_now_s());
    assert_null(page.manage_url);
    assert_null(page.links.list_unsubscribe);
    press(page.action_url, CONFIRM_YES);
    assert_false(compose(&letter).is_due); /* answered before it was sent once more */
}

static void who_is_in_is_told_so(void **state)
{
    (void)state;
    site_add(&site, "in@example.org", NEWSLETTER | MARKETING);
    const struct letter letter = ask_join("in@example.org", NEWSLETTER);
    struct letter_page page = compose(&letter);
    assert_true(page.is_due);
    assert_int_equal(page.variant, LETTER_ALREADY_IN);
    assert_string_equal(page.action_url, page.manage_url);
    assert_non_null(strstr(page.manage_url, "/p/"));
    assert_non_null(page.links.list_unsubscribe);
    /* One topic more is a question again, and the way to the preferences stands beside it. */
    const struct letter more = ask_join("in@example.org", NEWSLETTER | ALERTS);
    page = compose(&more);
    assert_int_equal(page.variant, LETTER_AS_ASKED);
    assert_non_null(strstr(page.action_url, "/c/"));
    assert_non_null(page.manage_url);
    press(page.action_url, CONFIRM_NO);
    assert_false(compose(&more).is_due);
}

static void a_new_address_is_asked_and_the_old_one_told(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "old@example.org", NEWSLETTER);
    const struct letter letter = ask_address(&person, "new@example.net");
    struct letter_page page = compose(&letter);
    assert_true(page.is_due);
    assert_int_equal(page.variant, LETTER_AS_ASKED);
    assert_int_equal(page.lang, LOCALE_DE);
    assert_string_equal(page.to, "new@example.net");
    assert_string_equal(page.to_name, "");
    assert_null(page.manage_url);
    press(page.action_url, CONFIRM_YES);

    const struct letter told = newest();
    assert_int_equal(told.kind, LETTER_OLD_ADDRESS);
    page = compose(&told);
    assert_true(page.is_due);
    assert_string_equal(page.to, "old@example.org");
    assert_string_equal(page.masked, "n•••••@example.net");
    assert_null(page.manage_url); /* a way out, and none into the preferences */
    assert_null(page.action_url);
    assert_non_null(strstr(page.links.unsubscribe, "/u/"));
    assert_null(page.links.manage);
    assert_null(page.links.list_unsubscribe);
    struct change back = {.kind = ENTRY_DETAILS,
                          .contact = person.id,
                          .email = "old@example.org",
                          .email_key = "old@example.org",
                          .origin = site_origin(ACTOR_ADMIN, 1)};
    site_change(&site, &back);
    assert_false(compose(&told).is_due);
}

static void an_address_that_cannot_be_had_tells_its_owner_and_nothing_of_others(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "old@example.org", NEWSLETTER);
    site_add(&site, "taken@example.org", PRODUCT);
    site_suppress(&site, "gone@example.org");
    static const char *const wanted[] = {"taken@example.org", "old@example.org",
                                         "gone@example.org"};
    for (size_t i = 0; i < 3; i++) {
        const struct letter letter = ask_address(&person, wanted[i]);
        const struct letter_page page = compose(&letter);
        assert_true(page.is_due);
        assert_int_equal(page.variant, LETTER_TAKEN);
        assert_string_equal(page.to, wanted[i]);
        assert_int_equal(page.topics_count, 0);
        if (i == 2) {
            assert_null(page.action_url);
        } else {
            assert_string_equal(page.action_url, page.manage_url);
            assert_non_null(strstr(page.action_url, "/p/"));
        }
    }
}

static void what_waits_no_more_is_not_sent(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "old@example.org", NEWSLETTER);
    const struct letter first = ask_address(&person, "first@example.net");
    const struct letter second = ask_address(&person, "second@example.net");
    assert_false(compose(&first).is_due);
    assert_true(compose(&second).is_due);
    struct change change = {
        .kind = ENTRY_EPOCH, .contact = person.id, .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&site, &change);
    assert_false(compose(&second).is_due);
    const struct letter late = ask_join("late@example.org", NEWSLETTER);
    assert_true(compose(&late).is_due);
    clock_shift_s(8 * 86400);
    const bool is_due = compose(&late).is_due;
    clock_shift_s(-8 * 86400);
    assert_false(is_due);
    const struct letter retired = ask_join("late@example.org", ALERTS);
    site_retire(&site, 4);
    assert_false(compose(&retired).is_due);
}

#define CASE(name, test)                                                                           \
    {                                                                                              \
        name, test, open_site, close_site, NULL                                                    \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("a stranger who signs up is asked", a_stranger_is_asked),
        CASE("who is in already is told so", who_is_in_is_told_so),
        CASE("a new address is asked, and the old one told",
             a_new_address_is_asked_and_the_old_one_told),
        CASE("an address that can't be had: its owner is told, and nothing of others",
             an_address_that_cannot_be_had_tells_its_owner_and_nothing_of_others),
        CASE("what waits no more is not sent", what_waits_no_more_is_not_sent),
    };
    return cmocka_run_group_tests_name("letters_confirm", tests, NULL, NULL);
}
