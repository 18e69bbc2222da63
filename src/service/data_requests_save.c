/*
 * service/data_requests_save: what may be done with a request of people's rights, and its entry in
 * the ledger. See data_requests.h.
 */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/email.h"
#include "service/change.h"
#include "service/change_note.h"
#include "service/data_requests.h"
#include "service/fields.h"

#define DAY_S  INT64_C(86400)
#define EAST_S (INT64_C(14) * 3600) /* where a day begins first, it begins so much before UTC */

struct act {
    const struct service *service;
    struct txn *txn;
    struct arena *arena;
    const struct data_request_edit *edit;
    int64_t now_s;
    struct data_request before, after;
    struct buf note; /* of the entry */
    struct data_request_saved saved;
};

static const char *day_text(struct arena *arena, int64_t day)
{
    char text[CLOCK_RFC3339_BYTES];

    clock_rfc3339(day, text);
    return arena_strndup(arena, text, 10);
}

static bool refuse(struct act *act, enum data_request_fault fault)
{
    act->saved.fault = fault;
    return false;
}

/* *out stays where nothing was typed. */
static bool read_text(const struct act *act, const char *typed, size_t max, const char **out)
{
    return !typed || fields_text(act->arena, typed, max, out) == STATUS_OK;
}

static bool read_email(struct act *act)
{
    const char *typed = act->edit->email;
    struct email email;

    if (!typed)
        return true;
    act->after.email = act->after.email_key = "";
    if (typed[strspn(typed, " \t\r\n")] == '\0')
        return true;
    if (email_parse(act->arena, typed, strlen(typed), &email, NULL) != STATUS_OK)
        return false;
    act->after.email = email.written;
    act->after.email_key = email.key;
    return true;
}

static bool read_received(struct act *act)
{
    const char *typed = act->edit->received;

    if (!typed)
        return act->after.received_at != 0;
    return clock_read_day(typed, &act->after.received_at) && act->after.received_at > 0 &&
           act->after.received_at <= act->now_s + EAST_S;
}

/* Reads what was typed into after; what was not stays. */
static bool read_fields(struct act *act)
{
    const struct data_request_edit *edit = act->edit;
    struct data_request *after = &act->after;

    if (edit->kind ? !data_request_kind_parse(edit->kind, &after->kind) : after->kind == 0)
        return refuse(act, DATA_REQUEST_BAD_KIND);
    if (edit->way ? !data_request_way_parse(edit->way, &after->way) : after->way == 0)
        return refuse(act, DATA_REQUEST_BAD_WAY);
    if (!read_received(act))
        return refuse(act, DATA_REQUEST_BAD_DAY);
    if (!read_email(act))
        return refuse(act, DATA_REQUEST_BAD_EMAIL);
    if (!read_text(act, edit->who, DATA_REQUEST_WHO_MAX_BYTES, &after->who) ||
        (*after->who == '\0' && *after->email == '\0' && !after->is_forgotten))
        return refuse(act, DATA_REQUEST_BAD_WHO);
    if (!read_text(act, edit->note, DATA_REQUEST_NOTE_MAX_BYTES, &after->note))
        return refuse(act, DATA_REQUEST_BAD_NOTE);
    if (*after->who || *after->email || *after->note)
        after->is_forgotten = false; /* words again, of the same or of another */
    after->due_at = data_request_due(after->received_at, after->extended_at != 0);
    return true;
}

static bool read_words(struct act *act, bool is_needed, const char **out)
{
    const char *words = "";

    if (!read_text(act, act->edit->words, DATA_REQUEST_NOTE_MAX_BYTES, &words) ||
        (is_needed && *words == '\0'))
        return refuse(act, DATA_REQUEST_BAD_WORDS);
    *out = words;
    return true;
}

static void add_line(struct act *act, const char *name, const char *was, const char *is)
{
    if (strcmp(was, is) == 0)
        return;
    if (act->note.len > 0)
        buf_addc(&act->note, '\n');
    buf_printf(&act->note, "%s: %s%s%s", name, was, *was ? CHANGE_NOTE_TO : "", is);
}

/* What the ledger says of ADD and EDIT: a line for each field, as it was and is. */
static void note_fields(struct act *act)
{
    const struct data_request *was = &act->before, *is = &act->after;
    const bool is_new = act->edit->act == DATA_REQUEST_ADD;

    add_line(act, "kind", is_new ? "" : data_request_kind_key(was->kind),
             data_request_kind_key(is->kind));
    add_line(act, "by", is_new ? "" : data_request_way_key(was->way),
             data_request_way_key(is->way));
    add_line(act, "received", is_new ? "" : day_text(act->arena, was->received_at),
             day_text(act->arena, is->received_at));
    add_line(act, "due", is_new ? "" : day_text(act->arena, was->due_at),
             day_text(act->arena, is->due_at));
    add_line(act, "from", was->who, is->who);
    add_line(act, "address", was->email, is->email);
    add_line(act, "note", was->note, is->note);
}

