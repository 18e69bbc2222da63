/*
 * store/copy: see copy.h.
 */
#include "store/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/clean_file.h"
#include "store/query.h"

#define APPLICATION_ID  1095978580 /* "ASNT": 0001_init.sql sets it */
#define LOOK_EVERY      200000     /* of SQLite's steps */
#define SHM_ALIVE_BYTE  128        /* whoever has the database open has a lock on it (wal.html) */
#define URI_SIZE_BYTES  8192
#define PATH_SIZE_BYTES 4096

struct copy {
    struct store *source;
    struct store target; /* its connection alone is used */
    sqlite3_backup *backup;
};

/* SQLite's words for what went wrong in the target, which the backup keeps for itself. */
static enum status translate(struct copy *copy, const char *name, int rc)
{
    const enum status status = connection_status(&copy->target, name, rc);
    if (status != STATUS_OK)
        snprintf(copy->target.fault, sizeof copy->target.fault, "%s: %s", name, sqlite3_errstr(rc));
    return status;
}

enum status copy_begin(struct store *source, const char *path, struct copy **out)
{
    struct copy *copy = calloc(1, sizeof *copy);
    struct position seen;
    if (copy == NULL)
        return STATUS_IO;
    copy->source = source;
    *out = copy;
    enum status status = store_snapshot_begin(source);
    if (status == STATUS_OK)
        status = store_position(source, &seen); /* the first read takes the snapshot */
    if (status != STATUS_OK) {
        snprintf(copy->target.fault, sizeof copy->target.fault, "%s", store_fault(source));
        return status;
    }
    /* By way of clean_file: pages that stand in the log are as they were written. */
    int rc = sqlite3_open_v2(path, &copy->target.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                             CLEAN_FILE_VFS);
    if (rc == SQLITE_OK)
        status = connection_run(&copy->target, script_names[SCRIPT_COPY_TARGET],
                                script_texts[SCRIPT_COPY_TARGET]);
    else
        status = translate(copy, "open", rc);
    if (status != STATUS_OK)
        return status;
    copy->backup = sqlite3_backup_init(copy->target.db, "main", source->db, "main");
    return copy->backup != NULL ? STATUS_OK
                                : translate(copy, "copy", sqlite3_errcode(copy->target.db));
}

enum status copy_step(struct copy *copy, int pages, bool *is_done)
{
    int rc = sqlite3_backup_step(copy->backup, pages);
    *is_done = rc == SQLITE_DONE;
    return translate(copy, "copy", rc);
}

struct copy_progress copy_progress(const struct copy *copy)
{
    const int64_t total = sqlite3_backup_pagecount(copy->backup);
    const int64_t left = sqlite3_backup_remaining(copy->backup);
    return (struct copy_progress){(total - left) * CLEAN_PAGE_SIZE, total * CLEAN_PAGE_SIZE};
}

const char *copy_fault(const struct copy *copy)
{
    return copy->target.fault;
}

void copy_end(struct copy *copy)
{
    if (copy == NULL)
        return;
    if (copy->backup != NULL)
        sqlite3_backup_finish(copy->backup);
    sqlite3_close(copy->target.db);
    if (copy->source->has_snapshot)
        store_snapshot_end(copy->source);
    free(copy);
}

/* "file:PATH?immutable=1": no lock, no log, nothing made beside it. */
static bool make_uri(const char *path, char out[URI_SIZE_BYTES])
{
    size_t len = (size_t)snprintf(out, URI_SIZE_BYTES, "file:%s", path[0] == '/' ? "" : "./");
    for (; *path != '\0' && len + 16 < URI_SIZE_BYTES; path++) {
        if (strchr("?#%", *path) != NULL)
            len += (size_t)snprintf(out + len, URI_SIZE_BYTES - len, "%%%02x", *path);
        else
            out[len++] = *path;
    }
    snprintf(out + len, URI_SIZE_BYTES - len, "?immutable=1");
    return *path == '\0';
}

static enum status open_still(const char *path, struct store **out)
{
    char uri[URI_SIZE_BYTES];
    return make_uri(path, uri) ? connection_open_still(path, uri, out) : STATUS_INVALID;
}

enum status copy_open(const char *path, struct store **out)
{
    struct store *store = NULL;
    int64_t version = 0;
    enum status status = open_still(path, &store);
    if (status == STATUS_OK)
        status = connection_ask(store, STATEMENT_STORE_VERSION, &version);
    if (status == STATUS_OK && version != MIGRATION_COUNT)
        status = STATUS_REFUSED;
    if (status == STATUS_OK)
        status = connection_prepare(store);
    if (status == STATUS_OK)
        *out = store;
    else
        store_close(store);
    return status;
}

enum status copy_version(const char *path, int *out)
{
    struct store *store = NULL;
    int64_t version = 0, application = 0;
    enum status status = open_still(path, &store);
    if (status == STATUS_OK)
        status = connection_ask(store, STATEMENT_STORE_VERSION, &version);
    if (status == STATUS_OK)
        status = connection_ask(store, STATEMENT_STORE_APPLICATION, &application);
    if (status == STATUS_OK && (application != APPLICATION_ID || version <= 0 || version > 100000))
        status = STATUS_CORRUPT;
    if (status == STATUS_OK)
        *out = (int)version;
    store_close(store);
    return status;
}

struct look {
    bool (*goes_on)(void *context);
    void *context;
};

static int look(void *context)
{
    const struct look *look = context;
    return !look->goes_on(look->context);
}

enum status copy_check(struct store *store, struct arena *arena, bool is_full,
                       bool (*goes_on)(void *context), void *context, const char **words)
{
    const enum statement id = is_full ? STATEMENT_COPY_INTEGRITY_CHECK : STATEMENT_COPY_QUICK_CHECK;
    struct look watched = {goes_on, context};
    const char *said = NULL;
    if (goes_on != NULL)
        sqlite3_progress_handler(store->db, LOOK_EVERY, look, &watched);
    struct query query = query_begin(store, id);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        said = query_get_text(&query, arena);
    query_end(&query);
    if (goes_on != NULL)
        sqlite3_progress_handler(store->db, 0, NULL, NULL);
    if (status == STATUS_OK && (said == NULL || strcmp(said, "ok") != 0)) {
        *words = said != NULL ? said : "the check gave no answer";
        status = STATUS_CORRUPT;
    } else if (status == STATUS_CORRUPT) {
        *words = arena_strdup(arena, store_fault(store));
    }
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

enum status copy_settle(struct store *writer)
{
    int rc = sqlite3_wal_checkpoint_v2(writer->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return connection_status(writer, "settle", rc);
}

int copy_holder(const char *path)
{
    char shm[PATH_SIZE_BYTES];
    struct flock probe = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = SHM_ALIVE_BYTE, .l_len = 1};
    if ((size_t)snprintf(shm, sizeof shm, "%s-shm", path) >= sizeof shm)
        return 0;
    const int fd = open(shm, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return 0;
    const bool is_held = fcntl(fd, F_GETLK, &probe) == 0 && probe.l_type != F_UNLCK;
    close(fd);
    return is_held ? (int)probe.l_pid : 0;
}
