/*
 * How often a person wants a topic: chosen, kept, undone, told to senders as advice, with what
 * senders reported.
 */
#include <string.h>

#include "base/clock.h"
#include "service/history.h"
#include "service/sent.h"
#include "service/verdict.h"
#include "store/sent_reports.h"
#include "store/topics.h"
#include "unit/site.h"

static struct site site;

static int open_site(void **state)
{
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static void offer(uint8_t id, bool offers)
{
    struct topic *topics;
    size_t count;
    assert_int_equal(topics_list(site.service.store, site.arena, &topics, &count), STATUS_OK);
    struct txn *txn = site_begin(&site);
    for (size_t i = 0; i < count; i++)
        if (topics[i].id.value == id) {
            topics[i].offers_frequency = offers;
            assert_int_equal(topics_put(txn, &topics[i]), STATUS_OK);
        }
    site_commit(txn);
}

static struct change wish(struct contact_id person, uint64_t sets, uint64_t daily, uint64_t weekly)
{
    return (struct change){.kind = ENTRY_CHOICES,
                           .contact = person,
                           .sets_frequency = sets,
                           .daily = daily,
                           .weekly = weekly,
                           .origin = site_origin(ACTOR_RECIPIENT, 0)};
}

static const char *words_of(struct position position)
{
    struct history history;
    struct entry entry = site_entry(&site, position);
    assert_int_equal(history_open(site.service.store, site.arena, &history), STATUS_OK);
    return history_what(&history, site.arena, &entry);
}

static void a_frequency_alone_is_an_entry_of_its_own_kind(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER | MARKETING);
    struct change change =
        wish(person.id, NEWSLETTER | PRODUCT | MARKETING, PRODUCT, NEWSLETTER | MARKETING);
    struct change_result result = site_change(&site, &change);
    struct contact row = site_get(&site, person.id);

    assert_int_equal(result.verdict, CHANGE_APPLIED);
    assert_true(row.daily == PRODUCT && row.weekly == (NEWSLETTER | MARKETING));
    assert_true(row.choices == person.choices);
    assert_int_equal(contact_frequency(&row, (struct topic_id){1}), FREQUENCY_WEEKLY);
    assert_int_equal(contact_frequency(&row, (struct topic_id){2}), FREQUENCY_DAILY);
    assert_int_equal(contact_frequency(&row, (struct topic_id){4}), FREQUENCY_ALL);
    struct entry entry = site_entry(&site, result.position);
    assert_int_equal(entry.kind, ENTRY_FREQUENCY);
    assert_true(entry.daily_after == PRODUCT && entry.weekly_after == (NEWSLETTER | MARKETING));
    assert_string_equal(words_of(result.position),
                        "Product Updates daily at most; Newsletter and Marketing weekly at most");
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_UNCHANGED);

    change = wish(person.id, NEWSLETTER | PRODUCT, NEWSLETTER, 0);
    result = site_change(&site, &change);
    row = site_get(&site, person.id);
    assert_true(row.daily == NEWSLETTER && row.weekly == MARKETING); /* what is not named stays */
    assert_string_equal(words_of(result.position),
                        "Newsletter daily at most; Product Updates every message");
    site_check_ledger(&site);
}

static void with_a_choice_it_is_one_change(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct change change = wish(person.id, MARKETING, 0, MARKETING);
    change.turn_on = MARKETING;
    change.language = "sv";
    struct change_result result = site_change(&site, &change);
    struct entry entry = site_entry(&site, result.position);

    assert_int_equal(entry.kind, ENTRY_CHOICES);
    assert_true(entry.weekly_after == MARKETING && entry.choices_after == (NEWSLETTER | MARKETING));
    assert_string_equal(words_of(result.position),
                        "Marketing on; Marketing weekly at most; language: (none) → sv");
    site_check_ledger(&site);
}

