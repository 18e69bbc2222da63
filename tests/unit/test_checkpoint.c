/*
 * tests/unit/test_checkpoint: the ledger's head is signed every so many entries, every day and on
 * request; the file holds what the database holds; a note with anything altered is none.
 */
#include "unit/site.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "service/ledger_checkpoint.h"
#include "store/entries.h"

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

static bool make(bool at_once)
{
    struct txn *txn = site_begin(&site);
    bool made = false;
    assert_int_equal(
        ledger_checkpoint_make(&site.service, txn, site.arena, clock_now_s(), at_once, &made),
        STATUS_OK);
    site_commit(txn);
    return made;
}

static struct checkpoint_row newest(void)
{
    struct checkpoint_row row = {0};
    assert_int_equal(ledger_checkpoint_newest(&site.service, site.arena, &row), STATUS_OK);
    return row;
}

static void write_up_to(int64_t position)
{
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        ledger_checkpoint_write(&site.service, txn, site.arena, (struct position){position}),
        STATUS_OK);
    site_commit(txn);
}

static const char *file_path(void)
{
    return arena_printf(site.arena, "%s/%s", site.conf.data, CHECKPOINT_FILE);
}

static const char *file_text(void)
{
    char *text = arena_alloc(site.arena, 1 << 16);
    FILE *file = fopen(file_path(), "r");
    if (!file)
        return "";
    text[fread(text, 1, (1 << 16) - 1, file)] = '\0';
    fclose(file);
    return text;
}

static enum checkpoint_fault read_note(const char *note, struct checkpoint *out)
{
    uint8_t key[CHECKPOINT_PUBLIC_BYTES];
    checkpoint_public_key(site.service.secrets, key);
    return checkpoint_read(note, strlen(note), key, out);
}

static void a_note_says_where_the_ledger_is_and_is_signed(void **state)
{
    struct checkpoint read = {0};
    (void)state;
    site_add(&site, "a@example.org", NEWSLETTER);
    assert_true(make(true));
    const struct checkpoint_row row = newest();
    const struct entry head = site_entry(&site, site_head(&site));
    assert_int_equal(read_note(row.note, &read), CHECKPOINT_FINE);
    assert_int_equal(read.position.value, head.position.value);
    assert_memory_equal(read.hash, head.hash, sizeof read.hash);
    assert_int_equal(read.at, row.at);
    assert_false(make(true)); /* nothing new to sign */
}

static void a_note_with_any_byte_altered_is_none(void **state)
{
    struct checkpoint read;
    (void)state;
    assert_true(make(true));
    const char *note = newest().note;
    const size_t len = strlen(note);
    for (size_t i = 0; i < len; i++)
        for (int bit = 0; bit < 8; bit++) {
            char *other = arena_strdup(site.arena, note);
            other[i] = (char)(other[i] ^ (1 << bit));
            assert_int_not_equal(read_note(other, &read), CHECKPOINT_FINE);
        }
    for (size_t cut = 0; cut < len; cut++)
        assert_int_not_equal(read_note(arena_strndup(site.arena, note, cut), &read),
                             CHECKPOINT_FINE);
    assert_int_not_equal(read_note(arena_printf(site.arena, "%s\n", note), &read), CHECKPOINT_FINE);
    assert_int_equal(read_note(note, &read), CHECKPOINT_FINE);
}

static void another_installations_note_is_told_from_a_forged_one(void **state)
{
    struct checkpoint read;
    struct site other;
    char note[CHECKPOINT_NOTE_MAX];
    (void)state;
    assert_true(make(true));
    site_open(&other);
    const struct checkpoint checkpoint = {.position = {3}, .at = clock_now_s()};
    checkpoint_sign(other.service.secrets, &checkpoint, note);
    assert_int_equal(read_note(note, &read), CHECKPOINT_OTHER_KEY);
    char *forged = arena_strdup(site.arena, newest().note);
    memcpy(strchr(forged, '\n') + 1, "9", 1);
    assert_int_equal(read_note(forged, &read), CHECKPOINT_FORGED);
    site_close(&other);
}

