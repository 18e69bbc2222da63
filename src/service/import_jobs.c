/*
 * service/import_jobs: see import_jobs.h.
 */
#include "service/import_jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/email.h"
#include "base/fold.h"
#include "service/change.h"
#include "store/admins.h"
#include "store/approvals.h"
#include "store/topics.h"

#define WRITE_BYTES (1 << 20)

bool import_jobs_is_working(enum import_state state)
{
    return state == IMPORT_IS_CHECKING || state == IMPORT_IS_RUNNING || state == IMPORT_IS_UNDOING;
}

bool import_jobs_has_ended(enum import_state state)
{
    return !import_jobs_is_working(state) && state != IMPORT_IS_CHECKED;
}

const char *import_jobs_path(const struct conf *conf, struct arena *arena, const char *file,
                             bool is_rejected)
{
    return arena_printf(arena, "%s/imports/%s%s.csv", conf->data, file,
                        is_rejected ? ".rejected" : "");
}

static enum status write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t done = write(fd, data, len < WRITE_BYTES ? len : WRITE_BYTES);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO;
        data += done;
        len -= (size_t)done;
    }
    return fsync(fd) == 0 ? STATUS_OK : STATUS_IO;
}

/* A file's name is on disk once its folder is. */
static enum status sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status status = fd >= 0 && fsync(fd) == 0 ? STATUS_OK : STATUS_IO;

    if (fd >= 0)
        close(fd);
    return status;
}

enum status import_jobs_keep(const struct conf *conf, struct arena *arena, const char *data,
                             size_t len, char file[IMPORT_FILE_ID_BYTES])
{
    unsigned char random[(IMPORT_FILE_ID_BYTES - 1) / 2];
    const char *folder = arena_printf(arena, "%s/imports", conf->data);

    randombytes_buf(random, sizeof random);
    sodium_bin2hex(file, IMPORT_FILE_ID_BYTES, random, sizeof random);
    const char *path = import_jobs_path(conf, arena, file, false);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == ENOSPC ? STATUS_FULL : STATUS_IO;
    enum status status = write_all(fd, data, len);
    if (close(fd) != 0 && status == STATUS_OK)
        status = STATUS_IO;
    if (status == STATUS_OK)
        status = sync_folder(folder);
    if (status != STATUS_OK)
        unlink(path);
    return status;
}

void import_jobs_drop(const struct conf *conf, struct arena *arena, const char *file)
{
    unlink(import_jobs_path(conf, arena, file, false));
}

/* The last part of a path, without what can't be shown; "file.csv" where nothing is left. */
static const char *clean_name(struct arena *arena, const char *name)
{
    const char *slash = strrchr(name, '/'), *back = strrchr(name, '\\');
    const char *last = slash > back ? slash : back;
    char *text = arena_strdup(arena, last ? last + 1 : name);
    char *to = text;

    if (!fold_is_utf8(text, strlen(text)))
        return "file.csv";
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c >= 0x20 && *c != 0x7f)
            *to++ = *c;
    *to = '\0';
    if (to - text > IMPORT_NAME_MAX_BYTES) {
        to = text + IMPORT_NAME_MAX_BYTES;
        while (((unsigned char)*to & 0xc0) == 0x80)
            to--;
        *to = '\0';
    }
    return *text ? text : "file.csv";
}

/* The one that has not ended: an older one may be on its way back. */
static enum status find_busy(struct store *store, struct arena *arena, struct import_job *out,
                             bool *is_busy)
{
    struct import_job *jobs;
    size_t count = 0;
    enum status status = import_jobs_list(store, arena, INT64_MAX, IMPORT_LOOK_BACK, &jobs, &count);

    *is_busy = false;
    for (size_t i = 0; i < count && status == STATUS_OK && !*is_busy; i++) {
        *is_busy = !import_jobs_has_ended(jobs[i].state);
        if (*is_busy)
            *out = jobs[i];
    }
    return status;
}

