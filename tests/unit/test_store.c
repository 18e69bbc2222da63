/*
 * Unit test of store/store, txn, lock and migrate: who may write, what is refused, what heals.
 */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/lock.h"
#include "store/settings.h"
#include "unit/people_support.h"

/* Runs SQL on a connection of the test's own; the result code. */
static int run_sql(const struct place *place, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 1000);
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return rc;
}

static void add_one(struct place *place, const char *email)
{
    struct txn *txn = place_begin(place);
    struct contact contact = place_person(txn, email);
    assert_int_equal(place_add(txn, &contact), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
}

static void the_files_are_for_their_owner_alone(void **state)
{
    static const char *const names[] = {"assent.db", "assent.db-wal", "assent.db-shm",
                                        "assent.lock"};
    mode_t old = umask(0);
    struct place *place = place_open();
    add_one(place, "ada@example.com");
    umask(old);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat file;
        assert_int_equal(stat(support_path(place->folder, names[i]), &file), 0);
        assert_int_equal(file.st_mode & 0777, 0600);
    }
    place_close(place);
}

static void the_ledger_is_only_appended_to(void **state)
{
    struct place *place = place_open();
    add_one(place, "ada@example.com");
    add_one(place, "bob@example.com");
    assert_int_equal(run_sql(place, "UPDATE entry SET at = 5 WHERE position = 1"),
                     SQLITE_CONSTRAINT);
    assert_int_equal(run_sql(place, "DELETE FROM entry WHERE position = 2"), SQLITE_CONSTRAINT);
    assert_int_equal(run_sql(place, "INSERT OR REPLACE INTO entry SELECT * FROM entry LIMIT 1"),
                     SQLITE_CONSTRAINT);
    assert_int_equal(place_ask(place, "SELECT sum(position * at) FROM entry"), 3 * 1700000000LL);
    /* A gap is refused as well. */
    struct txn *txn = place_begin(place);
    struct entry entry = {.position = {4}, .kind = ENTRY_SETTING};
    memset(entry.hash, 1, sizeof entry.hash);
    assert_int_equal(entries_append(txn, &entry), STATUS_REFUSED);
    assert_int_equal(txn_commit(txn), STATUS_REFUSED);
    place_close(place);
}

static void a_reader_can_not_write(void **state)
{
    struct place *place = place_open();
    /* There is no function that would let it; so its connection is made to look like a writer's. */
    struct store *reader = place->reader;
    assert_int_equal(store_snapshot_begin(reader), STATUS_OK);
    store_snapshot_end(reader);
    sqlite3 *db = NULL;
    memcpy(&db, reader, sizeof db); /* struct store begins with it */
    assert_int_equal(sqlite3_exec(db, "UPDATE topic SET rank = 9", NULL, NULL, NULL),
                     SQLITE_READONLY);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA query_only = OFF; UPDATE topic SET rank = 9", NULL, NULL, NULL),
        SQLITE_READONLY);
    assert_int_equal(place_ask(place, "SELECT max(rank) FROM topic"), 4);
    place_close(place);
}

static void what_was_committed_others_see_at_once(void **state)
{
    struct place *place = place_open();
    struct position position = {9};
    assert_int_equal(store_position(place->reader, &position), STATUS_OK);
    assert_int_equal(position.value, 0);
    add_one(place, "ada@example.com");
    assert_int_equal(store_position(place->reader, &position), STATUS_OK);
    assert_int_equal(position.value, 1);
    place_close(place);
}

static void a_missing_file_is_not_found_and_not_made(void **state)
{
    const char *path = support_path(support_folder(), "none.db");
    struct store *store = NULL;
    assert_int_equal(store_open_reader(path, &store), STATUS_NOT_FOUND);
    assert_int_equal(store_open_writer(path, path, &store), STATUS_NOT_FOUND);
    assert_null(store);
    assert_int_equal(access(path, F_OK), -1);
}

