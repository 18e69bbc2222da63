/*
 * service/erase: see the header.
 */
#include "service/erase.h"

#include <string.h>

#include "base/clock.h"
#include "base/email.h"
#include "service/change_note.h"
#include "service/data_requests.h"
#include "service/import_jobs.h"
#include "service/record.h"
#include "store/api_calls.h"
#include "store/confirmations.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/letters.h"
#include "store/scrub.h"
#include "store/sent_reports.h"
#include "store/settings.h"

static enum status append(const struct service *service, struct txn *txn,
                          const struct contact *person, const struct origin *origin,
                          const char *reason, int64_t now_s, struct position *out)
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
                                      .paused_before = person->paused_until,
                                      .private = {.note = reason}}};
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

struct finding {
    struct arena *arena;
    const struct contact *person;
    struct former_address *found;
    size_t count;
};

static void find_address(struct finding *finding, const char *text, size_t len)
{
    const char *written = change_note_read(finding->arena, text, len);
    struct email email;
    if (email_parse(finding->arena, written, strlen(written), &email, NULL) != STATUS_OK ||
        strcmp(email.key, finding->person->email_key) == 0 || finding->count == ERASE_FORMER_MAX)
        return;
    for (size_t i = 0; i < finding->count; i++)
        if (strcmp(finding->found[i].key, email.key) == 0)
            return;
    finding->found[finding->count++] = (struct former_address){email.written, email.key};
}

/* Lines that read as an edit are one, but in a reason, which is the person's own words. */
static void find_addresses(struct finding *finding, const struct entry *entry)
{
    static const char label[] = CHANGE_NOTE_EMAIL, to[] = CHANGE_NOTE_TO;
    const char *line = entry->kind == ENTRY_REASON ? NULL : entry->private.note;
    while (line != NULL) {
        const char *end = strchrnul(line, '\n'), *from = line + sizeof label - 1;
        const char *arrow = strstr(line, to);
        if (strncmp(line, label, sizeof label - 1) == 0 && arrow != NULL && arrow < end) {
            const char *after = arrow + sizeof to - 1;
            find_address(finding, from, (size_t)(arrow - from));
            find_address(finding, after, (size_t)(end - after));
        }
        line = *end == '\0' ? NULL : end + 1;
    }
}

enum status erase_former(struct store *store, struct arena *arena, const struct contact *person,
                         struct former_address **out, size_t *count)
{
    struct finding finding = {.arena = arena, .person = person};
    struct arena *scratch = arena_new();
    enum status status = STATUS_OK;
    finding.found = arena_array(arena, ERASE_FORMER_MAX, sizeof *finding.found);
    for (struct position at = person->head; at.value != 0 && status == STATUS_OK;) {
        struct entry entry;
        status = entries_get(store, scratch, at, &entry);
        if (status == STATUS_OK)
            find_addresses(&finding, &entry);
        at = entry.previous;
        arena_reset(scratch);
    }
    arena_free(scratch);
    *out = finding.found;
    *count = finding.count;
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

/* What was erased before and came back is erased anew from now on. */
static enum status suppress(const struct service *service, struct txn *txn, const char *key,
                            int64_t now_s)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    secrets_suppression_hash(service->secrets, key, hash);
    enum status status = suppressions_remove(txn, hash);
    return status == STATUS_OK ? suppressions_put(txn, hash, now_s) : status;
}

/* An address that somebody else has by now is theirs, and so is what goes there. */
static enum status drop_former(const struct service *service, struct txn *txn, struct arena *arena,
                               const struct contact *person, int64_t now_s)
{
    struct former_address *former = NULL;
    size_t count = 0;
    enum status status = erase_former(txn_store(txn), arena, person, &former, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct contact other;
        status = contacts_find_email(txn_store(txn), arena, former[i].key, &other);
        if (status != STATUS_NOT_FOUND)
            continue;
        status = suppress(service, txn, former[i].key, now_s);
        if (status == STATUS_OK)
            status = letters_delete_to(txn, former[i].written);
        if (status == STATUS_OK)
            status = confirmations_delete_about(txn, person->id, former[i].key);
        if (status == STATUS_OK)
            status = data_requests_forget(txn, arena, former[i].key);
    }
    return status;
}

static enum status drop_traces(struct txn *txn, struct arena *arena, const struct contact *person)
{
    enum status status = letters_delete_to(txn, person->email);

    if (status == STATUS_OK)
        status = letters_delete_about(txn, person->id);
    if (status == STATUS_OK)
        status = confirmations_delete_about(txn, person->id, person->email_key);
    if (status == STATUS_OK)
        status = sent_reports_delete(txn, person->id);
    if (status == STATUS_OK)
        status = api_calls_delete_about(txn, person->id);
    if (status == STATUS_OK)
        status = import_jobs_forget(txn, arena, person);
    if (status == STATUS_OK)
        status = data_requests_forget(txn, arena, person->email_key);
    return status;
}

enum status erase_person(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct contact *person, const struct origin *origin,
                         const char *reason, struct position *out)
{
    const int64_t now_s = clock_now_s();
    struct position position;

    enum status status = suppress(service, txn, person->email_key, now_s);
    if (status == STATUS_OK)
        status = drop_former(service, txn, arena, person, now_s);
    if (status == STATUS_OK)
        status = append(service, txn, person, origin, reason, now_s, &position);
    if (status == STATUS_OK)
        status = blank_entries(txn, arena, person->head);
    if (status == STATUS_OK)
        status = drop_traces(txn, arena, person);
    if (status == STATUS_OK)
        status = contacts_delete(txn, person);
    if (status == STATUS_OK)
        status = scrub_ask(txn, position);
    if (status == STATUS_OK)
        *out = position;
    return status;
}
