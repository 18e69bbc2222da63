/*
 * service/import_apply: see the header. What a change means, and what it may not do, is
 * service/change; here a row becomes a change, and what stands against it is left out of it.
 */
#include "service/import_apply.h"

#include <string.h>

#include "service/change_former.h"
#include "service/change_history.h"
#include "store/contacts.h"
#include "store/entries.h"

/* A person that a dry run would have added: no row has this number. */
#define IMAGINED_ID INT64_MAX

/* Adding someone who is there already is refused late, and costs as much as some five searches. */
#define NEWNESS_MAX    64
#define NEWNESS_LIKELY 32
#define NEWNESS_FALL   4

static enum status find(const struct importer *importer, struct store *store, struct arena *arena,
                        const struct import_row *row, struct contact *out)
{
    enum status status = contacts_find_email(store, arena, row->key, out);

    if (importer->seen == NULL || (status != STATUS_OK && status != STATUS_NOT_FOUND))
        return status;
    if (status == STATUS_NOT_FOUND)
        *out = (struct contact){.id = {IMAGINED_ID}, .email = row->email, .email_key = row->key};
    return import_seen_get(importer->seen, row->key, row->name, row->language, out) ? STATUS_OK
                                                                                    : status;
}

static struct origin origin_of(const struct importer *importer, const struct import_row *row)
{
    struct origin origin = {.actor = ACTOR_IMPORT,
                            .actor_id = importer->run,
                            .proof_kind = PROOF_IMPORT,
                            .proof_len = 4};

    for (int i = 0; i < 4; i++)
        origin.proof[i] = (uint8_t)(row->line >> (24 - 8 * i));
    return origin;
}

static struct change change_of(const struct importer *importer, const struct import_row *row,
                               const struct contact *known)
{
    const bool is_out = row->sets_status && row->status == CONTACT_OPTED_OUT;
    struct change change = {
        .kind = known == NULL ? ENTRY_CONTACT_ADDED : ENTRY_CHOICES,
        .known = known,
        .intent = is_out                              ? INTENT_OPT_OUT
                  : row->sets_status || known == NULL ? INTENT_OPT_IN
                                                      : INTENT_KEEP,
        .turn_on = is_out ? 0 : row->turn_on,
        .turn_off = row->turn_off,
        .sets_frequency = row->sets_frequency,
        .daily = row->daily,
        .weekly = row->weekly,
        .name = row->name,
        .name_key = row->name_key,
        .id_salt = &row->id_salt,
        .language = row->language,
        .sets_type = row->sets_type,
        .type = row->type,
        .origin = origin_of(importer, row),
    };

    if (known == NULL) {
        change.email = row->email;
        change.email_key = row->key;
    } else {
        change.contact = known->id;
    }
    return change;
}

static enum status act(const struct importer *importer, struct txn *txn, struct arena *arena,
                       const struct change *change, struct change_result *result)
{
    if (txn == NULL)
        return change_decide(importer->service, arena, change, result);
    return change_apply(importer->service, txn, arena, change, result);
}

/* Whether an opted-out person's no came after the consent, from others than this run. */
static enum status said_no_since(const struct importer *importer, struct store *store,
                                 struct arena *arena, struct position head, bool *out)
{
    struct newest_choice newest;
    enum status status = change_history_newest(store, arena, head, &newest);
    const struct entry *entry = &newest.entry;

    if (status == STATUS_OK)
        *out = entry->position.value > importer->consent_until.value &&
               !(entry->actor == ACTOR_IMPORT && entry->actor_id == importer->run);
    return status;
}

/* Takes out of change what the person's own opt-out forbids, *gave_in then: all of it without a
 * consent, and what came after it where there is one. What is left needs none, or has it. */
static enum status give_in(const struct importer *importer, struct store *store,
                           struct arena *arena, struct change *change, bool *gave_in)
{
    const struct contact *known = change->known;
    const bool has_consent = *importer->consent != '\0';
    const struct position since = {has_consent ? importer->consent_until.value : 0};
    enum status status = STATUS_OK;
    uint64_t own = 0;

