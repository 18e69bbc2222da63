/*
 * tests/unit/task_support: jobs for a writer, each a change of one person in a site of the test's
 * own.
 */
#ifndef ASSENT_TESTS_TASK_SUPPORT_H
#define ASSENT_TESTS_TASK_SUPPORT_H

#include "service/writer.h"
#include "unit/site.h"

extern struct site task_site;

int task_open_site(void **state);
int task_close_site(void **state);
void task_add_people(struct contact_id *people, size_t count);

/* One change of one person, as a job. */
struct task {
    struct write_job job;
    struct contact_id contact;
    enum actor_kind actor;
    enum status refuses; /* not STATUS_OK: after its change, the job says this */
    struct change_result result;
    int runs;
};

/* The job's work: Marketing on where it was off, and off where it was on. */
enum status task_toggle(const struct service *service, struct txn *txn, struct arena *arena,
                        void *context);

/* One for each of the people, over and over. */
struct task *task_new_list(size_t count, const struct contact_id *people, size_t people_count);
void task_free_list(struct task *tasks, size_t count);

struct writer *task_start_writer(const struct service *service, size_t capacity);
bool task_is_readable(const struct writer *writer, int wait_ms);

/* Takes count jobs back as an event loop would: waits for the eventfd, then takes all. */
void task_take_all(struct writer *writer, size_t count);

/* The same for a process with no loop. */
enum status task_run(const struct service *service, struct contact_id person);

/* A test in a site of its own, in cmocka's table. */
#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, task_open_site, task_close_site, NULL                                      \
    }

#endif
