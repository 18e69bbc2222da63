/*
 * Fault test of uploaded imports: every write, sync, read and lock of SQLite's fails in turn while
 * a file is checked, written and taken back, once and for good, and the process dies there.
 * Whatever happens, the list and the ledger are whole, the job says where it is, and the next to
 * come brings it to the end that it would have had.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fault/exhaust.h"
#include "service/setup.h"
#include "unit/import_support.h"
#include "unit/people_support.h"

static const char csv[] = "email,name,status,newsletter\nnew@example.org,New,,yes\n"
                          "known@example.org,After,,no\nbroken,,,\nnew@example.org,Again,,\n"
                          "gone@example.org,Gone,Opted In,yes\nfile@example.org,,Opted Out,\n";

static struct site site; /* what every run begins from; only its folder, keys and arena are used */
static struct conf run;  /* the same, with another database */
static int64_t job_id;
static enum import_act next; /* what was asked for before the step that fails */

static void copy_file(const char *from, const char *to)
{
    char data[1 << 16];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(in >= 0 && out >= 0);
    for (ssize_t len; (len = read(in, data, sizeof data)) > 0;)
        assert_int_equal(write(out, data, (size_t)len), len);
    close(in);
    close(out);
}

static void begin(void)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        unlink(arena_printf(site.arena, "%s%s", run.db_path, tails[i]));
    copy_file(site.conf.db_path, run.db_path);
}

/* What the courier does, which comes again after a failure. */
static void act(void)
{
    struct arena *arena = arena_new();
    struct service service;
    atomic_bool stop = false;
    const char *fault;
    bool did;
    if (setup_open(arena, &run, true, &service, &fault) == STATUS_OK) {
        enum status status = import_work_step(&service, arena, &stop, &did);
        (void)status; /* what it came to is looked at from outside */
        setup_close(&service);
    }
    arena_free(arena);
}

static int64_t ask(const char *sql)
{
    struct place place = {.path = run.db_path};
    return place_ask(&place, sql);
}

/* 0 where each of these holds. */
static const char *const laws[] = {
    "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "SELECT count(*) FROM contact LEFT JOIN entry ON position = head WHERE entry.contact IS NOT "
    "contact.id",
    "SELECT count(*) FROM counter WHERE contacts <> (SELECT count(*) FROM contact WHERE "
    "contact.facet = counter.facet)",
    "SELECT count(*) FROM import_job WHERE state NOT BETWEEN 1 AND 10",
    "SELECT count(*) FROM contact WHERE email_key = 'gone@example.org' AND status = 1",
};

/* 1 in the end. */
static const char *const ends[IMPORT_ACT_COUNT] = {
    [IMPORT_STOP] = "SELECT state = 2 AND total = 6 AND added = 2 AND updated = 2 AND kept_out = 1 "
                    "AND rejected = 1 FROM import_job",
    [IMPORT_START] = "SELECT state = 4 AND added = 2 AND updated = 2 AND kept_out = 1 AND rejected "
                     "= 1 AND (SELECT count(*) FROM contact WHERE name = 'Again') FROM import_job",
    [IMPORT_UNDO] = "SELECT state = 10 AND left_alone = 0 AND (SELECT count(*) FROM contact WHERE "
                    "status = 1) = 1 AND (SELECT count(*) FROM contact WHERE name IN ('After', "
                    "'Gone')) = 0 FROM import_job",
};

/* A job that failed goes on when an admin says so; one that was left behind does by itself. */
static void go_on(void)
{
    struct arena *arena = arena_new();
    struct service service;
    const char *fault = "";
    const struct origin origin = site_origin(ACTOR_ADMIN, IMPORT_ADMIN);
    bool is_late;
    assert_int_equal(setup_open(arena, &run, true, &service, &fault), STATUS_OK);
    struct txn *txn = NULL;
    assert_int_equal(txn_begin(service.store, 1000, &txn), STATUS_OK);
    struct import_job job;
    assert_int_equal(import_jobs_get(txn_store(txn), arena, job_id, &job), STATUS_OK);
    if (job.state == IMPORT_IS_FAILED && job.run != 0)
        assert_int_equal(import_jobs_act(&service, txn, arena, job_id,
                                         next == IMPORT_UNDO ? IMPORT_UNDO : IMPORT_START, &origin,
                                         &is_late),
                         STATUS_OK);
    if (job.state == IMPORT_IS_FAILED && job.run == 0) {
        /* Nothing was written: it is uploaded again, which is the same file checked anew. */
        job.state = next == IMPORT_START ? IMPORT_IS_RUNNING : IMPORT_IS_CHECKING;
        assert_int_equal(import_jobs_update(txn, &job), STATUS_OK);
    }
    assert_int_equal(txn_commit(txn), STATUS_OK);
    setup_close(&service);
    arena_free(arena);
}

static void expect_whole(const char *what)
{
    for (int look = 0; look < 2; look++) {
        for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
            int64_t broken = ask(laws[i]);
            if (broken != 0)
                fail_msg("%s: %s: %lld", what, laws[i], (long long)broken);
        }
        if (look == 0) {
            go_on();
            act();
        }
    }
    if (ask(ends[next]) != 1)
        fail_msg("%s: state %lld, added %lld, updated %lld, left alone %lld", what,
                 (long long)ask("SELECT state FROM import_job"),
                 (long long)ask("SELECT added FROM import_job"),
                 (long long)ask("SELECT updated FROM import_job"),
                 (long long)ask("SELECT left_alone FROM import_job"));
}

static void fail_everywhere(void)
{
    setup_close(&site.service); /* moves the log into the file that is copied */
    begin();
    act();
    expect_whole("no fault");
    exhaust(begin, act, expect_whole, FAULT_WRITE, 3, 3);
    exhaust(begin, act, expect_whole, FAULT_SYNC, 1, 1);
    exhaust(begin, act, expect_whole, FAULT_READ, 3, 3);
    exhaust(begin, act, expect_whole, FAULT_LOCK, 3, 3);
    site_reopen(&site);
}

static void a_check_that_fails_says_so_or_is_done_again(void **state)
{
    next = IMPORT_STOP;
    fail_everywhere();
}

static void an_import_goes_on_and_counts_as_of_one_run(void **state)
{
    import_work(&site);
    assert_true(import_act(&site, job_id, IMPORT_START));
    next = IMPORT_START;
    fail_everywhere();
}

static void an_undoing_goes_on_and_is_whole(void **state)
{
    import_work(&site);
    assert_true(import_act(&site, job_id, IMPORT_UNDO));
    next = IMPORT_UNDO;
    fail_everywhere();
}

static int set_up(void **state)
{
    bool is_busy;
    site_open(&site);
    import_folder(&site);
    site_add(&site, "known@example.org", NEWSLETTER);
    site_add_out(&site, "gone@example.org");
    job_id = import_ask(&site, csv, "", &is_busy).id;
    run = site.conf;
    run.db_path = support_path(site.conf.data, "run.db");
    run.lock_path = support_path(site.conf.data, "run.lock");
    return 0;
}

int main(void)
{
    fault_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_that_fails_says_so_or_is_done_again),
        cmocka_unit_test(an_import_goes_on_and_counts_as_of_one_run),
        cmocka_unit_test(an_undoing_goes_on_and_is_whole),
    };
    return cmocka_run_group_tests_name("import_faults", tests, set_up, NULL);
}
