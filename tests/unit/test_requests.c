/*
 * What strangers may ask for by mail, and how often: sign-ups, fresh links; what a program fills in
 * and what a form says is wrong.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "service/fresh_link.h"
#include "service/join.h"
#include "service/quota.h"
#include "store/topics.h"
#include "unit/request_support.h"

/* S8: the same is written whoever it is; U15's other side: nobody is locked out. */
static void mails_are_bounded_per_mailbox_and_per_network(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        request_ask("new@example.org", NEWSLETTER);
    assert_int_equal(request_letters_count_now(), QUOTA_MAILBOX_HOUR);
    request_ask("other@example.org", NEWSLETTER); /* the same network, another mailbox */
    assert_int_equal(request_letters_count_now(), QUOTA_MAILBOX_HOUR + 1);
    request_ask_from("new@example.org", NEWSLETTER, "198.51.100.1"); /* the other way about */
    assert_int_equal(request_letters_count_now(), QUOTA_MAILBOX_HOUR + 1);
    request_pass(HOUR_S);
    request_ask("new@example.org", NEWSLETTER); /* asking in vain made it no longer */
    assert_int_equal(request_letters_count_now(), QUOTA_MAILBOX_HOUR + 2);
    for (int hour = 0; hour < 22; hour++) {
        for (int i = 0; i < 4; i++)
            request_ask("new@example.org", NEWSLETTER);
        request_pass(HOUR_S);
    }
    assert_int_equal(request_letters_count_now(), QUOTA_MAILBOX_DAY + 1);
    request_pass(HOUR_S);
    request_ask("new@example.org", NEWSLETTER);
    assert_int_equal(request_letters_count_now(), QUOTA_MAILBOX_DAY + 2);
}

static void a_network_is_bounded_and_its_neighbours_are_not(void **state)
{
    (void)state;
    char email[64], network[64];
    for (int i = 0; i < QUOTA_NETWORK_HOUR + 5; i++) {
        snprintf(email, sizeof email, "new%d@example.org", i);
        snprintf(network, sizeof network, "203.0.113.%d", i % 250);
        request_ask_from(email, NEWSLETTER, network);
    }
    assert_int_equal(request_letters_count_now(), QUOTA_NETWORK_HOUR);
    request_ask_from("late@example.org", NEWSLETTER, "203.0.113.251");
    assert_int_equal(request_letters_count_now(), QUOTA_NETWORK_HOUR);
    request_ask_from("late@example.org", NEWSLETTER, "203.0.114.1");
    request_ask_from("late@example.org", NEWSLETTER, "2001:db8::1");
    assert_int_equal(request_letters_count_now(), QUOTA_NETWORK_HOUR + 2);
    for (int i = 0; i < QUOTA_NETWORK_HOUR + 5; i++) {
        snprintf(email, sizeof email, "six%d@example.org", i);
        snprintf(network, sizeof network, "2001:db8:1:2::%x", i);
        request_ask_from(email, NEWSLETTER, network);
    }
    assert_int_equal(request_letters_count_now(), 2 * QUOTA_NETWORK_HOUR + 2);
    request_pass(HOUR_S);
    request_ask_from("late2@example.org", NEWSLETTER, "203.0.113.251");
    assert_int_equal(request_letters_count_now(), 2 * QUOTA_NETWORK_HOUR + 3);
}

static void what_a_program_fills_in_begins_nothing(void **state)
{
    (void)state;
    const struct join_request request = {.email = request_address_of("new@example.org"),
                                         .name = "",
                                         .choices = NEWSLETTER,
                                         .is_trapped = true,
                                         .address = "203.0.113.7"};
    struct txn *txn = site_begin(&request_site);
    assert_int_equal(
        join_ask(&request_site.service, txn, request_site.arena, &request, clock_now_s()),
        STATUS_OK);
    site_commit(txn);
    assert_int_equal(request_letters_count_now(), 0);
    assert_int_equal(request_verdict_of("new@example.org", 1), VERDICT_UNKNOWN);
}

