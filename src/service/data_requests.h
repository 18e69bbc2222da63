/*
 * service/data_requests: the register of what people asked for by letter, phone or mail: access,
 * erasure and the other rights of the GDPR, each with the day by which it must be answered.
 *
 * That is one month after it came (GDPR 12(3)): the same day of the next month, or that month's
 * last where it has none. It may be extended once by two months, with a reason. What is done for
 * the person is done elsewhere; here stands that it was asked for, and what came of it.
 */
#ifndef ASSENT_SERVICE_DATA_REQUESTS_H
#define ASSENT_SERVICE_DATA_REQUESTS_H

#include "service/service.h"
#include "store/data_requests.h"

#define DATA_REQUEST_WHO_MAX_BYTES  300
#define DATA_REQUEST_NOTE_MAX_BYTES 1000
#define DATA_REQUEST_PAGE           50

/* Closed ones go after that: as long as somebody may complain of how they were answered. */
#define DATA_REQUEST_KEEP_S (INT64_C(3 * 365) * 86400)

/* "access", "letter", "open": for files, forms and JSON. Static; parse: false: no such key. */
const char *data_request_kind_key(enum data_request_kind kind);
const char *data_request_way_key(enum data_request_way way);
const char *data_request_state_key(enum data_request_state state);
bool data_request_kind_parse(const char *key, enum data_request_kind *out);
bool data_request_way_parse(const char *key, enum data_request_way *out);

/* The last day to answer what came on a day, extended or not. */
int64_t data_request_due(int64_t received_at, bool is_extended);

/* Days from today until it is due, below 0 once it is overdue. */
int64_t data_request_days_left(const struct data_request *request, int64_t now_s);

enum data_request_act {
    DATA_REQUEST_ADD,
    DATA_REQUEST_EDIT,
    DATA_REQUEST_EXTEND,
    DATA_REQUEST_SHORTEN, /* takes the extension back */
    DATA_REQUEST_FINISH,  /* it was done */
    DATA_REQUEST_REFUSE,
    DATA_REQUEST_REOPEN, /* takes either back */
    DATA_REQUEST_UNDO,   /* REOPEN a closed one, SHORTEN an open one */
    DATA_REQUEST_ACT_COUNT
};

struct data_request_edit {
    enum data_request_act act;
    int64_t id;   /* not with ADD */
    int64_t head; /* the version that the form was made from; 0: whatever it is */
    /* Of ADD and EDIT, as typed; with EDIT NULL leaves it as it is. */
    const char *kind, *way, *received; /* "access", "letter", "2026-11-23" */
    const char *who, *email, *note;
    const char *words; /* why it is extended or refused (needed), or what was done */
    struct origin origin;
};

enum data_request_fault {
    DATA_REQUEST_FINE,
    DATA_REQUEST_GONE,
    DATA_REQUEST_STALE, /* others changed it meanwhile */
    DATA_REQUEST_LATE,  /* it is not in a state where that can be done (any more) */
    DATA_REQUEST_BAD_KIND,
    DATA_REQUEST_BAD_WAY,
    DATA_REQUEST_BAD_DAY,   /* no day, or one to come */
    DATA_REQUEST_BAD_WHO,   /* neither who nor an address, or too long */
    DATA_REQUEST_BAD_EMAIL, /* no address */
    DATA_REQUEST_BAD_NOTE,  /* too long */
    DATA_REQUEST_BAD_WORDS, /* missing, or too long */
    DATA_REQUEST_FAULT_COUNT
};

struct data_request_saved {
    enum data_request_fault fault; /* but for FINE nothing was written */
    bool is_unchanged;             /* it was so already; nothing was written */
    struct data_request request;   /* with FINE, as it is now */
};

/* Writes the row and its ledger entry. STATUS_OK also for refusals: read out. */
enum status data_requests_save(const struct service *service, struct txn *txn, struct arena *arena,
                               const struct data_request_edit *edit,
                               struct data_request_saved *out) MUST_CHECK;

struct data_request_line {
    struct data_request request;
    int64_t days_left;       /* of an open one */
    bool is_overdue;         /* open, and the day has passed */
    bool is_listed;          /* somebody on the list has its address: */
    struct public_id person; /* this one */
};

struct data_request_list {
    struct data_request_line *lines; /* by deadline; closed ones newest first */
    size_t count;                    /* at most DATA_REQUEST_PAGE */
    const char *next;                /* the cursor of the page behind; NULL: none */
    int64_t open, overdue;
    bool is_empty; /* none was ever noted */
};

/* cursor: list.next of the page before; NULL or unreadable: the first. */
enum status data_requests_list(const struct service *service, struct arena *arena, bool is_closed,
                               const char *cursor, int64_t now_s,
                               struct data_request_list *out) MUST_CHECK;

/* One of them. STATUS_NOT_FOUND. */
enum status data_requests_look(const struct service *service, struct arena *arena, int64_t id,
                               int64_t now_s, struct data_request_line *out) MUST_CHECK;

/* For the menu. */
enum status data_requests_open_count(const struct service *service, int64_t now_s, int64_t *open,
                                     int64_t *overdue) MUST_CHECK;

/* A person is erased: of all requests from their address the words go, and those in the ledger;
 * that there was one, and when it was answered, stays. email_key: as compared. */
enum status data_requests_forget(struct txn *txn, struct arena *arena,
                                 const char *email_key) MUST_CHECK;

/* Deletes those that were closed more than DATA_REQUEST_KEEP_S ago, some at a time; *is_done false:
 * there are more. */
enum status data_requests_sweep(struct txn *txn, struct arena *arena, int64_t now_s,
                                bool *is_done) MUST_CHECK;

#endif
