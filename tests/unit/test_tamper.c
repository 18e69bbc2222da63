/*
 * tests/unit/test_tamper: whatever is done to the ledger's entries with a shell on the database is
 * found, and named: where, and how. What is done to the rest: test_tamper_rows.
 */
#include <string.h>

#include "unit/tamper_support.h"

static void what_nobody_touched_is_whole(void **state)
{
    const struct ledger_report report = tamper_verify(&tamper_site, NULL);
    const struct entry head = site_entry(&tamper_site, site_head(&tamper_site));
    (void)state;
    assert_true(ledger_tally_is_clean(&report.tally));
    assert_int_equal(report.head.value, head.position.value);
    assert_memory_equal(report.head_hash, head.hash, sizeof report.head_hash);
    assert_int_equal(report.people, TAMPER_PEOPLE);
    assert_int_equal(report.private_texts, 3 * TAMPER_PEOPLE + 1);
    tamper_expect_whole(tamper_checkpoint(&tamper_site));
}

static void nothing_updates_or_deletes_an_entry_or_puts_one_in(void **state)
{
    (void)state;
    assert_int_not_equal(site_sql(&tamper_site, "UPDATE entry SET at = 1 WHERE position = 3"), 0);
    assert_int_not_equal(site_sql(&tamper_site, "DELETE FROM entry WHERE position = 3"), 0);
    assert_int_not_equal(
        site_sql(&tamper_site,
                 "DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)"),
        0);
    assert_int_not_equal(
        site_sql(&tamper_site, "PRAGMA recursive_triggers = ON; REPLACE INTO entry SELECT * FROM "
                               "saved_entry WHERE position = 3"),
        0);
    assert_int_not_equal(
        site_sql(&tamper_site,
                 "INSERT INTO entry SELECT max(position) + 5, at, kind, contact, subject, previous,"
                 " undoes, status_before, status_after, choices_before, choices_after,"
                 " paused_before, paused_after, actor, actor_id, proof_kind, proof, wording,"
                 " leave_reason, private_hash, hash, daily_before, daily_after, weekly_before,"
                 " weekly_after FROM entry"),
        0);
    tamper_expect_whole(NULL);
}

static void every_field_that_is_altered_is_found(void **state)
{
    static const char *const fields[] = {"at",
                                         "kind",
                                         "contact",
                                         "subject",
                                         "previous",
                                         "undoes",
                                         "status_before",
                                         "status_after",
                                         "choices_before",
                                         "choices_after",
                                         "paused_before",
                                         "paused_after",
                                         "actor",
                                         "actor_id",
                                         "proof_kind",
                                         "wording",
                                         "leave_reason",
                                         "daily_before",
                                         "daily_after",
                                         "weekly_before",
                                         "weekly_after"};
    (void)state;
    const long long at = tamper_middle();
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        tamper(tamper_sql("UPDATE entry SET %s = %s + 1 WHERE position = %lld", fields[i],
                          fields[i], at));
        tamper_expect(LEDGER_ALTERED, at);
        tamper_undo();
    }
    static const char *const blobs[] = {
        "proof = x'0102030405060708'", "proof = x'73657373696f'", "proof = x''",
        "private_hash = zeroblob(32)", "private_hash = NULL",     "private_hash = randomblob(32)",
        "hash = randomblob(32)"};
    for (size_t i = 0; i < sizeof blobs / sizeof *blobs; i++) {
        tamper(tamper_sql("UPDATE entry SET %s WHERE position = %lld", blobs[i], at));
        tamper_expect(LEDGER_ALTERED, at);
        tamper_undo();
    }
    tamper_expect_whole(NULL);
}

static void values_that_no_entry_can_have_are_found(void **state)
{
    (void)state;
    const long long at = tamper_middle();
    tamper(tamper_sql("UPDATE entry SET actor = 4711 WHERE position = %lld", at));
    tamper_expect(LEDGER_ALTERED, at);
    tamper_undo();
    tamper(tamper_sql("UPDATE entry SET wording = 1 << 40, kind = -1 WHERE position = %lld", at));
    tamper_expect(LEDGER_ALTERED, at);
    tamper_undo();
    tamper("UPDATE entry SET status_after = 300 WHERE position = 1");
    tamper_expect(LEDGER_ALTERED, 1);
}

static void the_first_of_many_is_named(void **state)
{
    (void)state;
    tamper(tamper_sql("UPDATE entry SET at = at + 60 WHERE position IN (5, 9, %lld)",
                      tamper_middle()));
    tamper_expect(LEDGER_ALTERED, 5);
    assert_int_equal(tamper_verify(&tamper_site, NULL).tally.count[LEDGER_ALTERED], 3);
}