    *gave_in = !has_consent;
    change->consent = importer->consent;
    if (known->status == CONTACT_OPTED_OUT) {
        if (has_consent && importer->seen == NULL)
            status = said_no_since(importer, store, arena, known->head, gave_in);
        if (*gave_in) {
            change->intent = INTENT_KEEP;
            change->turn_on = 0;
        }
        return status;
    }
    if (!has_consent || importer->seen == NULL)
        status = change_history_own_off(store, arena, known->head, since,
                                        change->turn_on & ~known->choices, &own);
    *gave_in |= own != 0;
    change->turn_on &= ~own;
    return status;
}

/* Somebody new, whose address another person left who said no: with a consent that came after that
 * no they may be added, else not at all. */
static enum status give_in_to_former(const struct importer *importer, struct store *store,
                                     struct arena *arena, struct change *change, bool *gave_in)
{
    struct contact whose;
    const struct contact_id nobody = {0};
    uint64_t own = 0;
    bool is_no = false;

    *gave_in = *importer->consent == '\0';
    change->consent = importer->consent;
    if (*gave_in || importer->seen != NULL)
        return STATUS_OK;
    enum status status = change_former_no(importer->service, store, arena, change->email_key,
                                          nobody, change->turn_on, &is_no, &whose);
    if (status != STATUS_OK || !is_no)
        return status;
    if (whose.status == CONTACT_OPTED_OUT)
        return said_no_since(importer, store, arena, whose.head, gave_in);
    status = change_history_own_off(store, arena, whose.head, importer->consent_until,
                                    change->turn_on & ~whose.choices, &own);
    *gave_in = own != 0;
    return status;
}

/* Who stands as an undone import left them is taken for new: the row need not say Opted In. */
static enum status take_for_new(struct store *store, struct arena *arena, struct change *change)
{
    bool is_taken_back = false;
    enum status status = STATUS_OK;

    if (change->known != NULL && change->known->status == CONTACT_OPTED_OUT &&
        change->intent == INTENT_KEEP)
        status = change_history_is_taken_back(store, arena, change->known->head, &is_taken_back);
    if (is_taken_back)
        change->intent = INTENT_OPT_IN;
    return status;
}

/* Whether the run had written row, or one of that address below it, before it was cut off: its
 * entries name their lines. Others may have changed the person since, and that stands. */
static enum status is_written(const struct importer *importer, struct store *store,
                              struct arena *arena, const struct import_row *row,
                              const struct contact *known, bool *out)
{
    struct position at = known->head;

    *out = false;
    while (importer->resumes && !*out && at.value > importer->consent_until.value) {
        struct entry entry;
        int64_t line = 0;
        enum status status = entries_get(store, arena, at, &entry);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
        for (size_t i = 0; i < entry.proof_len; i++)
            line = line << 8 | entry.proof[i];
        const bool is_of_run = entry.actor == ACTOR_IMPORT && entry.actor_id == importer->run;
        if (is_of_run && entry.kind == ENTRY_UNDONE)
            break; /* an undoing that failed on its way had come here */
        *out = is_of_run && entry.proof_kind == PROOF_IMPORT && line >= row->line;
        at = entry.previous;
    }
    return STATUS_OK;
}