enum status import_jobs_ask(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct import_ask *ask, struct import_job *out, bool *is_busy)
{
    (void)service;
    enum status status = find_busy(txn_store(txn), arena, out, is_busy);
    if (status != STATUS_OK || *is_busy)
        return status;
    struct import_job job = {.admin = ask->origin.actor_id,
                             .asked_at = clock_now_s(),
                             .name = clean_name(arena, ask->name),
                             .file = ask->file,
                             .consent = ask->consent,
                             .bytes = ask->bytes};
    int64_t id;
    status = import_jobs_insert(txn, &job, &id);
    if (status == STATUS_OK)
        status = import_jobs_get(txn_store(txn), arena, id, &job);
    if (status == STATUS_OK)
        status = store_position(txn_store(txn), &job.first);
    if (status == STATUS_OK)
        status = import_jobs_update(txn, &job);
    if (status == STATUS_OK)
        *out = job;
    return status;
}

/* Whether one that ended early can go on: its file is kept for that. */
static bool may_resume(const struct import_job *job)
{
    return (job->state == IMPORT_IS_STOPPED || job->state == IMPORT_IS_FAILED) && job->run != 0 &&
           *job->file != '\0';
}

static bool may_undo(const struct import_job *job, int64_t now_s)
{
    return (job->state == IMPORT_IS_DONE || job->state == IMPORT_IS_STOPPED ||
            (job->state == IMPORT_IS_FAILED && job->run != 0)) &&
           now_s - job->moved_at <= IMPORT_UNDO_S && job->added + job->updated > 0;
}

/* The state that act leads to; false: it can't be done now. */
static bool next_state(const struct import_job *job, enum import_act act, int64_t now_s,
                       enum import_state *out)
{
    switch (act) {
    case IMPORT_START:
        *out = IMPORT_IS_RUNNING;
        return job->state == IMPORT_IS_CHECKED || may_resume(job);
    case IMPORT_DISCARD:
        *out = IMPORT_IS_DISCARDED;
        return job->state == IMPORT_IS_CHECKED;
    case IMPORT_STOP: /* who works sees it, and ends the job itself */
        *out = job->state;
        return (job->state == IMPORT_IS_CHECKING || job->state == IMPORT_IS_RUNNING) &&
               !job->is_stopping;
    case IMPORT_UNDO:
        *out = IMPORT_IS_UNDOING;
        return may_undo(job, now_s);
    case IMPORT_ACT_COUNT:
        break;
    }
    return false;
}

/* Another import's undoing could wait for ever behind a file that waits for a word. */
static enum status is_free(struct store *store, struct arena *arena, int64_t id, bool *out)
{
    struct import_job other;
    bool is_busy;
    enum status status = find_busy(store, arena, &other, &is_busy);

    *out = !is_busy || other.id == id;
    return status;
}

/* Samples and examples are people's, and looked at only before the word is given. */
static enum status drop_shown(struct txn *txn, int64_t id)
{
    enum status status = import_jobs_put_columns(txn, id, NULL, 0);

    return status == STATUS_OK ? import_jobs_put_examples(txn, id, NULL, 0) : status;
}

static bool is_address_of(struct arena *arena, const char *text, const struct contact *person)
{
    struct email email;

    return email_parse(arena, text, strlen(text), &email, NULL) == STATUS_OK &&
           strcmp(email.key, person->email_key) == 0;
}

static enum status forget_shown(struct txn *txn, struct arena *arena, int64_t id,
                                const struct contact *person)
{
    struct import_column_row *columns;
    struct import_example *examples;
    size_t columns_count = 0, count = 0, kept = 0;
    bool is_shown = false;
    enum status status = import_jobs_columns(txn_store(txn), arena, id, &columns, &columns_count);

    if (status == STATUS_OK)
        status = import_jobs_examples(txn_store(txn), arena, id, &examples, &count);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < columns_count; i++)
        is_shown = is_shown || is_address_of(arena, columns[i].sample, person) ||
                   (*person->name != '\0' && strcmp(columns[i].sample, person->name) == 0);
    for (size_t i = 0; i < count; i++)
        if (!is_address_of(arena, examples[i].email, person))
            examples[kept++] = examples[i];
    if (kept < count)
        status = import_jobs_put_examples(txn, id, examples, kept);
    for (size_t i = 0; i < columns_count; i++)
        columns[i].sample = "";
    if (status == STATUS_OK && (is_shown || kept < count))
        status = import_jobs_put_columns(txn, id, columns, columns_count);
    return status;
}

