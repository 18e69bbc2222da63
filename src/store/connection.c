/*
 * store/connection: see connection.h.
 */
#include "store/connection.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "store/clean_file.h"
#include "store/directory_scan.h"

#define BUSY_TIMEOUT_MS 250

static pthread_once_t is_configured = PTHREAD_ONCE_INIT;

static bool has_file_system;

/* Counting memory would take a lock of the whole process at every allocation. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    has_file_system = clean_file_register();
}

static enum status translate(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STATUS_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        return STATUS_BUSY;
    case SQLITE_FULL:
        return STATUS_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return STATUS_CORRUPT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return STATUS_REFUSED;
    case SQLITE_CONSTRAINT:
        if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY)
            return STATUS_CONFLICT;
        return rc == SQLITE_CONSTRAINT_TRIGGER ? STATUS_REFUSED : STATUS_INVALID;
    default:
        return STATUS_IO;
    }
}

enum status connection_status(struct store *store, const char *name, int rc)
{
    enum status status = translate(rc);
    /* Values are always bound, so SQLite's words never hold one. */
    if (status != STATUS_OK)
        snprintf(store->fault, sizeof store->fault, "%s: %s (%d)", name,
                 store->db != NULL ? sqlite3_errmsg(store->db) : sqlite3_errstr(rc), rc);
    return status;
}

static int note_wal_pages(void *context, sqlite3 *db, const char *schema, int pages)
{
    struct store *store = context;
    store->wal_pages = pages;
    return SQLITE_OK;
}

enum status connection_run(struct store *store, const char *name, const char *text)
{
    return connection_status(store, name, sqlite3_exec(store->db, text, NULL, NULL, NULL));
}

enum status connection_ask(struct store *store, enum statement id, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(store->db, statement_texts[id], -1, &statement, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    enum status status = connection_status(store, statement_names[id], rc);
    if (status == STATUS_OK)
        *out = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return status;
}

static enum status set_up(struct store *store, bool writes)
{
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, BUSY_TIMEOUT_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    enum script own = writes ? SCRIPT_STORE_SET_UP_WRITER : SCRIPT_STORE_SET_UP_READER;
    enum status status =
        connection_run(store, script_names[SCRIPT_STORE_SET_UP], script_texts[SCRIPT_STORE_SET_UP]);
    if (status == STATUS_OK)
        status = connection_run(store, script_names[own], script_texts[own]);
    /* After the settings, since one of them would take it away. */
    sqlite3_wal_hook(store->db, note_wal_pages, store);
    return status;
}

static enum status open_file(const char *path, const char *name, int flags, bool writes,
                             struct store **out)
{
    struct stat file;
    /* Never open() and close(): closing any descriptor of the file drops SQLite's locks on it. */
    if (stat(path, &file) != 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return STATUS_IO;
    store->txn.store = store;
    pthread_once(&is_configured, configure);
    int rc = has_file_system ? sqlite3_open_v2(name, &store->db, flags, CLEAN_FILE_VFS)
                             : SQLITE_CANTOPEN;
    enum status status = connection_status(store, "open", rc);
    if (status == STATUS_OK)
        status = set_up(store, writes);
    *out = store;
    return status;
}

enum status connection_open(const char *path, bool writes, struct store **out)
{
    const int flags = (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
    return open_file(path, path, flags, writes, out);
}

enum status connection_open_still(const char *path, const char *uri, struct store **out)
{
    return open_file(path, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, false,
                     out);
}

enum status connection_prepare(struct store *store)
{
    enum status status = directory_scan_register(store);
    for (int i = 0; i < STATEMENT_COUNT && status == STATUS_OK; i++)
        status = connection_status(store, statement_names[i],
                                   sqlite3_prepare_v3(store->db, statement_texts[i], -1,
                                                      SQLITE_PREPARE_PERSISTENT,
                                                      &store->statements[i], NULL));
    return status;
}
