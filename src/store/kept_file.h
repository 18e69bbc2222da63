/*
 * store/kept_file: whether a file is still the one under its name. A database that was moved or
 * deleted while it is open takes writes as before, and they are gone with the process: nothing may
 * be acknowledged then. For this room.
 */
#ifndef ASSENT_STORE_KEPT_FILE_H
#define ASSENT_STORE_KEPT_FILE_H

#include <stdbool.h>
#include <sys/types.h>

struct kept_file {
    char *path; /* malloc'd; NULL: not looked at */
    dev_t device;
    ino_t number; /* 0: not seen yet */
};

/* Remembers path and suffix, and which file that is, if it is there. False: no memory. */
bool kept_file_set(struct kept_file *file, const char *path, const char *suffix);
void kept_file_free(struct kept_file *file);

/* Whether the same file is there. One that was not seen yet is remembered now, and must be there
 * where must_be. */
bool kept_file_holds(struct kept_file *file, bool must_be);

#endif
