/*
 * tests/unit/test_tamper: whatever is done to the ledger's rows with a shell on the database is
 * found, and named: where, and how.
 */
#include <sqlite3.h>
#include <string.h>

#include "crypto/chain.h"
#include "service/erase.h"
#include "store/wordings.h"
#include "unit/tamper_support.h"

#define sql_of(...) arena_printf(tamper_site.arena, __VA_ARGS__)

/* An entry in the middle, of a person with entries before and after it. */
static long long middle(void)
{
    return (long long)site_head(&tamper_site).value - TAMPER_PEOPLE - 3;
}

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
    const long long at = middle();
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        tamper(
            sql_of("UPDATE entry SET %s = %s + 1 WHERE position = %lld", fields[i], fields[i], at));
        tamper_expect(LEDGER_ALTERED, at);
        tamper_undo();
    }
    static const char *const blobs[] = {
        "proof = x'0102030405060708'", "proof = x'73657373696f'", "proof = x''",
        "private_hash = zeroblob(32)", "private_hash = NULL",     "private_hash = randomblob(32)",
        "hash = randomblob(32)"};
    for (size_t i = 0; i < sizeof blobs / sizeof *blobs; i++) {
        tamper(sql_of("UPDATE entry SET %s WHERE position = %lld", blobs[i], at));
        tamper_expect(LEDGER_ALTERED, at);
        tamper_undo();
    }
    tamper_expect_whole(NULL);
}

static void values_that_no_entry_can_have_are_found(void **state)
{
    (void)state;
    const long long at = middle();
    tamper(sql_of("UPDATE entry SET actor = 4711 WHERE position = %lld", at));
    tamper_expect(LEDGER_ALTERED, at);
    tamper_undo();
    tamper(sql_of("UPDATE entry SET wording = 1 << 40, kind = -1 WHERE position = %lld", at));
    tamper_expect(LEDGER_ALTERED, at);
    tamper_undo();
    tamper("UPDATE entry SET status_after = 300 WHERE position = 1");
    tamper_expect(LEDGER_ALTERED, 1);
}

static void the_first_of_many_is_named(void **state)
{
    (void)state;
    tamper(sql_of("UPDATE entry SET at = at + 60 WHERE position IN (5, 9, %lld)", middle()));
    tamper_expect(LEDGER_ALTERED, 5);
    assert_int_equal(tamper_verify(&tamper_site, NULL).tally.count[LEDGER_ALTERED], 3);
}

static void an_entry_that_is_deleted_is_missing(void **state)
{
    (void)state;
    const long long at = middle();
    tamper(sql_of("DELETE FROM entry WHERE position = %lld", at));
    tamper_expect(LEDGER_MISSING, at);
    tamper_undo();
    tamper(sql_of("DELETE FROM entry WHERE position BETWEEN %lld AND %lld", at, at + 4));
    tamper_expect(LEDGER_MISSING, at);
    assert_int_equal(tamper_verify(&tamper_site, NULL).tally.count[LEDGER_ALTERED], 0);
    tamper_undo();
    tamper("DELETE FROM entry WHERE position = 1");
    tamper_expect(LEDGER_MISSING, 1);
}

/* All behind it moves by that many places, as if nothing had been there. */
static const char *shift(long long behind, int by)
{
    return sql_of("UPDATE entry SET position = -position WHERE position > %lld;"
                  "UPDATE entry SET position = %d - position WHERE position < 0",
                  behind, by);
}

static void an_entry_that_is_taken_out_and_the_rest_renumbered_is_missing(void **state)
{
    (void)state;
    const long long at = middle();
    tamper(sql_of("DELETE FROM entry WHERE position = %lld; %s", at, shift(at, -1)));
    tamper_expect(LEDGER_MISSING, at);
    tamper_undo();
    tamper(sql_of("DELETE FROM entry WHERE position IN (%lld, %lld); %s", at, at + 1,
                  shift(at + 1, -2)));
    tamper_expect(LEDGER_MISSING, at);
}

#define COPY_AS                                                                                    \
    "INSERT INTO entry SELECT %lld, at, kind, contact, subject, previous, undoes, status_before,"  \
    " status_after, choices_before, choices_after, paused_before, paused_after, actor, actor_id,"  \
    " proof_kind, proof, wording, leave_reason, private_hash, hash, daily_before, daily_after,"    \
    " weekly_before, weekly_after FROM saved_entry WHERE position = %lld"

static void an_entry_that_is_put_in_is_named(void **state)
{
    (void)state;
    const long long at = middle();
    tamper(sql_of("%s; " COPY_AS, shift(at - 1, 1), at, at - 4));
    tamper_expect(LEDGER_INSERTED, at);
}

