/*
 * service/change_want: see change_want.h. The rules are service/change's.
 */
#include "service/change_want.h"

#include <string.h>

#include "base/fold.h"
#include "service/change_history.h"

static void want_details(struct change_act *act)
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

static void want_choices(struct change_act *act)
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
static enum status want_epoch(struct change_act *act)
{
    if (act->before.epoch == UINT16_MAX)
        return STATUS_FULL;
    act->after.epoch++;
    return STATUS_OK;
}

/* Whether entry, the newest of its sort, is what act may take back; or *verdict says why not. */
static bool is_undone_by(const struct change_act *act, const struct entry *entry, bool is_kind,
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

static enum status want_language_undone(struct change_act *act, enum change_verdict *verdict)
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

static enum status want_details_undone(struct change_act *act, enum change_verdict *verdict)
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

/* Where a person stands as the run left them, as the run found them. Where they do not, because
 * another run was taken back meanwhile, what the run opened is closed, and nothing is opened: what
 * it closed may have been a no of that other one's time. */
static void want_standing_before(const struct entry *first, const struct entry *last,
                                 struct contact *after)
{
    const bool is_left_so =
        after->status == last->status_after && after->choices == last->choices_after &&
        after->daily == last->daily_after && after->weekly == last->weekly_after;
    if (is_left_so) {
        after->status = first->status_before;
        after->choices = first->choices_before;
        after->daily = first->daily_before;
        after->weekly = first->weekly_before;
        return;
    }
    after->choices &= ~(last->choices_after & ~first->choices_before);
    if (first->status_before == CONTACT_OPTED_OUT && last->status_after == CONTACT_OPTED_IN) {
        after->status = CONTACT_OPTED_OUT;
        after->choices = 0;
    }
}

static enum status want_import_undone(struct change_act *act, enum change_verdict *verdict)
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
    want_standing_before(&was.first, &was.last, after);
    after->language = was.language;
    after->type = was.type;
    if (strcmp(was.name, after->name) != 0) {
        after->name = was.name;
        after->name_key = fold_key(act->arena, was.name);
    }
    return STATUS_OK;
}

static enum status want_undone(struct change_act *act, enum change_verdict *verdict)
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

/* Choices that moved nothing are a no as well: see is_no. */
static bool is_turning_off(const struct entry *entry)
{
    return (entry->choices_before & ~entry->choices_after) != 0 ||
           (entry->status_before == CONTACT_OPTED_IN && entry->status_after == CONTACT_OPTED_OUT) ||
           (entry->status_before == entry->status_after &&
            entry->choices_before == entry->choices_after);
}

static enum status want_reason(struct change_act *act, enum change_verdict *verdict)
{
    const struct change *change = act->change;
    struct newest_choice newest;
    enum status status = change_history_newest(act->store, act->arena, act->before.head, &newest);
    if (status != STATUS_OK)
        return status;
    const struct entry *entry = &newest.entry;
    if (entry->kind != ENTRY_CHOICES || entry->position.value != change->undoes.value ||
        !change_history_is_same(entry, &change->origin) || !is_turning_off(entry))
        *verdict = CHANGE_UNDO_TOO_LATE;
    else if (newest.has_reason)
        *verdict = CHANGE_UNCHANGED;
    return STATUS_OK;
}

/* A person's own word, or their mailbox's: a bounce or complaint says why. */
static bool is_told(enum actor_kind actor, enum leave_reason reason)
{
    return change_history_is_own(actor) || reason != LEAVE_NONE;
}

/* A button for one topic is a no to it, whatever was before. A page that is saved whole says off of
 * all that is not ticked: a no where others had turned that off, and else as it was. */
static enum status is_news_to_topics(const struct change_act *act, bool *out)
{
    const struct change *change = act->change;
    const bool is_button = change->turn_on == 0 && (change->turn_off & (change->turn_off - 1)) == 0;
    uint64_t found = 0;
    enum status status;
    if (is_button)
        status = change_history_own_off(act->store, act->arena, act->before.head,
                                        (struct position){0}, change->turn_off, &found);
    else
        status = change_history_others_off(act->store, act->arena, act->before.head,
                                           change->turn_off, &found);
    *out = is_button ? found != change->turn_off : found != 0;
    return status;
}

/* Whether a no of whoever asks is new to the ledger though it moves nothing: what stands off was
 * not turned off by their kind, so it could come back without them. */
static enum status is_news(const struct change_act *act, const struct entry *newest, bool *out)
{
    const struct change *change = act->change;
    const bool is_out = act->before.status == CONTACT_OPTED_OUT;
    *out = false;
    if (!is_told(change->origin.actor, change->leave_reason)) {
        *out = is_out && newest->actor == ACTOR_IMPORT && change->origin.actor != ACTOR_IMPORT &&
               act->now_s - newest->at <= UNDO_IMPORT_WINDOW_S;
        return STATUS_OK;
    }
    if (is_out) {
        *out = !is_told(newest->actor, newest->leave_reason);
        return STATUS_OK;
    }
    return is_news_to_topics(act, out);
}

/* A no that changes nothing, and yet is recorded, so that it stands by itself when what others said
 * before is taken back or built upon. */
static enum status is_no(const struct change_act *act, bool *out)
{
    const struct change *change = act->change;
    struct newest_choice newest;
    *out = false;
    if (act->after.status != act->before.status || act->after.choices != act->before.choices ||
        (change->intent != INTENT_OPT_OUT && change->turn_off == 0))
        return STATUS_OK;
    /* What others say off of somebody who is on the list is no news, whatever was before. */
    if (act->before.status != CONTACT_OPTED_OUT &&
        !is_told(change->origin.actor, change->leave_reason))
        return STATUS_OK;
    enum status status = change_history_newest(act->store, act->arena, act->before.head, &newest);
    if (status == STATUS_OK)
        status = is_news(act, &newest.entry, out);
    if (status != STATUS_OK || *out || act->before.status != CONTACT_OPTED_OUT)
        return status;
    return change_history_is_taken_back(act->store, act->arena, act->before.head, out);
}

/* What an edit turns out to be. */
static enum status want_kind(struct change_act *act, enum change_verdict *verdict)
{
    const struct contact *before = &act->before;
    const struct contact *after = &act->after;
    bool says_no = false;
    enum status status = is_no(act, &says_no);
    if (says_no || act->change->own_off != 0 || after->status != before->status ||
        after->choices != before->choices)
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
        *verdict = CHANGE_UNCHANGED;
    return status;
}

/* Sets after and, for edits, what kind it turned out to be; or the verdict that ends it. */
enum status change_want(struct change_act *act, enum change_verdict *verdict)
{
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
    enum status status = want_kind(act, verdict);
    if (status != STATUS_OK || *verdict != CHANGE_APPLIED ||
        strcmp(act->after.email_key, act->before.email_key) == 0)
        return status;
    return want_epoch(act);
}
