/*
 * cli/courier_mails: the courier's part that sends mails: a thread that claims letters, makes their
 * words and writes what came of them, and some threads with a connection to the mail server each.
 * Without a mail server each mail becomes a file instead, outbox/ID.eml in the data folder.
 *
 * Every letter is sent at least once, with the same Message-ID whenever it is sent again: what was
 * under way when the courier ended is due again after a minute (service/outbox).
 */
#ifndef ASSENT_CLI_COURIER_MAILS_H
#define ASSENT_CLI_COURIER_MAILS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/status.h"

struct courier_mails;

/* Starts it. conf must stay. is_verbose: a line on standard output for each letter, without its
 * address. once: it ends by itself when nothing is due any more. False: *fault, from the arena,
 * says why not. */
bool courier_mails_start(struct arena *arena, const struct conf *conf, bool is_verbose, bool once,
                         struct courier_mails **out, const char **fault) MUST_CHECK;

/* False: its thread has ended; with once that is how it should be. */
bool courier_mails_is_alive(const struct courier_mails *mails);

/* Turns of its thread: one that hangs makes none. */
unsigned long courier_mails_beats(const struct courier_mails *mails);

/* Claims nothing more, gives up what is under way within about a second, and frees. NULL is
 * allowed. */
void courier_mails_stop(struct courier_mails *mails);

#endif