static void opting_out_keeps_it_for_when_they_come_back(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct change change = wish(person.id, NEWSLETTER, 0, NEWSLETTER);
    site_change(&site, &change);
    change = (struct change){.kind = ENTRY_CHOICES,
                             .contact = person.id,
                             .intent = INTENT_OPT_OUT,
                             .origin = site_origin(ACTOR_ONE_CLICK, 0)};
    site_change(&site, &change);
    assert_true(site_get(&site, person.id).weekly == NEWSLETTER);
    change = (struct change){.kind = ENTRY_CHOICES,
                             .contact = person.id,
                             .turn_on = NEWSLETTER,
                             .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&site, &change);
    struct contact row = site_get(&site, person.id);
    assert_int_equal(contact_frequency(&row, (struct topic_id){1}), FREQUENCY_WEEKLY);
    site_check_ledger(&site);
}

static void undo_brings_back_what_was(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct origin origin = site_origin(ACTOR_RECIPIENT, 0);
    struct position undoable;
    struct change change = wish(person.id, NEWSLETTER, NEWSLETTER, 0);
    site_change(&site, &change);
    change = wish(person.id, NEWSLETTER | MARKETING, 0, NEWSLETTER | MARKETING);
    struct change_result result = site_change(&site, &change);
    assert_int_equal(change_undoable(&site.service, site.arena, &result.after, &origin,
                                     clock_now_s(), &undoable),
                     STATUS_OK);
    assert_int_equal(undoable.value, result.position.value);
    change = (struct change){
        .kind = ENTRY_UNDONE, .contact = person.id, .undoes = result.position, .origin = origin};
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    struct contact row = site_get(&site, person.id);
    assert_true(row.daily == NEWSLETTER && row.weekly == 0);
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_UNCHANGED);
    /* an opt-out before it is out of reach now: the newest act goes first */
    struct change out = {
        .kind = ENTRY_CHOICES, .contact = person.id, .intent = INTENT_OPT_OUT, .origin = origin};
    struct position stop = site_change(&site, &out).position;
    change = wish(person.id, NEWSLETTER, 0, 0);
    site_change(&site, &change);
    change = (struct change){
        .kind = ENTRY_UNDONE, .contact = person.id, .undoes = stop, .origin = origin};
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_UNDO_TOO_LATE);
    site_check_ledger(&site);
}

static void what_makes_no_sense_is_refused(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct position head = site_head(&site);
    struct change cases[] = {
        wish(person.id, NEWSLETTER, NEWSLETTER, NEWSLETTER), /* both */
        wish(person.id, NEWSLETTER, MARKETING, 0),           /* not among those that are set */
        wish(person.id, 1, 0, 1),                            /* no topic has number 0 */
        wish(person.id, NEWSLETTER, 0, NEWSLETTER),          /* by a mail program */
    };
    cases[3].origin = site_origin(ACTOR_ONE_CLICK, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct change_result result;
        struct txn *txn = site_begin(&site);
        assert_int_equal(change_apply(&site.service, txn, site.arena, &cases[i], &result),
                         STATUS_INVALID);
        site_commit(txn);
    }
    assert_int_equal(site_head(&site).value, head.value);
}

static void someone_new_may_come_with_it(void **state)
{
    struct change change = {.kind = ENTRY_CONTACT_ADDED,
                            .email = "new@example.org",
                            .email_key = "new@example.org",
                            .intent = INTENT_OPT_IN,
                            .turn_on = NEWSLETTER,
                            .sets_frequency = NEWSLETTER,
                            .daily = NEWSLETTER,
                            .origin = site_origin(ACTOR_IMPORT, 1)};
    struct change_result result = site_change(&site, &change);
    assert_true(site_get(&site, result.after.id).daily == NEWSLETTER);
    assert_string_equal(words_of(result.position),
                        "Added, opted in; Newsletter on; Newsletter daily at most");
    site_check_ledger(&site);
}

