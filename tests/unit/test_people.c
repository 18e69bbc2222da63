/*
 * The list of people as admins see it: its pages, orders, search and export.
 */
#include <string.h>

#include "base/clock.h"
#include "unit/desk_support.h"

static void the_list_pages_both_ways(void **state)
{
    for (int i = 0; i < 120; i++)
        site_add(&desk_site, arena_printf(desk_site.arena, "p%03d@example.org", i), NEWSLETTER);
    struct people_query query = desk_everyone();
    struct people_list page = desk_list(&query);
    assert_int_equal(page.matches, 120);
    assert_int_equal(page.rows_count, PEOPLE_PAGE_ROWS);
    assert_int_equal(page.first, 1);
    assert_int_equal(page.last, 50);
    assert_null(page.previous_cursor);
    assert_int_equal(page.cards.total, 120);
    assert_int_equal(page.cards.subscribed, 120);
    assert_int_equal(page.topics_in_use, 4);
    assert_int_equal(page.rows[0].choices_on, 1);

    query.cursor = page.next_cursor;
    query.first = 51;
    page = desk_list(&query);
    assert_string_equal(page.rows[0].email, "p050@example.org");
    assert_int_equal(page.first, 51);
    query.cursor = page.next_cursor;
    query.first = 0;
    page = desk_list(&query);
    assert_int_equal(page.rows_count, 20);
    assert_int_equal(page.first, 101); /* the last page counts from the end */
    assert_int_equal(page.last, 120);
    assert_null(page.next_cursor);

    query.cursor = page.previous_cursor;
    query.is_backward = true;
    page = desk_list(&query);
    assert_string_equal(page.rows[0].email, "p050@example.org");
    assert_string_equal(page.rows[49].email, "p099@example.org");
    query.cursor = page.previous_cursor;
    page = desk_list(&query);
    assert_string_equal(page.rows[0].email, "p000@example.org");
    assert_int_equal(page.first, 1);
}

static void every_sort_order_has_its_cursor(void **state)
{
    for (int i = 0; i < 60; i++)
        site_add(&desk_site, arena_printf(desk_site.arena, "p%03d@example.org", i), 0);
    for (int sort = 0; sort < DIRECTORY_SORT_COUNT; sort++) {
        for (int down = 0; down < 2; down++) {
            struct people_query query = desk_everyone();
            query.sort = (enum directory_sort)sort;
            query.is_descending = down == 1;
            struct people_list page = desk_list(&query);
            assert_int_equal(page.rows_count, 50);
            char seen[PUBLIC_ID_TEXT_BYTES];
            memcpy(seen, page.rows[49].public_id, sizeof seen);
            query.cursor = page.next_cursor;
            page = desk_list(&query);
            assert_int_equal(page.rows_count, 10);
            assert_string_not_equal(page.rows[0].public_id, seen);
            for (int other = 0; other < DIRECTORY_SORT_COUNT; other++) {
                struct people_list ignored;
                query.sort = (enum directory_sort)other;
                assert_int_equal(people_list(&desk_site.service, desk_site.arena, &query,
                                             clock_now_s(), &ignored),
                                 other == sort ? STATUS_OK : STATUS_INVALID);
            }
        }
    }
}

static void a_foreign_cursor_is_refused(void **state)
{
    static const char *const cursors[] = {
        "x", "!!!!", "AAAA", "bgAAAAAAAAAB_yg", "ZQ==", "../../etc/passwd"};
    struct people_list page;

    site_add(&desk_site, "one@example.org", 0);
    for (size_t i = 0; i < sizeof cursors / sizeof *cursors; i++) {
        struct people_query query = desk_everyone();
        query.cursor = cursors[i];
        assert_int_equal(
            people_list(&desk_site.service, desk_site.arena, &query, clock_now_s(), &page),
            STATUS_INVALID);
    }
    struct people_query query = desk_everyone();
    query.status = 7;
    assert_int_equal(people_list(&desk_site.service, desk_site.arena, &query, clock_now_s(), &page),
                     STATUS_INVALID);
    query = desk_everyone();
    query.search = "\xff";
    assert_int_equal(people_list(&desk_site.service, desk_site.arena, &query, clock_now_s(), &page),
                     STATUS_INVALID);
}

