/*
 * cli/topic_verb: topics set: what a topic offers and asks for.
 */
#include <string.h>

#include "cli/open.h"
#include "cli/verbs.h"
#include "service/topic_admin.h"
#include "service/writer.h"

struct topic_job {
    const char *key;
    int frequency, double_opt_in, on_join; /* 1, 0; -1: stays */
    struct topic_saved saved;
};

/* Reads the topic as it is under the write lock, so that no other change is undone. */
static enum status run_set(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct topic_job *job = context;
    struct topic_edit edit = {
        .act = TOPIC_EDIT, .key = job->key, .sets_options = true, .origin = open_origin()};
    struct topic_page page;
    enum status status = topic_admin_list(service, arena, &page);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < page.count; i++) {
        const struct topic_line *topic = &page.topics[i];
        if (strcmp(topic->key, job->key) != 0)
            continue;
        edit.name = topic->name;
        edit.description = topic->description;
        edit.offers_frequency = job->frequency < 0 ? topic->offers_frequency : job->frequency == 1;
        edit.double_opt_in =
            job->double_opt_in < 0 ? topic->double_opt_in : job->double_opt_in == 1;
        edit.on_join = job->on_join < 0 ? topic->on_join : job->on_join == 1;
    }
    if (edit.name == NULL) {
        job->saved.fault = TOPIC_GONE;
        return STATUS_OK;
    }
    return topic_admin_save(service, txn, arena, &edit, &job->saved);
}

static bool read_flag(const struct args *args, const char *name, int *out)
{
    const char *value = args_get(args, name);

    *out = value == NULL ? -1 : strcmp(value, "yes") == 0;
    return value == NULL || *out == 1 || strcmp(value, "no") == 0;
}

enum cli_exit topic_verb_set(const struct args *args)
{
    struct open open;
    struct topic_job job = {.key = args->words[0]};
    enum cli_exit code = CLI_REFUSED;

    if (!read_flag(args, "frequency", &job.frequency) ||
        !read_flag(args, "double-opt-in", &job.double_opt_in) ||
        !read_flag(args, "on-join", &job.on_join))
        return cli_misused(args, "each option is yes or no.");
    if (job.frequency < 0 && job.double_opt_in < 0 && job.on_join < 0)
        return cli_misused(args, "say --double-opt-in, --on-join or --frequency.");
    if (!open_data(args, true, &open))
        goto out;
    enum status status = writer_run(&open.service, open.arena, run_set, &job);
    if (status != STATUS_OK)
        code = cli_failed(args, status, "The topic can't be written");
    else if (job.saved.fault == TOPIC_GONE)
        code = cli_refused(args, "there is no topic \"%s\"; \"assent topics\" has them.", job.key);
    else if (job.saved.fault != TOPIC_FINE)
        code = cli_refused(args, "another topic has the name of \"%s\"; rename it first.", job.key);
    else if (args_has(args, "json"))
        code = cli_json(json_pack(
            "{s:s, s:b, s:b, s:b, s:b}", "key", job.key, "changed", (int)!job.saved.is_unchanged,
            "frequency", (int)job.saved.topic.offers_frequency, "double_opt_in",
            (int)job.saved.topic.double_opt_in, "on_join", (int)job.saved.topic.on_join));
    else {
        cli_say("%s", job.saved.summary);
        code = CLI_DONE;
    }
out:
    open_end(&open);
    return code;
}
