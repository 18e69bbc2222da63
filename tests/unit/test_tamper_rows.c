/*
 * tests/unit/test_tamper_rows: whatever is done with a shell on the database to what stands beside
 * the ledger's entries (private texts, wordings, people, triggers, checkpoints) is found, and
 * named.
 */
#include <string.h>

#include "service/erase.h"
#include "store/wordings.h"
#include "unit/tamper_support.h"

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
    const long long at = tamper_middle();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        tamper(tamper_sql("UPDATE entry_private SET %s WHERE position = %lld", changes[i], at));
        tamper_expect(LEDGER_PRIVATE_ALTERED, at);
        tamper_undo();
    }
    tamper(tamper_sql("DELETE FROM entry_private WHERE position = %lld", at));
    tamper_expect(LEDGER_PRIVATE_MISSING, at);
    tamper_undo();
    struct entry bare = {.kind = ENTRY_SETTING};
    const struct origin nobody = {.actor = ACTOR_SYSTEM};
    struct txn *txn = site_begin(&tamper_site);
    assert_int_equal(change_record(&tamper_site.service, txn, &bare, &nobody), STATUS_OK);
    site_commit(txn);
    tamper_expect_whole(NULL);
    tamper(
        tamper_sql("INSERT INTO entry_private (position, salt, note) VALUES (%lld, randomblob(16),"
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
        tamper(tamper_sql("UPDATE contact SET %s WHERE id = %lld", changes[i],
                          (long long)person.id.value));
        tamper_expect(LEDGER_PERSON_ALTERED, person.head.value);
        const struct ledger_report report = tamper_verify(&tamper_site, NULL);
        assert_true(report.tally.first[LEDGER_PERSON_ALTERED].person.value ==
                    person.public_id.value);
        tamper_undo();
    }
    tamper(tamper_sql("UPDATE contact SET head = %lld WHERE id = %lld",
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
    tamper(tamper_sql("UPDATE contact SET head = %lld, choices = %lld WHERE id = %lld",
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
    tamper(tamper_sql("DELETE FROM contact WHERE id = %lld", (long long)person.id.value));
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
        tamper(tamper_sql("UPDATE entry SET %s WHERE position = %lld", changes[i],
                          (long long)head.value));
        tamper_rehash(head.value, head.value);
        const struct ledger_report report = tamper_verify(&tamper_site, NULL);
        assert_int_equal(report.tally.first[LEDGER_UNLINKED].position.value, head.value);
        tamper_undo();
    }
    /* Two that both go on from one. */
    tamper(tamper_sql(TAMPER_COPY_AS, (long long)head.value + 1, (long long)head.value));
    tamper_rehash(head.value + 1, head.value + 1);
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
    const char *note = tamper_sql("%s", tamper_checkpoint(&tamper_site));
    char *altered = arena_strdup(tamper_site.arena, note);
    memcpy(strchr(altered, '\n') + 1, "1", 1);
    struct ledger_report report = tamper_verify(&tamper_site, altered);
    assert_int_equal(report.tally.count[LEDGER_CHECKPOINT_FORGED], 1);
    tamper(tamper_sql("UPDATE checkpoint SET note = replace(note, '\n%lld\n', '\n1\n')", head));
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
