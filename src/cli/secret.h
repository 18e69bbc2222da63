/*
 * cli/secret: reads a password without showing it.
 */
#ifndef ASSENT_CLI_SECRET_H
#define ASSENT_CLI_SECRET_H

#include "cli/cli.h"

#define SECRET_TEXT_BYTES 600 /* 128 characters of UTF-8 and room to see that there are more */

/* Asks on a terminal with echo off, twice for what is new; else reads one line from standard input.
 * False: it has said why not. The caller wipes out. */
bool secret_ask(const struct args *args, const char *prompt, bool twice,
                char out[SECRET_TEXT_BYTES]) MUST_CHECK;

/* One line of fd without its end. False: nothing came, or too much. */
bool secret_line(int fd, char out[SECRET_TEXT_BYTES]) MUST_CHECK;

/* A new password: secret_ask, with what to do where none came. */
bool secret_read(const struct args *args, char out[SECRET_TEXT_BYTES]) MUST_CHECK;

#endif
