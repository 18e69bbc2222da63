/*
 * store/copy: the copying itself. See copy.h.
 *
 * One thread moves bytes, without reading them: from file to file inside the kernel, then over them
 * those pages that the log has newer. Another one reads what was written, cleans it where need be,
 * and looks at each page; so what is looked at is the copy and not what it was made from.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/thread.h"
#include "store/clean_file.h"
#include "store/copy.h"
#include "store/log_map.h"
#include "store/page_check.h"
#include "store/query.h"

#define STEP_PAGES  1024 /* 4 MB */
#define LOOK_PAGES  64
#define FIRST_ROOTS 64

struct copy {
    struct store *source;
    int from, fd; /* of the source; the caller's */
    bool has_no_short_way;
    struct log_map map;
    size_t next; /* of the map's */
    uint8_t *bytes;
    uint32_t done;
    char fault[256];
    /* The looker's */
    struct thread looker;
    bool has_looker;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint32_t ready;  /* under lock: pages that may be looked at */
    bool is_stopped; /* under lock: no more will come */
    struct page_check *check;
    uint8_t pages[LOOK_PAGES * CLEAN_PAGE_SIZE];
    int look_errno; /* once it has ended */
};

/* Waits for pages beyond seen. 0: none will come. */
static uint32_t wait_for(struct copy *copy, uint32_t seen)
{
    pthread_mutex_lock(&copy->lock);
    while (copy->ready == seen && !copy->is_stopped)
        pthread_cond_wait(&copy->moved, &copy->lock);
    const uint32_t count = copy->ready - seen;
    pthread_mutex_unlock(&copy->lock);
    return count < LOOK_PAGES ? count : LOOK_PAGES;
}

static void say(struct copy *copy, uint32_t ready, bool is_stopped)
{
    pthread_mutex_lock(&copy->lock);
    copy->ready = ready;
    copy->is_stopped = is_stopped;
    pthread_cond_signal(&copy->moved);
    pthread_mutex_unlock(&copy->lock);
}

