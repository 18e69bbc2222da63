/*
 * view/overview: see overview.h. Words, numbers and places; assets/overview.html draws.
 */
#include "view/overview.h"

#include <assert.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "templates.h"
#include "view/overview_model.h"
#include "view/words.h"

#define DAY_S     86400
#define CUT_NAMED 3

/* "3 Nov 2026" in its three parts. */
struct day_words {
    char text[CLOCK_HUMAN_BYTES];
    const char *day, *month, *year;
};

static void split_day(int64_t at_s, struct day_words *out)
{
    clock_human(at_s, out->text);
    out->text[strcspn(out->text, ",")] = '\0';
    char *month = strchr(out->text, ' ');
    char *year = strrchr(out->text, ' ');
    out->day = out->text;
    out->month = month + 1;
    out->year = year + 1;
    *month = *year = '\0';
}

static const char *day_text(struct arena *arena, int64_t at_s)
{
    struct day_words day;
    split_day(at_s, &day);
    return arena_printf(arena, "%s %s %s", day.day, day.month, day.year);
}

static const char *period_text(struct arena *arena, enum overview_group group,
                               const struct overview_period *period)
{
    struct day_words first, last;
    split_day(period->first_s, &first);
    split_day(period->last_s, &last);
    if (group == OVERVIEW_MONTH)
        return arena_printf(arena, "%s %s", first.month, first.year);
    if (group == OVERVIEW_DAY || period->first_s == period->last_s)
        return arena_printf(arena, "%s %s %s", first.day, first.month, first.year);
    if (strcmp(first.year, last.year) != 0)
        return arena_printf(arena, "%s %s %s – %s %s %s", first.day, first.month, first.year,
                            last.day, last.month, last.year);
    return arena_printf(arena, "%s %s – %s %s %s", first.day, first.month, last.day, last.month,
                        last.year);
}

static const char *iso_day(struct arena *arena, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES];
    clock_rfc3339(at_s, text);
    return arena_strndup(arena, text, strcspn(text, "T"));
}

/* Where Activity shows what was in those days. */
static const char *activity_url(struct arena *arena, const struct overview_period *period)
{
    return arena_printf(arena, "/admin/activity?from=%s&to=%s", iso_day(arena, period->first_s),
                        iso_day(arena, period->last_s));
}

static bool is_monday(int64_t at_s)
{
    return (at_s / DAY_S + 3) % 7 == 0;
}

/* Whether the first of a month is in period. */
static bool begins_month(const struct overview_period *period)
{
    for (int64_t at_s = period->first_s; at_s <= period->last_s; at_s += DAY_S) {
        struct day_words day;
        split_day(at_s, &day);
        if (strcmp(day.day, "1") == 0)
            return true;
    }
    return false;
}

/* What stands below a bar: "2 Nov" where there are few, else months, with the year where it is a
 * new one. */
static const char *tick_of(struct arena *arena, const struct overview *overview, size_t at,
                           bool is_first)
{
    const struct overview_period *period = &overview->periods[at];
    const enum overview_group group = overview->query.group;
    struct day_words day;
    split_day(group == OVERVIEW_WEEK ? period->last_s : period->first_s, &day);
    const bool is_dense =
        overview->periods_count > (group == OVERVIEW_DAY ? (size_t)100 : (size_t)16);
    if (group != OVERVIEW_MONTH && !is_dense) {
        split_day(period->first_s, &day);
        return group == OVERVIEW_WEEK || is_monday(period->first_s)
                   ? arena_printf(arena, "%s %s", day.day, day.month)
                   : NULL;
    }
    if (group != OVERVIEW_MONTH && !begins_month(period))
        return NULL;
    return is_first || strcmp(day.month, "Jan") == 0
               ? arena_printf(arena, "%s %s", day.month, day.year)
               : arena_strdup(arena, day.month);
}

static struct plot make_plot(struct arena *arena, const struct overview *overview, const char *name,
                             bool imported)
{
    struct plot_value *values = arena_array(arena, overview->periods_count, sizeof *values);
    int ticks = 0;
    for (size_t i = 0; i < overview->periods_count; i++) {
        const struct overview_period *period = &overview->periods[i];
        const struct overview_pair *pair = imported ? &period->sum.imported : &period->sum.chosen;
        values[i].up = overview_at_least_0(pair->in);
        values[i].down = overview_at_least_0(pair->out);
        values[i].tick = tick_of(arena, overview, i, ticks == 0);
        values[i].tick_is_minor = values[i].tick != NULL && ticks++ % 3 != 0;
        if (values[i].up == 0 && values[i].down == 0)
            continue;
        values[i].url = activity_url(arena, period);
        values[i].tip = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TIP,
                                   ARG("period", period_text(arena, overview->query.group, period)),
                                   ARG("in", (long)values[i].up), ARG("out", (long)values[i].down));
    }
    return plot_make(arena, name, values, overview->periods_count);
}

