/*
 * cli/activity_verb: activity: the ledger by who, what, topic, time and person, newest first; the
 * same as Communications → Activity, without a server.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/activity.h"
#include "view/activity.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX     1000000000
#define PIECE_ROWS    500

enum form { FORM_LINES, FORM_CSV, FORM_JSON };

struct printing {
    enum form form;
    int64_t left; /* of --limit */
    int64_t count;
    struct activity_names names;
    struct buf out;
};

static void say_line(const struct activity_line *line)
{
    const struct activity_person *person = &line->person;
    const char *proof = line->words.proof;
    char at[CLOCK_HUMAN_BYTES];

    clock_human(line->words.at, at);
    cli_say("%-10lld %-24s %s", (long long)line->entry.position.value, at, line->words.what);
    if (*person->public_id)
        cli_say("%-35s of %s%s%s%s", "", person->is_gone ? "someone who was erased" : person->name,
                *person->name ? " <" : "", person->email, *person->name ? ">" : "");
    cli_say("%-35s by %s%s%s", "", line->words.who, *proof ? ", " : "", proof);
    if (line->words.note && *line->words.note)
        cli_say("%-35s \"%s\"", "", line->words.note);
    if (*line->words.campaign)
        cli_say("%-35s on the link: %s", "", line->words.campaign);
}

static bool put_lines(struct printing *printing, const struct activity_line *lines, size_t count)
{
    buf_clear(&printing->out);
    for (size_t i = 0; i < count; i++) {
        if (printing->form == FORM_CSV)
            view_activity_csv(&printing->out, &lines[i], &printing->names);
        else if (printing->form == FORM_JSON)
            view_activity_json(&printing->out, &lines[i], &printing->names);
        else
            say_line(&lines[i]);
    }
    printing->count += (int64_t)count;
    printing->left -= (int64_t)count;
    if (printing->out.len > 0)
        fwrite(printing->out.data, 1, printing->out.len, stdout);
    return !ferror(stdout);
}

static enum cli_exit print_all(const struct args *args, struct open *open,
                               struct activity_query *query, struct printing *printing)
{
    struct arena *scratch = arena_new();
    enum cli_exit code = CLI_DONE;
    bool is_last = false;

    if (printing->form == FORM_CSV) {
        view_activity_csv_head(&printing->out);
        fwrite(printing->out.data, 1, printing->out.len, stdout);
    }
    while (!is_last && printing->left > 0 && code == CLI_DONE) {
        const int limit = printing->left < PIECE_ROWS ? (int)printing->left : PIECE_ROWS;
        struct activity_line *lines;
        size_t count;
        arena_reset(scratch);
        enum status status =
            activity_next(&open->service, scratch, query, limit, &lines, &count, &is_last);
        if (status != STATUS_OK)
            code = cli_failed(args, status, "The ledger can't be read to the end");
        else if (!put_lines(printing, lines, count))
            code = cli_refused(args, "the list can't be written; it is not whole.");
    }
    if (code == CLI_DONE && (ferror(stdout) || fflush(stdout) != 0))
        code = cli_refused(args, "the list can't be written; it is not whole.");
    arena_free(scratch);
    return code;
}

static const char *given(const struct args *args, const char *name)
{
    const char *value = args_get(args, name);

    return value ? value : "";
}

