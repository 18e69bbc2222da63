/*
 * base/ledger: the stable keys and the words of its enums.
 */
#include "base/ledger.h"

#include <assert.h>
#include <string.h>

struct naming {
    const char *key;
    const char *words;
};

static const struct naming actors[] = {
    [ACTOR_SYSTEM] = {"system", "the system"},
    [ACTOR_RECIPIENT] = {"recipient", "the person, on their own page"},
    [ACTOR_ONE_CLICK] = {"one_click", "a mail program, with one click"},
    [ACTOR_MAILTO] = {"mailto", "an unsubscribe mail"},
    [ACTOR_ADMIN] = {"admin", "an admin"},
    [ACTOR_OPERATOR] = {"operator", "an operator, by command"},
    [ACTOR_IMPORT] = {"import", "an import"},
    [ACTOR_API] = {"api", "the API"},
};
static_assert(sizeof actors / sizeof *actors == ACTOR_COUNT, "a name for every actor");

static const char *const kinds[] = {
    [0] = "none",
    [ENTRY_CONTACT_ADDED] = "contact_added",
    [ENTRY_CHOICES] = "choices",
    [ENTRY_DETAILS] = "details",
    [ENTRY_UNDONE] = "undone",
    [ENTRY_REASON] = "reason",
    [ENTRY_PAUSE] = "pause",
    [ENTRY_EPOCH] = "epoch",
    [ENTRY_TOPIC_ADDED] = "topic_added",
    [ENTRY_TOPIC_EDITED] = "topic_edited",
    [ENTRY_TOPIC_RETIRED] = "topic_retired",
    [ENTRY_KEY_ADDED] = "key_added",
    [ENTRY_KEY_STATE] = "key_state",
    [ENTRY_ADMIN_ADDED] = "admin_added",
    [ENTRY_ADMIN_PASSWORD] = "admin_password",
    [ENTRY_ADMIN_REMOVED] = "admin_removed",
    [ENTRY_IMPORT_BEGUN] = "import_begun",
    [ENTRY_IMPORT_ENDED] = "import_ended",
    [ENTRY_SETTING] = "setting",
    [ENTRY_HOOK_ADDED] = "hook_added",
    [ENTRY_HOOK_EDITED] = "hook_edited",
    [ENTRY_HOOK_REMOVED] = "hook_removed",
    [ENTRY_FREQUENCY] = "frequency",
};
static_assert(sizeof kinds / sizeof *kinds == ENTRY_KIND_COUNT, "a key for every kind");

static const struct naming reasons[] = {
    [LEAVE_NONE] = {"none", "No reason given"},
    [LEAVE_TOO_MANY] = {"too_many", "Too many messages"},
    [LEAVE_NOT_RELEVANT] = {"not_relevant", "Not relevant to me"},
    [LEAVE_NEVER_ASKED] = {"never_asked", "I never asked for these"},
    [LEAVE_NOT_ME] = {"not_me", "This is not my address any more"},
    [LEAVE_OTHER] = {"other", "Something else"},
};
static_assert(sizeof reasons / sizeof *reasons == LEAVE_REASON_COUNT, "a name for every reason");

const char *actor_kind_key(enum actor_kind kind)
{
    return (unsigned)kind < ACTOR_COUNT ? actors[kind].key : "?";
}

const char *actor_kind_words(enum actor_kind kind)
{
    return (unsigned)kind < ACTOR_COUNT ? actors[kind].words : "?";
}

const char *entry_kind_key(enum entry_kind kind)
{
    return (unsigned)kind < ENTRY_KIND_COUNT ? kinds[kind] : "?";
}

const char *leave_reason_key(enum leave_reason reason)
{
    return (unsigned)reason < LEAVE_REASON_COUNT ? reasons[reason].key : "?";
}

const char *leave_reason_words(enum leave_reason reason)
{
    return (unsigned)reason < LEAVE_REASON_COUNT ? reasons[reason].words : "?";
}

bool leave_reason_parse(const char *key, enum leave_reason *out)
{
    for (unsigned i = 0; key && i < LEAVE_REASON_COUNT; i++) {
        if (strcmp(key, reasons[i].key) == 0) {
            *out = (enum leave_reason)i;
            return true;
        }
    }
    return false;
}
