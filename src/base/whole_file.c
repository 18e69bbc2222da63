/*
 * base/whole_file: see whole_file.h.
 */
#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status status_of(int fault)
{
    return fault == ENOSPC || fault == EDQUOT || fault == EFBIG ? STATUS_FULL : STATUS_IO;
}

static enum status fail(struct arena *arena, const char *path, int number, const char **fault)
{
    *fault = arena_printf(arena, "%s: %s", path, strerror(number));
    return status_of(number);
}

enum status whole_file_begin(struct arena *arena, const char *path, bool replaces,
                             struct whole_file *out, const char **fault)
{
    struct whole_file file = {.path = arena_strdup(arena, path), .fd = -1, .replaces = replaces};
    struct stat facts;

    file.partial = arena_printf(arena, "%s" WHOLE_FILE_SUFFIX, path);
    if (lstat(path, &facts) == 0) {
        if (S_ISDIR(facts.st_mode)) {
            *fault = arena_printf(arena, "%s is a folder; name a file in it", path);
            return STATUS_INVALID;
        }
        if (!replaces || !S_ISREG(facts.st_mode)) {
            *fault = arena_printf(arena, "%s is there already", path);
            return STATUS_CONFLICT;
        }
    }
    file.fd = open(file.partial, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file.fd < 0)
        return fail(arena, file.partial, errno, fault);
    if (flock(file.fd, LOCK_EX | LOCK_NB) != 0) {
        close(file.fd);
        *fault = arena_printf(arena, "another process writes %s now", file.partial);
        return STATUS_BUSY;
    }
    if (ftruncate(file.fd, 0) != 0 || fchmod(file.fd, 0600) != 0) {
        const enum status status = fail(arena, file.partial, errno, fault);
        close(file.fd);
        return status;
    }
    *out = file;
    return STATUS_OK;
}

enum status whole_file_sync_folder(const char *path)
{
    char folder[PATH_MAX];

    if ((size_t)snprintf(folder, sizeof folder, "%s", path) >= sizeof folder)
        return STATUS_INVALID;
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        strcpy(folder, ".");
    else
        slash[slash == folder] = '\0';
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return STATUS_IO;
    const enum status status = fsync(fd) == 0 ? STATUS_OK : STATUS_IO;
    close(fd);
    return status;
}

/* Where nothing may be replaced, a name that came up meanwhile stays whose it is. */
static int give_name(const struct whole_file *file)
{
    if (file->replaces)
        return rename(file->partial, file->path);
    if (renameat2(AT_FDCWD, file->partial, AT_FDCWD, file->path, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS) /* some file systems don't know it */
        return -1;
    return link(file->partial, file->path) == 0 ? unlink(file->partial) : -1;
}

enum status whole_file_end(struct arena *arena, struct whole_file *file, const char **fault)
{
    if (fsync(file->fd) != 0) {
        const enum status status = fail(arena, file->partial, errno, fault);
        whole_file_drop(file);
        return status;
    }
    if (give_name(file) != 0) {
        const int number = errno;
        const enum status status = fail(arena, file->path, number, fault);
        whole_file_drop(file);
        return number == EEXIST ? STATUS_CONFLICT : status;
    }
    close(file->fd);
    file->fd = -1;
    if (whole_file_sync_folder(file->path) == STATUS_OK)
        return STATUS_OK;
    *fault = arena_printf(arena, "the folder of %s can't be synced", file->path);
    return STATUS_IO;
}

void whole_file_drop(struct whole_file *file)
{
    if (file->fd < 0)
        return;
    unlink(file->partial);
    close(file->fd);
    file->fd = -1;
}

enum status whole_file_write(int fd, const void *data, size_t len)
{
    const char *at = data;

    while (len > 0) {
        const ssize_t put = write(fd, at, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return status_of(errno);
        at += put;
        len -= (size_t)put;
    }
    return STATUS_OK;
}