/* Hashes the entries from position on anew, as one who knows the format can. */
static void rehash(int64_t from, int64_t last)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *update = NULL;
    uint8_t hash[LEDGER_HASH_BYTES];
    memcpy(hash, site_entry(&tamper_site, (struct position){from - 1}).hash, sizeof hash);
    tamper("CREATE TABLE opened (x)");
    assert_int_equal(site_sql(&tamper_site, "DROP TRIGGER entry_is_never_updated"), 0);
    assert_int_equal(sqlite3_open(tamper_site.conf.db_path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "UPDATE entry SET hash = ? WHERE position = ?", -1, &update, NULL),
        SQLITE_OK);
    for (int64_t at = from; at <= last; at++) {
        const struct entry entry = site_entry(&tamper_site, (struct position){at});
        chain_hash(&entry, hash, hash);
        sqlite3_bind_blob(update, 1, hash, sizeof hash, SQLITE_TRANSIENT);
        sqlite3_bind_int64(update, 2, at);
        assert_int_equal(sqlite3_step(update), SQLITE_DONE);
        sqlite3_reset(update);
    }
    sqlite3_finalize(update);
    sqlite3_close(db);
    assert_int_equal(site_sql(&tamper_site,
                              "DROP TABLE opened;"
                              "CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry\n"
                              "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"),
                     0);
}

static void an_entry_that_is_put_in_and_hashed_as_it_should_is_named(void **state)
{
    (void)state;
    const long long at = middle();
    tamper(sql_of("%s; " COPY_AS, shift(at - 1, 1), at, at - 4));
    rehash(at, at);
    tamper_expect(LEDGER_INSERTED, at);
}

static const char *swap(long long left, long long right)
{
    return sql_of("UPDATE entry SET position = -1 WHERE position = %lld;"
                  "UPDATE entry SET position = %lld WHERE position = %lld;"
                  "UPDATE entry SET position = %lld WHERE position = -1",
                  left, left, right, right);
}

