/*
 * cli/key_verb: the key ring: list, new, rotate, add, retire, revoke.
 */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fold.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/key_ring.h"
#include "service/writer.h"

static const char *state_key(enum link_key_state state)
{
    switch (state) {
    case KEY_SIGNING:
        return "signing";
    case KEY_VERIFYING:
        return "verifying";
    case KEY_REVOKED:
        return "revoked";
    }
    return "unknown";
}

static struct link_key_id id_of(const struct link_key *key)
{
    struct link_key_id id;

    memcpy(id.value, key->id, sizeof id.value);
    return id;
}

static json_t *key_json(const struct key_row *row)
{
    const struct link_key *key = &row->key;
    char id[LINK_KEY_ID_TEXT_BYTES], public_key[48];

    link_key_id_text(id_of(key), id);
    crypto_base64url(key->public_key, sizeof key->public_key, public_key, sizeof public_key);
    return json_pack("{s:s, s:s, s:b, s:o, s:s, s:o, s:o, s:{s:i, s:I, s:I, s:I, s:I}}", "id", id,
                     "state", state_key(key->state), "signs_here", row->signs_here, "owner",
                     cli_json_text(key->owner), "public", public_key, "created_at",
                     cli_json_time(key->created_at), "changed_at", cli_json_time(key->changed_at),
                     "uses", "days", KEY_RING_DAYS, "opened", (json_int_t)row->uses.opened, "acted",
                     (json_int_t)row->uses.acted, "machine", (json_int_t)row->uses.machine,
                     "refused", (json_int_t)row->uses.refused);
}

/* "3 Nov 2026, 09:41 UTC" is as wide as it gets. */
#define SINCE_WIDTH 22

static void say_head(void)
{
    cli_say("%-8s  %-10s %-*s %7s %7s %8s %7s  %s", "id", "state", SINCE_WIDTH, "added", "opened",
            "acted", "machine", "refused", "owner");
}

static void say_key(const struct key_row *row)
{
    char id[LINK_KEY_ID_TEXT_BYTES], at[CLOCK_HUMAN_BYTES];

    link_key_id_text(id_of(&row->key), id);
    clock_human(row->key.created_at, at);
    cli_say("%s  %-10s %-*s %7lld %7lld %8lld %7lld  %s%s", id, state_key(row->key.state),
            SINCE_WIDTH, at, (long long)row->uses.opened, (long long)row->uses.acted,
            (long long)row->uses.machine, (long long)row->uses.refused, row->key.owner,
            row->signs_here ? " (signs here)" : "");
}

enum cli_exit key_verb_list(const struct args *args)
{
    struct open open;
    struct key_ring ring;
    enum cli_exit code = CLI_REFUSED;
    enum status status;
    json_t *list = args_has(args, "json") ? json_array() : NULL;

    if (!open_data(args, false, &open))
        goto out;
    status = key_ring_load(&open.service, open.arena, clock_now_s(), &ring);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The keys can't be read");
        goto out;
    }
    if (!list && ring.count > 0)
        say_head();
    for (size_t i = 0; i < ring.count; i++) {
        if (list)
            json_array_append_new(list, key_json(&ring.rows[i]));
        else
            say_key(&ring.rows[i]);
    }
    code = list ? cli_json(json_incref(list)) : CLI_DONE;
out:
    json_decref(list);
    open_end(&open);
    return code;
}

/* One change of the ring: which, and what came of it. */
struct key_job {
    enum { KEY_JOB_NEW, KEY_JOB_ROTATE, KEY_JOB_ADD, KEY_JOB_RETIRE, KEY_JOB_REVOKE } what;
    const char *owner, *text;
    struct key_done done;
};

static enum status retire(const struct service *service, struct txn *txn,
                          const struct origin *origin, struct key_done *done)
{
    enum status status = keys_set_state(service, txn, done->id, KEY_VERIFYING, origin);

    if (status == STATUS_NOT_FOUND)
        done->fault = KEY_GONE;
    else if (status == STATUS_REFUSED)
        done->fault = KEY_ENDED;
    else
        return status;
    return STATUS_OK;
}

