/*
 * cli/welcome: what the server says on the terminal when it starts.
 */
#include "cli/welcome.h"

#include "base/clock.h"
#include "base/locale.h"
#include "service/links.h"
#include "service/operator.h"
#include "service/people.h"
#include "service/settings.h"

/* Of the first subscribed people of a type, by name, one who reads what the site is written in, as
 * who tries the links does; else the first. */
static bool find_someone(struct open *open, enum contact_type type, struct contact *out)
{
    struct people_query query = {
        .search = "", .status = DIRECTORY_ANY, .subscribed = 1, .type = (int)type, .cursor = ""};
    struct people_list list;
    enum email_fault fault;
    enum locale site, theirs;

    if (people_list(&open->service, open->arena, &query, clock_now_s(), &list) != STATUS_OK ||
        settings_locale(open->service.store, open->arena, &site) != STATUS_OK)
        return false;
    for (size_t i = 0; i < list.rows_count; i++)
        if (operator_find(&open->service, open->arena, list.rows[i].email, out, &fault) ==
                STATUS_OK &&
            (!locale_parse(out->language, &theirs) || theirs == site))
            return true;
    return list.rows_count > 0 &&
           operator_find(&open->service, open->arena, list.rows[0].email, out, &fault) == STATUS_OK;
}

static bool mint_for(struct open *open, enum contact_type type, struct link_set *out)
{
    struct contact someone;

    return find_someone(open, type, &someone) &&
           links_mint(&open->service, open->arena, &someone, NULL, clock_now_s(), out) == STATUS_OK;
}

static void say_links(struct open *open)
{
    struct link_set client, partner;

    if (mint_for(open, TYPE_CLIENT, &client)) {
        cli_say("A client's choices    %s", client.manage);
        cli_say("Unsubscribe           %s", client.unsubscribe);
    }
    if (mint_for(open, TYPE_PARTNER, &partner))
        cli_say("Unsubscribe, partner  %s", partner.unsubscribe);
}

void welcome_say(const struct args *args, struct open *open, const struct listening *at,
                 bool is_courier_apart)
{
    cli_say("Dashboard             %s/admin", at->public_url);
    if (args_has(args, "sample-links"))
        say_links(open);
    if (is_courier_apart)
        cli_say("Courier               not started: mails and hooks wait until \"assent courier\" "
                "runs");
    cli_say("\nServing %s with the data in %s. Ctrl-C stops it.", at->public_url, open->conf.data);
}
