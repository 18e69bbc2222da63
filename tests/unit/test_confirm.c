/*
 * Requests that wait for a button behind a mailed link: sign-ups and new addresses. That no "no" is
 * lost, that nothing happens before the button, that time, repetition and races are as said.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "service/confirm.h"
#include "service/fresh_link.h"
#include "service/join.h"
#include "service/quota.h"
#include "service/settings.h"
#include "service/setup.h"
#include "service/verdict.h"
#include "service/writer.h"
#include "store/contacts.h"
#include "store/letters.h"
#include "store/settings.h"
#include "store/topics.h"
#include "unit/site.h"

#define DAY_S  86400
#define HOUR_S 3600

static struct site site;
static int64_t shifted_s;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    clock_shift_s(-shifted_s);
    shifted_s = 0;
    site_close(&site);
    return 0;
}

static void pass(int64_t seconds)
{
    clock_shift_s(seconds);
    shifted_s += seconds;
}

static struct email address_of(const char *text)
{
    struct email email;
    assert_int_equal(email_parse(site.arena, text, strlen(text), &email, NULL), STATUS_OK);
    return email;
}

static void ask_from(const char *email, uint64_t choices, const char *network)
{
    const struct join_request request = {.email = address_of(email),
                                         .name = "Ada Lovelace",
                                         .choices = choices,
                                         .language = LOCALE_DE,
                                         .address = network,
                                         .agent = "Form/1.0"};
    struct txn *txn = site_begin(&site);
    assert_int_equal(join_ask(&site.service, txn, site.arena, &request, clock_now_s()), STATUS_OK);
    site_commit(txn);
}

static void ask(const char *email, uint64_t choices)
{
    ask_from(email, choices, "203.0.113.7");
}

/* The letters that wait, the oldest first. */
static size_t letters(struct letter **out)
{
    size_t count = 0;
    assert_int_equal(letters_due(site.service.store, site.arena, clock_now_s(), 500, out, &count),
                     STATUS_OK);
    return count;
}

static size_t letters_count_now(void)
{
    struct letter *list;
    return letters(&list);
}

static struct letter newest_letter(void)
{
    struct letter *list = NULL;
    size_t count = letters(&list);
    size_t newest = 0;
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        if (list[i].id > list[newest].id)
            newest = i;
    return list[newest];
}

static struct confirmation request_of(const struct letter *letter)
{
    struct confirmation row;
    assert_int_equal(confirmations_get(site.service.store, site.arena, letter->confirmation, &row),
                     STATUS_OK);
    return row;
}

/* The token that the newest letter's mail would hold. */
static const char *newest_token(void)
{
    const struct letter letter = newest_letter();
    const struct confirmation row = request_of(&letter);
    const char *url = NULL;
    assert_int_equal(
        links_mint_confirm(&site.service, site.arena, row.public_id, clock_now_s(), &url),
        STATUS_OK);
    return site_token(url);
}

static struct confirm_opened open_token(const char *token)
{
    struct confirm_opened link;
    assert_int_equal(confirm_open(&site.service, site.arena, token, clock_now_s(), &link),
                     STATUS_OK);
    return link;
}

static struct confirm_page press_link(const struct confirm_opened *link, enum confirm_act act)
{
    const struct confirm_request request = {
        .act = act, .lang = LOCALE_DE, .address = "198.51.100.9", .agent = "Mail/2.0"};
    struct confirm_page page;
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        confirm_act(&site.service, txn, site.arena, link, "TOKEN", &request, clock_now_s(), &page),
        STATUS_OK);
    site_commit(txn);
    return page;
}

static struct confirm_page press(const char *token, enum confirm_act act)
{
    const struct confirm_opened link = open_token(token);
    return press_link(&link, act);
}

static bool find(const char *email_key, struct contact *out)
{
    enum status status = contacts_find_email(site.service.store, site.arena, email_key, out);
    assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND);
    return status == STATUS_OK;
}

static enum verdict verdict_of(const char *email_key, uint8_t topic)
{
    enum verdict verdict;
    assert_int_equal(verdict_for(&site.service, site.arena, email_key, (struct topic_id){topic},
                                 clock_now_s(), &verdict, NULL),
                     STATUS_OK);
    return verdict;
}

static bool is_suppressed(const char *email_key)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    bool is = false;
    secrets_suppression_hash(site.service.secrets, email_key, hash);
    assert_int_equal(suppressions_has(site.service.store, hash, &is), STATUS_OK);
    return is;
}

