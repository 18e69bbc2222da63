/*
 * Unit test of service/change: an edit of details is taken back from its words in the ledger, by
 * whoever made it, whole or not at all.
 */
#include <sqlite3.h>
#include <string.h>

#include "base/clock.h"
#include "service/change.h"
#include "store/contacts.h"
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

static struct change edit_of(struct contact_id id, int64_t admin)
{
    return (struct change){
        .kind = ENTRY_DETAILS, .contact = id, .origin = site_origin(ACTOR_ADMIN, admin)};
}

static struct position rename_to(struct contact_id id, const char *name)
{
    struct change change = edit_of(id, 1);
    change.name = name;
    struct change_result result = site_change(&site, &change);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    return result.position;
}

static struct change_result undo(struct contact_id id, struct position position, int64_t admin)
{
    struct change change = edit_of(id, admin);
    change.kind = ENTRY_UNDONE;
    change.undoes = position;
    return site_change(&site, &change);
}

static struct contact get(struct contact_id id)
{
    struct contact contact;
    assert_int_equal(contacts_get(site.service.store, site.arena, id, &contact), STATUS_OK);
    return contact;
}

static struct position undoable(struct contact_id id, int64_t admin)
{
    const struct contact contact = get(id);
    const struct origin origin = site_origin(ACTOR_ADMIN, admin);
    struct position position;
    assert_int_equal(change_details_undoable(&site.service, site.arena, &contact, &origin,
                                             clock_now_s(), &position),
                     STATUS_OK);
    return position;
}

static void a_rename_is_taken_back_once_by_who_made_it(void **state)
{
    const struct contact ada = site_add(&site, "ada@example.org", NEWSLETTER);
    const struct position position = rename_to(ada.id, "Ada → Lovelace");
    assert_int_equal(undoable(ada.id, 1).value, position.value);
    assert_int_equal(undoable(ada.id, 2).value, 0);
    assert_int_equal(undo(ada.id, position, 2).verdict, CHANGE_UNDO_TOO_LATE);
    assert_int_equal(undo(ada.id, position, 1).verdict, CHANGE_APPLIED);
    assert_string_equal(get(ada.id).name, ada.name);
    assert_string_equal(get(ada.id).name_key, ada.name_key);
    const struct entry entry = site_entry(&site, site_head(&site));
    assert_int_equal(entry.kind, ENTRY_UNDONE);
    assert_int_equal(entry.undoes.value, position.value);
    assert_non_null(strstr(entry.private.note, "name: Ada → Lovelace → "));
    assert_int_equal(undo(ada.id, position, 1).verdict, CHANGE_UNCHANGED);
    assert_int_equal(undoable(ada.id, 1).value, 0);
    site_check_ledger(&site);
}

static void name_type_and_language_go_back_together(void **state)
{
    const struct contact ada = site_add(&site, "ada@example.org", NEWSLETTER);
    struct change change = edit_of(ada.id, 1);
    change.name = "";
    change.language = "de";
    change.sets_type = true;
    change.type = TYPE_FRANCHISEE;
    const struct position position = site_change(&site, &change).position;
    assert_string_equal(get(ada.id).name, "");
    assert_int_equal(undo(ada.id, position, 1).verdict, CHANGE_APPLIED);
    const struct contact back = get(ada.id);
    assert_string_equal(back.name, ada.name);
    assert_string_equal(back.language, ada.language);
    assert_int_equal(back.type, ada.type);
    assert_int_equal(back.choices, ada.choices);
    site_check_ledger(&site);
}

static void a_name_of_before_that_looks_like_words_of_ours_comes_back_as_it_was(void **state)
{
    static const char *const names[] = {"A → B", "name: A → B", "type: Client → Partner",
                                        "→",     " → ",         "B"};
    const struct contact ada = site_add(&site, "ada@example.org", NEWSLETTER);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        rename_to(ada.id, names[i]);
        const char *stored = get(ada.id).name;
        const struct position position = rename_to(ada.id, "Someone Else");
        assert_int_equal(undo(ada.id, position, 1).verdict, CHANGE_APPLIED);
        assert_string_equal(get(ada.id).name, stored);
    }
}

static void what_came_since_or_the_hour_ends_it(void **state)
{
    const struct contact ada = site_add(&site, "ada@example.org", NEWSLETTER);
    struct position position = rename_to(ada.id, "One");
    rename_to(ada.id, "Two");
    assert_int_equal(undo(ada.id, position, 1).verdict, CHANGE_UNDO_TOO_LATE);
    position = rename_to(ada.id, "Three");
    struct change off = edit_of(ada.id, 1);
    off.kind = ENTRY_CHOICES;
    off.turn_off = NEWSLETTER;
    site_change(&site, &off);
    assert_int_equal(undo(ada.id, position, 1).verdict, CHANGE_UNDO_TOO_LATE);
    position = rename_to(ada.id, "Four");
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_int_equal(undoable(ada.id, 1).value, 0);
    assert_int_equal(undo(ada.id, position, 1).verdict, CHANGE_UNDO_TOO_LATE);
    clock_shift_s(-UNDO_WINDOW_S - 1);
    assert_string_equal(get(ada.id).name, "Four");
}

/* Another mailbox, and words that were blanked: nothing is guessed. */
static void an_address_or_blanked_words_are_not_taken_back(void **state)
{
    const struct contact ada = site_add(&site, "ada@example.org", NEWSLETTER);
    struct change change = edit_of(ada.id, 1);
    change.name = "Ada L.";
    change.email = change.email_key = "ada@new.example";
    struct position position = site_change(&site, &change).position;
    assert_int_equal(undoable(ada.id, 1).value, 0);
    assert_int_equal(undo(ada.id, position, 1).verdict, CHANGE_UNDO_TOO_LATE);
    position = rename_to(ada.id, "Erased");
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(site.conf.db_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE entry_private SET note = NULL", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(undoable(ada.id, 1).value, 0);
    assert_int_equal(undo(ada.id, position, 1).verdict, CHANGE_UNDO_TOO_LATE);
    assert_string_equal(get(ada.id).name, "Erased");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rename_is_taken_back_once_by_who_made_it),
        TEST(name_type_and_language_go_back_together),
        TEST(a_name_of_before_that_looks_like_words_of_ours_comes_back_as_it_was),
        TEST(what_came_since_or_the_hour_ends_it),
        TEST(an_address_or_blanked_words_are_not_taken_back),
    };
    return cmocka_run_group_tests_name("change_details", tests, NULL, NULL);
}
