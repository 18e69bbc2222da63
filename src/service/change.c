/*
 * service/change: the one function that changes a person. See the header for the rules.
 */
#include "service/change.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fold.h"
#include "service/change_history.h"
#include "service/change_note.h"
#include "service/record.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/settings.h"
#include "store/topics.h"

/* A change on its way from what is wanted to what is written. */
struct act {
    const struct service *service;
    struct store *store; /* where to read: txn's own when there is one */
    struct txn *txn;     /* NULL: only decides */
    struct arena *arena;
    const struct change *change;
    int64_t now_s;
    uint64_t in_use; /* topics not retired */
    struct contact before, after;
    enum entry_kind kind;
    bool lifts_suppression;
};

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

static enum status load(struct act *act, enum change_verdict *verdict)
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

static void want_details(struct act *act)
{
    const struct change *change = act->change;
    struct contact *after = &act->after;
    if (change->email) {
        after->email = change->email;
        after->email_key = change->email_key;
    }
    if (change->name && (!act->before.name || strcmp(change->name, act->before.name) != 0)) {
        after->name = change->name;
        after->name_key = change->name_key ? change->name_key : fold_key(act->arena, change->name);
    }
    if (change->language)
        after->language = change->language;
    if (change->sets_type)
        after->type = change->type;
    if (change->sets_pause && (change->paused_until != 0 || act->before.paused_until > act->now_s))
        after->paused_until = change->paused_until;
    after->daily = (after->daily & ~change->sets_frequency) | change->daily;
    after->weekly = (after->weekly & ~change->sets_frequency) | change->weekly;
}

static void want_choices(struct act *act)
{
    const struct change *change = act->change;
    struct contact *after = &act->after;
    if (change->intent == INTENT_OPT_OUT) {
        after->status = CONTACT_OPTED_OUT;
        after->choices = 0;
        return;
    }
    if (change->intent == INTENT_OPT_IN || change->turn_on != 0)
        after->status = CONTACT_OPTED_IN;
    if (after->status == CONTACT_OPTED_IN)
        after->choices = (act->before.choices | change->turn_on) & ~change->turn_off;
}

/* Another mailbox: links that lie in the old one must not open the page any more. */
static enum status want_epoch(struct act *act)
{
    if (act->before.epoch == UINT16_MAX)
        return STATUS_FULL;
    act->after.epoch++;
    return STATUS_OK;
}

/* Whether entry, the newest of its sort, is what act may take back; or *verdict says why not. */
static bool is_undone_by(const struct act *act, const struct entry *entry, bool is_kind,
                         enum change_verdict *verdict)
{
    const struct position undoes = act->change->undoes;
    *verdict = CHANGE_UNDO_TOO_LATE;
    if (entry->kind == 0 || !change_history_is_same(entry, &act->change->origin))
        return false;
    if (entry->kind == ENTRY_UNDONE && entry->undoes.value == undoes.value)
        *verdict = CHANGE_UNCHANGED;
    else if (is_kind && entry->position.value == undoes.value &&
             act->now_s - entry->at <= UNDO_WINDOW_S)
        *verdict = CHANGE_APPLIED;
    return *verdict == CHANGE_APPLIED;
}

static bool is_choice(const struct entry *entry)
{
    return entry->kind == ENTRY_CHOICES || entry->kind == ENTRY_FREQUENCY;
}

static enum status want_language_undone(struct act *act, enum change_verdict *verdict)
{
    struct newest_language newest;
    enum status status =
        change_history_newest_language(act->store, act->arena, act->before.head, &newest);
    if (status != STATUS_OK)
        return status;
    const bool stands = newest.is_alone && strcmp(act->before.language, newest.after) == 0;
    if (is_undone_by(act, &newest.entry, stands, verdict))
        act->after.language = newest.before;
    return STATUS_OK;
}

static enum status want_details_undone(struct act *act, enum change_verdict *verdict)
{
    struct details_before was;
    enum status status = change_history_details_before(act->store, act->arena, &act->before, &was);
    if (status != STATUS_OK || !is_undone_by(act, &was.entry, was.is_clear, verdict))
        return status;
    act->after.name = was.name;
    act->after.name_key = fold_key(act->arena, was.name);
    act->after.language = was.language;
    act->after.type = was.type;
    return STATUS_OK;
}

