/*
 * cli/ledger_verify_verb: whether the ledger is what was written, from the database or from an
 * export alone, with a bar; what is wrong is named, with what to do.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli/open.h"
#include "cli/progress.h"
#include "cli/verbs.h"
#include "service/ledger_checkpoint.h"
#include "service/ledger_file.h"
#include "service/operator.h"

#define READ_BYTES 65536

/* The one thing a signal handler may touch. */
static atomic_bool stop_wanted;

static void on_stop(int number)
{
    (void)number;
    atomic_store(&stop_wanted, true);
}

static void watch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_stop, .sa_flags = SA_RESETHAND};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &action, NULL);
}

static bool draw(void *context, int64_t done, int64_t total)
{
    progress_draw(context, done, done, total);
    return !atomic_load(&stop_wanted);
}

static enum cli_exit read_threads(const struct args *args, int *out)
{
    const char *text = args_get(args, "threads");
    char *end;
    cpu_set_t set;
    long threads;

    if (!text) {
        *out = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
        *out = *out > LEDGER_THREADS_MAX ? LEDGER_THREADS_MAX : *out;
        return CLI_DONE;
    }
    threads = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || threads < 1 || threads > LEDGER_THREADS_MAX)
        return cli_misused(args, "--threads must be a number from 1 to %d.", LEDGER_THREADS_MAX);
    *out = (int)threads;
    return CLI_DONE;
}

/* False: it has said why. A file that is not there is none, unless it was asked for. */
static bool read_notes(const struct args *args, const char *path, bool is_asked, struct buf *out)
{
    FILE *file = fopen(path, "r");
    size_t got;

    if (!file && errno == ENOENT && !is_asked)
        return true;
    if (!file) {
        cli_refused(args, "%s: %s", path, strerror(errno));
        return false;
    }
    do {
        buf_reserve(out, READ_BYTES);
        got = fread(out->data + out->len, 1, READ_BYTES, file);
        out->len += got;
    } while (got > 0);
    const bool is_fine = !ferror(file);
    fclose(file);
    if (!is_fine)
        cli_refused(args, "%s can't be read.", path);
    return is_fine;
}

static json_t *finding_json(const struct ledger_finding *finding, int64_t count)
{
    char id[PUBLIC_ID_TEXT_BYTES] = "";
    json_t *json = json_object();

    json_object_set_new(json, "damage", json_string(ledger_damage_key(finding->damage)));
    json_object_set_new(json, "position",
                        finding->position.value ? json_integer(finding->position.value)
                                                : json_null());
    json_object_set_new(json, "other",
                        finding->other.value ? json_integer(finding->other.value) : json_null());
    json_object_set_new(json, "at", cli_json_time(finding->at));
    if (finding->person.value)
        public_id_text(finding->person, id);
    json_object_set_new(json, "person", cli_json_text(*id ? id : NULL));
    json_object_set_new(json, "count", json_integer(count));
    json_object_set_new(json, "words", json_string(ledger_damage_words(finding->damage)));
    return json;
}

static enum cli_exit answer_json(const struct ledger_report *report,
                                 const struct ledger_finding *found, size_t count)
{
    char hash[2 * LEDGER_HASH_BYTES + 1];
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, finding_json(&found[i], report->tally.count[found[i].damage]));
    for (size_t i = 0; i < LEDGER_HASH_BYTES; i++)
        snprintf(hash + 2 * i, 3, "%02x", report->head_hash[i]);
    json_t *json = json_pack(
        "{s:b, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:o}", "whole", count == 0, "entries",
        (json_int_t)report->head.value, "hash", hash, "people", (json_int_t)report->people,
        "private_texts", (json_int_t)report->private_texts, "private_unproven",
        (json_int_t)report->private_unproven, "checkpoints", (json_int_t)report->checkpoints,
        "checkpoint", (json_int_t)report->checkpoint.value, "findings", list);
    const enum cli_exit code = cli_json(json);
    return count == 0 ? code : CLI_REFUSED;
}

