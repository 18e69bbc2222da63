/*
 * The writer thread: groups, refusals, a full queue, draining, a disk that fails, a thread that
 * died.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "service/setup.h"
#include "unit/task_support.h"

static void many_jobs_share_commits(void **state)
{
    (void)state;
    enum { JOBS = 2000, PEOPLE = 100 };
    struct contact_id people[PEOPLE];
    task_add_people(people, PEOPLE);
    struct service service = site_service(&task_site, true);
    struct writer *writer = task_start_writer(&service, JOBS);
    struct task *tasks = task_new_list(JOBS, people, PEOPLE);
    const int64_t head = site_head(&task_site).value;
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
    task_take_all(writer, JOBS);
    bool *seen = calloc(JOBS + 1, sizeof(*seen));
    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(tasks[i].job.status, STATUS_OK);
        assert_ptr_equal(tasks[i].job.owner, &tasks[i]);
        assert_int_equal(tasks[i].runs, 1);
        assert_int_equal(tasks[i].result.verdict, CHANGE_APPLIED);
        const int64_t place = tasks[i].result.position.value - head;
        assert_in_range(place, 1, JOBS);
        assert_false(seen[place]);
        seen[place] = true;
    }
    struct writer_counts counts;
    writer_count(writer, &counts);
    assert_int_equal(counts.jobs, JOBS);
    assert_int_equal(counts.failed, 0);
    assert_int_equal(counts.queued, 0);
    assert_in_range(counts.commits, JOBS / WRITER_GROUP_MAX, JOBS / 2);
    uint64_t commits = 0;
    for (size_t i = 0; i < WRITER_SIZES; i++)
        commits += counts.sizes[i];
    assert_int_equal(commits, counts.commits);
    assert_true(counts.commit_ns > 0);
    writer_free(writer);
    setup_close(&service);
    site_check_ledger(&task_site);
    free(seen);
    task_free_list(tasks, JOBS);
}

/* Holds the write lock, so that what is submitted meanwhile must share a group. */
static void failing_jobs_fail_alone(void **state)
{
    (void)state;
    enum { JOBS = 60, PEOPLE = 60 };
    const size_t bad_counts[] = {1, 2, 3, 9, JOBS};
    struct contact_id people[PEOPLE];
    task_add_people(people, PEOPLE);
    struct service service = site_service(&task_site, true);
    struct writer *writer = task_start_writer(&service, JOBS);
    for (size_t round = 0; round < sizeof(bad_counts) / sizeof(bad_counts[0]); round++) {
        struct task *tasks = task_new_list(JOBS, people, PEOPLE);
        const size_t bad = bad_counts[round];
        for (size_t i = 0; i < bad; i++)
            tasks[i * (JOBS / bad)].refuses = i & 1 ? STATUS_REFUSED : STATUS_INVALID;
        const int64_t head = site_head(&task_site).value;
        struct txn *txn = site_begin(&task_site);
        for (size_t i = 0; i < JOBS; i++)
            assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
        txn_rollback(txn);
        task_take_all(writer, JOBS);
        for (size_t i = 0; i < JOBS; i++) {
            assert_int_equal(tasks[i].job.status, tasks[i].refuses);
            assert_in_range(tasks[i].runs, 1, 5); /* bounded, however many are bad */
            const bool is_on = (site_get(&task_site, people[i]).choices & MARKETING) != 0;
            const bool meant = (tasks[i].result.after.choices & MARKETING) != 0;
            assert_int_equal(is_on, tasks[i].refuses == STATUS_OK ? meant : !meant);
        }
        assert_int_equal(site_head(&task_site).value, head + (int64_t)(JOBS - bad));
        task_free_list(tasks, JOBS);
    }
    writer_free(writer);
    setup_close(&service);
    site_check_ledger(&task_site);
}

static void full_queue_and_draining(void **state)
{
    (void)state;
    enum { JOBS = 20, CAPACITY = 10 };
    struct contact_id people[1];
    task_add_people(people, 1);
    struct service service = site_service(&task_site, true);
    struct writer *writer = task_start_writer(&service, CAPACITY);
    struct task *tasks = task_new_list(JOBS, people, 1);
    struct txn *txn = site_begin(&task_site);
    size_t taken = 0;
    for (size_t i = 0; i < JOBS; i++)
        taken += writer_submit(writer, &tasks[i].job) == STATUS_OK;
    assert_int_equal(taken, CAPACITY);
    struct writer_counts counts;
    writer_count(writer, &counts);
    assert_int_equal(counts.refused_full, JOBS - CAPACITY);
    assert_int_equal(counts.queued, CAPACITY);
    txn_rollback(txn);
    writer_stop(writer); /* runs what is queued first */
    assert_int_equal(writer_submit(writer, &tasks[JOBS - 1].job), STATUS_BUSY);
    for (size_t i = 0; i < CAPACITY; i++) {
        struct write_job *job = writer_take(writer);
        assert_non_null(job);
        assert_int_equal(job->status, STATUS_OK);
    }
    assert_null(writer_take(writer));
    writer_free(writer);
    setup_close(&service);
    site_check_ledger(&task_site);
    task_free_list(tasks, JOBS);
}

