/*
 * As of, told to people: each reason in words with the entry that decided it, since when and until
 * when; questions that can't be answered; addresses out of the notes of older data.
 */
#include <sqlite3.h>
#include <string.h>

#include "base/clock.h"
#include "service/as_of_told.h"
#include "service/erase.h"
#include "service/setup.h"
#include "store/settings.h"
#include "unit/site.h"

static struct site site;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    clock_shift_s(1000); /* the first entries lie well behind */
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

static int64_t wait_s(int64_t seconds)
{
    clock_shift_s(seconds);
    return clock_now_s();
}

static struct as_of_told told_of(const char *email, struct public_id person, const char *topic,
                                 int64_t at_s)
{
    const struct as_of_question question = {email, person, topic, at_s};
    enum as_of_fault fault = AS_OF_FAULT_COUNT;
    struct as_of_told told = {0};
    assert_int_equal(as_of_tell(&site.service, site.arena, &question, clock_now_s(), &fault, &told),
                     STATUS_OK);
    assert_int_equal(fault, AS_OF_FINE);
    return told;
}

static struct as_of_told told(const char *email, int64_t at_s)
{
    return told_of(email, (struct public_id){0}, "newsletter", at_s);
}

static struct position change(struct contact_id person, const struct change *wanted)
{
    struct change change = *wanted;
    if (change.kind == 0)
        change.kind = ENTRY_CHOICES;
    change.contact = person;
    change.origin = site_origin(ACTOR_RECIPIENT, 0);
    const struct change_result result = site_change(&site, &change);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    return result.position;
}

static void assert_turn(struct as_of_turn turn, bool is_known, int64_t at_s, int64_t position)
{
    assert_int_equal(turn.is_known, is_known);
    assert_true(turn.at_s >= at_s && turn.at_s <= at_s + 2);
    assert_int_equal(turn.position.value, position);
}

static void each_turn_of_a_person(void **state)
{
    (void)state;
    const int64_t before = clock_now_s(), began = wait_s(100);
    const struct contact person = site_add(&site, "in@example.org", NEWSLETTER);
    const int64_t off_at = wait_s(100);
    const struct position off = change(person.id, &(struct change){.turn_off = NEWSLETTER});
    const int64_t on_at = wait_s(100);
    const struct position on = change(person.id, &(struct change){.turn_on = NEWSLETTER});
    const int64_t paused_at = wait_s(100);
    const struct position pause = change(
        person.id,
        &(struct change){.kind = ENTRY_PAUSE, .sets_pause = true, .paused_until = paused_at + 50});
    const int64_t out_at = wait_s(100);
    const struct position out = change(person.id, &(struct change){.intent = INTENT_OPT_OUT});
    wait_s(100);

    struct as_of_told said = told("in@example.org", before);
    assert_int_equal(said.why, AS_OF_NOT_YET);
    assert_turn(said.since, false, 0, 0);
    assert_turn(said.until, true, began, person.head.value);
    assert_non_null(strstr(said.words, "They were not on the list yet"));

    said = told("in@example.org", began + 50);
    assert_int_equal(said.why, AS_OF_ALLOWED);
    assert_int_equal(said.decided.value, person.head.value);
    assert_string_equal(said.decided_by, "the operator");
    assert_string_equal(said.words, "They were opted in, and Newsletter was on.");
    assert_turn(said.since, true, began, person.head.value);
    assert_turn(said.until, true, off_at, off.value);
    assert_true(said.has_person && said.person.value == person.public_id.value);

    said = told("in@example.org", off_at + 50);
    assert_int_equal(said.why, AS_OF_TOPIC_OFF);
    assert_int_equal(said.decided.value, off.value);
    assert_turn(said.until, true, on_at, on.value);

    said = told("in@example.org", paused_at + 20);
    assert_int_equal(said.why, AS_OF_PAUSED);
    assert_int_equal(said.decided.value, pause.value);
    assert_turn(said.since, true, paused_at, pause.value);
    assert_turn(said.until, true, paused_at + 50, 0); /* by the clock alone */

    said = told("in@example.org", paused_at + 70);
    assert_int_equal(said.why, AS_OF_ALLOWED);
    assert_int_equal(said.decided.value, on.value);
    assert_turn(said.since, true, paused_at + 50, 0);
    assert_turn(said.until, true, out_at, out.value);

    said = told("in@example.org", clock_now_s());
    assert_int_equal(said.why, AS_OF_OPTED_OUT);
    assert_turn(said.since, true, out_at, out.value);
    assert_turn(said.until, false, 0, 0);
    assert_non_null(strstr(said.decided_what, "Opted out"));
}

