/*
 * cli/restore_verb: restore: a backup in the place of the present database, after it was checked
 * and it was said what changes.
 */
#include <inttypes.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli/claim.h"
#include "cli/open.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/verbs.h"
#include "service/ledger_verify.h"
#include "service/restore.h"

static bool draw(void *context, int64_t done, int64_t total)
{
    if (total > 0)
        progress_draw(context, done, done, total);
    return !stop_is_wanted();
}

static int64_t noes_count(const struct restore_noes *noes)
{
    return noes->opted_out + noes->narrowed + noes->strangers + noes->erased + noes->blocked +
           noes->link_keys + noes->api_keys + noes->admins;
}

static const struct {
    size_t offset;
    const char *key, *one, *many;
} kinds[] = {
    {offsetof(struct restore_noes, opted_out), "opted_out", "person opted out", "people opted out"},
    {offsetof(struct restore_noes, narrowed), "narrowed",
     "person turned topics off, paused, or had earlier links voided",
     "people turned topics off, paused, or had earlier links voided"},
    {offsetof(struct restore_noes, strangers), "strangers",
     "address that the backup does not know said no",
     "addresses that the backup does not know said "
     "no"},
    {offsetof(struct restore_noes, erased), "erased", "person was erased", "people were erased"},
    {offsetof(struct restore_noes, blocked), "blocked", "address became refused for good",
     "addresses became refused for good"},
    {offsetof(struct restore_noes, link_keys), "link_keys", "link key was made, retired or revoked",
     "link keys were made, retired or revoked"},
    {offsetof(struct restore_noes, api_keys), "api_keys", "API key was revoked",
     "API keys were revoked"},
    {offsetof(struct restore_noes, admins), "admins",
     "admin was removed, disabled or given a lesser role",
     "admins were removed, disabled or given a lesser role"},
};
#define KIND_COUNT (sizeof kinds / sizeof *kinds)

static int64_t count_of(const struct restore_noes *noes, size_t kind)
{
    int64_t count;
    memcpy(&count, (const char *)noes + kinds[kind].offset, sizeof count);
    return count;
}

static void say_noes(const struct restore_noes *noes)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const int64_t count = count_of(noes, i);
        struct buf line = {0};
        if (count == 0)
            continue;
        buf_grouped(&line, count);
        cli_say("  %s %s", line.data, count == 1 ? kinds[i].one : kinds[i].many);
        buf_free(&line);
    }
}

static json_t *noes_json(const struct restore_noes *noes)
{
    json_t *json = json_object();
    for (size_t i = 0; i < KIND_COUNT; i++)
        json_object_set_new(json, kinds[i].key, json_integer(count_of(noes, i)));
    return json;
}

static const char *grouped(struct arena *arena, int64_t value)
{
    struct buf buf = {0};
    buf_grouped(&buf, value);
    const char *text = arena_strndup(arena, buf.data, buf.len);
    buf_free(&buf);
    return text;
}

static void say_backup(const struct args *args, struct arena *arena,
                       const struct restore_facts *facts)
{
    const struct backup_facts *backup = &facts->backup;
    char at[CLOCK_HUMAN_BYTES];

    clock_human(backup->head_at, at);
    cli_say("%s holds %s %s and the ledger up to entry %s of %s.", args->words[0],
            grouped(arena, backup->people), backup->people == 1 ? "person" : "people",
            grouped(arena, backup->head.value), at);
    if (backup->checkpoint.value != 0)
        cli_say("It is sound: every page, every entry of the ledger, signed up to entry %s.",
                grouped(arena, backup->checkpoint.value));
    else
        cli_say(
            "It is sound: every page, every entry of the ledger. No checkpoint was signed yet.");
    if (facts->version != store_version())
        cli_say("It is brought from database version %d to %d.", facts->version, store_version());
}

static void say_present(struct arena *arena, const struct restore_facts *facts)
{
    const int64_t newer = facts->present.head.value - facts->common.value;
    const int64_t apart = facts->backup.head.value - facts->common.value;

    if (!facts->has_present) {
        cli_say("There is no database now that it would replace.");
        return;
    }
    if (!facts->is_readable) {
        cli_say(
            "The present database can't be read (%s): what is newer than the backup would be "
            "lost,\nno's among it, and NOTHING CAN BE CARRIED OVER. If there is a newer backup, "
            "take that.",
            facts->present_fault);
        return;
    }
    if (apart > 0)
        cli_say(
            "The present ledger is another one from entry %s on: the backup has %s entries that "
            "it lacks.",
            grouped(arena, facts->common.value + 1), grouped(arena, apart));
    cli_say("%s %s newer than the backup would be lost.", grouped(arena, newer),
            newer == 1 ? "entry" : "entries");
    if (facts->yes_lost > 0)
        cli_say("%s %s come, opted in or turned a topic on since: that is lost, and they are not "
                "mailed.",
                grouped(arena, facts->yes_lost),
                facts->yes_lost == 1 ? "person has" : "people have");
    if (noes_count(&facts->noes) == 0)
        cli_say("No no's are among them.");
    else
        cli_say("No's are among them:");
    say_noes(&facts->noes);
}

