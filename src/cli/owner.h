/*
 * cli/owner: root works on a data folder as the user who owns it, so that no file is made there
 * that the server, which is that user, could not read. A folder of root's own is left as it is.
 */
#ifndef ASSENT_CLI_OWNER_H
#define ASSENT_CLI_OWNER_H

#include <stdbool.h>

#include "cli/cli.h"

/* Becomes the owner of data, for good. serves: of root's rights it keeps those that a server needs
 * to listen on a low port, to read its certificate's key, and to shut its workers in. False: it has
 * said why not. */
bool owner_become(const struct args *args, const char *data, bool serves) MUST_CHECK;

/* Before a program is started that needs none of these rights. */
void owner_keep_nothing(void);

#endif
