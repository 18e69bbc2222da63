/*
 * view/overview_model: what the templates of view/overview are filled from. Made there only.
 */
#ifndef ASSENT_VIEW_OVERVIEW_MODEL_H
#define ASSENT_VIEW_OVERVIEW_MODEL_H

#include "base/catalogue.h"
#include "view/admin_model.h"
#include "view/overview.h"
#include "view/plot.h"

struct overview_card_view {
    const char *title;
    int64_t in, out;
    const char *in_was, *out_was; /* "10 in the 7 days before: 20 % more" */
    const char *imported;         /* "By import: 1,200 in, 0 out"; NULL: none */
};

struct overview_row { /* of the table of periods */
    const char *period, *url;
    int64_t in, out, imported_in, imported_out;
};

struct overview_bar { /* a row with two bars across */
    const char *name;
    int64_t in, out;
    const char *in_width, *out_width; /* "43.2" of 100 */
    bool in_is_cut, out_is_cut;
    const char *imported; /* "+1,200 −3"; "" for none */
};

/* A table whose numbers are drawn beside them. */
struct overview_bars {
    const char *id, *title, *about;
    const char *what, *in_title, *out_title; /* heads of the columns */
    struct overview_bar *rows;
    size_t rows_count;
    bool has_imported;
    const char *cut; /* which bars are cut; NULL: none */
    const char *csv_url;
};

struct overview_wait {
    const char *name, *width;
    int64_t count;
    int percent;
};

struct overview_line {
    const char *text;
};

struct overview_view {
    struct admin_frame frame;
    bool is_empty, is_counting;
    const char *counting, *misread; /* NULL: nothing */
    struct overview_card_view cards[OVERVIEW_CARDS];
    size_t cards_count;
    struct option groups[OVERVIEW_GROUP_COUNT], spans[OVERVIEW_SPAN_COUNT];
    size_t groups_count, spans_count;
    struct option everybody, *types, *ways, *topics;
    size_t types_count, ways_count, topics_count;
    const char *title, *days, *in_words, *out_words;
    struct plot plot, imports;
    bool has_imports, has_any, has_chosen;
    const char *cut, *imports_cut; /* which bars are cut, in words; NULL: none */
    struct overview_row *rows;
    size_t rows_count;
    bool leaves_out; /* periods in which nothing was */
    const char *csv_url;
    struct overview_bars tables[3];
    size_t tables_count;
    struct overview_wait waits[COUNT_WAITS];
    size_t waits_count;
    bool has_waits;
    struct overview_line medians[WAY_COUNT];
    size_t medians_count;
    const char *waits_csv_url;
};

/* view/overview_tables: everything below the plots. */
void overview_tables(struct overview_view *view, struct arena *arena,
                     const struct overview *overview);
enum text overview_way_words(enum count_way way);
const char *overview_csv_url(struct arena *arena, const struct overview *overview,
                             enum overview_part part);
bool overview_is_nothing(const struct overview_sum *sum);

/* What was taken back goes from the day on which it was made, so that none falls below 0; a clock
 * that was wrong may still see to it. */
int64_t overview_at_least_0(int64_t count);

#endif