static void a_newer_schema_is_refused_and_left_alone(void **state)
{
    struct place *place = place_open();
    struct store *store = NULL;
    assert_int_equal(run_sql(place, "PRAGMA user_version = 99"), SQLITE_OK);
    assert_int_equal(store_migrate(place->path, place->lock), STATUS_REFUSED);
    assert_int_equal(store_open_reader(place->path, &store), STATUS_REFUSED);
    assert_int_equal(store_open_writer(place->path, place->lock, &store), STATUS_REFUSED);
    assert_int_equal(place_ask(place, "PRAGMA user_version"), 99);
    place_close(place);
}

static void somebody_elses_database_is_refused_and_left_alone(void **state)
{
    struct place place = {.folder = support_folder()};
    place.path = support_path(place.folder, "other.db");
    place.lock = support_path(place.folder, "lock");
    assert_int_equal(run_sql(&place, "CREATE TABLE theirs (x)"), SQLITE_OK);
    assert_int_equal(store_migrate(place.path, place.lock), STATUS_REFUSED);
    assert_int_equal(place_ask(&place, "SELECT count(*) FROM sqlite_schema"), 1);
}

static void migrating_again_changes_nothing(void **state)
{
    struct place *place = place_open();
    add_one(place, "ada@example.com");
    assert_int_equal(store_migrate(place->path, place->lock), STATUS_OK);
    assert_int_equal(place_ask(place, "SELECT count(*) FROM contact"), 1);
    assert_int_equal(place_ask(place, "PRAGMA user_version"), store_version());
    place_close(place);
}

static void two_who_migrate_at_once_both_succeed(void **state)
{
    const char *folder = support_folder();
    const char *path = support_path(folder, "assent.db"), *lock = support_path(folder, "lock");
    pid_t children[6];
    for (size_t i = 0; i < 6; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(store_migrate(path, lock) == STATUS_OK ? 0 : 1);
    }
    for (size_t i = 0; i < 6; i++) {
        int result = -1;
        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        assert_int_equal(result, 0);
    }
    struct store *store = NULL;
    assert_int_equal(store_open_reader(path, &store), STATUS_OK);
    store_close(store);
}

/* S9: what can't be read gives an error, never a row. */
static void a_corrupt_file_fails_closed(void **state)
{
    struct place *place = place_open();
    struct txn *txn = place_begin(place);
    for (int i = 0; i < 2000; i++) {
        struct contact contact =
            place_person(txn, arena_printf(place->arena, "%04d@example.com", i));
        assert_int_equal(place_add(txn, &contact), STATUS_OK);
    }
    assert_int_equal(txn_commit(txn), STATUS_OK);
    const char *path = place->path;
    store_close(place->reader);
    store_close(place->writer); /* the last one moves the WAL into the file */
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    int fd = open(path, O_RDWR);
    char noise[4096];
    memset(noise, 0xa5, sizeof noise);
    for (off_t at = 4096; at < file.st_size; at += 4096)
        assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
    struct store *store = NULL;
    enum status status = store_open_reader(path, &store);
    struct contact out;
    if (status == STATUS_OK)
        status = contacts_find_email(store, place->arena, "0005@example.com", &out);
    assert_int_equal(status, STATUS_CORRUPT);
    if (store != NULL)
        store_close(store);
    assert_int_equal(pwrite(fd, noise, 100, 0), 100);
    close(fd);
    store = NULL;
    assert_int_equal(store_open_reader(path, &store), STATUS_CORRUPT);
    assert_int_equal(store_open_writer(path, place->lock, &store), STATUS_CORRUPT);
    assert_int_equal(store_migrate(path, place->lock), STATUS_CORRUPT);
    assert_null(store);
    place->reader = place->writer = NULL;
    place_close(place);
}

