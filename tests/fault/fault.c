/*
 * tests/fault/fault: see fault.h. A VFS in front of SQLite's own, made the default, and its
 * allocator with a door in it. One thread at a time.
 */
#include "fault/fault.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const fault_kind_names[FAULT_KIND_COUNT] = {"read",     "write", "sync", "open",
                                                        "truncate", "map",   "lock", "malloc"};

static struct {
    bool is_armed;
    enum fault_kind kind;
    enum fault_mode mode;
    int left;
    int injected;
} fault;

static bool has_unsynced_wal;
static sqlite3_vfs *real;
static sqlite3_mem_methods allocator;

void fault_arm(enum fault_kind kind, int nth, enum fault_mode mode)
{
    fault.is_armed = true;
    fault.kind = kind;
    fault.mode = mode;
    fault.left = nth;
    fault.injected = 0;
}

void fault_disarm(void)
{
    fault.is_armed = false;
}

int fault_injected(void)
{
    return fault.injected;
}

bool fault_has_unsynced_wal(void)
{
    return has_unsynced_wal;
}

static bool fails(enum fault_kind kind)
{
    if (!fault.is_armed || fault.kind != kind)
        return false;
    if (fault.left > 0)
        fault.left--;
    bool is_now = fault.left == 0 && (fault.mode == FAULT_FOR_GOOD || fault.injected == 0);
    fault.injected += is_now;
    return is_now;
}

/* Called after what a dying process still does. */
static void die_if_asked(void)
{
    if (fault.mode == FAULT_DIE)
        _exit(99);
}

struct file {
    sqlite3_file base;
    bool is_wal;
    sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct file *)file)->real;
}

static int file_close(sqlite3_file *file)
{
    int rc = real_of(file)->pMethods->xClose(real_of(file));
    free(real_of(file));
    return rc;
}

static int file_read(sqlite3_file *file, void *data, int len, sqlite3_int64 at)
{
    if (fails(FAULT_READ)) {
        die_if_asked();
        memset(data, 0, (size_t)len);
        return SQLITE_IOERR_READ;
    }
    return real_of(file)->pMethods->xRead(real_of(file), data, len, at);
}

static int file_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    if (((struct file *)file)->is_wal)
        has_unsynced_wal = true;
    if (fails(FAULT_WRITE)) {
        real_of(file)->pMethods->xWrite(real_of(file), data, len / 2, at);
        die_if_asked();
        return SQLITE_IOERR_WRITE;
    }
    return real_of(file)->pMethods->xWrite(real_of(file), data, len, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (fails(FAULT_TRUNCATE)) {
        die_if_asked();
        return SQLITE_IOERR_TRUNCATE;
    }
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

/* Nothing is really synced, since no power fails here; it is only noted. */
static int file_sync(sqlite3_file *file, int flags)
{
    if (fails(FAULT_SYNC)) {
        die_if_asked();
        return SQLITE_IOERR_FSYNC;
    }
    if (((struct file *)file)->is_wal)
        has_unsynced_wal = false;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    if (fails(FAULT_LOCK)) {
        die_if_asked();
        return SQLITE_IOERR_LOCK;
    }
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
    if (fails(FAULT_MAP)) {
        die_if_asked();
        return SQLITE_IOERR_SHMMAP;
    }
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extends, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    if ((flags & SQLITE_SHM_LOCK) != 0 && fails(FAULT_LOCK)) {
        die_if_asked();
        return SQLITE_IOERR_SHMLOCK;
    }
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

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    struct file *own = (struct file *)file;
    own->base.pMethods = NULL;
    if (fails(FAULT_OPEN)) {
        die_if_asked();
        return SQLITE_CANTOPEN;
    }
    own->is_wal = (flags & SQLITE_OPEN_WAL) != 0;
    own->real = calloc(1, (size_t)real->szOsFile);
    assert(own->real != NULL);
    int rc = real->xOpen(real, name, own->real, flags, out);
    if (rc == SQLITE_OK)
        own->base.pMethods = &methods;
    else
        free(own->real);
    return rc;
}

static bool allocation_fails(void)
{
    bool is_now = fails(FAULT_MALLOC);
    if (is_now)
        die_if_asked();
    return is_now;
}

static void *door_malloc(int size)
{
    return allocation_fails() ? NULL : allocator.xMalloc(size);
}

static void *door_realloc(void *memory, int size)
{
    return allocation_fails() ? NULL : allocator.xRealloc(memory, size);
}

void fault_install(void)
{
    static sqlite3_vfs vfs;
    static sqlite3_mem_methods door;
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &allocator);
    door = allocator;
    door.xMalloc = door_malloc;
    door.xRealloc = door_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &door);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    real = sqlite3_vfs_find(NULL);
    vfs = *real;
    vfs.zName = "fault";
    vfs.szOsFile = sizeof(struct file);
    vfs.xOpen = vfs_open;
    sqlite3_vfs_register(&vfs, 1);
}
