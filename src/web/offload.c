/*
 * web/offload: see offload.h. For each of its three threads a queue behind a mutex and an eventfd
 * back to the loop.
 */
#include "web/offload.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/thread.h"
#include "service/directory_keeper.h"
#include "service/search_helper.h"
#include "service/setup.h"
#include "web/admit.h"
#include "web/app.h"
#include "web/kore.h"
#include "web/loop.h"
#include "web/reply.h"
#include "web/wait.h"

#define QUEUE_MAX 256

/* Passwords cost a tenth of a second and 64 MB each, whoever sends them: few wait, and of one
 * network so few that it keeps nobody else's waiting. */
#define PASSWORDS_MAX  32
#define PASSWORDS_EACH 4
#define AGAIN_S        "2"
#define NETWORK_BYTES  8

struct offload_task {
    struct visit_wait wait;
    struct offload *offload;
    enum status (*run)(const struct service *service, struct arena *arena, void *context);
    struct arena *arena; /* read by the thread, also when the visit has gone */
    void *context;
    unsigned char network[NETWORK_BYTES]; /* who sent a password */
    enum status status;
    struct offload_task *next;
};

struct queue {
    struct offload_task *first, *last;
    size_t count;
};

struct offload {
    struct kore_event event; /* first: Kore hands back its address */
    struct service service;  /* the thread's own */
    struct thread thread;
    int fd;
    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t has_work;
    struct queue waiting, finished;
    struct offload_task *running;
    bool is_stopping;
};

static void push(struct queue *queue, struct offload_task *task)
{
    task->next = NULL;
    if (queue->last != NULL)
        queue->last->next = task;
    else
        queue->first = task;
    queue->last = task;
    queue->count++;
}

static struct offload_task *pop(struct queue *queue)
{
    struct offload_task *task = queue->first;
    if (task == NULL)
        return NULL;
    queue->first = task->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->count--;
    return task;
}

static bool remove_task(struct queue *queue, const struct offload_task *task)
{
    struct offload_task *before = NULL;
    for (struct offload_task *at = queue->first; at != NULL; before = at, at = at->next) {
        if (at != task)
            continue;
        if (before != NULL)
            before->next = at->next;
        else
            queue->first = at->next;
        if (queue->last == at)
            queue->last = before;
        queue->count--;
        return true;
    }
    return false;
}

static void work(void *arg)
{
    struct offload *offload = arg;
    pthread_mutex_lock(&offload->mutex);
    for (;;) {
        while (offload->waiting.first == NULL && !offload->is_stopping)
            pthread_cond_wait(&offload->has_work, &offload->mutex);
        if (offload->is_stopping)
            break;
        struct offload_task *task = pop(&offload->waiting);
        offload->running = task;
        pthread_mutex_unlock(&offload->mutex);

        task->status = task->run(&offload->service, task->arena, task->context);

        /* Under the mutex from here, so that an interrupt never meets the next task. */
        pthread_mutex_lock(&offload->mutex);
        offload->running = NULL;
        push(&offload->finished, task);
        uint64_t one = 1;
        if (write(offload->fd, &one, sizeof(one)) != sizeof(one))
            fatalx("the offload thread can't report");
    }
    pthread_mutex_unlock(&offload->mutex);
}

static void on_finished(void *arg, int error)
{
    struct offload *offload = arg;
    uint64_t count;
    if (error || read(offload->fd, &count, sizeof(count)) < 0)
        fatalx("the offload thread's eventfd failed");
    for (;;) {
        pthread_mutex_lock(&offload->mutex);
        struct offload_task *task = pop(&offload->finished);
        pthread_mutex_unlock(&offload->mutex);
        if (task == NULL)
            break;
        wait_end(&task->wait, task->status);
    }
}

/* The client has gone. A waiting task is dropped; a running one ends early and is thrown away. */
static bool abandon(struct visit_wait *wait)
{
    struct offload_task *task = (struct offload_task *)wait;
    struct offload *offload = task->offload;
    pthread_mutex_lock(&offload->mutex);
    bool is_dropped = remove_task(&offload->waiting, task);
    if (!is_dropped && offload->running == task)
        store_interrupt(offload->service.store);
    pthread_mutex_unlock(&offload->mutex);
    return is_dropped;
}

static struct offload_task *
prepare(struct visit *visit, struct offload *offload,
        enum status (*run)(const struct service *service, struct arena *arena, void *context),
        void *context, void (*resume)(struct visit *visit, void *context, enum status status))
{
    /* One a visit: it waits for one thing at a time, and an answer may go on for weeks. */
    if (visit->task == NULL)
        visit->task = arena_alloc(visit->arena, sizeof(*visit->task));
    struct offload_task *task = visit->task;
    task->offload = offload;
    task->wait = (struct visit_wait){.resume = resume, .context = context, .abandon = abandon};
    task->run = run;
    task->arena = visit->arena;
    task->context = context;
    return task;
}

