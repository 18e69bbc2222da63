/*
 * The writer thread: groups, refusals, a full queue, draining, a disk that fails, and kill -9.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "service/setup.h"
#include "service/writer.h"
#include "unit/site.h"

static struct site site;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

/* One change of one person, as a job. */
struct task {
    struct write_job job;
    struct contact_id contact;
    enum actor_kind actor;
    enum status refuses; /* not STATUS_OK: after its change, the job says this */
    struct change_result result;
    int runs;
};

static enum status toggle(const struct service *service, struct txn *txn, struct arena *arena,
                          void *context)
{
    struct task *task = context;
    struct change change = {
        .kind = ENTRY_CHOICES, .contact = task->contact, .origin = site_origin(ACTOR_RECIPIENT, 0)};
    struct change_result now;
    task->runs++;
    change.turn_on = MARKETING;
    enum status status = change_apply(service, txn, arena, &change, &now);
    if (status == STATUS_OK && now.verdict == CHANGE_UNCHANGED) {
        change.turn_on = 0;
        change.turn_off = MARKETING;
        status = change_apply(service, txn, arena, &change, &now);
    }
    task->result = now;
    return status == STATUS_OK ? task->refuses : status;
}

static struct task *new_tasks(size_t count, const struct contact_id *people, size_t people_count)
{
    struct task *tasks = calloc(count, sizeof(*tasks));
    for (size_t i = 0; i < count; i++) {
        tasks[i].contact = people[i % people_count];
        tasks[i].job = (struct write_job){
            .run = toggle, .context = &tasks[i], .arena = arena_new(), .owner = &tasks[i]};
    }
    return tasks;
}

static void free_tasks(struct task *tasks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        arena_free(tasks[i].job.arena);
    free(tasks);
}

static void add_people(struct contact_id *people, size_t count)
{
    for (size_t i = 0; i < count; i++)
        people[i] = site_add(&site, arena_printf(site.arena, "p%zu@example.org", i), NEWSLETTER).id;
}

static struct writer *start(const struct service *service, size_t capacity)
{
    struct writer *writer = NULL;
    assert_int_equal(writer_start(service, capacity, &writer), STATUS_OK);
    return writer;
}

static bool is_readable(const struct writer *writer, int wait_ms)
{
    struct pollfd fd = {.fd = writer_fd(writer), .events = POLLIN};
    return poll(&fd, 1, wait_ms) == 1;
}

/* Takes count jobs back as an event loop would: waits for the eventfd, then takes all. */
static void take_all(struct writer *writer, size_t count)
{
    while (count != 0) {
        assert_true(is_readable(writer, 10000));
        for (struct write_job *job = writer_take(writer); job; job = writer_take(writer))
            count--;
    }
    assert_null(writer_take(writer));
    assert_false(is_readable(writer, 0));
}

static void many_jobs_share_commits(void **state)
{
    (void)state;
    enum { JOBS = 2000, PEOPLE = 100 };
    struct contact_id people[PEOPLE];
    add_people(people, PEOPLE);
    struct service service = site_service(&site, true);
    struct writer *writer = start(&service, JOBS);
    struct task *tasks = new_tasks(JOBS, people, PEOPLE);
    const int64_t head = site_head(&site).value;
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
    take_all(writer, JOBS);
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
    site_check_ledger(&site);
    free(seen);
    free_tasks(tasks, JOBS);
}