static void an_entry_that_is_deleted_is_missing(void **state)
{
    (void)state;
    const long long at = tamper_middle();
    tamper(tamper_sql("DELETE FROM entry WHERE position = %lld", at));
    tamper_expect(LEDGER_MISSING, at);
    tamper_undo();
    tamper(tamper_sql("DELETE FROM entry WHERE position BETWEEN %lld AND %lld", at, at + 4));
    tamper_expect(LEDGER_MISSING, at);
    assert_int_equal(tamper_verify(&tamper_site, NULL).tally.count[LEDGER_ALTERED], 0);
    tamper_undo();
    tamper("DELETE FROM entry WHERE position = 1");
    tamper_expect(LEDGER_MISSING, 1);
}

/* All behind it moves by that many places, as if nothing had been there. */
static const char *shift(long long behind, int by)
{
    return tamper_sql("UPDATE entry SET position = -position WHERE position > %lld;"
                      "UPDATE entry SET position = %d - position WHERE position < 0",
                      behind, by);
}

static void an_entry_that_is_taken_out_and_the_rest_renumbered_is_missing(void **state)
{
    (void)state;
    const long long at = tamper_middle();
    tamper(tamper_sql("DELETE FROM entry WHERE position = %lld; %s", at, shift(at, -1)));
    tamper_expect(LEDGER_MISSING, at);
    tamper_undo();
    tamper(tamper_sql("DELETE FROM entry WHERE position IN (%lld, %lld); %s", at, at + 1,
                      shift(at + 1, -2)));
    tamper_expect(LEDGER_MISSING, at);
}

static void an_entry_that_is_put_in_is_named(void **state)
{
    (void)state;
    const long long at = tamper_middle();
    tamper(tamper_sql("%s; " TAMPER_COPY_AS, shift(at - 1, 1), at, at - 4));
    tamper_expect(LEDGER_INSERTED, at);
}

static void an_entry_that_is_put_in_and_hashed_as_it_should_is_named(void **state)
{
    (void)state;
    const long long at = tamper_middle();
    tamper(tamper_sql("%s; " TAMPER_COPY_AS, shift(at - 1, 1), at, at - 4));
    tamper_rehash(at, at);
    tamper_expect(LEDGER_INSERTED, at);
}

static const char *swap(long long left, long long right)
{
    return tamper_sql("UPDATE entry SET position = -1 WHERE position = %lld;"
                      "UPDATE entry SET position = %lld WHERE position = %lld;"
                      "UPDATE entry SET position = %lld WHERE position = -1",
                      left, left, right, right);
}

static void entries_that_changed_places_are_named(void **state)
{
    (void)state;
    const long long at = tamper_middle();
    tamper(swap(at, at + 1));
    tamper_expect(LEDGER_REORDERED, at);
    assert_int_equal(tamper_verify(&tamper_site, NULL).tally.first[LEDGER_REORDERED].other.value,
                     at + 1);
    tamper_undo();
    tamper(swap(4, at + 2));
    tamper_expect(LEDGER_REORDERED, 4);
    assert_int_equal(tamper_verify(&tamper_site, NULL).tally.first[LEDGER_REORDERED].other.value,
                     at + 2);
}

static void a_ledger_that_is_cut_short_is_found_by_what_went_by_it(void **state)
{
    (void)state;
    const long long head = site_head(&tamper_site).value;
    tamper(tamper_sql("DELETE FROM entry WHERE position = %lld", head));
    tamper_expect(LEDGER_CUT_SHORT, head);
    tamper_undo();
    tamper(tamper_sql("DELETE FROM entry WHERE position > %lld", head - 5));
    tamper_expect(LEDGER_CUT_SHORT, head - 4);
    tamper_undo();
    /* People's rows put back as well: their private texts tell. */
    tamper(
        tamper_sql("UPDATE contact SET head = (SELECT previous FROM entry WHERE position = head),"
                   " choices = (SELECT choices_before FROM entry WHERE position = head)"
                   " WHERE head = %lld; DELETE FROM entry WHERE position = %lld",
                   head, head));
    tamper_expect(LEDGER_CUT_SHORT, head);
    tamper_undo();
}

static void only_a_checkpoint_finds_a_ledger_that_was_cut_with_all_that_went_by_it(void **state)
{
    (void)state;
    const long long head = site_head(&tamper_site).value;
    const char *note = tamper_checkpoint(&tamper_site);
    tamper(
        tamper_sql("DELETE FROM checkpoint; DELETE FROM entry_private WHERE position = %lld;"
                   "UPDATE contact SET head = (SELECT previous FROM entry WHERE position = head),"
                   " choices = (SELECT choices_before FROM entry WHERE position = head)"
                   " WHERE head = %lld; DELETE FROM entry WHERE position = %lld",
                   head, head, head));
    tamper_expect_whole(NULL);
    tamper_expect_with(note, LEDGER_CUT_SHORT, head);
}

