/*
 * Unit test of store/copy, store/log_map and store/page_check: a copy is the snapshot, byte for
 * byte of what it means, whatever others write and move meanwhile; and no page that SQLite finds
 * damaged is called sound. ASSENT_ROUNDS makes it longer.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/connection.h"
#include "store/copy.h"
#include "store/log_map.h"
#include "store/page_check.h"
#include "store/page_parse.h"
#include "unit/people_support.h"

#define ROWS  6000 /* of 1,000 bytes: two steps of a copy */
#define TOTAL (ROWS * INT64_C(1000))

static struct place *place;
static sqlite3 *db;

static unsigned chance(unsigned below)
{
    static uint32_t seed = 1;
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static void run(const char *sql)
{
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t ask_of(sqlite3 *of, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(of, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* Each change moves something from one row to another, and counts itself. */
static void change(int rows)
{
    char sql[300];
    run("BEGIN IMMEDIATE");
    for (int i = 0; i < rows; i++) {
        snprintf(sql, sizeof sql,
                 "UPDATE thing SET n = n - 7 WHERE id = %u; UPDATE thing SET n = n + 7, k = %u "
                 "WHERE id = %u",
                 1 + chance(ROWS), chance(1u << 30), 1 + chance(ROWS));
        run(sql);
    }
    run("UPDATE thing SET n = n + 1 WHERE id = 0; COMMIT");
}

static int move_log(int mode)
{
    int pages = 0, moved = 0;
    return sqlite3_wal_checkpoint_v2(db, NULL, mode, &pages, &moved);
}

static int set_up(void **state)
{
    (void)state;
    place = place_open();
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 100);
    run("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF;"
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, n INTEGER, k INTEGER, filler BLOB);"
        "CREATE INDEX thing_k ON thing (k); BEGIN");
    char sql[200];
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < %d) INSERT "
             "INTO thing SELECT i, 1000 * (i > 0), i * 7919 %% 6007, randomblob(1000) FROM c",
             ROWS);
    run(sql);
    run("UPDATE thing SET filler = randomblob(20000) WHERE id % 500 = 3;"
        "DELETE FROM thing WHERE id > 5990; INSERT INTO thing (id, n) SELECT 5990 + id, 1000 FROM "
        "thing WHERE id BETWEEN 1 AND 10; COMMIT");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sqlite3_close(db);
    place_close(place);
    return 0;
}

/* The copy holds what the snapshot held: no change more, none less, none half. */
static void expect_copy(struct copy *copy, const char *path, int64_t changes)
{
    struct store *made = NULL;
    const char *words = "";
    sqlite3 *other = NULL;
    assert_int_equal(copy_open(path, &made), STATUS_OK);
    const enum status status = copy_judge(copy, made, place->arena, &words);
    assert_string_equal(words, "");
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(copy_check(made, place->arena, true, NULL, NULL, &words), STATUS_OK);
    store_close(made);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(ask_of(other, "SELECT n FROM thing WHERE id = 0"), changes);
    assert_int_equal(ask_of(other, "SELECT sum(n) FROM thing WHERE id > 0"), TOTAL);
    sqlite3_close(other);
}

static void copy_beside(void (*meanwhile)(void))
{
    const char *path = support_path(place->folder, "copy.db");
    const int fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
    struct copy *copy = NULL;
    bool is_done = false;
    assert_int_equal(copy_begin(place->reader, fd, &copy), STATUS_OK);
    const int64_t changes = ask_of(place->reader->db, "SELECT n FROM thing WHERE id = 0");
    while (!is_done) {
        if (meanwhile != NULL)
            meanwhile();
        assert_int_equal(copy_step(copy, &is_done), STATUS_OK);
    }
    copy_let_go(copy);
    expect_copy(copy, path, changes);
    copy_end(copy);
    close(fd);
    unlink(path);
}

static void write_and_move(void)
{
    change(50);
    (void)move_log(SQLITE_CHECKPOINT_PASSIVE);
    (void)move_log(SQLITE_CHECKPOINT_TRUNCATE);
    change(50);
    (void)move_log(SQLITE_CHECKPOINT_RESTART);
    change(200);
}

/* It begins anew beside a reader of mark 0, over what it held before. */
static void begin_log_anew(void)
{
    struct stat log;
    const char *path = support_path(place->folder, "assent.db-wal");
    change(1);
    assert_int_equal(stat(path, &log), 0);
    change(300);
}

