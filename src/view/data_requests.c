/*
 * view/data_requests: see data_requests.h.
 */
#include "view/data_requests.h"

#include <assert.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "templates.h"
#include "view/data_requests_model.h"

#define SOON_DAYS 7

static const enum text kind_texts[] = {
    [DATA_REQUEST_ACCESS] = TEXT_ADMIN_REQUESTS_ACCESS,
    [DATA_REQUEST_RECTIFICATION] = TEXT_ADMIN_REQUESTS_RECTIFICATION,
    [DATA_REQUEST_ERASURE] = TEXT_ADMIN_REQUESTS_ERASURE,
    [DATA_REQUEST_RESTRICTION] = TEXT_ADMIN_REQUESTS_RESTRICTION,
    [DATA_REQUEST_PORTABILITY] = TEXT_ADMIN_REQUESTS_PORTABILITY,
    [DATA_REQUEST_OBJECTION] = TEXT_ADMIN_REQUESTS_OBJECTION,
};
static_assert(sizeof kind_texts / sizeof *kind_texts == DATA_REQUEST_KIND_END, "words: kinds");

static const enum text way_texts[] = {
    [DATA_REQUEST_LETTER] = TEXT_ADMIN_REQUESTS_LETTER,
    [DATA_REQUEST_PHONE] = TEXT_ADMIN_REQUESTS_PHONE,
    [DATA_REQUEST_MAIL] = TEXT_ADMIN_REQUESTS_MAIL,
    [DATA_REQUEST_IN_PERSON] = TEXT_ADMIN_REQUESTS_IN_PERSON,
    [DATA_REQUEST_OTHERWISE] = TEXT_ADMIN_REQUESTS_OTHERWISE,
};
static_assert(sizeof way_texts / sizeof *way_texts == DATA_REQUEST_WAY_END, "words: ways");

static const char *who_of(struct arena *arena, const struct data_request *request)
{
    if (request->is_forgotten)
        return ADMIN_TEXT(arena, TEXT_ADMIN_REQUESTS_FORGOTTEN);
    return *request->who ? request->who : request->email;
}

static const char *left_of(struct arena *arena, int64_t days)
{
    if (days < 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_REQUESTS_LATE, ARG("n", -days));
    if (days == 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_REQUESTS_TODAY);
    return ADMIN_TEXT(arena, TEXT_ADMIN_REQUESTS_LEFT, ARG("n", days));
}

static struct data_request_row row_of(struct arena *arena, const struct data_request_line *line)
{
    const struct data_request *request = &line->request;
    struct data_request_row row = {
        .url = arena_printf(arena, "/admin/requests/%lld", (long long)request->id),
        .who = who_of(arena, request),
        .kind = ADMIN_TEXT(arena, kind_texts[request->kind]),
        .way = ADMIN_TEXT(arena, way_texts[request->way]),
        .received_at = request->received_at,
        .due_at = request->due_at,
        .closed_at = request->closed_at,
        .left = left_of(arena, line->days_left),
        .is_open = request->state == DATA_REQUEST_OPEN,
        .is_overdue = line->is_overdue,
        .is_done = request->state == DATA_REQUEST_DONE,
        .is_refused = request->state == DATA_REQUEST_REFUSED,
    };
    char id[PUBLIC_ID_TEXT_BYTES];

    row.is_soon = row.is_open && !row.is_overdue && line->days_left <= SOON_DAYS;
    if (line->is_listed) {
        public_id_text(line->person, id);
        row.person_url = arena_printf(arena, "/admin/people/%s", id);
    }
    return row;
}

static const char *iso_day(struct arena *arena, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES];

    clock_rfc3339(at_s, text);
    return arena_strndup(arena, text, 10);
}

static void put_options(struct data_request_fields *fields, struct arena *arena, const char *kind,
                        const char *way)
{
    for (int i = 1; i < DATA_REQUEST_KIND_END; i++) {
        const char *key = data_request_kind_key((enum data_request_kind)i);
        fields->kinds[fields->kinds_count++] =
            (struct option){key, ADMIN_TEXT(arena, kind_texts[i]), strcmp(key, kind) == 0};
    }
    for (int i = 1; i < DATA_REQUEST_WAY_END; i++) {
        const char *key = data_request_way_key((enum data_request_way)i);
        fields->ways[fields->ways_count++] =
            (struct option){key, ADMIN_TEXT(arena, way_texts[i]), strcmp(key, way) == 0};
    }
}

static const char *first_of(const char *typed, const char *stored)
{
    return typed ? typed : stored;
}

/* request: as it is, or of a new one its defaults. */
static void put_fields(struct data_request_fields *fields, struct arena *arena,
                       const struct data_request *request, const struct data_requests_show *show)
{
    static const struct data_request_edit none = {0};
    const bool is_fields =
        show->edit && (show->edit->act == DATA_REQUEST_ADD || show->edit->act == DATA_REQUEST_EDIT);
    const struct data_request_edit *edit = is_fields ? show->edit : &none;

    fields->today = iso_day(arena, show->now_s);
    fields->received = first_of(edit->received, iso_day(arena, request->received_at));
    fields->who = first_of(edit->who, request->who);
    fields->email = first_of(edit->email, request->email);
    fields->note = first_of(edit->note, request->note);
    put_options(fields, arena, first_of(edit->kind, data_request_kind_key(request->kind)),
                first_of(edit->way, data_request_way_key(request->way)));
}

struct faults {
    struct admin_frame *frame;
    struct data_request_fields *fields;
    const char **words;
};

