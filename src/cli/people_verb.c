/*
 * cli/people_verb: add and optout: the verbs that change one person, by the same services as the
 * pages.
 */
#include <string.h>

#include "base/email.h"
#include "base/fold.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/operator.h"
#include "service/people.h"
#include "service/writer.h"

struct add_job {
    const struct args *args;
    uint64_t topics;
    enum email_fault address_fault;
    bool is_new;
    struct person_saved saved;
};

/* Whoever is on the list is looked up inside the transaction, so that two commands at once can't
 * add one address twice. */
static enum status run_add(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct add_job *job = context;
    const struct args *args = job->args;
    struct contact there = {0};
    enum status status = operator_find(service, arena, args->words[0], &there, &job->address_fault);

    if (status == STATUS_INVALID) {
        job->saved.fault = EDIT_EMAIL_BAD;
        return STATUS_OK;
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    job->is_new = status == STATUS_NOT_FOUND;

    struct person_edit edit = {
        .id = there.public_id,
        .expected = there.head,
        .email = job->is_new ? args->words[0] : NULL,
        .name = args_get(args, "name"),
        .language = args_get(args, "language"),
        .type = args_get(args, "type"),
        .has_status = job->is_new || job->topics || args_has(args, "consent"),
        .status = CONTACT_OPTED_IN,
        .has_choices = job->topics != 0,
        .choices_on = job->topics,
        .choices_shown = job->topics,
        .consent = args_has(args, "consent") ? args_get(args, "consent") : "",
        .origin = open_origin(),
    };
    return people_save(service, txn, arena, &edit, &job->saved);
}

static enum cli_exit explain_fault(const struct args *args, const struct add_job *job)
{
    const char *email = args->words[0];

    switch (job->saved.fault) {
    case EDIT_EMAIL_BAD:
        return cli_refused(args, "\"%s\": %s", email,
                           email_fault_words(job->address_fault != EMAIL_FINE
                                                 ? job->address_fault
                                                 : (enum email_fault)job->saved.email_fault));
    case EDIT_NAME_BAD:
        return cli_misused(args, "--name must be UTF-8 of at most %d bytes.", NAME_MAX_BYTES);
    case EDIT_TYPE_BAD:
        return cli_misused(args, "--type must be client, partner or franchisee.");
    case EDIT_LANGUAGE_BAD:
        return cli_misused(args, "--language must be a language tag, as in \"de\" or \"pt-BR\".");
    case EDIT_NEEDS_CONSENT:
        return cli_refused(args,
                           "%s has opted out and stays so. If they agreed since, say how with "
                           "--consent \"how they agreed\".",
                           email);
    case EDIT_CONSENT_BAD:
        return cli_misused(args, "--consent must be UTF-8 of at most %d bytes, and not empty.",
                           REASON_MAX_BYTES);
    case EDIT_SUPPRESSED:
        return cli_refused(args,
                           "%s was erased or blocked and stays refused. Only the person can come "
                           "back, by signing up.",
                           email);
    case EDIT_EMAIL_TAKEN:
    case EDIT_CHANGED_MEANWHILE:
    case EDIT_GONE:
        return cli_refused(args, "%s was changed by someone else just now; run it again.", email);
    case EDIT_FINE:
    case EDIT_PAUSE_BAD:
    case EDIT_UNDO_LATE:
    case EDIT_FAULT_COUNT:
        break;
    }
    return cli_refused(args, "%s could not be written.", email);
}

/* What the options say, before anything is opened or written. */
static enum cli_exit check_add(const struct args *args)
{
    enum contact_type type;
    const char *consent = args_get(args, "consent");

    if (args_has(args, "type") && !contact_type_parse(args_get(args, "type"), &type))
        return cli_misused(args, "--type must be client, partner or franchisee.");
    if (consent && consent[strspn(consent, " \t\r\n")] == '\0')
        return cli_misused(args, "--consent is empty; say how they agreed.");
    return CLI_DONE;
}

enum cli_exit people_verb_add(const struct args *args)
{
    struct open open = {0};
    struct add_job job = {.args = args};
    enum cli_exit code = check_add(args);
    enum status status;
    const char *result;
    char id[PUBLIC_ID_TEXT_BYTES];

    if (code != CLI_DONE)
        return code;
    code = CLI_REFUSED;
    if (!open_data(args, true, &open))
        goto out;
    if (args_has(args, "topics")) {
        code = open_topics(args, &open, args_get(args, "topics"), &job.topics);
        if (code != CLI_DONE)
            goto out;
    }
    status = writer_run(&open.service, open.arena, run_add, &job);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The person can't be written");
        goto out;
    }
    if (job.saved.fault != EDIT_FINE) {
        code = explain_fault(args, &job);
        goto out;
    }
    code = CLI_DONE;
    result = job.is_new ? "added" : job.saved.is_unchanged ? "unchanged" : "updated";
    public_id_text(job.saved.id, id);
    if (args_has(args, "json"))
        code = cli_json(json_pack("{s:o, s:s, s:s}", "email", cli_json_text(args->words[0]),
                                  "result", result, "public_id", id));
    else if (job.is_new)
        cli_say("Added %s.", args->words[0]);
    else if (job.saved.is_unchanged)
        cli_say("%s is on the list already, with all of that.", args->words[0]);
    else
        cli_say("%s was on the list. %s", args->words[0], job.saved.summary);
out:
    open_end(&open);
    return code;
}

