/*
 * cli/courier_hooks: see courier_hooks.h.
 *
 * A turn of the loop takes what was answered, begins what is due in its place, writes the answers
 * and what is new in one transaction while that is under way, and waits. Each hook has places of
 * its own among what is under way, as many as there are hooks allowed, so that one that never
 * answers takes nobody else's.
 */
#include "cli/courier_hooks.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "base/version.h"
#include "post/hook.h"
#include "service/hooks.h"
#include "service/setup.h"
#include "service/writer.h"

#define PLACES         8                        /* of each hook */
#define PLACES_FAILING 2                        /* while its tries fail */
#define FLIGHTS_MAX    (2 * PLACES * HOOKS_MAX) /* under way, and answered but not written yet */
#define WAIT_MS        250
#define PRUNE_EVERY_S  60
#define LAST_WAIT_S    3
#define SAY_EVERY_S    60

/* A try: under way, or answered and not written yet. */
struct flight {
    int64_t delivery, hook; /* delivery 0: a free place */
    bool is_answered;
    struct hook_post_reply reply;
};

/* A hook that asked to be left alone for a while. */
struct hold {
    int64_t hook, until; /* by clock_steady_s */
};

struct courier_hooks {
    struct thread thread;
    struct service service;
    struct hook_post *post;
    atomic_bool is_stopping;
    struct flight flights[FLIGHTS_MAX];
    struct hold holds[HOOKS_MAX];
    atomic_ulong beats;
    int64_t pruned_at, said_at, stop_at; /* by clock_steady_s */
    int64_t failing_ns; /* when those that fail are tried again, of the monotonic clock */
};

static void say(struct courier_hooks *hooks, const char *what, enum status status)
{
    const int64_t now_s = clock_steady_s();
    if (now_s - hooks->said_at < SAY_EVERY_S)
        return;
    hooks->said_at = now_s;
    fprintf(stderr, "assent courier: hooks: %s: %s\n", what, status_name(status));
}

/* How many tries of a hook, 0 for all, are under way; how many wait to be written, and whether one
 * of these failed. */
struct tally {
    size_t flying, answered;
    bool has_failed;
};

static struct tally count_flights(const struct courier_hooks *hooks, int64_t hook)
{
    struct tally tally = {0};
    for (size_t i = 0; i < FLIGHTS_MAX; i++) {
        const struct flight *flight = &hooks->flights[i];
        if (flight->delivery == 0 || (hook != 0 && flight->hook != hook))
            continue;
        tally.flying += !flight->is_answered;
        tally.answered += flight->is_answered;
        tally.has_failed =
            tally.has_failed ||
            (flight->is_answered && (flight->reply.code < 200 || flight->reply.code > 299));
    }
    return tally;
}

static bool is_flying(const struct courier_hooks *hooks, int64_t delivery)
{
    for (size_t i = 0; i < FLIGHTS_MAX; i++)
        if (hooks->flights[i].delivery == delivery)
            return true;
    return false;
}

static struct flight *free_place(struct courier_hooks *hooks)
{
    for (size_t i = 0; i < FLIGHTS_MAX; i++)
        if (hooks->flights[i].delivery == 0)
            return &hooks->flights[i];
    return NULL;
}

/* Too Many Requests and Service Unavailable speak for the whole endpoint (RFC 6585, RFC 9110). */
static void hold(struct courier_hooks *hooks, const struct flight *flight)
{
    struct hold *oldest = &hooks->holds[0];
    int64_t for_s = flight->reply.retry_after_s;
    if ((flight->reply.code != 429 && flight->reply.code != 503) || for_s <= 0)
        return;
    for (size_t i = 0; i < HOOKS_MAX; i++) {
        struct hold *at = &hooks->holds[i];
        if (at->hook == flight->hook) {
            oldest = at;
            break;
        }
        if (at->until < oldest->until)
            oldest = at;
    }
    if (for_s > HOOK_RETRY_MAX_S)
        for_s = HOOK_RETRY_MAX_S;
    *oldest = (struct hold){.hook = flight->hook, .until = clock_steady_s() + for_s};
}

/* A hook that was resumed since is tried at once. */
static bool is_held(const struct courier_hooks *hooks, const struct hook *hook)
{
    if (hook->failing_since == 0)
        return false;
    for (size_t i = 0; i < HOOKS_MAX; i++)
        if (hooks->holds[i].hook == hook->id)
            return clock_steady_s() < hooks->holds[i].until;
    return false;
}

