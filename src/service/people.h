/*
 * service/people: what an admin sees and does on Communications → Opt In / Out.
 */
#ifndef ASSENT_SERVICE_PEOPLE_H
#define ASSENT_SERVICE_PEOPLE_H

#include "service/change.h"
#include "service/links.h"
#include "store/directory.h"

#define PEOPLE_PAGE_ROWS 50

/* The list as the URL asks for it: texts as received, checked and folded by people_list. */
struct people_query {
    const char *search;           /* "" for all */
    int status, subscribed, type; /* as struct directory_filter */
    enum directory_sort sort;
    bool is_descending;
    const char *cursor; /* "" or what an earlier page gave */
    bool is_backward;
    int64_t first;      /* number of the page's first row, for show; 0: unknown */
    const char *letter; /* without a cursor: begin where names (or addresses) begin so; NULL or "":
                           at the begin */
    bool is_masked;     /* for who is shown no whole address: found by names and whole addresses
                           alone, and in no order of addresses (by name then) */
};

struct person_row {
    char public_id[PUBLIC_ID_TEXT_BYTES];
    const char *name; /* the address's local part when there is no name */
    bool has_name;
    const char *initials;
    const char *email;
    enum contact_type type;
    enum contact_status status;
    int choices_on; /* among topics in use */
    bool is_paused;
    int64_t updated_at;
};

struct people_cards {
    int64_t total, subscribed, opted_in;
};

struct people_list {
    struct people_query query;
    struct people_cards cards;
    struct person_row *rows;
    size_t rows_count;
    int topics_in_use;
    int64_t matches;
    int64_t first, last;        /* "51–100"; 0 when there are no rows */
    bool is_cut;                /* masked, and so many match that not all were looked at */
    const char *asked_email;    /* the address that was searched for, where its sign-up waits to be
                                   confirmed; else NULL */
    int64_t asked_at, ask_ends; /* with asked_email: when it was asked, when the request goes */
    const char **letters;       /* to jump to; none where that makes no sense */
    size_t letters_count;
    const char *previous_cursor; /* NULL: none */
    const char *next_cursor;     /* NULL: none */
};

/* STATUS_INVALID: a cursor that is not ours: show the first page. STATUS_BUSY: interrupted. */
enum status people_list(const struct service *service, struct arena *arena,
                        const struct people_query *query, int64_t now_s,
                        struct people_list *out) MUST_CHECK;

struct history_line {
    struct position position;
    int64_t at;
    enum entry_kind kind;
    const char *what;     /* "Opted out", "Marketing on, Newsletter off", "Name: A → B" */
    const char *who;      /* "the recipient", "Ada Admin", "import people.csv" */
    const char *proof;    /* "link key 1a2b3c4d, issued 3 Nov 2026", "session", "line 17" */
    const char *note;     /* consent, comment; "" when none */
    const char *campaign; /* the sender's reference on the link; "" when none */
    int32_t wording;      /* which texts were on the page: base/wording */
    bool has_receipt;     /* service/receipt makes one of it; set where receipts can be asked for */
};

struct person_choice {
    uint8_t topic;
    const char *key, *name, *description;
    bool is_on;
    bool is_retired; /* shown only while on */
    bool offers_frequency;
    enum frequency frequency;
};

struct person_page {
    char public_id[PUBLIC_ID_TEXT_BYTES];
    const char *email, *name, *language, *initials;
    enum contact_type type;
    enum contact_status status;
    int64_t paused_until; /* 0: no pause runs */
    struct person_choice *choices;
    size_t choices_count;
    struct position version; /* goes into the form; comes back as expected */
    struct history_line *history;
    size_t history_count;
    bool history_is_cut;
    bool can_copy_link;
    struct position undoable; /* the newest change, if this admin may undo it; else 0 */
};

/* STATUS_NOT_FOUND: nobody by that public id. admin: who looks (for undoable). */
enum status people_get(const struct service *service, struct arena *arena, struct public_id id,
                       int64_t admin, int64_t now_s, struct person_page *out) MUST_CHECK;

struct person_edit {
    struct public_id id;                        /* 0: add */
    struct position expected;                   /* the version that the form was filled from */
    const char *email, *name, *language, *type; /* as typed; NULL: not in the form */
    bool has_status;
    enum contact_status status;
    bool has_choices;
    uint64_t choices_on;
    uint64_t choices_shown;
    uint64_t often_shown;   /* topics whose frequency is in the form */
    uint64_t daily, weekly; /* among them; no bit in both */
    const char *pause;      /* "end", or a length of service/pause; NULL or "": leave */
    const char *consent;    /* "" when not given */
    struct position undoes; /* not 0: take back that entry instead of all the above */
    struct origin origin;
};

enum edit_fault { /* one for each field that can be wrong, to show beside it */
                  EDIT_FINE,
                  EDIT_EMAIL_BAD, /* see email_fault */
                  EDIT_EMAIL_TAKEN,
                  EDIT_NAME_BAD,
                  EDIT_TYPE_BAD,
                  EDIT_LANGUAGE_BAD,
                  EDIT_PAUSE_BAD,
                  EDIT_NEEDS_CONSENT,
                  EDIT_CONSENT_BAD,
                  EDIT_SUPPRESSED,
                  EDIT_CHANGED_MEANWHILE, /* outcome.changed says what changed */
                  EDIT_UNDO_LATE,
                  EDIT_GONE,
                  EDIT_FAULT_COUNT
};

struct person_saved {
    enum edit_fault fault;
    int email_fault;   /* enum email_fault with EDIT_EMAIL_BAD */
    bool is_unchanged; /* nothing was different */
    struct position position;
    struct public_id id;
    const char *summary;  /* "Saved. Marketing on; Newsletter off." */
    const char **changed; /* EDIT_CHANGED_MEANWHILE: lines in words, newest first */
    size_t changed_count;
};

/* Adds, edits or undoes. Details and choices changed together are one change with one ledger
 * entry: both or neither. A fault writes nothing. Adding without a status opts in. */
enum status people_save(const struct service *service, struct txn *txn, struct arena *arena,
                        const struct person_edit *edit, struct person_saved *out) MUST_CHECK;

/* What the ledger entry at position did, in words: for the notice after a save ("" if it is not
 * about this person). */
enum status people_said(const struct service *service, struct arena *arena, struct public_id id,
                        struct position position, const char **out) MUST_CHECK;

/* Both of the above as one view: the page, and in *words what the entry at said did; said 0: "". */
enum status people_look(const struct service *service, struct arena *arena, struct public_id id,
                        int64_t admin, int64_t now_s, struct position said,
                        struct person_page *page, const char **words) MUST_CHECK;

/* A manage link for Copy link. STATUS_REFUSED: no signing key on this server. */
enum status people_link(const struct service *service, struct arena *arena, struct public_id id,
                        int64_t now_s, const char **out) MUST_CHECK;

/* The next limit rows of a view for its CSV export, with every topic; cursor as in people_list, ""
 * to begin, next NULL at the end. A page may have fewer rows, or none, before the end. */
struct export_page {
    struct topic *topics;
    size_t topics_count;
    struct contact *rows;
    size_t rows_count;
    int64_t now_s; /* pauses that end later run */
    const char *next;
};
enum status people_export(const struct service *service, struct arena *arena,
                          const struct people_query *query, int limit, int64_t now_s,
                          struct export_page *out) MUST_CHECK;

#endif