static void set_topic(uint8_t id, bool double_opt_in, bool on_join)
{
    struct topic *topics;
    size_t count;
    struct txn *txn = site_begin(&site);
    assert_int_equal(topics_list(txn_store(txn), site.arena, &topics, &count), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (topics[i].id.value == id) {
            topics[i].double_opt_in = double_opt_in;
            topics[i].on_join = on_join;
            assert_int_equal(topics_put(txn, &topics[i]), STATUS_OK);
        }
    site_commit(txn);
}

static void a_sign_up_counts_from_the_button_on(void **state)
{
    (void)state;
    struct contact person;
    ask("New.Person@example.org", NEWSLETTER | MARKETING);
    assert_int_equal(letters_count_now(), 1);
    const struct letter letter = newest_letter();
    assert_int_equal(letter.kind, LETTER_JOIN);
    assert_string_equal(letter.address, "New.Person@example.org");
    assert_string_equal(letter.language, "de");
    assert_false(find("new.person@example.org", &person));
    assert_int_equal(verdict_of("new.person@example.org", 1), VERDICT_UNCONFIRMED);
    assert_int_equal(verdict_of("nobody@example.org", 1), VERDICT_UNKNOWN);

    const char *token = newest_token();
    const struct position before = site_head(&site);
    struct confirm_opened link = open_token(token);
    struct confirm_page page;
    assert_int_equal(confirm_look(&site.service, site.arena, &link, token, clock_now_s(), &page),
                     STATUS_OK);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_int_equal(page.kind, CONFIRMATION_JOIN);
    assert_string_equal(page.masked_email, "N•••••@example.org");
    assert_int_equal(page.topics_count, 2);
    assert_string_equal(page.topics[1], "Marketing");
    assert_null(page.manage);
    assert_int_equal(site_head(&site).value, before.value); /* U12: looking changes nothing */
    assert_false(find("new.person@example.org", &person));

    page = press(token, CONFIRM_YES);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_int_equal(page.topics_count, 2);
    assert_true(page.can_undo);
    assert_non_null(page.manage);
    assert_true(find("new.person@example.org", &person));
    assert_string_equal(person.email, "New.Person@example.org");
    assert_string_equal(person.name, "Ada Lovelace");
    assert_string_equal(person.language, "de");
    assert_true(person.choices == (NEWSLETTER | MARKETING));
    assert_int_equal(verdict_of("new.person@example.org", 1), VERDICT_ALLOW);
    assert_int_equal(verdict_of("new.person@example.org", 2), VERDICT_TOPIC_OFF);

    /* L5: who, when, which wording, by what proof, from where; and who asked. */
    const struct entry entry = site_entry(&site, person.head);
    assert_int_equal(entry.kind, ENTRY_CONTACT_ADDED);
    assert_int_equal(entry.actor, ACTOR_RECIPIENT);
    assert_int_equal(entry.proof_kind, PROOF_CONFIRM);
    assert_int_equal(entry.proof_len, 8);
    assert_int_equal(entry.wording, LOCALE_DE << 16 | WORDING_CONFIRM);
    assert_string_equal(entry.private.address, "198.51.100.9");
    assert_non_null(strstr(entry.private.note, "asked on the sign-up form"));
    assert_non_null(strstr(entry.private.note, "203.0.113.7, Form/1.0"));

    /* U10: again is the same, and writes nothing. */
    const struct position head = site_head(&site);
    page = press(token, CONFIRM_YES);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_int_equal(page.topics_count, 2);
    assert_int_equal(site_head(&site).value, head.value);
    page = press(token, CONFIRM_NO);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_int_equal(site_head(&site).value, head.value);

    pass(HOUR_S + 1); /* an old link leads nowhere any more */
    link = open_token(token);
    assert_int_equal(confirm_look(&site.service, site.arena, &link, token, clock_now_s(), &page),
                     STATUS_OK);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_false(page.can_undo);
    assert_null(page.manage);
    site_check_ledger(&site);
}

static void no_no_is_lost_without_the_button(void **state)
{
    (void)state;
    struct contact out = site_add_out(&site, "out@example.org");
    struct contact in = site_add(&site, "in@example.org", PRODUCT);
    struct contact person;
    site_suppress(&site, "gone@example.org");
    for (uint8_t topic = 1; topic <= 4; topic++)
        set_topic(topic, false, true); /* even where nothing asks for a confirmation */
    ask("out@example.org", NEWSLETTER);
    ask("in@example.org", NEWSLETTER);
    ask("gone@example.org", NEWSLETTER);
    assert_int_equal(letters_count_now(), 3);
    assert_int_equal(site_get(&site, out.id).head.value, out.head.value);
    assert_int_equal(site_get(&site, in.id).head.value, in.head.value);
    assert_false(find("gone@example.org", &person));
    assert_true(is_suppressed("gone@example.org"));
    assert_int_equal(verdict_of("out@example.org", 1), VERDICT_OPTED_OUT);
    assert_int_equal(verdict_of("in@example.org", 1), VERDICT_UNCONFIRMED);
    assert_int_equal(verdict_of("in@example.org", 2), VERDICT_ALLOW);
    assert_int_equal(verdict_of("in@example.org", 3), VERDICT_TOPIC_OFF);
    assert_int_equal(verdict_of("gone@example.org", 1), VERDICT_SUPPRESSED);

    /* The button of the mailbox's owner is a fresh yes: it lifts all of that, and turns on what was
     * asked for and no more. */
    struct letter *list;
    assert_int_equal(letters(&list), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct confirmation row = request_of(&list[i]);
        const char *url = NULL;
        assert_int_equal(
            links_mint_confirm(&site.service, site.arena, row.public_id, clock_now_s(), &url),
            STATUS_OK);
        assert_int_equal(press(site_token(url), CONFIRM_YES).state, CONFIRM_DONE);
    }
    assert_true(site_get(&site, out.id).choices == NEWSLETTER);
    assert_string_equal(site_get(&site, out.id).name, "Zoë Ångström"); /* not as a form says */
    assert_true(site_get(&site, in.id).choices == (NEWSLETTER | PRODUCT));
    assert_true(find("gone@example.org", &person));
    assert_true(person.choices == NEWSLETTER);
    assert_false(is_suppressed("gone@example.org"));
    assert_int_equal(verdict_of("gone@example.org", 1), VERDICT_ALLOW);
    site_check_ledger(&site);
}

static void a_topic_without_confirmation_takes_strangers_at_once(void **state)
{
    (void)state;
    struct contact person;
    set_topic(1, false, true);
    ask("new@example.org", NEWSLETTER | MARKETING);
    assert_true(find("new@example.org", &person));
    assert_true(person.choices == NEWSLETTER);
    assert_int_equal(verdict_of("new@example.org", 1), VERDICT_ALLOW);
    assert_int_equal(verdict_of("new@example.org", 3), VERDICT_UNCONFIRMED);
    const struct entry entry = site_entry(&site, person.head);
    assert_int_equal(entry.actor, ACTOR_RECIPIENT);
    assert_int_equal(entry.proof_kind, PROOF_NONE);
    assert_int_equal(entry.wording, LOCALE_DE << 16 | WORDING_JOIN);
    assert_string_equal(entry.private.note, "sign-up form, not confirmed by mail");
    assert_int_equal(letters_count_now(), 1);

    /* Whoever did not ask for the rest did not ask for that either. */
    struct confirm_page page = press(newest_token(), CONFIRM_NO);
    assert_int_equal(page.state, CONFIRM_DECLINED);
    person = site_get(&site, person.id);
    assert_int_equal(person.status, CONTACT_OPTED_OUT);
    assert_int_equal(verdict_of("new@example.org", 1), VERDICT_OPTED_OUT);
    site_check_ledger(&site);
}

static void only_what_is_on_offer_can_be_asked_for(void **state)
{
    (void)state;
    struct contact person;
    set_topic(4, true, false);
    site_retire(&site, 3);
    ask("a@example.org", MARKETING | ALERTS);
    assert_int_equal(letters_count_now(), 0);
    ask("b@example.org", NEWSLETTER | MARKETING | ALERTS);
    const char *token = newest_token();
    site_retire(&site, 1);
    struct confirm_opened link = open_token(token);
    struct confirm_page page;
    assert_int_equal(confirm_look(&site.service, site.arena, &link, token, clock_now_s(), &page),
                     STATUS_OK);
    assert_int_equal(page.state, CONFIRM_CLOSED);
    assert_int_equal(press(token, CONFIRM_YES).state, CONFIRM_CLOSED);
    assert_false(find("b@example.org", &person));
}

static void unanswered_it_ends_by_itself(void **state)
{
    (void)state;
    struct contact person;
    bool is_done = false;
    site_put_setting(&site, "confirm_days", "2");
    ask("new@example.org", NEWSLETTER);
    const char *token = newest_token();
    struct confirm_opened early = open_token(token);
    assert_int_equal(early.state, CONFIRM_OPEN);
    pass(2 * DAY_S - 1);
    assert_int_equal(verdict_of("new@example.org", 1), VERDICT_UNCONFIRMED);
    assert_int_equal(open_token(token).state, CONFIRM_OPEN);
    pass(1);
    assert_int_equal(verdict_of("new@example.org", 1), VERDICT_UNKNOWN);
    assert_int_equal(open_token(token).state, CONFIRM_EXPIRED);
    /* Opened just before, pressed just after. */
    assert_int_equal(press_link(&early, CONFIRM_YES).state, CONFIRM_EXPIRED);
    assert_false(find("new@example.org", &person));

    ask("other@example.org", NEWSLETTER);
    struct txn *txn = site_begin(&site);
    assert_int_equal(confirm_sweep(&site.service, txn, clock_now_s(), &is_done), STATUS_OK);
    site_commit(txn);
    assert_true(is_done);
    struct confirmation row;
    assert_int_equal(confirmations_get(site.service.store, site.arena, early.confirmation.id, &row),
                     STATUS_NOT_FOUND);
    assert_int_equal(open_token(token).state, CONFIRM_EXPIRED);
    assert_int_equal(press_link(&early, CONFIRM_YES).state, CONFIRM_EXPIRED);
    assert_int_equal(press_link(&early, CONFIRM_UNDO).notice, CONFIRM_NOTICE_NONE);
    assert_int_equal(verdict_of("other@example.org", 1), VERDICT_UNCONFIRMED);
    const struct letter letter = newest_letter();
    assert_string_equal(request_of(&letter).email_key, "other@example.org");
}

static void not_asked_for_is_quiet_for_a_month(void **state)
{
    (void)state;
    struct contact person;
    ask("new@example.org", NEWSLETTER);
    const char *token = newest_token();
    struct confirm_page page = press(token, CONFIRM_NO);
    assert_int_equal(page.state, CONFIRM_DECLINED);
    assert_true(page.can_undo);
    assert_int_equal(verdict_of("new@example.org", 1), VERDICT_UNKNOWN);
    assert_int_equal(press(token, CONFIRM_YES).state, CONFIRM_DECLINED);
    assert_false(find("new@example.org", &person));
    pass(DAY_S);
    ask("new@example.org", NEWSLETTER);
    set_topic(1, false, true);
    ask("new@example.org", NEWSLETTER);
    assert_int_equal(letters_count_now(), 1);
    assert_false(find("new@example.org", &person));
    page = press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_DECLINED); /* an hour, no longer */
    assert_int_equal(page.notice, CONFIRM_NOTICE_UNDO_LATE);
    pass(29 * DAY_S);
    ask("new@example.org", NEWSLETTER);
    assert_int_equal(letters_count_now(), 2);
}

