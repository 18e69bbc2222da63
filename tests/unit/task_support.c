/*
 * tests/unit/task_support: see the header.
 */
#include "unit/task_support.h"

#include <poll.h>
#include <stdlib.h>

struct site task_site;

int task_open_site(void **state)
{
    (void)state;
    site_open(&task_site);
    return 0;
}

int task_close_site(void **state)
{
    (void)state;
    site_close(&task_site);
    return 0;
}

enum status task_toggle(const struct service *service, struct txn *txn, struct arena *arena,
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

struct task *task_new_list(size_t count, const struct contact_id *people, size_t people_count)
{
    struct task *tasks = calloc(count, sizeof(*tasks));
    for (size_t i = 0; i < count; i++) {
        tasks[i].contact = people[i % people_count];
        tasks[i].job = (struct write_job){
            .run = task_toggle, .context = &tasks[i], .arena = arena_new(), .owner = &tasks[i]};
    }
    return tasks;
}

void task_free_list(struct task *tasks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        arena_free(tasks[i].job.arena);
    free(tasks);
}

void task_add_people(struct contact_id *people, size_t count)
{
    for (size_t i = 0; i < count; i++)
        people[i] =
            site_add(&task_site, arena_printf(task_site.arena, "p%zu@example.org", i), NEWSLETTER)
                .id;
}

struct writer *task_start_writer(const struct service *service, size_t capacity)
{
    struct writer *writer = NULL;
    assert_int_equal(writer_start(service, capacity, &writer), STATUS_OK);
    return writer;
}

bool task_is_readable(const struct writer *writer, int wait_ms)
{
    struct pollfd fd = {.fd = writer_fd(writer), .events = POLLIN};
    return poll(&fd, 1, wait_ms) == 1;
}

/* Takes count jobs back as an event loop would: waits for the eventfd, then takes all. */
void task_take_all(struct writer *writer, size_t count)
{
    while (count != 0) {
        assert_true(task_is_readable(writer, 10000));
        for (struct write_job *job = writer_take(writer); job; job = writer_take(writer))
            count--;
    }
    assert_null(writer_take(writer));
    assert_false(task_is_readable(writer, 0));
}

enum status task_run(const struct service *service, struct contact_id person)
{
    struct task task = {.contact = person};
    struct arena *arena = arena_new();
    enum status status = writer_run(service, arena, task_toggle, &task);
    arena_free(arena);
    return status;
}
