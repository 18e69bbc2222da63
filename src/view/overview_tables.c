/*
 * view/overview_tables: the tables of Overview whose numbers are drawn beside them: by topic,
 * contact type and way, and how long people took. See overview.h.
 */
#include <assert.h>

#include "view/overview_model.h"
#include "view/words.h"

#define TABLE_DWARFS 6

static const enum text way_words[] = {
    [WAY_PAGE] = TEXT_ADMIN_OVERVIEW_WAY_PAGE,
    [WAY_ONE_CLICK] = TEXT_ADMIN_OVERVIEW_WAY_ONE_CLICK,
    [WAY_MAILTO] = TEXT_ADMIN_OVERVIEW_WAY_MAILTO,
    [WAY_CONFIRMED] = TEXT_ADMIN_OVERVIEW_WAY_CONFIRMED,
    [WAY_FORM] = TEXT_ADMIN_OVERVIEW_WAY_FORM,
    [WAY_ADMIN] = TEXT_ADMIN_OVERVIEW_WAY_ADMIN,
    [WAY_COMMAND] = TEXT_ADMIN_OVERVIEW_WAY_COMMAND,
    [WAY_IMPORT] = TEXT_ADMIN_OVERVIEW_WAY_IMPORT,
    [WAY_API] = TEXT_ADMIN_OVERVIEW_WAY_API,
    [WAY_REPORT] = TEXT_ADMIN_OVERVIEW_WAY_REPORT,
    [WAY_SYSTEM] = TEXT_ADMIN_OVERVIEW_WAY_SYSTEM,
};
static_assert(sizeof way_words / sizeof *way_words == WAY_COUNT, "words for every way");

enum text overview_way_words(enum count_way way)
{
    return way_words[way];
}

static const enum text wait_words[] = {
    TEXT_ADMIN_OVERVIEW_WAIT_1M,   TEXT_ADMIN_OVERVIEW_WAIT_10M, TEXT_ADMIN_OVERVIEW_WAIT_1H,
    TEXT_ADMIN_OVERVIEW_WAIT_6H,   TEXT_ADMIN_OVERVIEW_WAIT_1D,  TEXT_ADMIN_OVERVIEW_WAIT_3D,
    TEXT_ADMIN_OVERVIEW_WAIT_7D,   TEXT_ADMIN_OVERVIEW_WAIT_30D, TEXT_ADMIN_OVERVIEW_WAIT_90D,
    TEXT_ADMIN_OVERVIEW_WAIT_MORE,
};
static_assert(sizeof wait_words / sizeof *wait_words == COUNT_WAITS, "words for every wait");

int64_t overview_at_least_0(int64_t count)
{
    return count < 0 ? 0 : count;
}

bool overview_is_nothing(const struct overview_sum *sum)
{
    return (sum->chosen.in | sum->chosen.out | sum->imported.in | sum->imported.out) == 0;
}

const char *overview_csv_url(struct arena *arena, const struct overview *overview,
                             enum overview_part part)
{
    const struct overview_query *query = &overview->query;
    const bool has_of = part == OVERVIEW_PART_TIME && *query->of != '\0';
    return arena_printf(arena, "/admin/overview/export?plot=%s&by=%s&span=%s%s%s",
                        overview_part_key(part), overview_group_key(query->group),
                        overview_span_key(query->span), has_of ? "&of=" : "",
                        has_of ? query->of : "");
}

static void put_row(struct overview_bars *bars, struct arena *arena, const char *name,
                    const struct overview_sum *sum)
{
    struct overview_bar *row = &bars->rows[bars->rows_count++];
    row->name = name;
    row->in = overview_at_least_0(sum->chosen.in);
    row->out = overview_at_least_0(sum->chosen.out);
    row->imported = "";
    if (sum->imported.in == 0 && sum->imported.out == 0)
        return;
    bars->has_imported = true;
    row->imported = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_IN_OUT,
                               ARG("in", (long)overview_at_least_0(sum->imported.in)),
                               ARG("out", (long)overview_at_least_0(sum->imported.out)));
}

static int64_t larger(const struct overview_bar *row)
{
    return row->in > row->out ? row->in : row->out;
}

/* The bars' lengths: the longest is all there is, unless one row would dwarf all others. */
static void draw_bars(struct overview_bars *bars, struct arena *arena)
{
    int64_t first = 0, second = 0;
    const char *name = NULL;
    for (size_t i = 0; i < bars->rows_count; i++) {
        const int64_t size = larger(&bars->rows[i]);
        if (size > first) {
            second = first;
            first = size;
            name = bars->rows[i].name;
        } else if (size > second) {
            second = size;
        }
    }
    const bool is_cut = second > 0 && first / TABLE_DWARFS >= second;
    const double whole = is_cut ? (double)second * 1.6 : (double)(first > 0 ? first : 1);
    if (is_cut)
        bars->cut = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_BAR_CUT, ARG("name", name));
    for (size_t i = 0; i < bars->rows_count; i++) {
        struct overview_bar *row = &bars->rows[i];
        const double in = (double)row->in / whole * 100, out = (double)row->out / whole * 100;
        row->in_is_cut = in > 100.0001;
        row->out_is_cut = out > 100.0001;
        row->in_width = arena_printf(arena, "%.2f", row->in_is_cut ? 100 : in);
        row->out_width = arena_printf(arena, "%.2f", row->out_is_cut ? 100 : out);
    }
}

