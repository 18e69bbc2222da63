/*
 * service/import_undo: see import_undo.h.
 */
#include "service/import_undo.h"

#include "base/clock.h"
#include "service/change.h"
#include "service/checkpointer.h"
#include "store/entries.h"

#define LOCK_WAIT_MS 5000
#define LOCK_TRIES   12
#define ENTRIES      1000
#define SHARE_NS     INT64_C(20000000) /* of a transaction when others wait */
#define LOOK_ENTRIES 32

static enum status begin(const struct service *service, struct txn **out)
{
    enum status status = STATUS_BUSY;

    for (int i = 0; i < LOCK_TRIES && status == STATUS_BUSY; i++)
        status = txn_begin(service->store, LOCK_WAIT_MS, out);
    return status;
}

static enum status undo_one(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct entry *entry, struct import_job *job)
{
    const struct change change = {
        .kind = ENTRY_UNDONE,
        .contact = entry->contact,
        .undoes = entry->position,
        .origin = {.actor = ACTOR_IMPORT, .actor_id = job->run},
    };
    struct change_result result;
    enum status status = change_apply(service, txn, arena, &change, &result);

    if (status != STATUS_OK)
        return status;
    job->restored += result.verdict == CHANGE_APPLIED;
    job->left_alone += result.verdict != CHANGE_APPLIED && result.verdict != CHANGE_UNCHANGED;
    return STATUS_OK;
}

/* Some of entries, from *at on, in one transaction. */
static enum status undo_some(const struct service *service, const struct entry *entries,
                             size_t count, size_t *at, struct import_job *job)
{
    struct import_job done = *job;
    struct txn *txn = NULL;
    struct arena *arena = arena_new();
    const int64_t began_ns = clock_monotonic_ns();
    size_t next = *at;
    enum status status = begin(service, &txn);

    while (status == STATUS_OK && next < count) {
        const struct entry *entry = &entries[next++];
        const bool is_of_run = entry->actor == ACTOR_IMPORT && entry->actor_id == job->run &&
                               entry->contact.value != 0 && entry->kind != ENTRY_UNDONE;
        if (is_of_run)
            status = undo_one(service, txn, arena, entry, &done);
        done.undone = entry->position;
        arena_reset(arena);
        if (next % LOOK_ENTRIES == 0 && txn_is_wanted(txn) &&
            clock_monotonic_ns() - began_ns >= SHARE_NS)
            break;
    }
    if (status == STATUS_OK)
        status = import_jobs_update(txn, &done);
    if (status == STATUS_OK)
        status = txn_commit(txn);
    else
        txn_rollback(txn);
    arena_free(arena);
    if (status == STATUS_OK) {
        *job = done;
        *at = next;
    }
    return status;
}

enum status import_undo_run(const struct service *service, struct import_job *job,
                            const atomic_bool *stop, const atomic_bool *leave)
{
    struct checkpointer *checkpointer = NULL;
    enum status status = checkpointer_start(service->conf, &checkpointer);

    while (status == STATUS_OK && job->undone.value < job->last.value && !atomic_load(stop) &&
           !atomic_load(leave)) {
        struct arena *scratch = arena_new();
        struct entry *entries;
        size_t count = 0, at = 0;
        status = entries_walk(service->store, scratch, job->undone, ENTRIES, &entries, &count);
        if (status == STATUS_OK && count == 0)
            status = STATUS_CORRUPT;
        while (count > 0 && entries[count - 1].position.value > job->last.value)
            count--;
        while (status == STATUS_OK && at < count && !atomic_load(leave)) {
            status = undo_some(service, entries, count, &at, job);
            checkpointer_watch(checkpointer, store_wal_pages(service->store), false);
        }
        arena_free(scratch);
    }
    checkpointer_stop(checkpointer);
    return status;
}
