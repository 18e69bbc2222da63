/*
 * cli/input: opens a file that a verb reads.
 */
#include "cli/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *input_open(const struct args *args, const char *path, int64_t *bytes)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    FILE *file;

    if (fd < 0 || fstat(fd, &info) != 0) {
        cli_refused(args, "%s can't be read: %s.", is_stdin ? "standard input" : path,
                    strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    if (S_ISDIR(info.st_mode)) {
        cli_refused(args, "%s is a folder; name a file.", path);
        close(fd);
        return NULL;
    }
    if (is_stdin && isatty(fd))
        cli_note(args, "reading from the terminal; Ctrl-D ends.");
    file = fdopen(fd, "rb");
    if (!file) {
        cli_refused(args, "%s can't be read: %s.", path, strerror(errno));
        close(fd);
        return NULL;
    }
    *bytes = S_ISREG(info.st_mode) ? (int64_t)info.st_size : 0;
    return file;
}