static enum status want_import_undone(struct act *act, enum change_verdict *verdict)
{
    const struct change *change = act->change;
    struct import_before was;
    enum status status = change_history_import_before(
        act->store, act->arena, &act->before, change->origin.actor_id, change->undoes, &was);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *verdict = CHANGE_UNDO_TOO_LATE;
    if (status == STATUS_NOT_FOUND || act->now_s - was.first.at > UNDO_IMPORT_WINDOW_S)
        return STATUS_OK;
    if (was.is_undone || !was.is_theirs) {
        *verdict = was.is_undone ? CHANGE_UNCHANGED : CHANGE_UNDO_TOO_LATE;
        return STATUS_OK;
    }
    *verdict = CHANGE_APPLIED;
    struct contact *after = &act->after;
    if (was.first.kind == ENTRY_CONTACT_ADDED) {
        after->status = CONTACT_OPTED_OUT;
        after->choices = 0;
        return STATUS_OK;
    }
    after->status = was.first.status_before;
    after->choices = was.first.choices_before;
    after->daily = was.first.daily_before;
    after->weekly = was.first.weekly_before;
    after->language = was.language;
    after->type = was.type;
    if (strcmp(was.name, after->name) != 0) {
        after->name = was.name;
        after->name_key = fold_key(act->arena, was.name);
    }
    return STATUS_OK;
}

static enum status want_undone(struct act *act, enum change_verdict *verdict)
{
    if (act->change->origin.actor == ACTOR_IMPORT)
        return want_import_undone(act, verdict);
    struct newest_choice newest;
    struct entry pause;
    enum status status = change_history_newest(act->store, act->arena, act->before.head, &newest);
    if (status != STATUS_OK)
        return status;
    const struct entry *entry = &newest.entry;
    if (is_undone_by(act, entry, is_choice(entry), verdict)) {
        act->after.status = entry->status_before;
        act->after.choices = entry->choices_before;
        act->after.daily = entry->daily_before;
        act->after.weekly = entry->weekly_before;
        if (act->before.paused_until == entry->paused_after)
            act->after.paused_until = entry->paused_before;
        return STATUS_OK;
    }
    if (*verdict == CHANGE_UNCHANGED)
        return STATUS_OK;
    status = change_history_newest_pause(act->store, act->arena, act->before.head, &pause);
    if (status != STATUS_OK)
        return status;
    if (is_undone_by(act, &pause, pause.kind == ENTRY_PAUSE, verdict))
        act->after.paused_until = pause.paused_before;
    if (*verdict == CHANGE_UNDO_TOO_LATE)
        status = want_language_undone(act, verdict);
    if (status == STATUS_OK && *verdict == CHANGE_UNDO_TOO_LATE)
        status = want_details_undone(act, verdict);
    return status;
}

static bool has_turned_off(const struct entry *entry)
{
    return (entry->choices_before & ~entry->choices_after) != 0 ||
           (entry->status_before == CONTACT_OPTED_IN && entry->status_after == CONTACT_OPTED_OUT);
}

static enum status want_reason(struct act *act, enum change_verdict *verdict)
{
    const struct change *change = act->change;
    struct newest_choice newest;
    enum status status = change_history_newest(act->store, act->arena, act->before.head, &newest);
    if (status != STATUS_OK)
        return status;
    const struct entry *entry = &newest.entry;
    if (entry->kind != ENTRY_CHOICES || entry->position.value != change->undoes.value ||
        !change_history_is_same(entry, &change->origin) || !has_turned_off(entry))
        *verdict = CHANGE_UNDO_TOO_LATE;
    else if (newest.has_reason)
        *verdict = CHANGE_UNCHANGED;
    return STATUS_OK;
}

/* Nothing would change. But a no of someone whom an undone import left opted out is their first: it
 * is recorded, so that the next import can't take them for new. */
static enum status want_first_no(struct act *act, enum change_verdict *verdict)
{
    const struct change *change = act->change;
    bool is_taken_back = false;
    enum status status = STATUS_OK;
    if (act->before.status == CONTACT_OPTED_OUT &&
        (change->intent == INTENT_OPT_OUT || change->turn_off != 0))
        status =
            change_history_is_taken_back(act->store, act->arena, act->before.head, &is_taken_back);
    act->kind = ENTRY_CHOICES;
    if (!is_taken_back)
        *verdict = CHANGE_UNCHANGED;
    return status;
}