/* A refusal is an answer, not a failure of the transaction. */
static enum status run_key(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct key_job *job = context;
    struct origin origin = open_origin();

    switch (job->what) {
    case KEY_JOB_NEW:
        return keys_new(service, txn, job->owner, &origin, &job->done.id);
    case KEY_JOB_ROTATE:
        return key_ring_rotate(service, txn, arena, NULL, &origin, &job->done);
    case KEY_JOB_ADD:
        return key_ring_add(service, txn, arena, job->text, job->owner, &origin, &job->done);
    case KEY_JOB_RETIRE:
        return retire(service, txn, &origin, &job->done);
    case KEY_JOB_REVOKE:
        return key_ring_revoke(service, txn, arena, job->done.id, &origin, &job->done);
    }
    return STATUS_INVALID;
}

/* Why it was not done: a line, and the code to end with. */
static enum cli_exit refuse(const struct args *args, const struct key_done *done)
{
    char id[LINK_KEY_ID_TEXT_BYTES];

    link_key_id_text(done->id, id);
    switch (done->fault) {
    case KEY_GONE:
        return cli_refused(args, "there is no key %s; \"assent keys list\" has them.", id);
    case KEY_ENDED:
        return cli_refused(args, "key %s was revoked, and that is for ever.", id);
    case KEY_THERE:
        return cli_refused(args, "that key, or one with its id, is there already.");
    case KEY_FULL:
        return cli_refused(args, "there are %d keys, and that is the most.", KEY_RING_MAX);
    case KEY_OWNER_BAD:
        return cli_misused(args, "--owner must be a name of at most %d bytes.",
                           KEY_OWNER_MAX_BYTES);
    case KEY_UNREADABLE:
        return cli_misused(args, "--public must be an Ed25519 public key: 64 hex digits, 32 bytes "
                                 "as base64, or PEM.");
    case KEY_PRIVATE:
        return cli_misused(args, "--public is a private key, which must never leave its sender; "
                                 "nothing of it was kept.");
    case KEY_OTHER_KIND:
        return cli_misused(args, "--public is a key of another kind; links are signed with "
                                 "Ed25519.");
    case KEY_NO_POINT:
        return cli_misused(args, "--public is no sound Ed25519 key: no signature could ever be "
                                 "made with it.");
    case KEY_SMALL_ORDER:
        return cli_misused(args, "--public is a key of small order: anyone could sign for it "
                                 "without a secret.");
    case KEY_FINE:
    case KEY_MEANWHILE:
    case KEY_FAULT_COUNT:
        break;
    }
    return cli_refused(args, "the key ring has changed meanwhile; try again.");
}

static enum cli_exit run_job(const struct args *args, struct open *open, struct key_job *job,
                             enum link_key_state state, const char *said)
{
    char id[LINK_KEY_ID_TEXT_BYTES];
    enum status status = writer_run(&open->service, open->arena, run_key, job);

    if (status != STATUS_OK)
        return cli_failed(args, status, "The key ring can't be written");
    if (job->done.fault != KEY_FINE)
        return refuse(args, &job->done);
    link_key_id_text(job->done.id, id);
    if (args_has(args, "json"))
        return cli_json(json_pack("{s:s, s:s}", "id", id, "state", state_key(state)));
    cli_say("Key %s %s", id, said);
    return CLI_DONE;
}

static enum cli_exit open_and_run(const struct args *args, struct key_job *job,
                                  enum link_key_state state, const char *said)
{
    struct open open;
    enum cli_exit code = CLI_REFUSED;

    if (open_data(args, true, &open))
        code = run_job(args, &open, job, state, said);
    open_end(&open);
    return code;
}

/* The owner as it will be stored, or CLI_MISUSED. */
static enum cli_exit read_owner(const struct args *args, const char *fallback, const char **out)
{
    const char *owner = args_has(args, "owner") ? args_get(args, "owner") : fallback;

