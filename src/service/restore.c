/*
 * service/restore: see restore.h.
 */
#include "service/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/whole_file.h"
#include "crypto/checkpoint.h"
#include "service/change.h"
#include "service/ledger_verify.h"
#include "service/restore_noes.h"
#include "service/setup.h"
#include "service/writer.h"
#include "store/admins.h"
#include "store/copy.h"
#include "store/lock.h"

#define CHUNK_BYTES  ((size_t)1 << 20)
#define ASIDE        ".before-restore-"
#define MEGABYTE     1000000
#define LOCK_WAIT_MS 30000
#define SPARE        (INT64_C(16) << 20)

struct restore {
    struct arena *arena;
    const struct restore_plan *plan;
    struct conf conf; /* plan's, with the draft in the database's place */
    struct service draft, present;
    bool has_draft; /* open */
    struct restore_facts facts;
};

static const char *beside(const struct restore *restore, const char *suffix)
{
    return arena_printf(restore->arena, "%s%s", restore->plan->conf->db_path, suffix);
}

static void remove_draft(const struct restore *restore)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        unlink(arena_printf(restore->arena, "%s%s", restore->conf.db_path, suffixes[i]));
}

/* Bytes as they are. A file that is not there is none. */
static enum status copy_bytes(const struct restore *restore, const char *from, const char *to,
                              const char **fault)
{
    struct arena *scratch = arena_new();
    char *chunk = arena_alloc(scratch, CHUNK_BYTES);
    const int source = open(from, O_RDONLY | O_CLOEXEC);
    int64_t done = 0;
    struct stat facts = {0};
    ssize_t got = 0;
    int target = -1;
    enum status status = source >= 0 ? STATUS_OK : errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;

    if (status == STATUS_OK && (fstat(source, &facts) != 0 || !S_ISREG(facts.st_mode))) {
        errno = EINVAL;
        status = STATUS_IO;
    }
    if (status == STATUS_OK) {
        target = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
        status = target >= 0 ? STATUS_OK : STATUS_IO;
    }
    while (status == STATUS_OK && (got = read(source, chunk, CHUNK_BYTES)) > 0) {
        status = whole_file_write(target, chunk, (size_t)got);
        done += got;
        if (status == STATUS_OK &&
            !restore->plan->goes_on(restore->plan->context, done, (int64_t)facts.st_size))
            status = STATUS_BUSY;
    }
    if (got < 0)
        status = STATUS_IO;
    if (status != STATUS_OK && status != STATUS_BUSY && status != STATUS_NOT_FOUND)
        *fault =
            arena_printf(restore->arena, "%s can't be copied to %s: %s", from, to, strerror(errno));
    if (source >= 0)
        close(source);
    if (target >= 0)
        close(target);
    arena_free(scratch);
    return status;
}

static enum status check_room(const struct restore *restore, const char **fault)
{
    struct stat facts;
    struct statvfs disk;
    if (stat(restore->plan->path, &facts) != 0 || statvfs(restore->plan->conf->data, &disk) != 0)
        return STATUS_OK;
    const int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    if (room >= (int64_t)facts.st_size + SPARE)
        return STATUS_OK;
    *fault = arena_printf(restore->arena,
                          "the disk of %s has room for %" PRId64 " MB, and %" PRId64
                          " are needed: the former database is kept beside the new one",
                          restore->plan->conf->data, room / MEGABYTE,
                          ((int64_t)facts.st_size + SPARE) / MEGABYTE + 1);
    return STATUS_FULL;
}

/* A file that was copied by hand, or put aside by an earlier restore, may have its log beside it.
 */