static void a_decline_can_be_taken_back(void **state)
{
    (void)state;
    ask("new@example.org", NEWSLETTER);
    const char *token = newest_token();
    assert_int_equal(press(token, CONFIRM_NO).state, CONFIRM_DECLINED);
    pass(HOUR_S);
    struct confirm_page page = press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_int_equal(page.notice, CONFIRM_NOTICE_UNDONE);
    assert_int_equal(press(token, CONFIRM_UNDO).state, CONFIRM_OPEN);
    pass(7 * DAY_S - HOUR_S - 1); /* its days are what they were */
    assert_int_equal(open_token(token).state, CONFIRM_OPEN);
    pass(1);
    assert_int_equal(open_token(token).state, CONFIRM_EXPIRED);
}

static void confirming_can_be_taken_back(void **state)
{
    (void)state;
    struct contact known = site_add(&site, "in@example.org", PRODUCT);
    struct contact person;
    ask("in@example.org", NEWSLETTER);
    const char *token = newest_token();
    assert_true(press(token, CONFIRM_YES).can_undo);
    struct confirm_page page = press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_int_equal(page.notice, CONFIRM_NOTICE_UNDONE);
    assert_true(site_get(&site, known.id).choices == PRODUCT);
    assert_int_equal(press(token, CONFIRM_YES).state, CONFIRM_DONE);
    assert_true(site_get(&site, known.id).choices == (PRODUCT | NEWSLETTER));

    /* Others changed the person since: not by this link any more. */
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = known.id,
                            .turn_on = ALERTS,
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&site, &change);
    page = press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_int_equal(page.notice, CONFIRM_NOTICE_UNDO_LATE);
    assert_false(page.can_undo);
    assert_true(site_get(&site, known.id).choices == (PRODUCT | NEWSLETTER | ALERTS));

    /* Who was not on the list before is there, opted out, and can still say yes. */
    ask("new@example.org", NEWSLETTER);
    token = newest_token();
    press(token, CONFIRM_YES);
    pass(HOUR_S);
    page = press(token, CONFIRM_UNDO);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_true(find("new@example.org", &person));
    assert_int_equal(person.status, CONTACT_OPTED_OUT);
    assert_int_equal(press(token, CONFIRM_YES).state, CONFIRM_DONE);
    assert_true(site_get(&site, person.id).choices == NEWSLETTER);
    pass(HOUR_S + 1);
    assert_int_equal(press(token, CONFIRM_UNDO).notice, CONFIRM_NOTICE_UNDO_LATE);
    assert_true(site_get(&site, person.id).choices == NEWSLETTER);
    site_check_ledger(&site);
}

