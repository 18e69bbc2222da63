/*
 * cli/courier_start: the courier as the server's sibling.
 */
#ifndef ASSENT_CLI_COURIER_START_H
#define ASSENT_CLI_COURIER_START_H

#include <stdbool.h>

/* Starts this program's courier beside this process, which may become another program. It ends when
 * this process does, however that ends, and is started again if it dies. False: there is no process
 * to be had. */
bool courier_start(void);

#endif