/* False: errno says why. */
static bool read_all(int fd, uint8_t *out, size_t len, off_t at)
{
    while (len > 0) {
        const ssize_t got = pread(fd, out, len, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got == 0 ? EIO : errno;
            return false;
        }
        out += got;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static bool write_all(int fd, const uint8_t *from, size_t len, off_t at)
{
    while (len > 0) {
        const ssize_t put = pwrite(fd, from, len, at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        from += put;
        at += put;
        len -= (size_t)put;
    }
    return true;
}

static off_t place_of(uint32_t done)
{
    return (off_t)done * CLEAN_PAGE_SIZE;
}

/* All that our programs write to the file is cleaned on its way there; what is in the log is not,
 * nor what another program wrote. */
static bool clean(struct copy *copy, uint32_t done, uint8_t *page)
{
    return copy->map.pages > CLEAN_FILE_MAX_BYTES / CLEAN_PAGE_SIZE ||
           !clean_file_page(page, done == 0) ||
           write_all(copy->fd, page, CLEAN_PAGE_SIZE, place_of(done));
}

static void look(void *context)
{
    struct copy *copy = context;
    uint32_t done = 0, count;
    while ((count = wait_for(copy, done)) > 0) {
        bool is_fine =
            read_all(copy->fd, copy->pages, (size_t)count * CLEAN_PAGE_SIZE, place_of(done));
        for (uint32_t i = 0; i < count && is_fine; i++, done++) {
            uint8_t *page = copy->pages + (size_t)i * CLEAN_PAGE_SIZE;
            is_fine = clean(copy, done, page);
            if (copy->check != NULL)
                page_check_add(copy->check, done + 1, page);
        }
        if (!is_fine) {
            copy->look_errno = errno;
            return;
        }
    }
}

static enum status explain(struct copy *copy, enum status status)
{
    if (status == STATUS_REFUSED)
        snprintf(copy->fault, sizeof copy->fault,
                 "the database is not as the server keeps it: start the server once");
    else if (status == STATUS_CORRUPT)
        snprintf(copy->fault, sizeof copy->fault, "the database's log is damaged");
    else if (status == STATUS_BUSY)
        snprintf(copy->fault, sizeof copy->fault, "the database is too busy");
    else if (status != STATUS_OK)
        snprintf(copy->fault, sizeof copy->fault, "%s", store_fault(copy->source));
    return status;
}

static enum status fail(struct copy *copy, int number)
{
    snprintf(copy->fault, sizeof copy->fault, "%s", strerror(number));
    return number == ENOSPC || number == EDQUOT || number == EFBIG ? STATUS_FULL : STATUS_IO;
}

/* A descriptor of our own, of the very file that SQLite has open. It is never closed: that would
 * drop the locks of all connections that this process has to that file (fcntl(2)). */
static enum status open_source(struct copy *copy)
{
    struct store *source = copy->source;
    const char *path = sqlite3_db_filename(source->db, "main");
    struct stat named, ours;
    int is_moved = 0;
    copy->from = open(path, O_RDONLY | O_CLOEXEC);
    if (copy->from < 0 && errno != ENOENT)
        return fail(copy, errno);
    int rc = sqlite3_file_control(source->db, "main", SQLITE_FCNTL_HAS_MOVED, &is_moved);
    if (rc == SQLITE_OK && !is_moved && fstat(copy->from, &ours) == 0 && stat(path, &named) == 0 &&
        ours.st_ino == named.st_ino && ours.st_dev == named.st_dev)
        return STATUS_OK;
    snprintf(copy->fault, sizeof copy->fault,
             "the database was moved or deleted while it is in use: put it back");
    return STATUS_IO;
}

enum status copy_begin(struct store *source, int fd, struct copy **out)
{
    struct copy *copy = calloc(1, sizeof *copy);
    if (copy == NULL)
        return STATUS_IO;
    copy->source = source;
    copy->fd = fd;
    pthread_mutex_init(&copy->lock, NULL);
    pthread_cond_init(&copy->moved, NULL);
    *out = copy;
    enum status status = explain(copy, log_map_begin(source, &copy->map));
    if (status == STATUS_OK)
        status = open_source(copy);
    if (status == STATUS_OK && ftruncate(fd, place_of(copy->map.pages)) != 0)
        status = fail(copy, errno);
    if (status != STATUS_OK)
        return status;
    const bool is_checked = copy->map.pages < PAGE_CHECK_MAX;
    if (is_checked)
        copy->check = page_check_new(copy->map.pages);
    copy->bytes = malloc((size_t)STEP_PAGES * CLEAN_PAGE_SIZE);
    if ((copy->check != NULL || !is_checked) && copy->bytes != NULL)
        copy->has_looker = thread_start(&copy->looker, look, copy);
    return copy->has_looker ? STATUS_OK : fail(copy, ENOMEM);
}

/* By way of our own memory, where the kernel can't do it alone. */
static bool move_by_hand(struct copy *copy, off_t at, size_t len)
{
    while (len > 0) {
        const ssize_t got = pread(copy->from, copy->bytes, len, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || (got > 0 && !write_all(copy->fd, copy->bytes, (size_t)got, at)))
            return false;
        if (got == 0)
            break; /* the rest stands in the log */
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static bool move(struct copy *copy, off_t at, size_t len)
{
    while (len > 0 && !copy->has_no_short_way) {
        off_t from = at, to = at;
        const ssize_t moved = copy_file_range(copy->from, &from, copy->fd, &to, len, 0);
        if (moved < 0 && errno == EINTR)
            continue;
        if (moved < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP ||
                          errno == ENOSYS || errno == EBADF))
            copy->has_no_short_way = true;
        else if (moved < 0)
            return false;
        else if (moved == 0)
            break; /* the end, or a file system that has no short way but does not say so */
        else {
            at += moved;
            len -= (size_t)moved;
        }
    }
    return move_by_hand(copy, at, len);
}

/* Those of the pages up to `upto` that the log has newer. */
static enum status move_from_log(struct copy *copy, uint32_t upto)
{
    const struct log_map *map = &copy->map;
    for (; copy->next < map->count && map->at[copy->next].page <= upto; copy->next++) {
        const enum status status = log_map_read(map, copy->next, copy->bytes);
        if (status != STATUS_OK) {
            snprintf(copy->fault, sizeof copy->fault, "the database's log can't be read");
            return status;
        }
        if (!write_all(copy->fd, copy->bytes, CLEAN_PAGE_SIZE,
                       place_of(map->at[copy->next].page - 1)))
            return fail(copy, errno);
    }
    return STATUS_OK;
}

enum status copy_step(struct copy *copy, bool *is_done)
{
    const uint32_t left = copy->map.pages - copy->done;
    const uint32_t count = left < STEP_PAGES ? left : STEP_PAGES;
    if (!move(copy, place_of(copy->done), (size_t)count * CLEAN_PAGE_SIZE))
        return fail(copy, errno);
    enum status status = move_from_log(copy, copy->done + count);
    if (status != STATUS_OK)
        return status;
    copy->done += count;
    *is_done = copy->done == copy->map.pages;
    say(copy, copy->done, *is_done);
    return STATUS_OK;
}

struct copy_progress copy_progress(const struct copy *copy)
{
    return (struct copy_progress){place_of(copy->done), place_of(copy->map.pages)};
}

static void end_looker(struct copy *copy)
{
    if (!copy->has_looker)
        return;
    say(copy, copy->ready, true);
    if (!thread_join(&copy->looker))
        copy->look_errno = EIO;
    copy->has_looker = false;
}

/* Where the trees begin, as the copy itself has it. */
static enum status read_roots(struct store *made, uint32_t **out, size_t *count)
{
    struct query query = query_begin(made, STATEMENT_COPY_ROOTS);
    size_t room = 0;
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        if (*count == room) {
            room = room ? 2 * room : FIRST_ROOTS;
            uint32_t *all = realloc(*out, room * sizeof **out);
            if (all == NULL)
                break;
            *out = all;
        }
        const int64_t root = query_get_int(&query);
        (*out)[(*count)++] = root > 0 && root <= UINT32_MAX ? (uint32_t)root : 0;
    }
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status == STATUS_OK ? STATUS_IO : status;
}

enum status copy_judge(struct copy *copy, struct store *made, struct arena *arena,
                       const char **words)
{
    uint32_t *roots = NULL;
    size_t count = 0;
    end_looker(copy);
    if (copy->look_errno != 0)
        return fail(copy, copy->look_errno);
    if (copy->check == NULL) /* SQLite's own, which takes its time */
        return copy_check(made, arena, false, NULL, NULL, words);
    enum status status = read_roots(made, &roots, &count);
    if (status == STATUS_OK)
        status = page_check_end(copy->check, roots, count, copy->fd, arena, words);
    free(roots);
    return status;
}

const char *copy_fault(const struct copy *copy)
{
    return copy->fault;
}

void copy_let_go(struct copy *copy)
{
    if (copy->source->has_snapshot)
        store_snapshot_end(copy->source);
}

void copy_end(struct copy *copy)
{
    if (copy == NULL)
        return;
    end_looker(copy);
    copy_let_go(copy);
    log_map_free(&copy->map);
    page_check_free(copy->check);
    pthread_cond_destroy(&copy->moved);
    pthread_mutex_destroy(&copy->lock);
    free(copy->bytes);
    free(copy);
}