void offload_and_sleep(struct visit *visit,
                       enum status (*run)(const struct service *service, struct arena *arena,
                                          void *context),
                       void *context,
                       void (*resume)(struct visit *visit, void *context, enum status status))
{
    struct offload *offload = (visit->flags & ADMIT_API) ? app.bulk : app.offload;
    struct offload_task *task = prepare(visit, offload, run, context, resume);

    pthread_mutex_lock(&offload->mutex);
    /* A stream that has begun goes on: each connection has one at most. */
    bool is_taken =
        !offload->is_stopping && (offload->waiting.count < QUEUE_MAX || visit->is_answered);
    if (is_taken) {
        push(&offload->waiting, task);
        pthread_cond_signal(&offload->has_work);
    }
    pthread_mutex_unlock(&offload->mutex);
    if (is_taken)
        wait_begin(visit, &task->wait);
    else if (visit
                 ->is_answered) /* in the midst of a long answer: the client sees it is not whole */
        kore_connection_disconnect(visit->request->owner);
    else
        reply_error(visit, 503, NULL, NULL);
}

/* An IPv4 address; of IPv6 the /64 that one household or machine has. */
static void read_network(const char *address, unsigned char out[NETWORK_BYTES])
{
    unsigned char raw[16] = {0};
    if (inet_pton(AF_INET, address, raw) != 1)
        (void)inet_pton(AF_INET6, address, raw);
    memcpy(out, raw, NETWORK_BYTES);
}

static size_t count_network(const struct offload *offload, const struct offload_task *task)
{
    size_t count = offload->running != NULL &&
                   memcmp(offload->running->network, task->network, NETWORK_BYTES) == 0;
    for (const struct offload_task *at = offload->waiting.first; at != NULL; at = at->next)
        count += memcmp(at->network, task->network, NETWORK_BYTES) == 0;
    return count;
}

void offload_password_and_sleep(
    struct visit *visit,
    enum status (*run)(const struct service *service, struct arena *arena, void *context),
    void *context, void (*resume)(struct visit *visit, void *context, enum status status))
{
    struct offload *offload = app.passwords;
    struct offload_task *task = prepare(visit, offload, run, context, resume);
    read_network(visit->address, task->network);

    pthread_mutex_lock(&offload->mutex);
    const bool is_full = offload->is_stopping || offload->waiting.count >= PASSWORDS_MAX;
    const bool is_taken = !is_full && count_network(offload, task) < PASSWORDS_EACH;
    if (is_taken) {
        push(&offload->waiting, task);
        pthread_cond_signal(&offload->has_work);
    }
    pthread_mutex_unlock(&offload->mutex);
    if (is_taken) {
        wait_begin(visit, &task->wait);
        return;
    }
    if (!is_full)
        reply_header(visit, "retry-after", AGAIN_S);
    reply_error(visit, is_full ? 503 : 429, NULL, NULL);
}

static struct offload *start(void)
{
    struct offload *offload = arena_alloc(app.arena, sizeof(*offload));
    const char *fault = NULL;
    if (setup_open(app.arena, &app.conf, false, &offload->service, &fault) != STATUS_OK)
        fatalx("%s", fault);
    directory_keeper_lend(&offload->service, app.directory);
    search_helper_lend(&offload->service, app.helper);
    offload->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&offload->mutex, NULL);
    pthread_cond_init(&offload->has_work, NULL);
    offload->event.type = LOOP_EVENT_TYPE;
    offload->event.handle = on_finished;
    if (offload->fd < 0 || !thread_start(&offload->thread, work, offload))
        fatalx("the offload thread can't be started");
    kore_platform_event_level_read(offload->fd, offload);
    return offload;
}

void offload_start(void)
{
    app.offload = start();
    app.bulk = start();
    app.passwords = start();
}

bool offload_is_alive(void)
{
    return thread_is_alive(&app.offload->thread) && thread_is_alive(&app.bulk->thread) &&
           thread_is_alive(&app.passwords->thread);
}

static void stop(struct offload *offload)
{
    pthread_mutex_lock(&offload->mutex);
    offload->is_stopping = true;
    struct offload_task *task;
    while ((task = pop(&offload->waiting)) != NULL) {
        task->status = STATUS_BUSY;
        push(&offload->finished, task);
    }
    if (offload->running != NULL)
        store_interrupt(offload->service.store);
    pthread_cond_signal(&offload->has_work);
    pthread_mutex_unlock(&offload->mutex);
    thread_join(&offload->thread);

    while ((task = pop(&offload->finished)) != NULL)
        wait_end(&task->wait, task->status);
    setup_close(&offload->service);
}

void offload_stop(void)
{
    stop(app.offload);
    stop(app.bulk);
    stop(app.passwords);
}
