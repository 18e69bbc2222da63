/*
 * Unit test of service/retention: clients go from the ledger when they were kept long enough, and
 * nothing else does; whatever the clock did, however often the work was cut.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/chain.h"
#include "service/record.h"
#include "service/retention.h"
#include "store/entries.h"
#include "unit/site.h"

#define DAY_S INT64_C(86400)

static struct site site;
static int64_t today; /* noon */

static int open_site(void **state)
{
    /* It is eight in the evening: what the setup itself writes comes after noon. */
    const int64_t now_s = clock_now_s();
    clock_shift_s(now_s / DAY_S * DAY_S + DAY_S / 6 * 5 - now_s);
    site_open(&site);
    site_put_setting(&site, "client_days", "30");
    today = now_s / DAY_S * DAY_S + DAY_S / 2;
    return 0;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

/* An entry about nobody, written so many days ago, with a client and a note. */
static struct position add_as(int64_t days_ago, const char *address, const char *note)
{
    const struct origin origin = {
        .actor = ACTOR_OPERATOR, .address = address, .agent = address ? "Mail/1.0" : NULL};
    struct record record = {.entry = {.kind = ENTRY_SETTING, .private = {.note = note}}};
    struct txn *txn = site_begin(&site);
    assert_int_equal(record_prepare(&site.service, txn, &origin, today - days_ago * DAY_S, &record),
                     STATUS_OK);
    assert_int_equal(record_append(txn, &record), STATUS_OK);
    site_commit(txn);
    return record.entry.position;
}

static struct position add(int64_t days_ago)
{
    return add_as(days_ago, "192.0.2.7", "a word");
}

/* The same as it was written before there were two salts. */
static struct position add_older(int64_t days_ago)
{
    static const char note[] = "a word", agent[] = "Mail/1.0";
    struct entry entry = {.at = today - days_ago * DAY_S,
                          .kind = ENTRY_SETTING,
                          .private = {.note = note, .agent = agent},
                          .seal = {.is_kept = true, .salt = {7}}};
    const uint8_t lengths[3][4] = {{0, 0, 0, 6}, {0}, {0, 0, 0, 8}};
    uint8_t previous[LEDGER_HASH_BYTES];
    crypto_generichash_state hash;
    struct txn *txn = site_begin(&site);
    assert_int_equal(entries_head(txn, &entry.position, previous), STATUS_OK);
    entry.position.value++;
    crypto_generichash_init(&hash, secrets_ledger_key(site.service.secrets), 32, 32);
    crypto_generichash_update(&hash, entry.seal.salt, LEDGER_SALT_BYTES);
    crypto_generichash_update(&hash, lengths[0], 4);
    crypto_generichash_update(&hash, (const uint8_t *)note, 6);
    crypto_generichash_update(&hash, lengths[1], 4);
    crypto_generichash_update(&hash, lengths[2], 4);
    crypto_generichash_update(&hash, (const uint8_t *)agent, 8);
    crypto_generichash_final(&hash, entry.private_hash, 32);
    chain_hash(&entry, previous, entry.hash);
    assert_int_equal(entries_append(txn, &entry), STATUS_OK);
    site_commit(txn);
    return entry.position;
}

/* One step as the server does it; whether that was the last for today. */
static bool step(int64_t now_s)
{
    bool is_done = false;
    struct txn *txn = site_begin(&site);
    assert_int_equal(retention_step(&site.service, txn, site.arena, now_s, &is_done), STATUS_OK);
    site_commit(txn);
    return is_done;
}

/* All of a day's work; the number of steps. */
static int run(int64_t now_s)
{
    int steps = 1;
    step(now_s);
    while (!step(now_s + RETENTION_SETTLE_S))
        assert_true(++steps < 1000);
    return steps;
}

static enum chain_private state_of(struct position position)
{
    const struct entry entry = site_entry(&site, position);
    return chain_private_check(&entry, secrets_ledger_key(site.service.secrets));
}

static void expect_blanked(struct position position)
{
    const struct entry entry = site_entry(&site, position);
    assert_null(entry.private.address);
    assert_null(entry.private.agent);
    assert_int_equal(state_of(position), CHAIN_PRIVATE_CLIENT_BLANKED);
}

static void expect_kept(struct position position)
{
    assert_non_null(site_entry(&site, position).private.address);
    assert_int_equal(state_of(position), CHAIN_PRIVATE_FITS);
}

static void clients_go_and_words_stay_and_the_chain_stands(void **state)
{
    const struct position old = add(40), edge = add(31), kept = add(30), young = add(1);
    const int64_t head = site_head(&site).value;
    run(today);
    expect_blanked(old);
    expect_blanked(edge);
    expect_kept(kept);
    expect_kept(young);
    assert_string_equal(site_entry(&site, old).private.note, "a word");
    const struct entry told = site_entry(&site, site_head(&site));
    assert_int_equal(site_head(&site).value, head + 1);
    assert_int_equal(told.kind, ENTRY_BLANKED);
    assert_int_equal(told.actor, ACTOR_SYSTEM);
    assert_int_equal(told.subject, edge.value);
    assert_string_equal(told.private.note, "entries: 2");
    site_check_ledger(&site);
}

static void it_is_told_once_and_nothing_is_told_where_nothing_went(void **state)
{
    add_as(50, NULL, "a word");
    add_as(45, NULL, NULL);
    add(2);
    const int64_t head = site_head(&site).value;
    run(today);
    assert_int_equal(site_head(&site).value, head);
    run(today + DAY_S);
    run(today + DAY_S);
    assert_int_equal(site_head(&site).value, head);
    run(today + 40 * DAY_S);
    assert_int_equal(site_head(&site).value, head + 1);
    run(today + 41 * DAY_S);
    assert_int_equal(site_head(&site).value, head + 1);
}

static void altered_words_are_found_after_the_client_went(void **state)
{
    const struct position old = add(40);
    run(today);
    struct entry entry = site_entry(&site, old);
    entry.private.note = "another word";
    assert_int_equal(chain_private_check(&entry, secrets_ledger_key(site.service.secrets)),
                     CHAIN_PRIVATE_ALTERED);
}

static void an_entry_of_the_older_form_is_marked_and_not_called_altered(void **state)
{
    const struct position old = add_older(40);
    assert_int_equal(state_of(old), CHAIN_PRIVATE_FITS);
    run(today);
    assert_null(site_entry(&site, old).private.agent);
    assert_string_equal(site_entry(&site, old).private.note, "a word");
    assert_int_equal(state_of(old), CHAIN_PRIVATE_UNPROVEN);
    site_check_ledger(&site);
}

static void many_go_in_bounded_steps_and_a_cut_loses_nothing(void **state)
{
    enum { MANY = 3 * RETENTION_BLANK + 20 };
    const struct position first = add(40);
    for (int i = 1; i < MANY; i++)
        add(40);
    const struct position young = add(3);
    step(today);
    const int64_t now_s = today + RETENTION_SETTLE_S;
    assert_false(step(now_s));
    expect_blanked((struct position){first.value + RETENTION_BLANK - 1});
    expect_kept((struct position){first.value + RETENTION_BLANK});
    site_reopen(&site);
    struct txn *txn = site_begin(&site); /* a step that never was written */
    bool is_done;
    assert_int_equal(retention_step(&site.service, txn, site.arena, now_s, &is_done), STATUS_OK);
    txn_rollback(txn);
    site_reopen(&site);
    int steps = 1;
    while (!step(now_s))
        steps++;
    assert_int_equal(steps, 4);
    expect_blanked((struct position){young.value - 1});
    expect_kept(young);
    const struct entry told = site_entry(&site, site_head(&site));
    assert_int_equal(told.subject, young.value - 1);
    assert_string_equal(told.private.note, arena_printf(site.arena, "entries: %d", MANY));
    site_check_ledger(&site);
}

static void a_clock_that_jumped_back_takes_nothing_before_its_time(void **state)
{
    const struct position old = add(40), young = add(5), jumped = add(20000), after = add(4);
    run(today);
    expect_blanked(old);
    expect_kept(young);
    expect_kept(jumped);
    run(today + 26 * DAY_S);
    expect_blanked(young);
    expect_blanked(jumped);
    expect_kept(after);
}

static void an_entry_of_the_future_holds_nothing_up_and_goes_with_its_neighbours(void **state)
{
    const struct position old = add(40), ahead = add(-900), next = add(35), last = add(-900);
    run(today);
    expect_blanked(old);
    expect_blanked(ahead);
    expect_blanked(next);
    expect_kept(last); /* nothing says how old it is */
    const struct position young = add(2);
    run(today + DAY_S);
    expect_kept(last);
    run(today + 31 * DAY_S);
    expect_blanked(last);
    expect_blanked(young);
}

static void a_clock_that_is_wrong_for_a_moment_blanks_nothing(void **state)
{
    const struct position young = add(5);
    assert_true(step(today));
    assert_true(step(today + RETENTION_SETTLE_S));
    assert_true(step(today + 4000 * DAY_S));
    assert_true(step(today + 2 * RETENTION_SETTLE_S));
    assert_true(step(today + 4000 * DAY_S));
    expect_kept(young);
}

static void a_shorter_time_reaches_back_and_a_longer_one_brings_nothing_back(void **state)
{
    const struct position one = add(20), two = add(10);
    run(today);
    expect_kept(one);
    site_put_setting(&site, "client_days", "15");
    run(today);
    expect_blanked(one);
    expect_kept(two);
    site_put_setting(&site, "client_days", "3650");
    run(today + DAY_S);
    expect_blanked(one);
    expect_kept(two);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(clients_go_and_words_stay_and_the_chain_stands),
        TEST(it_is_told_once_and_nothing_is_told_where_nothing_went),
        TEST(altered_words_are_found_after_the_client_went),
        TEST(an_entry_of_the_older_form_is_marked_and_not_called_altered),
        TEST(many_go_in_bounded_steps_and_a_cut_loses_nothing),
        TEST(a_clock_that_jumped_back_takes_nothing_before_its_time),
        TEST(an_entry_of_the_future_holds_nothing_up_and_goes_with_its_neighbours),
        TEST(a_clock_that_is_wrong_for_a_moment_blanks_nothing),
        TEST(a_shorter_time_reaches_back_and_a_longer_one_brings_nothing_back),
    };
    return cmocka_run_group_tests_name("retention", tests, NULL, NULL);
}
