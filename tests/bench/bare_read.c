/*
 * bench: the bare limit of one read: a C loop that reads one person's row by its id straight in
 * SQLite, the columns of a page, one person after the other as the links are asked for, each in a
 * transaction of its own as requests are. No HTTP, nothing made of what is read.
 *
 * usage: bare_read DATABASE (which a server may be using)
 * prints: reads a second on one core
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUND  10000
#define TIME_S 1.0

static sqlite3 *db;

static void must(int rc, int wanted)
{
    if (rc != wanted) {
        fprintf(stderr, "bare_read: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *statement = NULL;

    must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    return statement;
}

static double now_s(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    uint64_t sum = 0;
    int64_t id = 0;
    long reads = 0;
    double began, took;

    if (argc != 2)
        return 2;
    must(sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL),
         SQLITE_OK);
    sqlite3_stmt *last = prepare("SELECT max(id) FROM contact");
    sqlite3_stmt *get = prepare("SELECT id, public_id, email_key, email, name, name_key, language, "
                                "type, status, choices, paused_until, epoch, created_at, "
                                "updated_at, head, daily, weekly FROM contact WHERE id = ?");
    must(sqlite3_step(last), SQLITE_ROW);
    const int64_t people = sqlite3_column_int64(last, 0);
    sqlite3_finalize(last);
    if (people == 0)
        return 1;
    began = now_s();
    do {
        for (int i = 0; i < ROUND; i++) {
            id = id % people + 1;
            sqlite3_bind_int64(get, 1, id);
            if (sqlite3_step(get) == SQLITE_ROW) /* else that person was erased */
                for (int column = 0; column < 17; column++)
                    sum += (uint64_t)sqlite3_column_bytes(get, column);
            must(sqlite3_reset(get), SQLITE_OK);
        }
        reads += ROUND;
        took = now_s() - began;
    } while (took < TIME_S);
    sqlite3_finalize(get);
    sqlite3_close(db);
    if (sum == 0)
        return 1;
    printf("%.0f\n", (double)reads / took);
    return 0;
}
