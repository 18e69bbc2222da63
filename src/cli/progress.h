/*
 * cli/progress: a bar on the terminal with the rate and the time left; nothing where standard
 * error is no terminal.
 */
#ifndef ASSENT_CLI_PROGRESS_H
#define ASSENT_CLI_PROGRESS_H

#include "cli/cli.h"

struct progress {
    bool is_shown;    /* standard error is a terminal */
    const char *unit; /* of what is counted: "rows" unless the caller sets it */
    int64_t began_ns, drawn_ns;
};

void progress_begin(struct progress *progress);

/* done of total (0: unknown) bytes, after rows rows, or whatever unit says. Draws ten times a
 * second at most. */
void progress_draw(struct progress *progress, int64_t rows, int64_t done, int64_t total);

/* Takes the bar away. Gives the seconds since it began. */
double progress_end(struct progress *progress);

#endif
