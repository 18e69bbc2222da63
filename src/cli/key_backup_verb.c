/*
 * cli/key_backup_verb: keys backup and keys restore: the secrets as one file under a passphrase.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/open.h"
#include "cli/secret.h"
#include "cli/verbs.h"
#include "service/key_backup.h"
#include "service/setup.h"

/* The first line of the file, which must be the owner's alone. */
static bool read_file(const struct args *args, const char *path, char out[SECRET_TEXT_BYTES])
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat facts;
    bool is_read = false;

    if (fd < 0 || fstat(fd, &facts) != 0)
        cli_refused(args, "%s: %s.", path, strerror(errno));
    else if (S_ISREG(facts.st_mode) && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        cli_refused(args, "others can read %s; \"chmod 600\" it first.", path);
    else if (!(is_read = secret_line(fd, out)))
        cli_refused(args, "%s has no line that could be a passphrase.", path);
    if (fd >= 0)
        close(fd);
    return is_read;
}

static bool read_passphrase(const struct args *args, bool is_new, char out[SECRET_TEXT_BYTES])
{
    const char *path = args_get(args, "passphrase-file");

    if (!(path ? read_file(args, path, out) : secret_ask(args, "Passphrase: ", is_new, out)))
        return false;
    if (!is_new || strlen(out) >= KEY_BACKUP_PASS_LETTERS)
        return true;
    cli_refused(args,
                "the passphrase must have %d characters at least: whoever gets the file may guess "
                "for years. Five words of a dictionary are good.",
                KEY_BACKUP_PASS_LETTERS);
    return false;
}

static enum cli_exit explain(const struct args *args, enum status status, const char *fault,
                             const char *conflict)
{
    if (status == STATUS_CONFLICT)
        return cli_refused(args, "%s. %s", fault, conflict);
    return *fault ? cli_refused(args, "%s.", fault) : cli_failed(args, status, "Nothing was done");
}

enum cli_exit key_backup_verb_make(const struct args *args)
{
    struct open open = {0};
    char passphrase[SECRET_TEXT_BYTES] = "";
    const char *fault = "", *path = args->words[0];
    size_t count = 0;
    enum cli_exit code = CLI_REFUSED;

    if (!open_data(args, false, &open) || !read_passphrase(args, true, passphrase))
        goto out;
    const enum status status =
        key_backup_make(open.arena, &open.conf, path, args_has(args, "force"), passphrase,
                        &key_box_usual, &count, &fault);
    if (status != STATUS_OK)
        code = explain(args, status, fault, "Name another, or give --force to replace it.");
    else if (args_has(args, "json"))
        code = cli_json(
            json_pack("{s:o, s:I}", "file", cli_json_text(path), "keys", (json_int_t)count));
    else {
        cli_say(
            "%s holds %zu keys, encrypted, and was read back.\nKeep it apart from backups of the "
            "database, and the passphrase apart from both: without it\nnobody can open the file.",
            path, count);
        code = CLI_DONE;
    }
out:
    explicit_bzero(passphrase, sizeof passphrase);
    open_end(&open);
    return code;
}

/* Whether the database, where there is one, opens with the keys. */
static void say_fit(const struct args *args, struct open *open)
{
    struct service service;
    const char *fault = "";

    if (access(open->conf.db_path, F_OK) != 0)
        cli_note(args, "there is no database in %s yet: \"assent restore FILE\" brings one back.",
                 open->conf.data);
    else if (setup_open(open->arena, &open->conf, false, &service, &fault) == STATUS_OK)
        setup_close(&service);
    else
        cli_note(args, "%s", fault);
}

static enum cli_exit say_restored(const struct args *args, struct open *open,
                                  const struct key_backup_done *done)
{
    if (args_has(args, "json"))
        return cli_json(json_pack("{s:I, s:I, s:I}", "keys", (json_int_t)done->count, "unchanged",
                                  (json_int_t)done->unchanged, "aside", (json_int_t)done->aside));
    cli_say("%zu keys: %zu put back, %zu were there already.", done->count,
            done->count - done->unchanged, done->unchanged);
    if (done->aside > 0)
        cli_say("%zu that differed are kept in %s under dated names.", done->aside,
                open->conf.keys_path);
    if (done->count != done->unchanged)
        cli_note(args, "a server that runs goes on with the keys that it read; start it anew.");
    say_fit(args, open);
    return CLI_DONE;
}

enum cli_exit key_backup_verb_restore(const struct args *args)
{
    struct open open = {0};
    char passphrase[SECRET_TEXT_BYTES] = "";
    struct key_backup_done done;
    const char *fault = "";
    enum cli_exit code = CLI_REFUSED;

    if (!open_conf(args, &open))
        goto out;
    if (access(args->words[0], R_OK) != 0) {
        code =
            cli_refused(args, "%s: %s. \"assent init\" begins an empty list with keys of its own.",
                        args->words[0], strerror(errno));
        goto out;
    }
    if (!read_passphrase(args, false, passphrase))
        goto out;
    const enum status status = key_backup_restore(
        open.arena, &open.conf, args->words[0], args_has(args, "force"), passphrase, &done, &fault);
    code = status == STATUS_OK
               ? say_restored(args, &open, &done)
               : explain(args, status, fault,
                         "Nothing was written. --force keeps that one aside under a dated name.");
out:
    explicit_bzero(passphrase, sizeof passphrase);
    open_end(&open);
    return code;
}