/* S8: the same is written whoever it is; U15's other side: nobody is locked out. */
static void mails_are_bounded_per_mailbox_and_per_network(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        ask("new@example.org", NEWSLETTER);
    assert_int_equal(letters_count_now(), QUOTA_MAILBOX_HOUR);
    ask("other@example.org", NEWSLETTER); /* the same network, another mailbox */
    assert_int_equal(letters_count_now(), QUOTA_MAILBOX_HOUR + 1);
    ask_from("new@example.org", NEWSLETTER, "198.51.100.1"); /* the other way about */
    assert_int_equal(letters_count_now(), QUOTA_MAILBOX_HOUR + 1);
    pass(HOUR_S);
    ask("new@example.org", NEWSLETTER); /* asking in vain made it no longer */
    assert_int_equal(letters_count_now(), QUOTA_MAILBOX_HOUR + 2);
    for (int hour = 0; hour < 22; hour++) {
        for (int i = 0; i < 4; i++)
            ask("new@example.org", NEWSLETTER);
        pass(HOUR_S);
    }
    assert_int_equal(letters_count_now(), QUOTA_MAILBOX_DAY + 1);
    pass(HOUR_S);
    ask("new@example.org", NEWSLETTER);
    assert_int_equal(letters_count_now(), QUOTA_MAILBOX_DAY + 2);
}

