/*
 * Sign-ups that wait for a button behind a mailed link. That no "no" is lost, that nothing happens
 * before the button, that time, repetition and races are as said.
 */
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "service/setup.h"
#include "store/topics.h"
#include "unit/request_support.h"

#define MARGIN_S 60 /* how long a busy machine may put a test aside */

static void a_sign_up_counts_from_the_button_on(void **state)
{
    (void)state;
    struct contact person;
    request_ask("New.Person@example.org", NEWSLETTER | MARKETING);
    assert_int_equal(request_letters_count_now(), 1);
    const struct letter letter = request_newest_letter();
    assert_int_equal(letter.kind, LETTER_JOIN);
    assert_string_equal(letter.address, "New.Person@example.org");
    assert_string_equal(letter.language, "de");
    assert_false(request_find("new.person@example.org", &person));
    assert_int_equal(request_verdict_of("new.person@example.org", 1), VERDICT_UNCONFIRMED);
    assert_int_equal(request_verdict_of("nobody@example.org", 1), VERDICT_UNKNOWN);

    const char *token = request_newest_token();
    const struct position before = site_head(&request_site);
    struct confirm_opened link = request_open_token(token);
    struct confirm_page page;
    assert_int_equal(
        confirm_look(&request_site.service, request_site.arena, &link, token, clock_now_s(), &page),
        STATUS_OK);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_int_equal(page.kind, CONFIRMATION_JOIN);
    assert_string_equal(page.masked_email, "N•••••@example.org");
    assert_int_equal(page.topics_count, 2);
    assert_string_equal(page.topics[1], "Marketing");
    assert_null(page.manage);
    assert_int_equal(site_head(&request_site).value,
                     before.value); /* U12: looking changes nothing */
    assert_false(request_find("new.person@example.org", &person));

    page = request_press(token, CONFIRM_YES);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_int_equal(page.topics_count, 2);
    assert_true(page.can_undo);
    assert_non_null(page.manage);
    assert_true(request_find("new.person@example.org", &person));
    assert_string_equal(person.email, "New.Person@example.org");
    assert_string_equal(person.name, "Ada Lovelace");
    assert_string_equal(person.language, "de");
    assert_true(person.choices == (NEWSLETTER | MARKETING));
    assert_int_equal(request_verdict_of("new.person@example.org", 1), VERDICT_ALLOW);
    assert_int_equal(request_verdict_of("new.person@example.org", 2), VERDICT_TOPIC_OFF);

    /* L5: who, when, which wording, by what proof, from where; and who asked. */
    const struct entry entry = site_entry(&request_site, person.head);
    assert_int_equal(entry.kind, ENTRY_CONTACT_ADDED);
    assert_int_equal(entry.actor, ACTOR_RECIPIENT);
    assert_int_equal(entry.proof_kind, PROOF_CONFIRM);
    assert_int_equal(entry.proof_len, 8);
    assert_int_equal(entry.wording, wording_pack(WORDING_CONFIRM, LOCALE_DE, 1));
    assert_string_equal(entry.private.address, "198.51.100.9");
    assert_non_null(strstr(entry.private.note, "asked on the sign-up form"));
    assert_null(
        strstr(entry.private.note, "203.0.113.7")); /* goes with the client, after client_days */
    assert_non_null(strstr(entry.private.agent, "asked from 203.0.113.7, Form/1.0; "));

    /* U10: again is the same, and writes nothing. */
    const struct position head = site_head(&request_site);
    page = request_press(token, CONFIRM_YES);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_int_equal(page.topics_count, 2);
    assert_int_equal(site_head(&request_site).value, head.value);
    page = request_press(token, CONFIRM_NO);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_int_equal(site_head(&request_site).value, head.value);

    request_pass(HOUR_S + 1); /* an old link leads nowhere any more */
    link = request_open_token(token);
    assert_int_equal(
        confirm_look(&request_site.service, request_site.arena, &link, token, clock_now_s(), &page),
        STATUS_OK);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_false(page.can_undo);
    assert_null(page.manage);
    site_check_ledger(&request_site);
}

