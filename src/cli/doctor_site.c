/*
 * cli/doctor_site: see doctor.h.
 */
#include "cli/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/version.h"

#define SOON_S     "1209600" /* 14 days */
#define WAIT_MS    5000
#define TEXT_BYTES 8192

/* What a program said on standard output; false: it failed, or is not there. */
static bool run(const char *const *arguments, char out[TEXT_BYTES])
{
    int ends[2], ended = 0;
    size_t len = 0;
    ssize_t got = 0;

    out[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    const pid_t child = fork();
    if (child == 0) {
        const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    close(ends[1]);
    while (child > 0 && len < TEXT_BYTES - 1 &&
           (got = read(ends[0], out + len, TEXT_BYTES - 1 - len)) > 0)
        len += (size_t)got;
    out[len] = '\0';
    close(ends[0]);
    while (child > 0 && waitpid(child, &ended, 0) < 0)
        if (errno != EINTR)
            return false;
    return child > 0 && WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}

static void check_versions(struct doctor *doctor)
{
    static const char *const kore[] = {"kore", "-v", NULL};
    char text[TEXT_BYTES];

    if (!run(kore, text)) {
        doctor_add(doctor, "versions", DOCTOR_BROKEN, "apt install kore",
                   "kore, the web server, can't be started");
        return;
    }
    text[strcspn(text, " \r\n")] = '\0';
    const char *const mend = "this program is made and tested with kore 4.1: install Debian's";
    doctor_add(doctor, "versions", strncmp(text, "4.1", 3) == 0 ? DOCTOR_FINE : DOCTOR_LOOK, mend,
               "assent %s, database version %d, %s, kore %s", ASSENT_VERSION, store_version(),
               doctor_engines(doctor->arena), text);
}

/* Whether a process holds the lock of that file. */
static bool is_held(struct doctor *doctor, const char *name)
{
    const int fd =
        open(arena_printf(doctor->arena, "%s/%s", doctor->conf->data, name), O_RDONLY | O_CLOEXEC);
    const bool is_held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0;
    if (fd >= 0)
        close(fd);
    return is_held;
}

static void check_processes(struct doctor *doctor)
{
    const bool serves = is_held(doctor, "serve.lock"), sends = is_held(doctor, "courier.lock");

    doctor_add(doctor, "server", serves ? DOCTOR_FINE : DOCTOR_LOOK,
               "start it: \"systemctl start assent\", or \"assent serve\"",
               serves ? "a server runs on this folder" : "no server runs on this folder");
    doctor_add(
        doctor, "courier",
        sends    ? DOCTOR_FINE
        : serves ? DOCTOR_BROKEN
                 : DOCTOR_LOOK,
        "start it: \"systemctl start assent-courier\", or \"assent courier\" as the same user "
        "(\"assent serve\" starts one unless told not to)",
        sends ? "a courier runs on this folder"
              : "no courier runs: no mail goes out, no hook is told, no file imported");
}

static void check_url(struct doctor *doctor)
{
    const struct conf *conf = doctor->conf;
    const char *url = conf->public_url;
    const bool is_https = strncmp(url, "https://", 8) == 0;
    const char *host = strstr(url, "://") ? strstr(url, "://") + 3 : url;

    if (!conf->is_url_chosen || conf_is_loopback(url))
        doctor_add(doctor, "public_url", DOCTOR_LOOK,
                   "set public_url in the settings to the address that people see",
                   "links begin with %s, which only this machine reaches", url);
    else if (!is_https)
        doctor_add(doctor, "public_url", DOCTOR_BROKEN,
                   "get a certificate, and set public_url to https://…",
                   "links begin with %s: what people choose, and their links, can be read and "
                   "changed on the way",
                   url);
    else if (strchr(host, '.') == NULL && host[0] != '[')
        doctor_add(doctor, "public_url", DOCTOR_LOOK,
                   "set public_url to the whole name, as in https://mail.example.com",
                   "links begin with %s, which is no name that others know", url);
    else
        doctor_add(doctor, "public_url", DOCTOR_FINE, NULL, "links begin with %s", url);
}

static void check_proxies(struct doctor *doctor)
{
    const struct conf *conf = doctor->conf;
    const bool is_behind = conf->is_url_chosen && !conf_is_loopback(conf->public_url) &&
                           strncmp(conf->public_url, "https://", 8) == 0 && !conf->tls_cert;

    if (is_behind && conf->proxies_count == 0)
        doctor_add(doctor, "proxies", DOCTOR_BROKEN,
                   "set trusted_proxy to the proxy's address (127.0.0.1 where it is on this "
                   "machine), or tls_cert and tls_key where there is none",
                   "a proxy speaks https for us and is not trusted: all people seem to come from "
                   "its one address, limits and records are of it");
    else if (conf->tls_cert && conf->proxies_count > 0)
        doctor_add(doctor, "proxies", DOCTOR_LOOK,
                   "take trusted_proxy out where people reach this server directly",
                   "the server speaks https itself and trusts %zu %s, too", conf->proxies_count,
                   conf->proxies_count == 1 ? "proxy" : "proxies");
    else
        doctor_add(doctor, "proxies", DOCTOR_FINE, NULL, "%zu trusted", conf->proxies_count);
}

/* Where the files are root's alone, the service has copies. */
#define SERVICE_CERT "/run/assent/cert.pem"
#define SERVICE_KEY  "/run/assent/key.pem"

static bool is_locked(const char *path)
{
    return path && access(path, R_OK) != 0 && errno == EACCES;
}

static void check_certificate(struct doctor *doctor)
{
    const bool has_copies = is_locked(doctor->conf->tls_key) && access(SERVICE_CERT, R_OK) == 0;
    const char *cert = has_copies ? SERVICE_CERT : doctor->conf->tls_cert;
    const char *key = has_copies ? SERVICE_KEY : doctor->conf->tls_key;
    const char *const now[] = {"openssl", "x509", "-noout", "-checkend", "0", "-in", cert, NULL};
    const char *const soon[] = {"openssl", "x509", "-noout", "-checkend",
                                SOON_S,    "-in",  cert,     NULL};
    const char *const end[] = {"openssl", "x509", "-noout", "-enddate", "-in", cert, NULL};
    const char *const of_cert[] = {"openssl", "x509", "-noout", "-pubkey", "-in", cert, NULL};
    const char *const of_key[] = {"openssl", "pkey", "-pubout", "-in", key, NULL};
    char text[TEXT_BYTES], other[TEXT_BYTES];

    if (!cert) {
        doctor_add(doctor, "certificate", DOCTOR_FINE, NULL, "none is set: the server speaks http");
        return;
    }
    if (!run(end, other)) {
        doctor_add(doctor, "certificate", DOCTOR_BROKEN,
                   "name a PEM file; one that is root's alone is seen by the service's copy, while "
                   "it runs",
                   "tls_cert %s can't be read as a certificate", cert);
        return;
    }
    other[strcspn(other, "\r\n")] = '\0';
    const char *ends =
        arena_strdup(doctor->arena, strchr(other, '=') != NULL ? strchr(other, '=') + 1 : other);
    if (!run(now, text))
        doctor_add(doctor, "certificate", DOCTOR_BROKEN,
                   "renew it (certbot renew), then \"systemctl reload assent\"",
                   "the certificate %s ended on %s", cert, ends);
    else if (!run(soon, text))
        doctor_add(doctor, "certificate", DOCTOR_LOOK,
                   "renew it (certbot renew), then \"systemctl reload assent\"",
                   "the certificate %s ends on %s, in less than 14 days", cert, ends);
    if (!run(of_cert, text) || !run(of_key, other) || strcmp(text, other) != 0)
        doctor_add(doctor, "certificate", DOCTOR_BROKEN,
                   "name the key that the certificate was asked for with",
                   "tls_key %s is not the key of %s, or can't be read", key ? key : "(not set)",
                   cert);
    else if (run(soon, text))
        doctor_add(doctor, "certificate", DOCTOR_FINE, NULL, "good until %s, and it fits its key",
                   ends);
}

/* host, and port as text, of smtp://host:port. False: it is none. */
static bool split(const struct conf *conf, char host[256], char port[8])
{
    const bool is_tls = strncmp(conf->smtp, "smtps://", 8) == 0;
    const char *at = conf->smtp + (is_tls ? 8 : 7);
    const char *end = *at == '[' ? strchr(at, ']') : at + strcspn(at, ":/");
    if (end == NULL)
        return false;
    const char *from = *at == '[' ? at + 1 : at;
    if ((size_t)(end - from) >= 256)
        return false;
    memcpy(host, from, (size_t)(end - from));
    host[end - from] = '\0';
    end += *end == ']';
    snprintf(port, 8, "%.5s", *end == ':' ? end + 1 : is_tls ? "465" : "25");
    port[strspn(port, "0123456789")] = '\0';
    return true;
}

/* A connection, or -1. */
static int dial(const struct addrinfo *to)
{
    const int fd = socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    int fault = 0;
    socklen_t len = sizeof fault;
    if (fd < 0)
        return -1;
    if ((connect(fd, to->ai_addr, to->ai_addrlen) == 0 || errno == EINPROGRESS) &&
        poll(&ready, 1, WAIT_MS) == 1 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &len) == 0 &&
        fault == 0)
        return fd;
    errno = fault ? fault : ETIMEDOUT;
    const int number = errno;
    close(fd);
    errno = number;
    return -1;
}

static void check_smtp(struct doctor *doctor)
{
    const struct conf *conf = doctor->conf;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    const char *const mend =
        "look at smtp in the settings, whether that server runs, and at firewalls between";
    struct addrinfo *found = NULL;
    char host[256], port[8], greeting[256] = "";

    if (!conf->smtp) {
        doctor_add(doctor, "smtp", DOCTOR_LOOK, "set smtp in the settings, as in smtp://localhost",
                   "no mail server is set: mails become files in %s/outbox", conf->data);
        return;
    }
    const int rc = split(conf, host, port) ? getaddrinfo(host, port, &hints, &found) : EAI_NONAME;
    if (rc != 0) {
        doctor_add(doctor, "smtp", DOCTOR_BROKEN, mend, "%s: %s", conf->smtp, gai_strerror(rc));
        return;
    }
    const int fd = dial(found);
    const int number = errno;
    freeaddrinfo(found);
    if (fd < 0) {
        doctor_add(doctor, "smtp", DOCTOR_BROKEN, mend, "%s: %s", conf->smtp, strerror(number));
        return;
    }
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    const bool speaks_first = strncmp(conf->smtp, "smtps://", 8) != 0; /* else TLS does */
    if (speaks_first && poll(&ready, 1, WAIT_MS) == 1 &&
        read(fd, greeting, sizeof greeting - 1) > 0)
        greeting[strcspn(greeting, "\r\n")] = '\0';
    if (speaks_first && strncmp(greeting, "220", 3) != 0)
        doctor_add(doctor, "smtp", DOCTOR_BROKEN, mend, "%s is no mail server that answers: \"%s\"",
                   conf->smtp, greeting);
    else
        doctor_add(doctor, "smtp", DOCTOR_FINE, NULL, "%s answers", conf->smtp);
    close(fd);
}

void doctor_site(struct doctor *doctor)
{
    check_versions(doctor);
    check_processes(doctor);
    check_url(doctor);
    check_proxies(doctor);
    check_certificate(doctor);
    check_smtp(doctor);
}
