/*
 * Somebody's new address: it counts from the button in its own mail on, if it can be had then, and
 * only the newest one asked for.
 */
#include <string.h>

#include "base/clock.h"
#include "store/topics.h"
#include "unit/request_support.h"

static void ask_address(const struct contact *contact, const char *email)
{
    const struct confirm_address request = {
        .typed = email, .language = "fr", .address = "203.0.113.7", .agent = "Page/1.0"};
    struct txn *txn = site_begin(&request_site);
    bool is_address = false;
    assert_int_equal(confirm_ask_address(&request_site.service, txn, request_site.arena, contact,
                                         &request, clock_now_s(), &is_address),
                     STATUS_OK);
    assert_true(is_address);
    site_commit(txn);
}

static void what_is_no_address_is_not_asked_for(void **state)
{
    (void)state;
    struct contact person = site_add(&request_site, "old@example.org", NEWSLETTER);
    static const char *const typed[] = {NULL, "", "old", "a@b@c", "two words@example.org"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        const struct confirm_address request = {.typed = typed[i], .language = "en"};
        bool is_address = true;
        struct txn *txn = site_begin(&request_site);
        assert_int_equal(confirm_ask_address(&request_site.service, txn, request_site.arena,
                                             &person, &request, clock_now_s(), &is_address),
                         STATUS_OK);
        site_commit(txn);
        assert_false(is_address);
    }
    assert_int_equal(request_letters_count_now(), 0);
}

static void a_new_address_counts_from_the_button_on(void **state)
{
    (void)state;
    struct contact person = site_add(&request_site, "old@example.org", NEWSLETTER);
    const struct link_set links = site_links(&request_site, &person, 0);
    struct link_opened manage;
    ask_address(&person, "Brand.New@example.net");
    struct letter letter = request_newest_letter();
    assert_int_equal(letter.kind, LETTER_NEW_ADDRESS);
    assert_int_equal(letter.contact.value, person.id.value);
    assert_string_equal(letter.address, "Brand.New@example.net");
    assert_string_equal(letter.language, "fr");
    assert_string_equal(site_get(&request_site, person.id).email, "old@example.org");
    assert_int_equal(request_verdict_of("brand.new@example.net", 1), VERDICT_UNKNOWN);

    const char *token = request_newest_token();
    struct confirm_opened link = request_open_token(token);
    struct confirm_page page;
    assert_int_equal(
        confirm_look(&request_site.service, request_site.arena, &link, token, clock_now_s(), &page),
        STATUS_OK);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_int_equal(page.kind, CONFIRMATION_ADDRESS);
    assert_string_equal(page.masked_email, "B•••••@example.net");
    assert_int_equal(page.topics_count, 0);

    page = request_press(token, CONFIRM_YES);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_non_null(page.manage);
    assert_false(page.can_undo);
    struct contact now = site_get(&request_site, person.id);
    assert_string_equal(now.email, "Brand.New@example.net");
    assert_int_equal(now.epoch, person.epoch + 1);
    assert_true(now.choices == NEWSLETTER);
    assert_int_equal(links_open(&request_site.service, request_site.arena, site_token(links.manage),
                                PURPOSE_MANAGE, clock_now_s(), &manage),
                     STATUS_OK);
    assert_int_equal(manage.state, LINK_VOID);
    const struct entry entry = site_entry(&request_site, now.head);
    assert_int_equal(entry.kind, ENTRY_DETAILS);
    assert_int_equal(entry.proof_kind, PROOF_CONFIRM);
    assert_int_equal(entry.wording, wording_pack(WORDING_ADDRESS, LOCALE_DE, 1));
    assert_non_null(strstr(entry.private.note, "old@example.org → Brand.New@example.net"));
    assert_null(strstr(entry.private.note, "203.0.113.7"));
    assert_non_null(strstr(entry.private.agent, "asked from 203.0.113.7, Page/1.0; Mail/2.0"));
    letter = request_newest_letter();
    assert_int_equal(letter.kind, LETTER_OLD_ADDRESS);
    assert_string_equal(letter.address, "old@example.org");
    assert_int_equal(letter.contact.value, person.id.value);

    /* Again, and after the person moved on: done, told once. */
    assert_int_equal(request_press(token, CONFIRM_YES).state, CONFIRM_DONE);
    assert_int_equal(request_press(token, CONFIRM_UNDO).notice, CONFIRM_NOTICE_UNDO_LATE);
    assert_int_equal(request_letters_count_now(), 2);
    site_check_ledger(&request_site);
}