/* Sets after and, for edits, what kind it turned out to be; or the verdict that ends it. */
static enum status want(struct act *act, enum change_verdict *verdict)
{
    const struct contact *before = &act->before;
    const struct contact *after = &act->after;
    act->kind = act->change->kind;
    if (act->kind == ENTRY_UNDONE)
        return want_undone(act, verdict);
    if (act->kind == ENTRY_REASON)
        return want_reason(act, verdict);
    if (act->kind == ENTRY_EPOCH)
        return want_epoch(act);
    want_details(act);
    want_choices(act);
    if (act->kind == ENTRY_CONTACT_ADDED)
        return STATUS_OK;
    if (after->status != before->status || after->choices != before->choices)
        act->kind = ENTRY_CHOICES;
    else if (after->daily != before->daily || after->weekly != before->weekly)
        act->kind = ENTRY_FREQUENCY;
    else if (strcmp(after->email, before->email) != 0 ||
             strcmp(after->email_key, before->email_key) != 0 ||
             strcmp(after->name, before->name) != 0 ||
             strcmp(after->language, before->language) != 0 || after->type != before->type)
        act->kind = ENTRY_DETAILS;
    else if (after->paused_until != before->paused_until)
        act->kind = ENTRY_PAUSE;
    else
        return want_first_no(act, verdict);
    return strcmp(after->email_key, before->email_key) != 0 ? want_epoch(act) : STATUS_OK;
}

/* Whether more mail may go out than before. */
static bool is_opening(const struct act *act)
{
    return act->after.status == CONTACT_OPTED_IN &&
           (act->before.status == CONTACT_OPTED_OUT ||
            (act->after.choices & ~act->before.choices) != 0);
}

static enum status check_suppression(struct act *act, enum change_verdict *verdict)
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

static enum status check_consent(struct act *act, enum change_verdict *verdict)
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
    enum status status = change_history_own_off(act->store, act->arena, act->before.head,
                                                act->after.choices & ~act->before.choices, &own);
    if (status == STATUS_OK && own != 0)
        *verdict = CHANGE_NEEDS_CONSENT;
    return status;
}

static enum status check(struct act *act, enum change_verdict *verdict)
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
    return status;
}

/* What was edited, how consent was given, and the caller's words, a line each. */
static const char *note_of(const struct act *act)
{
    const struct change *change = act->change;
    struct buf buf = {0};
    if (is_edit(act->kind) || act->kind == ENTRY_UNDONE)
        change_note_edits(&buf, &act->before, &act->after);
    if (has_text(change->consent))
        buf_printf(&buf, "%s%s", buf.len ? "\n" : "", change->consent);
    if (has_text(change->note))
        buf_printf(&buf, "%s%s", buf.len ? "\n" : "", change->note);
    const char *note = buf.len ? arena_strndup(act->arena, buf.data, buf.len) : NULL;
    buf_free(&buf);
    return note;
}

static enum status write_row(struct act *act)
{
    if (act->kind != ENTRY_CONTACT_ADDED)
        return contacts_update(act->txn, &act->before, &act->after, act->in_use);
    return contacts_insert(act->txn, &act->after, act->in_use);
}

static struct public_id new_public_id(const struct act *act, struct contact_id row)
{
    const uint8_t *key = act->service->public_id_key;
    const uint32_t *salt = act->change->id_salt;
    return salt ? public_id_salted(key, row, *salt) : public_id_make(key, row);
}

static enum status write(struct act *act, struct change_result *result)
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
    if (status == STATUS_OK && act->lifts_suppression) {
        uint8_t hash[SUPPRESSION_HASH_BYTES];
        secrets_suppression_hash(act->service->secrets, after->email_key, hash);
        status = suppressions_remove(act->txn, hash);
    }
    result->position = record.entry.position;
    return status;
}

/* Runs act to its verdict, and writes if it has a transaction. */
static enum status run(struct act *act, struct change_result *out)
{
    if (!is_sound(act->change))
        return STATUS_INVALID;
    struct change_result result = {.verdict = CHANGE_APPLIED};
    enum status status = load(act, &result.verdict);
    if (status == STATUS_OK && result.verdict == CHANGE_APPLIED)
        status = want(act, &result.verdict);
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
    struct act act = {.service = service,
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
    struct act act = {.service = service,
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
    enum status status = record_prepare(service, txn, origin, clock_now_s(), &record);
    if (status == STATUS_OK)
        status = record_append(txn, &record);
    if (status != STATUS_OK)
        return status;
    *entry = record.entry;
    entry->private.agent = origin->agent; /* record's cut copy ends with this function */
    return STATUS_OK;
}