static void a_network_is_bounded_and_its_neighbours_are_not(void **state)
{
    (void)state;
    char email[64], network[64];
    for (int i = 0; i < QUOTA_NETWORK_HOUR + 5; i++) {
        snprintf(email, sizeof email, "new%d@example.org", i);
        snprintf(network, sizeof network, "203.0.113.%d", i % 250);
        ask_from(email, NEWSLETTER, network);
    }
    assert_int_equal(letters_count_now(), QUOTA_NETWORK_HOUR);
    ask_from("late@example.org", NEWSLETTER, "203.0.113.251");
    assert_int_equal(letters_count_now(), QUOTA_NETWORK_HOUR);
    ask_from("late@example.org", NEWSLETTER, "203.0.114.1");
    ask_from("late@example.org", NEWSLETTER, "2001:db8::1");
    assert_int_equal(letters_count_now(), QUOTA_NETWORK_HOUR + 2);
    for (int i = 0; i < QUOTA_NETWORK_HOUR + 5; i++) {
        snprintf(email, sizeof email, "six%d@example.org", i);
        snprintf(network, sizeof network, "2001:db8:1:2::%x", i);
        ask_from(email, NEWSLETTER, network);
    }
    assert_int_equal(letters_count_now(), 2 * QUOTA_NETWORK_HOUR + 2);
    pass(HOUR_S);
    ask_from("late2@example.org", NEWSLETTER, "203.0.113.251");
    assert_int_equal(letters_count_now(), 2 * QUOTA_NETWORK_HOUR + 3);
}

static void what_a_program_fills_in_begins_nothing(void **state)
{
    (void)state;
    const struct join_request request = {.email = address_of("new@example.org"),
                                         .name = "",
                                         .choices = NEWSLETTER,
                                         .is_trapped = true,
                                         .address = "203.0.113.7"};
    struct txn *txn = site_begin(&site);
    assert_int_equal(join_ask(&site.service, txn, site.arena, &request, clock_now_s()), STATUS_OK);
    site_commit(txn);
    assert_int_equal(letters_count_now(), 0);
    assert_int_equal(verdict_of("new@example.org", 1), VERDICT_UNKNOWN);
}

