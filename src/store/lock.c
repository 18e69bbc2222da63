/*
 * store/lock: see lock.h.
 *
 * Who has the file open holds a shared lock on it (fcntl, of the open file description); the first
 * one gets it exclusively and makes the content new before it steps down to shared.
 */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define LOCK_MAGIC    UINT32_C(0x4c4b4131)
#define CHUNK_NS      INT64_C(10000000) /* a waiter says so again this often */
#define GIVE_WAY_NS   INT64_C(5000000)
#define LOOK_AGAIN_NS 50000

struct shared {
    _Atomic uint32_t magic;  /* set last */
    _Atomic uint32_t wanted; /* a flag, not a count: a waiter that dies leaves nothing behind */
    _Atomic uint32_t takes;
    pthread_mutex_t mutex;
};

struct lock {
    int fd;
    struct shared *shared;
    uint32_t take;   /* number of our last take */
    bool was_wanted; /* when we released it last */
};

static enum status make(struct shared *shared)
{
    pthread_mutexattr_t attributes;
    atomic_store(&shared->magic, 0);
    atomic_store(&shared->wanted, 0);
    atomic_store(&shared->takes, 0);
    if (pthread_mutexattr_init(&attributes) != 0)
        return STATUS_IO;
    bool is_made = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0 &&
                   pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0 &&
                   pthread_mutex_init(&shared->mutex, &attributes) == 0;
    pthread_mutexattr_destroy(&attributes);
    if (!is_made)
        return STATUS_IO;
    atomic_store(&shared->magic, LOCK_MAGIC);
    return STATUS_OK;
}

static int file_lock(int fd, int command, short type)
{
    struct flock flock = {.l_type = type, .l_whence = SEEK_SET};
    int rc;
    do
        rc = fcntl(fd, command, &flock);
    while (rc != 0 && errno == EINTR);
    return rc;
}

/* Makes the content new if nobody else has the file open; ends holding the shared lock. */
static enum status join(struct lock *lock)
{
    for (int attempt = 0; attempt < 100; attempt++) {
        bool is_first = file_lock(lock->fd, F_OFD_SETLK, F_WRLCK) == 0;
        if (is_first && ftruncate(lock->fd, sizeof *lock->shared) != 0)
            return errno == ENOSPC ? STATUS_FULL : STATUS_IO;
        if (!is_first && file_lock(lock->fd, F_OFD_SETLKW, F_RDLCK) != 0)
            return STATUS_IO;
        off_t size = lseek(lock->fd, 0, SEEK_END);
        if (size >= (off_t)sizeof *lock->shared) {
            lock->shared =
                mmap(NULL, sizeof *lock->shared, PROT_READ | PROT_WRITE, MAP_SHARED, lock->fd, 0);
            if (lock->shared == MAP_FAILED) {
                lock->shared = NULL;
                return STATUS_IO;
            }
            if (is_first && make(lock->shared) != STATUS_OK)
                return STATUS_IO;
            if (atomic_load(&lock->shared->magic) == LOCK_MAGIC)
                return file_lock(lock->fd, F_OFD_SETLK, F_RDLCK) == 0 ? STATUS_OK : STATUS_IO;
            munmap(lock->shared, sizeof *lock->shared);
            lock->shared = NULL;
        }
        /* Who made it died half way: let go, so that someone can be first again. */
        if (file_lock(lock->fd, F_OFD_SETLK, F_UNLCK) != 0)
            return STATUS_IO;
    }
    return STATUS_CORRUPT;
}

enum status lock_open(const char *path, struct lock **out)
{
    struct lock *lock = calloc(1, sizeof *lock);
    if (lock == NULL)
        return STATUS_IO;
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    enum status status = lock->fd < 0 ? STATUS_IO : join(lock);
    if (status != STATUS_OK) {
        lock_close(lock);
        return status;
    }
    *out = lock;
    return STATUS_OK;
}

void lock_close(struct lock *lock)
{
    if (lock == NULL)
        return;
    if (lock->shared != NULL)
        munmap(lock->shared, sizeof *lock->shared);
    if (lock->fd >= 0)
        close(lock->fd);
    free(lock);
}

static struct timespec timespec_of(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

/* The mutex is not fair: who releases it and takes it again at once would always win. */
static void give_way(struct lock *lock)
{
    const struct timespec nap = {.tv_nsec = LOOK_AGAIN_NS};
    int64_t until = clock_monotonic_ns() + GIVE_WAY_NS;
    while (atomic_load(&lock->shared->wanted) != 0 &&
           atomic_load(&lock->shared->takes) == lock->take && clock_monotonic_ns() < until)
        nanosleep(&nap, NULL);
}

enum status lock_take(struct lock *lock, int wait_ms)
{
    struct shared *shared = lock->shared;
    int64_t deadline = clock_monotonic_ns() + (int64_t)wait_ms * 1000000;
    if (lock->was_wanted)
        give_way(lock);
    int rc = pthread_mutex_trylock(&shared->mutex);
    while (rc == EBUSY || rc == ETIMEDOUT) {
        int64_t now = clock_monotonic_ns();
        if (now >= deadline)
            return STATUS_BUSY;
        atomic_store(&shared->wanted, 1);
        struct timespec until = timespec_of(now + CHUNK_NS < deadline ? now + CHUNK_NS : deadline);
        rc = pthread_mutex_clocklock(&shared->mutex, CLOCK_MONOTONIC, &until);
    }
    if (rc == EOWNERDEAD)
        rc = pthread_mutex_consistent(&shared->mutex);
    if (rc != 0)
        return STATUS_IO;
    atomic_store(&shared->wanted, 0); /* others who wait say so again */
    lock->take = atomic_fetch_add(&shared->takes, 1) + 1;
    return STATUS_OK;
}

void lock_release(struct lock *lock)
{
    lock->was_wanted = atomic_load(&lock->shared->wanted) != 0;
    pthread_mutex_unlock(&lock->shared->mutex);
}

bool lock_is_wanted(const struct lock *lock)
{
    return atomic_load(&lock->shared->wanted) != 0;
}
