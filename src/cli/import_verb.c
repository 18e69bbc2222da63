/*
 * cli/import_verb: people from a CSV file, with a bar, a file of what was refused, and a summary.
 *
 * What a row means is service/import; here is only what the operator sees of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fold.h"
#include "cli/input.h"
#include "cli/open.h"
#include "cli/progress.h"
#include "cli/verbs.h"
#include "service/import.h"

/* The one thing a signal handler may touch. */
static atomic_bool stop_wanted;

static void on_stop(int number)
{
    (void)number;
    atomic_store(&stop_wanted, true);
}

/* The first signal asks for a clean end; a second one ends the process as usual, which leaves the
 * database consistent too. */
static void watch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_stop, .sa_flags = SA_RESETHAND};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &action, NULL);
}

/* "people.csv" → "people.rejected.csv"; any other name gets it added whole. */
static const char *rejected_path(const struct args *args, struct arena *arena, const char *path)
{
    size_t len = strlen(path);

    if (args_has(args, "rejected"))
        return args_get(args, "rejected");
    if (strcmp(path, "-") == 0)
        return "import.rejected.csv";
    if (len > 4 && strcasecmp(path + len - 4, ".csv") == 0)
        len -= 4;
    return arena_printf(arena, "%.*s.rejected.csv", (int)len, path);
}

static bool is_same_file(int fd, FILE *file)
{
    struct stat one, other;

    return fstat(fd, &one) == 0 && fstat(fileno(file), &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* Rejected rows hold addresses: nobody else may read them. Emptied only once it is known not to be
 * the file that is read. */
static FILE *open_rejected(const struct args *args, const char *path, FILE *from)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd >= 0 && is_same_file(fd, from)) {
        cli_misused(args, "%s is the file to import; name another with --rejected.", path);
        close(fd);
        return NULL;
    }
    FILE *file = fd < 0 || ftruncate(fd, 0) != 0 ? NULL : fdopen(fd, "wb");
    if (!file) {
        cli_refused(args,
                    "%s, where rejected rows go, can't be written: %s. Name another with "
                    "--rejected.",
                    path, strerror(errno));
        if (fd >= 0)
            close(fd);
    }
    return file;
}

static void on_progress(const struct import_progress *state, void *context)
{
    progress_draw(context, state->counts.rows, state->bytes_done, state->bytes_total);
}

static void say_count(const char *what, int64_t count)
{
    struct buf text = {0};

    buf_grouped(&text, count);
    cli_say("  %-16s %12s", what, text.data);
    buf_free(&text);
}

static void say_summary(const struct import_result *result, bool is_dry_run, double seconds)
{
    struct buf rate = {0};

    buf_grouped(&rate, result->counts.rows);
    buf_printf(&rate, " rows in %.1f s (", seconds);
    buf_grouped(&rate, (int64_t)((double)result->counts.rows / (seconds > 0 ? seconds : 1)));
    buf_adds(&rate, " rows/s)");
    cli_say("%s%s", is_dry_run ? "Nothing was written; this is what an import would do.\n" : "",
            rate.data);
    say_count("added", result->counts.added);
    say_count("updated", result->counts.updated);
    say_count("unchanged", result->counts.unchanged);
    say_count("kept opted out", result->counts.kept_out);
    say_count("rejected", result->counts.rejected);
    buf_free(&rate);
}

