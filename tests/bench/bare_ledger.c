/*
 * bench: the bare limit of verifying the ledger: threads that read every entry's columns with
 * SQLite, put them side by side and hash as many bytes as an entry's encoding has. Nothing is
 * compared, no private text and no person looked at.
 *
 * usage: bare_ledger DATABASE THREADS
 * prints: entries a second
 */
#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ENCODED 238 /* what is hashed of an entry without frequencies, and the hash before it */
#define THREADS 64

static const char *path;

struct share {
    int64_t after, last;
    int64_t rows;
    pthread_t thread;
};

static void must(int rc, int wanted, sqlite3 *db)
{
    if (rc != wanted) {
        fprintf(stderr, "bare_ledger: %s\n", db ? sqlite3_errmsg(db) : "no database");
        exit(1);
    }
}

static void hash_row(sqlite3_stmt *walk, uint8_t hash[32])
{
    uint8_t encoding[ENCODED + 64] = {0};
    size_t at = 32;
    const int columns = sqlite3_column_count(walk);

    memcpy(encoding, hash, 32);
    for (int i = 0; i < columns; i++) {
        if (sqlite3_column_type(walk, i) == SQLITE_BLOB) {
            const void *data = sqlite3_column_blob(walk, i);
            const int len = sqlite3_column_bytes(walk, i);
            memcpy(encoding + at % ENCODED, data, (size_t)len);
            at += (size_t)len;
        } else {
            const int64_t value = sqlite3_column_int64(walk, i);
            memcpy(encoding + at % ENCODED, &value, 8);
            at += 8;
        }
    }
    crypto_generichash(hash, 32, encoding, ENCODED, NULL, 0);
}

static void *work(void *context)
{
    struct share *share = context;
    uint8_t hash[32] = {0};
    sqlite3 *db = NULL;
    sqlite3_stmt *walk = NULL;

    must(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL), SQLITE_OK,
         db);
    must(sqlite3_prepare_v2(
             db,
             "SELECT position, at, kind, contact, subject, previous, undoes, status_before,"
             " status_after, choices_before, choices_after, paused_before, paused_after, actor,"
             " actor_id, proof_kind, proof, wording, leave_reason, private_hash, hash,"
             " daily_before, daily_after, weekly_before, weekly_after"
             " FROM entry WHERE position > ? AND position <= ? ORDER BY position",
             -1, &walk, NULL),
         SQLITE_OK, db);
    sqlite3_bind_int64(walk, 1, share->after);
    sqlite3_bind_int64(walk, 2, share->last);
    for (; sqlite3_step(walk) == SQLITE_ROW; share->rows++)
        hash_row(walk, hash);
    sqlite3_finalize(walk);
    sqlite3_close(db);
    return NULL;
}

static int64_t find_head(void)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *ask = NULL;

    must(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK, db);
    must(sqlite3_prepare_v2(db, "SELECT max(position) FROM entry", -1, &ask, NULL), SQLITE_OK, db);
    must(sqlite3_step(ask), SQLITE_ROW, db);
    const int64_t head = sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    sqlite3_close(db);
    return head;
}

static double now_s(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    struct share shares[THREADS];
    int64_t rows = 0;
    int threads;

    if (argc != 3 || sodium_init() < 0 || (threads = atoi(argv[2])) < 1 || threads > THREADS) {
        fprintf(stderr, "usage: bare_ledger DATABASE THREADS\n");
        return 2;
    }
    path = argv[1];
    const int64_t head = find_head();
    const double began = now_s();
    for (int i = 0; i < threads; i++) {
        shares[i] = (struct share){.after = head * i / threads, .last = head * (i + 1) / threads};
        if (pthread_create(&shares[i].thread, NULL, work, &shares[i]) != 0)
            return 1;
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(shares[i].thread, NULL);
        rows += shares[i].rows;
    }
    printf("%.0f\n", (double)rows / (now_s() - began));
    return 0;
}
