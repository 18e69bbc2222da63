/*
 * cli/stop: Ctrl-C and its kin as a question that long work asks now and then.
 */
#ifndef ASSENT_CLI_STOP_H
#define ASSENT_CLI_STOP_H

#include <stdbool.h>

/* From now on the first SIGINT, SIGTERM or SIGHUP only makes stop_is_wanted true; a second one ends
 * the process. */
void stop_watch(void);
bool stop_is_wanted(void);

#endif