static void no_no_is_lost_without_the_button(void **state)
{
    (void)state;
    struct contact out = site_add_out(&request_site, "out@example.org");
    struct contact in = site_add(&request_site, "in@example.org", PRODUCT);
    struct contact person;
    site_suppress(&request_site, "gone@example.org");
    for (uint8_t topic = 1; topic <= 4; topic++)
        request_set_topic(topic, false, true); /* even where nothing asks for a confirmation */
    request_ask("out@example.org", NEWSLETTER);
    request_ask("in@example.org", NEWSLETTER);
    request_ask("gone@example.org", NEWSLETTER);
    assert_int_equal(request_letters_count_now(), 3);
    assert_int_equal(site_get(&request_site, out.id).head.value, out.head.value);
    assert_int_equal(site_get(&request_site, in.id).head.value, in.head.value);
    assert_false(request_find("gone@example.org", &person));
    assert_true(request_is_suppressed("gone@example.org"));
    assert_int_equal(request_verdict_of("out@example.org", 1), VERDICT_OPTED_OUT);
    assert_int_equal(request_verdict_of("in@example.org", 1), VERDICT_UNCONFIRMED);
    assert_int_equal(request_verdict_of("in@example.org", 2), VERDICT_ALLOW);
    assert_int_equal(request_verdict_of("in@example.org", 3), VERDICT_TOPIC_OFF);
    assert_int_equal(request_verdict_of("gone@example.org", 1), VERDICT_SUPPRESSED);

    /* The button of the mailbox's owner is a fresh yes: it lifts all of that, and turns on what was
     * asked for and no more. */
    struct letter *list;
    assert_int_equal(request_letters(&list), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct confirmation row = request_of(&list[i]);
        const char *url = NULL;
        assert_int_equal(links_mint_confirm(&request_site.service, request_site.arena,
                                            row.public_id, clock_now_s(), &url),
                         STATUS_OK);
        assert_int_equal(request_press(site_token(url), CONFIRM_YES).state, CONFIRM_DONE);
    }
    assert_true(site_get(&request_site, out.id).choices == NEWSLETTER);
    assert_string_equal(site_get(&request_site, out.id).name,
                        "Zoë Ångström"); /* not as a form says */
    assert_true(site_get(&request_site, in.id).choices == (NEWSLETTER | PRODUCT));
    assert_true(request_find("gone@example.org", &person));
    assert_true(person.choices == NEWSLETTER);
    assert_false(request_is_suppressed("gone@example.org"));
    assert_int_equal(request_verdict_of("gone@example.org", 1), VERDICT_ALLOW);
    site_check_ledger(&request_site);
}

static void a_topic_without_confirmation_takes_strangers_at_once(void **state)
{
    (void)state;
    struct contact person;
    request_set_topic(1, false, true);
    request_ask("new@example.org", NEWSLETTER | MARKETING);
    assert_true(request_find("new@example.org", &person));
    assert_true(person.choices == NEWSLETTER);
    assert_int_equal(request_verdict_of("new@example.org", 1), VERDICT_ALLOW);
    assert_int_equal(request_verdict_of("new@example.org", 3), VERDICT_UNCONFIRMED);
    const struct entry entry = site_entry(&request_site, person.head);
    assert_int_equal(entry.actor, ACTOR_RECIPIENT);
    assert_int_equal(entry.proof_kind, PROOF_NONE);
    assert_int_equal(entry.wording, wording_pack(WORDING_JOIN, LOCALE_DE, 1));
    assert_string_equal(entry.private.note, "sign-up form, not confirmed by mail");
    assert_int_equal(request_letters_count_now(), 1);

    /* Whoever did not ask for the rest did not ask for that either. */
    struct confirm_page page = request_press(request_newest_token(), CONFIRM_NO);
    assert_int_equal(page.state, CONFIRM_DECLINED);
    person = site_get(&request_site, person.id);
    assert_int_equal(person.status, CONTACT_OPTED_OUT);
    assert_int_equal(request_verdict_of("new@example.org", 1), VERDICT_OPTED_OUT);
    site_check_ledger(&request_site);
}

