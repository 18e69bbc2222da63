/*
 * store/query: one run of a prepared statement: bind in order, step, read, end.
 *
 *     struct query q = query_begin(store, STATEMENT_CONTACTS_GET);
 *     query_int(&q, id.value);
 *     enum status status = query_row(&q);        STATUS_NOT_FOUND: there was none
 *     ...query_get_int(&q)...                    columns in order
 *     query_end(&q);                             always, once
 *
 * What is bound is borrowed until query_end.
 */
#ifndef ASSENT_STORE_QUERY_H
#define ASSENT_STORE_QUERY_H

#include "store/connection.h"

struct query {
    struct store *store;
    struct txn *txn; /* NULL: only reads */
    sqlite3_stmt *statement;
    enum statement id;
    int bound;
    int column;
    int rc; /* of the first bind that failed */
};

struct query query_begin(struct store *store, enum statement id);

/* The same for a statement that writes. Fails if an earlier write of the transaction failed; if
 * this one fails, other than by a conflict, the transaction can't be committed any more. */
struct query query_begin_write(struct txn *txn, enum statement id);

void query_int(struct query *query, int64_t value);
void query_text(struct query *query, const char *text); /* NULL binds NULL */
void query_blob(struct query *query, const void *data, size_t len);
void query_null(struct query *query);

/* STATUS_OK: there is a (next) row. STATUS_NOT_FOUND: no more. */
enum status query_row(struct query *query) MUST_CHECK;

/* Runs a statement that gives no rows, and ends it. changes may be NULL. */
enum status query_run(struct query *query, int *changes) MUST_CHECK;

int64_t query_get_int(struct query *query);
const char *query_get_text(struct query *query, struct arena *arena); /* NULL for NULL */

/* Copies a blob that must be of this length, or NULL, which gives zeroes. False: neither. */
bool query_get_blob(struct query *query, void *out, size_t len);

/* Copies a blob of at most max bytes; its length goes to *len. False: longer. */
bool query_get_blob_up_to(struct query *query, void *out, size_t max, size_t *len);

void query_end(struct query *query);

/* How the rows of a statement are read. */
struct query_shape {
    size_t size; /* of a row in memory, at most QUERY_ROW_MAX */

    /* Fills the row; its texts go to the arena. STATUS_CORRUPT: it holds what can't be. */
    enum status (*read)(struct query *query, struct arena *arena, void *row);
};
#define QUERY_ROW_MAX 1024

/* The one row of a bound query, and ends it. `row` is left alone unless STATUS_OK. */
enum status query_one(struct query *query, struct arena *arena, const struct query_shape *shape,
                      void *row) MUST_CHECK;

/* The rows of a bound query, at most limit (0: all that there are), and ends it. `rows` is where
 * the pointer to the array goes, which lives in the arena; left alone unless STATUS_OK. */
enum status query_all(struct query *query, struct arena *arena, const struct query_shape *shape,
                      int limit, void *rows, size_t *count) MUST_CHECK;

#endif