/* Which bars are cut and what they would be; NULL: none is. */
static const char *cut_words(struct arena *arena, const struct overview *overview,
                             const struct plot *plot, bool imported)
{
    const char *named[CUT_NAMED];
    size_t count = 0, more = 0;
    for (size_t i = 0; i < overview->periods_count; i++) {
        const struct overview_period *period = &overview->periods[i];
        const struct overview_pair *pair = imported ? &period->sum.imported : &period->sum.chosen;
        if (pair->in <= plot->cut_above && pair->out <= plot->cut_above)
            continue;
        if (count == CUT_NAMED) {
            more++;
            continue;
        }
        named[count++] =
            ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_CUT_ONE,
                       ARG("period", period_text(arena, overview->query.group, period)),
                       ARG("in", (long)overview_at_least_0(pair->in)),
                       ARG("out", (long)overview_at_least_0(pair->out)));
    }
    if (count == 0)
        return NULL;
    if (more > 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_CUT_MORE, ARG("n", (long)more),
                          ARG("bars", catalogue_list(arena, LOCALE_EN, named, count)));
    return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_CUT,
                      ARG("bars", catalogue_list(arena, LOCALE_EN, named, count)));
}

/* "10 in the 7 days before: 20 % more". Today is not over, so it is compared with nothing. */
static const char *was(struct arena *arena, int days, int64_t now, int64_t before)
{
    if (days == 1)
        return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_WAS_YESTERDAY, ARG("before", (long)before));
    if (before == now)
        return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_WAS_SAME, ARG("days", days));
    if (before == 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_WAS_NONE, ARG("days", days));
    const int64_t percent =
        ((now > before ? now - before : before - now) * 100 + before / 2) / before;
    return ADMIN_TEXT(
        arena, now > before ? TEXT_ADMIN_OVERVIEW_WAS_MORE : TEXT_ADMIN_OVERVIEW_WAS_LESS,
        ARG("before", (long)before), ARG("days", days), ARG("percent", (long)percent));
}

/* "By import, apart from these: 350 in, 0 out"; NULL: there were none. */
static const char *imported_text(struct arena *arena, const struct overview_pair *imported)
{
    if (imported->in == 0 && imported->out == 0)
        return NULL;
    return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_IMPORTED,
                      ARG("in", (long)overview_at_least_0(imported->in)),
                      ARG("out", (long)overview_at_least_0(imported->out)));
}

static void put_cards(struct overview_view *view, struct arena *arena,
                      const struct overview *overview)
{
    for (int i = 0; i < OVERVIEW_CARDS; i++) {
        const struct overview_card *card = &overview->cards[i];
        struct overview_card_view *out = &view->cards[view->cards_count++];
        const int64_t was_in = overview_at_least_0(card->before.chosen.in);
        const int64_t was_out = overview_at_least_0(card->before.chosen.out);
        if (card->days == 1)
            out->title = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TODAY);
        else
            out->title = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_DAYS, ARG("days", card->days));
        out->in = overview_at_least_0(card->now.chosen.in);
        out->out = overview_at_least_0(card->now.chosen.out);
        out->in_was = was(arena, card->days, out->in, was_in);
        out->out_was = was(arena, card->days, out->out, was_out);
        out->imported = imported_text(arena, &card->now.imported);
    }
}

static struct option option_of(const struct overview *overview, const char *value,
                               const char *label)
{
    return (struct option){value, label, strcmp(overview->query.of, value) == 0};
}

static void put_options(struct overview_view *view, struct arena *arena,
                        const struct overview *overview)
{
    static const enum text group_words[] = {TEXT_ADMIN_OVERVIEW_BY_DAY, TEXT_ADMIN_OVERVIEW_BY_WEEK,
                                            TEXT_ADMIN_OVERVIEW_BY_MONTH};
    static const enum text span_words[] = {
        TEXT_ADMIN_OVERVIEW_SPAN_13M, TEXT_ADMIN_OVERVIEW_SPAN_90D, TEXT_ADMIN_OVERVIEW_SPAN_30D};
    const struct overview_query *query = &overview->query;
    for (unsigned i = 0; i < OVERVIEW_GROUP_COUNT; i++)
        view->groups[view->groups_count++] =
            (struct option){overview_group_key((enum overview_group)i),
                            ADMIN_TEXT(arena, group_words[i]), query->group == i};
    for (unsigned i = 0; i < OVERVIEW_SPAN_COUNT; i++)
        view->spans[view->spans_count++] =
            (struct option){overview_span_key((enum overview_span)i),
                            ADMIN_TEXT(arena, span_words[i]), query->span == i};
    view->everybody = option_of(overview, "", ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_EVERYBODY));
    view->types = arena_array(arena, TYPE_COUNT, sizeof *view->types);
    for (unsigned i = 0; i < TYPE_COUNT; i++)
        view->types[view->types_count++] = option_of(
            overview, arena_printf(arena, "type:%s", contact_type_key((enum contact_type)i)),
            ADMIN_TEXT(arena, words_type((enum contact_type)i)));
    view->ways = arena_array(arena, WAY_COUNT, sizeof *view->ways);
    for (unsigned i = 0; i < WAY_COUNT; i++)
        view->ways[view->ways_count++] =
            option_of(overview, arena_printf(arena, "way:%s", count_way_key((enum count_way)i)),
                      ADMIN_TEXT(arena, overview_way_words((enum count_way)i)));
    view->topics = arena_array(arena, overview->topics_count, sizeof *view->topics);
    for (size_t i = 0; i < overview->topics_count; i++)
        view->topics[view->topics_count++] =
            option_of(overview, arena_printf(arena, "topic:%s", overview->topics[i].topic.key),
                      overview->topics[i].topic.name);
}

