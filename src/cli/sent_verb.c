/*
 * cli/sent_verb: sent: a sender's report of whom it mailed, written in batches between which
 * others write.
 */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli/address_file.h"
#include "cli/input.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/sent.h"
#include "service/writer.h"

/* Clocks of two machines may differ by so much. */
#define AHEAD_MAX_S 300

struct sending {
    const struct args *args;
    struct topic_id topic;
    int64_t at_s;
    const char *emails[SENT_BATCH];
    size_t count;
    struct sent_counts counts;
};

static enum cli_exit read_at(const struct args *args, int64_t *out)
{
    const char *text = args_get(args, "at");
    const int64_t now_s = clock_now_s();

    *out = now_s;
    if (text && !clock_read_day(text, out) && !clock_read_rfc3339(text, out))
        return cli_misused(args, "--at must be a time as in 2027-03-31T09:00:00Z or 2027-03-31.");
    if (*out > now_s + AHEAD_MAX_S || *out <= 0)
        return cli_misused(args, "--at must be a time that has been.");
    return CLI_DONE;
}

static enum status run_batch(const struct service *service, struct txn *txn, struct arena *arena,
                             void *context)
{
    struct sending *sending = context;

    return sent_report(service, txn, arena, sending->topic, sending->at_s, sending->emails,
                       sending->count, &sending->counts);
}

/* Reads the next batch. STATUS_NOT_FOUND: there is none. */
static enum status fill(struct sending *sending, struct address_file *file, struct arena *arena)
{
    enum status status = STATUS_OK;

    sending->count = 0;
    while (sending->count < SENT_BATCH) {
        struct address_row row;
        status = address_file_next(file, arena, &row);
        if (status != STATUS_OK)
            break;
        if (row.fault) {
            sending->counts.invalid++;
            cli_note(sending->args, "line %lld: %s", (long long)row.line, row.fault);
        } else {
            sending->emails[sending->count++] = row.email;
        }
    }
    return status == STATUS_NOT_FOUND && sending->count > 0 ? STATUS_OK : status;
}

static enum status write_all(struct sending *sending, struct open *open, struct address_file *file)
{
    struct arena *arena = arena_new();
    enum status status;

    while ((status = fill(sending, file, arena)) == STATUS_OK) {
        status = writer_run(&open->service, arena, run_batch, sending);
        if (status != STATUS_OK)
            break;
        arena_reset(arena);
    }
    arena_free(arena);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void say_more(int64_t count, const char *what)
{
    struct buf text = {0};

    if (count == 0)
        return;
    buf_grouped(&text, count);
    cli_say("%s %s.", text.data, what);
    buf_free(&text);
}

static enum cli_exit answer(const struct sending *sending, const struct topic *topic)
{
    const struct sent_counts *counts = &sending->counts;
    char at[CLOCK_HUMAN_BYTES];
    struct buf text = {0};

    if (args_has(sending->args, "json"))
        return cli_json(json_pack(
            "{s:o, s:o, s:I, s:I, s:I}", "topic", cli_json_text(topic->key), "at",
            cli_json_time(sending->at_s), "reported", (json_int_t)counts->reported, "unknown",
            (json_int_t)counts->unknown, "invalid", (json_int_t)counts->invalid));
    clock_human(sending->at_s, at);
    buf_grouped(&text, counts->reported);
    cli_say("%s sent to %s %s, %s.", topic->name, text.data,
            counts->reported == 1 ? "person" : "people", at);
    buf_free(&text);
    say_more(counts->unknown,
             counts->unknown == 1 ? "address is not on the list" : "addresses are not on the list");
    say_more(counts->invalid, counts->invalid == 1 ? "line holds no address that can be read"
                                                   : "lines hold no address that can be read");
    return CLI_DONE;
}

enum cli_exit sent_verb_run(const struct args *args)
{
    struct open open = {0};
    struct topic topic;
    struct address_file file = {0};
    struct sending *sending = NULL;
    int64_t at_s, bytes;
    FILE *input = NULL;
    enum cli_exit code = read_at(args, &at_s);

    if (code != CLI_DONE)
        return code;
    code = CLI_REFUSED;
    input = input_open(args, args->words_count > 1 ? args->words[1] : "-", &bytes);
    if (!input || !open_data(args, true, &open))
        goto out;
    code = open_topic(args, &open, args->words[0], &topic);
    if (code == CLI_DONE)
        code = address_file_open(args, open.arena, input, &file);
    if (code != CLI_DONE)
        goto out;
    sending = arena_alloc(open.arena, sizeof *sending);
    *sending = (struct sending){.args = args, .topic = topic.id, .at_s = at_s};
    enum status status = write_all(sending, &open, &file);
    code = status == STATUS_OK
               ? answer(sending, &topic)
               : cli_failed(args, status, "The report ended early; what was written before stays");
out:
    address_file_close(&file);
    open_end(&open);
    if (input)
        fclose(input);
    return code;
}
