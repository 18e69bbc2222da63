/*
 * web/api_body: see api_body.h.
 */
#include "web/api_body.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "web/kore.h"

struct api_body {
    int fd; /* -1: it is in memory */
    const char *memory;
    void *map; /* NULL: it was not asked for */
    uint64_t bytes, at;
};

static void end_body(void *context)
{
    struct api_body *body = context;
    if (body->map != NULL)
        munmap(body->map, body->bytes);
    if (body->fd >= 0)
        close(body->fd);
    body->map = NULL;
    body->fd = -1;
}

struct api_body *api_body_take(struct visit *visit)
{
    struct http_request *request = visit->request;
    struct api_body *body = arena_alloc(visit->arena, sizeof *body);
    *body = (struct api_body){.fd = -1, .bytes = request->http_body_length};
    if (request->http_body_fd >= 0) {
        /* Kore would close it with the request, under the thread that reads it. */
        body->fd = request->http_body_fd;
        request->http_body_fd = -1;
        if (request->http_body_path != NULL && unlink(request->http_body_path) != 0)
            kore_log(LOG_ERR, "a request's body can't be removed: errno %d", errno);
        visit_at_end(visit, end_body, body);
    } else if (body->bytes > 0) {
        body->memory =
            arena_strndup(visit->arena, (const char *)request->http_body->data, body->bytes);
    }
    return body;
}

struct api_body *api_body_new(struct visit *visit)
{
    char *path = arena_printf(visit->arena, "%s/answer.XXXXXX", http_body_disk_path);
    struct api_body *body = arena_alloc(visit->arena, sizeof *body);
    *body = (struct api_body){.fd = mkostemp(path, O_CLOEXEC)};
    if (body->fd < 0 || unlink(path) != 0)
        kore_log(LOG_ERR, "the folder %s: errno %d", http_body_disk_path, errno);
    if (body->fd < 0)
        return NULL;
    visit_at_end(visit, end_body, body);
    return body;
}

enum status api_body_write(struct api_body *body, const void *data, size_t len)
{
    const char *from = data;
    while (len > 0) {
        ssize_t done = pwrite(body->fd, from, len, (off_t)body->bytes);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return done < 0 && errno != ENOSPC && errno != EDQUOT ? STATUS_IO : STATUS_FULL;
        from += done;
        len -= (size_t)done;
        body->bytes += (uint64_t)done;
    }
    return STATUS_OK;
}

uint64_t api_body_bytes(const struct api_body *body)
{
    return body->bytes;
}

enum status api_body_read(struct api_body *body, void *out, size_t max, size_t *len)
{
    size_t part = body->bytes - body->at < max ? (size_t)(body->bytes - body->at) : max;
    if (body->fd < 0) {
        if (part > 0)
            memcpy(out, body->memory + body->at, part);
        body->at += part;
        *len = part;
        return STATUS_OK;
    }
    ssize_t got;
    do
        got = pread(body->fd, out, part, (off_t)body->at);
    while (got < 0 && errno == EINTR);
    if (got < 0 || (got == 0 && part > 0))
        return STATUS_IO;
    body->at += (uint64_t)got;
    *len = (size_t)got;
    return STATUS_OK;
}

enum status api_body_map(struct api_body *body, const char **out)
{
    if (body->fd >= 0 && body->map == NULL) {
        void *map = mmap(NULL, body->bytes, PROT_READ, MAP_PRIVATE, body->fd, 0);
        if (map == MAP_FAILED)
            return STATUS_IO;
        body->map = map;
    }
    *out = body->fd >= 0 ? body->map : body->memory ? body->memory : "";
    return STATUS_OK;
}

void api_body_rewind(struct api_body *body)
{
    body->at = 0;
}

bool api_body_reserve(int fd, uint64_t len)
{
    int failed;
    do
        failed = fallocate(fd, 0, 0, (off_t)len);
    while (failed != 0 && errno == EINTR);
    /* Where the file system can't set anything aside, the writing shows whether there is room. */
    return failed == 0 || errno == EOPNOTSUPP || errno == ENOSYS;
}
