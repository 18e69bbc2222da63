/*
 * service/hook_kinds: see hook_kinds.h.
 */
#include "service/hook_kinds.h"

#include <string.h>

const struct hook_kind hook_kinds[HOOK_KINDS_COUNT] = {
    {ENTRY_CONTACT_ADDED, "contact.added", "Someone was added"},
    {ENTRY_CHOICES, "contact.choices_changed", "Opted in or out, or a topic on or off"},
    {ENTRY_UNDONE, "contact.undone", "A change was taken back"},
    {ENTRY_PAUSE, "contact.paused", "A pause began, moved or ended"},
    {ENTRY_REASON, "contact.reason_given", "A reason was given for leaving"},
    {ENTRY_DETAILS, "contact.details_changed", "Name, address, type or language changed"},
    {ENTRY_EPOCH, "contact.links_voided", "Earlier links were made void"},
    {ENTRY_TOPIC_ADDED, "topic.added", "A topic was added"},
    {ENTRY_TOPIC_EDITED, "topic.edited", "A topic was edited, moved or restored"},
    {ENTRY_TOPIC_RETIRED, "topic.retired", "A topic was retired"},
    {ENTRY_IMPORT_BEGUN, "import.begun", "An import began"},
    {ENTRY_IMPORT_ENDED, "import.ended", "An import ended"},
};

#define BIT(kind) (UINT64_C(1) << (kind))

uint64_t hook_kinds_all(void)
{
    uint64_t all = 0;
    for (size_t i = 0; i < HOOK_KINDS_COUNT; i++)
        all |= BIT(hook_kinds[i].kind);
    return all;
}

bool hook_kinds_has(uint64_t wanted, enum entry_kind kind)
{
    return ((wanted == 0 ? UINT64_MAX : wanted) & hook_kinds_all() & BIT(kind)) != 0;
}

bool hook_kinds_parse(const char *key, uint64_t *out)
{
    for (size_t i = 0; i < HOOK_KINDS_COUNT; i++) {
        if (strcmp(hook_kinds[i].key, key) == 0) {
            *out = BIT(hook_kinds[i].kind);
            return true;
        }
    }
    return false;
}

const char *hook_kinds_type(const struct entry *entry)
{
    if (entry->kind == ENTRY_PAUSE && entry->paused_after <= entry->at)
        return "contact.resumed";
    for (size_t i = 0; i < HOOK_KINDS_COUNT; i++)
        if (hook_kinds[i].kind == entry->kind)
            return hook_kinds[i].key;
    return "?";
}
