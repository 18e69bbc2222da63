/*
 * cli/link_verb: one person's links, and the header lines to paste into a mail.
 */
#include "base/campaign.h"
#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/links.h"
#include "service/verdict.h"

/* May a mail about the topic go out now, and what the person asked for beside. */
struct opinion {
    bool is_given; /* a topic was named */
    enum verdict verdict;
    struct verdict_advice advice;
};

static enum cli_exit answer_json(const struct link_set *links, const struct opinion *opinion)
{
    json_t *headers = json_pack("{s:s, s:s}", "List-Unsubscribe", links->list_unsubscribe,
                                "List-Unsubscribe-Post", links->list_unsubscribe_post);

    if (links->list_id)
        json_object_set_new(headers, "List-Id", cli_json_text(links->list_id));
    json_t *json =
        json_pack("{s:s, s:s}", "manage", links->manage, "unsubscribe", links->unsubscribe);
    if (links->mailto)
        json_object_set_new(json, "mailto", cli_json_text(links->mailto));
    json_object_set_new(json, "headers", headers);
    if (opinion->is_given) {
        json_object_set_new(json, "verdict", json_string(verdict_key(opinion->verdict)));
        json_object_set_new(json, "advice",
                            json_pack("{s:s, s:o}", "frequency",
                                      frequency_key(opinion->advice.frequency), "last_sent_at",
                                      cli_json_time(opinion->advice.last_sent_at)));
    }
    return cli_json(json);
}

static void say_advice(const struct opinion *opinion)
{
    const struct verdict_advice *advice = &opinion->advice;
    char sent[CLOCK_HUMAN_BYTES];

    if (!opinion->is_given || advice->frequency == FREQUENCY_ALL)
        return;
    clock_human(advice->last_sent_at, sent);
    cli_say("Wanted:      %s at most%s%s", frequency_key(advice->frequency),
            advice->last_sent_at ? "; last sent " : "", advice->last_sent_at ? sent : "");
}

static enum cli_exit answer_text(const struct link_set *links, const struct opinion *opinion)
{
    say_advice(opinion);
    cli_say("Manage:      %s", links->manage);
    cli_say("Unsubscribe: %s\n", links->unsubscribe);
    cli_say("List-Unsubscribe: %s", links->list_unsubscribe);
    cli_say("List-Unsubscribe-Post: %s", links->list_unsubscribe_post);
    if (links->list_id)
        cli_say("List-Id: %s", links->list_id);
    return CLI_DONE;
}

bool link_verb_campaign(const struct args *args)
{
    const char *campaign = args_get(args, "campaign");

    if (!args_has(args, "campaign") || campaign_or_null(campaign))
        return true;
    cli_misused(args, "--campaign takes 1 to %d bytes of text on one line.", CAMPAIGN_MAX_BYTES);
    return false;
}

enum cli_exit link_verb_one(const struct args *args)
{
    struct open open;
    struct contact contact;
    struct topic topic;
    struct link_set links;
    struct opinion opinion = {.is_given = args_has(args, "topic")};
    const int64_t now_s = clock_now_s();
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (!link_verb_campaign(args))
        return CLI_MISUSED;
    if (!open_data(args, false, &open))
        goto out;
    code = open_person(args, &open, args->words[0], &contact);
    if (code == CLI_DONE && opinion.is_given)
        code = open_topic(args, &open, args_get(args, "topic"), &topic);
    if (code != CLI_DONE)
        goto out;
    status =
        links_mint_campaign(&open.service, open.arena, &contact, opinion.is_given ? &topic : NULL,
                            args_get(args, "campaign"), now_s, &links);
    if (status == STATUS_OK && opinion.is_given)
        status = verdict_for(&open.service, open.arena, contact.email_key, topic.id, now_s,
                             &opinion.verdict, &opinion.advice);
    if (status == STATUS_REFUSED)
        code = cli_refused(args, "there is no signing key in %s; \"assent keys new\" makes one.",
                           open.conf.keys_path);
    else if (status != STATUS_OK)
        code = cli_failed(args, status, "The links can't be made");
    else
        code =
            args_has(args, "json") ? answer_json(&links, &opinion) : answer_text(&links, &opinion);
out:
    open_end(&open);
    return code;
}
