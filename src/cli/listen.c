/*
 * cli/listen: what has to be settled before a server can listen.
 */
#include "cli/listen.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/leftover.h"

#define CERT_DAYS "397" /* the longest that browsers accept */

/* Writes text to path whole or not at all. */
static bool put_file(const struct args *args, struct arena *arena, const char *path,
                     const char *text)
{
    const char *temporary = arena_printf(arena, "%s.new", path);
    FILE *file = fopen(temporary, "we");
    bool is_whole = file && fputs(text, file) >= 0;

    if (file && fclose(file) != 0)
        is_whole = false;
    if (is_whole && rename(temporary, path) == 0)
        return true;
    cli_refused(args, "%s can't be written: %s.", path, strerror(errno));
    return false;
}

/* The lock file holds the process id of the server that took it. The descriptor stays open, and is
 * inherited, on purpose. */
bool listen_claim(const struct args *args, struct arena *arena, const struct conf *conf)
{
    const char *path = arena_printf(arena, "%s/serve.lock", conf->data);
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    char text[24] = "";

    if (fd < 0) {
        cli_refused(args, "%s can't be written: %s.", path, strerror(errno));
        return false;
    }
    if (!leftover_lock(fd, 0)) {
        ssize_t len = pread(fd, text, sizeof text - 1, 0);
        pid_t owner = len > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
        if (leftover_is_server(owner)) {
            cli_refused(args,
                        "a server runs on %s already: process %d, at %s. Stop it first, or name "
                        "another folder with DATA= or ASSENT_DATA.",
                        conf->data, (int)owner, conf->public_url);
            return false;
        }
        cli_note(args, "a server that was killed left workers behind; ending them.");
        if (!leftover_end(path, fd)) {
            cli_refused(args, "something still holds %s; end it first.", path);
            return false;
        }
    }
    snprintf(text, sizeof text, "%d\n", (int)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, strlen(text), 0) < 0) {
        cli_refused(args, "%s can't be written: %s.", path, strerror(errno));
        return false;
    }
    return true;
}

static bool can_listen(const struct conf_listen *at)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)at->port)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)at->port)};
    const struct sockaddr *address =
        at->is_ipv6 ? (const struct sockaddr *)&ipv6 : (const struct sockaddr *)&ipv4;
    const socklen_t size = at->is_ipv6 ? sizeof ipv6 : sizeof ipv4;
    int fd, on = 1;

    if (at->is_ipv6)
        inet_pton(AF_INET6, at->host, &ipv6.sin6_addr);
    else
        inet_pton(AF_INET, at->host, &ipv4.sin_addr);
    fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool is_free = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                         bind(fd, address, size) == 0 && listen(fd, 1) == 0;
    const int fault = errno;
    if (fd >= 0)
        close(fd);
    errno = fault;
    return is_free;
}

bool listen_try(const struct args *args, const struct conf *conf)
{
    for (size_t i = 0; i < conf->listens_count; i++) {
        const struct conf_listen *at = &conf->listens[i];
        if (can_listen(at))
            continue;
        if (errno == EADDRINUSE)
            cli_refused(args,
                        "port %d is taken by another program; choose another with PORT=, or "
                        "\"listen\" of the settings.",
                        at->port);
        else if (errno == EACCES)
            cli_refused(args, "port %d is for root only; choose one above 1023 with PORT=.",
                        at->port);
        else
            cli_refused(args, "%s, port %d, can't be used: %s.", at->host, at->port,
                        strerror(errno));
        return false;
    }
    return true;
}

