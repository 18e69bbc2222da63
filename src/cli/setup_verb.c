/*
 * cli/setup_verb: init and version.
 */
#include <sys/stat.h>

#include "base/version.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/setup.h"

enum cli_exit setup_verb_init(const struct args *args)
{
    struct open open;
    struct stat info;
    const char *fault = NULL;
    enum cli_exit code = CLI_REFUSED;
    enum status status;
    bool was_there;

    if (!open_conf(args, &open))
        goto out;
    was_there = stat(open.conf.db_path, &info) == 0;
    status = setup_init(open.arena, &open.conf, &fault);
    if (status != STATUS_OK) {
        code = fault ? cli_refused(args, "%s", fault) : cli_failed(args, status, open.conf.data);
        goto out;
    }
    code = CLI_DONE;
    if (args_has(args, "json"))
        code = cli_json(
            json_pack("{s:o, s:b}", "data", cli_json_text(open.conf.data), "created", !was_there));
    else if (was_there)
        cli_say("%s is complete.", open.conf.data);
    else
        cli_say(
            "Made %s with an empty list and its keys. Back up the folder \"keys\": without it,\n"
            "erased addresses can't be recognised and no link of this installation be signed.",
            open.conf.data);
out:
    open_end(&open);
    return code;
}

enum cli_exit setup_verb_version(const struct args *args)
{
    if (args_has(args, "json"))
        return cli_json(
            json_pack("{s:s, s:i}", "version", ASSENT_VERSION, "schema", store_version()));
    cli_say("assent %s, database version %d", ASSENT_VERSION, store_version());
    return CLI_DONE;
}