static void put_rows(struct overview_view *view, struct arena *arena,
                     const struct overview *overview)
{
    view->rows = arena_array(arena, overview->periods_count, sizeof *view->rows);
    for (size_t i = overview->periods_count; i-- > 0;) {
        const struct overview_period *period = &overview->periods[i];
        const struct overview_sum *sum = &period->sum;
        view->has_chosen = view->has_chosen || sum->chosen.in != 0 || sum->chosen.out != 0;
        view->has_imports = view->has_imports || sum->imported.in != 0 || sum->imported.out != 0;
        if (overview_is_nothing(sum)) {
            view->leaves_out = true;
            continue;
        }
        view->rows[view->rows_count++] =
            (struct overview_row){.period = period_text(arena, overview->query.group, period),
                                  .url = activity_url(arena, period),
                                  .in = overview_at_least_0(sum->chosen.in),
                                  .out = overview_at_least_0(sum->chosen.out),
                                  .imported_in = overview_at_least_0(sum->imported.in),
                                  .imported_out = overview_at_least_0(sum->imported.out)};
    }
    view->has_any = view->rows_count > 0;
}

/* "Opted in and out", or of whom: "Marketing, turned on and off". */
static const char *title_of(struct arena *arena, const struct overview *overview)
{
    switch (overview->of) {
    case OVERVIEW_ALL:
    case OVERVIEW_OF_COUNT:
        break;
    case OVERVIEW_TYPE:
        return ADMIN_TEXT(
            arena, TEXT_ADMIN_OVERVIEW_TITLE_OF,
            ARG("of", ADMIN_TEXT(arena, words_type((enum contact_type)overview->of_number))));
    case OVERVIEW_WAY:
        return ADMIN_TEXT(
            arena, TEXT_ADMIN_OVERVIEW_TITLE_OF,
            ARG("of", ADMIN_TEXT(arena, overview_way_words((enum count_way)overview->of_number))));
    case OVERVIEW_TOPIC:
        for (size_t i = 0; i < overview->topics_count; i++)
            if (overview->topics[i].topic.id.value == overview->of_number)
                return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TITLE_TOPIC,
                                  ARG("topic", overview->topics[i].topic.name));
        break;
    }
    return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TITLE_ALL);
}

static void put_plots(struct overview_view *view, struct arena *arena,
                      const struct overview *overview)
{
    const bool is_topic = overview->of == OVERVIEW_TOPIC;
    view->title = title_of(arena, overview);
    view->in_words =
        ADMIN_TEXT(arena, is_topic ? TEXT_ADMIN_OVERVIEW_ON : TEXT_ADMIN_WORD_OPTED_IN);
    view->out_words =
        ADMIN_TEXT(arena, is_topic ? TEXT_ADMIN_OVERVIEW_OFF : TEXT_ADMIN_WORD_OPTED_OUT);
    view->days = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_DAYS_SHOWN,
                            ARG("from", day_text(arena, overview->from_s)),
                            ARG("to", day_text(arena, overview->to_s)));
    view->plot = make_plot(arena, overview, view->title, false);
    view->cut = cut_words(arena, overview, &view->plot, false);
    if (!view->has_imports)
        return;
    view->imports =
        make_plot(arena, overview, ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_IMPORTS), true);
    view->imports_cut = cut_words(arena, overview, &view->imports, true);
}

static const char *counting_text(struct arena *arena, const struct overview *overview)
{
    if (overview->counted_from_s == 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_COUNTING, ARG("n", (long)overview->uncounted));
    return ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_COUNTING_FROM, ARG("n", (long)overview->uncounted),
                      ARG("day", day_text(arena, overview->counted_from_s)));
}

void view_overview(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                   const struct overview *overview, bool misread)
{
    struct overview_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_TITLE), 'v'),
        .is_empty = overview->is_empty,
        .is_counting = overview->uncounted > 0,
        .csv_url = overview_csv_url(arena, overview, OVERVIEW_PART_TIME),
    };
    if (misread)
        view.misread = ADMIN_TEXT(arena, TEXT_ADMIN_OVERVIEW_MISREAD);
    if (view.is_counting)
        view.counting = counting_text(arena, overview);
    put_cards(&view, arena, overview);
    put_options(&view, arena, overview);
    put_rows(&view, arena, overview);
    put_plots(&view, arena, overview);
    overview_tables(&view, arena, overview);
    template_overview(out, &view);
}
