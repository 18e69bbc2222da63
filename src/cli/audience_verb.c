/*
 * cli/audience_verb: audience: everyone who may be mailed about a topic now; the same as GET
 * /api/v1/audience/TOPIC, without a server.
 */
#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/audience.h"
#include "view/audience.h"

struct writing {
    enum audience_form form;
    struct audience_facts facts;
    struct buf out;
};

static bool flush(struct writing *writing)
{
    bool is_written = writing->out.len == 0 ||
                      fwrite(writing->out.data, 1, writing->out.len, stdout) == writing->out.len;
    buf_clear(&writing->out);
    return is_written;
}

static bool take(void *context, const struct audience_member *member)
{
    struct writing *writing = context;
    view_audience_member(&writing->out, writing->form, &writing->facts, member);
    return writing->out.len < 65536 || flush(writing);
}

static enum cli_exit write_all(const struct args *args, struct writing *writing,
                               struct audience *audience)
{
    bool is_last = false;
    writing->facts = *audience_facts(audience);
    view_audience_head(&writing->out, writing->form, &writing->facts);
    while (!is_last) {
        enum status status = audience_next(audience, take, writing, &is_last);
        if (ferror(stdout))
            break;
        if (status != STATUS_OK)
            return cli_failed(args, status, "The list ended early; it is not whole");
    }
    writing->facts = *audience_facts(audience);
    view_audience_tail(&writing->out, writing->form, &writing->facts);
    if (!flush(writing) || ferror(stdout) || fflush(stdout) != 0)
        return cli_refused(args, "the list can't be written; it is not whole.");
    return CLI_DONE;
}

static void say_count(const struct args *args, const struct audience_facts *facts)
{
    struct buf text = {0};
    buf_grouped(&text, facts->count);
    cli_note(args, "%s may be mailed, at position %lld.", text.data,
             (long long)facts->position.value);
    buf_free(&text);
}

enum cli_exit audience_verb_run(const struct args *args)
{
    struct open open = {0};
    struct topic topic;
    struct audience *audience = NULL;
    struct writing writing = {.form = args_has(args, "csv")    ? AUDIENCE_CSV
                                      : args_has(args, "json") ? AUDIENCE_NDJSON
                                                               : AUDIENCE_LINES};
    enum cli_exit code = CLI_REFUSED;

    if (args_has(args, "csv") && args_has(args, "json"))
        return cli_misused(args, "--csv and --json can't be had at once.");
    if (open_data(args, false, &open))
        code = open_topic(args, &open, args->words[0], &topic);
    if (code == CLI_DONE) {
        enum status status = audience_begin(&open.service, topic.key, clock_now_s(), &audience);
        code = status == STATUS_OK ? write_all(args, &writing, audience)
                                   : cli_failed(args, status, "The list can't be read");
    }
    if (code == CLI_DONE && !args_has(args, "quiet"))
        say_count(args, &writing.facts);
    audience_end(audience);
    buf_free(&writing.out);
    open_end(&open);
    return code;
}
