/*
 * tests/unit/test_mailto: U11, what one message to the unsubscribe address does, and what does not
 * act whatever token it holds.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/link_search.h"
#include "service/keys.h"
#include "service/mailto.h"
#include "service/selfservice.h"
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

static struct mailto_mail read_mail(const char *text, const char *recipient)
{
    struct mailto_mail mail;
    memset(&mail, 0xff, sizeof mail);
    assert_int_equal(mailto_read(&site.service, site.arena, text, strlen(text), &recipient,
                                 recipient ? 1 : 0, clock_now_s(), &mail),
                     STATUS_OK);
    return mail;
}

/* Reads and, when that is asked, stops. */
static enum mailto_outcome deliver(const char *text, const char *recipient)
{
    struct mailto_mail mail = read_mail(text, recipient);
    if (mail.outcome == MAILTO_ASKED) {
        struct txn *txn = site_begin(&site);
        struct service inside = site.service;
        inside.store = txn_store(txn);
        assert_int_equal(mailto_stop(&inside, txn, site.arena, &mail), STATUS_OK);
        site_commit(txn);
    }
    return mail.outcome;
}

static const char *subject(const char *value)
{
    return arena_printf(site.arena, "From: ada@example.org\r\nSubject: %s\r\n\r\nbody\r\n", value);
}

static const char *unsubscribe_token(const struct contact *person, uint8_t topic)
{
    return site_token(site_links(&site, person, topic).unsubscribe);
}

static void u11_a_mail_stops_what_its_link_stops(void **state)
{
    (void)state;
    struct contact all = site_add(&site, "all@example.org", NEWSLETTER | MARKETING);
    struct contact one = site_add(&site, "one@example.org", NEWSLETTER | MARKETING);
    const char *all_token = unsubscribe_token(&all, 0), *one_token = unsubscribe_token(&one, 1);

    assert_int_equal(deliver(subject(all_token), NULL), MAILTO_STOPPED);
    assert_int_equal(site_get(&site, all.id).status, CONTACT_OPTED_OUT);
    assert_int_equal(site_get(&site, all.id).choices, 0);
    struct entry entry = site_entry(&site, site_get(&site, all.id).head);
    assert_int_equal(entry.kind, ENTRY_CHOICES);
    assert_int_equal(entry.actor, ACTOR_MAILTO);
    assert_int_equal(entry.proof_kind, PROOF_LINK);
    assert_int_equal(entry.proof_len, 8);
    assert_int_equal(entry.wording, WORDING_NONE);

    assert_int_equal(deliver(subject(one_token), NULL), MAILTO_STOPPED);
    assert_int_equal(site_get(&site, one.id).status, CONTACT_OPTED_IN);
    assert_int_equal(site_get(&site, one.id).choices, MARKETING);

    const struct position head = site_head(&site);
    assert_int_equal(deliver(subject(all_token), NULL), MAILTO_WAS_STOPPED);
    assert_int_equal(deliver(subject(one_token), NULL), MAILTO_WAS_STOPPED);
    assert_int_equal(site_head(&site).value, head.value);
    site_check_ledger(&site);
}