static void only_what_is_on_offer_can_be_asked_for(void **state)
{
    (void)state;
    struct contact person;
    request_set_topic(4, true, false);
    site_retire(&request_site, 3);
    request_ask("a@example.org", MARKETING | ALERTS);
    assert_int_equal(request_letters_count_now(), 0);
    request_ask("b@example.org", NEWSLETTER | MARKETING | ALERTS);
    const char *token = request_newest_token();
    site_retire(&request_site, 1);
    struct confirm_opened link = request_open_token(token);
    struct confirm_page page;
    assert_int_equal(
        confirm_look(&request_site.service, request_site.arena, &link, token, clock_now_s(), &page),
        STATUS_OK);
    assert_int_equal(page.state, CONFIRM_CLOSED);
    assert_int_equal(request_press(token, CONFIRM_YES).state, CONFIRM_CLOSED);
    assert_false(request_find("b@example.org", &person));
}

static void unanswered_it_ends_by_itself(void **state)
{
    (void)state;
    struct contact person;
    bool is_done = false;
    site_put_setting(&request_site, "confirm_days", "2");
    request_ask("new@example.org", NEWSLETTER);
    const char *token = request_newest_token();
    struct confirm_opened early = request_open_token(token);
    assert_int_equal(early.state, CONFIRM_OPEN);
    request_pass(2 * DAY_S - MARGIN_S);
    assert_int_equal(request_verdict_of("new@example.org", 1), VERDICT_UNCONFIRMED);
    assert_int_equal(request_open_token(token).state, CONFIRM_OPEN);
    request_pass(MARGIN_S);
    assert_int_equal(request_verdict_of("new@example.org", 1), VERDICT_UNKNOWN);
    assert_int_equal(request_open_token(token).state, CONFIRM_EXPIRED);
    /* Opened just before, pressed just after. */
    assert_int_equal(request_press_link(&early, CONFIRM_YES).state, CONFIRM_EXPIRED);
    assert_false(request_find("new@example.org", &person));

    request_ask("other@example.org", NEWSLETTER);
    struct txn *txn = site_begin(&request_site);
    assert_int_equal(confirm_sweep(&request_site.service, txn, clock_now_s(), &is_done), STATUS_OK);
    site_commit(txn);
    assert_true(is_done);
    struct confirmation row;
    assert_int_equal(confirmations_get(request_site.service.store, request_site.arena,
                                       early.confirmation.id, &row),
                     STATUS_NOT_FOUND);
    assert_int_equal(request_open_token(token).state, CONFIRM_EXPIRED);
    assert_int_equal(request_press_link(&early, CONFIRM_YES).state, CONFIRM_EXPIRED);
    assert_int_equal(request_press_link(&early, CONFIRM_UNDO).notice, CONFIRM_NOTICE_NONE);
    assert_int_equal(request_verdict_of("other@example.org", 1), VERDICT_UNCONFIRMED);
    const struct letter letter = request_newest_letter();
    assert_string_equal(request_of(&letter).email_key, "other@example.org");
}

static void not_asked_for_is_quiet_for_a_month(void **state)
{
    (void)state;
    struct contact person;
    request_ask("new@example.org", NEWSLETTER);
    const char *token = request_newest_token();
    struct confirm_page page = request_press(token, CONFIRM_NO);
    assert_int_equal(page.state, CONFIRM_DECLINED);
    assert_true(page.can_undo);
    assert_int_equal(request_verdict_of("new@example.org", 1), VERDICT_UNKNOWN);
    assert_int_equal(request_press(token, CONFIRM_YES).state, CONFIRM_DECLINED);
    assert_false(request_find("new@example.org", &person));
    request_pass(DAY_S);
    request_ask("new@example.org", NEWSLETTER);
    request_set_topic(1, false, true);
    request_ask("new@example.org", NEWSLETTER);
    assert_int_equal(request_letters_count_now(), 1);
    assert_false(request_find("new@example.org", &person));
    page = request_press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_DECLINED); /* an hour, no longer */
    assert_int_equal(page.notice, CONFIRM_NOTICE_UNDO_LATE);
    request_pass(29 * DAY_S);
    request_ask("new@example.org", NEWSLETTER);
    assert_int_equal(request_letters_count_now(), 2);
}

