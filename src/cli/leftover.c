/*
 * cli/leftover: finds and ends workers of a server that was killed outright.
 */
#include "cli/leftover.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STEP_MS    20
#define TERM_MS    5000 /* a worker may drain its queue first */
#define KILL_MS    2000
#define NAME_BYTES 32

bool leftover_lock(int fd, int wait_ms)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};

    for (int waited = 0;; waited += STEP_MS) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (waited >= wait_ms)
            return false;
        nanosleep(&step, NULL);
    }
}

/* The name of the program that a process runs; "" when there is no such process. */
static void name_of(pid_t process, char out[NAME_BYTES])
{
    char path[64];
    FILE *file;

    out[0] = '\0';
    snprintf(path, sizeof path, "/proc/%d/comm", (int)process);
    file = fopen(path, "re");
    if (!file)
        return;
    if (fgets(out, NAME_BYTES, file))
        out[strcspn(out, "\n")] = '\0';
    fclose(file);
}

bool leftover_is_server(pid_t process)
{
    char name[NAME_BYTES];

    if (process <= 0)
        return false;
    name_of(process, name);
    return strcmp(name, "kore") == 0 || strcmp(name, "assent") == 0;
}

/* Whether the process has the file of info open. */
static bool has_open(pid_t process, const struct stat *info)
{
    char path[64];
    DIR *folder;
    bool is_found = false;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
    folder = opendir(path);
    if (!folder)
        return false;
    for (struct dirent *entry; !is_found && (entry = readdir(folder)) != NULL;) {
        struct stat other;
        is_found = fstatat(dirfd(folder), entry->d_name, &other, 0) == 0 &&
                   other.st_dev == info->st_dev && other.st_ino == info->st_ino;
    }
    closedir(folder);
    return is_found;
}

/* Sends number to every Kore process, not this one, that holds the file. */
static void signal_holders(const struct stat *info, int number)
{
    DIR *folder = opendir("/proc");

    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        pid_t process = (pid_t)strtol(entry->d_name, NULL, 10);
        char name[NAME_BYTES];
        if (process <= 0 || process == getpid())
            continue;
        name_of(process, name);
        if (strcmp(name, "kore") == 0 && has_open(process, info))
            kill(process, number);
    }
    closedir(folder);
}

bool leftover_end(const char *path, int fd)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return false;
    signal_holders(&info, SIGTERM);
    signal_holders(&info, SIGCONT); /* one that was stopped can then end by itself */
    if (leftover_lock(fd, TERM_MS))
        return true;
    signal_holders(&info, SIGKILL);
    return leftover_lock(fd, KILL_MS);
}
