/*
 * cli/serve_verb: runs the server in the foreground: sees that the data and the port are free,
 * writes where to listen, starts the courier unless told not to, then becomes Kore.
 *
 * It holds a lock on the data folder that Kore and its workers inherit, so that no two servers run
 * on one folder and workers that a killed server left behind are found.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/courier_start.h"
#include "cli/listen.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "cli/welcome.h"
#include "service/setup.h"

#define PORT_DEFAULT 8888

/* Yes in the words that people put into an environment. */
static bool is_yes(const char *text)
{
    return text && (strcmp(text, "1") == 0 || strcasecmp(text, "yes") == 0 ||
                    strcasecmp(text, "true") == 0 || strcasecmp(text, "on") == 0);
}

static enum cli_exit read_port(const struct args *args, int *out)
{
    const char *text = args_has(args, "port") ? args_get(args, "port") : getenv("PORT");
    char *end;
    long port;

    *out = PORT_DEFAULT;
    if (!text || !*text)
        return CLI_DONE;
    port = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || port < 1 || port > 65535)
        return cli_misused(args, "the port must be a number from 1 to 65535.");
    *out = (int)port;
    return CLI_DONE;
}

/* assent.so, built beside this program. */
static const char *server_path(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);

    if (len <= 0)
        return "build/assent.so";
    path[len] = '\0';
    return arena_printf(arena, "%s.so", path);
}

/* The folder that holds kore.conf and build/: where the program's own file lies, or here. */
static bool enter_program_folder(const struct args *args)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);

    if (len > 0) {
        path[len] = '\0';
        for (char *slash; (slash = strrchr(path, '/')) != NULL && slash != path;) {
            *slash = '\0';
            if (faccessat(AT_FDCWD, path, X_OK, 0) == 0 && chdir(path) == 0 &&
                access("kore.conf", R_OK) == 0)
                return true;
        }
    }
    cli_refused(args, "kore.conf, the table of routes, is not beside the program.");
    return false;
}

/* Paths from the root, since the process is about to change its folder. */
static bool settle_paths(const struct args *args, struct open *open)
{
    char path[PATH_MAX], conf[PATH_MAX];

    if (!realpath(open->conf.data, path)) {
        cli_refused(args, "%s: %s.", open->conf.data, strerror(errno));
        return false;
    }
    open->conf.data = arena_strdup(open->arena, path);
    if (open->conf.tls_cert && realpath(open->conf.tls_cert, path))
        open->conf.tls_cert = arena_strdup(open->arena, path);
    if (open->conf.tls_key && realpath(open->conf.tls_key, path))
        open->conf.tls_key = arena_strdup(open->arena, path);
    if (realpath(getenv("ASSENT_CONF") ? getenv("ASSENT_CONF") : CONF_PATH, conf) &&
        setenv("ASSENT_CONF", conf, 1) != 0)
        return false;
    return setenv("ASSENT_DATA", open->conf.data, 1) == 0;
}

/* Neither root folder nor user are changed: a checkout's folders often can't be entered by another
 * user. What the workers may still do, the sandbox says. */
static void become_kore(const struct args *args, const char *data, char *kore_conf)
{
    char words[][6] = {"kore", "-q", "-f", "-n", "-r", "-c"};
    char *const arguments[] = {words[0], words[1], words[2],  words[3],
                               words[4], words[5], kore_conf, NULL};

    signal(SIGPIPE, SIG_DFL);
    if (chdir(data) == 0)
        execvp("kore", arguments);
    cli_refused(args, "kore can't be started: %s. Debian's package is named kore.",
                strerror(errno));
}

static bool is_courier_apart(const struct args *args, const struct conf *conf)
{
    return args_has(args, "no-courier") || conf->is_courier_apart;
}

static bool starts_courier(const struct args *args, const struct conf *conf)
{
    if (is_courier_apart(args, conf) || courier_start())
        return true;
    cli_refused(args, "the courier can't be started: %s.", strerror(errno));
    return false;
}

enum cli_exit serve_verb_run(const struct args *args)
{
    struct open open = {0};
    struct listening at = {.has_tls = args_has(args, "tls") || is_yes(getenv("TLS"))};
    const char *program, *fault = "";
    char folder[PATH_MAX];
    enum cli_exit code = read_port(args, &at.port);

    if (code != CLI_DONE)
        return code;
    code = CLI_REFUSED;
    if (!open_data(args, false, &open) || !settle_paths(args, &open))
        goto out;
    if (!listen_claim(args, open.arena, &open.conf) || !listen_try(args, at.port) ||
        !listen_prepare(args, open.arena, &open.conf, &at) ||
        !listen_make_folders(args, open.arena, open.conf.data))
        goto out;
    open.conf.public_url = at.public_url;
    if (setup_keep_wording(open.arena, &open.service, &fault) != STATUS_OK) {
        cli_refused(args, "%s", fault);
        goto out;
    }
    if (!args_has(args, "quiet"))
        welcome_say(args, &open, &at, is_courier_apart(args, &open.conf));
    fflush(stdout);
    program = server_path(open.arena);
    if (!enter_program_folder(args) || !getcwd(folder, sizeof folder))
        goto out;
    if (listen_write(args, open.arena, open.conf.data, program, &at) &&
        starts_courier(args, &open.conf))
        become_kore(args, open.conf.data, arena_printf(open.arena, "%s/kore.conf", folder));
out:
    open_end(&open);
    return code;
}