struct late {
    struct writer *writer;
    struct task *tasks;
    _Atomic size_t count;
};
#define LATE_MAX 5000

/* Goes on until the writer was told to stop: what it submitted came too late for its group. */
static enum status submit_until_told(const struct service *service, struct txn *txn,
                                     struct arena *arena, void *context)
{
    struct late *late = context;
    (void)service, (void)txn, (void)arena;
    while (late->count < LATE_MAX &&
           writer_submit(late->writer, &late->tasks[late->count].job) == STATUS_OK) {
        late->count++;
        usleep(1000);
    }
    return STATUS_OK;
}

static void stopping_leaves_nobody_waiting(void **state)
{
    (void)state;
    struct contact_id people[1];
    struct arena *arena = arena_new();
    struct late late = {0};
    struct write_job job = {.run = submit_until_told, .context = &late, .arena = arena};
    task_add_people(people, 1);
    struct service service = site_service(&task_site, true);
    late.tasks = task_new_list(LATE_MAX, people, 1);
    late.writer = task_start_writer(&service, LATE_MAX + 1);
    assert_int_equal(writer_submit(late.writer, &job), STATUS_OK);
    while (late.count == 0)
        usleep(1000);
    writer_stop(late.writer);
    for (size_t i = 0; i <= late.count; i++) {
        struct write_job *done = writer_take(late.writer);
        assert_non_null(done);
        assert_int_equal(done->status, STATUS_OK);
    }
    assert_null(writer_take(late.writer));
    writer_free(late.writer);
    setup_close(&service);
    site_check_ledger(&task_site);
    task_free_list(late.tasks, LATE_MAX);
    arena_free(arena);
}

struct asker {
    struct writer *writer;
    struct write_job *behind; /* submitted meanwhile; NULL: none */
    bool before, after;
};

static enum status ask_whether_wanted(const struct service *service, struct txn *txn,
                                      struct arena *arena, void *context)
{
    struct asker *asker = context;
    (void)service, (void)txn, (void)arena;
    asker->before = writer_is_wanted(asker->writer);
    enum status status =
        asker->behind != NULL ? writer_submit(asker->writer, asker->behind) : STATUS_OK;
    asker->after = writer_is_wanted(asker->writer);
    return status;
}

static void long_jobs_know_who_waits(void **state)
{
    (void)state;
    struct contact_id people[1];
    struct arena *arena = arena_new();
    struct asker asker = {0};
    struct write_job job = {.run = ask_whether_wanted, .context = &asker, .arena = arena};
    task_add_people(people, 1);
    struct service service = site_service(&task_site, true);
    struct task *tasks = task_new_list(2, people, 1);
    asker.writer = task_start_writer(&service, 10);
    for (int round = 0; round < 4; round++) {
        const bool shares = round == 1, has_behind = round == 2;
        asker.behind = has_behind ? &tasks[1].job : NULL;
        struct txn *txn = site_begin(&task_site);
        if (shares) /* who came before it hears of the same commit */
            assert_int_equal(writer_submit(asker.writer, &tasks[0].job), STATUS_OK);
        assert_int_equal(writer_submit(asker.writer, &job), STATUS_OK);
        txn_rollback(txn);
        task_take_all(asker.writer, 1 + (size_t)(shares || has_behind));
        assert_int_equal(asker.before, shares);
        assert_int_equal(asker.after, shares || has_behind);
    }
    writer_free(asker.writer);
    setup_close(&service);
    task_free_list(tasks, 2);
    arena_free(arena);
}

static void run_without_a_loop(void **state)
{
    (void)state;
    struct contact_id people[1];
    task_add_people(people, 1);
    assert_int_equal(task_run(&task_site.service, people[0]), STATUS_OK);
    assert_true(site_get(&task_site, people[0]).choices & MARKETING);
    struct task task = {.contact = people[0], .refuses = STATUS_CONFLICT};
    assert_int_equal(writer_run(&task_site.service, task_site.arena, task_toggle, &task),
                     STATUS_CONFLICT);
    assert_true(site_get(&task_site, people[0]).choices & MARKETING);
    assert_int_equal(task_run(&task_site.service, people[0]), STATUS_OK);
    assert_false(site_get(&task_site, people[0]).choices & MARKETING);
}

/* The disk takes no more: every job of the group hears so, nothing of it stays; later it goes on.
 */
static void failed_commit_is_everyones(void **state)
{
    (void)state;
    enum { JOBS = 40 };
    struct contact_id people[JOBS];
    task_add_people(people, JOBS);
    struct service service = site_service(&task_site, true);
    struct writer *writer = task_start_writer(&service, JOBS);
    struct task *tasks = task_new_list(JOBS, people, JOBS);
    const int64_t head = site_head(&task_site).value;
    struct rlimit before, none;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = before;
    none.rlim_cur = 1;
    struct txn *txn = site_begin(&task_site);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    txn_rollback(txn);
    task_take_all(writer, JOBS);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    for (size_t i = 0; i < JOBS; i++)
        assert_true(tasks[i].job.status == STATUS_IO || tasks[i].job.status == STATUS_FULL);
    assert_int_equal(site_head(&task_site).value, head);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
    task_take_all(writer, JOBS);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(tasks[i].job.status, STATUS_OK);
    assert_int_equal(site_head(&task_site).value, head + JOBS);
    writer_free(writer);
    setup_close(&service);
    site_check_ledger(&task_site);
    task_free_list(tasks, JOBS);
}

