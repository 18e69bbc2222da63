/*
 * cli/key_verb: the key ring: list, new, add, retire, revoke.
 */
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/keys.h"
#include "service/operator.h"
#include "service/writer.h"

#define OWNER_MAX_BYTES 80
#define OWNER_OURSELVES "this server"

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

static json_t *key_json(const struct link_key *key)
{
    char id[LINK_KEY_ID_TEXT_BYTES], public_key[48];

    link_key_id_text(id_of(key), id);
    crypto_base64url(key->public_key, sizeof key->public_key, public_key, sizeof public_key);
    return json_pack("{s:s, s:s, s:o, s:s, s:o, s:o}", "id", id, "state", state_key(key->state),
                     "owner", cli_json_text(key->owner), "public", public_key, "created_at",
                     cli_json_time(key->created_at), "changed_at", cli_json_time(key->changed_at));
}

enum cli_exit key_verb_list(const struct args *args)
{
    struct open open;
    struct link_key *keys;
    size_t count;
    enum cli_exit code = CLI_REFUSED;
    enum status status;
    json_t *list = args_has(args, "json") ? json_array() : NULL;

    if (!open_data(args, false, &open))
        goto out;
    status = operator_keys(&open.service, open.arena, &keys, &count);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The keys can't be read");
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        char id[LINK_KEY_ID_TEXT_BYTES], at[CLOCK_HUMAN_BYTES];
        if (list) {
            json_array_append_new(list, key_json(&keys[i]));
            continue;
        }
        link_key_id_text(id_of(&keys[i]), id);
        clock_human(keys[i].created_at, at);
        cli_say("%s  %-10s %-24s %s", id, state_key(keys[i].state), at, keys[i].owner);
    }
    code = list ? cli_json(json_incref(list)) : CLI_DONE;
out:
    json_decref(list);
    open_end(&open);
    return code;
}

/* One change of the ring: which, and what came of it. */
struct key_job {
    enum { KEY_JOB_NEW, KEY_JOB_ADD, KEY_JOB_STATE } what;
    const char *owner;
    uint8_t public_key[LINK_PUBLIC_BYTES];
    enum link_key_state state;
    struct link_key_id id;
    enum status answer; /* a refusal is an answer, not a failure of the transaction */
};

static enum status run_key(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct key_job *job = context;
    struct origin origin = open_origin();

    (void)arena;
    switch (job->what) {
    case KEY_JOB_NEW:
        job->answer = keys_new(service, txn, job->owner, &origin, &job->id);
        break;
    case KEY_JOB_ADD:
        job->answer = keys_add(service, txn, job->public_key, job->owner, &origin, &job->id);
        break;
    case KEY_JOB_STATE:
        job->answer = keys_set_state(service, txn, job->id, job->state, &origin);
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

static enum cli_exit run_job(const struct args *args, struct key_job *job, const char *done)
{
    struct open open;
    enum cli_exit code = CLI_REFUSED;
    enum status status;
    char id[LINK_KEY_ID_TEXT_BYTES];

    if (!open_data(args, true, &open))
        goto out;
    status = writer_run(&open.service, open.arena, run_key, job);
    link_key_id_text(job->id, id);
    if (status != STATUS_OK)
        code = cli_failed(args, status, "The key ring can't be written");
    else if (job->answer == STATUS_NOT_FOUND)
        code = cli_refused(args, "there is no key %s; \"assent keys list\" has them.", id);
    else if (job->answer == STATUS_CONFLICT)
        code = cli_refused(args, "that key, or one with its id, is there already.");
    else if (job->answer == STATUS_REFUSED)
        code = cli_refused(args, "key %s was revoked, and that is for ever.", id);
    else if (args_has(args, "json"))
        code = cli_json(json_pack("{s:s, s:s}", "id", id, "state", state_key(job->state)));
    else {
        cli_say("Key %s %s", id, done);
        code = CLI_DONE;
    }
out:
    open_end(&open);
    return code;
}

/* The owner as it will be stored, or CLI_MISUSED. */
static enum cli_exit read_owner(const struct args *args, const char *fallback, const char **out)
{
    const char *owner = args_has(args, "owner") ? args_get(args, "owner") : fallback;

    if (!owner)
        return cli_misused(args, "--owner is missing: whose key is it?");
    if (!fold_is_utf8(owner, strlen(owner)) || strlen(owner) > OWNER_MAX_BYTES ||
        owner[strspn(owner, " \t\r\n")] == '\0')
        return cli_misused(args, "--owner must be a name of at most %d bytes.", OWNER_MAX_BYTES);
    *out = owner;
    return CLI_DONE;
}

enum cli_exit key_verb_new(const struct args *args)
{
    struct key_job job = {.what = KEY_JOB_NEW, .state = KEY_SIGNING};
    enum cli_exit code = read_owner(args, OWNER_OURSELVES, &job.owner);

    return code == CLI_DONE
               ? run_job(args, &job, "signs links from now on, a running server's too.")
               : code;
}

enum cli_exit key_verb_add(const struct args *args)
{
    struct key_job job = {.what = KEY_JOB_ADD, .state = KEY_VERIFYING};
    const char *text = args_get(args, "public");
    enum cli_exit code;

    if (!text)
        return cli_misused(args, "--public is missing: the Ed25519 public key as base64.");
    if (!operator_read_public_key(text, job.public_key))
        return cli_misused(args, "--public must be 32 bytes as base64.");
    code = read_owner(args, NULL, &job.owner);
    return code == CLI_DONE ? run_job(args, &job, "is believed from now on.") : code;
}

static enum cli_exit set_state(const struct args *args, enum link_key_state state, const char *done)
{
    struct key_job job = {.what = KEY_JOB_STATE, .state = state};

    if (!link_key_id_parse(args->words[0], &job.id))
        return cli_misused(args, "\"%s\" is no key id: 8 hex digits.", args->words[0]);
    return run_job(args, &job, done);
}

enum cli_exit key_verb_retire(const struct args *args)
{
    return set_state(args, KEY_VERIFYING, "signs no more; links it signed stay good.");
}

enum cli_exit key_verb_revoke(const struct args *args)
{
    return set_state(args, KEY_REVOKED, "is revoked; links it signed are refused.");
}
