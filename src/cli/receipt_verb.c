/*
 * cli/receipt_verb: receipt verify: whether a receipt's file is what a key signed, what it says,
 * and whether the ledger here says the same.
 *
 * With --key nothing of this installation is looked at: any machine will do.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/input.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/receipt_check.h"

#define KEY_FILE_MAX_BYTES 65536

struct verifying {
    const struct args *args;
    struct open open;
    struct receipt_keys keys;
    bool is_own; /* the keys are this installation's, whose ledger is looked at too */
    struct receipt_check check;
    struct receipt_in_ledger ledger;
};

static const char *const reasons[RECEIPT_VERDICT_COUNT] = {
    [RECEIPT_UNREAD] = "unread",
    [RECEIPT_FOREIGN] = "other_key",
    [RECEIPT_ALTERED] = "altered",
    [RECEIPT_VALID] = "valid",
};
static const char *const places[RECEIPT_PLACE_COUNT] = {
    [RECEIPT_FITS] = "fits",
    [RECEIPT_DIFFERS] = "differs",
    [RECEIPT_ABSENT] = "absent",
};

/* At most max bytes and one more, which tells that there were more. NULL: it has said why not. */
static char *read_all(const struct args *args, struct arena *arena, const char *path, size_t max,
                      size_t *len)
{
    int64_t bytes;
    FILE *file = input_open(args, path, &bytes);

    if (!file)
        return NULL;
    char *data = arena_alloc(arena, max + 1);
    *len = fread(data, 1, max + 1, file);
    const bool is_bad = ferror(file) != 0;
    const int why = errno;
    fclose(file);
    if (!is_bad)
        return data;
    cli_refused(args, "%s can't be read: %s.", path, strerror(why));
    return NULL;
}

/* --key: a key, or a file that holds keys. */
static enum cli_exit read_keys(struct verifying *job)
{
    const char *key = args_get(job->args, "key");
    struct arena *arena = job->open.arena;
    size_t len;

    if (receipt_check_keys(arena, key, strlen(key), &job->keys) == STATUS_OK)
        return CLI_DONE;
    const char *text = read_all(job->args, arena, key, KEY_FILE_MAX_BYTES, &len);
    if (!text)
        return CLI_MISUSED;
    if (len <= KEY_FILE_MAX_BYTES && receipt_check_keys(arena, text, len, &job->keys) == STATUS_OK)
        return CLI_DONE;
    return cli_misused(job->args,
                       "--key takes a public key of 32 bytes as base64url, or a file "
                       "as /.well-known/assent/keys.json is, and %s is neither.",
                       key);
}

static enum cli_exit open_keys(struct verifying *job)
{
    job->is_own = !args_has(job->args, "key");
    if (!job->is_own) {
        job->open.arena = arena_new();
        if (crypto_start() != STATUS_OK)
            return cli_failed(job->args, STATUS_IO, "No randomness to be had");
        return read_keys(job);
    }
    if (!open_data(job->args, false, &job->open))
        return CLI_REFUSED;
    job->keys = receipt_check_own(&job->open.service, job->open.arena);
    return CLI_DONE;
}

static json_t *text_or_null(const char *text)
{
    return *text ? cli_json_text(text) : json_null();
}

static json_t *purposes_json(const struct receipt_said *said)
{
    json_t *list = json_array();

    for (size_t i = 0; i < said->purposes_count; i++) {
        const struct receipt_said_purpose *one = &said->purposes[i];
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:o, s:o}", "id", text_or_null(one->id), "name",
                                        text_or_null(one->name), "state", text_or_null(one->state),
                                        "frequency", text_or_null(one->frequency)));
    }
    return list;
}

static json_t *ledger_json(const struct verifying *job)
{
    const struct receipt_in_ledger *ledger = &job->ledger;
    const bool fits = ledger->place == RECEIPT_FITS;

    if (!job->is_own)
        return json_null();
    return json_pack("{s:s, s:o, s:o, s:o}", "entry", places[ledger->place], "blanked",
                     fits ? json_boolean(ledger->is_blanked) : json_null(), "erased",
                     fits ? json_boolean(!ledger->masked_email) : json_null(), "address",
                     cli_json_text(ledger->masked_email));
}

static enum cli_exit answer_json(const struct verifying *job, bool is_good)
{
    const struct receipt_check *check = &job->check;
    const struct receipt_said *said = &check->file.said;
    json_t *json = json_pack("{s:b, s:s}", "valid", check->verdict == RECEIPT_VALID, "verdict",
                             reasons[check->verdict]);

    if (check->verdict == RECEIPT_UNREAD)
        json_object_set_new(json, "fault", cli_json_text(receipt_fault_words(check->file.fault)));
    if (check->verdict != RECEIPT_UNREAD)
        json_object_set_new(json, "key", cli_json_text(check->file.key_id));
    if (check->verdict == RECEIPT_VALID) {
        json_t *more =
            json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o}", "receipt_id",
                      text_or_null(said->receipt_id), "record_id", text_or_null(said->record_id),
                      "principal", text_or_null(said->principal), "time", cli_json_time(said->time),
                      "type", text_or_null(said->type), "by", text_or_null(said->by), "state",
                      text_or_null(said->state), "purposes", purposes_json(said), "position",
                      (json_int_t)said->position, "hash", text_or_null(said->hash), "ledger",
                      ledger_json(job));
        json_object_update_missing(json, more);
        json_decref(more);
    }
    const enum cli_exit code = cli_json(json);
    return is_good ? code : CLI_REFUSED;
}

