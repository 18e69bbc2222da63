/*
 * tests/unit/tamper_support: see tamper_support.h.
 */
#include "unit/tamper_support.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/chain.h"
#include "service/ledger_checkpoint.h"

struct site tamper_site;
struct contact tamper_people[TAMPER_PEOPLE];

static const char drop[] = "DROP TRIGGER IF EXISTS entry_is_only_appended;"
                           "DROP TRIGGER IF EXISTS entry_is_never_updated;"
                           "DROP TRIGGER IF EXISTS entry_is_never_deleted;"
                           "DROP TRIGGER IF EXISTS checkpoint_is_never_updated;"
                           "DROP TRIGGER IF EXISTS checkpoint_is_never_deleted;"
                           "DROP TRIGGER IF EXISTS wording_text_is_never_updated;"
                           "DROP TRIGGER IF EXISTS wording_text_is_never_deleted;"
                           "DROP TRIGGER IF EXISTS wording_set_is_never_updated;"
                           "DROP TRIGGER IF EXISTS wording_set_is_never_deleted;";
static const char *const tables[] = {"entry",      "entry_private", "contact",
                                     "checkpoint", "wording_set",   "wording_text"};

static void must(const char *sql)
{
    if (site_sql(&tamper_site, sql) != 0)
        fail_msg("%s", sql);
}

/* As the migrations wrote them. */
static const char *guards(void)
{
    static char text[4096];
    static const char begin[] = "CREATE TRIGGER ";
    if (*text)
        return text;
    for (int number = 1; number <= 4; number += 3) {
        char schema[65536], *at;
        FILE *file =
            fopen(number == 1 ? "sql/sqlite/0001_init.sql" : "sql/sqlite/0004_proof.sql", "r");
        assert_non_null(file);
        schema[fread(schema, 1, sizeof schema - 1, file)] = '\0';
        fclose(file);
        for (at = strstr(schema, begin); at; at = strstr(at + 1, begin)) {
            const size_t len = (size_t)(strstr(at, "END;") + 4 - at);
            strncat(text, at, len);
        }
    }
    return text;
}

void tamper(const char *sql)
{
    must(arena_printf(tamper_site.arena, "PRAGMA recursive_triggers = ON; BEGIN; %s %s; %s COMMIT",
                      drop, sql, guards()));
}

void tamper_undo(void)
{
    const char *sql = "";
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        sql = arena_printf(tamper_site.arena,
                           "%s DELETE FROM %s; INSERT INTO %s SELECT * FROM saved_%s;", sql,
                           tables[i], tables[i], tables[i]);
    tamper(sql);
}

static void save(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        must(arena_printf(tamper_site.arena, "CREATE TABLE saved_%s AS SELECT * FROM %s", tables[i],
                          tables[i]));
}

void tamper_fill(struct site *site, struct contact *people, unsigned seed)
{
    for (unsigned i = 0; i < TAMPER_PEOPLE; i++)
        people[i] = site_add(site, arena_printf(site->arena, "p%u.%u@example.org", seed, i),
                             NEWSLETTER | (i % 2 ? MARKETING : ALERTS));
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < TAMPER_PEOPLE; i++) {
            struct change change = {.kind = ENTRY_CHOICES,
                                    .contact = people[(i * 3 + seed) % TAMPER_PEOPLE].id,
                                    .note = "by telephone",
                                    .origin = site_origin(ACTOR_ADMIN, 1)};
            if (round == 0)
                change.turn_off = NEWSLETTER;
            else
                change.turn_on = PRODUCT;
            site_change(site, &change);
        }
}

int tamper_open(void **state)
{
    (void)state;
    site_open(&tamper_site);
    tamper_fill(&tamper_site, tamper_people, 0);
    save();
    return 0;
}

int tamper_close(void **state)
{
    (void)state;
    site_close(&tamper_site);
    return 0;
}

int tamper_end(void **state)
{
    (void)state;
    tamper_undo();
    return 0;
}

const char *tamper_checkpoint(struct site *site)
{
    struct txn *txn = site_begin(site);
    struct checkpoint_row row;
    assert_int_equal(
        ledger_checkpoint_make(&site->service, txn, site->arena, clock_now_s(), true, NULL),
        STATUS_OK);
    site_commit(txn);
    assert_int_equal(ledger_checkpoint_newest(&site->service, site->arena, &row), STATUS_OK);
    return row.note;
}

struct ledger_report tamper_verify(struct site *site, const char *notes)
{
    static const struct {
        int threads;
        int64_t stretch;
    } ways[] = {{1, 0}, {2, 1}, {2, 7}};
    struct ledger_report report = {0}, other;
    const struct ledger_evidence evidence = {notes, notes ? strlen(notes) : 0};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const struct ledger_verify_plan plan = {.service = &site->service,
                                                .threads = ways[i].threads,
                                                .stretch = ways[i].stretch,
                                                .evidence = &evidence,
                                                .evidence_count = 1};
        assert_int_equal(ledger_verify(&plan, site->arena, &other), STATUS_OK);
        if (i == 0)
            report = other;
        assert_memory_equal(report.tally.count, other.tally.count, sizeof report.tally.count);
    }
    return report;
}

void tamper_expect_with(const char *notes, enum ledger_damage damage, int64_t position)
{
    const struct ledger_report report = tamper_verify(&tamper_site, notes);
    struct ledger_finding found[LEDGER_DAMAGE_COUNT];
    size_t count;
    ledger_tally_list(&report.tally, found, &count);
    if (count == 0)
        fail_msg("whole, and not: %s at %lld", ledger_damage_key(damage), (long long)position);
    if (found[0].damage != damage || found[0].position.value != position)
        fail_msg("%s at %lld, and not: %s at %lld", ledger_damage_key(found[0].damage),
                 (long long)found[0].position.value, ledger_damage_key(damage),
                 (long long)position);
}

void tamper_expect(enum ledger_damage damage, int64_t position)
{
    tamper_expect_with(NULL, damage, position);
}

void tamper_expect_whole(const char *notes)
{
    const struct ledger_report report = tamper_verify(&tamper_site, notes);
    struct ledger_finding found[LEDGER_DAMAGE_COUNT];
    size_t count;
    ledger_tally_list(&report.tally, found, &count);
    if (count != 0)
        fail_msg("%s at %lld", ledger_damage_key(found[0].damage),
                 (long long)found[0].position.value);
    assert_int_equal(report.head.value, site_head(&tamper_site).value);
}

long long tamper_middle(void)
{
    return (long long)site_head(&tamper_site).value - TAMPER_PEOPLE - 3;
}

void tamper_rehash(int64_t from, int64_t last)
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
