/*
 * view/data_requests_model: what the templates of view/data_requests are filled from. Made there
 * only.
 */
#ifndef ASSENT_VIEW_DATA_REQUESTS_MODEL_H
#define ASSENT_VIEW_DATA_REQUESTS_MODEL_H

#include "view/admin_model.h"
#include "view/data_requests.h"

struct data_request_row {
    const char *url, *who, *kind, *way;
    int64_t received_at, due_at, closed_at;
    const char *left; /* "in 5 days", "3 days late": of an open one */
    bool is_open, is_overdue, is_soon, is_done, is_refused;
    const char *person_url; /* NULL: nobody on the list */
};

/* The fields that are noted and edited, as they are or as typed. */
struct data_request_fields {
    struct option kinds[DATA_REQUEST_KIND_END], ways[DATA_REQUEST_WAY_END];
    size_t kinds_count, ways_count;
    const char *received, *who, *email, *note;
    const char *today; /* the last day that may be given */
    /* What is wrong: one of these, the others NULL. */
    const char *kind_fault, *way_fault, *received_fault, *who_fault, *email_fault, *note_fault;
};

struct data_requests_view {
    struct admin_frame frame;
    struct data_request_row *rows;
    size_t rows_count;
    int64_t open, overdue;
    bool can_change, opens_new, is_closed, is_empty, is_first;
    struct data_request_fields fields;
    const char *next_url;
};

struct data_request_view {
    struct admin_frame frame;
    struct data_request_row row;
    const char *title, *head;
    const char *email, *note, *extension, *answer;
    int64_t extended_at, extended_due;
    bool is_forgotten, can_change, can_extend, opens_edit;
    struct data_request_fields fields;
    const char *words, *reason;             /* as typed */
    const char *words_fault, *reason_fault; /* of the answer; of the extension */
};

#endif
