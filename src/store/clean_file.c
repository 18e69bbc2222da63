/*
 * store/clean_file: see clean_file.h.
 */
#include "store/clean_file.h"

#include <string.h>

#include "store/connection.h"

#define FIRST_HEADER_BYTES 100 /* in front of the first page's own (section 1.3) */
#define LEAF_HEADER_BYTES  8
#define INNER_HEADER_BYTES 12

/* SQLite's own file stands right behind. */
struct file {
    sqlite3_file base;
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;

static unsigned read_16(const uint8_t *from)
{
    return (unsigned)from[0] << 8 | from[1];
}

bool clean_file_page(uint8_t page[CLEAN_PAGE_SIZE], bool is_first)
{
    const uint8_t *header = page + (is_first ? FIRST_HEADER_BYTES : 0);
    const bool is_inner = *header == 2 || *header == 5;
    if (!is_inner && *header != 10 && *header != 13)
        return false;
    const size_t pointers = (size_t)(header - page) +
                            (is_inner ? INNER_HEADER_BYTES : LEAF_HEADER_BYTES) +
                            2 * (size_t)read_16(header + 3);
    const size_t rows = read_16(header + 5);
    bool was_dirty = false;
    if (pointers > rows || rows > CLEAN_PAGE_SIZE)
        return false;
    if (pointers < rows)
        was_dirty = page[pointers] != 0 ||
                    memcmp(page + pointers, page + pointers + 1, rows - pointers - 1) != 0;
    if (was_dirty)
        memset(page + pointers, 0, rows - pointers);
    return was_dirty;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct file *)file)->real;
}

static bool is_small(sqlite3_file *real)
{
    sqlite3_int64 size = 0;
    return real->pMethods->xFileSize(real, &size) == SQLITE_OK && size < CLEAN_FILE_MAX_BYTES;
}

static int file_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    sqlite3_file *real = real_of(file);
    uint8_t page[CLEAN_PAGE_SIZE];
    if (len == CLEAN_PAGE_SIZE && at % CLEAN_PAGE_SIZE == 0 && is_small(real)) {
        memcpy(page, data, sizeof page);
        if (clean_file_page(page, at == 0))
            data = page;
    }
    return real->pMethods->xWrite(real, data, len, at);
}

static int clean_pages(sqlite3_file *file)
{
    uint8_t page[CLEAN_PAGE_SIZE];
    sqlite3_int64 size = 0;
    int rc = file->pMethods->xFileSize(file, &size);
    if (rc == SQLITE_OK && size >= CLEAN_FILE_MAX_BYTES)
        return SQLITE_OK;
    for (sqlite3_int64 at = 0; rc == SQLITE_OK && at + CLEAN_PAGE_SIZE <= size;
         at += CLEAN_PAGE_SIZE) {
        rc = file->pMethods->xRead(file, page, sizeof page, at);
        if (rc == SQLITE_OK && clean_file_page(page, at == 0))
            rc = file->pMethods->xWrite(file, page, sizeof page, at);
    }
    return rc == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : rc;
}

enum status clean_file_all(struct store *writer)
{
    sqlite3_file *file = NULL;
    int rc = sqlite3_file_control(writer->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (rc == SQLITE_OK && file != NULL && file->pMethods != NULL)
        rc = clean_pages(file);
    sqlite3_db_release_memory(writer->db); /* pages as they were */
    return connection_status(writer, "clean", rc);
}

static int file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *data, int len, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), data, len, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_check_reserved(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int file_control(sqlite3_file *file, int op, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extends, void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extends, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int deletes)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), deletes);
}

/* Version 2: pages are never mapped, so that all writing comes by here. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *out, int flags, int *got)
{
    struct file *file = (struct file *)out;
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
        return real_vfs->xOpen(real_vfs, name, out, flags, got);
    file->base.pMethods = NULL;
    file->real = (sqlite3_file *)(void *)(file + 1);
    int rc = real_vfs->xOpen(real_vfs, name, file->real, flags, got);
    /* One that failed on its way has methods where it still must be closed. */
    if (file->real->pMethods != NULL)
        file->base.pMethods = &methods;
    return rc;
}

bool clean_file_register(void)
{
    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(NULL);
    if (real_vfs == NULL)
        return false;
    vfs = *real_vfs;
    vfs.pNext = NULL;
    vfs.zName = CLEAN_FILE_VFS;
    vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
    vfs.xOpen = vfs_open;
    return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}
