/*
 * tests/preview/states_overview: Communications → Overview in every state: weeks, days and months,
 * a list of one day, imports that dwarf all else, a few days that do, and nothing at all.
 */
#include "preview/states.h"

#include "view/overview.h"

#define NOV_23 1795392000 /* 23 Nov 2026, 00:00 UTC */
#define DAY_S  86400

static struct admin_shell shell(void)
{
    return (struct admin_shell){
        .admin_name = typed("Ada Admin"),
        .admin_email = typed("ada@northwind.example"),
        .csrf = "csrf-of-this-session",
    };
}

static uint32_t seed;

static int64_t chance(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (int64_t)(((uint64_t)seed * below) >> 32);
}

static struct overview_sum sum(int64_t in, int64_t out)
{
    return (struct overview_sum){.chosen = {in, out}};
}

/* So many periods of so many days, up to today; of months the lengths are near enough. */
static void put_periods(struct overview *overview, struct arena *arena, enum overview_group group,
                        size_t count, uint32_t size)
{
    const int64_t days = group == OVERVIEW_DAY ? 1 : group == OVERVIEW_WEEK ? 7 : 30;

    seed = 7;
    overview->query.group = group;
    overview->periods = arena_array(arena, count, sizeof *overview->periods);
    overview->periods_count = count;
    for (size_t i = 0; i < count; i++) {
        struct overview_period *period = &overview->periods[i];
        period->last_s = NOV_23 - (int64_t)(count - 1 - i) * days * DAY_S;
        period->first_s = period->last_s - (days - 1) * DAY_S;
        period->sum = sum(chance(size) + chance(size), chance(size / 2 + 1));
    }
    overview->from_s = overview->periods[0].first_s;
    overview->to_s = NOV_23;
}

static struct overview canned(struct arena *arena, enum overview_group group, size_t count,
                              uint32_t size)
{
    struct overview overview = {.query = {.span = OVERVIEW_13_MONTHS, .of = ""}};
    const char *const names[] = {"Newsletter", "Product Updates", "Marketing", "System Alerts"};
    const char *const keys[] = {"newsletter", "product_updates", "marketing", "system_alerts"};

    put_periods(&overview, arena, group, count, size);
    overview.topics = arena_array(arena, 4, sizeof *overview.topics);
    overview.topics_count = 4;
    for (size_t i = 0; i < 4; i++)
        overview.topics[i] =
            (struct overview_topic){.topic = {.id = {(uint8_t)(i + 1)},
                                              .key = keys[i],
                                              .name = typed(names[i]),
                                              .retired_at = i == 3 ? NOV_23 - DAY_S : 0},
                                    .sum = sum(1840 - (int64_t)i * 371, 204 + (int64_t)i * 118)};
    overview.types[TYPE_CLIENT] = sum(1422, 310);
    overview.types[TYPE_PARTNER] = sum(391, 88);
    overview.types[TYPE_FRANCHISEE] = sum(27, 3);
    overview.types[TYPE_COUNT] = sum(12, 12);
    overview.ways[WAY_PAGE] = (struct overview_pair){402, 118};
    overview.ways[WAY_ONE_CLICK] = (struct overview_pair){0, 214};
    overview.ways[WAY_MAILTO] = (struct overview_pair){0, 9};
    overview.ways[WAY_CONFIRMED] = (struct overview_pair){1208, 2};
    overview.ways[WAY_ADMIN] = (struct overview_pair){188, 41};
    overview.ways[WAY_REPORT] = (struct overview_pair){0, 29};
    for (int i = 0; i < COUNT_WAITS; i++) {
        overview.waits[WAY_PAGE][i] = (i + 1) * (COUNT_WAITS - i) * 4;
        overview.waits[WAY_ONE_CLICK][i] = i < 6 ? (6 - i) * 11 : 0;
        overview.waits[WAY_CONFIRMED][i] = i < 4 ? 300 - i * 70 : 0;
    }
    overview.cards[0] = (struct overview_card){1, sum(3, 1), sum(9, 2)};
    overview.cards[1] = (struct overview_card){7, sum(58, 14), sum(44, 20)};
    overview.cards[2] = (struct overview_card){30, sum(231, 0), sum(0, 0)};
    return overview;
}

static void draw(struct buf *out, struct arena *arena, const struct overview *overview,
                 bool misread)
{
    struct admin_shell frame = shell();
    view_overview(out, arena, &frame, overview, misread);
}

