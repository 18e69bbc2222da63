/*
 * store/kept_file: see kept_file.h.
 */
#include "store/kept_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void look(struct kept_file *file)
{
    struct stat facts;
    if (stat(file->path, &facts) != 0)
        return;
    file->device = facts.st_dev;
    file->number = facts.st_ino;
}

bool kept_file_set(struct kept_file *file, const char *path, const char *suffix)
{
    if (asprintf(&file->path, "%s%s", path, suffix) < 0) {
        file->path = NULL;
        return false;
    }
    look(file);
    return true;
}

void kept_file_free(struct kept_file *file)
{
    free(file->path);
    file->path = NULL;
}

bool kept_file_holds(struct kept_file *file, bool must_be)
{
    struct stat facts;
    if (file->path == NULL)
        return true;
    if (file->number == 0) {
        look(file);
        return file->number != 0 || !must_be;
    }
    return stat(file->path, &facts) == 0 && facts.st_ino == file->number &&
           facts.st_dev == file->device;
}
