/*
 * cli/check_verb: check: who of a list may be mailed now, or could at an earlier moment, and why
 * the others may not; the same as POST /api/v1/check, without a server and without a bound.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/address_file.h"
#include "cli/input.h"
#include "cli/open.h"
#include "cli/progress.h"
#include "cli/verbs.h"
#include "service/check.h"
#include "view/check.h"

struct checking {
    const struct args *args;
    struct check check;
    struct check_view view;
    bool is_csv;
    struct address_file file;
    struct arena *arena; /* the batch's texts */
    const char *texts[CHECK_BATCH];
    struct check_answer answers[CHECK_BATCH];
    struct position decided[CHECK_BATCH]; /* with --at */
    size_t count;
    int64_t rows, bytes, counts[VERDICT_COUNT], invalid, erased;
    FILE *input;
    struct progress bar;
};

/* Reads the next batch. *is_last: the file has ended. */
static enum status fill(struct checking *checking, bool *is_last)
{
    checking->count = 0;
    arena_reset(checking->arena);
    while (!check_is_full(&checking->check)) {
        struct address_row row;
        enum status status = address_file_next(&checking->file, checking->arena, &row);
        if (status == STATUS_NOT_FOUND)
            *is_last = true;
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_OK : status;
        if (row.fault)
            cli_note(checking->args, "line %lld: %s", (long long)row.line, row.fault);
        else if (!row.email[strspn(row.email, " \t")])
            continue;
        checking->texts[checking->count++] = row.email;
        check_put(&checking->check, row.email, strlen(row.email));
    }
    return STATUS_OK;
}

static void add_csv(struct checking *checking, struct buf *out, const char *text,
                    struct check_answer answer, struct position decided)
{
    char at[CLOCK_RFC3339_BYTES] = "";
    buf_csv_exact(out, text, strlen(text));
    if (!checking->view.only_allowed) {
        buf_addc(out, ',');
        buf_adds(out, check_key(answer));
    }
    if (!checking->view.only_allowed && checking->view.offers_frequency) {
        if (answer.last_sent_at != 0)
            clock_rfc3339(answer.last_sent_at, at);
        buf_addc(out, ',');
        buf_adds(out, frequency_key((enum frequency)answer.frequency));
        buf_addc(out, ',');
        buf_adds(out, at);
    }
    if (!checking->view.only_allowed && checking->view.is_past) {
        buf_addc(out, ',');
        if (decided.value != 0)
            buf_int(out, decided.value);
    }
    buf_addc(out, '\n');
}

static void write_head(const struct checking *checking)
{
    const bool is_bare = checking->view.only_allowed;
    if (checking->is_csv)
        printf("email%s%s%s\n", is_bare ? "" : ",verdict",
               !is_bare && checking->view.offers_frequency ? ",frequency,last_sent" : "",
               !is_bare && checking->view.is_past ? ",entry" : "");
}

static bool write_batch(struct checking *checking)
{
    struct buf out = {0};
    for (size_t i = 0; i < checking->count; i++) {
        struct check_answer answer = checking->answers[i];
        const char *text = checking->texts[i];
        if (!answer.is_address)
            checking->invalid++;
        else if (answer.is_past && answer.why == AS_OF_ERASED)
            checking->erased++;
        else
            checking->counts[answer.verdict]++;
        if (!checking->is_csv)
            view_check_address(&out, &checking->view, text, strlen(text), answer,
                               checking->decided[i]);
        else if (!checking->view.only_allowed ||
                 (answer.is_address && answer.verdict == VERDICT_ALLOW))
            add_csv(checking, &out, text, answer, checking->decided[i]);
    }
    bool is_written = out.len == 0 || fwrite(out.data, 1, out.len, stdout) == out.len;
    buf_free(&out);
    checking->rows += (int64_t)checking->count;
    off_t at = checking->bytes > 0 ? ftello(checking->input) : 0;
    progress_draw(&checking->bar, checking->rows, at > 0 ? at : 0, checking->bytes);
    return is_written;
}