static void collect(struct courier_hooks *hooks)
{
    struct hook_post_reply reply;
    while (hook_post_take(hooks->post, &reply)) {
        struct flight *flight = reply.owner;
        flight->reply = reply;
        flight->is_answered = true;
        hold(hooks, flight);
    }
}

struct turn {
    struct courier_hooks *hooks;
    size_t answered;
    bool prunes, may_prune_more, may_read_more;
};

static enum status write_turn(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    struct turn *turn = context;
    const int64_t now_s = clock_now_s();
    struct hook_result *results = arena_array(arena, turn->answered, sizeof *results);
    size_t count = 0;
    for (size_t i = 0; i < FLIGHTS_MAX; i++) {
        const struct flight *flight = &turn->hooks->flights[i];
        if (flight->delivery != 0 && flight->is_answered)
            results[count++] = (struct hook_result){.delivery = flight->delivery,
                                                    .code = flight->reply.code,
                                                    .retry_after_s = flight->reply.retry_after_s,
                                                    .fault = flight->reply.fault};
    }
    enum status status = hooks_settle(service, txn, arena, results, count, now_s);
    if (status == STATUS_OK && !atomic_load(&turn->hooks->is_stopping))
        status = hooks_fan_out(service, txn, arena, now_s, &turn->may_read_more);
    if (status == STATUS_OK && turn->prunes)
        status = hooks_prune(txn, now_s, &turn->may_prune_more);
    return status;
}

/* Writes what was answered and what is new, if anything; *more: there is more that is new. False:
 * it could not, and will be tried again; until then the places stay taken. */
static bool write_news(struct courier_hooks *hooks, struct arena *arena, bool *more)
{
    struct turn turn = {.hooks = hooks, .answered = count_flights(hooks, 0).answered};
    const int64_t now_s = clock_steady_s();
    bool has_news = false;
    enum status status = STATUS_OK;
    *more = false;
    if (turn.answered == 0) /* else there is something to write anyway */
        status = hooks_has_news(&hooks->service, arena, &has_news);
    turn.prunes = now_s - hooks->pruned_at >= PRUNE_EVERY_S;
    if (status == STATUS_OK && turn.answered == 0 && !has_news && !turn.prunes)
        return true;
    if (status == STATUS_OK)
        status = writer_run(&hooks->service, arena, write_turn, &turn);
    if (status != STATUS_OK) {
        say(hooks, "what came of tries can't be written", status);
        return false;
    }
    if (store_checkpoint(hooks->service.store) != STATUS_OK)
        say(hooks, "the database's log can't be moved into it", STATUS_IO);
    if (turn.prunes && !turn.may_prune_more)
        hooks->pruned_at = now_s;
    for (size_t i = 0; i < FLIGHTS_MAX; i++)
        if (hooks->flights[i].is_answered)
            hooks->flights[i] = (struct flight){0};
    *more = turn.may_read_more;
    return true;
}

static void begin(struct courier_hooks *hooks, struct arena *arena, const struct hook *hook,
                  const struct hook_delivery *delivery)
{
    struct flight *flight = free_place(hooks);
    struct hook_message message;
    struct hook_post_request request = {.url = hook->url, .owner = flight};
    if (flight == NULL)
        return;
    *flight = (struct flight){.delivery = delivery->id, .hook = hook->id};
    enum status status =
        hook_message_make(&hooks->service, arena, hook, delivery, clock_now_s(), &message);
    if (status == STATUS_OK) {
        memcpy(request.headers, message.headers, sizeof message.headers);
        request.body = message.body;
        request.body_len = message.len;
        status = hook_post_send(hooks->post, &request);
    }
    if (status == STATUS_OK)
        return;
    if (status != STATUS_CORRUPT && status != STATUS_INVALID) {
        *flight = (struct flight){0}; /* the database's trouble, not the message's */
        say(hooks, "a message can't be made", status);
        return;
    }
    flight->is_answered = true;
    snprintf(flight->reply.fault, sizeof flight->reply.fault, "%s",
             status == STATUS_CORRUPT ? "the ledger lacks what it tells of"
                                      : "the URL can't be used");
}