/* Holds the write lock, so that what is submitted meanwhile must share a group. */
static void failing_jobs_fail_alone(void **state)
{
    (void)state;
    enum { JOBS = 60, PEOPLE = 60 };
    const size_t bad_counts[] = {1, 2, 3, 9, JOBS};
    struct contact_id people[PEOPLE];
    add_people(people, PEOPLE);
    struct service service = site_service(&site, true);
    struct writer *writer = start(&service, JOBS);
    for (size_t round = 0; round < sizeof(bad_counts) / sizeof(bad_counts[0]); round++) {
        struct task *tasks = new_tasks(JOBS, people, PEOPLE);
        const size_t bad = bad_counts[round];
        for (size_t i = 0; i < bad; i++)
            tasks[i * (JOBS / bad)].refuses = i & 1 ? STATUS_REFUSED : STATUS_INVALID;
        const int64_t head = site_head(&site).value;
        struct txn *txn = site_begin(&site);
        for (size_t i = 0; i < JOBS; i++)
            assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
        txn_rollback(txn);
        take_all(writer, JOBS);
        for (size_t i = 0; i < JOBS; i++) {
            assert_int_equal(tasks[i].job.status, tasks[i].refuses);
            assert_in_range(tasks[i].runs, 1, 5); /* bounded, however many are bad */
            const bool is_on = (site_get(&site, people[i]).choices & MARKETING) != 0;
            const bool meant = (tasks[i].result.after.choices & MARKETING) != 0;
            assert_int_equal(is_on, tasks[i].refuses == STATUS_OK ? meant : !meant);
        }
        assert_int_equal(site_head(&site).value, head + (int64_t)(JOBS - bad));
        free_tasks(tasks, JOBS);
    }
    writer_free(writer);
    setup_close(&service);
    site_check_ledger(&site);
}

static void full_queue_and_draining(void **state)
{
    (void)state;
    enum { JOBS = 20, CAPACITY = 10 };
    struct contact_id people[1];
    add_people(people, 1);
    struct service service = site_service(&site, true);
    struct writer *writer = start(&service, CAPACITY);
    struct task *tasks = new_tasks(JOBS, people, 1);
    struct txn *txn = site_begin(&site);
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
    site_check_ledger(&site);
    free_tasks(tasks, JOBS);
}

static enum status run_toggle(const struct service *service, struct contact_id person)
{
    struct task task = {.contact = person};
    struct arena *arena = arena_new();
    enum status status = writer_run(service, arena, toggle, &task);
    arena_free(arena);
    return status;
}

static void run_without_a_loop(void **state)
{
    (void)state;
    struct contact_id people[1];
    add_people(people, 1);
    assert_int_equal(run_toggle(&site.service, people[0]), STATUS_OK);
    assert_true(site_get(&site, people[0]).choices & MARKETING);
    struct task task = {.contact = people[0], .refuses = STATUS_CONFLICT};
    assert_int_equal(writer_run(&site.service, site.arena, toggle, &task), STATUS_CONFLICT);
    assert_true(site_get(&site, people[0]).choices & MARKETING);
    assert_int_equal(run_toggle(&site.service, people[0]), STATUS_OK);
    assert_false(site_get(&site, people[0]).choices & MARKETING);
}

/* The disk takes no more: every job of the group hears so, nothing of it stays; later it goes on.
 */
static void failed_commit_is_everyones(void **state)
{
    (void)state;
    enum { JOBS = 40 };
    struct contact_id people[JOBS];
    add_people(people, JOBS);
    struct service service = site_service(&site, true);
    struct writer *writer = start(&service, JOBS);
    struct task *tasks = new_tasks(JOBS, people, JOBS);
    const int64_t head = site_head(&site).value;
    struct rlimit before, none;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = before;
    none.rlim_cur = 1;
    struct txn *txn = site_begin(&site);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    txn_rollback(txn);
    take_all(writer, JOBS);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    for (size_t i = 0; i < JOBS; i++)
        assert_true(tasks[i].job.status == STATUS_IO || tasks[i].job.status == STATUS_FULL);
    assert_int_equal(site_head(&site).value, head);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
    take_all(writer, JOBS);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(tasks[i].job.status, STATUS_OK);
    assert_int_equal(site_head(&site).value, head + JOBS);
    writer_free(writer);
    setup_close(&service);
    site_check_ledger(&site);
    free_tasks(tasks, JOBS);
}

