/*
 * cli/courier_hooks: the courier's part that tells hooks: a thread with a database connection and
 * connections out of its own, so that slow mail delays no hook and the reverse.
 *
 * One at a time on a data folder, else messages go out twice; the courier sees to that.
 */
#ifndef ASSENT_CLI_COURIER_HOOKS_H
#define ASSENT_CLI_COURIER_HOOKS_H

#include <stdbool.h>

#include "base/conf.h"

struct courier_hooks;

/* Starts it. conf must stay. False: *fault, from the arena, says why not. hook_post_start is due
 * before. */
bool courier_hooks_start(struct arena *arena, const struct conf *conf, struct courier_hooks **out,
                         const char **fault) MUST_CHECK;

/* False: its thread has died, and no hook is told any more. */
bool courier_hooks_is_alive(const struct courier_hooks *hooks);

/* Turns of its thread: one that hangs makes none. */
unsigned long courier_hooks_beats(const struct courier_hooks *hooks);

/* Begins nothing more, waits a little for what is under way, and frees. What was cut off is sent
 * again by the next one, with the same id. NULL is allowed. */
void courier_hooks_stop(struct courier_hooks *hooks);

#endif