static void a_fresh_link_is_asked_for_in_one_row(void **state)
{
    (void)state;
    struct contact person = site_add(&request_site, "in@example.org", NEWSLETTER);
    const struct email emails[] = {request_address_of("In@example.org"),
                                   request_address_of("nobody@example.org")};
    for (size_t i = 0; i < 3; i++) {
        struct txn *txn = site_begin(&request_site);
        enum status status =
            i == 2 ? fresh_link_ask_for(&request_site.service, txn, request_site.arena, &person,
                                        LOCALE_DE, "203.0.113.7", clock_now_s())
                   : fresh_link_ask(&request_site.service, txn, request_site.arena, &emails[i],
                                    LOCALE_DE, "203.0.113.7", clock_now_s());
        assert_int_equal(status, STATUS_OK);
        site_commit(txn);
        const struct letter letter = request_newest_letter();
        assert_int_equal(request_letters_count_now(), i + 1);
        assert_int_equal(letter.kind, LETTER_LINK);
        assert_string_equal(letter.address, i == 2 ? "in@example.org" : emails[i].written);
        assert_int_equal(letter.contact.value, i == 2 ? person.id.value : 0);
        assert_string_equal(letter.language, "de");
    }
    request_ask("in@example.org", PRODUCT); /* the third to that mailbox */
    request_ask("in@example.org", PRODUCT);
    assert_int_equal(request_letters_count_now(), 4);
}

static void the_form_says_what_is_wrong(void **state)
{
    (void)state;
    struct join_typed typed;
    struct email email;
    bool is_right = true;
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    request_set_topic(4, true, false);
    assert_int_equal(join_read(&request_site.service, request_site.arena, name, "no address",
                               ALERTS, LOCALE_FR, &typed, &email, &is_right),
                     STATUS_OK);
    assert_false(is_right);
    assert_true(typed.name_is_too_long && typed.has_no_topic);
    assert_int_equal(typed.email_fault, EMAIL_NO_AT);
    assert_string_equal(typed.email, "no address");
    assert_int_equal(join_read(&request_site.service, request_site.arena, NULL, NULL, NEWSLETTER,
                               LOCALE_FR, &typed, &email, &is_right),
                     STATUS_OK);
    assert_false(is_right);
    assert_int_equal(typed.email_fault, EMAIL_EMPTY);
    assert_int_equal(join_read(&request_site.service, request_site.arena, " Ada ",
                               " ada@example.org ", NEWSLETTER | ALERTS, LOCALE_FR, &typed, &email,
                               &is_right),
                     STATUS_OK);
    assert_true(is_right);
    assert_string_equal(typed.name, "Ada");
    assert_true(typed.choices == NEWSLETTER);

    struct join_page page;
    assert_int_equal(join_look(&request_site.service, request_site.arena, LOCALE_FR, &typed, &page),
                     STATUS_OK);
    assert_true(page.is_open);
    assert_int_equal(page.topics_count, 3);
    assert_true(page.topics[0].is_on && !page.topics[1].is_on);
    assert_string_equal(page.form_url, "https://lists.example.org/join");
    site_put_setting(&request_site, "join_open", "no");
    assert_int_equal(join_look(&request_site.service, request_site.arena, LOCALE_FR, NULL, &page),
                     STATUS_OK);
    assert_false(page.is_open);
    site_put_setting(&request_site, "join_open", "yes");
    for (uint8_t topic = 1; topic <= 4; topic++)
        request_set_topic(topic, true, false);
    assert_int_equal(join_look(&request_site.service, request_site.arena, LOCALE_FR, NULL, &page),
                     STATUS_OK);
    assert_false(page.is_open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("S8: mails are bounded per mailbox, and nobody is locked out",
             mails_are_bounded_per_mailbox_and_per_network),
        CASE("S8: a network is bounded, its neighbours are not",
             a_network_is_bounded_and_its_neighbours_are_not),
        CASE("what a program fills in begins nothing", what_a_program_fills_in_begins_nothing),
        CASE("S8: a fresh link is asked for in one row, whoever it is",
             a_fresh_link_is_asked_for_in_one_row),
        CASE("the form says what is wrong", the_form_says_what_is_wrong),
    };
    return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