static void weeks(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_WEEK, 57, 40);
    draw(out, arena, &overview, false);
}

static void days(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_DAY, 388, 14);
    draw(out, arena, &overview, false);
}

static void thirty_days(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_DAY, 30, 14);
    overview.query.span = OVERVIEW_30_DAYS;
    draw(out, arena, &overview, false);
}

static void months(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_MONTH, 13, 24000);
    draw(out, arena, &overview, false);
}

static void of_topic(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_WEEK, 57, 30);
    overview.of = OVERVIEW_TOPIC;
    overview.of_number = 3;
    overview.query.of = "topic:marketing";
    draw(out, arena, &overview, false);
}

/* One import of ten thousand, and otherwise a few a week. */
static void imported(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_WEEK, 57, 6);
    overview.periods[9].sum.imported = (struct overview_pair){10240, 12};
    overview.periods[30].sum.imported = (struct overview_pair){350, 0};
    overview.topics[0].sum.imported = (struct overview_pair){10590, 12};
    overview.types[TYPE_CLIENT].imported = (struct overview_pair){10590, 12};
    overview.ways[WAY_IMPORT] = (struct overview_pair){10590, 12};
    overview.cards[2].now.imported = (struct overview_pair){350, 0};
    draw(out, arena, &overview, false);
}

/* A list that was imported today, with nothing else. */
static void only_imported(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_WEEK, 12, 1);
    overview.periods[11].sum.imported = (struct overview_pair){1000000, 0};
    overview.cards[0] = overview.cards[1] = overview.cards[2] = (struct overview_card){.days = 7};
    overview.cards[0].days = 1;
    overview.cards[2].days = 30;
    for (int i = 0; i < OVERVIEW_CARDS; i++)
        overview.cards[i].now.imported = (struct overview_pair){1000000, 0};
    for (size_t i = 0; i < overview.topics_count; i++)
        overview.topics[i].sum = (struct overview_sum){.imported = {250000, 0}};
    for (int i = 0; i <= TYPE_COUNT; i++)
        overview.types[i] = (struct overview_sum){0};
    overview.types[TYPE_CLIENT].imported.in = 1000000;
    for (int i = 0; i < WAY_COUNT; i++) {
        overview.ways[i] = (struct overview_pair){i == WAY_IMPORT ? 1000000 : 0, 0};
        for (int n = 0; n < COUNT_WAITS; n++)
            overview.waits[i][n] = 0;
    }
    draw(out, arena, &overview, false);
}

/* A campaign on two days that would dwarf all others. */
static void cut(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_DAY, 90, 8);
    overview.query.span = OVERVIEW_90_DAYS;
    overview.periods[40].sum = sum(840, 2);
    overview.periods[41].sum = sum(512, 230);
    draw(out, arena, &overview, false);
}

static void one_day(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_WEEK, 12, 1);
    overview.periods[11].sum = sum(4, 1);
    draw(out, arena, &overview, false);
}

static void empty(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_WEEK, 12, 1);
    overview.is_empty = true;
    draw(out, arena, &overview, false);
}

static void quiet(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_WEEK, 12, 1);
    overview.of = OVERVIEW_WAY;
    overview.of_number = WAY_MAILTO;
    overview.query.of = "way:mailto";
    draw(out, arena, &overview, false);
}

static void counting(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_WEEK, 20, 40);
    overview.uncounted = 2140800;
    overview.counted_from_s = NOV_23 - (int64_t)140 * DAY_S;
    draw(out, arena, &overview, false);
}

static void misread(struct buf *out, struct arena *arena)
{
    struct overview overview = canned(arena, OVERVIEW_WEEK, 57, 40);
    draw(out, arena, &overview, true);
}

static const struct state states[] = {
    {"overview", weeks},
    {"overview-days", days},
    {"overview-thirty-days", thirty_days},
    {"overview-months", months},
    {"overview-topic", of_topic},
    {"overview-imported", imported},
    {"overview-only-imported", only_imported},
    {"overview-cut", cut},
    {"overview-one-day", one_day},
    {"overview-empty", empty},
    {"overview-quiet", quiet},
    {"overview-counting", counting},
    {"overview-misread", misread},
};

const struct state_set states_of_overview = {states, sizeof states / sizeof states[0], true};