static void every_day_has_one_if_it_brought_anything(void **state)
{
    struct ledger_checkpoint_due due;
    (void)state;
    assert_int_equal(ledger_checkpoint_due(&site.service, site.arena, clock_now_s(), &due),
                     STATUS_OK);
    assert_true(due.is_day_over && due.newest.value == 0);
    assert_true(make(false)); /* there was none at all */
    site_add(&site, "a@example.org", NEWSLETTER);
    assert_false(make(false));
    clock_shift_s(LEDGER_CHECKPOINT_DAY_S + 1);
    assert_int_equal(ledger_checkpoint_due(&site.service, site.arena, clock_now_s(), &due),
                     STATUS_OK);
    assert_true(due.is_day_over && due.newest.value == newest().position.value);
    assert_true(make(false));
    clock_shift_s(LEDGER_CHECKPOINT_DAY_S + 1);
    assert_false(make(false)); /* a day without a change */
    clock_shift_s(-2 * (LEDGER_CHECKPOINT_DAY_S + 1));
}

static void every_ten_thousandth_entry_has_one_in_its_own_transaction(void **state)
{
    struct checkpoint read;
    (void)state;
    struct txn *txn = site_begin(&site);
    struct position head;
    uint8_t hash[LEDGER_HASH_BYTES];
    do {
        struct entry entry = {.kind = ENTRY_SETTING};
        const struct origin origin = site_origin(ACTOR_SYSTEM, 0);
        assert_int_equal(change_record(&site.service, txn, &entry, &origin), STATUS_OK);
        assert_int_equal(entries_head(txn, &head, hash), STATUS_OK);
    } while (head.value < LEDGER_CHECKPOINT_EVERY + 5);
    site_commit(txn);
    const struct checkpoint_row row = newest();
    assert_int_equal(row.position.value, LEDGER_CHECKPOINT_EVERY);
    assert_int_equal(read_note(row.note, &read), CHECKPOINT_FINE);
    assert_memory_equal(read.hash, site_entry(&site, row.position).hash, sizeof read.hash);
}

static void the_file_holds_them_all_once_and_comes_back(void **state)
{
    (void)state;
    assert_true(make(true));
    const struct checkpoint_row first = newest();
    site_add(&site, "a@example.org", NEWSLETTER);
    assert_true(make(true));
    const struct checkpoint_row second = newest();
    write_up_to(first.position.value);
    assert_string_equal(file_text(), arena_printf(site.arena, "%s\n", first.note));
    write_up_to(second.position.value);
    write_up_to(second.position.value);
    const char *both = arena_printf(site.arena, "%s\n%s\n", first.note, second.note);
    assert_string_equal(file_text(), both);
    assert_int_equal(unlink(file_path()), 0);
    write_up_to(second.position.value);
    assert_string_equal(file_text(), both);
    /* What a crash cut short goes; what else is in the file stays. */
    assert_int_equal(truncate(file_path(), (off_t)(strlen(both) - 30)), 0);
    write_up_to(second.position.value);
    assert_string_equal(file_text(), both);
}

static void put_file(const char *text)
{
    FILE *file = fopen(file_path(), "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void only_what_was_signed_counts_as_written_in_whatever_order(void **state)
{
    (void)state;
    assert_true(make(true));
    const char *first = newest().note;
    site_add(&site, "a@example.org", NEWSLETTER);
    assert_true(make(true));
    const struct checkpoint_row second = newest();
    char *forged = arena_strdup(site.arena, second.note);
    memcpy(strchr(forged, '\n') + 1, "9", 1);
    const char *turned = arena_printf(site.arena, "%s\n%s\nwords\n%s", second.note, first, forged);
    put_file(turned);
    write_up_to(second.position.value);
    assert_string_equal(file_text(), turned);
    put_file(arena_printf(site.arena, "%s\n%s\n", first, forged));
    write_up_to(second.position.value);
    assert_string_equal(file_text(),
                        arena_printf(site.arena, "%s\n%s\n%s\n", first, forged, second.note));
}

static void nothing_updates_or_deletes_a_checkpoint(void **state)
{
    (void)state;
    assert_true(make(true));
    assert_int_not_equal(site_sql(&site, "UPDATE checkpoint SET at = 1"), 0);
    assert_int_not_equal(site_sql(&site, "DELETE FROM checkpoint"), 0);
    assert_int_equal(newest().position.value, site_head(&site).value);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_note_says_where_the_ledger_is_and_is_signed),
        TEST(a_note_with_any_byte_altered_is_none),
        TEST(another_installations_note_is_told_from_a_forged_one),
        TEST(every_day_has_one_if_it_brought_anything),
        TEST(every_ten_thousandth_entry_has_one_in_its_own_transaction),
        TEST(the_file_holds_them_all_once_and_comes_back),
        TEST(only_what_was_signed_counts_as_written_in_whatever_order),
        TEST(nothing_updates_or_deletes_a_checkpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
