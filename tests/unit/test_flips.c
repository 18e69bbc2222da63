/*
 * tests/unit/test_flips: a single bit of the database's file that fell over, in any row or page of
 * people, of the index of their addresses or of the ledger: what is then said about anybody is as
 * before, or the doctor finds it. So no verdict becomes a yes unnoticed. What no check can know is
 * in the list below, and in README's "Limits". ASSENT_ROUNDS is how many bits, 120 without it.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fold.h"
#include "service/doctor.h"
#include "service/setup.h"
#include "store/contacts.h"
#include "store/page_parse.h"
#include "unit/site.h"

#define PEOPLE 40
#define CELLS  20000
#define BITS   120
#define TEXT   1000
#define OWN    "contact"

static struct site site;
static char emails[PEOPLE][TEXT];

/* What is read of the file: cells, each with where it comes from. */
struct words {
    struct arena *arena;
    size_t count;
    bool is_unreadable;
    struct cell {
        const char *column, *text;
    } cells[CELLS];
};

static unsigned chance(unsigned below)
{
    static uint32_t seed = 7;
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static bool go_on(void *context, int64_t done, int64_t total)
{
    (void)context;
    (void)done;
    (void)total;
    return true;
}

static sqlite3 *open_as_it_lies(void)
{
    char uri[TEXT];
    sqlite3 *db = NULL;
    snprintf(uri, sizeof uri, "file:%s?immutable=1", site.conf.db_path);
    assert_int_equal(sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL),
                     SQLITE_OK);
    return db;
}

static void read_rows(sqlite3 *db, struct words *out, const char *table, const char *sql,
                      const char *value)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (rc == SQLITE_OK && value != NULL)
        sqlite3_bind_text(statement, 1, value, -1, SQLITE_STATIC);
    while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement) && out->count < CELLS; i++) {
            const char *text = (const char *)sqlite3_column_text(statement, i);
            out->cells[out->count++] = (struct cell){
                arena_printf(out->arena, "%s.%s", table, sqlite3_column_name(statement, i)),
                arena_strdup(out->arena, text ? text : "(null)")};
        }
        rc = SQLITE_OK;
    }
    out->is_unreadable |= rc != SQLITE_DONE;
    sqlite3_finalize(statement);
}

static void read_words(struct words *out)
{
    struct arena *arena = out->arena ? out->arena : arena_new();
    sqlite3 *db = open_as_it_lies();
    arena_reset(arena);
    *out = (struct words){.arena = arena};
    read_rows(db, out, OWN, "SELECT * FROM contact NOT INDEXED ORDER BY id", NULL);
    for (int i = 0; i < PEOPLE; i++)
        read_rows(db, out, "address", "SELECT (SELECT id FROM contact WHERE email_key = ?) AS id",
                  emails[i]);
    read_rows(db, out, "entry",
              "SELECT position, at, kind, contact, subject, previous, undoes, status_before,"
              " status_after, choices_before, choices_after, paused_before, paused_after, actor,"
              " actor_id, proof_kind, hex(proof) AS proof, wording, leave_reason,"
              " hex(private_hash) AS private_hash, hex(hash) AS hash, daily_before, daily_after,"
              " weekly_before, weekly_after FROM entry",
              NULL);
    read_rows(db, out, "private",
              "SELECT position, note, address, agent, campaign FROM entry_private", /* salts where
              nothing is salted say nothing */
              NULL);
    sqlite3_close(db);
}

/* Whether the doctor says that something is wrong with what it reads. */
static bool doctor_finds(bool is_full)
{
    struct doctor *doctor = calloc(1, sizeof *doctor);
    const struct doctor_plan plan = {.is_full = is_full, .threads = 1, .goes_on = go_on};
    bool finds = false;
    *doctor = (struct doctor){.arena = arena_new(), .conf = &site.conf, .now_s = clock_now_s()};
    assert_true(doctor_database(doctor, &plan));
    for (size_t i = 0; i < doctor->count; i++)
        finds |= doctor->findings[i].level == DOCTOR_BROKEN;
    arena_free(doctor->arena);
    free(doctor);
    return finds;
}

/* What stands in a row once alone, and decides nothing: days, whether the address was another, and
 * of names and addresses what their comparison passes over. */
static bool is_beyond_checks(const struct cell *was, const struct cell *is)
{
    static const char *const columns[] = {OWN ".created_at", OWN ".updated_at", OWN ".moved"};
    struct arena *arena = arena_new();
    bool is_beyond = false;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        is_beyond |= strcmp(was->column, columns[i]) == 0;
    if (strcmp(was->column, OWN ".name") == 0 || strcmp(was->column, OWN ".email") == 0)
        is_beyond |= fold_is_utf8(is->text, strlen(is->text)) &&
                     strcmp(fold_key(arena, was->text), fold_key(arena, is->text)) == 0;
    if (strcmp(was->column, OWN ".language") == 0) /* another language, or none that is known */
        is_beyond = true;
    arena_free(arena);
    return is_beyond;
}

/* The first that is told otherwise and should be found; NULL: none. */
static const char *differing(const struct words *was, const struct words *is)
{
    if (is->is_unreadable || is->count != was->count)
        return "rows";
    for (size_t i = 0; i < was->count; i++)
        if (strcmp(was->cells[i].text, is->cells[i].text) != 0 &&
            !is_beyond_checks(&was->cells[i], &is->cells[i]))
            return was->cells[i].column;
    return NULL;
}

