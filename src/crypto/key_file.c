/*
 * crypto/key_file: secrets on disk, and the guarded memory they are read into. See the header.
 */
#include "crypto/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void *key_memory_new(size_t len)
{
    void *memory = sodium_malloc(len);
    if (!memory) {
        fputs("assent: no guarded memory to be had\n", stderr);
        abort();
    }
    sodium_memzero(memory, len);
    return memory;
}

void key_memory_free(void *memory)
{
    sodium_free(memory);
}

void key_memory_wipe(void *data, size_t len)
{
    sodium_memzero(data, len);
}

static enum status read_all(int fd, uint8_t *out, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t got = read(fd, out + done, len - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return STATUS_IO;
        if (got == 0)
            return STATUS_CORRUPT;
        done += (size_t)got;
    }
    return STATUS_OK;
}

enum status key_file_read(const char *path, uint8_t *out, size_t len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return STATUS_NOT_FOUND;
    if (fd < 0)
        return errno == ELOOP || errno == EACCES || errno == ENOTDIR ? STATUS_REFUSED : STATUS_IO;
    struct stat facts;
    enum status status = STATUS_IO;
    if (fstat(fd, &facts) != 0)
        goto out;
    status = STATUS_REFUSED;
    if (!S_ISREG(facts.st_mode) || (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        goto out;
    if (facts.st_uid != geteuid() && facts.st_uid != 0)
        goto out;
    status = STATUS_CORRUPT;
    if (facts.st_size != (off_t)len)
        goto out;
    status = read_all(fd, out, len);
out:
    close(fd);
    if (status != STATUS_OK)
        sodium_memzero(out, len);
    return status;
}

static enum status write_all(int fd, const uint8_t *data, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t put = write(fd, data + done, len - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO;
        done += (size_t)put;
    }
    return fsync(fd) == 0 ? STATUS_OK : STATUS_IO;
}

static enum status sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return STATUS_IO;
    enum status status = fsync(fd) == 0 ? STATUS_OK : STATUS_IO;
    close(fd);
    return status;
}

enum status key_file_create(const char *folder, const char *name, const uint8_t *data, size_t len)
{
    char path[PATH_MAX], draft[PATH_MAX];
    uint64_t unique = 0;
    randombytes_buf(&unique, sizeof(unique));
    if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
        snprintf(draft, sizeof(draft), "%s/.%s.%016" PRIx64, folder, name, unique) >=
            (int)sizeof(draft))
        return STATUS_INVALID;
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    int fd = open(draft, flags, 0600);
    /* A folder is made only where it is missing: a sandbox may not make any. */
    if (fd < 0 && errno == ENOENT) {
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            return STATUS_IO;
        fd = open(draft, flags, 0600);
    }
    if (fd < 0)
        return errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO;
    enum status status = write_all(fd, data, len);
    if (close(fd) != 0 && status == STATUS_OK)
        status = STATUS_IO;
    /* link, unlike rename, refuses to replace a key that another process made meanwhile. */
    if (status == STATUS_OK && link(draft, path) != 0)
        status = errno == EEXIST ? STATUS_CONFLICT : STATUS_IO;
    unlink(draft);
    if (status == STATUS_OK)
        status = sync_folder(folder);
    return status;
}
