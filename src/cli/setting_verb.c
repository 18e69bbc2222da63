/*
 * cli/setting_verb: settings list and settings set.
 */
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/operator.h"
#include "service/writer.h"

enum cli_exit setting_verb_list(const struct args *args)
{
    struct open open;
    struct operator_setting *list;
    size_t count;
    enum cli_exit code = CLI_REFUSED;
    enum status status;
    json_t *json;

    if (!open_data(args, false, &open))
        goto out;
    status = operator_settings(&open.service, open.arena, &list, &count);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The settings can't be read");
        goto out;
    }
    code = CLI_DONE;
    if (!args_has(args, "json")) {
        for (size_t i = 0; i < count; i++)
            cli_say("%-22s %s%s\n%22s %s.", list[i].key, *list[i].value ? list[i].value : "(empty)",
                    list[i].is_default ? "  (default)" : "", "", list[i].about);
        goto out;
    }
    json = json_object();
    for (size_t i = 0; i < count; i++)
        json_object_set_new(json, list[i].key, cli_json_text(list[i].value));
    code = cli_json(json);
out:
    open_end(&open);
    return code;
}

struct setting_job {
    const char *key, *value;
    const char *fault;
    enum status answer; /* a refusal is an answer, not a failure of the transaction */
};

static enum status run_set(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct setting_job *job = context;
    struct origin origin = open_origin();

    job->answer = operator_set(service, txn, arena, job->key, job->value, &origin, &job->fault);
    return job->answer == STATUS_NOT_FOUND || job->answer == STATUS_INVALID ? STATUS_OK
                                                                            : job->answer;
}

enum cli_exit setting_verb_set(const struct args *args)
{
    struct open open;
    struct setting_job job = {.key = args->words[0], .value = args->words[1]};
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (!open_data(args, true, &open))
        goto out;
    status = writer_run(&open.service, open.arena, run_set, &job);
    if (status != STATUS_OK)
        code = cli_failed(args, status, "The setting can't be written");
    else if (job.answer == STATUS_NOT_FOUND)
        code = cli_refused(args, "there is no setting \"%s\"; \"assent settings list\" has them.",
                           job.key);
    else if (job.answer != STATUS_OK)
        code = cli_refused(args, "%s: %s.", job.key, job.fault);
    else if (args_has(args, "json"))
        code = cli_json(json_pack("{s:s, s:o}", "key", job.key, "value", cli_json_text(job.value)));
    else {
        cli_say("%s is set.", job.key);
        code = CLI_DONE;
    }
out:
    open_end(&open);
    return code;
}