static int fill(void **state)
{
    (void)state;
    site_open(&site);
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(emails[i], sizeof emails[i], "person%02d.of@example%d.org", i, i % 7);
        if (i % 5 == 4) {
            site_add_out(&site, emails[i]);
            continue;
        }
        struct change change = {.kind = ENTRY_CHOICES,
                                .intent = INTENT_OPT_OUT,
                                .origin = site_origin(ACTOR_OPERATOR, 0)};
        change.contact = site_add(&site, emails[i], i % 3 ? NEWSLETTER | MARKETING : PRODUCT).id;
        if (i % 4 == 1)
            (void)site_change(&site, &change);
    }
    assert_int_equal(site_sql(&site, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
    setup_close(&site.service);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    arena_free(site.arena);
    return 0;
}

/* The pages that hold people, their addresses or the ledger; those of people count twice. */
static size_t find_pages(uint32_t *out, size_t room)
{
    sqlite3 *db = open_as_it_lies();
    sqlite3_stmt *statement = NULL;
    size_t count = 0;
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "WITH RECURSIVE twice(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM twice"
                           " WHERE n < 3) SELECT pageno FROM dbstat, twice WHERE name LIKE"
                           " 'contact%' OR (name LIKE 'entry%' AND n = 1) ORDER BY pageno",
                           -1, &statement, NULL),
        SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW && count < room)
        out[count++] = (uint32_t)sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    assert_true(count > 6);
    return count;
}

/* Not in the space between pointers and rows, which nobody reads. */
static size_t a_place_in(const uint8_t *page)
{
    const size_t begin = (size_t)page[5] << 8 | page[6];
    const size_t end = 8 + 2 * ((size_t)page[3] << 8 | page[4]);
    const size_t at = chance((unsigned)(end + PAGE_BYTES - begin));
    return at < end ? at : at - end + begin;
}

static void a_bit_that_fell_over_changes_nothing_or_is_found(void **state)
{
    const char *rounds = getenv("ASSENT_ROUNDS");
    const int bits = rounds ? atoi(rounds) : BITS;
    static struct words was, is;
    uint32_t list[1000];
    uint8_t page[PAGE_BYTES];
    int told = 0;
    (void)state;
    const size_t count = find_pages(list, sizeof list / sizeof *list);
    const int fd = open(site.conf.db_path, O_RDWR);
    read_words(&was);
    assert_false(was.is_unreadable);
    assert_false(doctor_finds(true));
    assert_false(doctor_finds(false));
    for (int i = bits; i > 0; i--) {
        const off_t place = (off_t)(list[chance((unsigned)count)] - 1) * PAGE_BYTES;
        assert_int_equal(pread(fd, page, sizeof page, place), sizeof page);
        const size_t at = a_place_in(page);
        const uint8_t kept = page[at], fallen = kept ^ (uint8_t)(1u << chance(8));
        assert_int_equal(pwrite(fd, &fallen, 1, place + (off_t)at), 1);
        read_words(&is);
        const char *column = differing(&was, &is);
        if (column != NULL && !doctor_finds(true))
            fail_msg("page %lld, byte %zu, %02x for %02x: %s is another, and nobody says so",
                     (long long)place / PAGE_BYTES + 1, at, fallen, kept, column);
        /* Of a short list people are looked at every time, and the ledger with --full. */
        if (column != NULL && strncmp(column, OWN, strlen(OWN)) == 0 && i % 4 == 0 &&
            !doctor_finds(false))
            fail_msg("%s is another, and is told with --full alone", column);
        told += column != NULL;
        assert_int_equal(pwrite(fd, &kept, 1, place + (off_t)at), 1);
    }
    assert_true(told > bits / 3);
    assert_false(doctor_finds(true));
    arena_free(was.arena);
    arena_free(is.arena);
    close(fd);
}

/* A bit of a row's head makes another type of a value: nobody expects a person without a name. */
static void a_row_that_nobody_wrote_so_is_refused_and_not_believed(void **state)
{
    static const char *const changes[] = {"name = NULL", "language = NULL", "type = 7",
                                          "email_key = NULL"};
    (void)state;
    site.service = site_service(&site, true);
    const struct contact_id id = {3};
    const struct contact person = site_get(&site, id);
    struct contact found;
    assert_int_equal(site_sql(&site, "CREATE TABLE kept AS SELECT * FROM contact WHERE id = 3"), 0);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        /* What a file holds whose bits fell over, SQLite itself would not write. */
        const char *sql = arena_printf(
            site.arena,
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(replace(sql,"
            " ' NOT NULL', ''), 'BETWEEN 0 AND 2', 'BETWEEN 0 AND 9') WHERE name = 'contact'");
        assert_int_equal(site_sql(&site, sql), 0);
        assert_int_equal(
            site_sql(&site,
                     arena_printf(site.arena, "UPDATE contact SET %s WHERE id = 3", changes[i])),
            0);
        assert_int_equal(contacts_get(site.service.store, site.arena, id, &found), STATUS_CORRUPT);
        assert_int_equal(site_sql(&site, "UPDATE contact SET (name, language, type, email_key) ="
                                         " (SELECT name, language, type, email_key FROM kept)"
                                         " WHERE id = 3"),
                         0);
        assert_string_equal(site_get(&site, id).email_key, person.email_key);
    }
    setup_close(&site.service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bit_that_fell_over_changes_nothing_or_is_found),
        cmocka_unit_test(a_row_that_nobody_wrote_so_is_refused_and_not_believed),
    };
    return cmocka_run_group_tests(tests, fill, leave);
}
