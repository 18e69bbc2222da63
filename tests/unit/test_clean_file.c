/*
 * Unit test of store/clean_file: what SQLite leaves of deleted rows in a file by itself, and that
 * nothing is left with it; and that no row is touched.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/clean_file.h"
#include "store/connection.h"
#include "unit/people_support.h"

#define ROWS 3000

static void run(sqlite3 *db, const char *sql)
{
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Rows in no order, so that pages are divided again and again, and then all but every tenth are
 * deleted, one by one. All of it in the file, none in the log. */
static void fill(const char *path, const char *vfs)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    assert_int_equal(sqlite3_open_v2(path, &db, flags, vfs), SQLITE_OK);
    run(db, "PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0;"
            "CREATE TABLE t (id INTEGER PRIMARY KEY, k TEXT, n TEXT); CREATE INDEX i ON t (k);");
    for (int i = 0; i < ROWS; i++) {
        char sql[200];
        const unsigned mixed = (unsigned)i * 2654435761U;
        snprintf(sql, sizeof sql,
                 "INSERT INTO t VALUES (%u, '%08x-gone%d@example.com', 'Gone %d of many')",
                 mixed >> 8, mixed, i % 10, i);
        run(db, sql);
        if (i % 500 == 0)
            run(db, "PRAGMA wal_checkpoint(PASSIVE)");
    }
    run(db, "DELETE FROM t WHERE k NOT LIKE '%gone0@%'");
    run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int count(const char *path, const char *text)
{
    FILE *file = fopen(path, "rb");
    static char data[4 << 20];
    assert_non_null(file);
    size_t len = fread(data, 1, sizeof data, file);
    fclose(file);
    int found = 0;
    for (char *at = data; (at = memmem(at, len - (size_t)(at - data), text, strlen(text))); at++)
        found++;
    return found;
}

static int64_t ask(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    if (sqlite3_column_type(statement, 0) == SQLITE_TEXT)
        number = strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

static void nothing_deleted_stays_in_the_unused_space_of_pages(void **state)
{
    struct place *place = place_open(); /* registers the file system */
    const char *bare = support_path(place->folder, "bare.db");
    const char *clean = support_path(place->folder, "clean.db");
    fill(bare, NULL);
    fill(clean, CLEAN_FILE_VFS);
    /* What this is for: SQLite alone leaves some. */
    assert_true(count(bare, "gone5@example.com") > 0);
    for (int i = 1; i < 10; i++) {
        char text[40];
        snprintf(text, sizeof text, "gone%d@example.com", i);
        assert_int_equal(count(clean, text), 0);
    }
    assert_true(count(clean, "gone0@example.com") >= ROWS / 10);
    assert_int_equal(ask(clean, "SELECT count(*) FROM t"), ROWS / 10);
    assert_int_equal(ask(clean, "PRAGMA integrity_check"), 1);
    place_close(place);
}

static void a_file_that_was_written_without_it_is_cleaned_as_a_whole(void **state)
{
    struct place *place = place_open();
    const char *path = support_path(place->folder, "bare.db");
    struct store *store = NULL;
    fill(path, NULL);
    assert_true(count(path, "gone5@example.com") > 0);
    assert_int_equal(connection_open(path, true, &store), STATUS_OK);
    assert_int_equal(connection_run(store, "look", "SELECT count(*) FROM t"), STATUS_OK);
    assert_int_equal(clean_file_all(store), STATUS_OK);
    store_close(store);
    assert_int_equal(count(path, "gone5@example.com"), 0);
    assert_int_equal(ask(path, "SELECT count(*) FROM t"), ROWS / 10);
    assert_int_equal(ask(path, "PRAGMA integrity_check"), 1);
    place_close(place);
}

static void pages_of_other_kinds_are_left_alone(void **state)
{
    static const uint8_t kinds[] = {0, 1, 3, 4, 6, 9, 11, 255};
    uint8_t page[CLEAN_PAGE_SIZE], before[CLEAN_PAGE_SIZE];
    for (size_t i = 0; i < sizeof kinds; i++) {
        memset(page, 'x', sizeof page);
        memset(page, 0, 8);
        page[0] = kinds[i];
        page[5] = 0x0f;
        memcpy(before, page, sizeof page);
        assert_false(clean_file_page(page, false));
        assert_memory_equal(page, before, sizeof page);
    }
    /* One with rows, whose header can't be true. */
    page[0] = 13;
    page[3] = 0xff;
    memcpy(before, page, sizeof page);
    assert_false(clean_file_page(page, false));
    page[3] = 0;
    assert_true(clean_file_page(page, false));
    assert_int_equal(page[8], 0);
    assert_int_equal(page[0x0eff], 0);
    assert_int_equal(page[0x0f00], 'x');
    assert_false(clean_file_page(page, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_deleted_stays_in_the_unused_space_of_pages),
        cmocka_unit_test(a_file_that_was_written_without_it_is_cleaned_as_a_whole),
        cmocka_unit_test(pages_of_other_kinds_are_left_alone),
    };
    return cmocka_run_group_tests_name("clean_file", tests, NULL, NULL);
}
