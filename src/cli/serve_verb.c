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
#include "cli/program.h"
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

/* 127.0.0.1 and the port that was asked for; else where the settings say. */
static enum cli_exit read_listens(const struct args *args, struct conf *conf)
{
    const char *text = args_has(args, "port") ? args_get(args, "port") : getenv("PORT");
    char *end;
    long port = PORT_DEFAULT;

    if (text && *text) {
        port = strtol(text, &end, 10);
        if (*text < '0' || *text > '9' || *end || port < 1 || port > 65535)
            return cli_misused(args, "the port must be a number from 1 to 65535.");
    } else if (conf->listens_count > 0) {
        return CLI_DONE;
    }
    conf->listens[0] = (struct conf_listen){.host = "127.0.0.1", .port = (int)port};
    conf->listens_count = 1;
    return CLI_DONE;
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

/* Kore changes neither root folder nor user: the user is the right one already (cli/owner), and
 * the workers shut themselves in (web/confine). */
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
    struct conf unread = {0};
    struct listening at = {0};
    const char *folder, *fault = "";
    enum cli_exit code = read_listens(args, &unread);

    if (code != CLI_DONE)
        return code;
    code = CLI_REFUSED;
    if (!open_data(args, false, &open) || read_listens(args, &open.conf) != CLI_DONE ||
        !settle_paths(args, &open))
        goto out;
    at.has_tls = args_has(args, "tls") || is_yes(getenv("TLS")) || open.conf.tls_cert;
    if (!listen_claim(args, open.arena, &open.conf) || !listen_try(args, &open.conf) ||
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
    folder = program_folder(open.arena);
    if (!folder)
        cli_refused(args, "kore.conf, the table of routes, is not beside the program.");
    else if (listen_write(args, open.arena, &open.conf, program_server(open.arena), &at) &&
             starts_courier(args, &open.conf))
        become_kore(args, open.conf.data, arena_printf(open.arena, "%s/kore.conf", folder));
out:
    open_end(&open);
    return code;
}
