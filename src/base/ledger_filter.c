/*
 * base/ledger_filter: see the header.
 */
#include "base/ledger_filter.h"

#include <assert.h>
#include <string.h>

static_assert(ENTRY_KIND_COUNT <= 40, "kinds stay below the other traits");

#define PERSON_ACTORS                                                                              \
    (LEDGER_ACTOR(ACTOR_RECIPIENT) | LEDGER_ACTOR(ACTOR_ONE_CLICK) | LEDGER_ACTOR(ACTOR_MAILTO))

/* Whether a status can move with it: an entry of another kind (an addition, an erasing) has one
 * that nobody chose then. */
static bool is_choice(const struct entry *entry)
{
    return entry->kind == ENTRY_CHOICES || entry->kind == ENTRY_UNDONE;
}

uint64_t ledger_traits(const struct entry *entry)
{
    uint64_t traits = LEDGER_TRAIT(entry->kind);
    const bool was_in = entry->status_before == CONTACT_OPTED_IN;
    const bool is_in = entry->status_after == CONTACT_OPTED_IN;

    if (is_choice(entry) && !is_in && (was_in || entry->subject != 0))
        traits |= LEDGER_TRAIT_OUT;
    if (is_choice(entry) && is_in && !was_in)
        traits |= LEDGER_TRAIT_IN;
    if (entry->paused_before != entry->paused_after && entry->kind != ENTRY_ERASED)
        traits |= LEDGER_TRAIT_PAUSED;
    if (entry->leave_reason != LEAVE_NONE)
        traits |= LEDGER_TRAIT_REASON;
    return traits;
}

static bool is_of_topic(enum entry_kind kind)
{
    return kind == ENTRY_TOPIC_ADDED || kind == ENTRY_TOPIC_EDITED || kind == ENTRY_TOPIC_RETIRED;
}

uint64_t ledger_topics(const struct entry *entry)
{
    if (is_of_topic(entry->kind))
        return entry->subject > 0 && entry->subject <= TOPIC_MAX ? UINT64_C(1) << entry->subject
                                                                 : 0;
    if (entry->kind == ENTRY_CHOICES && entry->subject != 0)
        return (uint64_t)entry->subject;
    return (entry->choices_before ^ entry->choices_after) |
           (entry->daily_before ^ entry->daily_after) |
           (entry->weekly_before ^ entry->weekly_after);
}

uint64_t ledger_who(enum actor_kind actor, int64_t actor_id)
{
    const uint64_t mixed =
        ((uint64_t)actor_id * ACTOR_COUNT + (uint64_t)actor) * UINT64_C(0x9e3779b97f4a7c15);

    return UINT64_C(1) << (mixed >> 58);
}

bool ledger_filter_is_empty(const struct ledger_filter *filter)
{
    return filter->traits == 0 && filter->actors == 0 && filter->topics == 0 &&
           filter->from_s == 0 && filter->to_s == 0 && filter->contact.value == 0;
}

bool ledger_filter_has(const struct ledger_filter *filter, const struct entry *entry)
{
    if (filter->contact.value != 0 && filter->contact.value != entry->contact.value)
        return false;
    if (entry->at < filter->from_s || (filter->to_s != 0 && entry->at > filter->to_s))
        return false;
    if (filter->actors != 0 && (filter->actors & LEDGER_ACTOR(entry->actor)) == 0)
        return false;
    if (filter->actor_id != 0 && filter->actor_id != entry->actor_id)
        return false;
    if (filter->traits != 0 && (filter->traits & ledger_traits(entry)) == 0)
        return false;
    return filter->topics == 0 || (filter->topics & ledger_topics(entry)) != 0;
}