static void a_copy_is_of_one_moment_whatever_the_log_is_like(void **state)
{
    (void)state;
    copy_beside(NULL); /* nothing of it in the file yet */
    copy_beside(write_and_move);
    assert_int_equal(move_log(SQLITE_CHECKPOINT_PASSIVE), SQLITE_OK); /* all moved */
    copy_beside(begin_log_anew);
    copy_beside(write_and_move);
    assert_int_equal(move_log(SQLITE_CHECKPOINT_TRUNCATE), SQLITE_OK); /* no log */
    copy_beside(NULL);
    copy_beside(write_and_move);
    /* A part is moved: somebody reads an older state. */
    change(100);
    assert_int_equal(store_snapshot_begin(place->writer), STATUS_OK);
    struct position seen;
    assert_int_equal(store_position(place->writer, &seen), STATUS_OK);
    change(100);
    (void)move_log(SQLITE_CHECKPOINT_PASSIVE);
    copy_beside(write_and_move);
    store_snapshot_end(place->writer);
}

static atomic_bool is_over;

static void *keep_writing(void *context)
{
    (void)context;
    for (int i = 0; !atomic_load(&is_over); i++) {
        change(1 + (int)chance(80));
        if (i % 3 == 0)
            (void)move_log(i % 2 ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE);
    }
    return NULL;
}

static void a_copy_beside_a_busy_writer_is_of_one_moment(void **state)
{
    const char *rounds = getenv("ASSENT_ROUNDS");
    pthread_t writer;
    (void)state;
    atomic_store(&is_over, false);
    assert_int_equal(pthread_create(&writer, NULL, keep_writing, NULL), 0);
    for (int i = rounds ? atoi(rounds) : 10; i > 0; i--)
        copy_beside(NULL);
    atomic_store(&is_over, true);
    pthread_join(writer, NULL);
}

static void a_log_that_is_not_what_was_committed_is_refused(void **state)
{
    const char *path = support_path(place->folder, "assent.db-wal");
    struct log_map map;
    uint8_t byte;
    (void)state;
    (void)move_log(SQLITE_CHECKPOINT_TRUNCATE);
    change(40);
    const int log = open(path, O_RDWR);
    for (off_t at = 33; at < 32 + 3 * 4120; at += 1237) {
        assert_int_equal(pread(log, &byte, 1, at), 1);
        byte ^= 4;
        assert_int_equal(pwrite(log, &byte, 1, at), 1);
        assert_int_equal(log_map_begin(place->reader, &map), STATUS_CORRUPT);
        store_snapshot_end(place->reader);
        log_map_free(&map);
        byte ^= 4;
        assert_int_equal(pwrite(log, &byte, 1, at), 1);
    }
    close(log);
    copy_beside(NULL);
}

static void a_database_that_was_moved_away_is_not_copied(void **state)
{
    const char *path = support_path(place->folder, "copy.db");
    const char *gone = support_path(place->folder, "gone.db");
    struct copy *copy = NULL;
    (void)state;
    const int fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
    assert_int_equal(rename(place->path, gone), 0);
    assert_int_equal(copy_begin(place->reader, fd, &copy), STATUS_IO);
    assert_non_null(strstr(copy_fault(copy), "moved or deleted"));
    copy_end(copy);
    /* Nor another that took its name. */
    close(open(place->path, O_CREAT | O_EXCL | O_RDWR, 0600));
    assert_int_equal(copy_begin(place->reader, fd, &copy), STATUS_IO);
    assert_non_null(strstr(copy_fault(copy), "moved or deleted"));
    copy_end(copy);
    assert_int_equal(rename(gone, place->path), 0);
    close(fd);
}

static uint32_t roots[200];
static size_t root_count;

static enum status check_image(const uint8_t *image, uint32_t pages, const char *path,
                               const char **words)
{
    struct page_check *check = page_check_new(pages);
    const int fd = open(path, O_RDONLY);
    for (uint32_t i = 0; i < pages; i++)
        page_check_add(check, i + 1, image + (size_t)i * PAGE_BYTES);
    const enum status status = page_check_end(check, roots, root_count, fd, place->arena, words);
    page_check_free(check);
    close(fd);
    return status;
}

