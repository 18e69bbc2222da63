/*
 * base/whole_file: a file that appears under its name whole and on the disk, or not at all. It is
 * made beside its place as NAME.partial, readable by its owner alone.
 *
 * Who was killed leaves NAME.partial behind; the next one takes it over. Not for logs, which grow.
 */
#ifndef ASSENT_BASE_WHOLE_FILE_H
#define ASSENT_BASE_WHOLE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

#define WHOLE_FILE_SUFFIX ".partial"

struct whole_file {
    const char *path;
    const char *partial; /* where it is written; empty to begin with */
    int fd;              /* of partial, open for writing */
    bool replaces;       /* another file under the name may go */
};

/* STATUS_CONFLICT: there is a file of that name, which may not be replaced. STATUS_BUSY: another
 * process makes it now. On failure *fault says why in words, from the arena or static, and there is
 * nothing to end or drop. */
enum status whole_file_begin(struct arena *arena, const char *path, bool replaces,
                             struct whole_file *out, const char **fault) MUST_CHECK;

/* Syncs the file, gives it its name, syncs the folder. On failure nothing is left of it. */
enum status whole_file_end(struct arena *arena, struct whole_file *file,
                           const char **fault) MUST_CHECK;

/* Takes it away again. */
void whole_file_drop(struct whole_file *file);

/* All of data to fd. STATUS_FULL: no room. errno says more. */
enum status whole_file_write(int fd, const void *data, size_t len) MUST_CHECK;

/* What is in the folder of path is on the disk. */
enum status whole_file_sync_folder(const char *path) MUST_CHECK;

#endif
