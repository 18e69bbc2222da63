/*
 * cli/welcome: what the server says on the terminal when it starts: where it is, and with
 * --sample-links three links to try.
 */
#ifndef ASSENT_CLI_WELCOME_H
#define ASSENT_CLI_WELCOME_H

#include "cli/listen.h"
#include "cli/open.h"

/* is_courier_apart: none was started; says how to. */
void welcome_say(const struct args *args, struct open *open, const struct listening *at,
                 bool is_courier_apart);

#endif
