/*
 * bench: the bare limit of durable writes: a C loop that opts people out straight in SQLite, with
 * the same rows touched as a one-click POST (contact, entry, its private part, counters, counts of
 * the day, a BLAKE2b chain), at a given number of rows a commit. No locks between processes, no
 * HTTP, no decisions.
 *
 * With "unchained" the same rows are written and nothing is hashed: neither the chain nor what
 * binds private texts to it.
 *
 * usage: bare_commit DATABASE ROWS_PER_COMMIT TOTAL_ROWS [unchained]
 * (the database is changed: give a copy)
 * prints: rows a second
 */
#include <sodium.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void must(int rc, int wanted)
{
    if (rc != wanted) {
        fprintf(stderr, "bare_commit: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *statement = NULL;

    must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    return statement;
}

static void run(sqlite3_stmt *statement)
{
    must(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_reset(statement);
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

static double now_s(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

struct statements {
    sqlite3_stmt *get, *update, *entry, *private, *counter, *topic_counter, *day;
};

static bool is_chained = true;

/* Salts, a hash of the client's texts, that joined with the words', and the entry's own. */
static void chain(int64_t position, uint8_t salts[32], uint8_t private_hash[32], uint8_t hash[32])
{
    uint8_t encoding[240] = {0}, client[32];

    randombytes_buf(salts, 32);
    crypto_generichash(client, 32, encoding, 64, salts, 16);
    memcpy(encoding, client, 32);
    crypto_generichash(private_hash, 32, encoding, 96, salts, 16);
    memcpy(encoding, hash, 32);
    memcpy(encoding + 40, &position, 8);
    crypto_generichash(hash, 32, encoding, sizeof(encoding), NULL, 0);
}

static void opt_out(const struct statements *s, int64_t id, int64_t position, uint8_t hash[32])
{
    uint8_t salts[32] = {0}, private_hash[32] = {0};
    int64_t choices, facet, head;

    sqlite3_bind_int64(s->get, 1, id);
    must(sqlite3_step(s->get), SQLITE_ROW);
    choices = sqlite3_column_int64(s->get, 0);
    facet = sqlite3_column_int64(s->get, 1);
    head = sqlite3_column_int64(s->get, 2);
    sqlite3_reset(s->get);

    if (is_chained)
        chain(position, salts, private_hash, hash);

    sqlite3_bind_int64(s->update, 1, 0);
    sqlite3_bind_int64(s->update, 2, facet & ~6);
    sqlite3_bind_int64(s->update, 3, 1700000000 + position);
    sqlite3_bind_int64(s->update, 4, position);
    sqlite3_bind_int64(s->update, 5, id);
    run(s->update);

    sqlite3_bind_int64(s->entry, 1, position);
    sqlite3_bind_int64(s->entry, 2, id);
    sqlite3_bind_int64(s->entry, 3, head);
    sqlite3_bind_int64(s->entry, 4, choices);
    sqlite3_bind_blob(s->entry, 5, "12345678", 8, SQLITE_STATIC);
    sqlite3_bind_blob(s->entry, 6, private_hash, 32, SQLITE_STATIC);
    sqlite3_bind_blob(s->entry, 7, hash, 32, SQLITE_STATIC);
    run(s->entry);

    sqlite3_bind_int64(s->private, 1, position);
    sqlite3_bind_blob(s->private, 2, salts, 16, SQLITE_STATIC);
    sqlite3_bind_blob(s->private, 3, salts + 16, 16, SQLITE_STATIC);
    run(s->private);
}

static void open_all(const char *path, struct statements *s)
{
    must(sqlite3_open(path, &db), SQLITE_OK);
    must(sqlite3_exec(db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536",
                      NULL, NULL, NULL),
         SQLITE_OK);
    s->get = prepare("SELECT choices, facet, head FROM contact WHERE id = ?");
    s->update = prepare("UPDATE contact SET status = 0, choices = ?, facet = ?, updated_at = ?,"
                        " head = ? WHERE id = ?");
    s->entry = prepare("INSERT INTO entry (position, at, kind, contact, subject, previous, undoes,"
                       " status_before, status_after, choices_before, choices_after, paused_before,"
                       " paused_after, actor, actor_id, proof_kind, proof, wording, leave_reason,"
                       " private_hash, hash)"
                       " VALUES (?, 1, 2, ?, 0, ?, 0, 1, 0, ?, 0, 0, 0, 2, 0, 1, ?, 0, 0, ?, ?)");
    s->private = prepare("INSERT INTO entry_private (position, salt, client_salt, address,"
                         " agent) VALUES (?, ?, ?, '127.0.0.1', 'bench')");
    s->counter = prepare("UPDATE counter SET contacts = contacts + ? WHERE facet = ?");
    s->day = prepare("INSERT INTO day_count (day, what, way, type, count) VALUES (1, ?, 1, 3, ?)"
                     " ON CONFLICT (day, what, way, type) DO UPDATE SET count = count +"
                     " excluded.count");
    s->topic_counter = prepare("UPDATE topic_counter SET contacts = contacts + ? WHERE topic = ?");
}

int main(int argc, char **argv)
{
    struct statements s;
    uint8_t hash[32] = {0};
    int64_t per_commit, total, people, position;
    uint64_t random = 88172645463325252ULL;
    double began;

    is_chained = argc == 4;
    if ((argc != 4 && (argc != 5 || strcmp(argv[4], "unchained") != 0)) || sodium_init() < 0) {
        fprintf(stderr, "usage: bare_commit DATABASE ROWS_PER_COMMIT TOTAL_ROWS [unchained]\n");
        return 2;
    }
    per_commit = atoll(argv[2]);
    total = atoll(argv[3]);
    open_all(argv[1], &s);
    people = number("SELECT max(id) FROM contact");
    position = number("SELECT max(position) FROM entry");
    began = now_s();
    for (int64_t done = 0; done < total;) {
        must(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
        for (int64_t i = 0; i < per_commit && done < total; i++, done++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            opt_out(&s, 1 + (int64_t)(random % (uint64_t)people), ++position, hash);
        }
        for (int i = 0; i < 4; i++) {
            sqlite3_bind_int64(s.counter, 1, 1);
            sqlite3_bind_int64(s.counter, 2, i);
            run(s.counter);
            sqlite3_bind_int64(s.topic_counter, 1, per_commit);
            sqlite3_bind_int64(s.topic_counter, 2, i + 1);
            run(s.topic_counter);
        }
        for (int i = 0; i < 6; i++) { /* out, four topics off, how long it took */
            sqlite3_bind_int64(s.day, 1, 128 + i);
            sqlite3_bind_int64(s.day, 2, per_commit);
            run(s.day);
        }
        must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    }
    printf("%.0f\n", (double)total / (now_s() - began));
    sqlite3_close(db);
    return 0;
}
