/*
 * cli/claim: the data folder for one command alone: no server, no courier, no other command.
 */
#ifndef ASSENT_CLI_CLAIM_H
#define ASSENT_CLI_CLAIM_H

#include "base/conf.h"
#include "cli/cli.h"

/* Takes the lock that a server holds while it runs, and makes sure that no other process has the
 * database open; keeps it until the process ends. False: it has said who has it, and how to stop
 * them. Before this process opens the database itself. */
bool claim_folder(const struct args *args, struct arena *arena, const struct conf *conf);

#endif
