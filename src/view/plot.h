/*
 * view/plot: bars over time as SVG: what goes up above a line, what goes down below it. Pure
 * geometry: the template assets/plot.html draws it, admin.css gives colours and patterns.
 *
 * Across, places are percentages, so that a plot is as wide as there is room and its words stay as
 * large as they are; up and down they are pixels. A value that would dwarf all others is cut,
 * marked as cut, and has to be said in words beside the plot.
 */
#ifndef ASSENT_VIEW_PLOT_H
#define ASSENT_VIEW_PLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct plot_value {
    int64_t up, down;   /* not below 0 */
    const char *tip;    /* in words: shown while it is pointed at or has the focus */
    const char *url;    /* where it leads */
    const char *tick;   /* what stands below it; NULL: nothing */
    bool tick_is_minor; /* and not where there is little room */
};

struct plot_bar {
    const char *x, *width, *hit_x, *hit_width, *middle; /* "12.5" of 100 */
    int up_y, up_height, down_height;
    bool up_is_cut, down_is_cut, is_late; /* in the right half */
    const char *tip, *url;
};

struct plot_line {
    int y, text_y;
    const char *label;
    bool is_zero;
};

struct plot_tick {
    const char *x, *label;
    bool is_minor;
    bool is_first, is_last; /* so near an end that it stands to one side of its place */
};

struct plot {
    const char *name; /* for who can't see it */
    int height, zero_y, cut_up_y, cut_down_y, tick_y, axis_y;
    bool is_long;    /* so many bars that it is scrolled where there is little room */
    bool is_crowded; /* too many to go from one to the next by keyboard: the table has them all */
    struct plot_bar *bars;
    size_t bars_count;
    struct plot_line *lines;
    size_t lines_count;
    struct plot_tick *ticks;
    size_t ticks_count;
    int64_t cut_above; /* values above it are cut; INT64_MAX: none is */
};

struct plot plot_make(struct arena *arena, const char *name, const struct plot_value *values,
                      size_t count);

/* The largest value that bars are drawn for in full: where a few would dwarf the rest, the largest
 * of the rest. values is sorted by it. */
int64_t plot_cut(int64_t *values, size_t count);

#endif