static void entries_that_changed_places_are_named(void **state)
{
    (void)state;
    const long long at = middle();
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
    tamper(sql_of("DELETE FROM entry WHERE position = %lld", head));
    tamper_expect(LEDGER_CUT_SHORT, head);
    tamper_undo();
    tamper(sql_of("DELETE FROM entry WHERE position > %lld", head - 5));
    tamper_expect(LEDGER_CUT_SHORT, head - 4);
    tamper_undo();
    /* People's rows put back as well: their private texts tell. */
    tamper(sql_of("UPDATE contact SET head = (SELECT previous FROM entry WHERE position = head),"
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
    tamper(sql_of("DELETE FROM checkpoint; DELETE FROM entry_private WHERE position = %lld;"
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
    const char *early = sql_of("%s", tamper_checkpoint(&tamper_site));
    site_add(&tamper_site, "later@example.org", NEWSLETTER);
    const char *both = sql_of("%s\n%s", early, tamper_checkpoint(&tamper_site));
    tamper_expect_whole(both);
    tamper(sql_of("DELETE FROM checkpoint; UPDATE entry SET at = at - 86400 WHERE position = %lld",
                  head + 1));
    rehash(head + 1, head + 1);
    tamper_expect_whole(NULL);
    tamper_expect_whole(early);
    tamper_expect_with(both, LEDGER_REWRITTEN, head + 1);
    const struct ledger_report report = tamper_verify(&tamper_site, both);
    assert_int_equal(report.tally.first[LEDGER_REWRITTEN].other.value, head);
    assert_int_equal(report.checkpoint.value, head);
    tamper(sql_of("UPDATE entry SET at = at - 86400 WHERE position = %lld", middle()));
    rehash(middle(), head + 1);
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
    assert_int_equal(site_sql(&tamper_site, sql_of("VACUUM INTO '%s'", path)), 0);
    site_add(&tamper_site, "after@example.org", NEWSLETTER);
    site_add(&tamper_site, "more@example.org", NEWSLETTER);
    const char *note = sql_of("%s", tamper_checkpoint(&tamper_site));
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
        site_add(&backup, sql_of("other%d@example.org", i), MARKETING);
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
    const long long at = middle();
    assert_int_equal(site_sql(&other, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
    site_close(&other);
    assert_int_equal(site_sql(&tamper_site, sql_of("ATTACH '%s' AS other; CREATE TABLE theirs AS "
                                                   "SELECT * FROM other.entry; DETACH other",
                                                   other.conf.db_path)),
                     0);
    tamper(sql_of("DELETE FROM entry WHERE position >= %lld;"
                  "INSERT INTO entry SELECT * FROM theirs WHERE position >= %lld",
                  at, at));
    tamper_expect(LEDGER_SPLICED, at);
}

static void private_texts_that_were_altered_or_removed_are_found(void **state)
{
    static const char *const changes[] = {
        "note = 'she said yes'",
        "address = '203.0.113.9'",
        "agent = 'Other/2.0'",
        "campaign = 'spring'",
        "note = NULL",
        "address = NULL, agent = NULL",
        "salt = randomblob(16)",
        "client_salt = NULL",
        "client_hash = randomblob(32), client_salt = NULL, address = NULL, agent = NULL"};
    (void)state;
    const long long at = middle();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        tamper(sql_of("UPDATE entry_private SET %s WHERE position = %lld", changes[i], at));
        tamper_expect(LEDGER_PRIVATE_ALTERED, at);
        tamper_undo();
    }
    tamper(sql_of("DELETE FROM entry_private WHERE position = %lld", at));
    tamper_expect(LEDGER_PRIVATE_MISSING, at);
    tamper_undo();
    struct entry bare = {.kind = ENTRY_SETTING};
    const struct origin nobody = {.actor = ACTOR_SYSTEM};
    struct txn *txn = site_begin(&tamper_site);
    assert_int_equal(change_record(&tamper_site.service, txn, &bare, &nobody), STATUS_OK);
    site_commit(txn);
    tamper_expect_whole(NULL);
    tamper(sql_of("INSERT INTO entry_private (position, salt, note) VALUES (%lld, randomblob(16),"
                  " 'put in later')",
                  (long long)bare.position.value));
    tamper_expect(LEDGER_PRIVATE_ALTERED, bare.position.value);
}

static void texts_that_were_altered_or_removed_are_found(void **state)
{
    static const struct {
        const char *sql;
        enum ledger_damage damage;
    } cases[] = {
        {"UPDATE wording_text SET text = replace(text, 'Newsletter', 'Offers')"
         " WHERE text LIKE 'newsletter.name = Newsletter%'",
         LEDGER_WORDING_ALTERED},
        {"UPDATE wording_set SET hash = randomblob(32)", LEDGER_WORDING_ALTERED},
        {"UPDATE wording_set SET position = position + 1", LEDGER_WORDING_ALTERED},
        {"DELETE FROM wording_text WHERE text LIKE 'join.title%'", LEDGER_WORDING_MISSING},
        {"DELETE FROM wording_set", LEDGER_WORDING_MISSING},
    };
    struct wording_set set;
    (void)state;
    assert_int_equal(wordings_newest(tamper_site.service.store, &set), STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tamper(cases[i].sql);
        tamper_expect(cases[i].damage, set.position.value);
        tamper_undo();
    }
}

static void a_row_that_disagrees_with_its_newest_entry_is_found(void **state)
{
    static const char *const changes[] = {"status = 0, choices = 0", "choices = choices | 8192",
                                          "paused_until = 5000000000", "daily = 2", "weekly = 4"};
    (void)state;
    const struct contact person = site_get(&tamper_site, tamper_people[3].id);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        tamper(sql_of("UPDATE contact SET %s WHERE id = %lld", changes[i],
                      (long long)person.id.value));
        tamper_expect(LEDGER_PERSON_ALTERED, person.head.value);
        const struct ledger_report report = tamper_verify(&tamper_site, NULL);
        assert_true(report.tally.first[LEDGER_PERSON_ALTERED].person.value ==
                    person.public_id.value);
        tamper_undo();
    }
    tamper(sql_of("UPDATE contact SET head = %lld WHERE id = %lld",
                  (long long)site_get(&tamper_site, tamper_people[2].id).head.value,
                  (long long)person.id.value));
    const struct ledger_report report = tamper_verify(&tamper_site, NULL);
    assert_int_equal(report.tally.count[LEDGER_PERSON_ALTERED], 1);
    assert_int_equal(report.tally.first[LEDGER_PERSON_MISSING].position.value, person.head.value);
}

/* The nicest fraud: a no is forgotten, and the row goes by the yes before it. */
static void a_row_put_back_to_an_earlier_entry_is_found(void **state)
{
    (void)state;
    const struct contact person = site_get(&tamper_site, tamper_people[3].id);
    const struct entry newest = site_entry(&tamper_site, person.head);
    tamper(sql_of("UPDATE contact SET head = %lld, choices = %lld WHERE id = %lld",
                  (long long)newest.previous.value, (long long)newest.choices_before,
                  (long long)person.id.value));
    tamper_expect(LEDGER_PERSON_BEHIND, newest.previous.value);
    const struct ledger_report report = tamper_verify(&tamper_site, NULL);
    assert_int_equal(report.tally.first[LEDGER_PERSON_MISSING].position.value, person.head.value);
}

static void a_row_that_is_gone_without_an_erasure_is_found(void **state)
{
    (void)state;
    const struct contact person = site_get(&tamper_site, tamper_people[5].id);
    tamper(sql_of("DELETE FROM contact WHERE id = %lld", (long long)person.id.value));
    tamper_expect(LEDGER_PERSON_MISSING, person.head.value);
}

static void entries_of_a_person_that_do_not_hang_together_are_found(void **state)
{
    (void)state;
    const struct position head = site_head(&tamper_site);
    const struct entry newest = site_entry(&tamper_site, head);
    static const char *const changes[] = {"previous = 0", "previous = previous - 1",
                                          "previous = position", "previous = -7",
                                          "choices_before = choices_before + 1"};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        tamper(
            sql_of("UPDATE entry SET %s WHERE position = %lld", changes[i], (long long)head.value));
        rehash(head.value, head.value);
        const struct ledger_report report = tamper_verify(&tamper_site, NULL);
        assert_int_equal(report.tally.first[LEDGER_UNLINKED].position.value, head.value);
        tamper_undo();
    }
    /* Two that both go on from one. */
    tamper(sql_of(COPY_AS, (long long)head.value + 1, (long long)head.value));
    rehash(head.value + 1, head.value + 1);
    const struct ledger_report report = tamper_verify(&tamper_site, NULL);
    assert_int_equal(report.tally.first[LEDGER_UNLINKED].position.value, head.value + 1);
    assert_int_equal(report.tally.first[LEDGER_UNLINKED].other.value, newest.previous.value);
}

static void triggers_that_are_gone_or_do_nothing_are_told(void **state)
{
    (void)state;
    assert_int_equal(site_sql(&tamper_site, "DROP TRIGGER entry_is_never_updated"), 0);
    tamper_expect(LEDGER_UNGUARDED, 0);
    assert_int_equal(site_sql(&tamper_site,
                              "CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry\n"
                              "WHEN 0 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"),
                     0);
    tamper_expect(LEDGER_UNGUARDED, 0);
}

static void checkpoints_that_were_altered_or_are_of_another_installation_are_told(void **state)
{
    struct site other;
    (void)state;
    const long long head = site_head(&tamper_site).value;
    const char *note = sql_of("%s", tamper_checkpoint(&tamper_site));
    char *altered = arena_strdup(tamper_site.arena, note);
    memcpy(strchr(altered, '\n') + 1, "1", 1);
    struct ledger_report report = tamper_verify(&tamper_site, altered);
    assert_int_equal(report.tally.count[LEDGER_CHECKPOINT_FORGED], 1);
    tamper(sql_of("UPDATE checkpoint SET note = replace(note, '\n%lld\n', '\n1\n')", head));
    report = tamper_verify(&tamper_site, NULL);
    assert_true(report.tally.count[LEDGER_CHECKPOINT_FORGED] != 0);
    tamper("UPDATE checkpoint SET note = 'all is well', position = 3");
    tamper_expect(LEDGER_CHECKPOINT_FORGED, 3);
    tamper("DELETE FROM checkpoint");
    tamper_expect_whole(note);
    site_open(&other);
    tamper_expect_with(tamper_checkpoint(&other), LEDGER_CHECKPOINT_FOREIGN,
                       site_head(&other).value);
    site_close(&other);
}

static void an_erased_person_leaves_a_whole_ledger(void **state)
{
    (void)state;
    struct txn *txn = site_begin(&tamper_site);
    const struct contact person = site_get(&tamper_site, tamper_people[1].id);
    const struct origin origin = site_origin(ACTOR_ADMIN, 1);
    struct position position;
    assert_int_equal(erase_person(&tamper_site.service, txn, tamper_site.arena, &person, &origin,
                                  NULL, &position),
                     STATUS_OK);
    site_commit(txn);
    tamper_expect_whole(NULL);
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
        TEST(private_texts_that_were_altered_or_removed_are_found),
        TEST(texts_that_were_altered_or_removed_are_found),
        TEST(a_row_that_disagrees_with_its_newest_entry_is_found),
        TEST(a_row_put_back_to_an_earlier_entry_is_found),
        TEST(a_row_that_is_gone_without_an_erasure_is_found),
        TEST(entries_of_a_person_that_do_not_hang_together_are_found),
        TEST(triggers_that_are_gone_or_do_nothing_are_told),
        TEST(checkpoints_that_were_altered_or_are_of_another_installation_are_told),
        TEST(an_erased_person_leaves_a_whole_ledger),
    };
    return cmocka_run_group_tests(tests, tamper_open, tamper_close);
}