static void a_second_writer_waits_and_then_is_told(void **state)
{
    struct place *place = place_open();
    struct store *other = NULL;
    struct txn *first = place_begin(place), *second = NULL;
    assert_int_equal(store_open_writer(place->path, place->lock, &other), STATUS_OK);
    assert_false(txn_is_wanted(first));
    int64_t start = clock_monotonic_ns();
    assert_int_equal(txn_begin(other, 60, &second), STATUS_BUSY);
    assert_true(clock_monotonic_ns() - start >= 60000000);
    assert_true(txn_is_wanted(first));
    assert_int_equal(txn_commit(first), STATUS_OK);
    assert_int_equal(txn_begin(other, 60, &second), STATUS_OK);
    assert_false(txn_is_wanted(second));
    txn_rollback(second);
    store_close(other);
    place_close(place);
}

/* What a writer of another process leaves when it dies in the midst of a transaction. */
static void die_holding(const struct place *place)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store *store = NULL;
        struct txn *txn = NULL;
        if (store_open_writer(place->path, place->lock, &store) != STATUS_OK ||
            txn_begin(store, 1000, &txn) != STATUS_OK)
            _exit(1);
        struct contact contact = place_person(txn, "unfinished@example.com");
        if (place_add(txn, &contact) != STATUS_OK || write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    struct txn *txn = NULL;
    assert_int_equal(txn_begin(place->writer, 20, &txn), STATUS_BUSY);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(ready[0]);
    close(ready[1]);
}

static void a_holder_that_was_killed_is_healed(void **state)
{
    struct place *place = place_open();
    add_one(place, "ada@example.com");
    for (int i = 0; i < 3; i++)
        die_holding(place);
    add_one(place, "bob@example.com");
    assert_int_equal(place_ask(place, "SELECT count(*) FROM contact"), 2);
    assert_int_equal(place_ask(place, "SELECT count(*) FROM entry"), 2);
    assert_int_equal(
        place_ask(place, "SELECT count(*) FROM contact WHERE email_key = 'unfinished@example.com'"),
        0);
    place_close(place);
}

static void a_lock_file_left_by_a_crash_is_made_new(void **state)
{
    const char *folder = support_folder();
    char held[56];
    memset(held, 0x5a, sizeof held); /* a mutex that someone seems to hold */
    const char *path = support_write(folder, "lock", 0600, held, sizeof held);
    struct lock *lock = NULL, *again = NULL;
    assert_int_equal(lock_open(path, &lock), STATUS_OK);
    assert_int_equal(lock_take(lock, 100), STATUS_OK);
    /* But not under someone who has it open. */
    assert_int_equal(lock_open(path, &again), STATUS_OK);
    assert_int_equal(lock_take(again, 20), STATUS_BUSY);
    lock_release(lock);
    assert_int_equal(lock_take(again, 20), STATUS_OK);
    lock_release(again);
    lock_close(lock);
    lock_close(again);
}

/* Opens, takes and releases over and over; what the lock guards is counted without atomics. */
static int hammer(const char *path, volatile int64_t *counter)
{
    for (int i = 0; i < 40; i++) {
        struct lock *lock = NULL;
        if (lock_open(path, &lock) != STATUS_OK)
            return 1;
        for (int j = 0; j < 25; j++) {
            if (lock_take(lock, 20000) != STATUS_OK)
                return 2;
            int64_t seen = *counter;
            if (j % 8 == 0)
                usleep(20);
            *counter = seen + 1;
            lock_release(lock);
        }
        lock_close(lock);
    }
    return 0;
}

static void one_at_a_time_holds_it_from_the_first_moment(void **state)
{
    const char *path = support_path(support_folder(), "lock");
    int64_t *counter =
        mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t children[4];
    for (size_t i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(hammer(path, counter));
    }
    for (size_t i = 0; i < 4; i++) {
        int result = -1;
        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        assert_int_equal(result, 0);
    }
    assert_int_equal(*counter, 4 * 40 * 25);
    munmap(counter, sizeof *counter);
}