static void an_address_that_was_another_s(void **state)
{
    (void)state;
    const int64_t began = wait_s(100);
    const struct contact ann = site_add(&site, "old@example.org", NEWSLETTER);
    const int64_t moved_at = wait_s(100);
    const struct position moved = change(ann.id, &(struct change){.kind = ENTRY_DETAILS,
                                                                  .email = "new@example.org",
                                                                  .email_key = "new@example.org"});
    const int64_t taken_at = wait_s(100);
    const struct contact bob = site_add_out(&site, "old@example.org");
    wait_s(100);

    struct as_of_told said = told("old@example.org", began + 50);
    assert_int_equal(said.why, AS_OF_ALLOWED);
    assert_int_equal(said.person.value, ann.public_id.value);
    said = told("new@example.org", began + 50);
    assert_int_equal(said.why, AS_OF_NOT_THEIRS);
    assert_int_equal(said.decided.value, moved.value);
    assert_turn(said.until, true, moved_at, moved.value);
    said = told("old@example.org", moved_at + 50);
    assert_int_equal(as_of_verdict(said.why), VERDICT_UNKNOWN);
    assert_turn(said.until, true, taken_at, bob.head.value);
    said = told("old@example.org", taken_at + 50);
    assert_int_equal(said.why, AS_OF_OPTED_OUT);
    assert_int_equal(said.person.value, bob.public_id.value);
    /* Of the person it holds whatever their address was. */
    said = told_of(NULL, ann.public_id, "newsletter", began + 50);
    assert_int_equal(said.why, AS_OF_ALLOWED);
    assert_string_equal(said.email, "new@example.org");
    said = told_of(NULL, bob.public_id, "newsletter", began + 50);
    assert_int_equal(said.why, AS_OF_NOT_YET);
}

static struct position erase(const struct contact *person)
{
    const struct contact now = site_get(&site, person->id);
    const struct origin origin = site_origin(ACTOR_ADMIN, 1);
    struct position position;
    struct txn *txn = site_begin(&site);
    assert_int_equal(erase_person(&site.service, txn, site.arena, &now, &origin, NULL, &position),
                     STATUS_OK);
    site_commit(txn);
    return position;
}