static void what_the_link_took_its_page_brings_back(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    const char *token = unsubscribe_token(&person, 0);
    struct link_opened link;
    struct self_page page;
    assert_int_equal(deliver(subject(token), NULL), MAILTO_STOPPED);
    assert_int_equal(
        links_open(&site.service, site.arena, token, PURPOSE_UNSUBSCRIBE, clock_now_s(), &link),
        STATUS_OK);
    const struct self_request undo = {.act = SELF_UNDO, .undoes = site_get(&site, person.id).head};
    struct txn *txn = site_begin(&site);
    assert_int_equal(selfservice_act(&site.service, txn, site.arena, &link, token, &undo, &page),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(page.notice, SELF_NOTICE_UNDONE);
    assert_int_equal(site_get(&site, person.id).choices, NEWSLETTER | MARKETING);
}

static void only_believed_unsubscribe_tokens_act(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const struct link_set links = site_links(&site, &person, 0);
    const char *token = site_token(links.unsubscribe);
    char *bent = arena_strdup(site.arena, token);
    const struct position head = site_head(&site);

    assert_int_equal(deliver(subject(site_token(links.manage)), NULL), MAILTO_NO_LINK);
    for (size_t i = 0; i < LINK_TOKEN_TEXT_BYTES - 1; i++) {
        bent[i] = bent[i] == 'A' ? 'B' : 'A';
        const enum mailto_outcome outcome = deliver(subject(bent), NULL);
        assert_true(outcome == MAILTO_NO_LINK || outcome == MAILTO_NO_TOKEN);
        bent[i] = token[i];
    }
    assert_int_equal(deliver(subject(arena_strndup(site.arena, token, 111)), NULL),
                     MAILTO_NO_TOKEN);
    assert_int_equal(deliver(subject("unsubscribe"), NULL), MAILTO_NO_TOKEN);
    assert_int_equal(deliver("", NULL), MAILTO_NO_TOKEN);
    assert_int_equal(deliver(arena_printf(site.arena, "Subject: x\r\n\r\n%s\r\n", token), NULL),
                     MAILTO_NO_TOKEN);
    assert_int_equal(site_head(&site).value, head.value);

    const struct link_key_id id = keys_signer_id(site.service.signer);
    struct txn *txn = site_begin(&site);
    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    assert_int_equal(keys_set_state(&site.service, txn, id, KEY_REVOKED, &origin), STATUS_OK);
    site_commit(txn);
    assert_int_equal(deliver(subject(token), NULL), MAILTO_NO_LINK);
    assert_int_equal(site_get(&site, person.id).status, CONTACT_OPTED_IN);
}

static void a_good_token_is_found_among_others(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const struct link_set links = site_links(&site, &person, 0);
    const char *token = site_token(links.unsubscribe);
    char filler[113];
    memset(filler, 'E', 112);
    filler[112] = '\0';
    assert_int_equal(read_mail(subject(arena_printf(site.arena, "%s %s %s", filler,
                                                    site_token(links.manage), token)),
                               NULL)
                         .outcome,
                     MAILTO_ASKED);
    /* stuck to other letters, in capitals before it, broken by white space */
    assert_int_equal(
        read_mail(subject(arena_printf(site.arena, "UNSUBSCRIBE_ME-%sEND", token)), NULL).outcome,
        MAILTO_ASKED);
    for (size_t cut = 1; cut < 112; cut++)
        assert_int_equal(read_mail(subject(arena_printf(site.arena, "Re: %.*s\r\n %s", (int)cut,
                                                        token, token + cut)),
                                   NULL)
                             .outcome,
                         MAILTO_ASKED);
}

static void recipients_carry_it_in_their_local_part_only(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *token = unsubscribe_token(&person, 0);
    static const struct {
        const char *format;
        enum mailto_outcome outcome;
    } fields[] = {
        {"To: unsubscribe+%s@example.com\r\n", MAILTO_ASKED},
        {"To: \"Stop, please\" <unsubscribe+%s@example.com>, b@c.de\r\n", MAILTO_ASKED},
        {"To: \"unsubscribe+%s\"@example.com\r\n", MAILTO_ASKED},
        {"Cc: x@y.z,\r\n <unsubscribe-%s@example.com>\r\n", MAILTO_ASKED},
        {"Delivered-To: unsubscribe=%s@example.com\r\n", MAILTO_ASKED},
        {"X-Original-To: %s@example.com\r\n", MAILTO_ASKED},
        {"Envelope-To: unsubscribe+%s@example.com\r\n", MAILTO_ASKED},
        {"To: %s <unsubscribe@example.com>\r\n", MAILTO_NO_TOKEN},
        {"To: a@%s.example\r\n", MAILTO_NO_TOKEN},
        {"Bcc: unsubscribe+%s@example.com\r\n", MAILTO_NO_TOKEN},
        {"Reply-To: unsubscribe+%s@example.com\r\n", MAILTO_NO_TOKEN},
        {"References: <%s@example.com>\r\n", MAILTO_NO_TOKEN},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char text[1000];
        const char *at = strstr(fields[i].format, "%s");
        snprintf(text, sizeof text, "%.*s%s%s\r\nbody", (int)(at - fields[i].format),
                 fields[i].format, token, at + 2);
        if (read_mail(text, NULL).outcome != fields[i].outcome)
            fail_msg("%s", fields[i].format);
    }
    assert_int_equal(
        read_mail("", arena_printf(site.arena, "unsubscribe+%s@example.com", token)).outcome,
        MAILTO_ASKED);
    assert_int_equal(read_mail("", arena_printf(site.arena, "unsubscribe+%s", token)).outcome,
                     MAILTO_ASKED);
}

static void what_a_machine_wrote_changes_nothing(void **state)
{
    static const struct {
        const char *line, *why; /* NULL: a person's */
    } signs[] = {
        {"Auto-Submitted: auto-replied", "auto-submitted"},
        {"auto-submitted: AUTO-GENERATED; x=y", NULL},
        {"auto-submitted: auto-replied; x=y", "auto-submitted"},
        {"Auto-Submitted: auto-notified (vacation)", "auto-submitted"},
        {"Auto-Submitted: nonsense", "auto-submitted"},
        {"Auto-Submitted: no", NULL},
        {"Auto-Submitted: No; x=y", NULL},
        {"Auto-Submitted:", NULL},
        {"Precedence: bulk", "precedence"},
        {"Precedence: JUNK", "precedence"},
        {"Precedence: list ", "precedence"},
        {"Precedence: auto_reply", "precedence"},
        {"Precedence: normal", NULL},
        {"Precedence: listless", NULL},
        {"X-Auto-Response-Suppress: All", NULL},
        {"X-Auto-Response-Suppress: DR, OOF", NULL},
        {"X-Auto-Response-Suppress: None", NULL},
        {"Return-Path: <>", "return-path"},
        {"Return-Path: < >", "return-path"},
        {"Return-Path: <ada@example.org>", NULL},
        {"Content-Type: multipart/report; report-type=delivery-status", "content-type"},
        {"Content-Type: Multipart/Report;\r\n report-type=disposition-notification",
         "content-type"},
        {"Content-Type: message/delivery-status", "content-type"},
        {"Content-Type: multipart/mixed; boundary=multipart/report", NULL},
        {"From: Mail <MAILER-DAEMON@example.com>", "from"},
        {"List-Id: <a.example.com>", "list-id"},
        {"List-Post: NO", "list-post"},
        {"List-Unsubscribe: <mailto:x@y.z>", "list-unsubscribe"},
        {"Listing: x", NULL},
        {"Message-ID: <assent.1234@lists.example.org>", "message-id"},
        {"Message-ID: <assent.1234@LISTS.example.org>", "message-id"},
        {"Message-ID: <assent.1234@elsewhere.example.org>", NULL},
        {"Message-ID: <1234@lists.example.org>", NULL},
        {"Message-ID: <assent.1234>", NULL},
    };
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *token = unsubscribe_token(&person, 0);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const char *text =
            arena_printf(site.arena, "Subject: %s\r\n%s\r\n\r\nx", token, signs[i].line);
        const struct mailto_mail mail = read_mail(text, NULL);
        if (mail.outcome != (signs[i].why ? MAILTO_AUTOMATIC : MAILTO_ASKED))
            fail_msg("%s: %s", signs[i].line, mailto_outcome_key(mail.outcome));
        assert_string_equal(mail.why, signs[i].why ? signs[i].why : "");
    }
}

