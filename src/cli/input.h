/*
 * cli/input: opens a file that a verb reads, and refuses what can't be one in words.
 */
#ifndef ASSENT_CLI_INPUT_H
#define ASSENT_CLI_INPUT_H

#include "cli/cli.h"

/* path for reading, "-" being standard input. *bytes: its size, 0 when not known. NULL: it has
 * said why not. The caller closes. */
FILE *input_open(const struct args *args, const char *path, int64_t *bytes);

#endif