static void a_person_who_was_erased(void **state)
{
    (void)state;
    const int64_t began = wait_s(100);
    const struct contact person = site_add(&site, "gone@example.org", NEWSLETTER);
    const int64_t erased_at = wait_s(100);
    const struct position erased = erase(&person);
    const int64_t back_at = wait_s(100);
    struct change change = {.kind = ENTRY_CONTACT_ADDED,
                            .turn_on = NEWSLETTER,
                            .email = "gone@example.org",
                            .email_key = "gone@example.org",
                            .name = "",
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    const struct change_result back = site_change(&site, &change);
    wait_s(100);

    struct as_of_told said = told("gone@example.org", began + 50);
    assert_int_equal(said.why, AS_OF_ERASED);
    assert_string_equal(as_of_key(said.why), "erased");
    assert_int_equal(as_of_verdict(said.why), VERDICT_UNKNOWN);
    assert_int_equal(said.decided.value, erased.value);
    assert_non_null(strstr(said.words, "It can’t be said"));
    assert_turn(said.until, true, erased_at, erased.value);
    said = told("gone@example.org", erased_at + 50);
    assert_int_equal(said.why, AS_OF_SUPPRESSED);
    assert_non_null(strstr(said.words, "was erased on"));
    assert_turn(said.since, true, erased_at, erased.value);
    assert_turn(said.until, true, back_at, back.position.value);
    said = told("gone@example.org", clock_now_s());
    assert_int_equal(said.why, AS_OF_ALLOWED);
    assert_turn(said.since, true, back_at, back.position.value);
}

static void a_topic_that_was_retired(void **state)
{
    (void)state;
    const int64_t began = wait_s(100);
    site_add(&site, "in@example.org", MARKETING);
    const int64_t retired_at = wait_s(100);
    site_retire(&site, 3);
    const struct position retired = site_head(&site);
    wait_s(100);
    struct as_of_told said =
        told_of("in@example.org", (struct public_id){0}, "marketing", began + 50);
    assert_int_equal(said.why, AS_OF_ALLOWED);
    assert_turn(said.until, true, retired_at, retired.value);
    said = told_of("in@example.org", (struct public_id){0}, "marketing", retired_at + 50);
    assert_int_equal(said.why, AS_OF_TOPIC_RETIRED);
    assert_int_equal(said.decided.value, retired.value);
    assert_turn(said.since, true, retired_at, retired.value);
}

static void what_can_not_be_answered(void **state)
{
    (void)state;
    const int64_t now_s = clock_now_s();
    const struct {
        struct as_of_question question;
        enum as_of_fault fault;
    } cases[] = {
        {{"in@example.org", {0}, "newsletter", now_s + 1}, AS_OF_FUTURE},
        {{"in@example.org", {0}, "nothing", now_s}, AS_OF_UNKNOWN_TOPIC},
        {{"in@example.org", {0}, NULL, now_s}, AS_OF_UNKNOWN_TOPIC},
        {{"nobody", {0}, "newsletter", now_s}, AS_OF_BAD_ADDRESS},
        {{NULL, {0}, "newsletter", now_s}, AS_OF_BAD_ADDRESS},
        {{NULL, {12345}, "newsletter", now_s}, AS_OF_NOBODY},
        {{"in@example.org", {0}, "newsletter", now_s}, AS_OF_FINE},
        {{"in@example.org", {0}, "newsletter", INT64_MIN}, AS_OF_FINE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum as_of_fault fault = AS_OF_FAULT_COUNT;
        struct as_of_told said = {0};
        assert_int_equal(
            as_of_tell(&site.service, site.arena, &cases[i].question, now_s, &fault, &said),
            STATUS_OK);
        if (fault != cases[i].fault)
            fail_msg("case %zu: %d", i, fault);
        assert_true((said.words != NULL) == (fault == AS_OF_FINE));
    }
    struct as_of_told said = told("in@example.org", INT64_MIN);
    assert_int_equal(said.why, AS_OF_BEFORE_LEDGER);
    assert_int_equal(said.position.value, 0);
    assert_non_null(strstr(said.words, "The record begins on"));
    assert_int_equal(told("in@example.org", now_s).why, AS_OF_NEVER);
}

static void run_sql(const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(site.conf.db_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* As after the migration of data in which addresses had changed. */
static void addresses_are_read_from_older_notes(void **state)
{
    (void)state;
    const int64_t began = wait_s(100);
    const struct contact ann = site_add(&site, "one@example.org", NEWSLETTER);
    const char *const then[] = {"two@example.org", "three@example.org", "Three@Example.org"};
    int64_t moved_at[3];
    for (size_t i = 0; i < 3; i++) {
        moved_at[i] = wait_s(100);
        change(ann.id, &(struct change){.kind = ENTRY_DETAILS,
                                        .email = then[i],
                                        .email_key = then[i < 2 ? i : 1]});
    }
    wait_s(100);
    setup_close(&site.service);
    run_sql("DELETE FROM bygone_address; "
            "INSERT INTO meta (key, value) VALUES ('bygone_unread', X'0000000000000001') "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    const char *fault = "";
    assert_int_equal(setup_init(site.arena, &site.conf, &fault), STATUS_OK);
    site.service = site_service(&site, true);
    assert_int_equal(told("one@example.org", began + 50).why, AS_OF_ALLOWED);
    assert_int_equal(told("two@example.org", began + 50).why, AS_OF_NOT_THEIRS);
    assert_int_equal(told("two@example.org", moved_at[0] + 50).why, AS_OF_ALLOWED);
    assert_int_equal(told("two@example.org", moved_at[1] + 50).why, AS_OF_NOT_THEIRS);
    assert_int_equal(told("three@example.org", moved_at[0] + 50).why, AS_OF_NOT_THEIRS);
    assert_int_equal(told("three@example.org", moved_at[1] + 50).why, AS_OF_ALLOWED);
    assert_int_equal(told("three@example.org", clock_now_s()).why, AS_OF_ALLOWED);
}

#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("each turn of a person, with its entry", each_turn_of_a_person),
        CASE("an address that was another's", an_address_that_was_another_s),
        CASE("a person who was erased, and came back", a_person_who_was_erased),
        CASE("a topic that was retired", a_topic_that_was_retired),
        CASE("what can't be answered says so", what_can_not_be_answered),
        CASE("addresses are read from the notes of older data",
             addresses_are_read_from_older_notes),
    };
    return cmocka_run_group_tests_name("as_of_told", tests, NULL, NULL);
}