static void made_up_tokens_cost_little_and_hide_none(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *token = unsubscribe_token(&person, 0);
    const size_t size = MESSAGE_HEAD_MAX_BYTES;
    char *text = arena_alloc(site.arena, size + 1);
    memset(text, 'E', size);
    memcpy(text, "Subject: ", 9);
    const int64_t began_ns = clock_monotonic_ns();
    assert_int_equal(read_mail(text, NULL).outcome, MAILTO_NO_LINK);
    /* one that stands alone is looked at before those that could be anywhere */
    text[size - 114] = ' ';
    memcpy(text + size - 113, token, 112);
    text[size - 1] = '\n';
    assert_int_equal(read_mail(text, NULL).outcome, MAILTO_ASKED);
    assert_true(clock_monotonic_ns() - began_ns < INT64_C(5000000000));
}

static void a_search_finds_each_place_once_and_ends(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    const char *token = unsubscribe_token(&person, 0);
    char found[LINK_TOKEN_TEXT_BYTES];
    const char *rest;
    struct link_search search;
    link_search_begin(site.arena, arena_printf(site.arena, "a %s.b", token), &search);
    assert_true(link_search_next(&search, found, &rest));
    assert_string_equal(found, token);
    assert_string_equal(rest, ".b");
    int again = 0;
    while (link_search_next(&search, found, &rest))
        again += strcmp(found, token) == 0;
    assert_int_equal(again, 1); /* joined, once more */
    assert_false(link_search_next(&search, found, &rest));
    link_search_begin(site.arena, "", &search);
    assert_false(link_search_next(&search, found, &rest));
}

static void every_outcome_has_words(void **state)
{
    (void)state;
    for (int i = 0; i < MAILTO_OUTCOME_COUNT; i++) {
        assert_true(strlen(mailto_outcome_key((enum mailto_outcome)i)) > 3);
        assert_true(strlen(mailto_outcome_words((enum mailto_outcome)i)) > 10);
    }
}

#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("U11: a mail stops what its link stops, once, and the ledger says how",
             u11_a_mail_stops_what_its_link_stops),
        CASE("what a mail took the same link's page brings back",
             what_the_link_took_its_page_brings_back),
        CASE("U6, S6: manage tokens, altered, cut, revoked ones and bodies do nothing",
             only_believed_unsubscribe_tokens_act),
        CASE("U11: a good token is found among others, stuck to words, broken anywhere",
             a_good_token_is_found_among_others),
        CASE("U11: recipients carry the token in their local part only",
             recipients_carry_it_in_their_local_part_only),
        CASE("U11: what a machine wrote changes nothing", what_a_machine_wrote_changes_nothing),
        CASE("made-up tokens cost little and hide none", made_up_tokens_cost_little_and_hide_none),
        CASE("a search finds each place once and ends", a_search_finds_each_place_once_and_ends),
        CASE("every outcome has words", every_outcome_has_words),
    };
    return cmocka_run_group_tests_name("mailto", tests, NULL, NULL);
}
