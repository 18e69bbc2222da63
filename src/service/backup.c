/*
 * service/backup: see backup.h.
 */
#include "service/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/whole_file.h"
#include "crypto/chain.h"
#include "crypto/checkpoint.h"
#include "store/checkpoints.h"
#include "store/copy.h"
#include "store/counters.h"
#include "store/entries.h"
#include "store/ledger_rows.h"

#define PUSH_BYTES (INT64_C(8) << 20)
#define REST_TIMES 2 /* as long as a step took, and so many times */
#define REST_MAX   INT64_C(500000000)
#define WALK_ROWS  1000
#define MEGABYTE   1000000
#define SPARE      (INT64_C(16) << 20) /* that a disk must have left */

static int64_t file_bytes(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 ? (int64_t)facts.st_size : 0;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* Found before it is half written: room for the database and all of its log. */
static enum status check_room(const struct backup_plan *plan, struct arena *arena, int fd,
                              const char **fault)
{
    const char *db = plan->service->conf->db_path;
    const int64_t needed = file_bytes(db) + file_bytes(arena_printf(arena, "%s-wal", db));
    struct statvfs disk;

    if (fstatvfs(fd, &disk) != 0)
        return STATUS_OK;
    const int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    if (room >= needed + SPARE)
        return STATUS_OK;
    *fault = arena_printf(arena, "the disk has room for %" PRId64 " MB, and %" PRId64 " are needed",
                          room / MEGABYTE, (needed + SPARE) / MEGABYTE + 1);
    return STATUS_FULL;
}

static void rest(int64_t worked_ns)
{
    int64_t rest_ns = worked_ns * REST_TIMES;
    if (rest_ns > REST_MAX)
        rest_ns = REST_MAX;
    nanosleep(&(struct timespec){.tv_sec = rest_ns / 1000000000, .tv_nsec = rest_ns % 1000000000},
              NULL);
}

/* What was written goes to the disk bit by bit: left to itself it would go at once some time, and
 * the server's own syncs would wait for it. At full speed the disk is kept at work from the
 * beginning, and waited for at the end alone. */
static void push(const struct backup_plan *plan, int fd, int64_t *pushed, int64_t done)
{
    const unsigned how = plan->is_full_speed ? SYNC_FILE_RANGE_WRITE
                                             : SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE;
    if (done - *pushed >= (plan->is_full_speed ? PUSH_BYTES : 1) &&
        sync_file_range(fd, *pushed, done - *pushed, how) == 0)
        *pushed = done;
}

static enum status copy_all(const struct backup_plan *plan, struct copy *copy, int fd)
{
    int64_t pushed = 0;
    bool is_done = false;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && !is_done) {
        const int64_t began_ns = clock_monotonic_ns();
        status = copy_step(copy, &is_done);
        if (status != STATUS_OK)
            break;
        const struct copy_progress at = copy_progress(copy);
        push(plan, fd, &pushed, at.done_bytes);
        if (!plan->goes_on(plan->context, at.done_bytes, at.total_bytes))
            return STATUS_BUSY;
        if (!plan->is_full_speed && !is_done)
            rest(clock_monotonic_ns() - began_ns);
    }
    return status;
}

static enum status copy_into(const struct backup_plan *plan, struct arena *arena,
                             const struct whole_file *file, struct copy **copy,
                             struct position *head, const char **fault)
{
    enum status status = copy_begin(plan->service->store, file->fd, copy);

    if (status == STATUS_OK)
        status = store_position(plan->service->store, head);
    if (status == STATUS_OK)
        status = copy_all(plan, *copy, file->fd);
    if (status == STATUS_FULL)
        *fault = arena_printf(arena, "the disk of %s is full; make room, or name a file elsewhere",
                              file->path);
    else if (status != STATUS_OK && status != STATUS_BUSY && *copy != NULL)
        *fault = arena_printf(arena, "%s: %s", file->path, copy_fault(*copy));
    if (*copy != NULL)
        copy_let_go(*copy);
    return status;
}

