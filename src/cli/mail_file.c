/*
 * cli/mail_file: see mail_file.h.
 */
#include "cli/mail_file.h"

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

void mail_file_remove(const struct conf *conf, int64_t id)
{
    char path[PATH_MAX];
    if (name_it(conf, id, "", path))
        (void)unlink(path);
}