/* Who commits again and again lets others in. */
static void bulk_work_gives_way(void **state)
{
    const char *path = support_path(support_folder(), "lock");
    struct lock *lock = NULL;
    assert_int_equal(lock_open(path, &lock), STATUS_OK);
    assert_int_equal(lock_take(lock, 0), STATUS_OK);
    pid_t child = fork();
    if (child == 0) {
        struct lock *own = NULL;
        bool is_fine = lock_open(path, &own) == STATUS_OK;
        for (int i = 0; i < 10 && is_fine; i++) {
            is_fine = lock_take(own, 5000) == STATUS_OK;
            if (is_fine)
                lock_release(own);
        }
        _exit(is_fine ? 0 : 1);
    }
    int rounds = 0, result = -1;
    while (waitpid(child, &result, WNOHANG) == 0) {
        usleep(2000); /* a batch */
        lock_release(lock);
        assert_int_equal(lock_take(lock, 5000), STATUS_OK);
        rounds++;
    }
    assert_int_equal(result, 0);
    assert_in_range(rounds, 1, 100);
    lock_release(lock);
    lock_close(lock);
}

static void checkpoints_keep_the_wal_bounded(void **state)
{
    struct place *place = place_open();
    struct stat file;
    int64_t total = 0;
    struct contact first = {0};
    for (int round = 0; round < 60; round++) {
        struct txn *txn = place_begin(place);
        for (int i = 0; i < 500; i++) {
            struct contact contact =
                place_person(txn, arena_printf(place->arena, "%d-%d@example.com", i, round));
            assert_int_equal(place_add(txn, &contact), STATUS_OK);
        }
        assert_int_equal(txn_commit(txn), STATUS_OK);
        /* A reader that comes and goes does not stop it. */
        assert_int_equal(contacts_get(place->reader, place->arena, (struct contact_id){1}, &first),
                         STATUS_OK);
        assert_int_equal(store_checkpoint(place->writer), STATUS_OK);
        assert_int_equal(stat(support_path(place->folder, "assent.db-wal"), &file), 0);
        total = file.st_size > total ? file.st_size : total;
    }
    assert_in_range(total, 1, 16 << 20);
    assert_int_equal(stat(place->path, &file), 0);
    assert_in_range(file.st_size, 2 << 20, 64 << 20);
    place_close(place);
}

static void words_about_a_failure_hold_no_data(void **state)
{
    struct place *place = place_open();
    assert_string_equal(store_fault(place->reader), "");
    assert_int_equal(store_snapshot_begin(place->reader), STATUS_OK);
    assert_int_equal(store_snapshot_begin(place->reader), STATUS_IO);
    assert_non_null(strstr(store_fault(place->reader), "store_begin_read"));
    place_close(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_files_are_for_their_owner_alone),
        cmocka_unit_test(the_ledger_is_only_appended_to),
        cmocka_unit_test(a_reader_can_not_write),
        cmocka_unit_test(what_was_committed_others_see_at_once),
        cmocka_unit_test(a_missing_file_is_not_found_and_not_made),
        cmocka_unit_test(a_newer_schema_is_refused_and_left_alone),
        cmocka_unit_test(somebody_elses_database_is_refused_and_left_alone),
        cmocka_unit_test(migrating_again_changes_nothing),
        cmocka_unit_test(two_who_migrate_at_once_both_succeed),
        {"S9: a corrupt file fails closed", a_corrupt_file_fails_closed, NULL, NULL, NULL},
        cmocka_unit_test(a_second_writer_waits_and_then_is_told),
        cmocka_unit_test(a_holder_that_was_killed_is_healed),
        cmocka_unit_test(a_lock_file_left_by_a_crash_is_made_new),
        cmocka_unit_test(one_at_a_time_holds_it_from_the_first_moment),
        cmocka_unit_test(bulk_work_gives_way),
        cmocka_unit_test(checkpoints_keep_the_wal_bounded),
        cmocka_unit_test(words_about_a_failure_hold_no_data),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
