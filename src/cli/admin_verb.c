/*
 * cli/admin_verb: who may log in to the dashboard: add, passwd, list, remove.
 *
 * A password comes from the terminal or standard input, or is made here and printed once; never
 * from the command line. Argon2id runs before the transaction, not under the write lock.
 */
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "cli/open.h"
#include "cli/secret.h"
#include "cli/verbs.h"
#include "service/auth.h"
#include "service/operator.h"
#include "service/team.h"
#include "service/writer.h"

struct admin_job {
    enum { ADMIN_JOB_ADD, ADMIN_JOB_PASSWD, ADMIN_JOB_REMOVE } what;
    struct email email;
    const char *name;
    enum admin_role role;
    char password[SECRET_TEXT_BYTES];
    char hash[PASSWORD_HASH_BYTES];
    int64_t id;
    enum status answer; /* a refusal is an answer, not a failure of the transaction */
};

static enum status run_admin(const struct service *service, struct txn *txn, struct arena *arena,
                             void *context)
{
    struct admin_job *job = context;
    struct origin origin = open_origin();

    (void)arena;
    switch (job->what) {
    case ADMIN_JOB_ADD:
        job->answer = auth_admin_add(service, txn, job->email.written, job->email.key, job->name,
                                     job->role, job->hash, &origin, &job->id);
        break;
    case ADMIN_JOB_PASSWD:
        job->answer = auth_admin_passwd(service, txn, job->email.key, job->hash, &origin);
        break;
    case ADMIN_JOB_REMOVE:
        job->answer = auth_admin_remove(service, txn, job->email.key, &origin);
        break;
    }
    switch (job->answer) {
    case STATUS_NOT_FOUND:
    case STATUS_CONFLICT:
    case STATUS_REFUSED:
        return STATUS_OK;
    default:
        return job->answer;
    }
}

static enum cli_exit read_email(const struct args *args, struct open *open, const char *text,
                                struct email *out)
{
    enum email_fault fault;

    if (email_parse(open->arena, text, strlen(text), out, &fault) == STATUS_OK)
        return CLI_DONE;
    return cli_refused(args, "\"%s\": %s", text, email_fault_words(fault));
}

/* Makes or reads the password and its hash. */
static enum cli_exit read_password(const struct args *args, struct admin_job *job)
{
    const char *fault = NULL;
    enum status status;

    if (args_has(args, "generate"))
        operator_make_password(job->password);
    else if (!secret_read(args, job->password))
        return CLI_REFUSED;
    status = operator_hash_password(job->password, job->hash, &fault);
    if (status == STATUS_INVALID)
        return cli_refused(args, "%s", fault);
    return status == STATUS_OK ? CLI_DONE
                               : cli_refused(args, "there is too little memory for Argon2id.");
}

/* Runs the job and tells refusals; CLI_DONE: it is on disk. */
static enum cli_exit run_job(const struct args *args, struct open *open, struct admin_job *job)
{
    enum status status = writer_run(&open->service, open->arena, run_admin, job);

    if (status != STATUS_OK)
        return cli_failed(args, status, "The admins can't be written");
    switch (job->answer) {
    case STATUS_NOT_FOUND:
        return cli_refused(args, "%s is no admin; \"assent admin list\" has them.",
                           job->email.written);
    case STATUS_CONFLICT:
        return cli_refused(args,
                           "%s is an admin already; \"assent admin passwd\" sets the password.",
                           job->email.written);
    case STATUS_REFUSED:
        return cli_refused(args, "%s is the last owner; make another one first.",
                           job->email.written);
    default:
        return CLI_DONE;
    }
}

/* What was done, with the password where it was made here: nobody else will ever see it. */
static enum cli_exit answer(const struct args *args, const struct admin_job *job, const char *done)
{
    bool is_made = job->what != ADMIN_JOB_REMOVE && args_has(args, "generate");

    if (args_has(args, "json")) {
        json_t *json = json_pack("{s:o}", "email", cli_json_text(job->email.written));
        if (is_made)
            json_object_set_new(json, "password", cli_json_text(job->password));
        return cli_json(json);
    }
    cli_say("%s %s", job->email.written, done);
    if (is_made)
        cli_say("Password: %s  (shown this once)", job->password);
    return CLI_DONE;
}

enum cli_exit admin_verb_add(const struct args *args)
{
    struct open open;
    struct admin_job job = {.what = ADMIN_JOB_ADD, .name = "", .role = ROLE_OWNER};
    const char *name = args_get(args, "name"), *role = args_get(args, "role");
    enum cli_exit code = CLI_REFUSED;

