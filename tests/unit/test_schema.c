/*
 * Unit test of sql/: what the migrations make is what schema.sql says; every table and column has a
 * comment; no statement but the search scans a table that grows, or sorts.
 */
#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "statements.h"
#include "unit/people_support.h"

#define SCHEMA_PATH "sql/sqlite/schema.sql"

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 16);
    assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
    fclose(file);
    return text;
}

/* Without comments, and with single blanks. */
static void normalise(struct buf *out, const char *sql)
{
    bool is_blank = false;
    for (const char *c = sql; *c != '\0'; c++) {
        if (c[0] == '-' && c[1] == '-')
            c += strcspn(c, "\n");
        if (isspace((unsigned char)*c)) {
            is_blank = true;
            continue;
        }
        if (is_blank && out->len > 0 && strchr("(", out->data[out->len - 1]) == NULL && *c != ')' &&
            *c != ',')
            buf_addc(out, ' ');
        is_blank = false;
        buf_addc(out, *c);
        if (c[0] != '\0' && c[1] == '\0')
            break;
    }
    buf_adds(out, "\n");
}

static void describe(struct buf *out, sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
                                        " AND name NOT LIKE 'sqlite_%' ORDER BY type, name",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        normalise(out, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
}

static void the_migrations_make_what_the_schema_says(void **state)
{
    struct place *place = place_open();
    struct buf made = {0}, said = {0};
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    describe(&made, db);
    sqlite3_close(db);
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    char *schema = read_file(SCHEMA_PATH);
    assert_int_equal(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
    describe(&said, db);
    sqlite3_close(db);
    assert_string_equal(made.data, said.data);
    assert_true(made.len > 2000);
    free(schema);
    buf_free(&made);
    buf_free(&said);
    place_close(place);
}

/* Lines of a table's body are columns: each ends with a comment. A table stands behind one. */
static int count_bare(const char *schema, bool prints)
{
    int bare = 0;
    bool is_inside = false, was_comment = false;
    char line[512];
    for (const char *at = schema; *at != '\0';) {
        size_t len = strcspn(at, "\n");
        snprintf(line, sizeof line, "%.*s", (int)len, at);
        at += len + (at[len] != '\0');
        bool begins = strncmp(line, "CREATE TABLE", 12) == 0;
        const char *comment = strstr(line, "-- ");
        bool is_bare = (begins && !was_comment) ||
                       (is_inside && line[0] == ' ' && (comment == NULL || strlen(comment) < 6));
        if (is_bare && prints)
            print_message("without a comment: %s\n", line);
        bare += is_bare;
        was_comment = strncmp(line, "-- ", 3) == 0;
        is_inside = begins || (is_inside && line[0] != ')');
    }
    return bare;
}

static void every_table_and_column_has_a_comment(void **state)
{
    char *schema = read_file(SCHEMA_PATH);
    assert_int_equal(count_bare(schema, true), 0);
    char *comment = strstr(schema, "-- as written, may be empty");
    assert_non_null(comment);
    memset(comment, ' ', strcspn(comment, "\n"));
    assert_int_equal(count_bare(schema, false), 1);
    free(schema);
}

static void nothing(sqlite3_context *context, int count, sqlite3_value **values)
{
    sqlite3_result_int(context, 0);
}

/* Tables that stay small: 63 topics, 24 facets, keys and hooks by hand, a clock that was set back.
 */
static bool is_small_scan(const char *detail)
{
    static const char *const small[] = {
        "SCAN topic",         "SCAN topic_text",   "SCAN counter",
        "SCAN topic_counter", "SCAN link_key",     "SCAN hook",
        "SCAN sqlite_master", "SCAN bygone_clock", "SCAN CONSTANT ROW"};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (strcmp(detail, small[i]) == 0)
            return true;
    return false;
}

static int count_scans(sqlite3 *db, const char *name, const char *sql)
{
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *statement = NULL;
    int scans = 0;
    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(statement, 3);
        bool is_bad = (strstr(detail, "SCAN ") != NULL && !is_small_scan(detail)) ||
                      strstr(detail, "TEMP B-TREE") != NULL || strstr(detail, "AUTOMATIC") != NULL;
        if (is_bad && name != NULL)
            print_message("%s: %s\n", name, detail);
        scans += is_bad;
    }
    sqlite3_finalize(statement);
    sqlite3_free(explain);
    return scans;
}

static void only_the_search_scans(void **state)
{
    struct place *place = place_open();
    sqlite3 *db = NULL;
    int scans = 0, searches = 0;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    sqlite3_create_function(db, "directory_match", 3, SQLITE_UTF8, NULL, nothing, NULL, NULL);
    sqlite3_create_function(db, "directory_keep", 3, SQLITE_UTF8, NULL, nothing, NULL, NULL);
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        /* and the filling of the directory in memory, once a start */
        if (strstr(statement_names[i], "directory_scan_") != NULL ||
            strcmp(statement_names[i], "directory_map_all") == 0)
            searches += count_scans(db, NULL, statement_texts[i]);
        else if (strcmp(statement_names[i], "suppressions_any") != 0 && /* stop at the first row */
                 strcmp(statement_names[i], "bygone_any") != 0)
            scans += count_scans(db, statement_names[i], statement_texts[i]);
        assert_null(strstr(statement_texts[i], "OFFSET"));
    }
    assert_int_equal(scans, 0);
    assert_int_equal(searches, 3);
    /* The check does see what it looks for. */
    assert_int_equal(count_scans(db, NULL, "SELECT id FROM contact WHERE name = 'x'"), 1);
    assert_true(count_scans(db, NULL, "SELECT id FROM contact ORDER BY name") >= 1);
    sqlite3_close(db);
    place_close(place);
}