/* SQLite's own, of a file as it lies there. */
static bool sqlite_finds_it_sound(const char *path)
{
    char uri[4096];
    sqlite3 *other = NULL;
    sqlite3_stmt *statement = NULL;
    snprintf(uri, sizeof uri, "file:%s?immutable=1", path);
    assert_int_equal(sqlite3_open_v2(uri, &other, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL),
                     SQLITE_OK);
    bool is_sound =
        sqlite3_prepare_v2(other, "PRAGMA quick_check(1)", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    sqlite3_close(other);
    return is_sound;
}

/* The bytes that hold a page together: its header, its pointers, the beginnings of its cells. */
static size_t a_place_in(const uint8_t *page, size_t start)
{
    const size_t cells = (size_t)page[start + 3] << 8 | page[start + 4];
    const size_t cell = cells ? chance((unsigned)cells) : 0;
    const size_t pointer = start + (page[start] == 2 || page[start] == 5 ? 12 : 8) + 2 * cell;
    switch (chance(4)) {
    case 0:
        return start + chance(12);
    case 1:
        return pointer + chance(2);
    case 2:
        return chance(PAGE_BYTES);
    default:
        return (((size_t)page[pointer] << 8 | page[pointer + 1]) + chance(8)) % PAGE_BYTES;
    }
}

static void what_sqlite_finds_damaged_is_never_called_sound(void **state)
{
    const char *rounds = getenv("ASSENT_ROUNDS");
    const char *path = support_path(place->folder, "image.db");
    const char *words = "";
    sqlite3_stmt *statement = NULL;
    struct stat facts;
    int damaged = 0, found = 0;
    (void)state;
    run("CREATE TABLE gone AS SELECT * FROM thing LIMIT 200; DROP TABLE gone");
    (void)move_log(SQLITE_CHECKPOINT_TRUNCATE);
    /* A small one, so that a round costs little. */
    char sql[4200];
    snprintf(
        sql, sizeof sql,
        "ATTACH '%s' AS image; CREATE TABLE image.t AS SELECT * FROM thing LIMIT 0;"
        "CREATE TABLE image.r (id INTEGER PRIMARY KEY, a TEXT, b BLOB);"
        "CREATE INDEX image.r_a ON r (a); CREATE TABLE image.w (a TEXT PRIMARY KEY, b) "
        "WITHOUT ROWID; INSERT INTO image.r SELECT id, id || '-' || k, substr(filler, 1, id %% "
        "90) FROM thing WHERE id < 3000; UPDATE image.r SET b = randomblob(9000) WHERE id %% "
        "700 = 5; INSERT INTO image.w SELECT a, zeroblob(id) FROM image.r WHERE id < 400; "
        "DELETE FROM image.r WHERE id %% 3 = 0 OR id BETWEEN 1000 AND 1300",
        path);
    run(sql);
    root_count = 0;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT rootpage FROM image.sqlite_schema WHERE "
                                        "rootpage > 0",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        roots[root_count++] = (uint32_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    run("DETACH image");
    const int fd = open(path, O_RDWR);
    assert_int_equal(fstat(fd, &facts), 0);
    const uint32_t pages = (uint32_t)(facts.st_size / PAGE_BYTES);
    uint8_t *image = malloc((size_t)facts.st_size);
    assert_int_equal(read(fd, image, (size_t)facts.st_size), facts.st_size);
    assert_int_equal(check_image(image, pages, path, &words), STATUS_OK);
    for (int i = rounds ? 100 * atoi(rounds) : 600; i > 0; i--) {
        uint8_t *page = image + (size_t)(1 + chance(pages - 1)) * PAGE_BYTES;
        const size_t at = page_kind_is_tree(*page) ? a_place_in(page, 0) : chance(12);
        const uint8_t was = page[at];
        page[at] ^= (uint8_t)(1u << chance(8));
        assert_int_equal(pwrite(fd, page, PAGE_BYTES, page - image), PAGE_BYTES);
        const bool is_sound = check_image(image, pages, path, &words) == STATUS_OK;
        if (!sqlite_finds_it_sound(path)) {
            damaged++;
            if (is_sound)
                print_error("page %ld, byte %zu: %02x was %02x\n", (page - image) / PAGE_BYTES + 1,
                            at, page[at], was);
            assert_false(is_sound);
        }
        found += !is_sound;
        page[at] = was;
        assert_int_equal(pwrite(fd, page, PAGE_BYTES, page - image), PAGE_BYTES);
    }
    assert_true(damaged > 50 && found >= damaged);
    assert_int_equal(check_image(image, pages, path, &words), STATUS_OK);
    free(image);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_of_one_moment_whatever_the_log_is_like),
        cmocka_unit_test(a_copy_beside_a_busy_writer_is_of_one_moment),
        cmocka_unit_test(a_log_that_is_not_what_was_committed_is_refused),
        cmocka_unit_test(a_database_that_was_moved_away_is_not_copied),
        cmocka_unit_test(what_sqlite_finds_damaged_is_never_called_sound),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
