/*
 * cli/certificate_verb: copies the certificate and key that the settings name, which root alone may
 * be able to read, to where the service can.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/open.h"
#include "cli/owner.h"
#include "cli/program.h"
#include "cli/verbs.h"

#define FILE_MAX 65536

struct pem {
    const char *from, *name;
    size_t len;
    char data[FILE_MAX];
};

static bool take(const struct args *args, struct pem *pem)
{
    const int fd = open(pem->from, O_RDONLY | O_CLOEXEC);
    ssize_t got = -1;

    while (fd >= 0 && (got = read(fd, pem->data + pem->len, FILE_MAX - pem->len)) > 0)
        pem->len += (size_t)got;
    if (got < 0)
        cli_refused(args, "%s: %s.", pem->from, strerror(errno));
    else if (pem->len == 0 || pem->len == FILE_MAX)
        cli_refused(args, "%s holds no certificate or key: it is %s.", pem->from,
                    pem->len == 0 ? "empty" : "too long");
    if (fd >= 0)
        close(fd);
    return got == 0 && pem->len > 0 && pem->len < FILE_MAX;
}

/* Whole or not at all, and never for others to read. */
static bool put(const struct args *args, struct arena *arena, const char *folder,
                const struct pem *pem)
{
    const char *path = arena_printf(arena, "%s/%s", folder, pem->name);
    const char *temporary = arena_printf(arena, "%s.new", path);

    unlink(temporary);
    const int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
    bool is_put = fd >= 0 && write(fd, pem->data, pem->len) == (ssize_t)pem->len;
    if (fd >= 0 && close(fd) != 0)
        is_put = false;
    if (is_put && rename(temporary, path) == 0)
        return true;
    cli_refused(args, "%s can't be written: %s.", path, strerror(errno));
    return false;
}

static enum cli_exit copy(const struct args *args, struct arena *arena, const struct conf *conf)
{
    struct pem *cert = arena_alloc(arena, sizeof *cert);
    struct pem *key = arena_alloc(arena, sizeof *key);
    enum cli_exit code = CLI_REFUSED;

    cert->from = conf->tls_cert;
    cert->name = "cert.pem";
    key->from = conf->tls_key;
    key->name = "key.pem";
    if (take(args, cert) && take(args, key) && owner_become(args, conf->data, false) &&
        put(args, arena, args_get(args, "to"), cert) && put(args, arena, args_get(args, "to"), key))
        code = CLI_DONE;
    explicit_bzero(key->data, sizeof key->data);
    return code;
}

enum cli_exit certificate_verb_run(const struct args *args)
{
    const char *fault = "the settings can't be read";
    struct arena *arena = arena_new();
    struct conf conf;
    enum cli_exit code = CLI_REFUSED;

    unsetenv("ASSENT_TLS_FOLDER");
    if (!args_has(args, "to"))
        code = cli_misused(args, "--to FOLDER is missing.");
    else if (!program_settle() || conf_load(arena, CONF_PATH, &conf, &fault) != STATUS_OK)
        cli_refused(args, "%s", fault);
    else
        code = conf.tls_cert ? copy(args, arena, &conf) : CLI_DONE;
    arena_free(arena);
    return code;
}
