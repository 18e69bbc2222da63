/*
 * cli/hook_verb: hooks: list, add, test, secret, rotate, stop, resume, replay, remove,
 * restore.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/hook_admin.h"
#include "service/hook_kinds.h"
#include "service/writer.h"

#define TEST_WAIT_MS 20000
#define TEST_STEP_MS 200

static const char *state_key(const struct hook *hook)
{
    switch (hook->state) {
    case HOOK_STOPPED:
        return "stopped";
    case HOOK_ON:
        return hook->failing_since ? "failing" : "on";
    case HOOK_FAILED:
        return "failed";
    case HOOK_STATE_COUNT:
        break;
    }
    return "unknown";
}

static json_t *kinds_json(uint64_t kinds)
{
    json_t *list = json_array();

    for (size_t i = 0; i < HOOK_KINDS_COUNT; i++)
        if (hook_kinds_has(kinds, hook_kinds[i].kind))
            json_array_append_new(list, json_string(hook_kinds[i].key));
    return list;
}

static json_t *hook_json(const struct hook_line *line)
{
    const struct hook *hook = &line->hook;

    return json_pack(
        "{s:I, s:o, s:o, s:o, s:s, s:s, s:o, s:I, s:I, s:o, s:i, s:o, s:o}", "id",
        (json_int_t)hook->id, "url", cli_json_text(hook->url), "about", cli_json_text(hook->about),
        "kinds", kinds_json(hook->kinds), "signing", hook_signing_key(hook->signing), "state",
        state_key(hook), "fault", cli_json_text(*hook->fault ? hook->fault : hook->tried_fault),
        "waiting", (json_int_t)line->waiting, "given_up", (json_int_t)line->lost, "tried_at",
        cli_json_time(hook->tried_at), "code", hook->tried_code, "failing_since",
        cli_json_time(hook->failing_since), "created_at", cli_json_time(hook->created_at));
}

static void say_hook(const struct hook_line *line)
{
    const struct hook *hook = &line->hook;
    const char *fault = *hook->fault ? hook->fault : hook->tried_fault;

    cli_say("%-4lld %-8s %s", (long long)hook->id, state_key(hook), hook->url);
    if (*hook->about)
        cli_say("     %s", hook->about);
    if (*fault)
        cli_say("     %s", fault);
    if (line->waiting || line->lost)
        cli_say("     %lld waiting, %lld given up", (long long)line->waiting,
                (long long)line->lost);
}

enum cli_exit hook_verb_list(const struct args *args)
{
    struct open open;
    struct hook_list list;
    enum cli_exit code = CLI_REFUSED;
    json_t *json = NULL;

    if (!open_data(args, false, &open))
        goto out;
    enum status status = hook_admin_list(&open.service, open.arena, &list);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The hooks can't be read");
        goto out;
    }
    code = CLI_DONE;
    if (args_has(args, "json")) {
        json = json_array();
        for (size_t i = 0; i < list.count; i++)
            json_array_append_new(json, hook_json(&list.hooks[i]));
        code = cli_json(json);
        goto out;
    }
    for (size_t i = 0; i < list.count; i++)
        say_hook(&list.hooks[i]);
    if (list.count == 0)
        cli_say("There is no hook. \"assent hooks add URL\" adds one.");
out:
    open_end(&open);
    return code;
}

struct hook_job {
    struct hook_edit edit;
    struct hook_saved saved;
};

static enum status run_hook(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct hook_job *job = context;

    return hook_admin_save(service, txn, arena, &job->edit, &job->saved);
}

/* Does job in open, which must write. CLI_DONE: it was done. */
static enum cli_exit do_job(const struct args *args, struct open *open, struct hook_job *job)
{
    job->edit.origin = open_origin();
    enum status status = writer_run(&open->service, open->arena, run_hook, job);
    if (status != STATUS_OK)
        return cli_failed(args, status, "The hooks can't be written");
    if (job->saved.fault == HOOK_GONE)
        return cli_refused(args, "there is no hook %lld; \"assent hooks list\" has them.",
                           (long long)job->edit.id);
    if (job->saved.fault != HOOK_FINE)
        return cli_refused(args, "%s", hook_fault_words(&job->saved));
    return CLI_DONE;
}

