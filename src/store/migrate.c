/*
 * store/migrate: brings a database file to the newest version, making it first where there is none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/clean_file.h"
#include "store/query.h"

#define APPLICATION_ID  1095978580 /* "ASNT": 0001_init.sql sets it */
#define LOCK_WAIT_MS    30000
#define PATH_SIZE_BYTES 4096
#define CLEAN_VERSION   4 /* of the first programs that leave nothing in pages' unused space */
#define FILL_BLOCKS     256

/* So that a new file is there after a crash, its folder must be synced. */
static enum status sync_folder(const char *path)
{
    char folder[PATH_SIZE_BYTES];
    if ((size_t)snprintf(folder, sizeof folder, "%s", path) >= sizeof folder)
        return STATUS_INVALID;
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        strcpy(folder, ".");
    else
        slash[slash == folder] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return STATUS_IO;
    enum status status = fsync(fd) == 0 ? STATUS_OK : STATUS_IO;
    close(fd);
    return status;
}

/* SQLite would make it readable for others, and gives the WAL the mode that it finds. */
static enum status make_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? STATUS_OK : errno == ENOSPC ? STATUS_FULL : STATUS_IO;
    close(fd);
    return sync_folder(path);
}

/* STATUS_REFUSED: newer than this program, or not a database of ours. */
static enum status check(struct store *store, int64_t *version)
{
    int64_t application = 0, size = 0;
    enum status status = connection_ask(store, STATEMENT_STORE_VERSION, version);
    if (status == STATUS_OK)
        status = connection_ask(store, STATEMENT_STORE_APPLICATION, &application);
    if (status == STATUS_OK)
        status = connection_ask(store, STATEMENT_STORE_SCHEMA_SIZE, &size);
    if (status != STATUS_OK)
        return status;
    bool is_new = *version == 0 && application == 0 && size == 0;
    bool is_ours = application == APPLICATION_ID && *version > 0 && *version <= MIGRATION_COUNT;
    return is_new || is_ours ? STATUS_OK : STATUS_REFUSED;
}

static enum status step(struct store *store, int64_t version)
{
    enum status status =
        connection_run(store, "migration: begin", statement_texts[STATEMENT_STORE_BEGIN_WRITE]);
    if (status == STATUS_OK)
        status = connection_run(store, migration_names[version], migration_texts[version]);
    if (status == STATUS_OK)
        status =
            connection_run(store, "migration: commit", statement_texts[STATEMENT_STORE_COMMIT]);
    if (status != STATUS_OK && sqlite3_get_autocommit(store->db) == 0)
        sqlite3_exec(store->db, statement_texts[STATEMENT_STORE_ROLLBACK], NULL, NULL, NULL);
    return status;
}

/* What earlier programs left in a file, of people who will be erased by this one. */
static enum status clean(struct store *store)
{
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    enum status status = connection_status(store, "migration: clean", rc);
    return status == STATUS_OK ? clean_file_all(store) : status;
}

/* A ledger of before there were blocks is summed up once, in short transactions; where that was cut
 * off, the next start goes on. */
static enum status fill_blocks(struct store *store)
{
    int64_t first = -1;
    struct position head = {0};
    bool is_done = false;
    enum status status = connection_ask(store, STATEMENT_ACTIVITY_FIRST_BLOCK, &first);
    if (status == STATUS_OK)
        status = connection_ask(store, STATEMENT_STORE_POSITION, &head.value);
    if (status != STATUS_OK || activity_unfilled(first, head) == 0)
        return status;
    status = connection_prepare(store);
    while (status == STATUS_OK && !is_done) {
        struct txn txn = {.store = store, .is_open = true};
        status =
            connection_run(store, "migration: begin", statement_texts[STATEMENT_STORE_BEGIN_WRITE]);
        if (status == STATUS_OK)
            status = activity_fill(&txn, FILL_BLOCKS, &is_done);
        if (status == STATUS_OK)
            status =
                connection_run(store, "migration: commit", statement_texts[STATEMENT_STORE_COMMIT]);
        if (status != STATUS_OK && sqlite3_get_autocommit(store->db) == 0)
            sqlite3_exec(store->db, statement_texts[STATEMENT_STORE_ROLLBACK], NULL, NULL, NULL);
    }
    return status;
}

enum status store_migrate(const char *path, const char *lock_path)
{
    struct lock *lock = NULL;
    struct store *store = NULL;
    int64_t version = 0;
    enum status status = lock_open(lock_path, &lock);
    if (status != STATUS_OK)
        return status;
    status = lock_take(lock, LOCK_WAIT_MS);
    if (status != STATUS_OK) {
        lock_close(lock);
        return status;
    }
    status = make_file(path);
    if (status == STATUS_OK)
        status = connection_open(path, true, &store);
    if (status == STATUS_OK)
        status = check(store, &version);
    if (status == STATUS_OK && version < MIGRATION_COUNT)
        status = connection_run(store, script_names[SCRIPT_STORE_USE_WAL],
                                script_texts[SCRIPT_STORE_USE_WAL]);
    if (status == STATUS_OK && version > 0 && version < CLEAN_VERSION)
        status = clean(store);
    while (status == STATUS_OK && version < MIGRATION_COUNT)
        status = step(store, version++);
    if (status == STATUS_OK)
        status = fill_blocks(store);
    store_close(store);
    lock_release(lock);
    lock_close(lock);
    return status;
}
