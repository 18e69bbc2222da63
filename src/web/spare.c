/*
 * web/spare: see spare.h.
 */
#include "web/spare.h"

#include <poll.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/kore.h"

#define SAY_EVERY_MS 60000
#define PAUSE_MS     50

static const char answer[] = "HTTP/1.1 503 Service Unavailable\r\n"
                             "content-type: text/plain; charset=utf-8\r\n"
                             "content-length: 34\r\n"
                             "retry-after: 5\r\n"
                             "connection: close\r\n"
                             "\r\n"
                             "The server is full; try it again.\n";

static struct spare {
    int fd; /* -1: not even one */
    u_int64_t said_at;
} spare = {.fd = -1};

static void keep(void)
{
    if (spare.fd < 0)
        spare.fd = eventfd(0, EFD_CLOEXEC);
}

/* What it sent is read before, as far as it is there: else the answer would be lost with it. Over
 * TLS nothing can be said in the middle of nowhere; the end of the connection says it. */
static bool refuse(const struct listener *listener)
{
    char sent[4096];
    const int fd = accept(listener->fd, NULL, NULL);
    if (fd < 0)
        return false;
    if (!listener->server->tls) {
        (void)!recv(fd, sent, sizeof sent, MSG_DONTWAIT);
        (void)!send(fd, answer, sizeof answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    close(fd);
    return true;
}

static void say(void)
{
    const u_int64_t now = kore_time_ms();
    if (spare.said_at != 0 && now - spare.said_at < SAY_EVERY_MS)
        return;
    spare.said_at = now;
    kore_log(LOG_ERR,
             "worker %d: no descriptor is left for another connection; raise LimitNOFILE of the "
             "service, or fs.file-max of the machine",
             worker->id);
}

/* Nothing was taken where somebody may wait: either somebody else was quicker, or there is no
 * descriptor. To tell, one is tried. */
static void on_connection(void *arg, int error)
{
    const u_int32_t before = worker_active_connections;
    kore_listener_accept(arg, error);
    if (worker_active_connections != before)
        return;
    const int tried = eventfd(0, EFD_CLOEXEC);
    if (tried >= 0) {
        close(tried);
        keep();
        return;
    }
    if (spare.fd >= 0)
        close(spare.fd);
    spare.fd = -1;
    /* Where not even that helps (a limit that was lowered since), it is not tried all the time. */
    if (!refuse(arg))
        (void)ppoll(NULL, 0, &(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    keep();
    kore_worker_make_busy();
    say();
}

void spare_start(void)
{
    struct kore_server *server;
    struct listener *listener;
    keep();
    LIST_FOREACH(server, &kore_servers, list)
    {
        LIST_FOREACH(listener, &server->listeners, list)
        {
            listener->evt.handle = on_connection;
        }
    }
}
