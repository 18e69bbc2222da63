/*
 * cli/backup_verb: backup: the database into a file, while others serve and write.
 */
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli/open.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/verbs.h"
#include "service/backup.h"

#define NICENESS 10
#define MEGABYTE 1000000
#define NS_A_S   1e9

static bool draw(void *context, int64_t done, int64_t total)
{
    if (total > 0)
        progress_draw(context, done / MEGABYTE, done, total);
    return !stop_is_wanted();
}

static enum cli_exit answer(const struct args *args, const struct backup_made *made)
{
    const struct backup_facts *facts = &made->facts;
    const double copy_s = (double)made->copy_ns / NS_A_S, check_s = (double)made->check_ns / NS_A_S;
    struct buf line = {0};
    char at[CLOCK_HUMAN_BYTES];

    if (args_has(args, "json"))
        return cli_json(json_pack(
            "{s:o, s:I, s:I, s:I, s:o, s:I, s:f, s:f}", "file", cli_json_text(args->words[0]),
            "bytes", (json_int_t)facts->bytes, "people", (json_int_t)facts->people, "position",
            (json_int_t)facts->head.value, "at", cli_json_time(facts->head_at), "checkpoint",
            (json_int_t)facts->checkpoint.value, "copy_seconds", copy_s, "check_seconds", check_s));
    buf_grouped(&line, facts->people);
    buf_adds(&line, facts->people == 1 ? " person, " : " people, ");
    buf_grouped(&line, facts->head.value);
    buf_adds(&line, " ledger entries");
    if (facts->head_at) {
        clock_human(facts->head_at, at);
        buf_printf(&line, " up to %s", at);
    }
    cli_say("%s holds %s; it was checked and is sound.", args->words[0], line.data);
    buf_clear(&line);
    buf_grouped(&line, (facts->bytes + MEGABYTE - 1) / MEGABYTE);
    cli_note(args, "%s MB copied in %.1f s, checked in %.1f s.", line.data, copy_s, check_s);
    cli_note(args, "keys are not in it: \"assent keys backup FILE\" keeps them apart, encrypted.");
    buf_free(&line);
    return CLI_DONE;
}

static enum cli_exit explain(const struct args *args, enum status status, const char *fault)
{
    if (stop_is_wanted())
        return cli_refused(args, "stopped; no backup was made.");
    if (status == STATUS_CONFLICT)
        return cli_refused(args, "%s. Name another, or give --force to replace it.", fault);
    if (*fault)
        return cli_refused(args, "%s. No backup was made.", fault);
    return cli_failed(args, status, "No backup was made");
}

enum cli_exit backup_verb_run(const struct args *args)
{
    struct open open = {0};
    struct progress progress;
    struct backup_made made;
    const char *fault = "";
    enum cli_exit code = CLI_REFUSED;

    if (!open_data(args, false, &open))
        goto out;
    const struct backup_plan plan = {.service = &open.service,
                                     .path = args->words[0],
                                     .replaces = args_has(args, "force"),
                                     .is_full_speed = args_has(args, "full-speed"),
                                     .goes_on = draw,
                                     .context = &progress};
    if (!plan.is_full_speed) /* the processor's time goes to the server first, too */
        (void)setpriority(PRIO_PROCESS, 0, NICENESS);
    stop_watch();
    progress_begin(&progress);
    progress.unit = "MB";
    const enum status status = backup_make(&plan, open.arena, &made, &fault);
    (void)progress_end(&progress);
    code = status == STATUS_OK ? answer(args, &made) : explain(args, status, fault);
out:
    open_end(&open);
    return code;
}
