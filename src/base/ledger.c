/*
 * base/ledger: the stable keys of its enums.
 */
#include "base/ledger.h"

#include <assert.h>
#include <string.h>

static const char *const actors[] = {
    [ACTOR_SYSTEM] = "system",       [ACTOR_RECIPIENT] = "recipient",
    [ACTOR_ONE_CLICK] = "one_click", [ACTOR_MAILTO] = "mailto",
    [ACTOR_ADMIN] = "admin",         [ACTOR_OPERATOR] = "operator",
    [ACTOR_IMPORT] = "import",       [ACTOR_API] = "api",
};
static_assert(sizeof actors / sizeof *actors == ACTOR_COUNT, "a name for every actor");

static const char *const proofs[] = {
    [PROOF_NONE] = "none",       [PROOF_LINK] = "link",     [PROOF_SESSION] = "session",
    [PROOF_COMMAND] = "command", [PROOF_IMPORT] = "import", [PROOF_CONFIRM] = "confirm",
    [PROOF_API_KEY] = "api_key",
};
static_assert(sizeof proofs / sizeof *proofs == PROOF_COUNT, "a name for every proof");

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
    [ENTRY_API_KEY_ADDED] = "api_key_added",
    [ENTRY_API_KEY_REVOKED] = "api_key_revoked",
    [ENTRY_ERASED] = "erased",
    [ENTRY_SUPPRESSED] = "suppressed",
    [ENTRY_WORDING] = "wording",
    [ENTRY_BLANKED] = "blanked",
    [ENTRY_REQUEST_ADDED] = "request_added",
    [ENTRY_REQUEST_EDITED] = "request_edited",
    [ENTRY_DATA_GIVEN] = "data_given",
    [ENTRY_ADMIN_INVITED] = "admin_invited",
    [ENTRY_ADMIN_EDITED] = "admin_edited",
    [ENTRY_ADMIN_FACTOR] = "admin_factor",
    [ENTRY_ADMIN_SIGNED_IN] = "admin_signed_in",
    [ENTRY_ADMIN_SESSIONS] = "admin_sessions",
    [ENTRY_EXPORTED] = "exported",
    [ENTRY_APPROVAL_ASKED] = "approval_asked",
    [ENTRY_APPROVAL_DECIDED] = "approval_decided",
};
static_assert(sizeof kinds / sizeof *kinds == ENTRY_KIND_COUNT, "a key for every kind");

static const char *const reasons[] = {
    [LEAVE_NONE] = "none",
    [LEAVE_TOO_MANY] = "too_many",
    [LEAVE_NOT_RELEVANT] = "not_relevant",
    [LEAVE_NEVER_ASKED] = "never_asked",
    [LEAVE_NOT_ME] = "not_me",
    [LEAVE_OTHER] = "other",
    [LEAVE_BOUNCE] = "bounce",
    [LEAVE_COMPLAINT] = "complaint",
};
static_assert(sizeof reasons / sizeof *reasons == LEAVE_REASON_COUNT, "a name for every reason");

const char *actor_kind_key(enum actor_kind kind)
{
    return (unsigned)kind < ACTOR_COUNT ? actors[kind] : "?";
}

const char *proof_kind_key(enum proof_kind kind)
{
    return (unsigned)kind < PROOF_COUNT ? proofs[kind] : "?";
}

const char *entry_kind_key(enum entry_kind kind)
{
    return (unsigned)kind < ENTRY_KIND_COUNT ? kinds[kind] : "?";
}

const char *leave_reason_key(enum leave_reason reason)
{
    return (unsigned)reason < LEAVE_REASON_COUNT ? reasons[reason] : "?";
}

bool leave_reason_parse(const char *key, enum leave_reason *out)
{
    for (unsigned i = 0; key && i < LEAVE_REASON_COUNT; i++) {
        if (strcmp(key, reasons[i]) == 0) {
            *out = (enum leave_reason)i;
            return true;
        }
    }
    return false;
}
