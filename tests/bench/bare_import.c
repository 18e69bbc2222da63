/*
 * bench: the bare limit of an import: a C loop that puts new people straight into SQLite, sorted by
 * address, each with its hashed entry, 500 a transaction, durably. No file is read, nothing is
 * checked, and nobody else writes.
 *
 * usage: bare_import DATABASE PEOPLE   (an empty database of ours; it is changed)
 * prints: rows a second
 */
#include <sodium.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PER_COMMIT 500

static sqlite3 *db;

static void must(int rc, int wanted)
{
    if (rc != wanted) {
        fprintf(stderr, "bare_import: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *statement = NULL;

    must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    return statement;
}

static int64_t number(const char *sql)
{
    sqlite3_stmt *statement = prepare(sql);
    int64_t value;

    must(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void put(sqlite3_stmt *statement)
{
    must(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_reset(statement);
}

static void add(sqlite3_stmt *person, sqlite3_stmt *entry, int64_t id, int64_t position,
                uint8_t hash[32])
{
    char email[64], name[48], key[48];
    uint8_t encoding[240] = {0};

    snprintf(email, sizeof email, "person.of.a.list.%010lld@host%lld.example", (long long)id,
             (long long)(id % 5000));
    snprintf(name, sizeof name, "Person Number %lld", (long long)id);
    snprintf(key, sizeof key, "person number %lld", (long long)id);
    sqlite3_bind_int64(person, 1, id);
    sqlite3_bind_text(person, 2, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(person, 3, email, -1, SQLITE_STATIC);
    sqlite3_bind_text(person, 4, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(person, 5, position);
    sqlite3_bind_int64(person, 6, (int64_t)((uint64_t)id * 0x9e3779b97f4a7c15U));
    put(person);
    encoding[40] = (uint8_t)id;
    crypto_generichash(hash, 32, encoding, sizeof encoding, hash, 32);
    sqlite3_bind_int64(entry, 1, position);
    sqlite3_bind_int64(entry, 2, id);
    sqlite3_bind_blob(entry, 3, hash, 32, SQLITE_STATIC);
    put(entry);
}

static double now_s(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    uint8_t hash[32] = {0};

    if (argc != 3 || sodium_init() < 0) {
        fprintf(stderr, "usage: bare_import DATABASE PEOPLE\n");
        return 2;
    }
    must(sqlite3_open(argv[1], &db), SQLITE_OK);
    must(sqlite3_exec(db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536",
                      NULL, NULL, NULL),
         SQLITE_OK);
    sqlite3_stmt *person =
        prepare("INSERT INTO contact (id, facet, name_key, email_key, updated_at, paused_until,"
                " email, name, language, type, status, choices, epoch, created_at, head, public_id)"
                " VALUES (?1, 6, ?2, ?3, 1, 0, NULL, ?4, 'en', 0, 1, 30, 0, 1, ?5, ?6)");
    sqlite3_stmt *entry =
        prepare("INSERT INTO entry (position, at, kind, contact, subject, previous, undoes,"
                " status_before, status_after, choices_before, choices_after, paused_before,"
                " paused_after, actor, actor_id, proof_kind, proof, wording, leave_reason, hash)"
                " VALUES (?, 1, 1, ?, 0, 0, 0, 0, 1, 0, 30, 0, 0, 6, 1, 4, x'00000001', 0, 0, ?)");
    const int64_t people = atoll(argv[2]);
    int64_t position = number("SELECT max(position) FROM entry");
    const double began = now_s();
    for (int64_t id = 1; id <= people;) {
        must(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
        for (int i = 0; i < PER_COMMIT && id <= people; i++, id++)
            add(person, entry, id, ++position, hash);
        must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    }
    printf("%.0f\n", (double)people / (now_s() - began));
    sqlite3_finalize(person);
    sqlite3_finalize(entry);
    sqlite3_close(db);
    return 0;
}