/* sql/compile.awk ends with an error, and says where, for what would be found too late otherwise.
 */
static void sql_that_can_not_be_right_does_not_compile(void **state)
{
    static const struct {
        const char *name, *sql;
        bool is_fine;
    } cases[] = {
        {"noun.sql", "-- name: noun_get\nSELECT 1;\n-- script: noun_do\nPRAGMA x; PRAGMA y;\n",
         true},
        {"noun.sql", "-- name: noun_get\nSELECT 1;\n-- name: noun_get\nSELECT 2;\n", false},
        {"noun.sql", "-- name: other_get\nSELECT 1;\n", false},
        {"noun.sql", "-- name: noun_get\n-- name: noun_put\nSELECT 2;\n", false},
        {"noun.sql", "-- name: noun_get\nSELECT 1; SELECT 2;\n", false},
        {"noun.sql", "-- name: noun_get\nSELECT 1\n", false},
        {"noun.sql", "SELECT 1;\n", false},
        {"0003_gap.sql", "CREATE TABLE x (y);\n", false},
    };
    const char *folder = support_folder();
    support_write(folder, "0001_init.sql", 0600, "CREATE TABLE t (x);\n", 20);
    support_write(folder, "a.sql", 0600, "-- name: a_b\nSELECT 1;\n-- script: a_c\nSELECT 1;\n",
                  48);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char command[1024];
        const char *path =
            support_write(folder, cases[i].name, 0600, cases[i].sql, strlen(cases[i].sql));
        snprintf(command, sizeof command,
                 "awk -v out=%s/out -f sql/compile.awk %s/0001_init.sql %s/a.sql %s 2>/dev/null",
                 folder, folder, folder, path);
        int result = system(command);
        if ((result == 0) != cases[i].is_fine)
            fail_msg("case %zu: %d", i, result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_migrations_make_what_the_schema_says),
        cmocka_unit_test(every_table_and_column_has_a_comment),
        cmocka_unit_test(only_the_search_scans),
        cmocka_unit_test(sql_that_can_not_be_right_does_not_compile),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