static enum cli_exit answer(const struct args *args, const struct import_result *result,
                            const char *rejected, double seconds)
{
    const struct import_counts *counts = &result->counts;
    bool is_dry_run = args_has(args, "dry-run"), is_stopped = result->end == IMPORT_STOPPED;
    bool keeps_rejected = counts->rejected > 0 && !is_dry_run;
    enum cli_exit code = is_stopped ? CLI_REFUSED : CLI_DONE;

    if (result->ignored && *result->ignored)
        cli_note(args,
                 "these columns name no topic and nothing else of a person, and were not read: %s.",
                 result->ignored);
    if (args_has(args, "json")) {
        enum cli_exit written = cli_json(
            json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:o, s:o, s:f}", "rows",
                      (json_int_t)counts->rows, "added", (json_int_t)counts->added, "updated",
                      (json_int_t)counts->updated, "unchanged", (json_int_t)counts->unchanged,
                      "kept_opted_out", (json_int_t)counts->kept_out, "rejected",
                      (json_int_t)counts->rejected, "line", (json_int_t)counts->line, "stopped",
                      is_stopped, "dry_run", is_dry_run, "columns_not_read",
                      cli_json_text(result->ignored), "rejected_file",
                      keeps_rejected ? cli_json_text(rejected) : json_null(), "seconds", seconds));
        code = code == CLI_DONE ? written : code;
    } else {
        say_summary(result, is_dry_run, seconds);
        if (keeps_rejected)
            cli_say("Rejected rows are in %s, with the reasons.", rejected);
        if (counts->kept_out > 0 && !args_has(args, "consent"))
            cli_say("Who had opted out stays so. If they agreed since, import those rows with "
                    "--consent \"how they agreed\".");
    }
    if (is_stopped)
        cli_note(
            args,
            "stopped after line %lld of %s. All is done up to there, and some of what follows. "
            "Import the file again to go on: what is in already is skipped.",
            (long long)counts->line, args->words[0]);
    return code;
}

/* Runs the import with its file of rejected rows, which is kept only if there are any. */
static enum cli_exit run(const struct args *args, struct open *open, FILE *file, int64_t bytes)
{
    bool is_dry_run = args_has(args, "dry-run");
    const char *path = rejected_path(args, open->arena, args->words[0]);
    FILE *rejected = is_dry_run ? NULL : open_rejected(args, path, file);
    const char *slash = strrchr(args->words[0], '/');
    struct progress bar;
    struct import_result result = {0};
    enum status status;
    double seconds;
    bool is_written;

    if (!is_dry_run && !rejected)
        return CLI_REFUSED;
    progress_begin(&bar);
    struct import_options options = {
        .name = strcmp(args->words[0], "-") == 0 ? "standard input"
                : slash                          ? slash + 1
                                                 : args->words[0],
        .consent = args_get(args, "consent"),
        .is_dry_run = is_dry_run,
        .bytes_total = bytes,
        .rejected = rejected,
        .stop = &stop_wanted,
        .progress = on_progress,
        .context = &bar,
    };
    status = import_run(&open->service, open->arena, file, &options, &result);
    seconds = progress_end(&bar);
    is_written = !rejected || (!ferror(rejected) && fflush(rejected) == 0);
    if (rejected)
        fclose(rejected);
    if (rejected && (status != STATUS_OK || result.counts.rejected == 0))
        unlink(path);
    if (status != STATUS_OK)
        return cli_failed(args, status, "The import ended early; what was written before is whole");
    if (result.end == IMPORT_BAD_HEADER)
        return cli_refused(args, "%s: %s", args->words[0], result.fault);
    if (!is_written)
        return cli_refused(args, "%s could not be written whole; the good rows are in.", path);
    return answer(args, &result, path, seconds);
}

enum cli_exit import_verb_run(const struct args *args)
{
    struct open open = {0};
    const char *consent = args_get(args, "consent");
    int64_t bytes;
    FILE *file;
    enum cli_exit code = CLI_REFUSED;

    if (consent && (consent[strspn(consent, " \t\r\n")] == '\0' ||
                    strlen(consent) > REASON_MAX_BYTES || !fold_is_utf8(consent, strlen(consent))))
        return cli_misused(args,
                           "--consent must say how they agreed, in UTF-8 of at most %d bytes.",
                           REASON_MAX_BYTES);
    file = input_open(args, args->words[0], &bytes);
    if (!file)
        return CLI_REFUSED;
    watch_signals();
    if (open_data(args, true, &open))
        code = run(args, &open, file, bytes);
    open_end(&open);
    fclose(file);
    return code;
}
