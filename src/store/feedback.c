/*
 * store/feedback: see feedback.h.
 */
#include "store/feedback.h"

#include "store/meta.h"
#include "store/query.h"

#define BOUNCES_KEY    "bounces"
#define COMPLAINTS_KEY "complaints"

enum status feedback_find(struct store *store, struct feedback_row *row)
{
    struct query query = query_begin(store, STATEMENT_FEEDBACK_FIND);
    query_int(&query, row->api_key);
    query_blob(&query, row->id, sizeof row->id);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        if (!query_get_blob(&query, row->report, sizeof row->report))
            status = STATUS_CORRUPT;
        row->outcome = (int)query_get_int(&query);
        row->position.value = query_get_int(&query);
    }
    query_end(&query);
    return status;
}

enum status feedback_put(struct txn *txn, const struct feedback_row *row, bool is_complaint)
{
    const char *key = is_complaint ? COMPLAINTS_KEY : BOUNCES_KEY;
    int64_t count = 0;
    struct query query = query_begin_write(txn, STATEMENT_FEEDBACK_PUT);
    query_int(&query, row->api_key);
    query_blob(&query, row->id, sizeof row->id);
    query_blob(&query, row->report, sizeof row->report);
    query_int(&query, row->at);
    query_int(&query, row->outcome);
    query_int(&query, row->position.value);
    enum status status = query_run(&query, NULL);
    if (status == STATUS_OK)
        status = meta_get_int(txn_store(txn), key, &count);
    return status == STATUS_OK ? meta_put_int(txn, key, count + 1) : status;
}

enum status feedback_counts(struct store *store, int64_t *bounces, int64_t *complaints)
{
    enum status status = meta_get_int(store, BOUNCES_KEY, bounces);
    return status == STATUS_OK ? meta_get_int(store, COMPLAINTS_KEY, complaints) : status;
}