static void only_a_checkpoint_finds_a_tail_that_was_hashed_anew(void **state)
{
    (void)state;
    const long long head = site_head(&tamper_site).value;
    const char *early = tamper_sql("%s", tamper_checkpoint(&tamper_site));
    site_add(&tamper_site, "later@example.org", NEWSLETTER);
    const char *both = tamper_sql("%s\n%s", early, tamper_checkpoint(&tamper_site));
    tamper_expect_whole(both);
    tamper(
        tamper_sql("DELETE FROM checkpoint; UPDATE entry SET at = at - 86400 WHERE position = %lld",
                   head + 1));
    tamper_rehash(head + 1, head + 1);
    tamper_expect_whole(NULL);
    tamper_expect_whole(early);
    tamper_expect_with(both, LEDGER_REWRITTEN, head + 1);
    const struct ledger_report report = tamper_verify(&tamper_site, both);
    assert_int_equal(report.tally.first[LEDGER_REWRITTEN].other.value, head);
    assert_int_equal(report.checkpoint.value, head);
    tamper(tamper_sql("UPDATE entry SET at = at - 86400 WHERE position = %lld", tamper_middle()));
    tamper_rehash(tamper_middle(), head + 1);
    tamper_expect_whole(NULL);
    tamper_expect_with(early, LEDGER_REWRITTEN, head);
    assert_int_equal(tamper_verify(&tamper_site, early).checkpoint.value, 0);
}

static void a_rewound_backup_is_found_by_its_checkpoint_also_when_it_went_on(void **state)
{
    struct site backup = tamper_site;
    (void)state;
    const long long head = site_head(&tamper_site).value;
    const char *path = support_path(tamper_site.conf.data, "backup.db");
    assert_int_equal(site_sql(&tamper_site, tamper_sql("VACUUM INTO '%s'", path)), 0);
    site_add(&tamper_site, "after@example.org", NEWSLETTER);
    site_add(&tamper_site, "more@example.org", NEWSLETTER);
    const char *note = tamper_sql("%s", tamper_checkpoint(&tamper_site));
    tamper_expect_whole(note);
    backup.conf.db_path = path;
    backup.service.conf = &backup.conf;
    struct ledger_report report = tamper_verify(&backup, note);
    assert_int_equal(report.tally.first[LEDGER_CUT_SHORT].position.value, head + 1);
    assert_int_equal(report.tally.first[LEDGER_CUT_SHORT].other.value, head + 2);
    assert_int_equal(site_sql(&backup, "PRAGMA journal_mode = WAL"), 0);
    assert_int_equal(store_open_writer(path, backup.conf.lock_path, &backup.service.store),
                     STATUS_OK);
    for (int i = 0; i < 3; i++)
        site_add(&backup, tamper_sql("other%d@example.org", i), MARKETING);
    report = tamper_verify(&backup, note);
    assert_int_equal(report.tally.count[LEDGER_CUT_SHORT], 0);
    assert_int_equal(report.tally.count[LEDGER_REWRITTEN], 1);
    assert_int_equal(report.tally.first[LEDGER_REWRITTEN].position.value, head + 2);
    report = tamper_verify(&backup, NULL);
    assert_true(ledger_tally_is_clean(&report.tally));
    store_close(backup.service.store);
}

static void two_histories_that_are_spliced_are_named(void **state)
{
    struct site other;
    struct contact people[TAMPER_PEOPLE];
    (void)state;
    site_open(&other);
    tamper_fill(&other, people, 1);
    const long long at = tamper_middle();
    assert_int_equal(site_sql(&other, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
    site_close(&other);
    assert_int_equal(
        site_sql(&tamper_site, tamper_sql("ATTACH '%s' AS other; CREATE TABLE theirs AS "
                                          "SELECT * FROM other.entry; DETACH other",
                                          other.conf.db_path)),
        0);
    tamper(tamper_sql("DELETE FROM entry WHERE position >= %lld;"
                      "INSERT INTO entry SELECT * FROM theirs WHERE position >= %lld",
                      at, at));
    tamper_expect(LEDGER_SPLICED, at);
}

#define TEST(function) cmocka_unit_test_teardown(function, tamper_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_nobody_touched_is_whole),
        TEST(nothing_updates_or_deletes_an_entry_or_puts_one_in),
        TEST(every_field_that_is_altered_is_found),
        TEST(values_that_no_entry_can_have_are_found),
        TEST(the_first_of_many_is_named),
        TEST(an_entry_that_is_deleted_is_missing),
        TEST(an_entry_that_is_taken_out_and_the_rest_renumbered_is_missing),
        TEST(an_entry_that_is_put_in_is_named),
        TEST(an_entry_that_is_put_in_and_hashed_as_it_should_is_named),
        TEST(entries_that_changed_places_are_named),
        TEST(a_ledger_that_is_cut_short_is_found_by_what_went_by_it),
        TEST(only_a_checkpoint_finds_a_ledger_that_was_cut_with_all_that_went_by_it),
        TEST(only_a_checkpoint_finds_a_tail_that_was_hashed_anew),
        TEST(a_rewound_backup_is_found_by_its_checkpoint_also_when_it_went_on),
        TEST(two_histories_that_are_spliced_are_named),
    };
    return cmocka_run_group_tests(tests, tamper_open, tamper_close);
}