static void an_address_that_is_taken_or_refused_stays_as_it_is(void **state)
{
    (void)state;
    struct contact person = site_add(&request_site, "old@example.org", NEWSLETTER);
    struct contact other = site_add(&request_site, "taken@example.org", PRODUCT);
    site_suppress(&request_site, "gone@example.org");
    static const char *const wanted[] = {"taken@example.org", "gone@example.org"};
    for (size_t i = 0; i < 2; i++) {
        ask_address(&person, wanted[i]);
        assert_int_equal(request_newest_letter().kind, LETTER_NEW_ADDRESS); /* the same as ever */
        assert_int_equal(request_press(request_newest_token(), CONFIRM_YES).state, CONFIRM_CLOSED);
        assert_int_equal(request_newest_letter().kind, LETTER_NEW_ADDRESS);
        assert_int_equal(site_get(&request_site, person.id).head.value, person.head.value);
        assert_true(request_is_suppressed("gone@example.org"));
    }
    assert_int_equal(site_get(&request_site, other.id).head.value, other.head.value);
    ask_address(&person, "old@example.org");
    assert_int_equal(request_press(request_newest_token(), CONFIRM_YES).state, CONFIRM_CLOSED);
    assert_int_equal(site_get(&request_site, person.id).epoch, person.epoch);
}

static void the_newest_request_alone_waits(void **state)
{
    (void)state;
    struct contact person = site_add(&request_site, "old@example.org", NEWSLETTER);
    struct contact other = site_add(&request_site, "else@example.org", NEWSLETTER);
    ask_address(&other, "else2@example.org");
    const char *others = request_newest_token();
    ask_address(&person, "first@example.org");
    const char *first = request_newest_token();
    ask_address(&person, "second@example.org");
    const char *second = request_newest_token();
    assert_int_equal(request_open_token(first).state, CONFIRM_EXPIRED);
    assert_int_equal(request_open_token(others).state, CONFIRM_OPEN);
    assert_int_equal(request_press(second, CONFIRM_YES).state, CONFIRM_DONE);
    assert_string_equal(site_get(&request_site, person.id).email, "second@example.org");
}

/* Whoever stops old links, or moves, ends what was asked for by an old link. */
static void voided_links_take_their_requests_with_them(void **state)
{
    (void)state;
    struct contact person = site_add(&request_site, "old@example.org", NEWSLETTER);
    ask_address(&person, "thief@example.net");
    const char *token = request_newest_token();
    struct confirm_opened early = request_open_token(token);
    struct change change = {
        .kind = ENTRY_EPOCH, .contact = person.id, .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&request_site, &change);
    assert_int_equal(request_open_token(token).state, CONFIRM_EXPIRED);
    assert_int_equal(request_press_link(&early, CONFIRM_YES).state, CONFIRM_EXPIRED);
    assert_string_equal(site_get(&request_site, person.id).email, "old@example.org");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("what is no address is not asked for", what_is_no_address_is_not_asked_for),
        CASE("a new address counts from the button on", a_new_address_counts_from_the_button_on),
        CASE("an address that is taken or refused stays as it is",
             an_address_that_is_taken_or_refused_stays_as_it_is),
        CASE("the newest change of address alone waits", the_newest_request_alone_waits),
        CASE("voided links take their requests with them",
             voided_links_take_their_requests_with_them),
    };
    return cmocka_run_group_tests_name("new_address", tests, NULL, NULL);
}