struct look {
    backup_watch *goes_on;
    void *context;
};

static bool go_on(void *context)
{
    const struct look *look = context;
    return look->goes_on == NULL || look->goes_on(look->context, 0, 0);
}

/* The newest checkpoint must be this installation's, and the entry at its position the one that it
 * vouches for. *hash: of that entry. */
static enum status check_checkpoint(const struct service *service, struct store *store,
                                    struct arena *arena, struct position *out,
                                    uint8_t hash[LEDGER_HASH_BYTES], const char **fault)
{
    uint8_t key[CHECKPOINT_PUBLIC_BYTES];
    struct checkpoint_row row;
    struct checkpoint note;
    enum status status = checkpoints_newest(store, arena, &row);

    memset(hash, 0, LEDGER_HASH_BYTES);
    *out = (struct position){0};
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    checkpoint_public_key(service->secrets, key);
    const enum checkpoint_fault found = checkpoint_read(row.note, strlen(row.note), key, &note);
    if (found == CHECKPOINT_OTHER_KEY) {
        *fault = "its checkpoints were signed by another installation's key";
        return STATUS_CORRUPT;
    }
    if (found != CHECKPOINT_FINE || note.position.value != row.position.value) {
        *fault = "its newest checkpoint is not what was signed";
        return STATUS_CORRUPT;
    }
    status = ledger_rows_hash(store, note.position, hash);
    if (status == STATUS_OK && memcmp(hash, note.hash, LEDGER_HASH_BYTES) == 0) {
        *out = note.position;
        return STATUS_OK;
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *fault = arena_printf(arena, "its ledger is not the one that was signed up to entry %" PRId64,
                          note.position.value);
    return STATUS_CORRUPT;
}

/* Entries behind the checkpoint, at most some ten thousand, must follow from it. */
static enum status check_end(struct store *store, struct arena *arena, struct backup_facts *facts,
                             uint8_t hash[LEDGER_HASH_BYTES], const char **fault)
{
    struct position at = facts->checkpoint;
    struct arena *scratch = arena_new();
    struct entry *rows = NULL;
    size_t count = 0;
    enum status status;

    if (at.value > 0) /* for its time, should nothing follow */
        at.value--;
    while ((status = entries_walk(store, scratch, at, WALK_ROWS, &rows, &count)) == STATUS_OK &&
           count > 0) {
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            uint8_t expected[LEDGER_HASH_BYTES];
            facts->head_at = rows[i].at;
            at.value++;
            if (facts->checkpoint.value == at.value)
                continue;
            chain_hash(&rows[i], hash, expected);
            if (rows[i].position.value != at.value ||
                memcmp(expected, rows[i].hash, LEDGER_HASH_BYTES) != 0) {
                *fault = arena_printf(arena,
                                      "entry %" PRId64 " of its ledger does not follow from the "
                                      "one before it",
                                      rows[i].position.value);
                status = STATUS_CORRUPT;
            }
            memcpy(hash, rows[i].hash, LEDGER_HASH_BYTES);
        }
        if (status != STATUS_OK)
            break;
        arena_reset(scratch);
    }
    arena_free(scratch);
    facts->head = at;
    return status;
}

static enum status count_people(struct store *store, int64_t *out)
{
    int64_t facets[FACET_COUNT];
    enum status status = counters_facets(store, facets);

    for (int i = 0; status == STATUS_OK && i < FACET_COUNT; i++)
        *out += facets[i];
    return status;
}

enum status backup_look_ledger(const struct service *service, struct store *store,
                               struct arena *arena, struct backup_facts *out, const char **fault)
{
    uint8_t hash[LEDGER_HASH_BYTES];
    enum status status = check_checkpoint(service, store, arena, &out->checkpoint, hash, fault);
    return status == STATUS_OK ? check_end(store, arena, out, hash, fault) : status;
}