static enum cli_exit check_all(struct checking *checking)
{
    bool is_last = false;
    write_head(checking);
    while (!is_last) {
        enum status status = fill(checking, &is_last);
        if (status == STATUS_OK)
            status = checking->view.is_past
                         ? check_decide_past(&checking->check, checking->answers, checking->decided)
                         : check_decide(&checking->check, checking->answers);
        if (status != STATUS_OK)
            return cli_failed(checking->args, status,
                              "The check ended early; what is missing was not decided");
        if (!write_batch(checking))
            break;
    }
    if (ferror(stdout) || fflush(stdout) != 0)
        return cli_refused(checking->args, "the answer can't be written; it is not whole.");
    return CLI_DONE;
}

/* How many of each, on standard error: standard output is for the answer. */
static void say_counts(const struct checking *checking)
{
    struct buf text = {0};
    buf_grouped(&text, checking->counts[VERDICT_ALLOW]);
    buf_adds(&text, " of ");
    buf_grouped(&text, checking->rows);
    buf_printf(&text, " %s be mailed, at position %lld", checking->view.is_past ? "could" : "may",
               (long long)checking->check.position.value);
    for (int verdict = 0; verdict <= VERDICT_COUNT; verdict++) {
        int64_t count = verdict == VERDICT_COUNT ? checking->invalid : checking->counts[verdict];
        if (verdict == VERDICT_ALLOW || count == 0)
            continue;
        buf_printf(&text, "; %s ",
                   verdict == VERDICT_COUNT ? "invalid" : verdict_key((enum verdict)verdict));
        buf_grouped(&text, count);
    }
    if (checking->erased > 0) {
        buf_adds(&text, "; erased since ");
        buf_grouped(&text, checking->erased);
    }
    cli_note(checking->args, "%s.", text.data);
    buf_free(&text);
}

/* A topic that is retired now may have been none then. */
static enum cli_exit begin(struct checking *checking, struct open *open, const char *key)
{
    struct topic topic = {.key = key};
    enum cli_exit code = CLI_DONE;
    enum status status;
    if (!checking->view.is_past &&
        (code = open_topic(checking->args, open, key, &topic)) != CLI_DONE)
        return code;
    status = checking->view.is_past ? check_begin_past(&open->service, open->arena, key,
                                                       checking->view.at_s, &checking->check)
                                    : check_begin(&open->service, open->arena, topic.key,
                                                  clock_now_s(), &checking->check);
    if (status == STATUS_NOT_FOUND)
        return open_topic(checking->args, open, key, &topic); /* says which there are */
    if (status != STATUS_OK)
        return cli_failed(checking->args, status, "The list can't be read");
    checking->view = (struct check_view){
        .form = args_has(checking->args, "json") ? ADDRESS_NDJSON : ADDRESS_LINES,
        .topic = checking->check.topic.key,
        .position = checking->check.position,
        .is_past = checking->view.is_past,
        .at_s = checking->view.at_s,
        .only_allowed = args_has(checking->args, "only-allowed"),
        .offers_frequency = checking->check.offers_frequency,
    };
    progress_begin(&checking->bar);
    code = check_all(checking);
    progress_end(&checking->bar);
    if (code == CLI_DONE && !args_has(checking->args, "quiet"))
        say_counts(checking);
    check_end(&checking->check);
    return code;
}

enum cli_exit check_verb_run(const struct args *args)
{
    struct open open = {0};
    struct checking *checking = calloc(1, sizeof *checking);
    enum cli_exit code = CLI_REFUSED;

    if (checking == NULL)
        abort();
    if (args_has(args, "csv") && args_has(args, "json")) {
        free(checking);
        return cli_misused(args, "--csv and --json can't be had at once.");
    }
    checking->view.is_past = args_has(args, "at");
    if (checking->view.is_past &&
        (code = asof_verb_moment(args, args_get(args, "at"), &checking->view.at_s)) != CLI_DONE) {
        free(checking);
        return code;
    }
    code = CLI_REFUSED;
    checking->args = args;
    checking->arena = arena_new();
    checking->is_csv = args_has(args, "csv");
    checking->input =
        input_open(args, args->words_count > 1 ? args->words[1] : "-", &checking->bytes);
    if (checking->input && open_data(args, false, &open))
        code = address_file_open(args, open.arena, checking->input, &checking->file);
    if (code == CLI_DONE)
        code = begin(checking, &open, args->words[0]);
    address_file_close(&checking->file);
    open_end(&open);
    if (checking->input)
        fclose(checking->input);
    arena_free(checking->arena);
    free(checking);
    return code;
}
