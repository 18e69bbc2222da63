/*
 * cli/asof_verb: asof: could this person have been mailed then, and why, in words or as JSON. For
 * a list of people it is check with --at.
 */
#include <string.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/as_of_told.h"

enum cli_exit asof_verb_moment(const struct args *args, const char *text, int64_t *out)
{
    char now[CLOCK_RFC3339_BYTES];

    if (!clock_read_moment(text, out))
        return cli_misused(args, "the time must be as in 2026-01-31T12:00:00Z or 2026-01-31.");
    clock_rfc3339(clock_now_s(), now);
    if (*out > clock_now_s())
        return cli_misused(args, "the time must be one that has been; it is %s now.", now);
    return CLI_DONE;
}

static json_t *entry_json(struct position position)
{
    return position.value != 0 ? json_integer(position.value) : json_null();
}

static json_t *turn_json(const struct as_of_turn *turn)
{
    if (!turn->is_known)
        return json_null();
    return json_pack("{s:o, s:o}", "at", cli_json_time(turn->at_s), "entry",
                     entry_json(turn->position));
}

static json_t *decided_json(const struct as_of_told *told)
{
    if (!told->has_decided)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "position", entry_json(told->decided), "at",
                     cli_json_time(told->decided_at), "what",
                     *told->decided_what ? cli_json_text(told->decided_what) : json_null(), "by",
                     cli_json_text(told->decided_by));
}

static enum cli_exit answer_json(const struct as_of_told *told)
{
    char id[PUBLIC_ID_TEXT_BYTES], at[CLOCK_RFC3339_BYTES];

    public_id_text(told->person, id);
    clock_rfc3339(told->at_s, at);
    return cli_json(json_pack(
        "{s:o, s:o, s:s, s:s, s:I, s:s, s:o, s:o, s:o, s:o, s:o}", "email",
        cli_json_text(told->email), "contact", told->has_person ? json_string(id) : json_null(),
        "topic", told->topic.key, "at", at, "position", (json_int_t)told->position.value, "verdict",
        as_of_key(told->why), "why", cli_json_text(told->words), "entry", decided_json(told),
        "since", turn_json(&told->since), "until", turn_json(&told->until), "frequency",
        told->offers_frequency ? cli_json_text(frequency_key(told->frequency)) : json_null()));
}

static void say_decided(const struct as_of_told *told)
{
    char at[CLOCK_HUMAN_BYTES];

    if (!told->has_decided)
        return;
    clock_human(told->decided_at, at);
    cli_say("Entry %lld: %s%sby %s, %s.", (long long)told->decided.value, told->decided_what,
            *told->decided_what ? ", " : "", told->decided_by, at);
}

static void say_turn(const char *word, const struct as_of_turn *turn)
{
    char at[CLOCK_HUMAN_BYTES];

    if (!turn->is_known)
        return;
    clock_human(turn->at_s, at);
    if (turn->position.value != 0)
        cli_say("%s %s, by entry %lld.", word, at, (long long)turn->position.value);
    else
        cli_say("%s %s, by the clock: a pause ended.", word, at);
}

static enum cli_exit answer_words(const struct as_of_told *told)
{
    char at[CLOCK_HUMAN_BYTES];

    clock_human(told->at_s, at);
    if (told->why == AS_OF_ALLOWED)
        cli_say("Yes: on %s, %s could be mailed to %s.", at, told->topic.name, told->email);
    else if (told->why == AS_OF_ERASED)
        cli_say("Unknown (erased): whether on %s %s could be mailed to %s.", at, told->topic.name,
                told->email);
    else
        cli_say("No (%s): on %s, %s could not be mailed to %s.", as_of_key(told->why), at,
                told->topic.name, told->email);
    cli_say("%s", told->words);
    say_decided(told);
    say_turn("So since", &told->since);
    say_turn("So until", &told->until);
    if (told->why == AS_OF_ALLOWED && told->offers_frequency && told->frequency != FREQUENCY_ALL)
        cli_say("They wanted it %s at most.", frequency_key(told->frequency));
    return CLI_DONE;
}

static enum cli_exit refuse(const struct args *args, struct open *open, enum as_of_fault fault)
{
    struct topic topic;

    switch (fault) {
    case AS_OF_BAD_ADDRESS:
        return cli_misused(args, "%s is no mail address.", args->words[0]);
    case AS_OF_UNKNOWN_TOPIC:
        return open_topic(args, open, args->words[1], &topic); /* says which there are */
    case AS_OF_BAD_TIME:
    case AS_OF_FUTURE:
        return cli_misused(args, "the time must be one that has been.");
    case AS_OF_FINE:
    case AS_OF_NOBODY:
    case AS_OF_FAULT_COUNT:
        break;
    }
    return cli_refused(args, "nobody of that name is on the list.");
}

enum cli_exit asof_verb_run(const struct args *args)
{
    struct open open = {0};
    struct as_of_question question = {.email = args->words[0], .topic = args->words[1]};
    struct as_of_told told;
    enum as_of_fault fault = AS_OF_FINE;
    enum cli_exit code = asof_verb_moment(args, args->words[2], &question.at_s);

    if (code != CLI_DONE)
        return code;
    code = CLI_REFUSED;
    if (open_data(args, false, &open)) {
        enum status status =
            as_of_tell(&open.service, open.arena, &question, clock_now_s(), &fault, &told);
        if (status != STATUS_OK)
            code = cli_failed(args, status, "The record can't be read");
        else if (fault != AS_OF_FINE)
            code = refuse(args, &open, fault);
        else
            code = args_has(args, "json") ? answer_json(&told) : answer_words(&told);
    }
    open_end(&open);
    return code;
}
