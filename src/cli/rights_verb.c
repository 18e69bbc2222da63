/*
 * cli/rights_verb: data and erase: what a person may ask for by law, done for who wrote in.
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/forget.h"
#include "service/rights.h"
#include "service/writer.h"
#include "view/person_data.h"

#define SCRUB_TRIES   50
#define SCRUB_WAIT_NS 100000000L

struct job {
    struct public_id id;
    enum rights_act act;
    const char *reason;
    struct contact person;
};

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    struct job *job = context;
    const struct origin origin = open_origin();

    return rights_for(service, txn, arena, job->id, job->act, &origin, job->reason, &job->person);
}

static enum cli_exit act(const struct args *args, struct open *open, struct job *job)
{
    enum status status = writer_run(&open->service, open->arena, run, job);

    if (status == STATUS_NOT_FOUND)
        return cli_refused(args, "this person was erased just now.");
    if (status != STATUS_OK)
        return cli_failed(args, status, "Nothing was written");
    return CLI_DONE;
}

/* --reason as one line; NULL where it was not given. */
static enum cli_exit read_reason(const struct args *args, struct open *open, const char **out)
{
    const char *typed = args_get(args, "reason");

    *out = NULL;
    if (typed == NULL || rights_reason(open->arena, typed, out))
        return CLI_DONE;
    return cli_misused(args, "--reason is a line of up to %d bytes that is not empty.",
                       RIGHTS_REASON_MAX_BYTES);
}

enum cli_exit rights_verb_data(const struct args *args)
{
    struct open open = {0};
    struct contact contact;
    struct person_data data;
    struct job job = {.act = RIGHTS_GIVE};
    struct buf text = {0};
    enum cli_exit code = CLI_REFUSED;

    if (!open_data(args, true, &open))
        goto out;
    code = read_reason(args, &open, &job.reason);
    if (code == CLI_DONE)
        code = open_person(args, &open, args->words[0], &contact);
    if (code != CLI_DONE)
        goto out;
    job.id = contact.public_id;
    code = act(args, &open, &job);
    if (code != CLI_DONE)
        goto out;
    enum status status =
        person_data_read(&open.service, open.arena, contact.id, clock_now_s(), &data);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The data can't be read");
        goto out;
    }
    view_person_data(&text, &data);
    if (fwrite(text.data, 1, text.len, stdout) != text.len || fflush(stdout) != 0)
        code = cli_refused(args, "the file can't be written.");
out:
    buf_free(&text);
    open_end(&open);
    return code;
}

/* Asks on a terminal. */
static enum cli_exit ask(const struct args *args, const char *email)
{
    char line[16] = "";

    if (args_has(args, "yes"))
        return CLI_DONE;
    if (!isatty(STDIN_FILENO))
        return cli_misused(args, "nobody can be asked here; give --yes.");
    fprintf(stderr, "Erase %s for good? Nobody can undo it. Type yes: ", email);
    fflush(stderr);
    if (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "yes\n") == 0)
        return CLI_DONE;
    return cli_refused(args, "nothing was done.");
}

/* What the log and files beside the database still hold. Not done: a server, its courier, or the
 * next start of either goes on. */
static bool clean_up(struct open *open)
{
    enum status status = STATUS_BUSY;

    for (int i = 0; i < SCRUB_TRIES && status == STATUS_BUSY; i++) {
        if (i > 0)
            nanosleep(&(struct timespec){.tv_nsec = SCRUB_WAIT_NS}, NULL);
        status = forget_now(&open->service, open->arena);
    }
    return status == STATUS_OK;
}

enum cli_exit rights_verb_erase(const struct args *args)
{
    struct open open = {0};
    struct contact contact;
    struct job job = {.act = RIGHTS_ERASE};
    enum cli_exit code = CLI_REFUSED;

    if (!args_has(args, "reason"))
        return cli_misused(args, "--reason says why, without naming the person; it must be given.");
    if (!open_data(args, true, &open))
        goto out;
    code = read_reason(args, &open, &job.reason);
    if (code == CLI_DONE)
        code = open_person(args, &open, args->words[0], &contact);
    if (code == CLI_DONE)
        code = ask(args, contact.email);
    if (code != CLI_DONE)
        goto out;
    job.id = contact.public_id;
    code = act(args, &open, &job);
    if (code != CLI_DONE)
        goto out;
    const bool is_clean = clean_up(&open);
    if (args_has(args, "json"))
        code = cli_json(json_pack("{s:b, s:b}", "erased", true, "cleaned_up", is_clean));
    else
        cli_say("Erased. %s", is_clean
                                  ? "Nothing of them is left in the files of the data folder."
                                  : "Somebody reads the database now: what is left of them in its "
                                    "files is overwritten by the server within minutes.");
out:
    open_end(&open);
    return code;
}
