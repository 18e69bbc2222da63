/*
 * cli/courier_imports: the courier's part that works on uploaded imports: a thread with a database
 * connection of its own, so that the server, whose own thread writes for everybody, stays quick.
 */
#ifndef ASSENT_CLI_COURIER_IMPORTS_H
#define ASSENT_CLI_COURIER_IMPORTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/status.h"

struct courier_imports;

/* Starts it. conf must stay. False: *fault, from the arena, says why not. */
bool courier_imports_start(struct arena *arena, const struct conf *conf,
                           struct courier_imports **out, const char **fault) MUST_CHECK;

/* False: its thread has died. */
bool courier_imports_is_alive(const struct courier_imports *imports);

/* Another number whenever its thread has done something since. */
unsigned long courier_imports_beats(const struct courier_imports *imports);

/* Ends what is under way after its transaction; the next courier goes on with it. NULL is
 * allowed. */
void courier_imports_stop(struct courier_imports *imports);

#endif
