/*
 * tests/fault/power: see power.h. A VFS in front of SQLite's own, made the default. One thread at a
 * time.
 */
#include "fault/power.h"

#include <assert.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 4
#define STEPS_MAX 20000
#define SECTOR    512

/* What a file holds, in memory. */
struct image {
    uint8_t *data;
    size_t len, size;
};

static struct noted {
    char name[64];
    struct image base;
} files[FILES_MAX];
static int files_count;

static struct step {
    enum { STEP_WRITE, STEP_TRUNCATE, STEP_SYNC, STEP_MARK } what;
    int file;
    int64_t at;
    size_t len;
    uint8_t *data;
} steps[STEPS_MAX];
static int steps_count;
static bool is_recording;
static sqlite3_vfs *real;

struct file {
    sqlite3_file base;
    int number; /* of files; -1: not noted */
    sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct file *)file)->real;
}

static void grow(struct image *image, size_t len)
{
    if (len > image->size) {
        image->size = 2 * len;
        image->data = realloc(image->data, image->size);
        assert(image->data != NULL);
    }
    if (len > image->len)
        memset(image->data + image->len, 0, len - image->len);
}

static void apply(struct image *image, const struct step *step, size_t len)
{
    if (step->what == STEP_TRUNCATE) {
        grow(image, (size_t)step->at);
        image->len = (size_t)step->at;
    } else if (step->what == STEP_WRITE) {
        const size_t end = (size_t)step->at + len;
        grow(image, end);
        memcpy(image->data + step->at, step->data, len);
        if (end > image->len)
            image->len = end;
    }
}

static void note(sqlite3_file *file, struct step step, const void *data)
{
    step.file = file ? ((struct file *)file)->number : -1;
    if (!is_recording || (file && step.file < 0))
        return;
    assert(steps_count < STEPS_MAX);
    if (data) {
        step.data = malloc(step.len);
        assert(step.data != NULL);
        memcpy(step.data, data, step.len);
    }
    steps[steps_count++] = step;
}

static int file_close(sqlite3_file *file)
{
    int rc = real_of(file)->pMethods->xClose(real_of(file));
    free(real_of(file));
    return rc;
}

static int file_read(sqlite3_file *file, void *data, int len, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), data, len, at);
}

static int file_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    note(file, (struct step){.what = STEP_WRITE, .at = at, .len = (size_t)len}, data);
    return real_of(file)->pMethods->xWrite(real_of(file), data, len, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    note(file, (struct step){.what = STEP_TRUNCATE, .at = size}, NULL);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    note(file, (struct step){.what = STEP_SYNC}, NULL);
    return SQLITE_OK;
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

static void load(struct image *image, const char *path)
{
    struct stat facts;
    const int fd = open(path, O_RDONLY);
    assert(fd >= 0 && fstat(fd, &facts) == 0);
    grow(image, (size_t)facts.st_size);
    image->len = (size_t)facts.st_size;
    assert(read(fd, image->data, image->len) == (ssize_t)image->len);
    close(fd);
}

static int number_of(const char *path)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    for (int i = 0; i < files_count; i++)
        if (strcmp(files[i].name, name) == 0)
            return i;
    assert(files_count < FILES_MAX);
    snprintf(files[files_count].name, sizeof files[files_count].name, "%s", name);
    load(&files[files_count].base, path);
    return files_count++;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    struct file *own = (struct file *)file;
    (void)vfs;
    own->base.pMethods = NULL;
    own->number = -1;
    own->real = calloc(1, (size_t)real->szOsFile);
    assert(own->real != NULL);
    int rc = real->xOpen(real, name, own->real, flags, out);
    if (rc != SQLITE_OK) {
        free(own->real);
        return rc;
    }
    own->base.pMethods = &methods;
    if (is_recording && name != NULL && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0)
        own->number = number_of(name);
    return rc;
}

void power_install(void)
{
    static sqlite3_vfs vfs;
    real = sqlite3_vfs_find(NULL);
    vfs = *real;
    vfs.zName = "power";
    vfs.szOsFile = sizeof(struct file);
    vfs.xOpen = vfs_open;
    sqlite3_vfs_register(&vfs, 1);
}

void power_record(void)
{
    is_recording = true;
}

void power_stop(void)
{
    is_recording = false;
}

void power_mark(void)
{
    note(NULL, (struct step){.what = STEP_MARK}, NULL);
}

int power_steps(void)
{
    return steps_count;
}

int power_marks(int step)
{
    int marks = 0;
    for (int i = 0; i < step; i++)
        marks += steps[i].what == STEP_MARK;
    return marks;
}

static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* How much of an unsynced write is on the disk; -1: nothing of it. */
static int64_t reached(const struct step *step, bool is_last, enum power_loss loss, uint32_t *seed)
{
    const uint32_t drawn = draw(seed);
    if (loss == POWER_ALL_LOST)
        return -1;
    if (loss == POWER_LAST_TORN)
        return is_last ? (int64_t)(step->len / 2) : (int64_t)step->len;
    if (drawn % 3 == 0)
        return -1;
    return drawn % 3 == 1 || step->len < SECTOR
               ? (int64_t)step->len
               : (int64_t)(draw(seed) % (step->len / SECTOR) * SECTOR);
}

static void save(const struct image *image, const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert(fd >= 0 && write(fd, image->data, image->len) == (ssize_t)image->len);
    close(fd);
}

void power_cut(int step, enum power_loss loss, uint32_t seed, const char *folder)
{
    for (int file = 0; file < files_count; file++) {
        struct image image = {0};
        int synced = -1, last = -1;
        for (int i = 0; i < step; i++) {
            if (steps[i].file != file || steps[i].what == STEP_MARK)
                continue;
            if (steps[i].what == STEP_SYNC)
                synced = i;
            else
                last = i;
        }
        grow(&image, files[file].base.len);
        image.len = files[file].base.len;
        memcpy(image.data ? image.data : (image.data = malloc(1)), files[file].base.data,
               image.len);
        for (int i = 0; i < step; i++) {
            if (steps[i].file != file || steps[i].what == STEP_MARK || steps[i].what == STEP_SYNC)
                continue;
            const int64_t len =
                i < synced ? (int64_t)steps[i].len : reached(&steps[i], i == last, loss, &seed);
            if (len >= 0)
                apply(&image, &steps[i], (size_t)len);
        }
        save(&image, folder, files[file].name);
        free(image.data);
    }
}