/* One line; the default where it is empty. */
static bool ask(const char *question, char *line, size_t size)
{
    fprintf(stderr, "%s", question);
    fflush(stderr);
    if (fgets(line, (int)size, stdin) == NULL)
        return false;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

/* CLI_DONE: go on. */
static enum cli_exit decide(const struct args *args, const struct restore_facts *facts,
                            bool *carries)
{
    char line[16] = "";

    *carries = facts->is_readable && !args_has(args, "without-noes");
    if (args_has(args, "yes"))
        return CLI_DONE;
    if (!isatty(STDIN_FILENO)) {
        cli_misused(args, "nobody can be asked here; give --yes.");
        return CLI_MISUSED;
    }
    if (*carries && noes_count(&facts->noes) > 0) {
        if (!ask("Carry these no's over into the restored list? [Y/n] ", line, sizeof line))
            return cli_refused(args, "nothing was done.");
        *carries = line[0] != 'n' && line[0] != 'N';
    }
    if (ask("Put the backup in place now? Type yes: ", line, sizeof line) &&
        strcmp(line, "yes") == 0)
        return CLI_DONE;
    return cli_refused(args, "nothing was done.");
}

static enum cli_exit say_done(const struct args *args, struct open *open,
                              const struct restore_facts *facts, const struct restore_noes *carried,
                              const char *aside)
{
    if (args_has(args, "json"))
        return cli_json(json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:o}", "file",
                                  cli_json_text(args->words[0]), "aside", cli_json_text(aside),
                                  "position", (json_int_t)facts->backup.head.value, "lost",
                                  (json_int_t)(facts->present.head.value - facts->common.value),
                                  "common", (json_int_t)facts->common.value, "people",
                                  (json_int_t)facts->backup.people, "carried", noes_json(carried)));
    cli_say("Restored.");
    if (noes_count(carried) > 0)
        cli_say("Carried over, each with its entry in the ledger:");
    say_noes(carried);
    if (aside)
        cli_say("The former database is kept as %s.\nTo take this back: assent restore %s", aside,
                aside);
    cli_say("All admins must log in anew, with the passwords and second factors of the backup.");
    if (facts->has_present && facts->is_readable)
        cli_say("Systems that follow the feed from behind entry %s must "
                "read it anew from there.",
                grouped(open->arena, facts->common.value));
    return CLI_DONE;
}

static enum cli_exit explain(const struct args *args, enum status status, const char *fault)
{
    if (stop_is_wanted())
        return cli_refused(args, "stopped; nothing was changed.");
    if (*fault)
        return cli_refused(args, "%s. Nothing was changed.", fault);
    if (status == STATUS_NOT_FOUND)
        return cli_refused(args, "there is no file %s.", args->words[0]);
    return cli_failed(args, status, "Nothing was changed");
}

static enum cli_exit finish(const struct args *args, struct open *open, struct restore *restore)
{
    const struct restore_facts *facts = restore_facts(restore);
    struct restore_noes carried;
    const char *aside = NULL, *fault = "";
    bool carries;

    if (!args_has(args, "json")) {
        say_backup(args, open->arena, facts);
        say_present(open->arena, facts);
        fflush(stdout);
    }
    const enum cli_exit code = decide(args, facts, &carries);
    if (code != CLI_DONE)
        return code;
    const enum status status = restore_finish(restore, carries, &aside, &carried, &fault);
    if (status == STATUS_CORRUPT && *fault)
        return cli_refused(args, "%s.", fault);
    return status == STATUS_OK ? say_done(args, open, facts, &carried, aside)
                               : explain(args, status, fault);
}

enum cli_exit restore_verb_run(const struct args *args)
{
    struct open open = {0};
    struct progress progress;
    struct restore *restore = NULL;
    const char *fault = "";
    cpu_set_t set;
    enum cli_exit code = CLI_REFUSED;

    if (!open_conf(args, &open))
        goto out;
    if (access(open.conf.data, W_OK) != 0) {
        code = cli_refused(
            args,
            "there is no data folder %s to write to. On a new machine bring the keys back "
            "first: \"assent keys restore FILE\" makes it. \"assent init\" begins an "
            "empty list.",
            open.conf.data);
        goto out;
    }
    if (!claim_folder(args, open.arena, &open.conf))
        goto out;
    const int processors = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    const struct restore_plan plan = {
        .conf = &open.conf,
        .path = args->words[0],
        .threads = processors > LEDGER_THREADS_MAX ? LEDGER_THREADS_MAX : processors,
        .goes_on = draw,
        .context = &progress};
    stop_watch();
    progress_begin(&progress);
    progress.unit = "steps";
    const enum status status = restore_begin(&plan, open.arena, &restore, &fault);
    (void)progress_end(&progress);
    code = status == STATUS_OK ? finish(args, &open, restore) : explain(args, status, fault);
    restore_end(restore);
out:
    open_end(&open);
    return code;
}