enum status backup_look(const struct service *service, struct arena *arena, const char *path,
                        backup_watch *goes_on, void *context, struct backup_facts *out,
                        const char **fault)
{
    struct store *store = NULL;
    struct backup_facts facts = {.bytes = file_bytes(path)};
    struct look look = {goes_on, context};
    const char *words = "";
    enum status status = copy_open(path, &store);

    *fault = "";
    if (status == STATUS_OK) {
        status = copy_check(store, arena, false, go_on, &look, &words);
        if (status == STATUS_CORRUPT)
            *fault = arena_printf(arena, "SQLite's check says: %s", words);
    }
    if (status == STATUS_OK)
        status = backup_look_ledger(service, store, arena, &facts, fault);
    if (status == STATUS_OK)
        status = count_people(store, &facts.people);
    store_close(store);
    if (status == STATUS_OK)
        *out = facts;
    return status;
}

/* What was copied, read as a database: the pages as they went by, the ledger, how many there are.
 */
static enum status judge(const struct backup_plan *plan, struct arena *arena, const char *path,
                         struct copy *copy, struct backup_facts *out, const char **words)
{
    struct store *store = NULL;
    struct backup_facts facts = {.bytes = file_bytes(path)};
    enum status status = copy_open(path, &store);

    if (status == STATUS_OK)
        status = copy_judge(copy, store, arena, words);
    if (status == STATUS_OK)
        status = backup_look_ledger(plan->service, store, arena, &facts, words);
    if (status == STATUS_OK)
        status = count_people(store, &facts.people);
    store_close(store);
    if (status == STATUS_OK && !plan->is_full_speed)
        status = backup_look(plan->service, arena, path, plan->goes_on, plan->context, out, words);
    else if (status == STATUS_OK)
        *out = facts;
    return status;
}

static enum status check_copy(const struct backup_plan *plan, struct arena *arena, const char *path,
                              struct copy *copy, struct position head, struct backup_facts *out,
                              const char **fault)
{
    const char *words = "";
    enum status status = judge(plan, arena, path, copy, out, &words);

    if (status == STATUS_OK && out->head.value != head.value)
        status = STATUS_CORRUPT;
    if (status == STATUS_CORRUPT)
        *fault = arena_printf(arena,
                              "the copy is not sound, and was thrown away%s%s. Look at the "
                              "database itself: \"assent doctor --full\"",
                              *words ? ": " : "", words);
    return status;
}

enum status backup_make(const struct backup_plan *plan, struct arena *arena,
                        struct backup_made *out, const char **fault)
{
    struct whole_file file;
    struct backup_made made = {0};
    struct position head = {0};
    struct copy *copy = NULL;

    *fault = "";
    if (is_same_file(plan->path, plan->service->conf->db_path)) {
        *fault = arena_printf(arena, "%s is the database itself; name another file", plan->path);
        return STATUS_INVALID;
    }
    enum status status = whole_file_begin(arena, plan->path, plan->replaces, &file, fault);
    if (status != STATUS_OK)
        return status;
    const int64_t began_ns = clock_monotonic_ns();
    status = check_room(plan, arena, file.fd, fault);
    if (status == STATUS_OK)
        status = copy_into(plan, arena, &file, &copy, &head, fault);
    const int64_t copied_ns = clock_monotonic_ns();
    if (status == STATUS_OK)
        status = check_copy(plan, arena, file.partial, copy, head, &made.facts, fault);
    copy_end(copy);
    const int64_t checked_ns = clock_monotonic_ns();
    if (status == STATUS_OK)
        status = whole_file_end(arena, &file, fault);
    whole_file_drop(&file);
    if (status != STATUS_OK)
        return status;
    made.check_ns = checked_ns - copied_ns;
    made.copy_ns = clock_monotonic_ns() - began_ns - made.check_ns;
    *out = made;
    return STATUS_OK;
}
