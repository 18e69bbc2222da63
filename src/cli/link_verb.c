/*
 * cli/link_verb: one person's links, and the header lines to paste into a mail.
 */
#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/links.h"

static enum cli_exit answer_json(const struct link_set *links)
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
    return cli_json(json);
}

static enum cli_exit answer_text(const struct link_set *links)
{
    cli_say("Manage:      %s", links->manage);
    cli_say("Unsubscribe: %s\n", links->unsubscribe);
    cli_say("List-Unsubscribe: %s", links->list_unsubscribe);
    cli_say("List-Unsubscribe-Post: %s", links->list_unsubscribe_post);
    if (links->list_id)
        cli_say("List-Id: %s", links->list_id);
    return CLI_DONE;
}

enum cli_exit link_verb_one(const struct args *args)
{
    struct open open;
    struct contact contact;
    struct topic topic;
    struct link_set links;
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (!open_data(args, false, &open))
        goto out;
    code = open_person(args, &open, args->words[0], &contact);
    if (code == CLI_DONE && args_has(args, "topic"))
        code = open_topic(args, &open, args_get(args, "topic"), &topic);
    if (code != CLI_DONE)
        goto out;
    status = links_mint(&open.service, open.arena, &contact,
                        args_has(args, "topic") ? &topic : NULL, clock_now_s(), &links);
    if (status == STATUS_REFUSED)
        code = cli_refused(args, "there is no signing key in %s; \"assent keys new\" makes one.",
                           open.conf.keys_path);
    else if (status != STATUS_OK)
        code = cli_failed(args, status, "The links can't be made");
    else
        code = args_has(args, "json") ? answer_json(&links) : answer_text(&links);
out:
    open_end(&open);
    return code;
}
