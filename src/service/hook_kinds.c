/*
 * service/hook_kinds: see hook_kinds.h.
 */
#include "service/hook_kinds.h"

#include <string.h>

const struct hook_kind hook_kinds[HOOK_KINDS_COUNT] = {
    {ENTRY_CONTACT_ADDED, "contact.added"},
    {ENTRY_CHOICES, "contact.choices_changed"},
    {ENTRY_FREQUENCY, "contact.frequency_changed"},
    {ENTRY_ERASED, "contact.erased"},
    {ENTRY_UNDONE, "contact.undone"},
    {ENTRY_PAUSE, "contact.paused"},
    {ENTRY_REASON, "contact.reason_given"},
    {ENTRY_DETAILS, "contact.details_changed"},
    {ENTRY_EPOCH, "contact.links_voided"},
    {ENTRY_TOPIC_ADDED, "topic.added"},
    {ENTRY_TOPIC_EDITED, "topic.edited"},
    {ENTRY_TOPIC_RETIRED, "topic.retired"},
    {ENTRY_IMPORT_BEGUN, "import.begun"},
    {ENTRY_IMPORT_ENDED, "import.ended"},
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