static enum import_verdict translate(const struct change *change,
                                     const struct change_result *result, const char **reason)
{
    switch (result->verdict) {
    case CHANGE_APPLIED:
        return change->known == NULL ? IMPORT_ADDED : IMPORT_UPDATED;
    case CHANGE_UNCHANGED:
        return IMPORT_UNCHANGED;
    case CHANGE_SUPPRESSED:
        *reason = "this address was erased or blocked and stays so; leave it out";
        return IMPORT_REJECTED;
    case CHANGE_TOPIC_RETIRED:
        *reason = "a topic of this row was retired during the import; import the row again";
        return IMPORT_REJECTED;
    case CHANGE_NEEDS_CONSENT:
        return IMPORT_KEPT_OUT;
    case CHANGE_EMAIL_TAKEN:
    case CHANGE_MEANWHILE:
    case CHANGE_NO_CONTACT:
    case CHANGE_UNDO_TOO_LATE:
    case CHANGE_VERDICT_COUNT:
        break;
    }
    *reason = "this row was refused; import it again";
    return IMPORT_REJECTED;
}

static void note_newness(struct importer *importer, bool is_new)
{
    int newness = importer->newness + (is_new ? 1 : -NEWNESS_FALL);

    importer->newness = newness < 0 ? 0 : newness > NEWNESS_MAX ? NEWNESS_MAX : newness;
}

/* Among new people, adds without looking first: the row refuses an address that is taken, before
 * anything is written. *is_added false: not added, whyever; the long way has the say. */
static enum status add_at_once(struct importer *importer, struct txn *txn, struct arena *arena,
                               const struct import_row *row, bool *is_added)
{
    struct change_result result;

    *is_added = false;
    if (txn == NULL || importer->newness < NEWNESS_LIKELY)
        return STATUS_OK;
    const struct change change = change_of(importer, row, NULL);
    enum status status = act(importer, txn, arena, &change, &result);
    *is_added = status == STATUS_OK && result.verdict == CHANGE_APPLIED;
    if (*is_added)
        note_newness(importer, true);
    return status;
}

enum status import_apply(struct importer *importer, struct txn *txn, struct arena *arena,
                         const struct import_row *row, enum import_verdict *out,
                         const char **reason)
{
    bool is_added;
    importer->was_suppressed = false;
    enum status added = add_at_once(importer, txn, arena, row, &is_added);

    if (is_added)
        *out = IMPORT_ADDED;
    if (added != STATUS_OK || is_added)
        return added;
    struct store *store = txn == NULL ? importer->service->store : txn_store(txn);
    struct contact known;
    struct change_result result;
    bool is_kept_out = false;
    enum status status = find(importer, store, arena, row, &known);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    note_newness(importer, status == STATUS_NOT_FOUND);
    struct change change = change_of(importer, row, status == STATUS_OK ? &known : NULL);
    bool is_done = false;
    if (change.known != NULL)
        status = is_written(importer, store, arena, row, &known, &is_done);
    txn = is_done ? NULL : txn; /* then only looked at: whether it was kept out */
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = take_for_new(store, arena, &change);
    if (status == STATUS_OK)
        status = act(importer, txn, arena, &change, &result);
    if (status == STATUS_OK && result.verdict == CHANGE_NEEDS_CONSENT && change.known != NULL) {
        status = give_in(importer, store, arena, &change, &is_kept_out);
        if (status == STATUS_OK)
            status = act(importer, txn, arena, &change, &result);
    } else if (status == STATUS_OK && result.verdict == CHANGE_NEEDS_CONSENT) {
        status = give_in_to_former(importer, store, arena, &change, &is_kept_out);
        if (status == STATUS_OK && !is_kept_out)
            status = act(importer, txn, arena, &change, &result);
    }
    if (status != STATUS_OK)
        return status;
    importer->was_suppressed = result.verdict == CHANGE_SUPPRESSED;
    if (importer->seen != NULL)
        importer->last = result;
    if (importer->seen != NULL && result.verdict == CHANGE_APPLIED)
        import_seen_put(importer->seen, &result.after);
    enum import_verdict verdict = translate(&change, &result, reason);
    if (is_done && verdict == IMPORT_UPDATED)
        verdict = IMPORT_UNCHANGED;
    *out = is_kept_out && verdict != IMPORT_REJECTED ? IMPORT_KEPT_OUT : verdict;
    return STATUS_OK;
}
