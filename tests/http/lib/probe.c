/*
 * tests/http/lib/probe: what somebody who runs code of his own in a worker would try first. Loaded
 * into the server beside the application, its handlers run where pages do; compiled with -DALONE it
 * tries the same as an ordinary program, so that each try is known to be able to succeed.
 *
 *   outside?PATH   opens PATH by every way that there is: "open" or "shut"
 *   inside?PATH    opens PATH: the same words
 *   folders        how many open descriptors lead to a folder
 *   chroot         changes the root folder once more
 *   exec           becomes another program
 *   connect?PORT   connects to 127.0.0.1
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int opens(int folder, const char *path)
{
    const int fd = openat(folder, path, O_RDONLY);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static void outside(const char *path, char *out)
{
    char up[4096];
    int is_open = opens(AT_FDCWD, path);
    snprintf(up, sizeof up, "../../../../../../../../../../..%s", path);
    is_open |= opens(AT_FDCWD, up);
    snprintf(up, sizeof up, "/proc/1/root%s", path);
    is_open |= opens(AT_FDCWD, up);
    snprintf(up, sizeof up, "../../../../../../../../../../..%s", path);
    for (int fd = 0; fd < 1024; fd++)
        is_open |= opens(fd, up) | opens(fd, path + 1);
    strcpy(out, is_open ? "open" : "shut");
}

static void folders(char *out)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++) {
        struct stat info;
        count += fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
    }
    sprintf(out, "%d", count);
}

static void become_another(char *out)
{
    char words[][16] = {"/bin/true", "/assent.db"};
    char *const arguments[] = {words[0], NULL};
    execve(words[0], arguments, NULL);
    execve(words[1], arguments, NULL);
    strcpy(out, "refused");
}

static void reach(const char *port, char *out)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    strcpy(out,
           connect(fd, (const struct sockaddr *)&at, sizeof at) == 0 ? "connected" : "refused");
}

static void try(const char *what, const char *with, char *out)
{
    if (strcmp(what, "outside") == 0)
        outside(with, out);
    else if (strcmp(what, "inside") == 0)
        strcpy(out, opens(AT_FDCWD, with) ? "open" : "shut");
    else if (strcmp(what, "folders") == 0)
        folders(out);
    else if (strcmp(what, "exec") == 0)
        become_another(out);
    else if (strcmp(what, "connect") == 0)
        reach(with, out);
    else if (strcmp(what, "chroot") == 0)
        strcpy(out, chroot(".") == 0 ? "done" : "refused");
}

#ifdef ALONE
int main(int argc, char **argv)
{
    char out[64] = "";
    try(argv[1], argc > 2 ? argv[2] : "", out);
    puts(out);
    return 0;
}
#else
#include <kore/kore.h>

#include <kore/http.h>

int probe(struct http_request *request);

int probe(struct http_request *request)
{
    char out[64] = "";
    const char *query = request->query_string;
    try(strrchr(request->path, '/') + 1, query ? query : "", out);
    http_response(request, 200, out, strlen(out));
    return KORE_RESULT_OK;
}
#endif
