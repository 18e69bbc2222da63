/*
 * store/scrub: see scrub.h.
 */
#include "store/scrub.h"

#include "store/meta.h"
#include "store/query.h"

#define ASKED_KEY   "erased_to"
#define LOCK_MS     250
#define READERS_MS  40 /* for which others' writes wait until readers are gone */
#define NORMALLY_MS 250

static const char *const keys[SCRUB_PART_COUNT] = {
    [SCRUB_LOG] = "erased_from_log",
    [SCRUB_MAILS] = "erased_from_mails",
    [SCRUB_IMPORTS] = "erased_from_imports",
};

enum status scrub_ask(struct txn *txn, struct position position)
{
    txn->erases = true;
    return meta_put_int(txn, ASKED_KEY, position.value);
}

enum status scrub_is_due(struct store *store, enum scrub_part part, bool *out,
                         struct position *upto)
{
    int64_t asked = 0, done = 0;
    enum status status = meta_get_int(store, ASKED_KEY, &asked);
    if (status == STATUS_OK)
        status = meta_get_int(store, keys[part], &done);
    if (status != STATUS_OK)
        return status;
    *out = done < asked;
    upto->value = asked;
    return STATUS_OK;
}

enum status scrub_done(struct txn *txn, enum scrub_part part, struct position upto)
{
    return meta_put_int(txn, keys[part], upto.value);
}

bool scrub_was_asked(struct store *writer)
{
    const bool was_asked = writer->has_erased;
    writer->has_erased = false;
    return was_asked;
}

/* Under the lock, so that nothing is written between the copying and the cutting. Pages that this
 * connection keeps may hold what they held; they go too, as those of others do once they see that
 * the log is another. */
static enum status cut(struct store *writer)
{
    int pages = 0, done = 0;
    sqlite3_busy_timeout(writer->db, READERS_MS);
    int rc = sqlite3_wal_checkpoint_v2(writer->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &pages, &done);
    sqlite3_busy_timeout(writer->db, NORMALLY_MS);
    sqlite3_db_release_memory(writer->db);
    if (rc == SQLITE_OK)
        writer->wal_pages = 0;
    return connection_status(writer, "scrub", rc);
}

static enum status note(struct store *writer, struct position upto)
{
    struct txn *txn = NULL;
    enum status status = txn_begin(writer, LOCK_MS, &txn);
    if (status != STATUS_OK)
        return status;
    status = scrub_done(txn, SCRUB_LOG, upto);
    if (status != STATUS_OK) {
        txn_rollback(txn);
        return status;
    }
    return txn_commit(txn);
}

enum status scrub_log(struct store *writer)
{
    bool is_due = false;
    struct position upto = {0};
    enum status status = scrub_is_due(writer, SCRUB_LOG, &is_due, &upto);
    if (status != STATUS_OK || !is_due)
        return status;
    status = store_checkpoint_now(writer); /* most of it, while others write */
    if (status == STATUS_OK)
        status = lock_take(writer->lock, LOCK_MS);
    if (status != STATUS_OK)
        return status;
    status = scrub_is_due(writer, SCRUB_LOG, &is_due, &upto);
    if (status == STATUS_OK && is_due)
        status = cut(writer);
    lock_release(writer->lock);
    return status == STATUS_OK && is_due ? note(writer, upto) : status;
}
