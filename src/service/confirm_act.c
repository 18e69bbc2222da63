/*
 * service/confirm_act: what the buttons behind a confirmation's link do. See confirm.h.
 */
#include "service/confirm_act.h"

#include <string.h>

#include "base/clock.h"
#include "service/settings.h"
#include "service/wording.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/topics.h"

#define DAY_S 86400

/* One press of a button on its way. */
struct press {
    const struct service *service; /* its store is the transaction's */
    struct txn *txn;
    struct arena *arena;
    struct confirm_opened link; /* as it stands now */
    struct origin origin;
    int64_t now_s;
    enum confirm_notice notice;
};

static enum status end(struct press *press, enum confirmation_outcome outcome,
                       enum confirm_state state)
{
    struct confirmation *row = &press->link.confirmation;
    row->outcome = outcome;
    row->ended_at = press->now_s;
    row->expires_at = press->now_s + CONFIRM_KEEP_S;
    press->link.state = state;
    return confirmations_end(press->txn, row);
}

/* Where and when it was asked: the other half of the proof. */
static const char *note_of(const struct press *press, const char *where)
{
    char at[CLOCK_HUMAN_BYTES];
    clock_human(press->link.confirmation.asked_at, at);
    return arena_printf(press->arena, "%s, %s; confirmed by mail", where, at);
}

/* And from where. Beside the client that pressed, so that both go from the record together. */
static void add_asker(struct press *press)
{
    const struct confirmation *row = &press->link.confirmation;
    const char *pressed = press->origin.agent ? press->origin.agent : "";
    press->origin.agent = arena_printf(
        press->arena, "asked from %s%s%s%s%s", *row->address ? row->address : "an unknown address",
        *row->agent ? ", " : "", row->agent, *pressed ? "; " : "", pressed);
}

static enum status apply(struct press *press, struct change *change, struct change_result *out)
{
    change->origin = press->origin;
    return change_apply(press->service, press->txn, press->arena, change, out);
}

static enum status join(struct press *press)
{
    const struct confirmation *row = &press->link.confirmation;
    uint64_t in_use = 0;
    struct contact contact = {0};
    enum status status = topics_in_use(press->service->store, &in_use);
    if (status != STATUS_OK)
        return status;
    struct change change = {.kind = ENTRY_CHOICES,
                            .turn_on = row->choices & in_use,
                            .note = note_of(press, "asked on the sign-up form")};
    if (change.turn_on == 0) {
        press->link.state = CONFIRM_CLOSED;
        return STATUS_OK;
    }
    status = contacts_find_email(press->service->store, press->arena, row->email_key, &contact);
    if (status == STATUS_NOT_FOUND) {
        change.kind = ENTRY_CONTACT_ADDED;
        change.email = row->email;
        change.email_key = row->email_key;
        change.name = row->name;
        change.language = row->language;
    } else if (status == STATUS_OK) {
        change.contact = contact.id;
        change.known = &contact;
        if (!*contact.name && *row->name)
            change.name = row->name;
        if (!*contact.language)
            change.language = row->language;
    } else {
        return status;
    }
    add_asker(press);
    struct change_result result;
    status = apply(press, &change, &result);
    if (status != STATUS_OK)
        return status;
    if (result.verdict == CHANGE_APPLIED || result.verdict == CHANGE_UNCHANGED)
        return end(press, CONFIRMATION_CONFIRMED, CONFIRM_DONE);
    press->link.state = CONFIRM_CLOSED;
    return STATUS_OK;
}

static enum status move(struct press *press)
{
    const struct confirmation *row = &press->link.confirmation;
    struct change change = {.kind = ENTRY_DETAILS,
                            .contact = row->contact,
                            .email = row->email,
                            .email_key = row->email_key,
                            .note = note_of(press, "asked on the preferences page")};
    add_asker(press);
    struct change_result result;
    enum status status = apply(press, &change, &result);
    if (status != STATUS_OK)
        return status;
    if (result.verdict != CHANGE_APPLIED) {
        press->link.state = CONFIRM_CLOSED;
        return STATUS_OK;
    }
    const struct letter letter = {.kind = LETTER_OLD_ADDRESS,
                                  .contact = row->contact,
                                  .confirmation = row->id,
                                  .address = result.before.email,
                                  .language = ""};
    status = outbox_put(press->service, press->txn, &letter, press->now_s);
    return status == STATUS_OK ? end(press, CONFIRMATION_CONFIRMED, CONFIRM_DONE) : status;
}

/* Reads whom the request was for, if they are on the list, and their newest entry. */
static enum status find_person(struct press *press, struct contact *contact, struct entry *head)
{
    enum status status = contacts_find_email(press->service->store, press->arena,
                                             press->link.confirmation.email_key, contact);
    if (status == STATUS_OK)
        status = entries_get(press->service->store, press->arena, contact->head, head);
    return status;
}

static enum status opt_out(struct press *press, struct contact *contact, const char *note)
{
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = contact->id,
                            .known = contact,
                            .intent = INTENT_OPT_OUT,
                            .note = note};
    struct change_result result;
    return apply(press, &change, &result);
}

/* A topic that asks for no confirmation put them on the list when the form came in: whoever did
 * not ask for the rest did not ask for that. */