struct optout_job {
    const struct args *args;
    struct topic_id topic; /* 0: everything */
    enum email_fault address_fault;
    enum status found;
    struct change_result result;
};

static enum status run_optout(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    struct optout_job *job = context;
    struct contact there;

    job->found = operator_find(service, arena, job->args->words[0], &there, &job->address_fault);
    if (job->found == STATUS_NOT_FOUND || job->found == STATUS_INVALID)
        return STATUS_OK;
    if (job->found != STATUS_OK)
        return job->found;

    struct change change = {
        .kind = ENTRY_CHOICES,
        .contact = there.id,
        .intent = job->topic.value ? INTENT_KEEP : INTENT_OPT_OUT,
        .turn_off = job->topic.value ? TOPIC_BIT(job->topic) : 0,
        .note = args_get(job->args, "note"),
        .origin = open_origin(),
    };
    return change_apply(service, txn, arena, &change, &job->result);
}

static enum cli_exit say_optout(const struct args *args, const struct optout_job *job)
{
    const char *email = args->words[0], *topic = args_get(args, "topic");
    bool was_so = job->result.verdict == CHANGE_UNCHANGED;

    if (args_has(args, "json"))
        return cli_json(json_pack("{s:o, s:s, s:s, s:o}", "email", cli_json_text(email), "result",
                                  was_so ? "unchanged" : "applied", "status",
                                  contact_status_key(job->result.after.status), "topic",
                                  cli_json_text(topic)));
    if (topic)
        cli_say(was_so ? "%s had %s off already." : "%s: %s is off.", email, topic);
    else
        cli_say(was_so ? "%s had opted out already." : "%s is opted out of everything.", email);
    return CLI_DONE;
}

enum cli_exit people_verb_optout(const struct args *args)
{
    struct open open = {0};
    struct optout_job job = {.args = args};
    struct topic topic = {0};
    const char *note = args_get(args, "note");
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (note && (strlen(note) > REASON_MAX_BYTES || !fold_is_utf8(note, strlen(note))))
        return cli_misused(args, "--note must be UTF-8 of at most %d bytes.", REASON_MAX_BYTES);
    if (!open_data(args, true, &open))
        goto out;
    if (args_has(args, "topic")) {
        code = open_topic(args, &open, args_get(args, "topic"), &topic);
        if (code != CLI_DONE)
            goto out;
        job.topic = topic.id;
    }
    status = writer_run(&open.service, open.arena, run_optout, &job);
    if (status != STATUS_OK)
        code = cli_failed(args, status, "The opt-out can't be written");
    else if (job.found == STATUS_INVALID)
        code =
            cli_refused(args, "\"%s\": %s", args->words[0], email_fault_words(job.address_fault));
    else if (job.found != STATUS_OK || job.result.verdict == CHANGE_NO_CONTACT)
        code =
            cli_refused(args, "%s is not on the list, so nothing is sent to them.", args->words[0]);
    else if (job.result.verdict != CHANGE_APPLIED && job.result.verdict != CHANGE_UNCHANGED)
        code = cli_refused(args, "%s could not be opted out.", args->words[0]);
    else
        code = say_optout(args, &job);
out:
    open_end(&open);
    return code;
}
