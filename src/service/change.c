/*
 * service/change: the one function that changes a person. See the header for the rules. What is
 * wanted is service/change_want; here it is checked and written.
 */
#include "service/change.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "service/change_former.h"
#include "service/change_history.h"
#include "service/change_note.h"
#include "service/change_want.h"
#include "service/record.h"
#include "store/bygone.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/settings.h"
#include "store/topics.h"

static bool has_text(const char *text)
{
    return text && text[strspn(text, " \t\r\n")] != '\0';
}

static bool is_edit(enum entry_kind kind)
{
    return kind == ENTRY_CHOICES || kind == ENTRY_DETAILS || kind == ENTRY_PAUSE ||
           kind == ENTRY_FREQUENCY;
}

static bool masks_are_sound(const struct change *change)
{
    const uint64_t often = change->daily | change->weekly;
    return (change->turn_on & change->turn_off) == 0 && (change->daily & change->weekly) == 0 &&
           (often & ~change->sets_frequency) == 0 &&
           ((change->turn_on | change->turn_off | change->sets_frequency) & 1) == 0;
}

/* What a caller may ask at all; anything else is a fault in the program, not a person's mistake. */
static bool is_sound(const struct change *change)
{
    const bool is_new = change->kind == ENTRY_CONTACT_ADDED;
    const bool is_back = change->kind == ENTRY_UNDONE || change->kind == ENTRY_REASON;
    if (!is_new && !is_back && !is_edit(change->kind) && change->kind != ENTRY_EPOCH)
        return false;
    if (is_new != (change->contact.value == 0) || is_back != (change->undoes.value != 0))
        return false;
    if (!change->email != !change->email_key || (is_new && !has_text(change->email_key)))
        return false;
    if (change->known && change->known->id.value != change->contact.value)
        return false;
    if (!masks_are_sound(change))
        return false;
    if (change->intent >= INTENT_COUNT || change->leave_reason >= LEAVE_REASON_COUNT ||
        (change->sets_type && change->type >= TYPE_COUNT) || change->paused_until < 0)
        return false;
    const struct origin *origin = &change->origin;
    if (origin->actor >= ACTOR_COUNT || origin->proof_kind >= PROOF_COUNT ||
        origin->proof_len > PROOF_MAX_BYTES)
        return false;
    const bool only_stops = origin->actor == ACTOR_ONE_CLICK || origin->actor == ACTOR_MAILTO;
    if (only_stops &&
        (is_new || change->turn_on != 0 || change->intent == INTENT_OPT_IN || change->email ||
         change->name || change->language || change->sets_type || change->sets_pause ||
         change->sets_frequency != 0 || change->kind == ENTRY_EPOCH))
        return false;
    return true;
}

static enum status load(struct change_act *act, enum change_verdict *verdict)
{
    const struct change *change = act->change;
    if (change->kind == ENTRY_CONTACT_ADDED) {
        act->after.email = act->after.email_key = "";
        act->after.name = act->after.name_key = act->after.language = "";
        return STATUS_OK;
    }
    if (change->known) {
        act->before = *change->known;
    } else {
        enum status status = contacts_get(act->store, act->arena, change->contact, &act->before);
        if (status == STATUS_NOT_FOUND) {
            *verdict = CHANGE_NO_CONTACT;
            return STATUS_OK;
        }
        if (status != STATUS_OK)
            return status;
    }
    act->after = act->before;
    if (change->expected.value != 0 && change->expected.value != act->before.head.value)
        *verdict = CHANGE_MEANWHILE;
    return STATUS_OK;
}

/* Whether more mail may go out than before. */
static bool is_opening(const struct change_act *act)
{
    return act->after.status == CONTACT_OPTED_IN &&
           (act->before.status == CONTACT_OPTED_OUT ||
            (act->after.choices & ~act->before.choices) != 0);
}

static enum status check_suppression(struct change_act *act, enum change_verdict *verdict)
{
    const bool is_new_address = act->kind == ENTRY_CONTACT_ADDED ||
                                strcmp(act->after.email_key, act->before.email_key) != 0;
    if (!is_new_address && !is_opening(act))
        return STATUS_OK;
    bool is_suppressed = false;
    enum status status = suppressions_any(act->store, &is_suppressed);
    if (status != STATUS_OK || !is_suppressed)
        return status;
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    secrets_suppression_hash(act->service->secrets, act->after.email_key, hash);
    status = suppressions_has(act->store, hash, &is_suppressed);
    if (status != STATUS_OK || !is_suppressed)
        return status;
    if (act->change->origin.actor == ACTOR_RECIPIENT && is_opening(act))
        act->lifts_suppression = true;
    else
        *verdict = CHANGE_SUPPRESSED;
    return STATUS_OK;
}

