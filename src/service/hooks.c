/*
 * service/hooks: see hooks.h.
 */
#include "service/hooks.h"

#include <assert.h>

#include "service/change.h"
#include "service/hook_kinds.h"
#include "store/entries.h"

#define ENTRIES_AT_ONCE 200 /* read for one hook in one transaction */
#define PRUNE_AT_ONCE   500

/* W5: after the first failed try, the second, and so on. */
static const int64_t delays_s[] = {5,         5 * 60,    30 * 60,   2 * 3600, 5 * 3600,
                                   10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600};
static_assert(sizeof delays_s / sizeof *delays_s == HOOK_TRIES_MAX - 1, "a wait between tries");

int64_t hooks_delay_s(int tries, uint32_t random)
{
    if (tries < 1 || tries >= HOOK_TRIES_MAX)
        return 0;
    const int64_t delay = delays_s[tries - 1];
    /* A tenth either way, so that what failed together is not tried again together. */
    const int64_t spread = delay / 10 > 0 ? delay / 10 : 1;
    return delay - spread + (int64_t)(random % (uint64_t)(2 * spread + 1));
}

/* How many entries may be read for hook now; 0: it has none to be read, or too much waits. */
static enum status find_room(const struct service *service, const struct hook *hook,
                             struct position head, int *out)
{
    int64_t waiting, due_at;
    *out = 0;
    if (hook->state != HOOK_ON || hook->position.value >= head.value)
        return STATUS_OK;
    enum status status = hook_deliveries_waiting(service->store, hook->id, &waiting, &due_at);
    if (status == STATUS_OK && waiting < HOOK_WAITING_MAX)
        *out = HOOK_WAITING_MAX - waiting < ENTRIES_AT_ONCE ? (int)(HOOK_WAITING_MAX - waiting)
                                                            : ENTRIES_AT_ONCE;
    return status;
}

enum status hooks_has_news(const struct service *service, struct arena *arena, bool *out)
{
    struct hook *hooks;
    size_t count;
    struct position head;
    bool has_news = false;
    enum status status = hooks_list(service->store, arena, &hooks, &count);
    if (status == STATUS_OK)
        status = store_position(service->store, &head);
    for (size_t i = 0; i < count && status == STATUS_OK && !has_news; i++) {
        int room = 0;
        status = find_room(service, &hooks[i], head, &room);
        has_news = room > 0;
    }
    if (status == STATUS_OK)
        *out = has_news;
    return status;
}

static enum status fan_out_one(const struct service *service, struct txn *txn, struct arena *arena,
                               struct hook *hook, int room, int64_t now_s)
{
    struct entry *entries;
    size_t count;
    enum status status =
        entries_walk(service->store, arena, hook->position, room, &entries, &count);
    if (status != STATUS_OK || count == 0)
        return status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct hook_delivery delivery = {.hook = hook->id,
                                         .position = entries[i].position,
                                         .created_at = now_s,
                                         .due_at = now_s};
        if (!hook_kinds_has(hook->kinds, entries[i].kind))
            continue;
        crypto_random(delivery.message_id, sizeof delivery.message_id);
        status = hook_deliveries_insert(txn, &delivery, NULL);
    }
    if (status != STATUS_OK)
        return status;
    hook->position = entries[count - 1].position;
    return hooks_put(txn, hook, NULL);
}

enum status hooks_fan_out(const struct service *service, struct txn *txn, struct arena *arena,
                          int64_t now_s, bool *more)
{
    bool is_more = false;
    struct hook *hooks;
    size_t count;
    struct position head;
    enum status status = hooks_list(service->store, arena, &hooks, &count);
    if (status == STATUS_OK)
        status = store_position(service->store, &head);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        int room = 0;
        status = find_room(service, &hooks[i], head, &room);
        if (status == STATUS_OK && room > 0)
            status = fan_out_one(service, txn, arena, &hooks[i], room, now_s);
        is_more = is_more || (room > 0 && hooks[i].position.value < head.value);
    }
    if (status == STATUS_OK)
        *more = is_more;
    return status;
}

/* What went wrong with a try, in words; "" when nothing did. */
static const char *fault_of(struct arena *arena, const struct hook_result *result)
{
    if (result->code >= 200 && result->code < 300)
        return "";
    if (result->code == 0)
        return result->fault && *result->fault ? result->fault : "no answer";
    if (result->code >= 300 && result->code < 400)
        return arena_printf(arena, "it answered %d; redirects are not followed", result->code);
    return arena_printf(arena, "it answered %d", result->code);
}

static void put_off(struct hook_delivery *delivery, const struct hook_result *result, int64_t now_s)
{
    uint32_t random;
    int64_t delay;
    crypto_random(&random, sizeof random);
    delay = hooks_delay_s(delivery->tries, random);
    if (delay == 0) {
        delivery->outcome = HOOK_GIVEN_UP;
        delivery->ended_at = now_s;
        return;
    }
    if (result->retry_after_s > delay)
        delay = result->retry_after_s < HOOK_RETRY_MAX_S ? result->retry_after_s : HOOK_RETRY_MAX_S;
    delivery->due_at = now_s + delay;
}

