/*
 * tests/preview/states_data_requests: Communications → Requests in every state.
 */
#include "preview/states_data_requests.h"

#include "view/data_requests.h"

#define DAY_S  INT64_C(86400)
#define NOV_23 1795392000 /* 23 Nov 2026 */

static struct data_request_line sample(int at)
{
    const struct data_request_line lines[] = {
        {.request = {.id = 4,
                     .kind = DATA_REQUEST_ACCESS,
                     .way = DATA_REQUEST_LETTER,
                     .received_at = NOV_23 - 34 * DAY_S,
                     .due_at = NOV_23 - 3 * DAY_S,
                     .who = typed("Jane Roe, 1 Long Street, 12345 Somewhere in the Far South"),
                     .email = typed("jane@example.org"),
                     .email_key = "jane@example.org",
                     .note = typed("Wants it on paper; a copy of her passport is with it"),
                     .head = {40}},
         .days_left = -3,
         .is_overdue = true,
         .is_listed = true,
         .person = {0x1234}},
        {.request = {.id = 5,
                     .kind = DATA_REQUEST_ERASURE,
                     .way = DATA_REQUEST_PHONE,
                     .received_at = NOV_23 - 26 * DAY_S,
                     .due_at = NOV_23 + 5 * DAY_S,
                     .who = "",
                     .email = typed("kim.poe@example.org"),
                     .email_key = "kim.poe@example.org",
                     .note = "",
                     .head = {41}},
         .days_left = 5},
        {.request = {.id = 6,
                     .kind = DATA_REQUEST_PORTABILITY,
                     .way = DATA_REQUEST_MAIL,
                     .received_at = NOV_23 - 2 * DAY_S,
                     .due_at = NOV_23 + 90 * DAY_S,
                     .extended_at = NOV_23,
                     .who = typed("Wu"),
                     .email = "",
                     .email_key = "",
                     .note = "",
                     .head = {42}},
         .days_left = 90},
        {.request = {.id = 3,
                     .kind = DATA_REQUEST_OBJECTION,
                     .way = DATA_REQUEST_IN_PERSON,
                     .state = DATA_REQUEST_DONE,
                     .received_at = NOV_23 - 60 * DAY_S,
                     .due_at = NOV_23 - 30 * DAY_S,
                     .closed_at = NOV_23 - 40 * DAY_S,
                     .who = "",
                     .email = "",
                     .email_key = "",
                     .note = "",
                     .is_forgotten = true,
                     .head = {39}}},
        {.request = {.id = 2,
                     .kind = DATA_REQUEST_RECTIFICATION,
                     .way = DATA_REQUEST_OTHERWISE,
                     .state = DATA_REQUEST_REFUSED,
                     .received_at = NOV_23 - 80 * DAY_S,
                     .due_at = NOV_23 - 50 * DAY_S,
                     .closed_at = NOV_23 - 60 * DAY_S,
                     .who = typed("Somebody"),
                     .email = "",
                     .email_key = "",
                     .note = "",
                     .head = {38}}},
    };
    struct data_request_line line = lines[at];
    line.request.extension = line.request.extended_at ? typed("Many files, in three archives") : "";
    line.request.answer =
        line.request.state == DATA_REQUEST_REFUSED ? typed("Not who they said they were") : "";
    return line;
}

static void list(struct buf *out, struct arena *arena, int first, size_t count,
                 const struct data_requests_show *show)
{
    struct admin_shell frame = states_shell();
    struct data_request_line lines[3];
    struct data_request_list all = {
        .lines = lines, .count = count, .is_empty = first < 0, .next = count == 3 ? "1.6" : NULL};

    for (size_t i = 0; i < count; i++) {
        lines[i] = sample(first + (int)i);
        all.open += lines[i].request.state == DATA_REQUEST_OPEN;
        all.overdue += lines[i].is_overdue;
    }
    frame.open_requests = all.open;
    frame.overdue_requests = all.overdue;
    view_data_requests(out, arena, &frame, &all, show);
}

void states_requests(struct buf *out, struct arena *arena)
{
    list(out, arena, 0, 3,
         &(struct data_requests_show){.now_s = NOV_23, .can_change = true, .is_first = true});
}

void states_requests_calm(struct buf *out, struct arena *arena)
{
    list(out, arena, 2, 1, &(struct data_requests_show){.now_s = NOV_23, .can_change = true});
}

void states_requests_closed(struct buf *out, struct arena *arena)
{
    list(out, arena, 3, 2,
         &(struct data_requests_show){
             .now_s = NOV_23, .can_change = true, .is_closed = true, .is_first = true});
}

void states_requests_viewer(struct buf *out, struct arena *arena)
{
    list(out, arena, 0, 3, &(struct data_requests_show){.now_s = NOV_23, .is_first = true});
}