static const struct {
    const char *key;
    uint64_t traits;
} groups[] = {
    [GROUP_OPTED_OUT] = {"opted_out", LEDGER_TRAIT_OUT},
    [GROUP_OPTED_IN] = {"opted_in", LEDGER_TRAIT_IN},
    [GROUP_CHOICES] = {"choices", LEDGER_TRAIT(ENTRY_CHOICES) | LEDGER_TRAIT(ENTRY_FREQUENCY)},
    [GROUP_ADDED] = {"added", LEDGER_TRAIT(ENTRY_CONTACT_ADDED)},
    [GROUP_DETAILS] = {"details", LEDGER_TRAIT(ENTRY_DETAILS)},
    [GROUP_PAUSE] = {"pause", LEDGER_TRAIT(ENTRY_PAUSE) | LEDGER_TRAIT_PAUSED},
    [GROUP_UNDONE] = {"undone", LEDGER_TRAIT(ENTRY_UNDONE)},
    [GROUP_REASONS] = {"reasons", LEDGER_TRAIT(ENTRY_REASON) | LEDGER_TRAIT_REASON},
    [GROUP_LINKS] = {"links", LEDGER_TRAIT(ENTRY_EPOCH)},
    [GROUP_ERASING] = {"erasing", LEDGER_TRAIT(ENTRY_ERASED) | LEDGER_TRAIT(ENTRY_SUPPRESSED)},
    [GROUP_REQUESTS] = {"requests",
                        LEDGER_TRAIT(ENTRY_REQUEST_ADDED) | LEDGER_TRAIT(ENTRY_REQUEST_EDITED) |
                            LEDGER_TRAIT(ENTRY_DATA_GIVEN) | LEDGER_TRAIT(ENTRY_EXPORTED)},
    [GROUP_IMPORTS] = {"imports",
                       LEDGER_TRAIT(ENTRY_IMPORT_BEGUN) | LEDGER_TRAIT(ENTRY_IMPORT_ENDED)},
    [GROUP_TOPICS] = {"topics", LEDGER_TRAIT(ENTRY_TOPIC_ADDED) | LEDGER_TRAIT(ENTRY_TOPIC_EDITED) |
                                    LEDGER_TRAIT(ENTRY_TOPIC_RETIRED)},
    [GROUP_WORDING] = {"wording", LEDGER_TRAIT(ENTRY_WORDING)},
    [GROUP_SETTINGS] = {"settings", LEDGER_TRAIT(ENTRY_SETTING)},
    [GROUP_RETENTION] = {"retention", LEDGER_TRAIT(ENTRY_BLANKED)},
    [GROUP_KEYS] = {"keys", LEDGER_TRAIT(ENTRY_KEY_ADDED) | LEDGER_TRAIT(ENTRY_KEY_STATE) |
                                LEDGER_TRAIT(ENTRY_API_KEY_ADDED) |
                                LEDGER_TRAIT(ENTRY_API_KEY_REVOKED)},
    [GROUP_HOOKS] = {"hooks", LEDGER_TRAIT(ENTRY_HOOK_ADDED) | LEDGER_TRAIT(ENTRY_HOOK_EDITED) |
                                  LEDGER_TRAIT(ENTRY_HOOK_REMOVED)},
    [GROUP_ADMINS] = {"admins",
                      LEDGER_TRAIT(ENTRY_ADMIN_ADDED) | LEDGER_TRAIT(ENTRY_ADMIN_PASSWORD) |
                          LEDGER_TRAIT(ENTRY_ADMIN_REMOVED) | LEDGER_TRAIT(ENTRY_ADMIN_INVITED) |
                          LEDGER_TRAIT(ENTRY_ADMIN_EDITED) | LEDGER_TRAIT(ENTRY_ADMIN_FACTOR) |
                          LEDGER_TRAIT(ENTRY_ADMIN_SIGNED_IN) | LEDGER_TRAIT(ENTRY_ADMIN_SESSIONS) |
                          LEDGER_TRAIT(ENTRY_APPROVAL_ASKED) |
                          LEDGER_TRAIT(ENTRY_APPROVAL_DECIDED)},
};
static_assert(sizeof groups / sizeof *groups == GROUP_COUNT, "traits for every group");

uint64_t ledger_group_traits(enum ledger_group group)
{
    return groups[group].traits;
}

const char *ledger_group_key(enum ledger_group group)
{
    return groups[group].key;
}

bool ledger_kind_parse(const char *key, uint64_t *traits)
{
    for (unsigned group = 0; group < GROUP_COUNT; group++)
        if (strcmp(key, groups[group].key) == 0) {
            *traits = groups[group].traits;
            return true;
        }
    for (unsigned kind = 1; kind < ENTRY_KIND_COUNT; kind++)
        if (strcmp(key, entry_kind_key((enum entry_kind)kind)) == 0) {
            *traits = LEDGER_TRAIT(kind);
            return true;
        }
    return false;
}

/* The number behind "admin:"; false: none that an id could be. */
static bool read_id(const char *text, int64_t *out)
{
    int64_t id = 0;

    for (; *text >= '0' && *text <= '9'; text++)
        if (__builtin_mul_overflow(id, 10, &id) || __builtin_add_overflow(id, *text - '0', &id))
            return false;
    *out = id;
    return *text == '\0' && id > 0;
}

bool ledger_actor_parse(const char *key, unsigned *actors, int64_t *actor_id)
{
    const size_t len = strcspn(key, ":");
    int64_t id = 0;

    if (key[len] == ':' && !read_id(key + len + 1, &id))
        return false;
    if (strcmp(key, "person") == 0) {
        *actors = PERSON_ACTORS;
        *actor_id = 0;
        return true;
    }
    for (unsigned actor = 0; actor < ACTOR_COUNT; actor++) {
        const char *one = actor_kind_key((enum actor_kind)actor);
        if (strlen(one) != len || strncmp(key, one, len) != 0)
            continue;
        *actors = LEDGER_ACTOR(actor);
        *actor_id = id;
        return true;
    }
    return false;
}
