/*
 * service/data_requests: see data_requests.h. Reading and forgetting; saving is in
 * data_requests_save.c.
 */
#include "service/data_requests.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/contacts.h"

#define DAY_S          INT64_C(86400)
#define ROWS_AT_ONCE   20
#define FORGET_AT_ONCE 1000 /* requests of one person */

static const char *const kinds[] = {
    [DATA_REQUEST_ACCESS] = "access",           [DATA_REQUEST_RECTIFICATION] = "rectification",
    [DATA_REQUEST_ERASURE] = "erasure",         [DATA_REQUEST_RESTRICTION] = "restriction",
    [DATA_REQUEST_PORTABILITY] = "portability", [DATA_REQUEST_OBJECTION] = "objection",
};
static_assert(sizeof kinds / sizeof *kinds == DATA_REQUEST_KIND_END, "a key for every kind");

static const char *const ways[] = {
    [DATA_REQUEST_LETTER] = "letter",       [DATA_REQUEST_PHONE] = "phone",
    [DATA_REQUEST_MAIL] = "mail",           [DATA_REQUEST_IN_PERSON] = "in_person",
    [DATA_REQUEST_OTHERWISE] = "otherwise",
};
static_assert(sizeof ways / sizeof *ways == DATA_REQUEST_WAY_END, "a key for every way");

static const char *const states[] = {
    [DATA_REQUEST_OPEN] = "open",
    [DATA_REQUEST_DONE] = "done",
    [DATA_REQUEST_REFUSED] = "refused",
};
static_assert(sizeof states / sizeof *states == DATA_REQUEST_STATE_COUNT, "a key for every state");

const char *data_request_kind_key(enum data_request_kind kind)
{
    return kinds[kind];
}

const char *data_request_way_key(enum data_request_way way)
{
    return ways[way];
}

const char *data_request_state_key(enum data_request_state state)
{
    return states[state];
}

bool data_request_kind_parse(const char *key, enum data_request_kind *out)
{
    for (int i = 1; i < DATA_REQUEST_KIND_END; i++)
        if (strcmp(kinds[i], key) == 0) {
            *out = (enum data_request_kind)i;
            return true;
        }
    return false;
}

bool data_request_way_parse(const char *key, enum data_request_way *out)
{
    for (int i = 1; i < DATA_REQUEST_WAY_END; i++)
        if (strcmp(ways[i], key) == 0) {
            *out = (enum data_request_way)i;
            return true;
        }
    return false;
}

int64_t data_request_due(int64_t received_at, bool is_extended)
{
    return clock_add_months(received_at, is_extended ? 3 : 1);
}

int64_t data_request_days_left(const struct data_request *request, int64_t now_s)
{
    return request->due_at / DAY_S - now_s / DAY_S;
}

static enum status fill_line(struct store *store, struct arena *arena, int64_t now_s,
                             const struct data_request *request, struct data_request_line *out)
{
    struct data_request_line line = {.request = *request,
                                     .days_left = data_request_days_left(request, now_s)};
    struct contact contact = {0};
    enum status status = STATUS_NOT_FOUND;

    line.is_overdue = request->state == DATA_REQUEST_OPEN && line.days_left < 0;
    if (*request->email_key)
        status = contacts_find_email(store, arena, request->email_key, &contact);
    if (status == STATUS_OK) {
        line.is_listed = true;
        line.person = contact.public_id;
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = line;
    return STATUS_OK;
}

/* "at.id", as list.next gives it; false: it is none. */
static bool read_cursor(const char *cursor, int64_t *at_s, int64_t *id)
{
    char *end;

    if (cursor == NULL || *cursor < '0' || *cursor > '9')
        return false;
    *at_s = strtoll(cursor, &end, 10);
    if (*end != '.' || end[1] < '0' || end[1] > '9')
        return false;
    *id = strtoll(end + 1, &end, 10);
    return *end == '\0';
}

static enum status read_page(struct store *store, struct arena *arena, bool is_closed,
                             const char *cursor, struct data_request **rows, size_t *count)
{
    int64_t at_s = is_closed ? INT64_MAX : 0, id = is_closed ? INT64_MAX : 0;

    read_cursor(cursor, &at_s, &id);
    return is_closed ? data_requests_list_closed(store, arena, at_s, id, DATA_REQUEST_PAGE + 1,
                                                 rows, count)
                     : data_requests_list_open(store, arena, at_s, id, DATA_REQUEST_PAGE + 1, rows,
                                               count);
}

enum status data_requests_list(const struct service *service, struct arena *arena, bool is_closed,
                               const char *cursor, int64_t now_s, struct data_request_list *out)
{
    struct data_request_list list = {0};
    struct data_request *rows;
    size_t count;
    bool any = false;
    struct store *store = service->store;
    enum status status = read_page(store, arena, is_closed, cursor, &rows, &count);

    if (status == STATUS_OK)
        status = data_requests_open_count(service, now_s, &list.open, &list.overdue);
    if (status == STATUS_OK)
        status = data_requests_any(store, &any);
    if (status != STATUS_OK)
        return status;
    list.is_empty = !any;
    list.count = count < DATA_REQUEST_PAGE ? count : DATA_REQUEST_PAGE;
    list.lines = arena_array(arena, list.count, sizeof *list.lines);
    for (size_t i = 0; i < list.count && status == STATUS_OK; i++)
        status = fill_line(store, arena, now_s, &rows[i], &list.lines[i]);
    if (status == STATUS_OK && count > list.count) {
        const struct data_request *last = &rows[list.count - 1];
        list.next = arena_printf(arena, "%lld.%lld",
                                 (long long)(is_closed ? last->closed_at : last->due_at),
                                 (long long)last->id);
    }
    if (status == STATUS_OK)
        *out = list;
    return status;
}

enum status data_requests_look(const struct service *service, struct arena *arena, int64_t id,
                               int64_t now_s, struct data_request_line *out)
{
    struct data_request request;
    enum status status = data_requests_get(service->store, arena, id, &request);

    return status == STATUS_OK ? fill_line(service->store, arena, now_s, &request, out) : status;
}

enum status data_requests_open_count(const struct service *service, int64_t now_s, int64_t *open,
                                     int64_t *overdue)
{
    enum status status = data_requests_due_before(service->store, INT64_MAX, open);

    return status == STATUS_OK
               ? data_requests_due_before(service->store, now_s / DAY_S * DAY_S, overdue)
               : status;
}

enum status data_requests_forget(struct txn *txn, struct arena *arena, const char *email_key)
{
    struct data_request *rows;
    size_t count;
    enum status status =
        data_requests_list_from(txn_store(txn), arena, email_key, FORGET_AT_ONCE, &rows, &count);

    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct data_request request = rows[i];
        request.who = request.email = request.email_key = "";
        request.note = request.extension = request.answer = "";
        request.is_forgotten = true;
        status = data_requests_update(txn, &request);
        if (status == STATUS_OK)
            status = data_requests_blank_entries(txn, arena, request.id);
    }
    return status;
}

enum status data_requests_sweep(struct txn *txn, struct arena *arena, int64_t now_s, bool *is_done)
{
    struct data_request *rows;
    size_t count = 0;
    enum status status = data_requests_list_old(txn_store(txn), arena, now_s - DATA_REQUEST_KEEP_S,
                                                ROWS_AT_ONCE, &rows, &count);

    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = data_requests_blank_entries(txn, arena, rows[i].id);
        if (status == STATUS_OK)
            status = data_requests_delete(txn, rows[i].id);
    }
    *is_done = count < ROWS_AT_ONCE;
    return status;
}