static enum status make_draft(struct restore *restore, const char **fault)
{
    const char *path = restore->plan->path, *draft = restore->conf.db_path;
    remove_draft(restore);
    enum status status = check_room(restore, fault);
    if (status == STATUS_OK)
        status = copy_bytes(restore, path, draft, fault);
    if (status != STATUS_OK)
        return status;
    status = copy_bytes(restore, arena_printf(restore->arena, "%s-wal", path),
                        arena_printf(restore->arena, "%s-wal", draft), fault);
    if (status == STATUS_NOT_FOUND)
        *fault = "";
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status check_version(struct restore *restore, const char **fault)
{
    const char *path = restore->plan->path;
    enum status status = copy_version(restore->conf.db_path, &restore->facts.version);
    if (status == STATUS_CORRUPT)
        *fault =
            arena_printf(restore->arena, "%s is no database of this program, or cut off", path);
    else if (status != STATUS_OK)
        *fault = arena_printf(restore->arena, "%s can't be read: %s", path, status_name(status));
    else if (restore->facts.version > store_version()) {
        *fault = arena_printf(restore->arena,
                              "%s has database version %d, and this program knows up to %d: it was "
                              "made by a newer one",
                              path, restore->facts.version, store_version());
        status = STATUS_REFUSED;
    }
    return status;
}

int restore_holder(const struct conf *conf)
{
    return copy_holder(conf->db_path);
}

static bool look_only(void *context)
{
    const struct restore_plan *plan = context;
    return plan->goes_on(plan->context, 0, 0);
}

/* SQLite's own check, of all of it, before anything else is believed. An older version is brought
 * up first: its statements would not fit. */
static enum status open_draft(struct restore *restore, const char **fault)
{
    const char *path = restore->plan->path, *words = "";
    enum status status = store_migrate(restore->conf.db_path, restore->conf.lock_path);
    if (status != STATUS_OK) {
        *fault = arena_printf(restore->arena, "%s can't be brought to this version: %s", path,
                              status_name(status));
        return status;
    }
    status = setup_open(restore->arena, &restore->conf, true, &restore->draft, &words);
    if (status != STATUS_OK) {
        *fault = arena_printf(restore->arena,
                              "%s does not fit the keys in %s: it is of another installation, or "
                              "its keys were not put back yet (\"assent keys restore FILE\")",
                              path, restore->conf.keys_path);
        return status;
    }
    restore->has_draft = true;
    status = copy_check(restore->draft.store, restore->arena, true, look_only,
                        (void *)(uintptr_t)restore->plan, &words);
    if (status == STATUS_CORRUPT)
        *fault =
            arena_printf(restore->arena, "%s is damaged; SQLite's check says: %s", path, words);
    return status;
}

static bool walk_on(void *context, int64_t done, int64_t total)
{
    const struct restore_plan *plan = context;
    return plan->goes_on(plan->context, done, total);
}

static enum status verify_draft(struct restore *restore, const char **fault)
{
    const struct ledger_verify_plan plan = {.service = &restore->draft,
                                            .threads = restore->plan->threads,
                                            .goes_on = walk_on,
                                            .context = (void *)(uintptr_t)restore->plan};
    struct ledger_finding found[LEDGER_DAMAGE_COUNT];
    size_t count = 0;
    struct ledger_report *report = &restore->facts.report;
    enum status status = ledger_verify(&plan, restore->arena, report);
    if (status != STATUS_OK) {
        if (status != STATUS_BUSY)
            *fault = arena_printf(restore->arena, "the ledger of %s can't be read: %s",
                                  restore->plan->path, status_name(status));
        return status;
    }
    ledger_tally_list(&report->tally, found, &count);
    if (count == 0) {
        restore->facts.backup = (struct backup_facts){.head = report->head,
                                                      .head_at = report->head_at,
                                                      .people = report->people,
                                                      .checkpoint = report->checkpoint};
        return STATUS_OK;
    }
    *fault = arena_printf(restore->arena, "the ledger of %s is not whole: entry %" PRId64 " %s",
                          restore->plan->path, found[0].position.value,
                          ledger_damage_words(found[0].damage));
    return STATUS_CORRUPT;
}

/* The present database may be gone, damaged, another version's, or another installation's: then
 * nothing can be carried over, and why is said. */
static void open_present(struct restore *restore)
{
    struct restore_facts *facts = &restore->facts;
    const struct conf *conf = restore->plan->conf;
    const char *fault = "", *words = "";
    struct stat file;
    if (stat(conf->db_path, &file) != 0)
        return;
    facts->has_present = true;
    enum status status = setup_open(restore->arena, conf, false, &restore->present, &fault);
    if (status == STATUS_OK) {
        status = copy_check(restore->present.store, restore->arena, false, look_only,
                            (void *)(uintptr_t)restore->plan, &words);
        if (status == STATUS_CORRUPT)
            fault = arena_printf(restore->arena, "SQLite's check says: %s", words);
    }
    if (status == STATUS_OK)
        status = store_position(restore->present.store, &facts->present.head);
    facts->is_readable = status == STATUS_OK;
    facts->present_fault = *fault ? fault : status_name(status);
}

static enum status compare(struct restore *restore)
{
    struct restore_facts *facts = &restore->facts;
    enum status status =
        restore_noes_common(restore->present.store, restore->draft.store, &facts->common);
    if (status != STATUS_OK)
        return status;
    const struct restore_noes_plan plan = {
        .present = &restore->present, .draft = &restore->draft, .common = facts->common};
    return restore_noes_carry(&plan, restore->arena, &facts->noes, &facts->yes_lost);
}

enum status restore_begin(const struct restore_plan *plan, struct arena *arena,
                          struct restore **out, const char **fault)
{
    struct restore *restore = arena_alloc(arena, sizeof *restore);
    *fault = "";
    *restore = (struct restore){.arena = arena, .plan = plan, .conf = *plan->conf};
    restore->conf.db_path = arena_printf(arena, "%s.restoring", plan->conf->db_path);
    restore->conf.lock_path = arena_printf(arena, "%s.lock", restore->conf.db_path);
    enum status status = make_draft(restore, fault);
    if (status == STATUS_OK)
        status = check_version(restore, fault);
    if (status == STATUS_OK)
        status = open_draft(restore, fault);
    if (status == STATUS_OK)
        status = verify_draft(restore, fault);
    if (status == STATUS_OK)
        open_present(restore);
    if (status == STATUS_OK && restore->facts.is_readable && compare(restore) != STATUS_OK) {
        restore->facts.is_readable = false;
        restore->facts.present_fault = "its ledger and its people can't be read to the end";
    }
    if (status != STATUS_OK) {
        restore_end(restore);
        return status;
    }
    *out = restore;
    return STATUS_OK;
}

const struct restore_facts *restore_facts(const struct restore *restore)
{
    return &restore->facts;
}

/* Nobody stays logged in by a session that was ended since, and the ledger says what happened. */
static enum status sign_off(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    const struct restore *restore = context;
    const struct restore_facts *facts = &restore->facts;
    const struct origin origin = {.actor = ACTOR_OPERATOR, .proof_kind = PROOF_COMMAND};
    struct entry entry = {.kind = ENTRY_SETTING};
    enum status status = sessions_delete_stale(txn, INT64_MAX, INT64_MAX);
    if (facts->is_readable)
        entry.private.note = arena_printf(
            arena,
            "database: restored from a backup that ended at entry %" PRId64 "; the former one, up "
            "to entry %" PRId64 ", shared entries up to %" PRId64,
            facts->backup.head.value, facts->present.head.value, facts->common.value);
    else
        entry.private.note =
            arena_printf(arena, "database: restored from a backup that ended at entry %" PRId64,
                         facts->backup.head.value);
    return status == STATUS_OK ? change_record(service, txn, &entry, &origin) : status;
}

/* "20261123T061824Z", and a number where that second has one already. */
static const char *dated(const struct restore *restore)
{
    struct arena *arena = restore->arena;
    char text[CLOCK_RFC3339_BYTES], out[CLOCK_RFC3339_BYTES];
    size_t len = 0;
    clock_rfc3339(clock_now_s(), text);
    for (const char *at = text; *at != '\0'; at++)
        if (*at != ':' && *at != '-')
            out[len++] = *at;
    out[len] = '\0';
    const char *date = arena_strdup(arena, out);
    for (int i = 2; access(beside(restore, arena_printf(arena, ASIDE "%s", date)), F_OK) == 0; i++)
        date = arena_printf(arena, "%s-%d", out, i);
    return date;
}

/* A second name for the present file and its log: nothing is lost wherever this breaks off. Where
 * there are no second names, the first one goes. */
static bool put_aside(const struct restore *restore, const char *from, const char *to)
{
    (void)restore;
    return link(from, to) == 0 || errno == ENOENT ||
           ((errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK) && rename(from, to) == 0);
}

/* A log that lies beside the name would be taken for the new file's own. */
static bool is_gone(const char *path)
{
    return unlink(path) == 0 || errno == ENOENT;
}

static enum status swap(struct restore *restore, const char **aside, const char **fault)
{
    struct arena *arena = restore->arena;
    const struct conf *conf = restore->plan->conf;
    const char *kept = NULL;
    const char *notes = arena_printf(arena, "%s/" CHECKPOINT_FILE, conf->data);
    if (restore->facts.has_present) {
        const char *date = dated(restore);
        kept = beside(restore, arena_printf(arena, ASIDE "%s", date));
        if (!put_aside(restore, conf->db_path, kept) ||
            !put_aside(restore, beside(restore, "-wal"), arena_printf(arena, "%s-wal", kept)) ||
            !put_aside(restore, notes, arena_printf(arena, "%s" ASIDE "%s", notes, date)) ||
            whole_file_sync_folder(kept) != STATUS_OK) {
            *fault = arena_printf(arena, "%s can't be kept aside as %s: %s", conf->db_path, kept,
                                  strerror(errno));
            return STATUS_IO;
        }
    }
    if (!is_gone(beside(restore, "-wal")) || !is_gone(beside(restore, "-shm")) ||
        whole_file_sync_folder(conf->db_path) != STATUS_OK ||
        rename(restore->conf.db_path, conf->db_path) != 0) {
        *fault =
            arena_printf(arena,
                         "%s can't be replaced: %s. The former database is whole, as %s; give "
                         "it, and what begins with that name, the name %s again",
                         conf->db_path, strerror(errno), kept ? kept : "nothing", conf->db_path);
        return STATUS_CORRUPT;
    }
    /* It would speak of entries that are no more; the server writes it anew from the database. */
    (void)is_gone(notes);
    *aside = kept;
    if (whole_file_sync_folder(conf->db_path) == STATUS_OK)
        return STATUS_OK;
    *fault = arena_printf(arena,
                          "%s is in place, but its folder can't be synced: look at the disk before "
                          "you start the server",
                          conf->db_path);
    return STATUS_CORRUPT;
}

/* What is in the log goes into the file, which then stands alone. */
static enum status close_draft(struct restore *restore)
{
    enum status status = copy_settle(restore->draft.store);
    setup_close(&restore->draft);
    restore->has_draft = false;
    if (status != STATUS_OK)
        return status;
    const int fd = open(restore->conf.db_path, O_RDONLY | O_CLOEXEC);
    status = fd >= 0 && fsync(fd) == 0 ? STATUS_OK : STATUS_IO;
    if (fd >= 0)
        close(fd);
    return status;
}

static void close_present(struct restore *restore)
{
    if (restore->present.store)
        setup_close(&restore->present);
}

/* The log of the present file goes into it, where that can be: the one file is then all there is.
 */
static void settle_present(const struct restore *restore)
{
    const struct conf *conf = restore->plan->conf;
    struct store *store = NULL;
    if (!restore->facts.is_readable ||
        store_open_writer(conf->db_path, restore->conf.lock_path, &store) != STATUS_OK)
        return;
    if (copy_settle(store) != STATUS_OK)
        (void)0; /* then it is kept with its log */
    store_close(store);
}

/* What was said while the operator made up their mind is carried over as well. */
static enum status carry(struct restore *restore, struct restore_noes *carried)
{
    struct restore_facts *facts = &restore->facts;
    int64_t lost = 0;
    enum status status = store_position(restore->present.store, &facts->present.head);
    if (status != STATUS_OK)
        return status;
    const struct restore_noes_plan plan = {
        .present = &restore->present,
        .draft = &restore->draft,
        .common = facts->common,
        .writes = true,
        .note = arena_printf(restore->arena,
                             "carried over when a backup was put back: a no of between entries "
                             "%" PRId64 " and %" PRId64 " of the former ledger",
                             facts->common.value, facts->present.head.value)};
    return restore_noes_carry(&plan, restore->arena, carried, &lost);
}

/* Under the present database's write lock: a command that would commit to it meanwhile waits, finds
 * another file in its place, and acknowledges nothing. */
static enum status replace(struct restore *restore, bool carries, const char **aside,
                           struct restore_noes *carried, const char **fault)
{
    enum status status = STATUS_OK;
    if (carries && restore->facts.is_readable)
        status = carry(restore, carried);
    if (status == STATUS_OK)
        status = writer_run(&restore->draft, restore->arena, sign_off, restore);
    close_present(restore);
    if (status == STATUS_OK)
        status = close_draft(restore);
    if (status == STATUS_OK) {
        settle_present(restore);
        status = swap(restore, aside, fault);
    }
    return status;
}

enum status restore_finish(struct restore *restore, bool carries, const char **aside,
                           struct restore_noes *carried, const char **fault)
{
    struct lock *lock = NULL;
    *fault = "";
    *carried = (struct restore_noes){0};
    enum status status = lock_open(restore->plan->conf->lock_path, &lock);
    if (status == STATUS_OK)
        status = lock_take(lock, LOCK_WAIT_MS);
    if (status == STATUS_BUSY)
        *fault = "another command is writing to the list: let it end, then try again";
    if (status == STATUS_OK) {
        status = replace(restore, carries, aside, carried, fault);
        lock_release(lock);
    }
    lock_close(lock);
    return status;
}

void restore_end(struct restore *restore)
{
    if (restore == NULL)
        return;
    close_present(restore);
    if (restore->has_draft)
        setup_close(&restore->draft);
    restore->has_draft = false;
    remove_draft(restore);
}