static enum cli_exit refuse(const struct verifying *job)
{
    const struct receipt_file *file = &job->check.file;

    switch (job->check.verdict) {
    case RECEIPT_FOREIGN:
        return cli_refused(job->args,
                           "not valid: it names the key %s, which is not %s. \"--key\" takes "
                           "another site's keys.",
                           file->key_id, job->is_own ? "this installation's" : "among those given");
    case RECEIPT_ALTERED:
        return cli_refused(job->args,
                           "not valid: the key %s did not sign this. It was changed since it was "
                           "signed, or never was.",
                           file->key_id);
    case RECEIPT_UNREAD:
    case RECEIPT_VALID:
    case RECEIPT_VERDICT_COUNT:
        break;
    }
    if (file->line > 0)
        return cli_refused(job->args, "not valid, line %d: %s", file->line,
                           receipt_fault_words(file->fault));
    return cli_refused(job->args, "not valid: %s", receipt_fault_words(file->fault));
}

static void say_purposes(const struct receipt_said *said)
{
    for (size_t i = 0; i < said->purposes_count; i++) {
        const struct receipt_said_purpose *one = &said->purposes[i];
        const bool is_often = *one->frequency && strcmp(one->frequency, "all") != 0;
        cli_say("           %s: %s%s%s", *one->name ? one->name : one->id, one->state,
                is_often ? ", at most " : "", is_often ? one->frequency : "");
    }
}

static void say_content(struct arena *arena, const struct receipt_said *said)
{
    char at[CLOCK_HUMAN_BYTES] = "at a time it does not name", until[CLOCK_HUMAN_BYTES];

    if (said->time)
        clock_human(said->time, at);
    cli_say("Receipt    %s", said->receipt_id);
    cli_say("Who        %s", said->principal);
    cli_say("When       %s", at);
    cli_say("What       %s, by %s; consent %s", said->type, said->by, said->state);
    say_purposes(said);
    if (said->paused_until) {
        clock_human(said->paused_until, until);
        cli_say("Paused     until %s", until);
    }
    if (*said->wording)
        cli_say("Page read  %s (%s)%s%s", said->wording, said->language,
                *said->wording_hash ? ", its texts' hash " : "", said->wording_hash);
    cli_say("Kept by    %s%s", said->controller,
            *said->site ? arena_printf(arena, ", %s", said->site) : "");
    cli_say("Ledger     entry %lld, hash %s", (long long)said->position, said->hash);
}

/* Where the ledger here speaks against it, on standard error. */
static enum cli_exit say_ledger(const struct verifying *job)
{
    const struct receipt_in_ledger *ledger = &job->ledger;

    switch (ledger->place) {
    case RECEIPT_FITS:
        cli_say("Here       the ledger's entry has that hash%s; %s",
                ledger->is_blanked ? ", private texts of it were blanked since" : "",
                ledger->masked_email
                    ? arena_printf(job->open.arena, "the person is %s", ledger->masked_email)
                    : "the person was erased since");
        return CLI_DONE;
    case RECEIPT_DIFFERS:
        return cli_refused(job->args, "the signature is good, but the ledger's entry here has "
                                      "another hash: it was altered, or this is another history.");
    case RECEIPT_ABSENT:
    case RECEIPT_PLACE_COUNT:
        break;
    }
    return cli_refused(job->args, "the signature is good, but the ledger here has no such entry: "
                                  "it was cut short, or is an older copy.");
}

static enum cli_exit answer(const struct verifying *job)
{
    const struct receipt_check *check = &job->check;
    const bool is_valid = check->verdict == RECEIPT_VALID;

    if (args_has(job->args, "json"))
        return answer_json(job, is_valid && (!job->is_own || job->ledger.place == RECEIPT_FITS));
    if (!is_valid)
        return refuse(job);
    cli_say("Valid: signed with the key %s%s, and not changed since.", check->file.key_id,
            job->is_own ? " of this installation" : "");
    say_content(job->open.arena, &check->file.said);
    return job->is_own ? say_ledger(job) : CLI_DONE;
}

enum cli_exit receipt_verb_verify(const struct args *args)
{
    struct verifying job = {.args = args};
    enum status status = STATUS_OK;
    size_t len;
    enum cli_exit code = open_keys(&job);

    if (code != CLI_DONE)
        goto out;
    code = CLI_REFUSED;
    const char *data =
        read_all(args, job.open.arena, args->words[0], RECEIPT_FILE_MAX_BYTES + 16, &len);
    if (!data)
        goto out;
    job.check = receipt_check(job.open.arena, &job.keys, data, len);
    if (job.is_own && job.check.verdict == RECEIPT_VALID)
        status = receipt_check_ledger(&job.open.service, job.open.arena, &job.check.file.said,
                                      &job.ledger);
    code =
        status == STATUS_OK ? answer(&job) : cli_failed(args, status, "The ledger can't be read");
out:
    open_end(&job.open);
    return code;
}