/* "entry 1,207 of 23 Nov 2026, 06:18 UTC was altered: …", and where else to look. */
static void say_finding(const struct args *args, const struct ledger_finding *finding,
                        int64_t count)
{
    struct buf line = {0};
    char at[CLOCK_HUMAN_BYTES], id[PUBLIC_ID_TEXT_BYTES];

    if (finding->position.value) {
        buf_adds(&line, "entry ");
        buf_grouped(&line, finding->position.value);
        if (finding->at) {
            clock_human(finding->at, at);
            buf_printf(&line, " of %s", at);
        }
        buf_addc(&line, ' ');
    }
    buf_adds(&line, ledger_damage_words(finding->damage));
    if (finding->damage == LEDGER_REWRITTEN && finding->other.value == 0) {
        buf_adds(&line, "; no earlier checkpoint fits");
    } else if (finding->other.value && finding->other.value != finding->position.value) {
        buf_adds(&line, finding->damage == LEDGER_REORDERED   ? "; that is "
                        : finding->damage == LEDGER_REWRITTEN ? "; what fits ends at "
                        : finding->damage == LEDGER_UNLINKED  ? ", "
                        : finding->damage == LEDGER_CUT_SHORT ? "; there were entries up to "
                                                              : "; so up to ");
        buf_grouped(&line, finding->other.value);
    }
    if (finding->person.value) {
        public_id_text(finding->person, id);
        buf_printf(&line, " (person %s)", id);
    }
    if (count > 1) {
        buf_adds(&line, "; ");
        buf_grouped(&line, count);
        buf_adds(&line, " such, this is the first");
    }
    cli_note(args, "%s.", line.data);
    buf_free(&line);
}

static void say_whole(const struct ledger_report *report, double seconds, int threads)
{
    struct buf line = {0};
    char at[CLOCK_HUMAN_BYTES];

    buf_adds(&line, "The ledger is whole: ");
    buf_grouped(&line, report->head.value);
    buf_adds(&line, report->head.value == 1 ? " entry" : " entries");
    if (report->head_at) {
        clock_human(report->head_at, at);
        buf_printf(&line, " up to %s", at);
    }
    buf_adds(&line, ", ");
    if (report->has_private_check) {
        buf_grouped(&line, report->people);
        buf_adds(&line, report->people == 1 ? " person, " : " people, ");
        buf_grouped(&line, report->private_texts);
        buf_adds(&line, " private texts");
        if (report->private_unproven) {
            buf_adds(&line, " (");
            buf_grouped(&line, report->private_unproven);
            buf_adds(&line, " of an older form, vouched for by a mark and not by the chain)");
        }
        buf_adds(&line, ", ");
    }
    buf_grouped(&line, report->checkpoints);
    buf_adds(&line, report->checkpoints == 1 ? " checkpoint." : " checkpoints.");
    cli_say("%s", line.data);
    buf_clear(&line);
    if (report->checkpoint.value) {
        clock_human(report->checkpoint_at, at);
        buf_adds(&line, "Signed up to entry ");
        buf_grouped(&line, report->checkpoint.value);
        buf_printf(&line, ", %s.", at);
        cli_say("%s", line.data);
    } else {
        cli_say("No checkpoint vouches for it: whoever can write to it could have written all of "
                "it anew.");
    }
    buf_clear(&line);
    buf_printf(&line, "%.2f s, ", seconds);
    buf_grouped(&line, (int64_t)((double)report->head.value / (seconds > 0 ? seconds : 1)));
    buf_printf(&line, " entries/s on %d thread%s", threads, threads == 1 ? "" : "s");
    fprintf(stderr, "%s\n", line.data);
    buf_free(&line);
}

static enum cli_exit answer(const struct args *args, const struct ledger_report *report,
                            double seconds, int threads)
{
    struct ledger_finding found[LEDGER_DAMAGE_COUNT];
    size_t count = 0;

    ledger_tally_list(&report->tally, found, &count);
    if (args_has(args, "json"))
        return answer_json(report, found, count);
    if (count == 0) {
        say_whole(report, seconds, threads);
        return CLI_DONE;
    }
    for (size_t i = 0; i < count; i++)
        say_finding(args, &found[i], report->tally.count[found[i].damage]);
    return cli_refused(args,
                       "THE LEDGER IS NOT WHOLE. The line above that comes first is where to "
                       "begin. Stop the server, keep the data folder as it is, and compare with a "
                       "backup and with checkpoints that were kept elsewhere.");
}

static enum cli_exit verify_database(const struct args *args, int threads)
{
    struct open open = {0};
    struct buf own = {0}, brought = {0};
    struct ledger_report report;
    struct progress progress;
    enum cli_exit code = CLI_REFUSED;
    const char *path = args_get(args, "from-checkpoint");

