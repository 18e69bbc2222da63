/*
 * cli/approval_verb: approvals as an operator sees them: list, on, off. The command decides none:
 * that is for two admins.
 */
#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/approvals.h"
#include "service/writer.h"

static json_t *line_json(const struct approval_line *line)
{
    const struct approval *approval = &line->approval;

    return json_pack("{s:I, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "id",
                     (json_int_t)approval->id, "kind", approval_kind_key(approval->kind), "state",
                     approval_state_key(approval->state), "target", cli_json_text(approval->target),
                     "detail", approval->detail, "asked_by", cli_json_text(line->asker), "asked_at",
                     cli_json_time(approval->asked_at), "expires_at",
                     cli_json_time(approval->expires_at), "decided_by",
                     *line->decider ? cli_json_text(line->decider) : json_null(), "decided_at",
                     cli_json_time(approval->decided_at));
}

static void say_line(const struct approval_line *line)
{
    const struct approval *approval = &line->approval;
    char at[CLOCK_HUMAN_BYTES];

    clock_human(approval->asked_at, at);
    cli_say("%4lld  %-10s %-16s %s  asked by %s, %s%s%s", (long long)approval->id,
            approval_state_key(approval->state), approval_kind_key(approval->kind),
            *approval->target ? approval->target : "-", line->asker, at,
            *line->decider ? "; decided by " : "", line->decider);
}

static json_t *lines_json(const struct approval_line *lines, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, line_json(&lines[i]));
    return list;
}

enum cli_exit approval_verb_list(const struct args *args)
{
    const struct admin nobody = {.role = ROLE_VIEWER};
    struct open open;
    struct approvals_page page;
    enum cli_exit code = CLI_REFUSED;

    if (!open_data(args, false, &open))
        goto out;
    enum status status = approvals_list(&open.service, open.arena, &nobody, clock_now_s(), &page);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The approvals can't be read");
        goto out;
    }
    code = CLI_DONE;
    if (args_has(args, "json")) {
        code = cli_json(json_pack("{s:b, s:o, s:o}", "on", page.is_on, "waiting",
                                  lines_json(page.waiting, page.waiting_count), "decided",
                                  lines_json(page.past, page.past_count)));
        goto out;
    }
    cli_say("Approvals are %s.", page.is_on ? "on" : "off");
    for (size_t i = 0; i < page.waiting_count; i++)
        say_line(&page.waiting[i]);
    for (size_t i = 0; i < page.past_count; i++)
        say_line(&page.past[i]);
out:
    open_end(&open);
    return code;
}

struct turn_job {
    bool is_on;
    enum approvals_turn turn;
};

static enum status run_turn(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct turn_job *job = context;
    const struct origin origin = open_origin();

    return job->is_on ? approvals_turn_on(service, txn, arena, &origin, &job->turn)
                      : approvals_turn_off(service, txn, arena, &origin, &job->turn);
}

static enum cli_exit turn(const struct args *args, bool is_on)
{
    struct open open;
    struct turn_job job = {.is_on = is_on};
    enum cli_exit code = CLI_REFUSED;

    if (!open_data(args, true, &open))
        goto out;
    enum status status = writer_run(&open.service, open.arena, run_turn, &job);
    if (status != STATUS_OK)
        code = cli_failed(args, status, "That can't be written");
    else if (job.turn == APPROVALS_FEW)
        code = cli_refused(args,
                           "%d owners must be able to sign in: what one asks for, another "
                           "must approve.",
                           APPROVAL_OWNERS_MIN);
    else if (args_has(args, "json"))
        code =
            cli_json(json_pack("{s:b, s:b}", "on", is_on, "changed", job.turn == APPROVALS_TURNED));
    else {
        cli_say("Approvals %s %s.", job.turn == APPROVALS_WERE ? "were" : "are",
                is_on ? "on" : "off");
        code = CLI_DONE;
    }
out:
    open_end(&open);
    return code;
}

enum cli_exit approval_verb_on(const struct args *args)
{
    return turn(args, true);
}

enum cli_exit approval_verb_off(const struct args *args)
{
    return turn(args, false);
}