static void a_decline_can_be_taken_back(void **state)
{
    (void)state;
    request_ask("new@example.org", NEWSLETTER);
    const char *token = request_newest_token();
    assert_int_equal(request_press(token, CONFIRM_NO).state, CONFIRM_DECLINED);
    request_pass(HOUR_S - MARGIN_S);
    struct confirm_page page = request_press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_int_equal(page.notice, CONFIRM_NOTICE_UNDONE);
    assert_int_equal(request_press(token, CONFIRM_UNDO).state, CONFIRM_OPEN);
    request_pass(7 * DAY_S - HOUR_S); /* its days are what they were */
    assert_int_equal(request_open_token(token).state, CONFIRM_OPEN);
    request_pass(MARGIN_S);
    assert_int_equal(request_open_token(token).state, CONFIRM_EXPIRED);
}

static void confirming_can_be_taken_back(void **state)
{
    (void)state;
    struct contact known = site_add(&request_site, "in@example.org", PRODUCT);
    struct contact person;
    request_ask("in@example.org", NEWSLETTER);
    const char *token = request_newest_token();
    assert_true(request_press(token, CONFIRM_YES).can_undo);
    struct confirm_page page = request_press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_int_equal(page.notice, CONFIRM_NOTICE_UNDONE);
    assert_true(site_get(&request_site, known.id).choices == PRODUCT);
    assert_int_equal(request_press(token, CONFIRM_YES).state, CONFIRM_DONE);
    assert_true(site_get(&request_site, known.id).choices == (PRODUCT | NEWSLETTER));

    /* Others changed the person since: not by this link any more. */
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = known.id,
                            .turn_on = ALERTS,
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&request_site, &change);
    page = request_press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_int_equal(page.notice, CONFIRM_NOTICE_UNDO_LATE);
    assert_false(page.can_undo);
    assert_true(site_get(&request_site, known.id).choices == (PRODUCT | NEWSLETTER | ALERTS));

    /* Who was not on the list before is there, opted out, and can still say yes. */
    request_ask("new@example.org", NEWSLETTER);
    token = request_newest_token();
    request_press(token, CONFIRM_YES);
    request_pass(HOUR_S - MARGIN_S);
    page = request_press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_true(request_find("new@example.org", &person));
    assert_int_equal(person.status, CONTACT_OPTED_OUT);
    assert_int_equal(request_press(token, CONFIRM_YES).state, CONFIRM_DONE);
    assert_true(site_get(&request_site, person.id).choices == NEWSLETTER);
    request_pass(HOUR_S + 1);
    assert_int_equal(request_press(token, CONFIRM_UNDO).notice, CONFIRM_NOTICE_UNDO_LATE);
    assert_true(site_get(&request_site, person.id).choices == NEWSLETTER);
    site_check_ledger(&request_site);
}