static enum status check_consent(struct change_act *act, enum change_verdict *verdict)
{
    const struct change *change = act->change;
    const enum actor_kind actor = change->origin.actor;
    if (!is_edit(act->kind) || actor == ACTOR_RECIPIENT || !is_opening(act) ||
        has_text(change->consent))
        return STATUS_OK;
    if (act->before.status == CONTACT_OPTED_OUT) {
        bool is_taken_back = false;
        enum status status =
            change_history_is_taken_back(act->store, act->arena, act->before.head, &is_taken_back);
        if (!is_taken_back)
            *verdict = CHANGE_NEEDS_CONSENT;
        return status;
    }
    if (actor != ACTOR_IMPORT && actor != ACTOR_API)
        return STATUS_OK;
    uint64_t own = 0;
    enum status status =
        change_history_own_off(act->store, act->arena, act->before.head, (struct position){0},
                               act->after.choices & ~act->before.choices, &own);
    if (status == STATUS_OK && own != 0)
        *verdict = CHANGE_NEEDS_CONSENT;
    return status;
}

/* Whoever brings an address that somebody left who said no: the person themselves may, who shows by
 * a mail to it that it is theirs; an admin who corrects one person's address, too. */
static enum status check_former(struct change_act *act, enum change_verdict *verdict)
{
    const struct change *change = act->change;
    const struct origin *origin = &change->origin;
    const bool is_new = act->kind == ENTRY_CONTACT_ADDED;
    const bool is_proven = origin->actor == ACTOR_RECIPIENT && origin->proof_kind != PROOF_NONE;
    const bool is_by_hand = origin->actor == ACTOR_ADMIN || origin->actor == ACTOR_OPERATOR;
    struct contact whose;
    bool is_no = false;
    if (is_new ? is_proven : origin->actor != ACTOR_API)
        return STATUS_OK;
    if (act->after.status != CONTACT_OPTED_IN || has_text(change->consent) ||
        (!is_new && strcmp(act->after.email_key, act->before.email_key) == 0))
        return STATUS_OK;
    enum status status =
        change_former_no(act->service, act->store, act->arena, act->after.email_key, act->before.id,
                         is_by_hand ? 0 : act->after.choices, &is_no, &whose);
    if (status == STATUS_OK && is_no)
        *verdict = CHANGE_NEEDS_CONSENT;
    return status;
}

static enum status check(struct change_act *act, enum change_verdict *verdict)
{
    enum status status = topics_in_use(act->store, &act->in_use);
    if (status != STATUS_OK)
        return status;
    /* An undo brings back exactly what was, a topic retired since included. */
    if (act->kind != ENTRY_UNDONE &&
        (act->after.choices & ~act->before.choices & ~act->in_use) != 0) {
        *verdict = CHANGE_TOPIC_RETIRED;
        return STATUS_OK;
    }
    status = check_suppression(act, verdict);
    if (status == STATUS_OK && *verdict == CHANGE_APPLIED)
        status = check_consent(act, verdict);
    if (status == STATUS_OK && *verdict == CHANGE_APPLIED)
        status = check_former(act, verdict);
    return status;
}

/* What was edited, how consent was given, and the caller's words, a line each. */
static const char *note_of(const struct change_act *act)
{
    const struct change *change = act->change;
    struct buf buf = {0};
    if (is_edit(act->kind) || act->kind == ENTRY_UNDONE)
        change_note_edits(&buf, &act->before, &act->after);
    if (has_text(change->consent))
        change_note_words(&buf, change->consent, act->kind == ENTRY_REASON);
    if (has_text(change->note))
        change_note_words(&buf, change->note, act->kind == ENTRY_REASON);
    const char *note = buf.len ? arena_strndup(act->arena, buf.data, buf.len) : NULL;
    buf_free(&buf);
    return note;
}

static enum status write_row(struct change_act *act)
{
    if (act->kind != ENTRY_CONTACT_ADDED)
        return contacts_update(act->txn, &act->before, &act->after, act->in_use);
    return contacts_insert(act->txn, &act->after, act->in_use);
}

static struct public_id new_public_id(const struct change_act *act, struct contact_id row)
{
    const uint8_t *key = act->service->public_id_key;
    const uint32_t *salt = act->change->id_salt;
    return salt ? public_id_salted(key, row, *salt) : public_id_make(key, row);
}

/* To which topics a no was said that moved nothing, or whose it was: the masks before and after
 * can't tell. */
static int64_t bare_no(const struct change_act *act)
{
    const struct change *change = act->change;
    if (act->kind == ENTRY_CHOICES && change->own_off != 0)
        return (int64_t)change->own_off;
    if (act->kind != ENTRY_CHOICES || act->after.status != act->before.status ||
        act->after.choices != act->before.choices)
        return 0;
    return change->intent == INTENT_OPT_OUT ? -1 : (int64_t)change->turn_off;
}

