/*
 * store/import_jobs: imports by upload, one row each, with what their columns are and rows that
 * stand for the others. What comes next for one is service/import_jobs' to say; here rows are read
 * or written as told. Strings of a result live in the arena.
 */
#ifndef ASSENT_STORE_IMPORT_JOBS_H
#define ASSENT_STORE_IMPORT_JOBS_H

#include "base/contact.h"
#include "store/store.h"

/* Stored: never renumbered, only added to. */
enum import_state {
    IMPORT_IS_CHECKING = 1, /* what it would do is being found out */
    IMPORT_IS_CHECKED,      /* an admin has the word */
    IMPORT_IS_RUNNING,
    IMPORT_IS_DONE,
    IMPORT_IS_STOPPED,   /* an admin ended it on the way; what was written stays */
    IMPORT_IS_DISCARDED, /* nothing was written */
    IMPORT_IS_UNREADABLE,
    IMPORT_IS_FAILED, /* the machine's fault; fault says which */
    IMPORT_IS_UNDOING,
    IMPORT_IS_UNDONE,
    IMPORT_STATE_END
};

struct import_job {
    int64_t id;
    enum import_state state;
    int64_t admin, asked_at, moved_at;
    const char *name, *file, *consent;
    int64_t bytes, bytes_done;
    int64_t total, added, updated, unchanged, kept_out, rejected;
    const char *fault;
    int64_t run;
    struct position first, last, undone;
    int64_t restored, left_alone;
    bool is_stopping;
    int64_t opts_in; /* people that it would opt in, or turn a topic on for: by the check */
};

struct import_column_row {
    int kind; /* enum import_column_kind */
    struct topic_id topic;
    const char *title, *sample;
};

struct import_example {
    int verdict; /* enum import_verdict */
    int64_t line;
    const char *email, *reason;
    enum contact_status status_before, status_after;
    uint64_t choices_before, choices_after;
    const char *edits;
};

/* Adds one that is CHECKING: admin, asked_at, name, file, consent and bytes are read. */
enum status import_jobs_insert(struct txn *txn, const struct import_job *job,
                               int64_t *id) MUST_CHECK;

/* Writes all but what never changes (admin, asked_at, name, consent, bytes). STATUS_NOT_FOUND. */
enum status import_jobs_update(struct txn *txn, const struct import_job *job) MUST_CHECK;

enum status import_jobs_get(struct store *store, struct arena *arena, int64_t id,
                            struct import_job *out) MUST_CHECK;

/* Those below an id, newest first, at most limit; INT64_MAX for all. */
enum status import_jobs_list(struct store *store, struct arena *arena, int64_t below, int limit,
                             struct import_job **out, size_t *count) MUST_CHECK;

/* Replace what is there. */
enum status import_jobs_put_columns(struct txn *txn, int64_t job,
                                    const struct import_column_row *rows, size_t count) MUST_CHECK;
enum status import_jobs_put_examples(struct txn *txn, int64_t job,
                                     const struct import_example *rows, size_t count) MUST_CHECK;
enum status import_jobs_columns(struct store *store, struct arena *arena, int64_t job,
                                struct import_column_row **out, size_t *count) MUST_CHECK;
enum status import_jobs_examples(struct store *store, struct arena *arena, int64_t job,
                                 struct import_example **out, size_t *count) MUST_CHECK;

#endif