static enum cli_exit read_id(const struct args *args, int64_t *out)
{
    const char *text = args->words[0];
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || *out < 1)
        return cli_misused(args, "\"%s\" is no hook's number; \"assent hooks list\" has them.",
                           text);
    return CLI_DONE;
}

static enum cli_exit read_kinds(const struct args *args, const char *text, uint64_t *out)
{
    uint64_t mask = 0, bit;
    char key[64];

    for (const char *at = text; *at;) {
        size_t len = strcspn(at, ",");
        snprintf(key, sizeof key, "%.*s", (int)(len < sizeof key ? len : sizeof key - 1), at);
        if (!hook_kinds_parse(key, &bit))
            return cli_misused(args, "\"%s\" is no kind of change; the help lists them.", key);
        mask |= bit;
        at += len + (at[len] == ',');
    }
    *out = mask;
    return CLI_DONE;
}

/* What a receiver needs to verify. */
static enum cli_exit say_keys(const struct args *args, const struct hook_saved *saved)
{
    if (args_has(args, "json"))
        return cli_json(json_pack(
            "{s:I, s:o, s:o, s:o, s:o}", "id", (json_int_t)saved->id, "public_key",
            cli_json_text(*saved->public_key ? saved->public_key : NULL), "secret",
            cli_json_text(*saved->secret ? saved->secret : NULL), "older_public_key",
            cli_json_text(*saved->older_public_key ? saved->older_public_key : NULL),
            "older_secret", cli_json_text(*saved->older_secret ? saved->older_secret : NULL)));
    if (*saved->public_key)
        cli_say("Public key  %s", saved->public_key);
    if (*saved->secret)
        cli_say("Secret      %s", saved->secret);
    if (*saved->older_public_key)
        cli_say("Older key   %s  (signs too until a day after the rotation)",
                saved->older_public_key);
    if (*saved->older_secret)
        cli_say("Older       %s  (signs too until a day after the rotation)", saved->older_secret);
    return CLI_DONE;
}

static enum cli_exit show_keys(const struct args *args, struct open *open, int64_t id)
{
    struct hook_job job = {.edit = {.act = HOOK_SHOW_SECRET, .id = id}};
    enum cli_exit code = do_job(args, open, &job);

    return code == CLI_DONE ? say_keys(args, &job.saved) : code;
}

enum cli_exit hook_verb_add(const struct args *args)
{
    struct hook_job job = {.edit = {.act = HOOK_ADD,
                                    .url = args->words[0],
                                    .about = args_get(args, "about"),
                                    .kinds = hook_kinds_all(),
                                    .signing = HOOK_ED25519}};
    const char *kinds = args_get(args, "kinds"), *signing = args_get(args, "signing");
    struct open open;
    enum cli_exit code = CLI_DONE;

    if (kinds)
        code = read_kinds(args, kinds, &job.edit.kinds);
    if (code == CLI_DONE && signing && !hook_signing_parse(signing, &job.edit.signing))
        code = cli_misused(args, "--signing is ed25519, hmac or both.");
    if (code != CLI_DONE)
        return code;
    code = open_data(args, true, &open) ? do_job(args, &open, &job) : CLI_REFUSED;
    if (code == CLI_DONE && !args_has(args, "json"))
        cli_say("Hook %lld is told of changes from now on.", (long long)job.saved.id);
    if (code == CLI_DONE)
        code = show_keys(args, &open, job.saved.id);
    open_end(&open);
    return code;
}

enum cli_exit hook_verb_secret(const struct args *args)
{
    struct open open;
    int64_t id;
    enum cli_exit code = read_id(args, &id);

    if (code != CLI_DONE)
        return code;
    code = open_data(args, true, &open) ? show_keys(args, &open, id) : CLI_REFUSED;
    open_end(&open);
    return code;
}

