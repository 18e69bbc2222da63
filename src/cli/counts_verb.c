/*
 * cli/counts_verb: overview: how many were opted in and out, by day, topic, type and way; the same
 * as Communications → Overview, without a server.
 */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/overview.h"
#include "view/overview.h"

static void day_of(int64_t at_s, char out[CLOCK_RFC3339_BYTES])
{
    clock_rfc3339(at_s, out);
    out[strcspn(out, "T")] = '\0';
}

static json_t *sum_json(const struct overview_sum *sum)
{
    return json_pack("{s:I, s:I, s:I, s:I}", "in", (json_int_t)sum->chosen.in, "out",
                     (json_int_t)sum->chosen.out, "import_in", (json_int_t)sum->imported.in,
                     "import_out", (json_int_t)sum->imported.out);
}

static json_t *periods_json(const struct overview *overview)
{
    json_t *list = json_array();

    for (size_t i = 0; i < overview->periods_count; i++) {
        const struct overview_period *period = &overview->periods[i];
        char first[CLOCK_RFC3339_BYTES], last[CLOCK_RFC3339_BYTES];
        json_t *one = sum_json(&period->sum);
        day_of(period->first_s, first);
        day_of(period->last_s, last);
        json_object_set_new(one, "first_day", json_string(first));
        json_object_set_new(one, "last_day", json_string(last));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *cards_json(const struct overview *overview)
{
    json_t *list = json_array();

    for (int i = 0; i < OVERVIEW_CARDS; i++)
        json_array_append_new(list, json_pack("{s:i, s:o, s:o}", "days", overview->cards[i].days,
                                              "now", sum_json(&overview->cards[i].now), "before",
                                              sum_json(&overview->cards[i].before)));
    return list;
}

static json_t *waits_json(const struct overview *overview)
{
    static const enum count_way by_link[] = {WAY_PAGE, WAY_ONE_CLICK, WAY_MAILTO, WAY_CONFIRMED};
    json_t *list = json_array();

    for (unsigned n = 0; n < COUNT_WAITS; n++) {
        const bool has_end = n + 1 < COUNT_WAITS;
        json_t *one = json_object();
        json_object_set_new(one, "from_seconds",
                            json_integer(n > 0 ? ledger_count_wait_s(n - 1) : 0));
        json_object_set_new(one, "to_seconds",
                            has_end ? json_integer(ledger_count_wait_s(n)) : json_null());
        for (size_t i = 0; i < sizeof by_link / sizeof *by_link; i++)
            json_object_set_new(one, count_way_key(by_link[i]),
                                json_integer(overview->waits[by_link[i]][n]));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *all_json(const struct overview *overview)
{
    json_t *topics = json_object(), *types = json_object(), *ways = json_object();

    for (size_t i = 0; i < overview->topics_count; i++) {
        const struct overview_sum *sum = &overview->topics[i].sum;
        json_object_set_new(topics, overview->topics[i].topic.key,
                            json_pack("{s:I, s:I, s:I, s:I}", "on", (json_int_t)sum->chosen.in,
                                      "off", (json_int_t)sum->chosen.out, "import_on",
                                      (json_int_t)sum->imported.in, "import_off",
                                      (json_int_t)sum->imported.out));
    }
    for (int i = 0; i <= TYPE_COUNT; i++)
        json_object_set_new(types,
                            i < TYPE_COUNT ? contact_type_key((enum contact_type)i) : "not_known",
                            sum_json(&overview->types[i]));
    for (unsigned i = 0; i < WAY_COUNT; i++)
        json_object_set_new(ways, count_way_key((enum count_way)i),
                            json_pack("{s:I, s:I}", "in", (json_int_t)overview->ways[i].in, "out",
                                      (json_int_t)overview->ways[i].out));
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "by",
                     overview_group_key(overview->query.group), "span",
                     overview_span_key(overview->query.span), "of", overview->query.of, "cards",
                     cards_json(overview), "periods", periods_json(overview), "topics", topics,
                     "types", types, "ways", ways, "waits", waits_json(overview), "not_counted_yet",
                     (json_int_t)overview->uncounted);
}

static bool is_nothing(const struct overview_sum *sum)
{
    return (sum->chosen.in | sum->chosen.out | sum->imported.in | sum->imported.out) == 0;
}

static void say_sum(const char *name, const struct overview_sum *sum)
{
    cli_say("  %-24s %10lld %10lld %10lld %10lld", name, (long long)sum->chosen.in,
            (long long)sum->chosen.out, (long long)sum->imported.in, (long long)sum->imported.out);
}

static void say_head(const char *what, const char *in, const char *out)
{
    cli_say("\n%-26s %10s %10s %10s %10s", what, in, out, "import in", "import out");
}

static void say_periods(const struct overview *overview)
{
    static const char *const heads[] = {"Days", "Weeks", "Months"};
    char first[CLOCK_RFC3339_BYTES], last[CLOCK_RFC3339_BYTES], name[3 * CLOCK_RFC3339_BYTES];

    say_head(heads[overview->query.group], "in", "out");
    for (size_t i = 0; i < overview->periods_count; i++) {
        const struct overview_period *period = &overview->periods[i];
        if (is_nothing(&period->sum))
            continue;
        day_of(period->first_s, first);
        day_of(period->last_s, last);
        snprintf(name, sizeof name, "%s%s%s", first, strcmp(first, last) != 0 ? "…" : "",
                 strcmp(first, last) != 0 ? last : "");
        say_sum(name, &period->sum);
    }
}

static void say_waits(const struct overview *overview)
{
    static const char *const names[] = {
        "under a minute", "1 to 10 minutes", "to an hour",   "1 to 6 hours",  "to a day",
        "1 to 3 days",    "3 to 7 days",     "7 to 30 days", "30 to 90 days", "over 90 days"};

    cli_say("\n%-26s %10s %10s %10s %10s", "From link to choice", "page", "one-click", "mailto",
            "confirmed");
    for (int i = 0; i < COUNT_WAITS; i++)
        cli_say("  %-24s %10lld %10lld %10lld %10lld", names[i],
                (long long)overview->waits[WAY_PAGE][i],
                (long long)overview->waits[WAY_ONE_CLICK][i],
                (long long)overview->waits[WAY_MAILTO][i],
                (long long)overview->waits[WAY_CONFIRMED][i]);
}

static void say_all(const struct overview *overview)
{
    static const char *const cards[] = {"Today", "Last 7 days", "Last 30 days"};
    static const char *const befores[] = {"Yesterday", "7 days before", "30 days before"};

    say_head("Opted in and out", "in", "out");
    for (int i = 0; i < OVERVIEW_CARDS; i++) {
        say_sum(cards[i], &overview->cards[i].now);
        say_sum(befores[i], &overview->cards[i].before);
    }
    say_periods(overview);
    say_head("By topic", "on", "off");
    for (size_t i = 0; i < overview->topics_count; i++)
        say_sum(overview->topics[i].topic.key, &overview->topics[i].sum);
    say_head("By contact type", "in", "out");
    for (int i = 0; i <= TYPE_COUNT; i++)
        if (i < TYPE_COUNT || !is_nothing(&overview->types[i]))
            say_sum(i < TYPE_COUNT ? contact_type_key((enum contact_type)i) : "not known",
                    &overview->types[i]);
    cli_say("\n%-26s %10s %10s", "By way", "in", "out");
    for (unsigned i = 0; i < WAY_COUNT; i++)
        if (overview->ways[i].in != 0 || overview->ways[i].out != 0)
            cli_say("  %-24s %10lld %10lld", count_way_key((enum count_way)i),
                    (long long)overview->ways[i].in, (long long)overview->ways[i].out);
    say_waits(overview);
}

static enum cli_exit print(const struct args *args, const struct overview *overview,
                           enum overview_part part)
{
    struct buf csv = {0};

    if (overview->uncounted > 0)
        cli_note(args,
                 "%lld older entries of the ledger are not counted yet: the server does it "
                 "while it runs.",
                 (long long)overview->uncounted);
    if (args_has(args, "json"))
        return cli_json(all_json(overview));
    if (!args_has(args, "csv")) {
        say_all(overview);
        return CLI_DONE;
    }
    view_overview_csv(&csv, overview, part);
    fwrite(csv.data, 1, csv.len, stdout);
    buf_free(&csv);
    return CLI_DONE;
}

static enum cli_exit read_query(const struct args *args, struct overview_query *query,
                                enum overview_part *part)
{
    *part = OVERVIEW_PART_TIME;
    query->of = args_get(args, "of");
    if (args_has(args, "csv") && args_has(args, "json"))
        return cli_misused(args, "--csv and --json can't be had at once.");
    if (!overview_group_parse(args_get(args, "by"), &query->group))
        return cli_misused(args, "--by is day, week or month.");
    if (!overview_span_parse(args_get(args, "span"), &query->span))
        return cli_misused(args, "--span is 13m, 90d or 30d.");
    if (args_has(args, "plot") && !args_has(args, "csv"))
        return cli_misused(args, "--plot says which part is wanted as --csv.");
    if (args_has(args, "plot") && !overview_part_parse(args_get(args, "plot"), part))
        return cli_misused(args, "--plot is time, topics, types, ways or waits.");
    return CLI_DONE;
}

enum cli_exit counts_verb_overview(const struct args *args)
{
    struct open open = {0};
    struct overview_query query = {0};
    struct overview overview;
    enum overview_part part;
    enum cli_exit code = read_query(args, &query, &part);

    if (code != CLI_DONE)
        return code;
    code = CLI_REFUSED;
    if (open_data(args, false, &open)) {
        enum status status =
            overview_read(&open.service, open.arena, &query, clock_now_s(), &overview);
        if (status != STATUS_OK)
            code = cli_failed(args, status, "The counts can't be read");
        else if (overview.of_is_unknown)
            code = cli_misused(args, "--of is type:client, topic:newsletter, way:import or the "
                                     "like; \"assent topics\" lists the topics' keys.");
        else
            code = print(args, &overview, part);
    }
    open_end(&open);
    return code;
}
