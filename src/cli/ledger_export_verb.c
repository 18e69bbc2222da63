/*
 * cli/ledger_export_verb: the ledger as a file that proves itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/open.h"
#include "cli/progress.h"
#include "cli/verbs.h"
#include "service/ledger_file.h"

#define FILE_MODE 0600

struct target {
    FILE *file;
    struct progress progress;
    bool draws;
    int64_t entries;
};

static bool take(void *context, const struct buf *piece, int64_t done, int64_t total)
{
    struct target *target = context;

    target->entries = total;
    if (fwrite(piece->data, 1, piece->len, target->file) != piece->len)
        return false;
    if (target->draws)
        progress_draw(&target->progress, done, done, total);
    return true;
}

/* NULL: it has said why. */
static FILE *open_target(const struct args *args, const char *path)
{
    if (!path)
        return stdout;
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (!file && fd >= 0)
        close(fd);
    if (!file)
        cli_refused(args, "%s: %s", path,
                    errno == EEXIST ? "is there already; name another file." : strerror(errno));
    return file;
}

/* Whether all of it is on disk. */
static bool close_target(FILE *file)
{
    bool is_fine = fflush(file) == 0 && !ferror(file);

    if (file == stdout)
        return is_fine;
    is_fine = fsync(fileno(file)) == 0 && is_fine;
    return fclose(file) == 0 && is_fine;
}

enum cli_exit ledger_verb_export(const struct args *args)
{
    struct open open = {0};
    const char *path =
        args->words_count > 0 && strcmp(args->words[0], "-") != 0 ? args->words[0] : NULL;
    struct target target = {.draws = path != NULL};
    enum cli_exit code = CLI_REFUSED;

    if (!open_data(args, false, &open))
        goto out;
    target.file = open_target(args, path);
    if (!target.file)
        goto out;
    const struct ledger_export plan = {.service = &open.service,
                                       .with_private = args_has(args, "private"),
                                       .take = take,
                                       .context = &target};
    progress_begin(&target.progress);
    const enum status status = ledger_export(&plan);
    const double seconds = progress_end(&target.progress);
    if (!close_target(target.file) || status == STATUS_IO) {
        code = cli_refused(args, "%s can't be written: %s", path ? path : "standard output",
                           strerror(errno));
    } else if (status != STATUS_OK) {
        code = cli_failed(args, status, "The ledger can't be read");
    } else {
        struct buf count = {0};
        buf_grouped(&count, target.entries);
        if (path)
            cli_note(args, "%s entries in %.1f s; \"assent ledger verify --file %s\" checks them.",
                     count.data, seconds, path);
        buf_free(&count);
        code = CLI_DONE;
    }
    if (code != CLI_DONE && path)
        unlink(path);
out:
    open_end(&open);
    return code;
}