static bool extend(struct act *act)
{
    struct data_request *after = &act->after;

    if (after->state != DATA_REQUEST_OPEN || after->extended_at != 0)
        return refuse(act, DATA_REQUEST_LATE);
    if (!read_words(act, true, &after->extension))
        return false;
    after->extended_at = act->now_s;
    after->due_at = data_request_due(after->received_at, true);
    buf_printf(&act->note, "extended until %s: %s", day_text(act->arena, after->due_at),
               after->extension);
    return true;
}

static bool shorten(struct act *act)
{
    struct data_request *after = &act->after;

    if (after->state != DATA_REQUEST_OPEN || after->extended_at == 0)
        return refuse(act, DATA_REQUEST_LATE);
    after->extended_at = 0;
    after->extension = "";
    after->due_at = data_request_due(after->received_at, false);
    buf_printf(&act->note, "not extended: due %s", day_text(act->arena, after->due_at));
    return true;
}

static bool end_as(struct act *act, enum data_request_state state)
{
    struct data_request *after = &act->after;

    if (after->state != DATA_REQUEST_OPEN)
        return refuse(act, DATA_REQUEST_LATE);
    if (!read_words(act, state == DATA_REQUEST_REFUSED, &after->answer))
        return false;
    after->state = state;
    after->closed_at = act->now_s;
    buf_printf(&act->note, "%s%s%s", data_request_state_key(state), *after->answer ? ": " : "",
               after->answer);
    return true;
}

static bool reopen(struct act *act)
{
    struct data_request *after = &act->after;

    if (after->state == DATA_REQUEST_OPEN)
        return refuse(act, DATA_REQUEST_LATE);
    after->state = DATA_REQUEST_OPEN;
    after->closed_at = 0;
    after->answer = "";
    buf_adds(&act->note, "reopened");
    return true;
}

/* Makes after and the note. False: refused. */
static bool decide(struct act *act)
{
    switch (act->edit->act) {
    case DATA_REQUEST_ADD:
    case DATA_REQUEST_EDIT:
        if (!read_fields(act))
            return false;
        note_fields(act);
        return true;
    case DATA_REQUEST_EXTEND:
        return extend(act);
    case DATA_REQUEST_SHORTEN:
        return shorten(act);
    case DATA_REQUEST_FINISH:
        return end_as(act, DATA_REQUEST_DONE);
    case DATA_REQUEST_REFUSE:
        return end_as(act, DATA_REQUEST_REFUSED);
    case DATA_REQUEST_REOPEN:
        return reopen(act);
    case DATA_REQUEST_UNDO:
        return act->after.state == DATA_REQUEST_OPEN ? shorten(act) : reopen(act);
    case DATA_REQUEST_ACT_COUNT:
        break;
    }
    return refuse(act, DATA_REQUEST_LATE);
}

static enum status write(struct act *act)
{
    const bool is_new = act->edit->act == DATA_REQUEST_ADD;
    struct data_request *after = &act->after;
    enum status status = is_new ? data_requests_insert(act->txn, after, &after->id) : STATUS_OK;
    struct entry entry = {.kind = is_new ? ENTRY_REQUEST_ADDED : ENTRY_REQUEST_EDITED,
                          .subject = after->id,
                          .private = {.note = act->note.data}};

    if (status == STATUS_OK)
        status = change_record(act->service, act->txn, &entry, &act->edit->origin);
    after->head = entry.position;
    if (status == STATUS_OK)
        status = data_requests_update(act->txn, after);
    if (status == STATUS_OK)
        act->saved.request = *after;
    return status;
}

/* False: there is none, or it changed meanwhile. */
static enum status read_before(struct act *act, bool *is_there)
{
    const struct data_request none = {
        .who = "", .email = "", .email_key = "", .note = "", .extension = "", .answer = ""};
    enum status status = STATUS_OK;

    act->before = none;
    if (act->edit->act != DATA_REQUEST_ADD)
        status = data_requests_get(txn_store(act->txn), act->arena, act->edit->id, &act->before);
    *is_there = status == STATUS_OK;
    act->after = act->before;
    if (status == STATUS_NOT_FOUND)
        act->saved.fault = DATA_REQUEST_GONE;
    else if (status == STATUS_OK && act->edit->act != DATA_REQUEST_ADD && act->edit->head != 0 &&
             act->edit->head != act->before.head.value)
        *is_there = refuse(act, DATA_REQUEST_STALE);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status data_requests_save(const struct service *service, struct txn *txn, struct arena *arena,
                               const struct data_request_edit *edit, struct data_request_saved *out)
{
    struct act act = {
        .service = service, .txn = txn, .arena = arena, .edit = edit, .now_s = clock_now_s()};
    bool is_there = false;
    enum status status = read_before(&act, &is_there);

    if (status == STATUS_OK && is_there && decide(&act)) {
        act.saved.request = act.after;
        act.saved.is_unchanged = act.note.len == 0;
        if (!act.saved.is_unchanged)
            status = write(&act);
    }
    buf_free(&act.note);
    if (status == STATUS_OK)
        *out = act.saved;
    return status;
}