    if (path && !read_notes(args, path, true, &brought))
        goto out;
    if (path && !ledger_evidence_holds_any(&(struct ledger_evidence){brought.data, brought.len})) {
        code = cli_refused(args, "%s holds no checkpoint.", path);
        goto out;
    }
    if (!open_data(args, false, &open))
        goto out;
    path = arena_printf(open.arena, "%s/%s", open.conf.data, CHECKPOINT_FILE);
    if (!read_notes(args, path, false, &own))
        goto out;
    const struct ledger_evidence evidence[] = {{own.data, own.len}, {brought.data, brought.len}};
    const struct ledger_verify_plan plan = {.service = &open.service,
                                            .threads = threads,
                                            .evidence = evidence,
                                            .evidence_count = 2,
                                            .goes_on = draw,
                                            .context = &progress};
    progress_begin(&progress);
    enum status status = ledger_verify(&plan, open.arena, &report);
    const double seconds = progress_end(&progress);
    if (atomic_load(&stop_wanted))
        code = cli_refused(args, "stopped; nothing can be said of the ledger.");
    else if (status != STATUS_OK)
        code = cli_failed(args, status, "The ledger can't be read");
    else
        code = answer(args, &report, seconds, threads);
out:
    buf_free(&own);
    buf_free(&brought);
    open_end(&open);
    return code;
}

/* A key as base64, or the file that /.well-known/assent/keys.json gave. */
static enum cli_exit read_key(const struct args *args, const char *text,
                              uint8_t out[LINK_PUBLIC_BYTES])
{
    if (operator_read_public_key(text, out))
        return CLI_DONE;
    json_t *json = json_load_file(text, 0, NULL);
    json_t *keys = json_object_get(json, "keys"), *key;
    size_t i;
    bool is_found = false;
    json_array_foreach(keys, i, key)
    {
        const char *purpose = json_string_value(json_object_get(key, "purpose"));
        const char *value = json_string_value(json_object_get(key, "x"));
        if (purpose && value && strcmp(purpose, CHECKPOINT_DOMAIN) == 0)
            is_found = operator_read_public_key(value, out);
    }
    json_decref(json);
    return is_found ? CLI_DONE
                    : cli_misused(args, "--key must be a public key of 32 bytes as base64, or a "
                                        "file like /.well-known/assent/keys.json.");
}

static enum cli_exit verify_export(const struct args *args, int threads)
{
    struct arena *arena = arena_new();
    struct buf brought = {0};
    struct ledger_report report;
    struct progress progress;
    uint8_t key[LINK_PUBLIC_BYTES];
    const char *path = args_get(args, "from-checkpoint"), *key_text = args_get(args, "key");
    enum cli_exit code = CLI_DONE;

    if (path && !read_notes(args, path, true, &brought))
        code = CLI_REFUSED;
    if (code == CLI_DONE && key_text)
        code = read_key(args, key_text, key);
    if (code != CLI_DONE)
        goto out;
    const struct ledger_evidence evidence = {brought.data, brought.len};
    const struct ledger_file_plan plan = {.path = args_get(args, "file"),
                                          .threads = threads,
                                          .public_key = key_text ? key : NULL,
                                          .evidence = &evidence,
                                          .evidence_count = 1,
                                          .goes_on = draw,
                                          .context = &progress};
    progress_begin(&progress);
    const enum status status = ledger_file_verify(&plan, arena, &report);
    const double seconds = progress_end(&progress);
    if (atomic_load(&stop_wanted))
        code = cli_refused(args, "stopped; nothing can be said of the ledger.");
    else if (status == STATUS_NOT_FOUND)
        code = cli_refused(args, "there is no file %s.", plan.path);
    else if (status == STATUS_INVALID)
        code = cli_refused(args, "%s is no file that can be read in pieces; save it first.",
                           plan.path);
    else if (status != STATUS_OK)
        code = cli_failed(args, status, plan.path);
    else
        code = answer(args, &report, seconds, threads);
    if (code == CLI_DONE && !key_text && !args_has(args, "json"))
        cli_note(args, "the checkpoint was held against the key in the file itself; --key with one "
                       "that you got elsewhere shows that the file is of that installation.");
out:
    buf_free(&brought);
    arena_free(arena);
    return code;
}

enum cli_exit ledger_verb_verify(const struct args *args)
{
    int threads = 1;
    enum cli_exit code = read_threads(args, &threads);

    if (code != CLI_DONE)
        return code;
    if (args_has(args, "key") && !args_has(args, "file"))
        return cli_misused(args, "--key goes with --file: a database has its own.");
    watch_signals();
    return args_has(args, "file") ? verify_export(args, threads) : verify_database(args, threads);
}
