/*
 * store/txn: one write transaction at a time, under the lock that all processes share.
 */
#include <assert.h>
#include <stdio.h>

#include "store/contacts.h"
#include "store/query.h"

static enum status run(struct store *store, enum statement id)
{
    struct query query = query_begin(store, id);
    return query_run(&query, NULL);
}

enum status txn_begin(struct store *writer, int wait_ms, struct txn **out)
{
    struct txn *txn = &writer->txn;
    assert(writer->lock != NULL && !txn->is_open && !writer->has_snapshot);
    enum status status = lock_take(writer->lock, wait_ms);
    if (status != STATUS_OK)
        return status;
    status = run(writer, STATEMENT_STORE_BEGIN_WRITE);
    if (status != STATUS_OK) {
        lock_release(writer->lock);
        return status;
    }
    *txn = (struct txn){.store = writer, .is_open = true, .block = writer->block};
    *out = txn;
    return STATUS_OK;
}

static void finish(struct txn *txn, bool rolls_back)
{
    struct store *store = txn->store;
    /* SQLite rolls back by itself after some failures. Should this fail, then what is left is an
     * open transaction, and the next BEGIN fails instead of committing it. */
    if (rolls_back && sqlite3_get_autocommit(store->db) == 0)
        sqlite3_exec(store->db, statement_texts[STATEMENT_STORE_ROLLBACK], NULL, NULL, NULL);
    txn->is_open = false;
    lock_release(store->lock);
}

/* Both files are still there under their names. */
static bool is_in_place(struct store *store, bool has_log)
{
    if (kept_file_holds(&store->db_file, true) && kept_file_holds(&store->wal_file, has_log))
        return true;
    snprintf(store->fault, sizeof store->fault,
             "the database or its log was moved or deleted while it is in use: put it back");
    return false;
}

enum status txn_commit(struct txn *txn)
{
    struct store *store = txn->store;
    assert(txn->is_open);
    enum status status = txn->fault;
    if (status == STATUS_OK && txn->gave_contact)
        status = contacts_keep_next_id(txn);
    if (status == STATUS_OK)
        status = counters_flush(txn);
    if (status == STATUS_OK)
        status = day_counts_flush(txn);
    if (status == STATUS_OK && sqlite3_get_autocommit(store->db) != 0)
        status = STATUS_IO; /* rolled back underneath us */
    if (status == STATUS_OK && !is_in_place(store, false))
        status = STATUS_IO;
    if (status == STATUS_OK)
        status = run(store, STATEMENT_STORE_COMMIT);
    /* Committed, to files that nobody will find again: not to be acknowledged. */
    if (status == STATUS_OK && store->wal_pages > 0 && !is_in_place(store, true))
        status = STATUS_IO;
    if (status == STATUS_OK)
        store->block = txn->block;
    if (status == STATUS_OK && txn->erases)
        store->has_erased = true;
    finish(txn, status != STATUS_OK);
    return status;
}

void txn_rollback(struct txn *txn)
{
    if (txn != NULL && txn->is_open)
        finish(txn, true);
}

struct store *txn_store(struct txn *txn)
{
    return txn->store;
}

bool txn_is_wanted(const struct txn *txn)
{
    return lock_is_wanted(txn->store->lock);
}