/* Others wrote much, then this writer a little, then nobody: the WAL goes into the file. */
static void idle_checkpoint(void **state)
{
    (void)state;
    enum { MUCH = 300 };
    struct contact_id people[1];
    struct stat before, after;
    struct writer_counts counts;
    add_people(people, 1);
    struct service service = site_service(&site, true);
    struct writer *writer = start(&service, 1);
    for (int i = 0; i < MUCH; i++)
        assert_int_equal(run_toggle(&site.service, people[0]), STATUS_OK);
    assert_int_equal(stat(site.conf.db_path, &before), 0);
    struct task *tasks = new_tasks(1, people, 1);
    assert_int_equal(writer_submit(writer, &tasks[0].job), STATUS_OK);
    take_all(writer, 1);
    int waits = 0;
    do {
        usleep(20000);
        writer_count(writer, &counts);
    } while (counts.checkpoints == 0 && ++waits < 500);
    assert_int_equal(counts.checkpoints, 1);
    assert_int_equal(stat(site.conf.db_path, &after), 0);
    assert_true(after.st_size > before.st_size);
    writer_free(writer);
    setup_close(&service);
    free_tasks(tasks, 1);
    site_check_ledger(&site);
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
    add_people(people, 1);
    struct service service = site_service(&site, true);
    struct writer *writer = start(&service, 10);
    struct task *tasks = new_tasks(2, people, 1);
    assert_true(writer_is_alive(writer));
    tasks[0].job.run = vanish;
    assert_int_equal(writer_submit(writer, &tasks[0].job), STATUS_OK);
    for (int i = 0; i < 5000 && writer_is_alive(writer); i++)
        usleep(1000);
    assert_false(writer_is_alive(writer));
    assert_int_equal(writer_submit(writer, &tasks[1].job), STATUS_OK);
    assert_false(is_readable(writer, 100));
    assert_true(writer_pulse(writer).has_work);
    alarm(20); /* neither may wait for what can't come */
    writer_stop(writer);
    assert_null(writer_take(writer)); /* nothing is told as done */
    writer_free(writer);
    alarm(0);
    setup_close(&service);
    /* its lock and its transaction died with it: others write on */
    assert_int_equal(run_toggle(&site.service, people[0]), STATUS_OK);
    site_check_ledger(&site);
    free_tasks(tasks, 2);
}

static void pulse_tells_stuck_from_idle(void **state)
{
    (void)state;
    enum { JOBS = 3 };
    struct contact_id people[1];
    add_people(people, 1);
    struct service service = site_service(&site, true);
    struct writer *writer = start(&service, JOBS);
    struct task *tasks = new_tasks(JOBS, people, 1);
    assert_false(writer_pulse(writer).has_work);
    struct txn *txn = site_begin(&site);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(writer_submit(writer, &tasks[i].job), STATUS_OK);
    usleep(50000);
    assert_true(writer_pulse(writer).has_work);
    assert_int_equal(writer_pulse(writer).answered, 0);
    txn_rollback(txn);
    take_all(writer, JOBS);
    assert_false(writer_pulse(writer).has_work);
    assert_int_equal(writer_pulse(writer).answered, JOBS);
    writer_free(writer);
    setup_close(&service);
    free_tasks(tasks, JOBS);
}

struct submitter {
    pthread_t thread;
    struct service service;
    struct contact_id person;
    int done;
};

#define TOGGLES 20

static void *submit_many(void *context)
{
    struct submitter *submitter = context;
    for (int i = 0; i < TOGGLES; i++)
        submitter->done += run_toggle(&submitter->service, submitter->person) == STATUS_OK;
    return NULL;
}