/* Whose the address was up to then stays known, by its hash. */
static enum status leave_address(const struct change_act *act, struct position position)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    if (strcmp(act->after.email_key, act->before.email_key) == 0)
        return STATUS_OK;
    secrets_suppression_hash(act->service->secrets, act->before.email_key, hash);
    return bygone_moved(act->txn, hash, act->before.id, position);
}

static enum status write(struct change_act *act, struct change_result *result)
{
    struct contact *after = &act->after;
    if (act->kind == ENTRY_CONTACT_ADDED) {
        enum status status = contacts_next_id(act->txn, &after->id);
        if (status != STATUS_OK)
            return status;
        after->public_id = new_public_id(act, after->id);
        after->created_at = act->now_s;
    }
    if (act->kind != ENTRY_REASON)
        after->updated_at = act->now_s;

    struct record record = {.entry = {.kind = act->kind,
                                      .contact = after->id,
                                      .subject = bare_no(act),
                                      .previous = act->before.head,
                                      .undoes = act->change->undoes,
                                      .status_before = act->before.status,
                                      .status_after = after->status,
                                      .choices_before = act->before.choices,
                                      .choices_after = after->choices,
                                      .daily_before = act->before.daily,
                                      .daily_after = after->daily,
                                      .weekly_before = act->before.weekly,
                                      .weekly_after = after->weekly,
                                      .paused_before = act->before.paused_until,
                                      .paused_after = after->paused_until,
                                      .leave_reason = act->change->leave_reason,
                                      .private = {.note = note_of(act)}}};
    enum status status =
        record_prepare(act->service, act->txn, &act->change->origin, act->now_s, &record);
    if (status != STATUS_OK)
        return status;
    after->head = record.entry.position;
    status = write_row(act);
    if (status == STATUS_CONFLICT) { /* the row refused the address before anything was written */
        result->verdict = CHANGE_EMAIL_TAKEN;
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = record_append(act->txn, &record);
    if (status == STATUS_OK && act->kind != ENTRY_CONTACT_ADDED)
        status = leave_address(act, record.entry.position);
    if (status == STATUS_OK && act->lifts_suppression) {
        uint8_t hash[SUPPRESSION_HASH_BYTES];
        secrets_suppression_hash(act->service->secrets, after->email_key, hash);
        status = suppressions_remove(act->txn, hash);
    }
    result->position = record.entry.position;
    return status;
}

/* Runs act to its verdict, and writes if it has a transaction. */
static enum status run(struct change_act *act, struct change_result *out)
{
    if (!is_sound(act->change))
        return STATUS_INVALID;
    struct change_result result = {.verdict = CHANGE_APPLIED};
    enum status status = load(act, &result.verdict);
    if (status == STATUS_OK && result.verdict == CHANGE_APPLIED)
        status = change_want(act, &result.verdict);
    if (status == STATUS_OK && result.verdict == CHANGE_APPLIED)
        status = check(act, &result.verdict);
    if (status == STATUS_OK && result.verdict == CHANGE_APPLIED && act->txn)
        status = write(act, &result);
    if (status != STATUS_OK)
        return status;
    result.before = act->before;
    result.after = result.verdict == CHANGE_APPLIED ? act->after : act->before;
    *out = result;
    return STATUS_OK;
}

enum status change_apply(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct change *change, struct change_result *out)
{
    struct change_act act = {.service = service,
                             .store = txn_store(txn),
                             .txn = txn,
                             .arena = arena,
                             .change = change,
                             .now_s = clock_now_s()};
    return run(&act, out);
}

enum status change_decide(const struct service *service, struct arena *arena,
                          const struct change *change, struct change_result *out)
{
    struct change_act act = {.service = service,
                             .store = service->store,
                             .arena = arena,
                             .change = change,
                             .now_s = clock_now_s()};
    return run(&act, out);
}

enum status change_record(const struct service *service, struct txn *txn, struct entry *entry,
                          const struct origin *origin)
{
    struct record record = {.entry = {.kind = entry->kind,
                                      .subject = entry->subject,
                                      .private = {.note = entry->private.note}}};
    memcpy(record.entry.private_hash, entry->private_hash, sizeof record.entry.private_hash);
    enum status status = record_prepare(service, txn, origin, clock_now_s(), &record);
    if (status == STATUS_OK)
        status = record_append(txn, &record);
    if (status != STATUS_OK)
        return status;
    *entry = record.entry;
    entry->private.agent = origin->agent; /* record's cut copy ends with this function */
    return STATUS_OK;
}