static struct verdict_advice advice_for(const char *email, uint8_t topic, enum verdict expected)
{
    struct verdict_advice advice = {FREQUENCY_DAILY, -1};
    enum verdict verdict;
    assert_int_equal(verdict_for(&site.service, site.arena, email, (struct topic_id){topic},
                                 clock_now_s(), &verdict, &advice),
                     STATUS_OK);
    assert_int_equal(verdict, expected);
    return advice;
}

static void the_verdict_stays_and_advice_stands_beside_it(void **state)
{
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    struct change change = wish(person.id, NEWSLETTER | MARKETING, MARKETING, NEWSLETTER);
    site_change(&site, &change);
    /* what the topic does not offer is not told */
    assert_int_equal(advice_for("ada@example.org", 1, VERDICT_ALLOW).frequency, FREQUENCY_ALL);
    offer(1, true);
    offer(3, true);
    struct verdict_advice advice = advice_for("ada@example.org", 1, VERDICT_ALLOW);
    assert_int_equal(advice.frequency, FREQUENCY_WEEKLY);
    assert_int_equal(advice.last_sent_at, 0);
    assert_int_equal(advice_for("ada@example.org", 3, VERDICT_TOPIC_OFF).frequency,
                     FREQUENCY_DAILY);
    advice = advice_for("nobody@example.org", 1, VERDICT_UNKNOWN);
    assert_int_equal(advice.frequency, FREQUENCY_ALL);
    assert_int_equal(advice.last_sent_at, 0);
}

static struct sent_counts report(uint8_t topic, int64_t at_s, const char *const *emails,
                                 size_t count)
{
    struct sent_counts counts = {0};
    struct txn *txn = site_begin(&site);
    assert_int_equal(sent_report(&site.service, txn, site.arena, (struct topic_id){topic}, at_s,
                                 emails, count, &counts),
                     STATUS_OK);
    site_commit(txn);
    return counts;
}

static void senders_report_and_the_newest_is_told(void **state)
{
    static const char *const list[] = {"Ada@Example.org", "nobody@example.org", "no address",
                                       "bob@example.org"};
    struct contact ada = site_add(&site, "ada@example.org", NEWSLETTER);
    site_add(&site, "bob@example.org", NEWSLETTER);
    const struct position head = site_head(&site);
    struct sent_counts counts = report(1, 2000, list, 4);

    assert_int_equal(counts.reported, 2);
    assert_int_equal(counts.unknown, 1);
    assert_int_equal(counts.invalid, 1);
    report(1, 1000, list, 1); /* came late */
    assert_int_equal(advice_for("ada@example.org", 1, VERDICT_ALLOW).last_sent_at, 2000);
    report(1, 3000, list, 1);
    assert_int_equal(advice_for("ada@example.org", 1, VERDICT_ALLOW).last_sent_at, 3000);
    assert_int_equal(advice_for("bob@example.org", 1, VERDICT_ALLOW).last_sent_at, 2000);
    assert_int_equal(advice_for("ada@example.org", 2, VERDICT_TOPIC_OFF).last_sent_at, 0);
    int64_t at_s = -1;
    assert_int_equal(sent_reports_get(site.service.store, ada.id, (struct topic_id){4}, &at_s),
                     STATUS_OK);
    assert_int_equal(at_s, 0);
    assert_int_equal(site_head(&site).value, head.value); /* no change to anybody */
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_frequency_alone_is_an_entry_of_its_own_kind),
        TEST(with_a_choice_it_is_one_change),
        TEST(opting_out_keeps_it_for_when_they_come_back),
        TEST(undo_brings_back_what_was),
        TEST(what_makes_no_sense_is_refused),
        TEST(someone_new_may_come_with_it),
        TEST(the_verdict_stays_and_advice_stands_beside_it),
        TEST(senders_report_and_the_newest_is_told),
    };
    return cmocka_run_group_tests_name("frequency", tests, NULL, NULL);
}