static struct overview_bars *new_bars(struct overview_view *view, struct arena *arena,
                                      const struct overview *overview, enum overview_part part,
                                      size_t rows)
{
    struct overview_bars *bars = &view->tables[view->tables_count++];
    *bars = (struct overview_bars){.id = overview_part_key(part),
                                   .in_title = ADMIN_TEXT(arena, TEXT_ADMIN_WORD_OPTED_IN),
                                   .out_title = ADMIN_TEXT(arena, TEXT_ADMIN_WORD_OPTED_OUT),
                                   .rows = arena_array(arena, rows, sizeof *bars->rows),
                                   .csv_url = overview_csv_url(arena, overview, part)};
    return bars;
}

static void put_topics(struct overview_view *view, struct arena *arena,
                       const struct overview *overview)
{
    struct overview_bars *bars =
        new_bars(view, arena, overview, OVERVIEW_PART_TOPICS, overview->topics_count);
    bars->title = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TOPICS);
    bars->about = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TOPICS_ABOUT);
    bars->what = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TOPIC);
    bars->in_title = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_ON);
    bars->out_title = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_OFF);
    for (size_t i = 0; i < overview->topics_count; i++) {
        const struct topic *topic = &overview->topics[i].topic;
        put_row(bars, arena,
                topic->retired_at == 0
                    ? topic->name
                    : ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_RETIRED, ARG("topic", topic->name)),
                &overview->topics[i].sum);
    }
    draw_bars(bars, arena);
}

static void put_types(struct overview_view *view, struct arena *arena,
                      const struct overview *overview)
{
    struct overview_bars *bars =
        new_bars(view, arena, overview, OVERVIEW_PART_TYPES, TYPE_COUNT + 1);
    bars->title = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TYPES);
    bars->about = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TYPES_ABOUT);
    bars->what = ADMIN_TEXT(arena, TEXT_ADMIN_WORD_CONTACT_TYPE);
    for (unsigned i = 0; i < TYPE_COUNT; i++)
        put_row(bars, arena, ADMIN_TEXT(arena, words_type((enum contact_type)i)),
                &overview->types[i]);
    if (!overview_is_nothing(&overview->types[TYPE_COUNT]))
        put_row(bars, arena, ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TYPE_GONE),
                &overview->types[TYPE_COUNT]);
    draw_bars(bars, arena);
}

/* Ways by which nothing came are left out. */
static void put_ways(struct overview_view *view, struct arena *arena,
                     const struct overview *overview)
{
    struct overview_bars *bars = new_bars(view, arena, overview, OVERVIEW_PART_WAYS, WAY_COUNT);
    bars->title = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_WAYS);
    bars->about = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_WAYS_ABOUT);
    bars->what = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_WAY);
    for (unsigned i = 0; i < WAY_COUNT; i++) {
        const struct overview_sum sum = {.chosen = overview->ways[i]};
        if (!overview_is_nothing(&sum))
            put_row(bars, arena, ADMIN_TEXT(arena, overview_way_words((enum count_way)i)), &sum);
    }
    draw_bars(bars, arena);
}

static int64_t waits_of(const struct overview *overview, unsigned wait)
{
    int64_t count = 0;
    for (unsigned way = 0; way < WAY_COUNT; way++)
        count += overview_at_least_0(overview->waits[way][wait]);
    return count;
}

static void put_waits(struct overview_view *view, struct arena *arena,
                      const struct overview *overview)
{
    int64_t total = 0, most = 1;
    for (unsigned i = 0; i < COUNT_WAITS; i++) {
        const int64_t count = waits_of(overview, i);
        total += count;
        most = count > most ? count : most;
    }
    view->has_waits = total > 0;
    view->waits_csv_url = overview_csv_url(arena, overview, OVERVIEW_PART_WAITS);
    for (unsigned i = 0; i < COUNT_WAITS && total > 0; i++) {
        const int64_t count = waits_of(overview, i);
        view->waits[view->waits_count++] = (struct overview_wait){
            .name = ADMIN_TEXT(arena, wait_words[i]),
            .width = arena_printf(arena, "%.2f", (double)count / (double)most * 100),
            .count = count,
            .percent = (int)((count * 100 + total / 2) / total),
        };
    }
    for (unsigned way = 0; way < WAY_COUNT; way++) {
        const int median = overview_median(overview, (enum count_way)way);
        int64_t count = 0;
        for (unsigned i = 0; i < COUNT_WAITS; i++)
            count += overview_at_least_0(overview->waits[way][i]);
        if (median >= 0 && count > 0)
            view->medians[view->medians_count++].text = ADMIN_TEXT(
                arena, TEXT_ADMIN_OVERVIEW_MEDIAN,
                ARG("way", ADMIN_TEXT(arena, overview_way_words((enum count_way)way))),
                ARG("n", (long)count), ARG("wait", ADMIN_TEXT(arena, wait_words[median])));
    }
}

void overview_tables(struct overview_view *view, struct arena *arena,
                     const struct overview *overview)
{
    put_topics(view, arena, overview);
    put_types(view, arena, overview);
    put_ways(view, arena, overview);
    put_waits(view, arena, overview);
}