static void s6_every_other_token_is_broken(void **state)
{
    (void)state;
    struct contact person = site_add(&request_site, "in@example.org", NEWSLETTER);
    const struct link_set links = site_links(&request_site, &person, 0);
    assert_int_equal(request_open_token(site_token(links.manage)).state, CONFIRM_BROKEN);
    assert_int_equal(request_open_token(site_token(links.unsubscribe)).state, CONFIRM_BROKEN);
    assert_int_equal(request_open_token("").state, CONFIRM_BROKEN);
    request_ask("new@example.org", NEWSLETTER);
    const char *token = request_newest_token();
    struct link_opened opened;
    for (int purpose = PURPOSE_MANAGE; purpose <= PURPOSE_UNSUBSCRIBE; purpose++) {
        assert_int_equal(links_open(&request_site.service, request_site.arena, token,
                                    (enum link_purpose)purpose, clock_now_s(), &opened),
                         STATUS_OK);
        assert_int_equal(opened.state, LINK_BROKEN);
    }
    /* U6: whichever character is another one. */
    char flipped[LINK_TOKEN_TEXT_BYTES];
    for (size_t i = 0; i < LINK_TOKEN_TEXT_BYTES - 1; i++) {
        memcpy(flipped, token, sizeof flipped);
        flipped[i] = flipped[i] == 'A' ? 'B' : 'A';
        assert_int_equal(request_open_token(flipped).state, CONFIRM_BROKEN);
    }
    /* A public id that is a person's is no request's. */
    const char *url = NULL;
    assert_int_equal(links_mint_confirm(&request_site.service, request_site.arena, person.public_id,
                                        clock_now_s(), &url),
                     STATUS_OK);
    assert_int_equal(request_open_token(site_token(url)).state, CONFIRM_EXPIRED);
}

struct racer {
    pthread_t thread;
    struct service service;
    struct confirm_opened link;
    struct confirm_page page;
    struct arena *arena;
};

static void *race(void *context)
{
    struct racer *racer = context;
    const struct confirm_request request = {.act = CONFIRM_YES};
    struct txn *txn = NULL;
    if (txn_begin(racer->service.store, 10000, &txn) != STATUS_OK)
        return NULL;
    if (confirm_act(&racer->service, txn, racer->arena, &racer->link, "TOKEN", &request,
                    clock_now_s(), &racer->page) != STATUS_OK ||
        txn_commit(txn) != STATUS_OK)
        racer->page.state = CONFIRM_BROKEN;
    return NULL;
}

/* Two processes, two requests of one new person, many presses: one person, one row added. */
static void presses_at_once_add_one_person(void **state)
{
    (void)state;
    enum { RACERS = 6 };
    static struct racer racers[RACERS];
    const char *tokens[2];
    struct contact person;
    request_ask("new@example.org", NEWSLETTER);
    tokens[0] = request_newest_token();
    request_ask("new@example.org", PRODUCT);
    tokens[1] = request_newest_token();
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.service = site_service(&request_site, true),
                                   .link = request_open_token(tokens[i % 2]),
                                   .arena = arena_new()};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(racers[i].thread, NULL);
        assert_int_equal(racers[i].page.state, CONFIRM_DONE);
        arena_free(racers[i].arena);
        setup_close(&racers[i].service);
    }
    assert_true(request_find("new@example.org", &person));
    assert_true(person.choices == (NEWSLETTER | PRODUCT));
    assert_int_equal(site_entry(&request_site, person.head).kind, ENTRY_CHOICES);
    assert_int_equal(
        site_entry(&request_site, site_entry(&request_site, person.head).previous).kind,
        ENTRY_CONTACT_ADDED);
    site_check_ledger(&request_site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("L5 U10: a sign-up counts from the button on, once",
             a_sign_up_counts_from_the_button_on),
        CASE("opted out, topic off, suppressed: only the button lifts it",
             no_no_is_lost_without_the_button),
        CASE("a topic without confirmation takes strangers at once",
             a_topic_without_confirmation_takes_strangers_at_once),
        CASE("only what is on offer can be asked for", only_what_is_on_offer_can_be_asked_for),
        CASE("G4: unanswered, it ends by itself", unanswered_it_ends_by_itself),
        CASE("what was not asked for is quiet for 30 days", not_asked_for_is_quiet_for_a_month),
        CASE("a decline can be taken back for an hour", a_decline_can_be_taken_back),
        CASE("A3: confirming can be taken back for an hour", confirming_can_be_taken_back),
        CASE("S6 U6: every other token is broken", s6_every_other_token_is_broken),
        CASE("presses at once add one person", presses_at_once_add_one_person),
    };
    return cmocka_run_group_tests_name("confirm", tests, NULL, NULL);
}
