/*
 * cli/open: the data folder as a verb needs it.
 */
#include "cli/open.h"

#include <string.h>

#include "base/fold.h"
#include "cli/owner.h"
#include "cli/program.h"
#include "service/operator.h"
#include "service/setup.h"
#include "service/wording.h"

bool open_conf(const struct args *args, struct open *open)
{
    const char *fault = NULL;

    *open = (struct open){.arena = arena_new()};
    if (!program_settle())
        return false;
    if (conf_load(open->arena, CONF_PATH, &open->conf, &fault) == STATUS_OK)
        return owner_become(args, open->conf.data, strcmp(args->verb->name, "serve") == 0);
    cli_refused(args, "%s", fault ? fault : "the settings can't be read");
    return false;
}

/* The first to write after an upgrade keeps the new program's texts. */
static enum status keep_wording(struct open *open, const char **fault)
{
    int32_t set = 0;
    enum status status = wording_now(&open->service, &set);

    if (status == STATUS_OK && set == 0)
        status = setup_keep_wording(open->arena, &open->service, fault);
    return status;
}

bool open_data(const struct args *args, bool writes, struct open *open)
{
    const char *fault = NULL;
    enum status status;

    if (!open_conf(args, open))
        return false;
    status = setup_open(open->arena, &open->conf, writes, &open->service, &fault);
    open->is_open = status == STATUS_OK;
    if (status == STATUS_OK && writes)
        status = keep_wording(open, &fault);
    if (status == STATUS_OK)
        return true;
    if (status == STATUS_NOT_FOUND)
        cli_refused(args,
                    "there is no permission list in %s. \"assent init\" makes one; ASSENT_DATA "
                    "names another folder.",
                    open->conf.data);
    else if (fault)
        cli_refused(args, "%s", fault);
    else
        cli_failed(args, status, open->conf.data);
    return false;
}

void open_end(struct open *open)
{
    if (open->is_open)
        setup_close(&open->service);
    arena_free(open->arena);
    *open = (struct open){0};
}

struct origin open_origin(void)
{
    return (struct origin){.actor = ACTOR_OPERATOR, .proof_kind = PROOF_COMMAND};
}

enum cli_exit open_person(const struct args *args, struct open *open, const char *email,
                          struct contact *out)
{
    enum email_fault fault = EMAIL_FINE;
    enum status status = operator_find(&open->service, open->arena, email, out, &fault);

    switch (status) {
    case STATUS_OK:
        return CLI_DONE;
    case STATUS_INVALID:
        return cli_refused(args, "\"%s\": %s", email, email_fault_words(fault));
    case STATUS_NOT_FOUND:
        return cli_refused(args, "%s is not on the list.", email);
    default:
        return cli_failed(args, status, "The list can't be read");
    }
}

/* "newsletter, marketing": what there is, for those who named something else. */
static const char *keys_in_use(struct arena *arena, const struct topic *topics, size_t count)
{
    const char *list = NULL;

    for (size_t i = 0; i < count; i++)
        if (!topics[i].retired_at)
            list = list ? arena_printf(arena, "%s, %s", list, topics[i].key) : topics[i].key;
    return list ? list : "none";
}

static enum cli_exit pick_topic(const struct args *args, struct open *open, const char *key,
                                const struct topic *topics, size_t count, struct topic *out)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(topics[i].key, key) != 0)
            continue;
        if (topics[i].retired_at)
            return cli_refused(args, "the topic %s is retired.", key);
        *out = topics[i];
        return CLI_DONE;
    }
    return cli_refused(args, "there is no topic \"%s\"; there are: %s.", key,
                       keys_in_use(open->arena, topics, count));
}

enum cli_exit open_topic(const struct args *args, struct open *open, const char *key,
                         struct topic *out)
{
    struct topic *topics;
    size_t count;
    enum status status = operator_topics(&open->service, open->arena, &topics, &count);

    if (status != STATUS_OK)
        return cli_failed(args, status, "The topics can't be read");
    return pick_topic(args, open, key, topics, count, out);
}

enum cli_exit open_topics(const struct args *args, struct open *open, const char *keys,
                          uint64_t *out)
{
    struct topic *topics;
    size_t count;
    uint64_t mask = 0;
    enum status status = operator_topics(&open->service, open->arena, &topics, &count);

    if (status != STATUS_OK)
        return cli_failed(args, status, "The topics can't be read");
    for (const char *at = keys; *at;) {
        size_t len = strcspn(at, ",");
        const char *key = fold_is_utf8(at, len)
                              ? fold_clean(open->arena, arena_strndup(open->arena, at, len))
                              : arena_strndup(open->arena, at, len);
        struct topic topic = {0};
        enum cli_exit code = *key ? pick_topic(args, open, key, topics, count, &topic) : CLI_DONE;
        if (code != CLI_DONE)
            return code;
        if (topic.id.value)
            mask |= TOPIC_BIT(topic.id);
        at += len + (at[len] == ',');
    }
    *out = mask;
    return CLI_DONE;
}
