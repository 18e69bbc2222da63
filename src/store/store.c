/*
 * store/store: opening and closing, snapshots, checkpoints. Transactions are in txn.c, the making
 * of the file in migrate.c.
 */
#include "store/store.h"

#include <stdlib.h>

#include "store/query.h"

/* Below this a checkpoint is not worth its syncs; above the second it takes the write lock to get
 * to the end, else the WAL would grow for as long as others write. */
#define WAL_WORTH_PAGES 2000
#define WAL_LONG_PAGES  8000
#define WAL_LOCK_MS     250
#define WAL_SHORT_PAGES 256
#define WAL_ROUNDS_MAX  10

int store_version(void)
{
    return MIGRATION_COUNT;
}

const char *store_engine(void)
{
    return sqlite3_libversion();
}

static enum status check_version(struct store *store)
{
    int64_t version = 0;
    enum status status = connection_ask(store, STATEMENT_STORE_VERSION, &version);
    if (status == STATUS_OK && version != MIGRATION_COUNT)
        status = STATUS_REFUSED;
    return status;
}

static enum status open_store(const char *path, const char *lock_path, struct store **out)
{
    struct store *store = NULL;
    struct kept_file file = {0};
    /* Which file it is, before it is opened: one that takes its place from here on shows. The log
     * can't be known before: whoever closed the database last took theirs away. */
    if (lock_path != NULL && !kept_file_set(&file, path, ""))
        return STATUS_FULL;
    enum status status = connection_open(path, lock_path != NULL, &store);
    if (status == STATUS_OK) {
        store->db_file = file;
        status = check_version(store);
    } else {
        kept_file_free(&file);
    }
    if (status == STATUS_OK)
        status = connection_prepare(store);
    if (status == STATUS_OK && lock_path != NULL)
        status = lock_open(lock_path, &store->lock);
    if (status == STATUS_OK && lock_path != NULL && !kept_file_set(&store->wal_file, path, "-wal"))
        status = STATUS_FULL;
    if (status != STATUS_OK) {
        store_close(store);
        return status;
    }
    *out = store;
    return STATUS_OK;
}

enum status store_open_reader(const char *path, struct store **out)
{
    return open_store(path, NULL, out);
}

enum status store_open_writer(const char *path, const char *lock_path, struct store **out)
{
    return open_store(path, lock_path, out);
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    if (store->txn.is_open)
        txn_rollback(&store->txn);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db);
    lock_close(store->lock);
    kept_file_free(&store->db_file);
    kept_file_free(&store->wal_file);
    free(store);
}

const char *store_fault(const struct store *store)
{
    return store->fault;
}

enum status store_snapshot_begin(struct store *store)
{
    struct query query = query_begin(store, STATEMENT_STORE_BEGIN_READ);
    enum status status = query_run(&query, NULL);
    store->has_snapshot = status == STATUS_OK;
    return status;
}

void store_snapshot_end(struct store *store)
{
    struct query query = query_begin(store, STATEMENT_STORE_COMMIT);
    store->has_snapshot = false;
    if (query_run(&query, NULL) == STATUS_OK)
        return;
    /* It only read: nothing is lost. */
    sqlite3_exec(store->db, statement_texts[STATEMENT_STORE_ROLLBACK], NULL, NULL, NULL);
}

void store_use_memory(struct store *writer, bool much)
{
    enum script script = much ? SCRIPT_STORE_CACHE_LARGE : SCRIPT_STORE_CACHE_SMALL;
    /* A cache that stays as it was is no failure. */
    sqlite3_exec(writer->db, script_texts[script], NULL, NULL, NULL);
}

void store_interrupt(struct store *store)
{
    atomic_fetch_add(&store->interrupts, 1);
    sqlite3_interrupt(store->db);
}

/* Copies what is in the WAL. *pages: how long it was to begin with; *left: what readers still need
 * there. What others write meanwhile is in neither. */
static enum status copy(struct store *store, int *pages, int *left)
{
    int done = 0;
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, pages, &done);
    *left = *pages - done;
    /* Busy: another checkpoint runs, which does the same work. */
    return (rc & 0xff) == SQLITE_BUSY ? STATUS_OK : connection_status(store, "checkpoint", rc);
}

/* SQLite syncs the database file only when it reached the WAL's end, which it does not while others
 * write. Without this all that was copied would be synced by the last round, under the lock. */
static enum status sync_file(struct store *store)
{
    sqlite3_file *file = NULL;
    int rc = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (rc == SQLITE_OK && file != NULL && file->pMethods != NULL)
        rc = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    return connection_status(store, "checkpoint: sync", rc);
}

enum status store_checkpoint(struct store *writer)
{
    return writer->wal_pages < WAL_WORTH_PAGES ? STATUS_OK : store_checkpoint_now(writer);
}

int64_t store_wal_pages(const struct store *writer)
{
    return writer->wal_pages;
}

enum status store_checkpoint_now(struct store *writer)
{
    int pages = 0, left = 0, fresh = 0, rounds = 0;
    enum status status = STATUS_OK;
    bool is_long;
    /* Each round finds what was written during the one before, and so is shorter, its sync too.
     * The last is under the lock, where writers wait for it: it must be short. There the WAL is
     * copied to its end, and begins anew. */
    do {
        const int before = pages;
        status = copy(writer, &pages, &left);
        fresh = pages - before;
        is_long = pages > WAL_LONG_PAGES;
        if (status == STATUS_OK && is_long)
            status = sync_file(writer);
    } while (status == STATUS_OK && left == 0 && is_long && fresh > WAL_SHORT_PAGES &&
             ++rounds < WAL_ROUNDS_MAX);
    if (status == STATUS_OK && left == 0 && is_long &&
        lock_take(writer->lock, WAL_LOCK_MS) == STATUS_OK) {
        status = copy(writer, &pages, &left);
        lock_release(writer->lock);
    }
    if (status == STATUS_OK && left == 0)
        writer->wal_pages = 0;
    return status;
}

enum status store_position(struct store *store, struct position *out)
{
    struct query query = query_begin(store, STATEMENT_STORE_POSITION);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        out->value = query_get_int(&query);
    query_end(&query);
    return status;
}

enum status store_data_version(struct store *store, int64_t *out)
{
    struct query query = query_begin(store, STATEMENT_STORE_DATA_VERSION);
    enum status status = query_row(&query);
    query_end(&query);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_IO : status;
    *out = store_data_version_seen(store);
    return STATUS_OK;
}

/* https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntldataversion: the number
 * is the pager's, which changes it whenever a read finds that somebody else has committed. */
int64_t store_data_version_seen(struct store *store)
{
    unsigned version = 0;
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
    return version;
}