    if (!owner)
        return cli_misused(args, "--owner is missing: whose key is it?");
    if (!fold_is_utf8(owner, strlen(owner)) || strlen(owner) > KEY_OWNER_MAX_BYTES ||
        owner[strspn(owner, " \t\r\n")] == '\0')
        return cli_misused(args, "--owner must be a name of at most %d bytes.",
                           KEY_OWNER_MAX_BYTES);
    *out = owner;
    return CLI_DONE;
}

enum cli_exit key_verb_new(const struct args *args)
{
    struct key_job job = {.what = KEY_JOB_NEW};
    enum cli_exit code = read_owner(args, KEY_OWNER_OURSELVES, &job.owner);

    return code == CLI_DONE ? open_and_run(args, &job, KEY_SIGNING,
                                           "signs links from now on, a running server's too.")
                            : code;
}

enum cli_exit key_verb_rotate(const struct args *args)
{
    struct key_job job = {.what = KEY_JOB_ROTATE};

    return open_and_run(args, &job, KEY_SIGNING,
                        "signs links from now on, a running server's too; links that were sent "
                        "stay good.");
}

enum cli_exit key_verb_add(const struct args *args)
{
    struct key_job job = {.what = KEY_JOB_ADD, .text = args_get(args, "public")};
    uint8_t public_key[LINK_PUBLIC_BYTES];
    enum cli_exit code;

    if (!job.text)
        return cli_misused(args, "--public is missing: the Ed25519 public key.");
    job.done.fault = key_fault_of(public_key_read(job.text, public_key));
    if (job.done.fault != KEY_FINE)
        return refuse(args, &job.done);
    code = read_owner(args, NULL, &job.owner);
    return code == CLI_DONE ? open_and_run(args, &job, KEY_SIGNING, "is believed from now on.")
                            : code;
}

static bool read_id(const struct args *args, struct key_job *job)
{
    return link_key_id_parse(args->words[0], &job->done.id);
}

enum cli_exit key_verb_retire(const struct args *args)
{
    struct key_job job = {.what = KEY_JOB_RETIRE};

    if (!read_id(args, &job))
        return cli_misused(args, "\"%s\" is no key id: 8 hex digits.", args->words[0]);
    return open_and_run(args, &job, KEY_VERIFYING, "signs no more; links it signed stay good.");
}

/* Says what would be lost, and asks on a terminal. */
static enum cli_exit ask(const struct args *args, struct open *open, const struct key_job *job)
{
    struct key_counts uses;
    char line[16] = "";
    enum status status = key_ring_uses(&open->service, job->done.id, clock_now_s(), &uses);

    if (status != STATUS_OK)
        return cli_failed(args, status, "The keys can't be read");
    if (args_has(args, "yes"))
        return CLI_DONE;
    if (!isatty(STDIN_FILENO))
        return cli_misused(args,
                           "nobody can be asked here; give --yes. Links of %s were used %lld "
                           "times in the last %d days.",
                           args->words[0], (long long)key_counts_used(&uses), KEY_RING_DAYS);
    fprintf(stderr,
            "Links signed with %s were used %lld times in the last %d days. All that were ever "
            "sent will be refused, also those to unsubscribe, and nobody can undo it.\n"
            "Type yes: ",
            args->words[0], (long long)key_counts_used(&uses), KEY_RING_DAYS);
    fflush(stderr);
    if (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "yes\n") == 0)
        return CLI_DONE;
    return cli_refused(args, "nothing was done.");
}

enum cli_exit key_verb_revoke(const struct args *args)
{
    struct key_job job = {.what = KEY_JOB_REVOKE};
    struct open open;
    enum cli_exit code = CLI_REFUSED;

    if (!read_id(args, &job))
        return cli_misused(args, "\"%s\" is no key id: 8 hex digits.", args->words[0]);
    if (open_data(args, true, &open)) {
        code = ask(args, &open, &job);
        if (code == CLI_DONE)
            code =
                run_job(args, &open, &job, KEY_REVOKED, "is revoked; links it signed are refused.");
    }
    open_end(&open);
    return code;
}
