/*
 * cli/overview_verb: stats and topics.
 */
#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/operator.h"

static json_t *stats_json(const struct operator_stats *stats, const struct topic *topics,
                          size_t count)
{
    json_t *types = json_object(), *by_topic = json_object();

    for (int i = 0; i < TYPE_COUNT; i++)
        json_object_set_new(types, contact_type_key((enum contact_type)i),
                            json_integer(stats->by_type[i]));
    for (size_t i = 0; i < count; i++)
        if (!topics[i].retired_at)
            json_object_set_new(by_topic, topics[i].key,
                                json_integer(stats->by_topic[topics[i].id.value]));
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:{s:I, s:I}, s:I}", "total",
                     (json_int_t)stats->total, "subscribed", (json_int_t)stats->subscribed,
                     "unsubscribed", (json_int_t)(stats->total - stats->subscribed), "opted_in",
                     (json_int_t)stats->opted_in, "opted_out",
                     (json_int_t)(stats->total - stats->opted_in), "types", types, "topics",
                     by_topic, "reports", "bounces", (json_int_t)stats->bounces, "complaints",
                     (json_int_t)stats->complaints, "position", (json_int_t)stats->position.value);
}

static void stats_say(const struct operator_stats *stats, const struct topic *topics, size_t count)
{
    cli_say("%-18s %10lld", "People", (long long)stats->total);
    cli_say("%-18s %10lld", "Subscribed", (long long)stats->subscribed);
    cli_say("%-18s %10lld", "Opted in", (long long)stats->opted_in);
    cli_say("%-18s %10lld", "Opted out", (long long)(stats->total - stats->opted_in));
    cli_say("\nBy type");
    for (int i = 0; i < TYPE_COUNT; i++)
        cli_say("  %-16s %10lld", contact_type_label((enum contact_type)i),
                (long long)stats->by_type[i]);
    cli_say("\nTopic on");
    for (size_t i = 0; i < count; i++)
        if (!topics[i].retired_at)
            cli_say("  %-16s %10lld", topics[i].name,
                    (long long)stats->by_topic[topics[i].id.value]);
    cli_say("\nReported by mailers");
    cli_say("  %-16s %10lld", "Hard bounces", (long long)stats->bounces);
    cli_say("  %-16s %10lld", "Complaints", (long long)stats->complaints);
}

enum cli_exit overview_verb_stats(const struct args *args)
{
    struct open open;
    struct operator_stats stats;
    struct topic *topics;
    size_t count;
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (!open_data(args, false, &open))
        goto out;
    status = operator_count(&open.service, open.arena, clock_now_s(), &stats);
    if (status == STATUS_OK)
        status = operator_topics(&open.service, open.arena, &topics, &count);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The list can't be counted");
        goto out;
    }
    code = CLI_DONE;
    if (args_has(args, "json"))
        code = cli_json(stats_json(&stats, topics, count));
    else
        stats_say(&stats, topics, count);
out:
    open_end(&open);
    return code;
}

enum cli_exit overview_verb_topics(const struct args *args)
{
    struct open open;
    struct topic *topics;
    size_t count;
    enum cli_exit code = CLI_REFUSED;
    enum status status;
    json_t *list;

    if (!open_data(args, false, &open))
        goto out;
    status = operator_topics(&open.service, open.arena, &topics, &count);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The topics can't be read");
        goto out;
    }
    code = CLI_DONE;
    if (!args_has(args, "json")) {
        for (size_t i = 0; i < count; i++)
            cli_say("%2d  %-20s %s%s%s", topics[i].id.value, topics[i].key, topics[i].name,
                    *topics[i].description ? ": " : "", topics[i].description);
        goto out;
    }
    list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:s, s:b, s:b, s:b, s:o}", "number",
                                              (int)topics[i].id.value, "key", topics[i].key, "name",
                                              topics[i].name, "description", topics[i].description,
                                              "frequency", (int)topics[i].offers_frequency,
                                              "double_opt_in", (int)topics[i].double_opt_in,
                                              "on_join", (int)topics[i].on_join, "retired_at",
                                              cli_json_time(topics[i].retired_at)));
    code = cli_json(list);
out:
    open_end(&open);
    return code;
}
