/*
 * store/sent_reports: see sent_reports.h.
 */
#include "store/sent_reports.h"

#include "store/query.h"

enum status sent_reports_get(struct store *store, struct contact_id contact, struct topic_id topic,
                             int64_t *at_s)
{
    int64_t found = 0;
    struct query query = query_begin(store, STATEMENT_SENT_REPORTS_GET);
    query_int(&query, contact.value);
    query_int(&query, topic.value);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        found = query_get_int(&query);
    query_end(&query);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *at_s = found;
    return STATUS_OK;
}

enum status sent_reports_put(struct txn *txn, struct contact_id contact, struct topic_id topic,
                             int64_t at_s)
{
    struct query query = query_begin_write(txn, STATEMENT_SENT_REPORTS_PUT);
    query_int(&query, contact.value);
    query_int(&query, topic.value);
    query_int(&query, at_s);
    return query_run(&query, NULL);
}

enum status sent_reports_delete(struct txn *txn, struct contact_id contact)
{
    struct query query = query_begin_write(txn, STATEMENT_SENT_REPORTS_DELETE);
    query_int(&query, contact.value);
    return query_run(&query, NULL);
}
