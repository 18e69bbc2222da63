/*
 * service/import_tidy: see import_tidy.h.
 */
#include "service/import_tidy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/import_jobs.h"
#include "service/writer.h"

/* STATUS_OK also where there was none. */
static enum status remove_file(const char *path)
{
    return unlink(path) == 0 || errno == ENOENT ? STATUS_OK : STATUS_IO;
}

static enum status forget_run(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    const struct import_job *job = context;
    struct import_job now;
    enum status status = import_jobs_get(txn_store(txn), arena, job->id, &now);

    (void)service;
    if (status != STATUS_OK || !import_jobs_has_ended(now.state))
        return status;
    now.file = "";
    return import_jobs_update(txn, &now);
}

/* Nobody said what to do with it for so long: it is thrown away. */
static enum status discard_run(const struct service *service, struct txn *txn, struct arena *arena,
                               void *context)
{
    const struct import_job *job = context;
    const struct origin origin = {.actor = ACTOR_SYSTEM};
    bool is_late;

    return import_jobs_act(service, txn, arena, job->id, IMPORT_DISCARD, &origin, &is_late);
}

static enum status tidy_one(const struct service *service, struct arena *arena,
                            struct import_job *job, int64_t now_s)
{
    const bool may_go_on = job->state == IMPORT_IS_STOPPED || job->state == IMPORT_IS_FAILED;
    const bool is_old = now_s - job->moved_at > IMPORT_KEEP_S;
    const bool needs_rejected = job->rejected > 0 && job->state != IMPORT_IS_DISCARDED && !is_old;
    enum status status = STATUS_OK;

    if (job->state == IMPORT_IS_CHECKED && is_old)
        return writer_run(service, arena, discard_run, job);
    if (*job->file == '\0' || !import_jobs_has_ended(job->state))
        return STATUS_OK;
    if (is_old || !may_go_on)
        status = remove_file(import_jobs_path(service->conf, arena, job->file, false));
    if (status == STATUS_OK && !needs_rejected)
        status = remove_file(import_jobs_path(service->conf, arena, job->file, true));
    if (status == STATUS_OK && !needs_rejected && (is_old || !may_go_on))
        status = writer_run(service, arena, forget_run, job);
    return status;
}

/* Whether name is one that import_jobs_path makes of file. */
static bool is_name_of(const char *name, const char *file)
{
    const size_t len = strlen(file);

    return len != 0 && strncmp(name, file, len) == 0 && name[len] == '.';
}

static bool is_upload(const char *name)
{
    const size_t len = strspn(name, "0123456789abcdef");

    return len == IMPORT_FILE_ID_BYTES - 1 &&
           (strcmp(name + len, ".csv") == 0 || strcmp(name + len, ".rejected.csv") == 0);
}

/* Files of no job, as a server leaves that dies between keeping one and asking for its import. What
 * can't be removed now is met again. */
static void remove_strays(const struct service *service, struct arena *arena,
                          const struct import_job *jobs, size_t count, int64_t now_s)
{
    DIR *folder = opendir(arena_printf(arena, "%s/imports", service->conf->data));
    const struct dirent *found;

    if (folder == NULL)
        return;
    while ((found = readdir(folder)) != NULL) {
        struct stat about;
        bool is_kept = !is_upload(found->d_name);
        for (size_t i = 0; i < count && !is_kept; i++)
            is_kept = is_name_of(found->d_name, jobs[i].file);
        if (!is_kept && fstatat(dirfd(folder), found->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(about.st_mode) && now_s - about.st_mtime > IMPORT_KEEP_S)
            (void)unlinkat(dirfd(folder), found->d_name, 0);
    }
    closedir(folder);
}

enum status import_tidy(const struct service *service, struct arena *arena, int64_t now_s)
{
    struct import_job *jobs;
    size_t count = 0;
    enum status status =
        import_jobs_list(service->store, arena, INT64_MAX, IMPORT_LOOK_BACK, &jobs, &count);

    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = tidy_one(service, arena, &jobs[i], now_s);
    if (status == STATUS_OK)
        remove_strays(service, arena, jobs, count, now_s);
    return status;
}
