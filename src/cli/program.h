/*
 * cli/program: where the program's other files lie: the server's shared object and its table of
 * routes. In a checkout they are build/assent.so and kore.conf; installed, both are in the folder
 * lib/assent beside the program's bin.
 */
#ifndef ASSENT_CLI_PROGRAM_H
#define ASSENT_CLI_PROGRAM_H

#include <stdbool.h>

#include "base/arena.h"

/* Where "make install" puts the settings. */
#define PROGRAM_CONF "/etc/assent/assent.conf"

/* Before the settings are read: an installed program reads the installed ones, unless ASSENT_CONF
 * names others. */
bool program_settle(void);

/* The path of assent.so. */
const char *program_server(struct arena *arena);

/* The folder that holds kore.conf; NULL: there is none. */
const char *program_folder(struct arena *arena);

#endif
