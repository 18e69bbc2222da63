/*
 * cli/team_verb: what admins may do, and whether they may come in: invite, role, disable, enable.
 * Adding with a password, passwords and removing are in admin_verb.
 */
#include <string.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/team.h"
#include "service/writer.h"

struct team_job {
    struct team_act act;
    struct team_done done;
};

static enum status run_team(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct team_job *job = context;

    return team_apply(service, txn, arena, &job->act, &job->done);
}

/* Who has that address and is on the team. CLI_DONE, or what to return after it has said why; with
 * or_nobody nobody is an answer too, and *is_found false. */
static enum cli_exit find(const struct args *args, struct open *open, bool or_nobody,
                          struct team_member *out, bool *is_found)
{
    const char *text = args->words[0];
    struct team_member *members;
    enum email_fault fault;
    struct email email;
    size_t count;

    *is_found = false;
    if (email_parse(open->arena, text, strlen(text), &email, &fault) != STATUS_OK)
        return cli_refused(args, "\"%s\": %s", text, email_fault_words(fault));
    enum status status = team_list(&open->service, open->arena, &members, &count);
    if (status != STATUS_OK)
        return cli_failed(args, status, "The admins can't be read");
    for (size_t i = 0; i < count; i++)
        if (members[i].state != TEAM_REMOVED &&
            strcmp(members[i].admin.email_key, email.key) == 0) {
            *out = members[i];
            *is_found = true;
            return CLI_DONE;
        }
    return or_nobody ? CLI_DONE
                     : cli_refused(args, "%s is no admin; \"assent admin list\" has them.",
                                   email.written);
}

static enum cli_exit refuse(const struct args *args, const struct team_job *job)
{
    const char *who = args->words[0];

    switch (job->done.fault) {
    case TEAM_EMAIL_BAD:
        return cli_refused(args, "\"%s\": %s", who, email_fault_words(job->done.email_fault));
    case TEAM_EMAIL_TAKEN:
        return cli_refused(args, "%s is an admin already.", who);
    case TEAM_NAME_BAD:
        return cli_refused(args, "--name must be UTF-8 of at most %d bytes.", TEAM_NAME_MAX_BYTES);
    case TEAM_LAST_OWNER:
        return cli_refused(args, "%s is the last owner; make another one first.", who);
    case TEAM_FULL:
        return cli_refused(args, "%d are on the team, and that is the most.", TEAM_MAX);
    case TEAM_GONE:
        if (job->act.what == TEAM_DISABLE || job->act.what == TEAM_ENABLE)
            return cli_refused(
                args,
                "%s has not taken the invitation up; \"assent admin remove\" cancels "
                "it.",
                who);
        return cli_refused(args, "%s is no admin; \"assent admin list\" has them.", who);
    case TEAM_FINE:
    case TEAM_NO_OWNER:
    case TEAM_FAULT_COUNT:
        break;
    }
    return CLI_REFUSED;
}

static enum cli_exit apply(const struct args *args, struct open *open, struct team_job *job)
{
    job->act.now_s = clock_now_s();
    job->act.origin = open_origin();
    enum status status = writer_run(&open->service, open->arena, run_team, job);
    if (status != STATUS_OK)
        return cli_failed(args, status, "The admins can't be written");
    return job->done.fault == TEAM_FINE ? CLI_DONE : refuse(args, job);
}

static bool read_addresses(const struct args *args, bool *sees, bool *is_said)
{
    const char *text = args_get(args, "addresses");

    *is_said = text != NULL;
    if (text == NULL)
        return true;
    *sees = strcmp(text, "whole") == 0;
    return *sees || strcmp(text, "masked") == 0;
}

/* The link is said here and nowhere again: it is kept as a hash. */
static enum cli_exit say_invited(const struct args *args, struct open *open,
                                 const struct team_job *job)
{
    const char *link = team_link(&open->service, open->arena, job->done.token);
    char until[CLOCK_HUMAN_BYTES];

    if (args_has(args, "json"))
        return cli_json(json_pack("{s:o, s:s, s:o, s:o}", "email",
                                  cli_json_text(job->done.admin.email), "role",
                                  team_role_key(job->done.admin.role), "link", cli_json_text(link),
                                  "expires_at", cli_json_time(job->done.invite_ends)));
    clock_human(job->done.invite_ends, until);
    cli_say("%s is invited as %s. Their link, shown this once, works once and until %s:",
            job->done.admin.email, team_role_key(job->done.admin.role), until);
    cli_say("%s", link);
    return CLI_DONE;
}

