/*
 * web/write: see write.h. The writer's eventfd is one more event of Kore's loop.
 */
#include "web/write.h"

#include <string.h>

#include "web/app.h"
#include "web/feed_wait.h"
#include "web/kore.h"
#include "web/loop.h"
#include "web/metrics.h"
#include "web/reply.h"
#include "web/trouble.h"
#include "web/wait.h"

/* A job that a visit waits for, or one of its own. */
struct write_task {
    struct visit_wait wait;
    struct write_job job;
    void (*done)(void *context, enum status status); /* in the background: may be NULL */
    bool is_background;
};

struct write_gate {
    struct kore_event event; /* first: Kore hands back its address */
};

static bool abandon(struct visit_wait *wait)
{
    (void)wait;
    return false;
}

void write_collect(void)
{
    struct write_job *job;
    while ((job = writer_take(app.writer)) != NULL) {
        struct write_task *task = job->owner;
        trouble_note_write(app.trouble, job->status);
        if (task->is_background) {
            if (task->done != NULL)
                task->done(job->context, job->status);
            arena_free(job->arena);
        } else {
            wait_end(&task->wait, job->status);
        }
    }
    feed_wait_look();
    struct writer_counts counts;
    writer_count(app.writer, &counts);
    metrics_set_writer(&counts);
}

static void on_finished(void *arg, int error)
{
    (void)arg;
    if (error)
        fatalx("the writer's eventfd failed");
    write_collect();
}

void write_start(void)
{
    struct write_gate *gate = arena_alloc(app.arena, sizeof(*gate));
    gate->event.type = LOOP_EVENT_TYPE;
    gate->event.handle = on_finished;
    app.write_gate = gate;
    kore_platform_event_level_read(writer_fd(app.writer), gate);
}

void write_and_sleep(struct visit *visit,
                     enum status (*run)(const struct service *service, struct txn *txn,
                                        struct arena *arena, void *context),
                     void *context,
                     void (*resume)(struct visit *visit, void *context, enum status status))
{
    struct write_task *task = arena_alloc(visit->arena, sizeof(*task));
    task->wait = (struct visit_wait){.resume = resume, .context = context, .abandon = abandon};
    task->job =
        (struct write_job){.run = run, .context = context, .arena = visit->arena, .owner = task};
    if (app.is_stopping || writer_submit(app.writer, &task->job) != STATUS_OK) {
        reply_error(visit, 503, NULL, NULL);
        return;
    }
    wait_begin(visit, &task->wait);
}

void write_in_background(enum status (*run)(const struct service *service, struct txn *txn,
                                            struct arena *arena, void *context),
                         const void *context, size_t size,
                         void (*done)(void *context, enum status status))
{
    struct arena *arena = arena_new();
    struct write_task *task = arena_alloc(arena, sizeof(*task));
    void *copy = arena_alloc(arena, size);
    memcpy(copy, context, size);
    task->is_background = true;
    task->done = done;
    task->job = (struct write_job){.run = run, .context = copy, .arena = arena, .owner = task};
    if (!app.is_stopping && writer_submit(app.writer, &task->job) == STATUS_OK)
        return;
    if (done != NULL)
        done(copy, STATUS_BUSY);
    arena_free(arena);
}

bool write_has_failed(void)
{
    return trouble_has_failed(app.trouble);
}

void write_works(void)
{
    trouble_writes(app.trouble);
}