/* Others wrote much, then this writer a little, then nobody: the WAL goes into the file. */
static void idle_checkpoint(void **state)
{
    (void)state;
    enum { MUCH = 300 };
    struct contact_id people[1];
    struct stat before, after;
    struct writer_counts counts;
    task_add_people(people, 1);
    struct service service = site_service(&task_site, true);
    struct writer *writer = task_start_writer(&service, 1);
    for (int i = 0; i < MUCH; i++)
        assert_int_equal(task_run(&task_site.service, people[0]), STATUS_OK);
    assert_int_equal(stat(task_site.conf.db_path, &before), 0);
    struct task *tasks = task_new_list(1, people, 1);
    assert_int_equal(writer_submit(writer, &tasks[0].job), STATUS_OK);
    task_take_all(writer, 1);
    int waits = 0;
    do {
        usleep(20000);
        writer_count(writer, &counts);
    } while (counts.checkpoints == 0 && ++waits < 500);
    assert_int_equal(counts.checkpoints, 1);
    assert_int_equal(stat(task_site.conf.db_path, &after), 0);
    assert_true(after.st_size > before.st_size);
    writer_free(writer);
    setup_close(&service);
    task_free_list(tasks, 1);
    site_check_ledger(&task_site);
}

/* A job that ends its thread as a sandbox would. */
static enum status vanish(const struct service *service, struct txn *txn, struct arena *arena,
                          void *context)
{
    (void)service, (void)txn, (void)arena, (void)context;
    syscall(SYS_exit, 0);
    return STATUS_OK;
}

static void dead_thread_is_noticed(void **state)
{
    (void)state;
    struct contact_id people[1];
    task_add_people(people, 1);
    struct service service = site_service(&task_site, true);
    struct writer *writer = task_start_writer(&service, 10);
    struct task *tasks = task_new_list(2, people, 1);
    assert_true(writer_is_alive(writer));
    tasks[0].job.run = vanish;
    assert_int_equal(writer_submit(writer, &tasks[0].job), STATUS_OK);
    for (int i = 0; i < 5000 && writer_is_alive(writer); i++)
        usleep(1000);
    assert_false(writer_is_alive(writer));
    assert_int_equal(writer_submit(writer, &tasks[1].job), STATUS_OK);
    assert_false(task_is_readable(writer, 100));
    assert_true(writer_pulse(writer).has_work);
    alarm(20); /* neither may wait for what can't come */
    writer_stop(writer);
    assert_null(writer_take(writer)); /* nothing is told as done */
    writer_free(writer);
    alarm(0);
    setup_close(&service);
    /* its lock and its transaction died with it: others write on */
    assert_int_equal(task_run(&task_site.service, people[0]), STATUS_OK);
    site_check_ledger(&task_site);
    task_free_list(tasks, 2);
}

static void pulse_tells_stuck_from_idle(void **state)
{
    (void)state;
    enum { JOBS = 3 };
    struct contact_id people[1];
    task_add_people(people, 1);
    struct service service = site_service(&task_site, true);
    struct writer *writer = task_start_writer(&service, JOBS);
    struct task *tasks = task_new_list(JOBS, people, 1);
    assert_false(writer_pulse(writer).has_work);
    struct txn *txn = site_begin(&task_site);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
    usleep(50000);
    assert_true(writer_pulse(writer).has_work);
    assert_int_equal(writer_pulse(writer).answered, 0);
    txn_rollback(txn);
    task_take_all(writer, JOBS);
    assert_false(writer_pulse(writer).has_work);
    assert_int_equal(writer_pulse(writer).answered, JOBS);
    writer_free(writer);
    setup_close(&service);
    task_free_list(tasks, JOBS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("many jobs share few commits, each is on disk once taken back",
             many_jobs_share_commits),
        CASE("a job that fails fails alone; reruns are bounded", failing_jobs_fail_alone),
        CASE("a full queue says busy; stopping drains it", full_queue_and_draining),
        CASE("stopping runs what came while a group was written", stopping_leaves_nobody_waiting),
        CASE("a long job is told who waits behind it, and who shares its commit",
             long_jobs_know_who_waits),
        CASE("the same for a process with no loop", run_without_a_loop),
        CASE("a failed commit is told to every job, and leaves nothing",
             failed_commit_is_everyones),
        CASE("an idle writer has the WAL moved into the database file", idle_checkpoint),
        CASE("a thread that died is noticed, told as nothing done, and not waited for",
             dead_thread_is_noticed),
        CASE("a writer that is stuck differs from an idle one", pulse_tells_stuck_from_idle),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
