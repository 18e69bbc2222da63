/*
 * store/data_requests: what people asked for by letter, phone or mail, one row a request, and which
 * entries of the ledger are about it. When it is due and what may follow what is
 * service/data_requests.
 */
#ifndef ASSENT_STORE_DATA_REQUESTS_H
#define ASSENT_STORE_DATA_REQUESTS_H

#include "store/store.h"

/* Stored: never renumbered, only added to. Articles are the GDPR's. */
enum data_request_kind {
    DATA_REQUEST_ACCESS = 1,    /* 15 */
    DATA_REQUEST_RECTIFICATION, /* 16 */
    DATA_REQUEST_ERASURE,       /* 17 */
    DATA_REQUEST_RESTRICTION,   /* 18 */
    DATA_REQUEST_PORTABILITY,   /* 20 */
    DATA_REQUEST_OBJECTION,     /* 21 */
    DATA_REQUEST_KIND_END
};

enum data_request_way {
    DATA_REQUEST_LETTER = 1,
    DATA_REQUEST_PHONE,
    DATA_REQUEST_MAIL,
    DATA_REQUEST_IN_PERSON,
    DATA_REQUEST_OTHERWISE,
    DATA_REQUEST_WAY_END
};

enum data_request_state {
    DATA_REQUEST_OPEN,
    DATA_REQUEST_DONE,
    DATA_REQUEST_REFUSED,
    DATA_REQUEST_STATE_COUNT
};

struct data_request {
    int64_t id;
    enum data_request_kind kind;
    enum data_request_way way;
    enum data_request_state state;
    int64_t received_at, due_at;    /* days: their first second, UTC */
    int64_t extended_at, closed_at; /* 0: not */
    const char *who;                /* name or address as they gave it; "" once forgotten */
    const char *email, *email_key;  /* "": none was given */
    const char *note, *extension, *answer;
    bool is_forgotten;    /* the person was erased, and all words here with them */
    struct position head; /* of its newest entry: the row's version */
};

/* STATUS_NOT_FOUND. */
enum status data_requests_get(struct store *store, struct arena *arena, int64_t id,
                              struct data_request *out) MUST_CHECK;

/* Open ones behind (due_at, id), by deadline; closed ones before (closed_at, id), newest first; at
 * most limit. */
enum status data_requests_list_open(struct store *store, struct arena *arena, int64_t due_at,
                                    int64_t id, int limit, struct data_request **out,
                                    size_t *count) MUST_CHECK;
enum status data_requests_list_closed(struct store *store, struct arena *arena, int64_t closed_at,
                                      int64_t id, int limit, struct data_request **out,
                                      size_t *count) MUST_CHECK;

/* Those from an address, as compared; and those closed before a time, oldest first. */
enum status data_requests_list_from(struct store *store, struct arena *arena, const char *email_key,
                                    int limit, struct data_request **out, size_t *count) MUST_CHECK;
enum status data_requests_list_old(struct store *store, struct arena *arena, int64_t before,
                                   int limit, struct data_request **out, size_t *count) MUST_CHECK;

/* How many are open and due before a day; INT64_MAX: all that are open. */
enum status data_requests_due_before(struct store *store, int64_t day, int64_t *out) MUST_CHECK;
enum status data_requests_any(struct store *store, bool *out) MUST_CHECK;

/* Adds a row and gives its id; the head is to be set by an update, once the ledger has it. */
enum status data_requests_insert(struct txn *txn, const struct data_request *request,
                                 int64_t *id) MUST_CHECK;

/* Rewrites a row, and notes its head among its entries unless it is forgotten. STATUS_NOT_FOUND. */
enum status data_requests_update(struct txn *txn, const struct data_request *request) MUST_CHECK;
enum status data_requests_delete(struct txn *txn, int64_t id) MUST_CHECK;

/* Blanks the private texts of all its entries, and forgets which they are. */
enum status data_requests_blank_entries(struct txn *txn, struct arena *arena,
                                        int64_t id) MUST_CHECK;

#endif
