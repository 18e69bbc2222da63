/*
 * cli/factor_verb: an admin's second factor as the operator sees it, and taken off when it is lost.
 */
#include <string.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/factor.h"
#include "service/operator.h"
#include "service/writer.h"

struct factor_job {
    int64_t admin;
    enum status answer; /* a refusal is an answer, not a failure of the transaction */
};

static enum status run_reset(const struct service *service, struct txn *txn, struct arena *arena,
                             void *context)
{
    struct factor_job *job = context;
    const struct origin origin = open_origin();

    job->answer = factor_reset(service, txn, arena, job->admin, &origin);
    return job->answer == STATUS_NOT_FOUND ? STATUS_OK : job->answer;
}

/* The admin of the address on the command line. */
static enum cli_exit find(const struct args *args, struct open *open, struct admin *out)
{
    const char *typed = args->words[0];
    struct email email;
    enum email_fault fault;
    struct admin *admins;
    size_t count;

    if (email_parse(open->arena, typed, strlen(typed), &email, &fault) != STATUS_OK)
        return cli_refused(args, "\"%s\": %s", typed, email_fault_words(fault));
    enum status status = operator_admins(&open->service, open->arena, &admins, &count);
    if (status != STATUS_OK)
        return cli_failed(args, status, "The admins can't be read");
    for (size_t i = 0; i < count; i++)
        if (strcmp(admins[i].email_key, email.key) == 0) {
            *out = admins[i];
            return CLI_DONE;
        }
    return cli_refused(args, "%s is no admin; \"assent admin list\" has them.", email.written);
}

static enum cli_exit reset(const struct args *args, struct open *open, const struct admin *admin)
{
    struct factor_job job = {.admin = admin->id};
    enum status status = writer_run(&open->service, open->arena, run_reset, &job);

    if (status != STATUS_OK)
        return cli_failed(args, status, "The second factor can't be reset");
    if (job.answer == STATUS_NOT_FOUND)
        return cli_refused(args, "%s has no second factor; there is nothing to reset.",
                           admin->email);
    if (args_has(args, "json"))
        return cli_json(json_pack("{s:o, s:b}", "email", cli_json_text(admin->email), "reset", 1));
    cli_say("%s has no second factor any more; their sessions are over. The password stays.",
            admin->email);
    return CLI_DONE;
}

static enum cli_exit show(const struct args *args, struct open *open, const struct admin *admin)
{
    struct factor_facts facts;
    char since[CLOCK_HUMAN_BYTES];
    enum status status = factor_facts(&open->service, admin->id, &facts);

    if (status != STATUS_OK)
        return cli_failed(args, status, "The second factor can't be read");
    if (args_has(args, "json"))
        return cli_json(json_pack("{s:o, s:b, s:o, s:I, s:b}", "email", cli_json_text(admin->email),
                                  "on", (int)facts.is_on, "since",
                                  facts.is_on ? cli_json_time(facts.since) : json_null(),
                                  "recovery_codes_left", (json_int_t)facts.codes_left, "required",
                                  (int)facts.is_required));
    if (facts.is_on) {
        clock_human(facts.since, since);
        cli_say("%s has a second factor since %s; %lld recovery codes are left.", admin->email,
                since, (long long)facts.codes_left);
    } else {
        cli_say("%s has no second factor%s", admin->email,
                facts.is_required ? "; one must be set up at the next sign-in." : ".");
    }
    return CLI_DONE;
}

enum cli_exit factor_verb(const struct args *args)
{
    struct open open;
    struct admin admin = {0};
    const bool resets = args_has(args, "reset");
    enum cli_exit code = CLI_REFUSED;

    if (open_data(args, resets, &open))
        code = find(args, &open, &admin);
    if (code == CLI_DONE)
        code = resets ? reset(args, &open, &admin) : show(args, &open, &admin);
    open_end(&open);
    return code;
}
