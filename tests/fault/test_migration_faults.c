/*
 * Fault test of making a new file: a write, sync, read or allocation of the migrations fails, once
 * and for good, and the process dies there. The next start makes the file whole.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "fault/exhaust.h"
#include "unit/people_support.h"

static const char *folder, *path, *lock;
static bool *acknowledged; /* shared with the process that dies */

static void begin(void)
{
    static const char *const names[] = {"run.db", "run.db-wal", "run.db-shm", "run.db-journal"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(support_path(folder, names[i]));
    *acknowledged = false;
}

static void migrate(void)
{
    *acknowledged = store_migrate(path, lock) == STATUS_OK;
}

/* After a failure the next start makes the file whole. */
static void expect_migrated(const char *what)
{
    struct store *store = NULL;
    if (*acknowledged)
        assert_int_equal(store_open_reader(path, &store), STATUS_OK);
    store_close(store);
    enum status status = store_migrate(path, lock);
    if (status != STATUS_OK)
        fail_msg("%s: %s", what, status_name(status));
    assert_int_equal(store_open_writer(path, lock, &store), STATUS_OK);
    store_close(store);
    struct place place = {.path = path};
    assert_int_equal(place_ask(&place, "SELECT count(*) FROM topic"), 4);
}

static void migrations(void **state)
{
    exhaust(begin, migrate, expect_migrated, FAULT_WRITE, 1, 10);
    exhaust(begin, migrate, expect_migrated, FAULT_SYNC, 1, 3);
    exhaust(begin, migrate, expect_migrated, FAULT_READ, 1, 1);
    exhaust(begin, migrate, expect_migrated, FAULT_MALLOC, 41, 10);
}

static int set_up(void **state)
{
    folder = support_folder();
    path = support_path(folder, "run.db");
    lock = support_path(folder, "run.lock");
    acknowledged =
        mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return 0;
}

int main(void)
{
    fault_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(migrations),
    };
    return cmocka_run_group_tests_name("migration faults", tests, set_up, NULL);
}