static void a_fresh_link_is_asked_for_in_one_row(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "in@example.org", NEWSLETTER);
    const struct email emails[] = {address_of("In@example.org"), address_of("nobody@example.org")};
    for (size_t i = 0; i < 3; i++) {
        struct txn *txn = site_begin(&site);
        enum status status = i == 2 ? fresh_link_ask_for(&site.service, txn, site.arena, &person,
                                                         LOCALE_DE, "203.0.113.7", clock_now_s())
                                    : fresh_link_ask(&site.service, txn, site.arena, &emails[i],
                                                     LOCALE_DE, "203.0.113.7", clock_now_s());
        assert_int_equal(status, STATUS_OK);
        site_commit(txn);
        const struct letter letter = newest_letter();
        assert_int_equal(letters_count_now(), i + 1);
        assert_int_equal(letter.kind, LETTER_LINK);
        assert_string_equal(letter.address, i == 2 ? "in@example.org" : emails[i].written);
        assert_int_equal(letter.contact.value, i == 2 ? person.id.value : 0);
        assert_string_equal(letter.language, "de");
    }
    ask("in@example.org", PRODUCT); /* the third to that mailbox */
    ask("in@example.org", PRODUCT);
    assert_int_equal(letters_count_now(), 4);
}

static void ask_address(const struct contact *contact, const char *email)
{
    const struct confirm_address request = {
        .typed = email, .language = "fr", .address = "203.0.113.7", .agent = "Page/1.0"};
    struct txn *txn = site_begin(&site);
    bool is_address = false;
    assert_int_equal(confirm_ask_address(&site.service, txn, site.arena, contact, &request,
                                         clock_now_s(), &is_address),
                     STATUS_OK);
    assert_true(is_address);
    site_commit(txn);
}

static void what_is_no_address_is_not_asked_for(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "old@example.org", NEWSLETTER);
    static const char *const typed[] = {NULL, "", "old", "a@b@c", "two words@example.org"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        const struct confirm_address request = {.typed = typed[i], .language = "en"};
        bool is_address = true;
        struct txn *txn = site_begin(&site);
        assert_int_equal(confirm_ask_address(&site.service, txn, site.arena, &person, &request,
                                             clock_now_s(), &is_address),
                         STATUS_OK);
        site_commit(txn);
        assert_false(is_address);
    }
    assert_int_equal(letters_count_now(), 0);
}

static void a_new_address_counts_from_the_button_on(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "old@example.org", NEWSLETTER);
    const struct link_set links = site_links(&site, &person, 0);
    struct link_opened manage;
    ask_address(&person, "Brand.New@example.net");
    struct letter letter = newest_letter();
    assert_int_equal(letter.kind, LETTER_NEW_ADDRESS);
    assert_int_equal(letter.contact.value, person.id.value);
    assert_string_equal(letter.address, "Brand.New@example.net");
    assert_string_equal(letter.language, "fr");
    assert_string_equal(site_get(&site, person.id).email, "old@example.org");
    assert_int_equal(verdict_of("brand.new@example.net", 1), VERDICT_UNKNOWN);

    const char *token = newest_token();
    struct confirm_opened link = open_token(token);
    struct confirm_page page;
    assert_int_equal(confirm_look(&site.service, site.arena, &link, token, clock_now_s(), &page),
                     STATUS_OK);
    assert_int_equal(page.state, CONFIRM_OPEN);
    assert_int_equal(page.kind, CONFIRMATION_ADDRESS);
    assert_string_equal(page.masked_email, "B•••••@example.net");
    assert_int_equal(page.topics_count, 0);

    page = press(token, CONFIRM_YES);
    assert_int_equal(page.state, CONFIRM_DONE);
    assert_non_null(page.manage);
    assert_false(page.can_undo);
    struct contact now = site_get(&site, person.id);
    assert_string_equal(now.email, "Brand.New@example.net");
    assert_int_equal(now.epoch, person.epoch + 1);
    assert_true(now.choices == NEWSLETTER);
    assert_int_equal(links_open(&site.service, site.arena, site_token(links.manage), PURPOSE_MANAGE,
                                clock_now_s(), &manage),
                     STATUS_OK);
    assert_int_equal(manage.state, LINK_VOID);
    const struct entry entry = site_entry(&site, now.head);
    assert_int_equal(entry.kind, ENTRY_DETAILS);
    assert_int_equal(entry.proof_kind, PROOF_CONFIRM);
    assert_int_equal(entry.wording, LOCALE_DE << 16 | WORDING_ADDRESS);
    assert_non_null(strstr(entry.private.note, "old@example.org → Brand.New@example.net"));
    assert_non_null(strstr(entry.private.note, "203.0.113.7"));
    letter = newest_letter();
    assert_int_equal(letter.kind, LETTER_OLD_ADDRESS);
    assert_string_equal(letter.address, "old@example.org");
    assert_int_equal(letter.contact.value, person.id.value);

    /* Again, and after the person moved on: done, told once. */
    assert_int_equal(press(token, CONFIRM_YES).state, CONFIRM_DONE);
    assert_int_equal(press(token, CONFIRM_UNDO).notice, CONFIRM_NOTICE_UNDO_LATE);
    assert_int_equal(letters_count_now(), 2);
    site_check_ledger(&site);
}