/* Runs openssl silently; false if it failed. */
static bool run_openssl(const char *const *arguments)
{
    int ended;
    pid_t child = fork();

    if (child == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        umask(077);
        execvp("openssl", (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &ended, 0) < 0)
        if (errno != EINTR)
            return false;
    return child > 0 && WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}

/* A certificate for this machine only, in data/tls; kept until it runs out within a day. */
static bool make_certificate(const struct args *args, struct arena *arena, const char *data,
                             struct listening *at)
{
    const char *folder = arena_printf(arena, "%s/tls", data);
    const char *cert = arena_printf(arena, "%s/cert.pem", folder);
    const char *key = arena_printf(arena, "%s/key.pem", folder);
    const char *const check[] = {"openssl", "x509", "-noout", "-checkend",
                                 "86400",   "-in",  cert,     NULL};
    const char *const make[] = {"openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "rsa:2048",
                                "-nodes",
                                "-sha256",
                                "-days",
                                CERT_DAYS,
                                "-subj",
                                "/CN=localhost",
                                "-addext",
                                "subjectAltName=DNS:localhost,IP:127.0.0.1",
                                "-keyout",
                                key,
                                "-out",
                                cert,
                                NULL};

    at->cert = cert;
    at->key = key;
    if (access(cert, R_OK) == 0 && access(key, R_OK) == 0 && run_openssl(check))
        return true;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        cli_refused(args, "%s can't be made: %s.", folder, strerror(errno));
        return false;
    }
    if (run_openssl(make))
        return true;
    cli_refused(args,
                "openssl could not make a certificate in %s. Debian's package is named "
                "openssl.",
                folder);
    return false;
}

static bool is_loopback(const struct conf_listen *at)
{
    return strncmp(at->host, "127.", 4) == 0 || strcmp(at->host, "::1") == 0;
}

bool listen_prepare(const struct args *args, struct arena *arena, const struct conf *conf,
                    struct listening *at)
{
    at->cert = at->has_tls ? conf->tls_cert : NULL;
    at->key = at->has_tls ? conf->tls_key : NULL;
    if (at->has_tls && !at->cert && !make_certificate(args, arena, conf->data, at))
        return false;
    if (conf->is_url_chosen) {
        at->public_url = conf->public_url;
        return true;
    }
    for (size_t i = 0; i < conf->listens_count; i++)
        if (!is_loopback(&conf->listens[i])) {
            cli_refused(args,
                        "others can reach %s, port %d: say in the settings, as public_url, how, "
                        "since every link in a mail begins with it.",
                        conf->listens[i].host, conf->listens[i].port);
            return false;
        }
    at->public_url =
        arena_printf(arena, conf->listens[0].is_ipv6 ? "%s://[%s]:%d" : "%s://%s:%d",
                     at->has_tls ? "https" : "http", conf->listens[0].host, conf->listens[0].port);
    return put_file(args, arena, arena_printf(arena, "%s/public_url", conf->data),
                    arena_printf(arena, "%s\n", at->public_url));
}

/* NULL: it has said why not. The caller closes it. */
static DIR *make_folder(const struct args *args, const char *path)
{
    DIR *folder = NULL;

    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        folder = opendir(path);
    if (folder && fchmod(dirfd(folder), 0700) == 0)
        return folder;
    cli_refused(args, "%s can't be made: %s.", path, strerror(errno));
    if (folder)
        closedir(folder);
    return NULL;
}

bool listen_make_folders(const struct args *args, struct arena *arena, const char *data)
{
    DIR *imports = make_folder(args, arena_printf(arena, "%s/imports", data));
    DIR *folder = make_folder(args, arena_printf(arena, "%s/bodies", data));

    if (imports)
        closedir(imports);
    if (!folder)
        return false;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strncmp(entry->d_name, "http_body.", 10) == 0 ||
            strncmp(entry->d_name, "answer.", 7) == 0)
            unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    return imports != NULL;
}

bool listen_write(const struct args *args, struct arena *arena, const struct conf *conf,
                  const char *program, const struct listening *at)
{
    const char *link = arena_printf(arena, "%s/assent.so", conf->data);
    const char *binds = "";

    /* Kore splits its configuration at blanks, which a folder's name may hold; a link in the data
     * folder, where Kore runs, has none. */
    if ((unlink(link) != 0 && errno != ENOENT) || symlink(program, link) != 0) {
        cli_refused(args, "%s can't be made: %s.", link, strerror(errno));
        return false;
    }
    for (size_t i = 0; i < conf->listens_count; i++)
        binds = arena_printf(arena, "%s    bind %s %d guard_connect\n", binds,
                             conf->listens[i].host, conf->listens[i].port);
    return put_file(args, arena, arena_printf(arena, "%s/listen.conf", conf->data),
                    arena_printf(arena,
                                 "# Written by \"assent serve\" at every start; kore.conf includes "
                                 "it.\n"
                                 "load ./assent.so\n"
                                 "server web {\n"
                                 "%s"
                                 "    tls %s\n"
                                 "}\n",
                                 binds, at->has_tls ? "yes" : "no"));
}