/* A filter that can't be read, in words; several people are listed. */
static enum cli_exit explain(const struct args *args, const struct activity_list *list)
{
    const struct {
        enum activity_fault fault;
        const char *words;
    } faults[] = {
        {ACTIVITY_ACTOR_BAD,
         "--actor must be person, recipient, one_click, mailto, admin, operator, import, api or "
         "system; with a number for one of them, as in admin:3."},
        {ACTIVITY_KIND_BAD, "--kind is none that there is. \"assent activity --help\" lists them."},
        {ACTIVITY_TOPIC_BAD, "--topic is none that there is. \"assent topics\" lists them."},
        {ACTIVITY_FROM_BAD, "--from must be a day, as in 2026-11-03, or a time, as in "
                            "2026-11-03T09:41:00Z."},
        {ACTIVITY_TO_BAD, "--to must be a day, as in 2026-11-30, or a time, as in "
                          "2026-11-30T23:59:59Z."},
        {ACTIVITY_TIMES_CROSSED, "--to is before --from."},
        {ACTIVITY_PLACE_BAD, "--before must be a position, from 2 on."},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if ((list->faults & faults[i].fault) != 0)
            return cli_misused(args, "%s", faults[i].words);
    if ((list->faults & (ACTIVITY_NOBODY_FOUND | ACTIVITY_PERSON_BAD)) != 0)
        return cli_refused(args, "nobody is \"%s\".", given(args, "person"));
    cli_note(args, "several people are \"%s\"; say which by the address:", given(args, "person"));
    for (size_t i = 0; i < list->found_count; i++)
        cli_note(args, "  %s  %s", list->found[i].email, list->found[i].name);
    return cli_refused(args, list->found_is_cut ? "and there are more." : "one of these.");
}

static bool is_public_id(const char *text)
{
    struct public_id id;

    return public_id_parse(text, &id);
}

/* --before POSITION: those below it. */
static const char *older_of(const struct args *args, struct arena *arena)
{
    const char *text = given(args, "before");
    char *end = NULL;
    const long long before = strtoll(text, &end, 10);

    if (*text == '\0')
        return "";
    return *text >= '0' && *text <= '9' && *end == '\0' && before > 1
               ? arena_printf(arena, "%lld", before - 1)
               : "none";
}

static enum cli_exit read_limit(const struct args *args, struct printing *printing)
{
    const char *text = args_get(args, "limit");
    char *end = NULL;
    long limit = printing->form == FORM_LINES ? LIMIT_DEFAULT : LIMIT_MAX;

    if (text) {
        limit = strtol(text, &end, 10);
        if (*text < '0' || *text > '9' || *end || limit < 1 || limit > LIMIT_MAX)
            return cli_misused(args, "--limit must be a number from 1 to %d.", LIMIT_MAX);
    }
    printing->left = limit;
    return CLI_DONE;
}

static enum cli_exit run(const struct args *args, struct open *open, struct printing *printing)
{
    const char *person = given(args, "person");
    const struct activity_typed typed = {
        .actor = given(args, "actor"),
        .kind = given(args, "kind"),
        .topic = given(args, "topic"),
        .from = given(args, "from"),
        .to = given(args, "to"),
        .person = is_public_id(person) ? person : "",
        .search = is_public_id(person) ? "" : person,
        .older = older_of(args, open->arena),
        .newer = "",
    };
    struct activity_list list;
    enum status status = activity_names(&open->service, open->arena, &printing->names);

    if (status == STATUS_OK)
        status = activity_list(&open->service, open->arena, &typed, &list);
    if (status != STATUS_OK)
        return cli_failed(args, status, "The ledger can't be read");
    if (list.faults != 0 || list.found_count > 0)
        return explain(args, &list);
    const enum cli_exit code = print_all(args, open, &list.query, printing);
    if (code == CLI_DONE && printing->count == 0 && printing->form == FORM_LINES)
        cli_note(args, list.is_new ? "nothing has happened yet." : "nothing matches.");
    else if (code == CLI_DONE && printing->left == 0 && !args_has(args, "limit"))
        cli_note(args, "the newest %d; --limit N shows more.", LIMIT_DEFAULT);
    return code;
}

enum cli_exit activity_verb_run(const struct args *args)
{
    struct open open = {0};
    struct printing printing = {.form = args_has(args, "csv")    ? FORM_CSV
                                        : args_has(args, "json") ? FORM_JSON
                                                                 : FORM_LINES};
    enum cli_exit code;

    if (args_has(args, "csv") && args_has(args, "json"))
        return cli_misused(args, "--csv and --json can't be had at once.");
    code = read_limit(args, &printing);
    if (code != CLI_DONE)
        return code;
    code = open_data(args, false, &open) ? run(args, &open, &printing) : CLI_REFUSED;
    buf_free(&printing.out);
    open_end(&open);
    return code;
}
