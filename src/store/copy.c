/*
 * store/copy: a file that nobody writes, looked at. See copy.h; copy_make has the copying.
 */
#include "store/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/query.h"

#define APPLICATION_ID  1095978580 /* "ASNT": 0001_init.sql sets it */
#define LOOK_EVERY      200000     /* of SQLite's steps */
#define SHM_ALIVE_BYTE  128        /* whoever has the database open has a lock on it (wal.html) */
#define URI_SIZE_BYTES  8192
#define PATH_SIZE_BYTES 4096

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
