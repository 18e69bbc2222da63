/*
 * view/plot: see plot.h.
 */
#include "view/plot.h"

#include <stdlib.h>

#include "base/buf.h"

#define TOP_PX    22 /* room for the words of a bar that is pointed at */
#define FIELD_PX  172
#define TICKS_PX  26
#define LONG      120
#define CROWDED   100
#define WIDEST    6.0 /* of 100: a bar of few */
#define BAR_SHARE 0.78
#define FIRST     3.0
#define LAST      97.0
#define DWARFED   5 /* so many times what nine of ten stay below */
#define FEW       4 /* of which none is cut */

static int by_size(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

int64_t plot_cut(int64_t *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    size_t first = 0;
    while (first < count && values[first] == 0)
        first++;
    const size_t n = count - first;
    if (n < FEW)
        return INT64_MAX;
    /* What nine of ten of those that are not 0 stay below, and at least one does not. */
    size_t rank = n * 9 / 10;
    if (rank > n - 2)
        rank = n - 2;
    const int64_t usual = values[first + rank];
    if (values[count - 1] / DWARFED < usual)
        return INT64_MAX;
    size_t top = count - 1;
    while (values[top] / DWARFED >= usual)
        top--;
    return values[top];
}

/* 1, 2 or 5 and noughts: at least value. */
static int64_t round_up(int64_t value)
{
    int64_t step = 1;
    while (step < value) {
        if (step * 2 >= value)
            return step * 2;
        if (step * 5 >= value)
            return step * 5;
        step *= 10;
    }
    return step;
}

static const char *label_of(struct arena *arena, int64_t value)
{
    static const struct {
        int64_t unit;
        const char *sign;
    } units[] = {{1000000000, "G"}, {1000000, "M"}, {1000, "k"}};
    struct buf buf = {0};
    size_t i = 0;
    while (i < 3 && value < units[i].unit)
        i++;
    if (value < 10000 || i == 3)
        buf_grouped(&buf, value);
    else if (value % units[i].unit == 0)
        buf_printf(&buf, "%lld%s", (long long)(value / units[i].unit), units[i].sign);
    else
        buf_printf(&buf, "%.1f%s", (double)value / (double)units[i].unit, units[i].sign);
    const char *label = arena_strndup(arena, buf.data, buf.len);
    buf_free(&buf);
    return label;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The scale: how far it goes up and down, and a line at each step. */
struct scale {
    int64_t step, up, down;
    double px; /* of one */
};

/* Whole steps, but for so little that a step would be empty room. */
static int64_t reach(int64_t value, int64_t step, int64_t other)
{
    return value * 4 < step && other > 0 ? value : (value + step - 1) / step * step;
}

static struct scale scale_of(const struct plot_value *values, size_t count, int64_t cut)
{
    int64_t up = 0, down = 0;
    for (size_t i = 0; i < count; i++) {
        const int64_t u = lesser(values[i].up, cut), d = lesser(values[i].down, cut);
        up = u > up ? u : up;
        down = d > down ? d : down;
    }
    struct scale scale = {.step = round_up((up + down + 3) / 4)};
    scale.up = reach(up, scale.step, down);
    scale.down = reach(down, scale.step, up);
    if (scale.up + scale.down == 0)
        scale.up = scale.step;
    scale.px = (double)FIELD_PX / (double)(scale.up + scale.down);
    return scale;
}

/* Whatever is there is seen. */
static int height_of(const struct scale *scale, int64_t value)
{
    const int px = (int)(scale->px * (double)value + 0.5);
    return value > 0 && px < 2 ? 2 : px;
}

static const char *percent(struct arena *arena, double value)
{
    return arena_printf(arena, "%.3f", value);
}

static void put_lines(struct plot *plot, struct arena *arena, const struct scale *scale)
{
    const int64_t above = scale->up / scale->step, below = scale->down / scale->step;
    plot->lines = arena_array(arena, (size_t)(above + below + 1), sizeof *plot->lines);
    for (int64_t n = above; n >= -below; n--) {
        const int y = plot->zero_y - (int)(scale->px * (double)(n * scale->step) + 0.5 - (n < 0));
        plot->lines[plot->lines_count++] =
            (struct plot_line){.y = y,
                               .text_y = y + 4,
                               .label = label_of(arena, (n < 0 ? -n : n) * scale->step),
                               .is_zero = n == 0};
    }
}

static struct plot_bar bar_of(struct arena *arena, const struct plot *plot,
                              const struct plot_value *value, const struct scale *scale,
                              double slot, size_t at)
{
    const double width = slot * BAR_SHARE < WIDEST ? slot * BAR_SHARE : WIDEST;
    const double middle = ((double)at + 0.5) * slot;
    struct plot_bar bar = {
        .x = percent(arena, middle - width / 2),
        .width = percent(arena, width),
        .hit_x = percent(arena, (double)at * slot),
        .hit_width = percent(arena, slot),
        .middle = percent(arena, middle),
        .up_height = height_of(scale, lesser(value->up, plot->cut_above)),
        .down_height = height_of(scale, lesser(value->down, plot->cut_above)),
        .up_is_cut = value->up > plot->cut_above,
        .down_is_cut = value->down > plot->cut_above,
        .is_late = middle > 50,
        .tip = value->tip,
        .url = value->url,
    };
    if (bar.up_is_cut)
        bar.up_height = plot->zero_y - TOP_PX;
    if (bar.down_is_cut)
        bar.down_height = TOP_PX + FIELD_PX - plot->zero_y;
    bar.up_y = plot->zero_y - bar.up_height;
    return bar;
}

static struct plot_tick tick_of(struct arena *arena, const struct plot_value *value, double x)
{
    return (struct plot_tick){
        .x = percent(arena, x),
        .label = value->tick,
        .is_minor = value->tick_is_minor,
        .is_first = x < FIRST,
        .is_last = LAST < x,
    };
}

struct plot plot_make(struct arena *arena, const char *name, const struct plot_value *values,
                      size_t count)
{
    const double slot = 100.0 / (double)(count > 0 ? count : 1);
    int64_t *sizes = arena_array(arena, count * 2, sizeof *sizes);
    struct plot plot = {.name = name,
                        .height = TOP_PX + FIELD_PX + TICKS_PX,
                        .tick_y = TOP_PX + FIELD_PX + 18,
                        .axis_y = TOP_PX + FIELD_PX,
                        .cut_up_y = TOP_PX,
                        .cut_down_y = TOP_PX + FIELD_PX,
                        .is_long = count > LONG,
                        .is_crowded = count > CROWDED,
                        .bars = arena_array(arena, count, sizeof *plot.bars),
                        .ticks = arena_array(arena, count, sizeof *plot.ticks)};
    for (size_t i = 0; i < count; i++) {
        sizes[2 * i] = values[i].up;
        sizes[2 * i + 1] = values[i].down;
    }
    plot.cut_above = plot_cut(sizes, count * 2);
    const struct scale scale = scale_of(values, count, plot.cut_above);
    plot.zero_y = TOP_PX + (int)(scale.px * (double)scale.up + 0.5);
    put_lines(&plot, arena, &scale);
    for (size_t i = 0; i < count; i++) {
        const double x = ((double)i + 0.5) * slot;
        if (values[i].up != 0 || values[i].down != 0)
            plot.bars[plot.bars_count++] = bar_of(arena, &plot, &values[i], &scale, slot, i);
        if (values[i].tick != NULL)
            plot.ticks[plot.ticks_count++] = tick_of(arena, &values[i], x);
    }
    return plot;
}
