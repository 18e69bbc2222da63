/*
 * cli/apikey_verb: keys for programs that use the API: new, list, revoke.
 *
 * A key is printed once, by new, on standard output alone; only its hash is kept.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/api_keys.h"
#include "service/writer.h"

struct apikey_job {
    const char *name; /* NULL: revoke id */
    unsigned scopes;
    int64_t expires_at, id;
    struct api_key_made made;
    enum status answer; /* a refusal is an answer, not a failure of the transaction */
};

static enum status run_apikey(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    struct apikey_job *job = context;
    struct origin origin = open_origin();

    if (job->name)
        return api_keys_make(service, txn, arena, job->name, job->scopes, job->expires_at, &origin,
                             &job->made);
    job->answer = api_keys_end(service, txn, arena, job->id, &origin);
    return job->answer == STATUS_NOT_FOUND ? STATUS_OK : job->answer;
}

static enum cli_exit refusal(const struct args *args, enum api_key_fault fault)
{
    switch (fault) {
    case API_KEY_NAME_BAD:
        return cli_refused(args, "the name must be 1 to %d bytes of text on one line.",
                           API_KEY_NAME_MAX_BYTES);
    case API_KEY_EXPIRY_BAD:
        return cli_refused(args, "--expires must be a day to come.");
    case API_KEY_TOO_MANY:
        return cli_refused(args, "%d keys were made; no more can be.", API_KEYS_MAX);
    case API_KEY_MADE_MEANWHILE:
    case API_KEY_NO_SCOPE:
    case API_KEY_FINE:
    case API_KEY_FAULT_COUNT:
        break;
    }
    return cli_refused(args, "a key must have a scope.");
}

static json_t *scopes_json(unsigned scopes)
{
    json_t *list = json_array();

    for (unsigned n = 0; n < API_SCOPES_COUNT; n++)
        if (scopes & 1U << n)
            json_array_append_new(list, json_string(api_scope_key(n)));
    return list;
}

enum cli_exit apikey_verb_new(const struct args *args)
{
    struct open open = {0};
    struct apikey_job job = {.name = args->words[0], .scopes = SCOPE_CHECK};
    const char *expires = args_get(args, "expires");
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (args_has(args, "scopes") && !api_scopes_parse(args_get(args, "scopes"), &job.scopes))
        return cli_misused(args, "--scopes takes check, links, contacts:read, contacts:write, "
                                 "events, with commas between.");
    if (expires && !clock_read_day(expires, &job.expires_at))
        return cli_misused(args, "--expires must be a day as in 2027-03-31.");
    if (!open_data(args, true, &open))
        goto out;
    status = writer_run(&open.service, open.arena, run_apikey, &job);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The key can't be written");
        goto out;
    }
    if (job.made.fault != API_KEY_FINE) {
        code = refusal(args, job.made.fault);
        goto out;
    }
    code = CLI_DONE;
    if (args_has(args, "json"))
        code = cli_json(json_pack("{s:I, s:o, s:s, s:o, s:o}", "id", (json_int_t)job.made.key.id,
                                  "name", cli_json_text(job.made.key.name), "key", job.made.text,
                                  "scopes", scopes_json(job.made.key.scopes), "expires_at",
                                  cli_json_time(job.made.key.expires_at)));
    else
        cli_say("%s", job.made.text);
out:
    explicit_bzero(job.made.text, sizeof job.made.text);
    open_end(&open);
    return code;
}

static const char *state_of(const struct api_key *key, int64_t now_s)
{
    if (key->revoked_at)
        return "revoked";
    return key->expires_at && key->expires_at <= now_s ? "expired" : "in use";
}

static void list_one(struct arena *arena, const struct api_key *key, json_t *list)
{
    char used[CLOCK_HUMAN_BYTES] = "never";
    const char *state = state_of(key, clock_now_s());

    if (list) {
        json_array_append_new(
            list, json_pack("{s:I, s:o, s:s, s:o, s:s, s:o, s:o, s:o, s:o}", "id",
                            (json_int_t)key->id, "name", cli_json_text(key->name), "hint",
                            key->hint, "scopes", scopes_json(key->scopes), "state", state,
                            "created_at", cli_json_time(key->created_at), "expires_at",
                            cli_json_time(key->expires_at), "used_at", cli_json_time(key->used_at),
                            "revoked_at", cli_json_time(key->revoked_at)));
        return;
    }
    if (key->used_at)
        clock_human(key->used_at, used);
    cli_say("%-4lld %-8s %s…  %-28s used: %-24s %s", (long long)key->id, state, key->hint,
            key->name, used, api_scopes_text(arena, key->scopes));
}

enum cli_exit apikey_verb_list(const struct args *args)
{
    struct open open = {0};
    struct api_key *keys;
    size_t count;
    json_t *list = args_has(args, "json") ? json_array() : NULL;
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (!open_data(args, false, &open))
        goto out;
    status = api_keys_all(&open.service, open.arena, &keys, &count);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The keys can't be read");
        goto out;
    }
    for (size_t i = 0; i < count; i++)
        list_one(open.arena, &keys[i], list);
    if (count == 0 && !list)
        cli_note(args, "there is no API key; \"assent apikey new NAME\" makes one.");
    code = list ? cli_json(json_incref(list)) : CLI_DONE;
out:
    json_decref(list);
    open_end(&open);
    return code;
}

enum cli_exit apikey_verb_revoke(const struct args *args)
{
    struct open open = {0};
    struct apikey_job job = {0};
    char *end;
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    job.id = strtoll(args->words[0], &end, 10);
    if (*args->words[0] < '1' || *args->words[0] > '9' || *end != '\0')
        return cli_misused(args, "ID is the key's number, as in \"assent apikey list\".");
    if (!open_data(args, true, &open))
        goto out;
    status = writer_run(&open.service, open.arena, run_apikey, &job);
    if (status != STATUS_OK)
        code = cli_failed(args, status, "The key can't be revoked");
    else if (job.answer != STATUS_OK)
        code = cli_refused(args,
                           "there is no key %s that is in use; \"assent apikey list\" has "
                           "them.",
                           args->words[0]);
    else if (args_has(args, "json"))
        code = cli_json(json_pack("{s:I, s:s}", "id", (json_int_t)job.id, "state", "revoked"));
    else {
        cli_say("Key %lld is refused from now on.", (long long)job.id);
        code = CLI_DONE;
    }
out:
    open_end(&open);
    return code;
}