/* An act on one hook that has nothing more to show; done: what to say then. */
static enum cli_exit act_on(const struct args *args, enum hook_act act, const char *done)
{
    struct hook_job job = {.edit = {.act = act}};
    struct open open;
    enum cli_exit code = read_id(args, &job.edit.id);

    if (code != CLI_DONE)
        return code;
    code = open_data(args, true, &open) ? do_job(args, &open, &job) : CLI_REFUSED;
    open_end(&open);
    if (code != CLI_DONE)
        return code;
    if (args_has(args, "json"))
        return cli_json(json_pack("{s:I, s:b, s:I}", "id", (json_int_t)job.saved.id, "changed",
                                  !job.saved.is_unchanged, "count", (json_int_t)job.saved.count));
    if (job.saved.is_unchanged)
        cli_say("Hook %lld was so already.", (long long)job.saved.id);
    else if (act == HOOK_REPLAY_ALL)
        cli_say("%lld messages are sent again.", (long long)job.saved.count);
    else
        cli_say("Hook %lld %s", (long long)job.saved.id, done);
    return CLI_DONE;
}

enum cli_exit hook_verb_rotate(const struct args *args)
{
    return act_on(
        args, HOOK_ROTATE,
        "has a new secret (\"assent hooks secret\"); the one before signs too for a day.");
}

enum cli_exit hook_verb_stop(const struct args *args)
{
    return act_on(args, HOOK_STOP, "is stopped; what changes meanwhile waits.");
}

enum cli_exit hook_verb_resume(const struct args *args)
{
    return act_on(args, HOOK_RESUME, "goes on with what waited.");
}

enum cli_exit hook_verb_replay(const struct args *args)
{
    return act_on(args, HOOK_REPLAY_ALL, "");
}

enum cli_exit hook_verb_remove(const struct args *args)
{
    return act_on(args, HOOK_REMOVE,
                  "is removed; \"assent hooks restore\" brings it back within the hour.");
}

enum cli_exit hook_verb_restore(const struct args *args)
{
    return act_on(args, HOOK_RESTORE, "is back, with its keys and what waited.");
}

/* Waits until the courier has tried delivery once. False: nothing was tried in time. */
static bool wait_for_try(struct open *open, int64_t delivery, struct hook_delivery *out)
{
    for (int waited = 0; waited < TEST_WAIT_MS; waited += TEST_STEP_MS) {
        nanosleep(&(struct timespec){.tv_nsec = TEST_STEP_MS * 1000000L}, NULL);
        if (hook_admin_delivery(&open->service, open->arena, delivery, out) == STATUS_OK &&
            out->tries > 0)
            return true;
    }
    return false;
}

enum cli_exit hook_verb_test(const struct args *args)
{
    struct hook_job job = {.edit = {.act = HOOK_TEST}};
    struct hook_delivery delivery = {0};
    struct open open;
    enum cli_exit code = read_id(args, &job.edit.id);
    bool was_tried = false;

    if (code != CLI_DONE)
        return code;
    code = open_data(args, true, &open) ? do_job(args, &open, &job) : CLI_REFUSED;
    if (code == CLI_DONE)
        was_tried = wait_for_try(&open, job.saved.count, &delivery);
    if (code == CLI_DONE && !was_tried)
        code = cli_refused(args, "nothing was sent within 20 seconds: is \"assent courier\", which "
                                 "\"assent serve\" starts, running?");
    else if (code == CLI_DONE && delivery.outcome != HOOK_DELIVERED)
        code = cli_refused(args, "the test was not taken: %s.", delivery.fault);
    else if (code == CLI_DONE && args_has(args, "json"))
        code = cli_json(
            json_pack("{s:I, s:i}", "id", (json_int_t)job.saved.id, "code", delivery.code));
    else if (code == CLI_DONE)
        cli_say("Taken: the endpoint answered %d.", delivery.code);
    open_end(&open);
    return code;
}