static void search_folds_and_finds_whole_addresses(void **state)
{
    struct person_edit edit = desk_new_person("olaf@bücher.example");
    edit.name = "Ólafsdóttir, Ása";
    assert_int_equal(desk_save(&edit).fault, EDIT_FINE);
    site_add(&desk_site, "someone@example.org", 0);
    static const char *const terms[] = {"OLAFSD", "  ólafs ", "olaf@BÜCHER.example", "Olaf@"};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct people_query query = desk_everyone();
        query.search = terms[i];
        assert_int_equal(desk_list(&query).matches, 1);
    }
    struct people_query query = desk_everyone();
    query.search = "absent";
    struct people_list none = desk_list(&query);
    assert_int_equal(none.matches, 0);
    assert_int_equal(none.first, 0);
    assert_int_equal(none.cards.total, 2);
}

static void a_nameless_person_shows_their_local_part(void **state)
{
    struct person_edit edit = desk_new_person("jo.doe@example.org");
    desk_save(&edit);
    struct people_query query = desk_everyone();
    struct people_list page = desk_list(&query);
    assert_string_equal(page.rows[0].name, "jo.doe");
    assert_false(page.rows[0].has_name);
}

static void an_export_walks_the_view(void **state)
{
    for (int i = 0; i < 25; i++)
        site_add(&desk_site, arena_printf(desk_site.arena, "p%02d@example.org", i), NEWSLETTER);
    site_add_out(&desk_site, "out@example.org");
    struct people_query query = desk_everyone();
    query.status = CONTACT_OPTED_IN;
    struct export_page page = {.next = ""};
    int rows = 0, pages = 0;
    while (page.next != NULL) {
        query.cursor = page.next;
        assert_int_equal(
            people_export(&desk_site.service, desk_site.arena, &query, 10, clock_now_s(), &page),
            STATUS_OK);
        for (size_t i = 0; i < page.rows_count; i++, rows++)
            assert_string_equal(page.rows[i].email,
                                arena_printf(desk_site.arena, "p%02d@example.org", rows));
        assert_int_equal(page.topics_count, 4);
        pages++;
    }
    assert_int_equal(rows, 25);
    assert_int_equal(pages, 3);
}

static void an_export_of_a_search_is_whole(void **state)
{
    for (int i = 0; i < 60; i++)
        site_add(&desk_site,
                 arena_printf(desk_site.arena, "%s%02d@example.org", i % 4 ? "x" : "four", i), 0);
    for (int limit = 3; limit <= 30; limit += 9) {
        struct people_query query = desk_everyone();
        query.search = "FOUR";
        struct export_page page = {.next = ""};
        int rows = 0;
        while (page.next != NULL) {
            query.cursor = page.next;
            assert_int_equal(people_export(&desk_site.service, desk_site.arena, &query, limit,
                                           clock_now_s(), &page),
                             STATUS_OK);
            for (size_t i = 0; i < page.rows_count; i++, rows++)
                assert_string_equal(
                    page.rows[i].email,
                    arena_printf(desk_site.arena, "four%02d@example.org", rows * 4));
        }
        assert_int_equal(rows, 15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("the list pages both ways", the_list_pages_both_ways),
        TEST("every sort order has its cursor", every_sort_order_has_its_cursor),
        TEST("a foreign cursor is refused", a_foreign_cursor_is_refused),
        TEST("U14: search folds, and finds whole addresses",
             search_folds_and_finds_whole_addresses),
        TEST("a nameless person shows their local part", a_nameless_person_shows_their_local_part),
        TEST("L3: an export walks the view", an_export_walks_the_view),
        TEST("an export of a search is whole", an_export_of_a_search_is_whole),
    };
    return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
