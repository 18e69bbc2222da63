/*
 * service/forget: see forget.h.
 */
#include "service/forget.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/email.h"
#include "service/import_jobs.h"
#include "service/writer.h"
#include "store/directory_image.h"
#include "store/letters.h"
#include "store/scrub.h"
#include "store/settings.h"

#define BLANK '-' /* stands for every byte of a row that is forgotten, but what divides cells */

struct done {
    enum scrub_part part;
    struct position upto;
};

static enum status note_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    const struct done *done = context;
    return scrub_done(txn, done->part, done->upto);
}

static enum status note(const struct service *service, struct arena *arena, enum scrub_part part,
                        struct position upto)
{
    struct done done = {part, upto};
    return writer_run(service, arena, note_run, &done);
}

/* "12.eml", or "12.eml.new" that a killed courier left. */
static bool read_id(const char *name, int64_t *id)
{
    char *end = NULL;
    errno = 0;
    *id = strtoll(name, &end, 10);
    return errno == 0 && *id > 0 && end != name &&
           (strcmp(end, ".eml") == 0 || strcmp(end, ".eml.new") == 0);
}

static enum status remove_orphans(const struct service *service, DIR *folder)
{
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    for (struct dirent *file = readdir(folder); file && status == STATUS_OK;
         file = readdir(folder)) {
        struct letter letter;
        int64_t id;
        if (!read_id(file->d_name, &id))
            continue;
        status = letters_get(service->store, arena, id, &letter);
        if (status == STATUS_NOT_FOUND) {
            const bool is_gone = unlinkat(dirfd(folder), file->d_name, 0) == 0 || errno == ENOENT;
            status = is_gone ? STATUS_OK : STATUS_IO;
        }
        arena_reset(arena);
    }
    arena_free(arena);
    return status;
}

enum status forget_mails(const struct service *service, struct arena *arena)
{
    bool is_due = false;
    struct position upto;
    enum status status = scrub_is_due(service->store, SCRUB_MAILS, &is_due, &upto);
    if (status != STATUS_OK || !is_due)
        return status;
    DIR *folder = opendir(arena_printf(arena, "%s/outbox", service->conf->data));
    if (folder != NULL) {
        status = remove_orphans(service, folder);
        closedir(folder);
    } else if (errno != ENOENT) {
        status = STATUS_IO;
    }
    return status == STATUS_OK ? note(service, arena, SCRUB_MAILS, upto) : status;
}

/* An uploaded file on its way. */
struct reading {
    const struct service *service;
    struct arena *arena; /* reset with every row */
    int fd;
    int64_t asked_at;
};

static enum status is_forgotten(const struct reading *reading, const char *text, size_t len,
                                bool *out)
{
    struct email email;
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    int64_t at_s = 0;
    while (len > 0 && strchr(" \t\"'", text[0]) != NULL) {
        text++;
        len--;
    }
    while (len > 0 && strchr(" \t\"'", text[len - 1]) != NULL)
        len--;
    if (memchr(text, '@', len) == NULL ||
        email_parse(reading->arena, text, len, &email, NULL) != STATUS_OK)
        return STATUS_OK;
    secrets_suppression_hash(reading->service->secrets, email.key, hash);
    enum status status = suppressions_since(reading->service->store, hash, &at_s);
    if (status == STATUS_OK && at_s >= reading->asked_at)
        *out = true;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* A row that can't be read as one is divided at its commas. */
static enum status has_forgotten(const struct reading *reading, const struct csv_row *row,
                                 bool *out)
{
    enum status status = STATUS_OK;
    *out = false;
    for (size_t i = 0; i < row->count && status == STATUS_OK && !*out; i++)
        status = is_forgotten(reading, row->fields[i], row->lens[i], out);
    for (size_t at = 0; row->fault && at < row->raw_len && status == STATUS_OK && !*out;) {
        const char *cell = row->raw + at;
        const char *comma = memchr(cell, ',', row->raw_len - at);
        const size_t len = comma ? (size_t)(comma - cell) : row->raw_len - at;
        status = is_forgotten(reading, cell, len, out);
        at += len + 1;
    }
    return status;
}

/* The bytes of one row, line end and all, in place: rows behind it stay where they are. */
static enum status blank(const struct reading *reading, int64_t from, int64_t to)
{
    char *bytes = arena_alloc(reading->arena, (size_t)(to - from) + 1);
    const ssize_t len = pread(reading->fd, bytes, (size_t)(to - from), from);
    if (len != to - from)
        return STATUS_IO;
    for (ssize_t i = 0; i < len; i++)
        if (bytes[i] == '\0' || strchr(",\"\r\n", bytes[i]) == NULL)
            bytes[i] = BLANK;
    return pwrite(reading->fd, bytes, (size_t)len, from) == len ? STATUS_OK : STATUS_IO;
}

static enum status read_rows(struct reading *reading, FILE *file)
{
    struct csv_reader *csv = csv_open(file);
    struct csv_row row;
    enum status status = csv_next(csv, &row); /* the titles */
    int64_t from = csv_offset(csv);
    bool is_changed = false;
    while (status == STATUS_OK && (status = csv_next(csv, &row)) == STATUS_OK) {
        bool is_theirs = false;
        status = has_forgotten(reading, &row, &is_theirs);
        if (status == STATUS_OK && is_theirs)
            status = blank(reading, from, csv_offset(csv));
        is_changed = is_changed || is_theirs;
        from = csv_offset(csv);
        arena_reset(reading->arena);
    }
    csv_close(csv);
    if (status == STATUS_NOT_FOUND)
        status = is_changed && fsync(reading->fd) != 0 ? STATUS_IO : STATUS_OK;
    return status;
}

static enum status read_file(const struct service *service, const char *path, int64_t asked_at)
{
    struct reading reading = {.service = service, .asked_at = asked_at};
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return errno == ENOENT ? STATUS_OK : STATUS_IO;
    enum status status = STATUS_IO;
    reading.fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    reading.arena = arena_new();
    if (reading.fd >= 0) {
        status = read_rows(&reading, file);
        close(reading.fd);
    }
    arena_free(reading.arena);
    fclose(file);
    return status;
}

enum status forget_imports(const struct service *service, struct arena *arena)
{
    struct import_job *jobs = NULL;
    size_t count = 0;
    bool is_due = false;
    struct position upto;
    enum status status = scrub_is_due(service->store, SCRUB_IMPORTS, &is_due, &upto);
    if (status != STATUS_OK || !is_due)
        return status;
    status = import_jobs_list(service->store, arena, INT64_MAX, IMPORT_LOOK_BACK, &jobs, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (*jobs[i].file == '\0')
            continue;
        for (int is_rejected = 0; is_rejected < 2 && status == STATUS_OK; is_rejected++)
            status = read_file(
                service, import_jobs_path(service->conf, arena, jobs[i].file, is_rejected != 0),
                jobs[i].asked_at);
    }
    return status == STATUS_OK ? note(service, arena, SCRUB_IMPORTS, upto) : status;
}

enum status forget_now(const struct service *service, struct arena *arena)
{
    enum status status = forget_mails(service, arena);
    if (status == STATUS_OK)
        status = forget_imports(service, arena);
    if (status == STATUS_OK) /* of a server that does not run: one that does has none */
        status = directory_image_remove(
            arena_printf(arena, "%s/" DIRECTORY_IMAGE_NAME, service->conf->data));
    return status == STATUS_OK ? scrub_log(service->store) : status;
}
