/*
 * base/supervisor: what a service manager is told: ready, alive, stopping. The protocol is
 * sd_notify(3): a datagram of lines to the socket that NOTIFY_SOCKET names. Without one nothing is
 * said, and nothing fails.
 */
#ifndef ASSENT_BASE_SUPERVISOR_H
#define ASSENT_BASE_SUPERVISOR_H

/* A descriptor for supervisor_tell; -1: nobody listens. Takes the name from the environment, so
 * that nothing started later talks in this process's name. */
int supervisor_open(void);

/* "READY=1", "WATCHDOG=1", "STATUS=…"; several with line ends between. Never waits. */
void supervisor_tell(int fd, const char *state);

#endif