static void an_address_that_is_taken_or_refused_stays_as_it_is(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "old@example.org", NEWSLETTER);
    struct contact other = site_add(&site, "taken@example.org", PRODUCT);
    site_suppress(&site, "gone@example.org");
    static const char *const wanted[] = {"taken@example.org", "gone@example.org"};
    for (size_t i = 0; i < 2; i++) {
        ask_address(&person, wanted[i]);
        assert_int_equal(newest_letter().kind, LETTER_NEW_ADDRESS); /* the same as ever */
        assert_int_equal(press(newest_token(), CONFIRM_YES).state, CONFIRM_CLOSED);
        assert_int_equal(newest_letter().kind, LETTER_NEW_ADDRESS);
        assert_int_equal(site_get(&site, person.id).head.value, person.head.value);
        assert_true(is_suppressed("gone@example.org"));
    }
    assert_int_equal(site_get(&site, other.id).head.value, other.head.value);
    ask_address(&person, "old@example.org");
    assert_int_equal(press(newest_token(), CONFIRM_YES).state, CONFIRM_CLOSED);
    assert_int_equal(site_get(&site, person.id).epoch, person.epoch);
}

static void the_newest_request_alone_waits(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "old@example.org", NEWSLETTER);
    struct contact other = site_add(&site, "else@example.org", NEWSLETTER);
    ask_address(&other, "else2@example.org");
    const char *others = newest_token();
    ask_address(&person, "first@example.org");
    const char *first = newest_token();
    ask_address(&person, "second@example.org");
    const char *second = newest_token();
    assert_int_equal(open_token(first).state, CONFIRM_EXPIRED);
    assert_int_equal(open_token(others).state, CONFIRM_OPEN);
    assert_int_equal(press(second, CONFIRM_YES).state, CONFIRM_DONE);
    assert_string_equal(site_get(&site, person.id).email, "second@example.org");
}

/* Whoever stops old links, or moves, ends what was asked for by an old link. */
static void voided_links_take_their_requests_with_them(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "old@example.org", NEWSLETTER);
    ask_address(&person, "thief@example.net");
    const char *token = newest_token();
    struct confirm_opened early = open_token(token);
    struct change change = {
        .kind = ENTRY_EPOCH, .contact = person.id, .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&site, &change);
    assert_int_equal(open_token(token).state, CONFIRM_EXPIRED);
    assert_int_equal(press_link(&early, CONFIRM_YES).state, CONFIRM_EXPIRED);
    assert_string_equal(site_get(&site, person.id).email, "old@example.org");
}

