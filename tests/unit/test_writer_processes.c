/*
 * Writers in several processes at once, and kill -9 of one: nothing that was told is lost.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "service/setup.h"
#include "unit/task_support.h"

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
        submitter->done += task_run(&submitter->service, submitter->person) == STATUS_OK;
    return NULL;
}

/* 25 threads, each with a connection of its own. */
static int write_from_threads(const struct contact_id *people, size_t people_count)
{
    enum { THREADS = 25 };
    static struct submitter all[THREADS];
    int done = 0;
    for (size_t i = 0; i < THREADS; i++) {
        all[i] = (struct submitter){.service = site_service(&task_site, true),
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
    task_add_people(people, PEOPLE);
    const int64_t head = site_head(&task_site).value;
    setup_close(&task_site.service); /* a connection must not cross a fork */
    pid_t child = fork();
    if (child == 0) {
        int done = write_from_threads(people, PEOPLE);
        _exit(done == 25 * TOGGLES ? 0 : 1);
    }
    assert_int_equal(write_from_threads(people, PEOPLE), 25 * TOGGLES);
    int how = 1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
    task_site.service = site_service(&task_site, true);
    assert_int_equal(site_head(&task_site).value, head + 50 * TOGGLES);
    site_check_ledger(&task_site);
}

/* What the child says in the pipe once a job was handed back: it must be on disk. */
struct receipt {
    int64_t position, contact;
    uint64_t choices;
};

static void write_until_killed(int out, const struct contact_id *people, size_t count)
{
    enum { JOBS = 64 };
    struct service service = site_service(&task_site, true);
    struct writer *writer = task_start_writer(&service, JOBS);
    struct task *tasks = task_new_list(JOBS, people, count);
    for (size_t i = 0; i < JOBS; i++)
        if (writer_submit(writer, &tasks[i].job) != STATUS_OK)
            _exit(2);
    for (;;) {
        if (!task_is_readable(writer, 10000))
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
    struct arena *before = task_site.arena;
    size_t count = 0;
    task_site.arena = arena_new();
    while (read(in, &receipt, sizeof(receipt)) == sizeof(receipt)) {
        struct entry entry = site_entry(&task_site, (struct position){receipt.position});
        assert_int_equal(entry.contact.value, receipt.contact);
        assert_true(entry.choices_after == receipt.choices);
        arena_reset(task_site.arena);
        count++;
    }
    arena_free(task_site.arena);
    task_site.arena = before;
    return count;
}

static void kill_9_loses_nothing(void **state)
{
    (void)state;
    enum { ROUNDS = 5, PEOPLE = 64, ENOUGH = 1500 };
    struct contact_id people[PEOPLE];
    task_add_people(people, PEOPLE);
    for (int round = 0; round < ROUNDS; round++) {
        int pipes[2];
        assert_int_equal(pipe(pipes), 0);
        setup_close(&task_site.service);
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
        task_site.service = site_service(&task_site, true);
        for (size_t i = 0; i < ENOUGH; i++) {
            struct receipt receipt;
            memcpy(&receipt, first + i * sizeof(receipt), sizeof(receipt));
            struct entry entry = site_entry(&task_site, (struct position){receipt.position});
            assert_int_equal(entry.contact.value, receipt.contact);
            assert_true(entry.choices_after == receipt.choices);
        }
        check_receipts(pipes[0]);
        /* the lock died with its holder, and is healed: writing goes on */
        assert_int_equal(task_run(&task_site.service, people[0]), STATUS_OK);
        site_check_ledger(&task_site);
        free(first);
        close(pipes[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("fifty writers in two processes at once: all in the ledger, in one chain",
             fifty_writers_in_two_processes),
        CASE("kill -9 in mid-load loses no acknowledged change", kill_9_loses_nothing),
    };
    return cmocka_run_group_tests_name("writer_processes", tests, NULL, NULL);
}
