/*
 * cli/leftover: workers of a server that was killed outright. They end by themselves; one that is
 * stopped or stuck meanwhile holds the port and the data folder's lock, and answers to nobody.
 */
#ifndef ASSENT_CLI_LEFTOVER_H
#define ASSENT_CLI_LEFTOVER_H

#include <stdbool.h>
#include <sys/types.h>

/* Takes the exclusive lock on fd, trying for wait_ms. False: others hold it. */
bool leftover_lock(int fd, int wait_ms);

/* Whether that process is alive and a server: Kore, or the command about to become it. */
bool leftover_is_server(pid_t process);

/* Ends Kore's processes that hold the file at path open and have no server above them: by request,
 * then outright. True: fd has the lock now. */
bool leftover_end(const char *path, int fd);

#endif
