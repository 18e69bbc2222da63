/*
 * service/erase: see the header.
 */
#include "service/erase.h"

#include "base/clock.h"
#include "service/record.h"
#include "store/api_calls.h"
#include "store/confirmations.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/letters.h"
#include "store/sent_reports.h"
#include "store/settings.h"

static enum status append(const struct service *service, struct txn *txn,
                          const struct contact *person, const struct origin *origin, int64_t now_s,
                          struct position *out)
{
    struct record record = {.entry = {.kind = ENTRY_ERASED,
                                      .contact = person->id,
                                      .subject = (int64_t)person->public_id.value,
                                      .previous = person->head,
                                      .status_before = person->status,
                                      .status_after = CONTACT_OPTED_OUT,
                                      .choices_before = person->choices,
                                      .daily_before = person->daily,
                                      .weekly_before = person->weekly,
                                      .paused_before = person->paused_until}};
    enum status status = record_prepare(service, txn, origin, now_s, &record);

    if (status == STATUS_OK)
        status = record_append(txn, &record);
    if (status == STATUS_OK)
        *out = record.entry.position;
    return status;
}

/* Notes of edits hold names and addresses, the others where the person was. */
static enum status blank_entries(struct txn *txn, struct arena *arena, struct position head)
{
    enum status status = STATUS_OK;

    for (struct position at = head; at.value != 0 && status == STATUS_OK;) {
        struct entry entry;
        status = entries_get(txn_store(txn), arena, at, &entry);
        if (status == STATUS_NOT_FOUND)
            return STATUS_CORRUPT;
        if (status == STATUS_OK)
            status = entries_blank(txn, at);
        at = entry.previous;
    }
    return status;
}

static enum status drop_traces(struct txn *txn, const struct contact *person)
{
    enum status status = letters_delete_to(txn, person->email);

    if (status == STATUS_OK)
        status = confirmations_delete_about(txn, person->id, person->email_key);
    if (status == STATUS_OK)
        status = sent_reports_delete(txn, person->id);
    if (status == STATUS_OK)
        status = api_calls_delete_about(txn, person->id);
    return status;
}

enum status erase_person(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct contact *person, const struct origin *origin,
                         struct position *out)
{
    const int64_t now_s = clock_now_s();
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    struct position position;

    secrets_suppression_hash(service->secrets, person->email_key, hash);
    enum status status = suppressions_put(txn, hash, now_s);
    if (status == STATUS_OK)
        status = append(service, txn, person, origin, now_s, &position);
    if (status == STATUS_OK)
        status = blank_entries(txn, arena, person->head);
    if (status == STATUS_OK)
        status = drop_traces(txn, person);
    if (status == STATUS_OK)
        status = contacts_delete(txn, person);
    if (status == STATUS_OK)
        *out = position;
    return status;
}
