/*
 * view/activity_words: see the header; and what is said of filters that can't be read.
 */
#include "view/activity_words.h"

#include <assert.h>

#include "view/activity.h"

enum text activity_group_words(enum ledger_group group)
{
    static const enum text words[] = {
        [GROUP_OPTED_OUT] = TEXT_ADMIN_ACTIVITY_KIND_OPTED_OUT,
        [GROUP_OPTED_IN] = TEXT_ADMIN_ACTIVITY_KIND_OPTED_IN,
        [GROUP_CHOICES] = TEXT_ADMIN_ACTIVITY_KIND_CHOICES,
        [GROUP_ADDED] = TEXT_ADMIN_ACTIVITY_KIND_ADDED,
        [GROUP_DETAILS] = TEXT_ADMIN_ACTIVITY_KIND_DETAILS,
        [GROUP_PAUSE] = TEXT_ADMIN_ACTIVITY_KIND_PAUSE,
        [GROUP_UNDONE] = TEXT_ADMIN_ACTIVITY_KIND_UNDONE,
        [GROUP_REASONS] = TEXT_ADMIN_ACTIVITY_KIND_REASONS,
        [GROUP_LINKS] = TEXT_ADMIN_ACTIVITY_KIND_LINKS,
        [GROUP_ERASING] = TEXT_ADMIN_ACTIVITY_KIND_ERASING,
        [GROUP_REQUESTS] = TEXT_ADMIN_ACTIVITY_KIND_REQUESTS,
        [GROUP_IMPORTS] = TEXT_ADMIN_ACTIVITY_KIND_IMPORTS,
        [GROUP_TOPICS] = TEXT_ADMIN_ACTIVITY_KIND_TOPICS,
        [GROUP_WORDING] = TEXT_ADMIN_ACTIVITY_KIND_WORDING,
        [GROUP_SETTINGS] = TEXT_ADMIN_ACTIVITY_KIND_SETTINGS,
        [GROUP_RETENTION] = TEXT_ADMIN_ACTIVITY_KIND_RETENTION,
        [GROUP_KEYS] = TEXT_ADMIN_ACTIVITY_KIND_KEYS,
        [GROUP_HOOKS] = TEXT_ADMIN_ACTIVITY_KIND_HOOKS,
        [GROUP_ADMINS] = TEXT_ADMIN_ACTIVITY_KIND_ADMINS,
    };
    static_assert(sizeof words / sizeof *words == GROUP_COUNT, "words for every group");
    return words[group];
}

enum text activity_actor_words(enum actor_kind actor)
{
    static const enum text words[] = {
        [ACTOR_SYSTEM] = TEXT_ADMIN_ACTIVITY_BY_SYSTEM,
        [ACTOR_RECIPIENT] = TEXT_ADMIN_ACTIVITY_BY_RECIPIENT,
        [ACTOR_ONE_CLICK] = TEXT_ADMIN_ACTIVITY_BY_ONE_CLICK,
        [ACTOR_MAILTO] = TEXT_ADMIN_ACTIVITY_BY_MAILTO,
        [ACTOR_ADMIN] = TEXT_ADMIN_ACTIVITY_BY_ADMIN,
        [ACTOR_OPERATOR] = TEXT_ADMIN_ACTIVITY_BY_OPERATOR,
        [ACTOR_IMPORT] = TEXT_ADMIN_ACTIVITY_BY_IMPORT,
        [ACTOR_API] = TEXT_ADMIN_ACTIVITY_BY_API,
    };
    static_assert(sizeof words / sizeof *words == ACTOR_COUNT, "words for every actor");
    return words[actor];
}

static void say(struct arena *arena, struct buf *words, enum text text, const char *typed)
{
    if (words->len > 0)
        buf_addc(words, ' ');
    buf_adds(words, ADMIN_TEXT(arena, text, ARG("typed", typed)));
}

const char *activity_fault_words(struct arena *arena, const struct activity_typed *typed,
                                 unsigned faults)
{
    const char *place = typed->newer != NULL && *typed->newer != '\0' ? typed->newer : typed->older;
    const struct {
        enum activity_fault fault;
        enum text text;
        const char *typed;
    } rows[] = {
        {ACTIVITY_ACTOR_BAD, TEXT_ADMIN_ACTIVITY_FAULT_ACTOR, typed->actor},
        {ACTIVITY_KIND_BAD, TEXT_ADMIN_ACTIVITY_FAULT_KIND, typed->kind},
        {ACTIVITY_TOPIC_BAD, TEXT_ADMIN_ACTIVITY_FAULT_TOPIC, typed->topic},
        {ACTIVITY_FROM_BAD, TEXT_ADMIN_ACTIVITY_FAULT_TIME, typed->from},
        {ACTIVITY_TO_BAD, TEXT_ADMIN_ACTIVITY_FAULT_TIME, typed->to},
        {ACTIVITY_TIMES_CROSSED, TEXT_ADMIN_ACTIVITY_FAULT_CROSSED, ""},
        {ACTIVITY_PERSON_BAD, TEXT_ADMIN_ACTIVITY_FAULT_PERSON, typed->person},
        {ACTIVITY_NOBODY_FOUND, TEXT_ADMIN_ACTIVITY_FAULT_NOBODY, typed->search},
        {ACTIVITY_PLACE_BAD, TEXT_ADMIN_ACTIVITY_FAULT_PLACE, place},
    };
    struct buf words = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((faults & rows[i].fault) != 0)
            say(arena, &words, rows[i].text, rows[i].typed);
    const char *text = words.len > 0 ? arena_strndup(arena, words.data, words.len) : "";
    buf_free(&words);
    return text;
}