    if (role && !team_role_parse(role, &job.role))
        return cli_misused(args, "--role is owner, manager or viewer.");
    if (name && (!fold_is_utf8(name, strlen(name)) || strlen(name) > NAME_MAX_BYTES))
        return cli_misused(args, "--name must be UTF-8 of at most %d bytes.", NAME_MAX_BYTES);
    if (!open_data(args, true, &open))
        goto out;
    job.name = name ? fold_clean(open.arena, name) : "";
    code = read_email(args, &open, args->words[0], &job.email);
    if (code == CLI_DONE)
        code = read_password(args, &job);
    if (code == CLI_DONE)
        code = run_job(args, &open, &job);
    if (code == CLI_DONE)
        code = answer(args, &job, "may log in.");
out:
    explicit_bzero(job.password, sizeof job.password);
    open_end(&open);
    return code;
}

/* The address given, or the only admin's. */
static enum cli_exit pick_admin(const struct args *args, struct open *open, struct email *out)
{
    struct admin *admins;
    size_t count;
    enum status status;

    if (args->words_count == 1)
        return read_email(args, open, args->words[0], out);
    status = operator_admins(&open->service, open->arena, &admins, &count);
    if (status != STATUS_OK)
        return cli_failed(args, status, "The admins can't be read");
    if (count == 0)
        return cli_refused(args, "there is no admin; \"assent admin add\" makes one.");
    if (count > 1)
        return cli_misused(args, "there are %zu admins; say whose password.", count);
    *out = (struct email){.written = admins[0].email, .key = admins[0].email_key};
    return CLI_DONE;
}

enum cli_exit admin_verb_passwd(const struct args *args)
{
    struct open open;
    struct admin_job job = {.what = ADMIN_JOB_PASSWD};
    enum cli_exit code = CLI_REFUSED;

    if (!open_data(args, true, &open))
        goto out;
    code = pick_admin(args, &open, &job.email);
    if (code == CLI_DONE)
        code = read_password(args, &job);
    if (code == CLI_DONE)
        code = run_job(args, &open, &job);
    if (code == CLI_DONE)
        code = answer(args, &job, "has a new password; their sessions are over.");
out:
    explicit_bzero(job.password, sizeof job.password);
    open_end(&open);
    return code;
}

enum cli_exit admin_verb_remove(const struct args *args)
{
    struct open open;
    struct admin_job job = {.what = ADMIN_JOB_REMOVE};
    enum cli_exit code = CLI_REFUSED;

    if (!open_data(args, true, &open))
        goto out;
    code = read_email(args, &open, args->words[0], &job.email);
    if (code == CLI_DONE)
        code = run_job(args, &open, &job);
    if (code == CLI_DONE)
        code = answer(args, &job, "is no admin any more; their sessions are over.");
out:
    open_end(&open);
    return code;
}

static json_t *describe(const struct team_member *member)
{
    const struct admin *a = &member->admin;

    return json_pack("{s:o, s:o, s:s, s:s, s:b, s:b, s:o, s:o}", "email", cli_json_text(a->email),
                     "name", cli_json_text(a->name), "role", team_role_key(a->role), "state",
                     team_state_key(member->state), "sees_addresses", admins_is_shown_addresses(a),
                     "second_factor", member->has_factor, "created_at",
                     cli_json_time(a->created_at), "signed_in_at", cli_json_time(a->signed_in_at));
}

static void say(const struct team_member *member)
{
    const struct admin *a = &member->admin;
    char when[CLOCK_HUMAN_BYTES] = "never signed in";

    if (a->signed_in_at != 0)
        clock_human(a->signed_in_at, when);
    cli_say("%-32s %-8s %-9s %-22s %s%s", a->email, team_role_key(a->role),
            team_state_key(member->state), when, a->name,
            admins_is_shown_addresses(a) ? "" : "  (sees masked addresses)");
}

enum cli_exit admin_verb_list(const struct args *args)
{
    struct open open;
    struct team_member *members;
    size_t count;
    enum cli_exit code = CLI_REFUSED;
    enum status status;
    json_t *list = args_has(args, "json") ? json_array() : NULL;

    if (!open_data(args, false, &open))
        goto out;
    status = team_list(&open.service, open.arena, &members, &count);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The admins can't be read");
        goto out;
    }
    for (size_t i = 0; i < count && members[i].state != TEAM_REMOVED; i++) {
        if (list)
            json_array_append_new(list, describe(&members[i]));
        else
            say(&members[i]);
    }
    if (!list && (count == 0 || members[0].state == TEAM_REMOVED))
        cli_note(args, "there is no admin; \"assent admin add EMAIL\" makes one.");
    code = list ? cli_json(json_incref(list)) : CLI_DONE;
out:
    json_decref(list);
    open_end(&open);
    return code;
}
