/*
 * cli/pause_verb: pause: one person's pause set or ended, by the same service as the pages.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/change.h"
#include "service/operator.h"
#include "service/pause.h"
#include "service/writer.h"

struct pause_job {
    const struct args *args;
    int64_t until; /* 0: end it */
    enum email_fault address_fault;
    enum status found;
    struct change_result result;
};

static enum status run_pause(const struct service *service, struct txn *txn, struct arena *arena,
                             void *context)
{
    struct pause_job *job = context;
    struct contact there;

    job->found = operator_find(service, arena, job->args->words[0], &there, &job->address_fault);
    if (job->found == STATUS_NOT_FOUND || job->found == STATUS_INVALID)
        return STATUS_OK;
    if (job->found != STATUS_OK)
        return job->found;

    struct change change = {
        .kind = ENTRY_PAUSE,
        .contact = there.id,
        .sets_pause = true,
        .paused_until = job->until,
        .note = args_get(job->args, "note"),
        .origin = open_origin(),
    };
    return change_apply(service, txn, arena, &change, &job->result);
}

static enum cli_exit out_of_range(const struct args *args, const char *option, int64_t now_s)
{
    int64_t first, last;
    char from[CLOCK_RFC3339_BYTES], to[CLOCK_RFC3339_BYTES];

    pause_range(now_s, &first, &last);
    clock_rfc3339(first, from);
    clock_rfc3339(last, to);
    return cli_misused(args, "--%s must end on a day from %.10s to %.10s.", option, from, to);
}

static enum cli_exit read_end(const struct args *args, int64_t *out)
{
    const char *until = args_get(args, "until"), *days = args_get(args, "days");
    const char *note = args_get(args, "note");
    int64_t now_s = clock_now_s();
    char *end = NULL;

    if ((until != NULL) + (days != NULL) + args_has(args, "end") != 1)
        return cli_misused(args, "say one of --until DATE, --days N and --end.");
    if (note && (strlen(note) > REASON_MAX_BYTES || !fold_is_utf8(note, strlen(note))))
        return cli_misused(args, "--note must be UTF-8 of at most %d bytes.", REASON_MAX_BYTES);
    if (until && !pause_until_day(until, now_s, out))
        return out_of_range(args, "until", now_s);
    if (days &&
        (*days < '0' || *days > '9' || !pause_for_days(strtol(days, &end, 10), now_s, out) || *end))
        return out_of_range(args, "days", now_s);
    return CLI_DONE;
}

static enum cli_exit say_pause(const struct args *args, const struct pause_job *job)
{
    const char *email = args->words[0];
    bool was_so = job->result.verdict == CHANGE_UNCHANGED;
    char day[CLOCK_HUMAN_BYTES];

    if (args_has(args, "json"))
        return cli_json(json_pack("{s:o, s:s, s:o}", "email", cli_json_text(email), "result",
                                  was_so ? "unchanged" : "applied", "paused_until",
                                  cli_json_time(job->until)));
    clock_long_day(job->until, day);
    if (!job->until)
        cli_say(was_so ? "%s was not paused." : "%s is not paused any more.", email);
    else if (job->result.after.status == CONTACT_OPTED_OUT)
        cli_say("%s is paused until %s, and opted out of everything anyway.", email, day);
    else
        cli_say(was_so ? "%s is paused until %s already." : "%s is paused until %s.", email, day);
    return CLI_DONE;
}

enum cli_exit pause_verb_run(const struct args *args)
{
    struct open open = {0};
    struct pause_job job = {.args = args};
    enum cli_exit code = read_end(args, &job.until);
    enum status status;

    if (code != CLI_DONE)
        return code;
    code = CLI_REFUSED;
    if (!open_data(args, true, &open))
        goto out;
    status = writer_run(&open.service, open.arena, run_pause, &job);
    if (status != STATUS_OK)
        code = cli_failed(args, status, "The pause can't be written");
    else if (job.found == STATUS_INVALID)
        code =
            cli_refused(args, "\"%s\": %s", args->words[0], email_fault_words(job.address_fault));
    else if (job.found != STATUS_OK || job.result.verdict == CHANGE_NO_CONTACT)
        code =
            cli_refused(args, "%s is not on the list, so nothing is sent to them.", args->words[0]);
    else if (job.result.verdict != CHANGE_APPLIED && job.result.verdict != CHANGE_UNCHANGED)
        code = cli_refused(args, "%s could not be paused.", args->words[0]);
    else
        code = say_pause(args, &job);
out:
    open_end(&open);
    return code;
}