void states_requests_none(struct buf *out, struct arena *arena)
{
    list(out, arena, -1, 0,
         &(struct data_requests_show){.now_s = NOV_23, .can_change = true, .is_first = true});
}

void states_requests_all_done(struct buf *out, struct arena *arena)
{
    list(out, arena, 0, 0,
         &(struct data_requests_show){.now_s = NOV_23, .can_change = true, .is_first = true});
}

void states_requests_none_closed(struct buf *out, struct arena *arena)
{
    list(out, arena, 0, 0,
         &(struct data_requests_show){
             .now_s = NOV_23, .can_change = true, .is_closed = true, .is_first = true});
}

static void refused(struct buf *out, struct arena *arena, enum data_request_fault fault)
{
    const struct data_request_edit edit = {.act = DATA_REQUEST_ADD,
                                           .kind = "erasure",
                                           .way = "phone",
                                           .received = typed("2026-13-01"),
                                           .who = typed("Jane"),
                                           .email = typed("jane"),
                                           .note = typed("A word")};
    const struct data_request_saved saved = {.fault = fault};

    list(
        out, arena, 0, 3,
        &(struct data_requests_show){
            .now_s = NOV_23, .can_change = true, .is_first = true, .edit = &edit, .saved = &saved});
}

void states_requests_bad_day(struct buf *out, struct arena *arena)
{
    refused(out, arena, DATA_REQUEST_BAD_DAY);
}

void states_requests_bad_who(struct buf *out, struct arena *arena)
{
    refused(out, arena, DATA_REQUEST_BAD_WHO);
}

void states_requests_bad_email(struct buf *out, struct arena *arena)
{
    refused(out, arena, DATA_REQUEST_BAD_EMAIL);
}

void states_requests_bad_kind(struct buf *out, struct arena *arena)
{
    refused(out, arena, DATA_REQUEST_BAD_KIND);
}

void states_requests_bad_way(struct buf *out, struct arena *arena)
{
    refused(out, arena, DATA_REQUEST_BAD_WAY);
}

void states_requests_bad_note(struct buf *out, struct arena *arena)
{
    refused(out, arena, DATA_REQUEST_BAD_NOTE);
}

static void one(struct buf *out, struct arena *arena, int at, const struct data_requests_show *show)
{
    struct admin_shell frame = states_shell();
    const struct data_request_line line = sample(at);

    if (show->can_undo)
        frame.notice = "Closed: refused.";
    view_data_request(out, arena, &frame, &line, show);
}

void states_request(struct buf *out, struct arena *arena)
{
    one(out, arena, 0, &(struct data_requests_show){.now_s = NOV_23, .can_change = true});
}

void states_request_extended(struct buf *out, struct arena *arena)
{
    one(out, arena, 2, &(struct data_requests_show){.now_s = NOV_23, .can_change = true});
}

void states_request_viewer(struct buf *out, struct arena *arena)
{
    one(out, arena, 1, &(struct data_requests_show){.now_s = NOV_23});
}

void states_request_refused(struct buf *out, struct arena *arena)
{
    one(out, arena, 4,
        &(struct data_requests_show){.now_s = NOV_23, .can_change = true, .can_undo = true});
}

void states_request_forgotten(struct buf *out, struct arena *arena)
{
    one(out, arena, 3, &(struct data_requests_show){.now_s = NOV_23, .can_change = true});
}

static void one_refused(struct buf *out, struct arena *arena, enum data_request_act act,
                        enum data_request_fault fault)
{
    const struct data_request_edit edit = {.act = act, .words = typed("")};
    const struct data_request_saved saved = {.fault = fault};

    one(out, arena, 0,
        &(struct data_requests_show){
            .now_s = NOV_23, .can_change = true, .edit = &edit, .saved = &saved});
}

void states_request_no_words(struct buf *out, struct arena *arena)
{
    one_refused(out, arena, DATA_REQUEST_REFUSE, DATA_REQUEST_BAD_WORDS);
}

void states_request_no_reason(struct buf *out, struct arena *arena)
{
    one_refused(out, arena, DATA_REQUEST_EXTEND, DATA_REQUEST_BAD_WORDS);
}

void states_request_late(struct buf *out, struct arena *arena)
{
    one_refused(out, arena, DATA_REQUEST_EXTEND, DATA_REQUEST_LATE);
}

void states_request_stale(struct buf *out, struct arena *arena)
{
    const struct data_request_saved saved = {.fault = DATA_REQUEST_STALE};

    one(out, arena, 0,
        &(struct data_requests_show){.now_s = NOV_23, .can_change = true, .saved = &saved});
}
