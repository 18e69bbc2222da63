/*
 * base/supervisor: see supervisor.h.
 */
#include "base/supervisor.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int supervisor_open(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    const size_t len = path ? strlen(path) : 0;
    /* One with @ is in the abstract namespace: a NUL stands there instead. */
    if (len < 2 || len >= sizeof at.sun_path || (*path != '/' && *path != '@'))
        return -1;
    memcpy(at.sun_path, path, len);
    if (*path == '@')
        at.sun_path[0] = '\0';
    unsetenv("NOTIFY_SOCKET");
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&at, size) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

void supervisor_tell(int fd, const char *state)
{
    if (fd >= 0)
        (void)send(fd, state, strlen(state), MSG_NOSIGNAL);
}