static enum status decline(struct press *press)
{
    struct contact contact = {0};
    struct entry head = {0};
    enum status status = STATUS_NOT_FOUND;
    if (press->link.confirmation.kind == CONFIRMATION_JOIN)
        status = find_person(press, &contact, &head);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    const bool was_put_on = status == STATUS_OK && head.kind == ENTRY_CONTACT_ADDED &&
                            head.actor == ACTOR_RECIPIENT && head.proof_kind == PROOF_NONE;
    status = was_put_on ? opt_out(press, &contact, "did not ask for it") : STATUS_OK;
    return status == STATUS_OK ? end(press, CONFIRMATION_DECLINED, CONFIRM_DECLINED) : status;
}

/* The request waits again, for what is left of its days and at least an hour. */
static enum status reopen(struct press *press)
{
    struct confirmation *row = &press->link.confirmation;
    int64_t days = 0;
    enum status status =
        settings_number(press->service->store, press->arena, SETTING_CONFIRM_DAYS, &days);
    if (status != STATUS_OK)
        return status;
    row->outcome = CONFIRMATION_WAITS;
    row->ended_at = 0;
    row->expires_at = row->asked_at + days * DAY_S;
    if (row->expires_at < press->now_s + UNDO_WINDOW_S)
        row->expires_at = press->now_s + UNDO_WINDOW_S;
    press->link.state = CONFIRM_OPEN;
    press->notice = CONFIRM_NOTICE_UNDONE;
    return confirmations_end(press->txn, row);
}

/* What a sign-up turned on goes off again; who was put on the list by it stays there, opted out. */
static enum status take_back(struct press *press, bool *out)
{
    struct contact contact = {0};
    struct entry head = {0};
    enum status status = find_person(press, &contact, &head);
    *out = false;
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    if (!confirm_is_own(&head, &contact, &press->origin, press->now_s))
        return STATUS_OK;
    *out = true;
    if (head.kind == ENTRY_CONTACT_ADDED)
        return opt_out(press, &contact, "took the sign-up back");
    struct change change = {
        .kind = ENTRY_UNDONE, .contact = contact.id, .known = &contact, .undoes = head.position};
    struct change_result result;
    status = apply(press, &change, &result);
    *out = status == STATUS_OK && result.verdict == CHANGE_APPLIED;
    return status;
}

static enum status undo(struct press *press)
{
    const struct confirmation *row = &press->link.confirmation;
    bool can = false;
    enum status status = STATUS_OK;
    if (press->link.state == CONFIRM_OPEN) { /* pressed twice */
        press->notice = CONFIRM_NOTICE_UNDONE;
        return STATUS_OK;
    }
    if (press->link.state == CONFIRM_DECLINED)
        can = press->now_s - row->ended_at <= UNDO_WINDOW_S;
    else if (press->link.state == CONFIRM_DONE && row->kind == CONFIRMATION_JOIN)
        status = take_back(press, &can);
    if (status != STATUS_OK)
        return status;
    if (can)
        return reopen(press);
    if (press->link.state != CONFIRM_EXPIRED)
        press->notice = CONFIRM_NOTICE_UNDO_LATE;
    return STATUS_OK;
}

static enum status act(struct press *press, enum confirm_act act)
{
    const bool is_open = press->link.state == CONFIRM_OPEN;
    switch (act) {
    case CONFIRM_YES:
        if (!is_open)
            return STATUS_OK;
        return press->link.confirmation.kind == CONFIRMATION_JOIN ? join(press) : move(press);
    case CONFIRM_NO:
        return is_open ? decline(press) : STATUS_OK;
    case CONFIRM_UNDO:
        return undo(press);
    case CONFIRM_LOOK:
    case CONFIRM_ACT_COUNT:
        break;
    }
    return STATUS_OK;
}

enum status confirm_act(const struct service *service, struct txn *txn, struct arena *arena,
                        const struct confirm_opened *link, const char *token,
                        const struct confirm_request *request, int64_t now_s,
                        struct confirm_page *out)
{
    struct service inside = *service;
    inside.store = txn_store(txn);
    struct press press = {
        .service = &inside, .txn = txn, .arena = arena, .link = *link, .now_s = now_s};
    enum status status = STATUS_OK;
    if (link->state >= CONFIRM_OPEN) {
        struct confirmation *row = &press.link.confirmation;
        status = confirmations_get(inside.store, arena, link->confirmation.id, row);
        if (status == STATUS_OK)
            status = confirm_judge(inside.store, arena, row, now_s, &press.link.state);
        else if (status == STATUS_NOT_FOUND)
            press.link = (struct confirm_opened){
                .state = CONFIRM_EXPIRED, .lang = link->lang, .claims = link->claims};
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        if (press.link.state == CONFIRM_EXPIRED)
            *row = (struct confirmation){0};
        press.origin = confirm_origin(&press.link, request);
        status = wording_of_act(&inside, request->wording, &press.origin);
        if (status == STATUS_OK)
            status = act(&press, request->act);
    }
    if (status == STATUS_OK)
        status = confirm_look(&inside, arena, &press.link, token, now_s, out);
    if (status == STATUS_OK)
        out->notice = press.notice;
    return status;
}