enum status import_jobs_forget(struct txn *txn, struct arena *arena, const struct contact *person)
{
    struct import_job job;
    bool is_busy;
    enum status status = find_busy(txn_store(txn), arena, &job, &is_busy);

    if (status != STATUS_OK || !is_busy)
        return status;
    return forget_shown(txn, arena, job.id, person);
}

enum status import_jobs_act(const struct service *service, struct txn *txn, struct arena *arena,
                            int64_t id, enum import_act act, const struct origin *origin,
                            bool *is_late)
{
    struct import_job job;
    enum import_state next;
    bool is_alone = true;
    const int64_t now_s = clock_now_s();
    enum status status = import_jobs_get(txn_store(txn), arena, id, &job);

    *is_late = false;
    if (status == STATUS_OK && (act == IMPORT_UNDO || act == IMPORT_START))
        status = is_free(txn_store(txn), arena, id, &is_alone);
    if (status != STATUS_OK)
        return status;
    if (!is_alone || !next_state(&job, act, now_s, &next)) {
        *is_late = true;
        return STATUS_OK;
    }
    if (act == IMPORT_UNDO) {
        struct entry entry = {.kind = ENTRY_IMPORT_ENDED,
                              .subject = job.run,
                              .private = {.note = "taken back as a whole"}};
        status = change_record(service, txn, &entry, origin);
        job.undone = job.first;
        job.left_alone = 0;      /* of an undoing that failed on its way: they are met again */
        if (status == STATUS_OK) /* a run that failed may not have told how far it came */
            status = store_position(txn_store(txn), &job.last);
    }
    job.is_stopping = act == IMPORT_STOP;
    if (act != IMPORT_STOP)
        job.moved_at = now_s;
    if (status == STATUS_OK && job.state == IMPORT_IS_CHECKED && next != IMPORT_IS_CHECKED)
        status = drop_shown(txn, id);
    job.state = next;
    job.bytes_done = act == IMPORT_STOP ? job.bytes_done : 0;
    return status == STATUS_OK ? import_jobs_update(txn, &job) : status;
}

enum status import_jobs_look(const struct service *service, struct arena *arena, int64_t id,
                             int64_t now_s, struct import_look *out)
{
    struct import_look look = {.admin = ""};
    struct admin admin;
    struct store *store = service->store;
    enum status status = import_jobs_get(store, arena, id, &look.job);

    if (status == STATUS_OK)
        status = import_jobs_columns(store, arena, id, &look.columns, &look.columns_count);
    if (status == STATUS_OK)
        status = import_jobs_examples(store, arena, id, &look.examples, &look.examples_count);
    if (status == STATUS_OK)
        status = topics_list(store, arena, &look.topics, &look.topics_count);
    if (status != STATUS_OK)
        return status;
    status = admins_get(store, arena, look.job.admin, &admin);
    if (status == STATUS_OK)
        look.admin = *admin.name ? admin.name : admin.email;
    look.can_resume = may_resume(&look.job);
    look.can_undo = may_undo(&look.job, now_s);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND) {
        struct approval approval;
        const char *target = arena_printf(arena, "%lld", (long long)id);
        status = approvals_find(store, arena, APPROVAL_IMPORT, target, &approval);
        look.waits_for_approval = status == STATUS_OK && approval.expires_at > now_s;
    }
    look.has_rejected = look.job.rejected > 0 && *look.job.file != '\0';
    *out = look;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status import_jobs_recent(const struct service *service, struct arena *arena,
                               struct import_recent *out)
{
    enum status status =
        import_jobs_list(service->store, arena, INT64_MAX, IMPORT_RECENT, &out->jobs, &out->count);
    out->is_busy = false;
    return status == STATUS_OK ? find_busy(service->store, arena, &out->busy, &out->is_busy)
                               : status;
}
