/*
 * cli/setting_verb: settings list and settings set.
 */
#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/selfservice.h"
#include "service/settings.h"
#include "service/writer.h"

/* What is in force: the name's default follows from the public URL. */
static enum status read_all(const struct open *open, struct settings_page *out)
{
    const struct origin origin = open_origin();
    struct brand brand = {0};
    enum status status = settings_list(&open->service, open->arena, &origin, clock_now_s(), out);

    if (status == STATUS_OK)
        status = brand_get(&open->service, open->arena, &brand);
    if (status == STATUS_OK && out->lines[SETTING_BRAND_NAME].is_default)
        out->lines[SETTING_BRAND_NAME].value = brand.name;
    return status;
}

static void say_line(const struct setting_line *line)
{
    cli_say("%-22s %s%s\n%22s %s.", setting_key(line->setting),
            *line->value ? line->value : "(empty)", line->is_default ? "  (default)" : "", "",
            setting_about(line->setting));
}

enum cli_exit setting_verb_list(const struct args *args)
{
    struct open open;
    struct settings_page page;
    enum cli_exit code = CLI_REFUSED;
    enum status status;
    json_t *json;

    if (!open_data(args, false, &open))
        goto out;
    status = read_all(&open, &page);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The settings can't be read");
        goto out;
    }
    code = CLI_DONE;
    if (!args_has(args, "json")) {
        for (size_t i = 0; i < SETTING_COUNT; i++)
            say_line(&page.lines[i]);
        goto out;
    }
    json = json_object();
    for (size_t i = 0; i < SETTING_COUNT; i++)
        json_object_set_new(json, setting_key(page.lines[i].setting),
                            cli_json_text(page.lines[i].value));
    code = cli_json(json);
out:
    open_end(&open);
    return code;
}

struct setting_job {
    enum setting setting;
    const char *typed;
    struct settings_saved saved;
};

static enum status run_set(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct setting_job *job = context;
    struct settings_edit edit = {.version = -1, .origin = open_origin()};

    edit.typed[job->setting] = job->typed;
    return settings_save(service, txn, arena, &edit, &job->saved);
}

enum cli_exit setting_verb_set(const struct args *args)
{
    struct open open;
    const char *key = args->words[0];
    struct setting_job job = {.typed = args->words[1]};
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (!open_data(args, true, &open))
        goto out;
    if (!setting_parse(key, &job.setting)) {
        code = cli_refused(args, "there is no setting \"%s\"; \"assent settings list\" has them.",
                           key);
        goto out;
    }
    status = writer_run(&open.service, open.arena, run_set, &job);
    if (status != STATUS_OK)
        code = cli_failed(args, status, "The setting can't be written");
    else if (job.saved.is_refused)
        code = cli_refused(args, "%s: %s.", key, job.saved.faults[job.setting]);
    else if (args_has(args, "json"))
        code = cli_json(json_pack("{s:s, s:o}", "key", key, "value", cli_json_text(job.typed)));
    else {
        cli_say(job.saved.changed ? "%s is set." : "%s is so already.", key);
        code = CLI_DONE;
    }
out:
    open_end(&open);
    return code;
}