/* The hook stops by itself, and the ledger says so. */
static enum status stop(const struct service *service, struct txn *txn, struct hook *hook,
                        const char *fault)
{
    const struct origin origin = {.actor = ACTOR_SYSTEM, .proof_kind = PROOF_NONE};
    struct entry entry = {
        .kind = ENTRY_HOOK_EDITED, .subject = hook->id, .private = {.note = fault}};
    hook->state = HOOK_FAILED;
    hook->fault = fault;
    return change_record(service, txn, &entry, &origin);
}

static enum status note_failure(const struct service *service, struct txn *txn, struct arena *arena,
                                struct hook *hook, const struct hook_result *result, int64_t now_s)
{
    if (hook->failing_since == 0)
        hook->failing_since = now_s;
    if (hook->state != HOOK_ON)
        return STATUS_OK;
    if (result->code == 410)
        return stop(service, txn, hook, "stopped: it answered 410, which says that it is gone");
    if (now_s - hook->failing_since < HOOK_FAILING_MAX_S)
        return STATUS_OK;
    return stop(service, txn, hook,
                arena_printf(arena, "stopped: every try failed for five days; the last one: %s",
                             hook->tried_fault));
}

static enum status settle_one(const struct service *service, struct txn *txn, struct arena *arena,
                              const struct hook_result *result, struct hook_delivery *delivery,
                              struct hook *hook, int64_t now_s)
{
    const char *fault = fault_of(arena, result);
    delivery->tries++;
    delivery->code = result->code;
    delivery->fault = fault;
    hook->tried_at = now_s;
    hook->tried_code = result->code;
    hook->tried_fault = fault;
    enum status status = STATUS_OK;
    if (*fault == '\0') {
        delivery->outcome = HOOK_DELIVERED;
        delivery->ended_at = now_s;
        hook->failing_since = 0;
    } else {
        put_off(delivery, result, now_s);
        status = note_failure(service, txn, arena, hook, result, now_s);
    }
    return status == STATUS_OK ? hook_deliveries_update(txn, delivery) : status;
}

/* Hooks that this batch touches: each read once, and written once at its end. */
struct touched {
    struct hook hooks[HOOKS_MAX];
    size_t count;
};

static enum status touch(struct txn *txn, struct arena *arena, struct touched *touched, int64_t id,
                         struct hook **out)
{
    for (size_t i = 0; i < touched->count; i++) {
        if (touched->hooks[i].id == id) {
            *out = &touched->hooks[i];
            return STATUS_OK;
        }
    }
    if (touched->count == HOOKS_MAX)
        return STATUS_NOT_FOUND; /* more than can be in use: it was removed */
    enum status status = hooks_get(txn_store(txn), arena, id, &touched->hooks[touched->count]);
    if (status == STATUS_OK)
        *out = &touched->hooks[touched->count++];
    return status;
}

enum status hooks_settle(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct hook_result *results, size_t count, int64_t now_s)
{
    struct touched touched = {.count = 0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct hook_delivery delivery;
        struct hook *hook = NULL;
        status = hook_deliveries_get(txn_store(txn), arena, results[i].delivery, &delivery);
        if (status == STATUS_OK)
            status = touch(txn, arena, &touched, delivery.hook, &hook);
        if (status == STATUS_NOT_FOUND || (status == STATUS_OK && delivery.outcome != HOOK_WAITS)) {
            status = STATUS_OK;
            continue;
        }
        if (status == STATUS_OK)
            status = settle_one(service, txn, arena, &results[i], &delivery, hook, now_s);
    }
    for (size_t i = 0; i < touched.count && status == STATUS_OK; i++)
        status = hooks_put(txn, &touched.hooks[i], NULL);
    return status;
}

enum status hooks_prune(struct txn *txn, int64_t now_s, bool *more)
{
    int taken = 0, lost = 0, dropped = 0;
    enum status status = hook_deliveries_mend_due(txn, now_s, now_s + 2 * HOOK_RETRY_MAX_S);
    if (status == STATUS_OK)
        status = hook_deliveries_prune(txn, HOOK_DELIVERED, now_s - HOOK_KEEP_TAKEN_S,
                                       PRUNE_AT_ONCE, &taken);
    if (status == STATUS_OK)
        status = hook_deliveries_prune(txn, HOOK_GIVEN_UP, now_s - HOOK_KEEP_LOST_S, PRUNE_AT_ONCE,
                                       &lost);
    if (status == STATUS_OK)
        status = hook_deliveries_drop(txn, now_s - UNDO_WINDOW_S, PRUNE_AT_ONCE, &dropped);
    if (status == STATUS_OK)
        *more = taken == PRUNE_AT_ONCE || lost == PRUNE_AT_ONCE || dropped == PRUNE_AT_ONCE;
    return status;
}
