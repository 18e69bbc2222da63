/*
 * service/mail_file: see mail_file.h.
 */
#include "service/mail_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool name_it(const struct conf *conf, int64_t id, const char *end, char out[PATH_MAX])
{
    const int len = snprintf(out, PATH_MAX, "%s/outbox/%" PRId64 ".eml%s", conf->data, id, end);
    return len > 0 && len < PATH_MAX;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        const ssize_t put = write(fd, data, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        data += put;
        len -= (size_t)put;
    }
    return fsync(fd) == 0;
}

bool mail_file_put(const struct conf *conf, int64_t id, const void *data, size_t len)
{
    char folder[PATH_MAX], path[PATH_MAX], temporary[PATH_MAX];
    if (snprintf(folder, sizeof folder, "%s/outbox", conf->data) >= (int)sizeof folder ||
        !name_it(conf, id, "", path) || !name_it(conf, id, ".new", temporary))
        return false;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return false;
    (void)unlink(temporary); /* what a killed courier left */
    const int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    const bool is_whole = write_all(fd, data, len);
    if (close(fd) == 0 && is_whole && rename(temporary, path) == 0)
        return true;
    (void)unlink(temporary);
    return false;
}

static bool read_all(int fd, char *data, size_t len)
{
    while (len > 0) {
        const ssize_t got = read(fd, data, len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        data += got;
        len -= (size_t)got;
    }
    return true;
}

enum status mail_file_get(struct arena *arena, const struct conf *conf, int64_t id,
                          const char **data, size_t *len)
{
    char path[PATH_MAX];
    struct stat about;
    if (!name_it(conf, id, "", path))
        return STATUS_NOT_FOUND;
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ELOOP || errno == ENOTDIR ? STATUS_NOT_FOUND : STATUS_IO;
    enum status status = STATUS_NOT_FOUND;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= MAIL_FILE_MAX_BYTES) {
        char *bytes = arena_alloc(arena, (size_t)about.st_size + 1);
        status = read_all(fd, bytes, (size_t)about.st_size) ? STATUS_OK : STATUS_IO;
        if (status == STATUS_OK) {
            *data = bytes;
            *len = (size_t)about.st_size;
        }
    }
    close(fd);
    return status;
}

void mail_file_remove(const struct conf *conf, int64_t id)
{
    char path[PATH_MAX];
    if (name_it(conf, id, "", path))
        (void)unlink(path);
}