/* 25 threads, each with a connection of its own. */
static int write_from_threads(const struct contact_id *people, size_t people_count)
{
    enum { THREADS = 25 };
    static struct submitter all[THREADS];
    int done = 0;
    for (size_t i = 0; i < THREADS; i++) {
        all[i] = (struct submitter){.service = site_service(&site, true),
                                    .person = people[i % people_count]};
        assert_int_equal(pthread_create(&all[i].thread, NULL, submit_many, &all[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(all[i].thread, NULL);
        done += all[i].done;
        setup_close(&all[i].service);
    }
    return done;
}

static void fifty_writers_in_two_processes(void **state)
{
    (void)state;
    enum { PEOPLE = 7 };
    struct contact_id people[PEOPLE];
    add_people(people, PEOPLE);
    const int64_t head = site_head(&site).value;
    setup_close(&site.service); /* a connection must not cross a fork */
    pid_t child = fork();
    if (child == 0) {
        int done = write_from_threads(people, PEOPLE);
        _exit(done == 25 * TOGGLES ? 0 : 1);
    }
    assert_int_equal(write_from_threads(people, PEOPLE), 25 * TOGGLES);
    int how = 1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
    site.service = site_service(&site, true);
    assert_int_equal(site_head(&site).value, head + 50 * TOGGLES);
    site_check_ledger(&site);
}

/* What the child says in the pipe once a job was handed back: it must be on disk. */
struct receipt {
    int64_t position, contact;
    uint64_t choices;
};

static void write_until_killed(int out, const struct contact_id *people, size_t count)
{
    enum { JOBS = 64 };
    struct service service = site_service(&site, true);
    struct writer *writer = start(&service, JOBS);
    struct task *tasks = new_tasks(JOBS, people, count);
    for (size_t i = 0; i < JOBS; i++)
        if (writer_submit(writer, &tasks[i].job) != STATUS_OK)
            _exit(2);
    for (;;) {
        if (!is_readable(writer, 10000))
            _exit(3);
        for (struct write_job *job = writer_take(writer); job; job = writer_take(writer)) {
            const struct task *task = job->owner;
            const struct receipt receipt = {task->result.position.value, task->contact.value,
                                            task->result.after.choices};
            if (job->status != STATUS_OK || write(out, &receipt, sizeof(receipt)) < 0)
                _exit(4);
            arena_reset(job->arena);
            if (writer_submit(writer, job) != STATUS_OK)
                _exit(5);
        }
    }
}

static size_t check_receipts(int in)
{
    struct receipt receipt;
    struct arena *before = site.arena;
    size_t count = 0;
    site.arena = arena_new();
    while (read(in, &receipt, sizeof(receipt)) == sizeof(receipt)) {
        struct entry entry = site_entry(&site, (struct position){receipt.position});
        assert_int_equal(entry.contact.value, receipt.contact);
        assert_true(entry.choices_after == receipt.choices);
        arena_reset(site.arena);
        count++;
    }
    arena_free(site.arena);
    site.arena = before;
    return count;
}

static void kill_9_loses_nothing(void **state)
{
    (void)state;
    enum { ROUNDS = 5, PEOPLE = 64, ENOUGH = 1500 };
    struct contact_id people[PEOPLE];
    add_people(people, PEOPLE);
    for (int round = 0; round < ROUNDS; round++) {
        int pipes[2];
        assert_int_equal(pipe(pipes), 0);
        setup_close(&site.service);
        pid_t child = fork();
        if (child == 0)
            write_until_killed(pipes[1], people, PEOPLE);
        close(pipes[1]);
        /* Every receipt read so far was sent before the kill; the pipe holds the rest. */
        char *first = calloc(ENOUGH, sizeof(struct receipt));
        size_t have = 0;
        while (have < ENOUGH * sizeof(struct receipt)) {
            ssize_t got = read(pipes[0], first + have, ENOUGH * sizeof(struct receipt) - have);
            assert_true(got > 0);
            have += (size_t)got;
        }
        usleep((useconds_t)round * 3001);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        site.service = site_service(&site, true);
        for (size_t i = 0; i < ENOUGH; i++) {
            struct receipt receipt;
            memcpy(&receipt, first + i * sizeof(receipt), sizeof(receipt));
            struct entry entry = site_entry(&site, (struct position){receipt.position});
            assert_int_equal(entry.contact.value, receipt.contact);
            assert_true(entry.choices_after == receipt.choices);
        }
        check_receipts(pipes[0]);
        /* the lock died with its holder, and is healed: writing goes on */
        assert_int_equal(run_toggle(&site.service, people[0]), STATUS_OK);
        site_check_ledger(&site);
        free(first);
        close(pipes[0]);
    }
}

#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("many jobs share few commits, each is on disk once taken back",
             many_jobs_share_commits),
        CASE("a job that fails fails alone; reruns are bounded", failing_jobs_fail_alone),
        CASE("a full queue says busy; stopping drains it", full_queue_and_draining),
        CASE("the same for a process with no loop", run_without_a_loop),
        CASE("a failed commit is told to every job, and leaves nothing",
             failed_commit_is_everyones),
        CASE("an idle writer has the WAL moved into the database file", idle_checkpoint),
        CASE("a thread that died is noticed, told as nothing done, and not waited for",
             dead_thread_is_noticed),
        CASE("a writer that is stuck differs from an idle one", pulse_tells_stuck_from_idle),
        CASE("fifty writers in two processes at once: all in the ledger, in one chain",
             fifty_writers_in_two_processes),
        CASE("kill -9 in mid-load loses no acknowledged change", kill_9_loses_nothing),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