enum cli_exit team_verb_invite(const struct args *args)
{
    struct open open;
    struct team_member member = {0};
    struct team_job job = {.act = {.what = TEAM_INVITE, .role = ROLE_VIEWER}};
    const char *name = args_get(args, "name"), *role = args_get(args, "role");
    bool is_found, is_said;
    enum cli_exit code = CLI_REFUSED;

    if (role && !team_role_parse(role, &job.act.role))
        return cli_misused(args, "--role is owner, manager or viewer.");
    if (!read_addresses(args, &job.act.sees_addresses, &is_said))
        return cli_misused(args, "--addresses is whole or masked.");
    if (!open_data(args, true, &open))
        goto out;
    job.act.email = args->words[0];
    job.act.name = name ? name : "";
    code = find(args, &open, true, &member, &is_found);
    if (code == CLI_DONE && is_found && member.state == TEAM_INVITED && !role && !name &&
        !is_said) {
        job.act.what = TEAM_RENEW;
        job.act.admin = member.admin.id;
    }
    if (code == CLI_DONE)
        code = apply(args, &open, &job);
    if (code == CLI_DONE)
        code = say_invited(args, &open, &job);
out:
    explicit_bzero(job.done.token, sizeof job.done.token);
    open_end(&open);
    return code;
}

/* What stands now. */
static enum cli_exit say(const struct args *args, const struct team_job *job, const char *done)
{
    const struct admin *admin = &job->done.admin;

    if (args_has(args, "json"))
        return cli_json(json_pack("{s:o, s:s, s:b, s:b}", "email", cli_json_text(admin->email),
                                  "role", team_role_key(admin->role), "sees_addresses",
                                  admins_is_shown_addresses(admin), "disabled",
                                  admin->disabled_at != 0));
    cli_say("%s %s%s", admin->email, done, job->done.is_unchanged ? " (as before)" : "");
    return CLI_DONE;
}

static enum cli_exit change(const struct args *args, enum team_do what, const char *words)
{
    struct open open;
    struct team_member member = {0};
    struct team_job job = {.act = {.what = what}};
    bool is_found;
    enum cli_exit code = CLI_REFUSED;

    if (!open_data(args, true, &open))
        goto out;
    code = find(args, &open, false, &member, &is_found);
    job.act.admin = is_found ? member.admin.id : 0;
    if (code == CLI_DONE)
        code = apply(args, &open, &job);
    if (code == CLI_DONE)
        code = say(args, &job, words);
out:
    open_end(&open);
    return code;
}

enum cli_exit team_verb_disable(const struct args *args)
{
    return change(args, TEAM_DISABLE, "can't log in any more; their sessions are over.");
}

enum cli_exit team_verb_enable(const struct args *args)
{
    return change(args, TEAM_ENABLE, "may log in.");
}

enum cli_exit team_verb_role(const struct args *args)
{
    struct open open;
    struct team_member member = {0};
    struct team_job job = {.act = {.what = TEAM_EDIT}};
    bool is_found, is_said, sees = false;
    enum cli_exit code = CLI_REFUSED;

    if (!team_role_parse(args->words[1], &job.act.role))
        return cli_misused(args, "a role is owner, manager or viewer.");
    if (!read_addresses(args, &sees, &is_said))
        return cli_misused(args, "--addresses is whole or masked.");
    if (is_said && job.act.role != ROLE_VIEWER)
        return cli_misused(args, "--addresses is for viewers; others see them whole.");
    if (!open_data(args, true, &open))
        goto out;
    code = find(args, &open, false, &member, &is_found);
    if (code == CLI_DONE) {
        job.act.admin = member.admin.id;
        job.act.sees_addresses = is_said ? sees : member.admin.sees_addresses;
        code = apply(args, &open, &job);
    }
    if (code == CLI_DONE)
        code = say(args, &job,
                   arena_printf(open.arena, "is %s%s.", team_role_key(job.done.admin.role),
                                admins_is_shown_addresses(&job.done.admin)
                                    ? ""
                                    : ", to whom addresses are shown masked"));
out:
    open_end(&open);
    return code;
}