static void s6_every_other_token_is_broken(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "in@example.org", NEWSLETTER);
    const struct link_set links = site_links(&site, &person, 0);
    assert_int_equal(open_token(site_token(links.manage)).state, CONFIRM_BROKEN);
    assert_int_equal(open_token(site_token(links.unsubscribe)).state, CONFIRM_BROKEN);
    assert_int_equal(open_token("").state, CONFIRM_BROKEN);
    ask("new@example.org", NEWSLETTER);
    const char *token = newest_token();
    struct link_opened opened;
    for (int purpose = PURPOSE_MANAGE; purpose <= PURPOSE_UNSUBSCRIBE; purpose++) {
        assert_int_equal(links_open(&site.service, site.arena, token, (enum link_purpose)purpose,
                                    clock_now_s(), &opened),
                         STATUS_OK);
        assert_int_equal(opened.state, LINK_BROKEN);
    }
    /* U6: whichever character is another one. */
    char flipped[LINK_TOKEN_TEXT_BYTES];
    for (size_t i = 0; i < LINK_TOKEN_TEXT_BYTES - 1; i++) {
        memcpy(flipped, token, sizeof flipped);
        flipped[i] = flipped[i] == 'A' ? 'B' : 'A';
        assert_int_equal(open_token(flipped).state, CONFIRM_BROKEN);
    }
    /* A public id that is a person's is no request's. */
    const char *url = NULL;
    assert_int_equal(
        links_mint_confirm(&site.service, site.arena, person.public_id, clock_now_s(), &url),
        STATUS_OK);
    assert_int_equal(open_token(site_token(url)).state, CONFIRM_EXPIRED);
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
    ask("new@example.org", NEWSLETTER);
    tokens[0] = newest_token();
    ask("new@example.org", PRODUCT);
    tokens[1] = newest_token();
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.service = site_service(&site, true),
                                   .link = open_token(tokens[i % 2]),
                                   .arena = arena_new()};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(racers[i].thread, NULL);
        assert_int_equal(racers[i].page.state, CONFIRM_DONE);
        arena_free(racers[i].arena);
        setup_close(&racers[i].service);
    }
    assert_true(find("new@example.org", &person));
    assert_true(person.choices == (NEWSLETTER | PRODUCT));
    assert_int_equal(site_entry(&site, person.head).kind, ENTRY_CHOICES);
    assert_int_equal(site_entry(&site, site_entry(&site, person.head).previous).kind,
                     ENTRY_CONTACT_ADDED);
    site_check_ledger(&site);
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
    set_topic(4, true, false);
    assert_int_equal(join_read(&site.service, site.arena, name, "no address", ALERTS, LOCALE_FR,
                               &typed, &email, &is_right),
                     STATUS_OK);
    assert_false(is_right);
    assert_true(typed.name_is_too_long && typed.has_no_topic);
    assert_int_equal(typed.email_fault, EMAIL_NO_AT);
    assert_string_equal(typed.email, "no address");
    assert_int_equal(join_read(&site.service, site.arena, NULL, NULL, NEWSLETTER, LOCALE_FR, &typed,
                               &email, &is_right),
                     STATUS_OK);
    assert_false(is_right);
    assert_int_equal(typed.email_fault, EMAIL_EMPTY);
    assert_int_equal(join_read(&site.service, site.arena, " Ada ", " ada@example.org ",
                               NEWSLETTER | ALERTS, LOCALE_FR, &typed, &email, &is_right),
                     STATUS_OK);
    assert_true(is_right);
    assert_string_equal(typed.name, "Ada");
    assert_true(typed.choices == NEWSLETTER);

    struct join_page page;
    assert_int_equal(join_look(&site.service, site.arena, LOCALE_FR, &typed, &page), STATUS_OK);
    assert_true(page.is_open);
    assert_int_equal(page.topics_count, 3);
    assert_true(page.topics[0].is_on && !page.topics[1].is_on);
    assert_string_equal(page.form_url, "https://lists.example.org/join");
    site_put_setting(&site, "join_open", "no");
    assert_int_equal(join_look(&site.service, site.arena, LOCALE_FR, NULL, &page), STATUS_OK);
    assert_false(page.is_open);
    site_put_setting(&site, "join_open", "yes");
    for (uint8_t topic = 1; topic <= 4; topic++)
        set_topic(topic, true, false);
    assert_int_equal(join_look(&site.service, site.arena, LOCALE_FR, NULL, &page), STATUS_OK);
    assert_false(page.is_open);
}

#define CASE(name, test)                                                                           \
    {                                                                                              \
        name, test, open_site, close_site, NULL                                                    \
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
        CASE("S8: mails are bounded per mailbox, and nobody is locked out",
             mails_are_bounded_per_mailbox_and_per_network),
        CASE("S8: a network is bounded, its neighbours are not",
             a_network_is_bounded_and_its_neighbours_are_not),
        CASE("what a program fills in begins nothing", what_a_program_fills_in_begins_nothing),
        CASE("S8: a fresh link is asked for in one row, whoever it is",
             a_fresh_link_is_asked_for_in_one_row),
        CASE("what is no address is not asked for", what_is_no_address_is_not_asked_for),
        CASE("a new address counts from the button on", a_new_address_counts_from_the_button_on),
        CASE("an address that is taken or refused stays as it is",
             an_address_that_is_taken_or_refused_stays_as_it_is),
        CASE("the newest change of address alone waits", the_newest_request_alone_waits),
        CASE("voided links take their requests with them",
             voided_links_take_their_requests_with_them),
        CASE("S6 U6: every other token is broken", s6_every_other_token_is_broken),
        CASE("presses at once add one person", presses_at_once_add_one_person),
        CASE("the form says what is wrong", the_form_says_what_is_wrong),
    };
    return cmocka_run_group_tests_name("confirm", tests, NULL, NULL);
}