/* Puts what is wrong where it belongs. */
static void put_fault(struct faults *to, struct arena *arena, enum data_request_fault fault)
{
    static const enum text texts[] = {
        [DATA_REQUEST_FINE] = TEXT_ADMIN_REQUESTS_GONE, /* not said */
        [DATA_REQUEST_GONE] = TEXT_ADMIN_REQUESTS_GONE,
        [DATA_REQUEST_STALE] = TEXT_ADMIN_REQUESTS_STALE,
        [DATA_REQUEST_LATE] = TEXT_ADMIN_REQUESTS_TOO_LATE,
        [DATA_REQUEST_BAD_KIND] = TEXT_ADMIN_REQUESTS_BAD_KIND,
        [DATA_REQUEST_BAD_WAY] = TEXT_ADMIN_REQUESTS_BAD_WAY,
        [DATA_REQUEST_BAD_DAY] = TEXT_ADMIN_REQUESTS_BAD_DAY,
        [DATA_REQUEST_BAD_WHO] = TEXT_ADMIN_REQUESTS_BAD_WHO,
        [DATA_REQUEST_BAD_EMAIL] = TEXT_ADMIN_REQUESTS_BAD_EMAIL,
        [DATA_REQUEST_BAD_NOTE] = TEXT_ADMIN_REQUESTS_BAD_NOTE,
        [DATA_REQUEST_BAD_WORDS] = TEXT_ADMIN_REQUESTS_BAD_WORDS,
    };
    static_assert(sizeof texts / sizeof *texts == DATA_REQUEST_FAULT_COUNT, "words: faults");
    const char *text = ADMIN_TEXT(arena, texts[fault]);

    switch (fault) {
    case DATA_REQUEST_BAD_KIND:
        to->fields->kind_fault = text;
        break;
    case DATA_REQUEST_BAD_WAY:
        to->fields->way_fault = text;
        break;
    case DATA_REQUEST_BAD_DAY:
        to->fields->received_fault = text;
        break;
    case DATA_REQUEST_BAD_WHO:
        to->fields->who_fault = text;
        break;
    case DATA_REQUEST_BAD_EMAIL:
        to->fields->email_fault = text;
        break;
    case DATA_REQUEST_BAD_NOTE:
        to->fields->note_fault = text;
        break;
    case DATA_REQUEST_BAD_WORDS:
        *to->words = text;
        break;
    case DATA_REQUEST_GONE:
    case DATA_REQUEST_STALE:
    case DATA_REQUEST_LATE:
        to->frame->shell.notice = text;
        to->frame->shell.notice_is_fault = true;
        break;
    case DATA_REQUEST_FINE:
    case DATA_REQUEST_FAULT_COUNT:
        break;
    }
}

void view_data_requests(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                        const struct data_request_list *list, const struct data_requests_show *show)
{
    const struct data_request fresh = {.kind = DATA_REQUEST_ACCESS,
                                       .way = DATA_REQUEST_LETTER,
                                       .received_at = show->now_s,
                                       .who = "",
                                       .email = "",
                                       .note = ""};
    struct data_requests_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_REQUESTS_TITLE), 'r'),
        .rows = arena_array(arena, list->count, sizeof *view.rows),
        .rows_count = list->count,
        .open = list->open,
        .overdue = list->overdue,
        .can_change = show->can_change,
        .opens_new = show->edit != NULL,
        .is_closed = show->is_closed,
        .is_empty = list->is_empty,
        .is_first = show->is_first,
    };
    const char *unused = NULL;
    struct faults to = {&view.frame, &view.fields, &unused};

    for (size_t i = 0; i < list->count; i++)
        view.rows[i] = row_of(arena, &list->lines[i]);
    if (list->next)
        view.next_url = arena_printf(arena, "/admin/requests?%safter=%s",
                                     show->is_closed ? "state=closed&" : "", list->next);
    put_fields(&view.fields, arena, &fresh, show);
    if (show->saved)
        put_fault(&to, arena, show->saved->fault);
    template_data_requests(out, &view);
}

void view_data_request(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                       const struct data_request_line *line, const struct data_requests_show *show)
{
    const struct data_request *request = &line->request;
    const enum data_request_act act = show->edit ? show->edit->act : DATA_REQUEST_ACT_COUNT;
    const char *typed = show->edit && show->edit->words ? show->edit->words : "";
    const bool is_extending = act == DATA_REQUEST_EXTEND;
    struct data_request_view view = {
        .frame = admin_frame_of(shell, who_of(arena, request), 'r'),
        .row = row_of(arena, line),
        .title = who_of(arena, request),
        .head = arena_printf(arena, "%lld", (long long)request->head.value),
        .email = request->email,
        .note = request->note,
        .extension = request->extension,
        .answer = request->answer,
        .extended_at = request->extended_at,
        .extended_due = data_request_due(request->received_at, true),
        .is_forgotten = request->is_forgotten,
        .can_change = show->can_change,
        .can_extend =
            show->can_change && request->state == DATA_REQUEST_OPEN && request->extended_at == 0,
        .opens_edit = act == DATA_REQUEST_EDIT,
        .words = is_extending ? "" : typed,
        .reason = is_extending ? typed : "",
    };
    struct faults to = {&view.frame, &view.fields,
                        is_extending ? &view.reason_fault : &view.words_fault};

    put_fields(&view.fields, arena, request, show);
    if (show->saved)
        put_fault(&to, arena, show->saved->fault);
    if (show->can_undo) {
        view.frame.undo_url = view.row.url;
        view.frame.undoes = request->head;
    }
    template_data_request(out, &view);
}