static void begin_for(struct courier_hooks *hooks, struct arena *arena, const struct hook *hook)
{
    const int64_t now_s = clock_now_s();
    const size_t places = hook->failing_since == 0 ? PLACES : PLACES_FAILING;
    const struct tally tally = count_flights(hooks, hook->id);
    size_t flying = tally.flying, count = 0;
    struct hook_delivery *due;
    /* After a failure the hook is another one, once that is written. */
    if (hook->state != HOOK_ON || flying >= places || tally.answered > PLACES || tally.has_failed ||
        is_held(hooks, hook))
        return;
    /* Those under way or not written yet are due as well, and may come first. */
    enum status status =
        hook_deliveries_due(hooks->service.store, arena, hook->id, now_s,
                            (int)(places + tally.flying + tally.answered), &due, &count);
    if (status != STATUS_OK)
        say(hooks, "what is due can't be read", status);
    for (size_t i = 0; i < count && flying < places; i++) {
        if (is_flying(hooks, due[i].id))
            continue;
        begin(hooks, arena, hook, &due[i]);
        flying++;
    }
}

static void begin_due(struct courier_hooks *hooks, struct arena *arena)
{
    struct hook *list;
    size_t count;
    const int64_t now_ns = clock_monotonic_ns();
    const bool tries_failing = now_ns >= hooks->failing_ns;
    if (tries_failing)
        hooks->failing_ns = now_ns + WAIT_MS * INT64_C(1000000);
    enum status status = hooks_list(hooks->service.store, arena, &list, &count);
    if (status != STATUS_OK) {
        say(hooks, "the hooks can't be read", status);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (list[i].failing_since == 0 || tries_failing)
            begin_for(hooks, arena, &list[i]);
}

static bool goes_on(struct courier_hooks *hooks)
{
    if (!atomic_load(&hooks->is_stopping))
        return true;
    if (hooks->stop_at == 0)
        hooks->stop_at = clock_steady_s() + LAST_WAIT_S;
    return count_flights(hooks, 0).flying > 0 && clock_steady_s() < hooks->stop_at;
}

static void work(void *context)
{
    struct courier_hooks *hooks = context;
    struct arena *arena = arena_new();
    bool is_written = false; /* as long as the database can't be written, nothing is begun */
    bool more = false;
    while (goes_on(hooks)) {
        atomic_fetch_add(&hooks->beats, 1);
        collect(hooks);
        if (is_written && !atomic_load(&hooks->is_stopping)) {
            begin_due(hooks, arena);
            hook_post_wait(hooks->post, 0);
        }
        is_written = write_news(hooks, arena, &more);
        if (is_written && !atomic_load(&hooks->is_stopping))
            begin_due(hooks, arena);
        hook_post_wait(hooks->post, more ? 0 : WAIT_MS);
        arena_reset(arena);
    }
    collect(hooks);
    (void)write_news(hooks, arena, &more);
    arena_free(arena);
}

bool courier_hooks_start(struct arena *arena, const struct conf *conf, struct courier_hooks **out,
                         const char **fault)
{
    struct courier_hooks *hooks = calloc(1, sizeof *hooks);
    if (hooks == NULL) {
        *fault = "out of memory";
        return false;
    }
    if (setup_open(arena, conf, true, &hooks->service, fault) != STATUS_OK) {
        free(hooks);
        return false;
    }
    if (hook_post_open("Assent/" ASSENT_VERSION, conf->hooks_private, &hooks->post) != STATUS_OK) {
        *fault = "libcurl can't be used";
    } else if (thread_start(&hooks->thread, work, hooks)) {
        *out = hooks;
        return true;
    } else {
        *fault = "no thread can be started";
    }
    hook_post_close(hooks->post);
    setup_close(&hooks->service);
    free(hooks);
    return false;
}

bool courier_hooks_is_alive(const struct courier_hooks *hooks)
{
    return thread_is_alive(&hooks->thread);
}

unsigned long courier_hooks_beats(const struct courier_hooks *hooks)
{
    return atomic_load(&hooks->beats);
}

void courier_hooks_stop(struct courier_hooks *hooks)
{
    if (hooks == NULL)
        return;
    atomic_store(&hooks->is_stopping, true);
    hook_post_wake(hooks->post);
    if (!thread_join(&hooks->thread))
        return; /* what it held can't be freed any more */
    hook_post_close(hooks->post);
    setup_close(&hooks->service);
    free(hooks);
}
