/*
 * service/overview: see overview.h.
 */
#include "service/overview.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "store/day_counts.h"
#include "store/entries.h"
#include "store/topics.h"

#define SWEEP_ENTRIES 4000 /* a few milliseconds of the write lock */
#define DAYS_MAX      460

static const char *const groups[] = {"day", "week", "month"};
static const char *const spans[] = {"13m", "90d", "30d"};
static_assert(sizeof groups / sizeof *groups == OVERVIEW_GROUP_COUNT, "a key for every group");
static_assert(sizeof spans / sizeof *spans == OVERVIEW_SPAN_COUNT, "a key for every span");

const char *overview_group_key(enum overview_group group)
{
    return groups[group];
}

const char *overview_span_key(enum overview_span span)
{
    return spans[span];
}

static bool find_key(const char *const *keys, unsigned count, const char *key, unsigned usual,
                     unsigned *out)
{
    *out = usual;
    if (key == NULL || *key == '\0')
        return true;
    for (unsigned i = 0; i < count; i++)
        if (strcmp(keys[i], key) == 0) {
            *out = i;
            return true;
        }
    return false;
}

bool overview_group_parse(const char *key, enum overview_group *out)
{
    unsigned found;
    const bool is_fine = find_key(groups, OVERVIEW_GROUP_COUNT, key, OVERVIEW_WEEK, &found);
    *out = (enum overview_group)found;
    return is_fine;
}

bool overview_span_parse(const char *key, enum overview_span *out)
{
    unsigned found;
    const bool is_fine = find_key(spans, OVERVIEW_SPAN_COUNT, key, OVERVIEW_13_MONTHS, &found);
    *out = (enum overview_span)found;
    return is_fine;
}

/* Days as numbers from 1970-01-01, a Thursday. */
static int64_t monday_of(int64_t day)
{
    return day - (day + 3) % 7;
}

static int64_t month_number(int64_t day)
{
    const time_t at_s = (time_t)(day * COUNT_DAY_S);
    struct tm tm;
    gmtime_r(&at_s, &tm);
    return (int64_t)tm.tm_year * 12 + tm.tm_mon;
}

static int64_t month_first(int64_t number)
{
    struct tm tm = {.tm_year = (int)(number / 12), .tm_mon = (int)(number % 12), .tm_mday = 1};
    return (int64_t)timegm(&tm) / COUNT_DAY_S;
}

struct reading {
    struct overview *out;
    int64_t today, from; /* days */
    int period_of[DAYS_MAX];
};

/* So short a list is shown with some room before it, and not as one broad bar. */
static int64_t least_from(enum overview_group group, int64_t today)
{
    switch (group) {
    case OVERVIEW_DAY:
        return today - 29;
    case OVERVIEW_WEEK:
        return monday_of(today) - (int64_t)7 * 11;
    case OVERVIEW_MONTH:
    case OVERVIEW_GROUP_COUNT:
        break;
    }
    return month_first(month_number(today) - 5);
}

static int64_t span_from(const struct overview_query *query, int64_t today, int64_t first)
{
    int64_t from = query->span == OVERVIEW_30_DAYS   ? today - 29
                   : query->span == OVERVIEW_90_DAYS ? today - 89
                                                     : month_first(month_number(today) - 12);
    const int64_t least = least_from(query->group, today);
    if (query->span == OVERVIEW_13_MONTHS && first > from)
        from = first < least ? first : least;
    if (query->group == OVERVIEW_WEEK)
        from = monday_of(from);
    if (query->group == OVERVIEW_MONTH)
        from = month_first(month_number(from));
    return from;
}

/* The first day of the period behind the one that day is in. */
static int64_t next_period(enum overview_group group, int64_t day)
{
    if (group == OVERVIEW_DAY)
        return day + 1;
    return group == OVERVIEW_WEEK ? monday_of(day) + 7 : month_first(month_number(day) + 1);
}

static void make_periods(struct reading *reading, struct arena *arena)
{
    struct overview *out = reading->out;
    const int64_t days = reading->today - reading->from + 1;
    assert(days > 0 && days <= DAYS_MAX);
    out->periods = arena_array(arena, (size_t)days, sizeof *out->periods);
    for (int64_t day = reading->from; day <= reading->today;) {
        const int64_t next = next_period(out->query.group, day);
        const int64_t last = next - 1 < reading->today ? next - 1 : reading->today;
        out->periods[out->periods_count] =
            (struct overview_period){.first_s = day * COUNT_DAY_S, .last_s = last * COUNT_DAY_S};
        for (; day <= last; day++)
            reading->period_of[day - reading->from] = (int)out->periods_count;
        out->periods_count++;
    }
}

static void add(struct overview_pair *pair, bool is_out, int64_t count)
{
    if (is_out)
        pair->out += count;
    else
        pair->in += count;
}

static void add_sum(struct overview_sum *sum, const struct day_count *row, bool is_out)
{
    add(row->way == WAY_IMPORT ? &sum->imported : &sum->chosen, is_out, row->count);
}

static void add_cards(struct reading *reading, const struct day_count *row, bool is_out)
{
    const int64_t ago = reading->today - row->day;
    for (int i = 0; i < OVERVIEW_CARDS; i++) {
        struct overview_card *card = &reading->out->cards[i];
        if (ago < card->days)
            add_sum(&card->now, row, is_out);
        else if (ago < (int64_t)card->days * 2)
            add_sum(&card->before, row, is_out);
    }
}

/* Whether row belongs to the periods. */
static bool is_asked(const struct overview *out, const struct day_count *row, int topic)
{
    switch (out->of) {
    case OVERVIEW_ALL:
        return topic == 0;
    case OVERVIEW_TYPE:
        return topic == 0 && row->type == out->of_number;
    case OVERVIEW_WAY:
        return topic == 0 && (int)row->way == out->of_number;
    case OVERVIEW_TOPIC:
    case OVERVIEW_OF_COUNT:
        break;
    }
    return topic == out->of_number;
}

static void add_topic(struct overview *out, int topic, const struct day_count *row, bool is_out)
{
    for (size_t i = 0; i < out->topics_count; i++)
        if (out->topics[i].topic.id.value == topic)
            add_sum(&out->topics[i].sum, row, is_out);
}

static void each(void *context, const struct day_count *row)
{
    struct reading *reading = context;
    struct overview *out = reading->out;
    const bool is_wait = row->what >= COUNT_WAITED && row->what < COUNT_WAITED + COUNT_WAITS;
    const int topic = row->what > COUNT_OFF  ? row->what - COUNT_OFF
                      : row->what > COUNT_ON ? row->what - COUNT_ON
                                             : 0;
    const bool is_out = row->what == COUNT_OUT || row->what > COUNT_OFF;
    if ((unsigned)row->way >= WAY_COUNT || row->type < 0 || row->type > TYPE_COUNT)
        return;
    if (topic == 0 && !is_wait)
        add_cards(reading, row, is_out);
    if (row->day < reading->from)
        return;
    if (is_wait) {
        out->waits[row->way][row->what - COUNT_WAITED] += row->count;
        return;
    }
    if (topic != 0) {
        add_topic(out, topic, row, is_out);
    } else {
        add_sum(&out->types[row->type], row, is_out);
        add(&out->ways[row->way], is_out, row->count);
    }
    if (is_asked(out, row, topic)) {
        struct overview_sum *sum = &out->periods[reading->period_of[row->day - reading->from]].sum;
        if (out->of == OVERVIEW_WAY)
            add(&sum->chosen, is_out, row->count);
        else
            add_sum(sum, row, is_out);
    }
}

/* What "type:client" and the like name; false: nothing. */
static bool read_of(struct overview *out, const char *of)
{
    enum contact_type type;
    enum count_way way;
    if (strncmp(of, "type:", 5) == 0 && contact_type_parse(of + 5, &type)) {
        out->of = OVERVIEW_TYPE;
        out->of_number = (int)type;
    } else if (strncmp(of, "way:", 4) == 0 && count_way_parse(of + 4, &way)) {
        out->of = OVERVIEW_WAY;
        out->of_number = (int)way;
    } else if (strncmp(of, "topic:", 6) == 0) {
        for (size_t i = 0; i < out->topics_count; i++)
            if (strcmp(out->topics[i].topic.key, of + 6) == 0) {
                out->of = OVERVIEW_TOPIC;
                out->of_number = out->topics[i].topic.id.value;
            }
    }
    return out->of != OVERVIEW_ALL;
}

static enum status read_topics(struct store *store, struct arena *arena, struct overview *out)
{
    struct topic *topics;
    enum status status = topics_list(store, arena, &topics, &out->topics_count);
    if (status != STATUS_OK)
        return status;
    out->topics = arena_array(arena, out->topics_count, sizeof *out->topics);
    for (size_t i = 0; i < out->topics_count; i++)
        out->topics[i].topic = topics[i];
    return STATUS_OK;
}

static bool has_moved(const struct overview_sum *sum)
{
    return (sum->chosen.in | sum->chosen.out | sum->imported.in | sum->imported.out) != 0;
}

static void drop_retired(struct overview *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < out->topics_count; i++)
        if (out->topics[i].topic.retired_at == 0 || has_moved(&out->topics[i].sum))
            out->topics[kept++] = out->topics[i];
    out->topics_count = kept;
}

static enum status read_mark(struct store *store, struct arena *arena, struct overview *out)
{
    struct position below, before;
    struct entry_time *times;
    size_t count;
    enum status status = day_counts_mark(store, &below);
    if (status != STATUS_OK || below.value <= 1)
        return status;
    before.value = below.value - 1;
    out->uncounted = before.value;
    status = entries_times(store, arena, before, 1, &times, &count);
    if (status == STATUS_OK && count > 0)
        out->counted_from_s = times[0].at;
    return status;
}

static enum status read_all(struct reading *reading, struct store *store, struct arena *arena,
                            const struct overview_query *query)
{
    static const int card_days[] = {1, 7, 30};
    static_assert(sizeof card_days / sizeof *card_days == OVERVIEW_CARDS, "days of every card");
    struct overview *out = reading->out;
    int64_t first = INT64_MAX;
    enum status status = read_topics(store, arena, out);
    if (status == STATUS_OK)
        status = day_counts_first(store, &first);
    if (status == STATUS_OK)
        status = read_mark(store, arena, out);
    if (status != STATUS_OK)
        return status;
    out->query = *query;
    out->query.of = query->of ? query->of : "";
    out->of_is_unknown = *out->query.of != '\0' && !read_of(out, out->query.of);
    if (out->of_is_unknown)
        out->query.of = "";
    out->is_empty = first == INT64_MAX && out->uncounted == 0;
    for (int i = 0; i < OVERVIEW_CARDS; i++)
        out->cards[i].days = card_days[i];
    reading->from = span_from(&out->query, reading->today, first);
    out->from_s = reading->from * COUNT_DAY_S;
    out->to_s = reading->today * COUNT_DAY_S;
    make_periods(reading, arena);
    const int64_t cards_from = reading->today - 59;
    status = day_counts_each(store, reading->from < cards_from ? reading->from : cards_from,
                             reading->today, each, reading);
    drop_retired(out);
    return status;
}

enum status overview_read(const struct service *service, struct arena *arena,
                          const struct overview_query *query, int64_t now_s, struct overview *out)
{
    struct overview overview = {0};
    struct reading reading = {.out = &overview, .today = now_s / COUNT_DAY_S};
    enum status status = store_snapshot_begin(service->store);
    if (status != STATUS_OK)
        return status;
    status = read_all(&reading, service->store, arena, query);
    store_snapshot_end(service->store);
    if (status == STATUS_OK)
        *out = overview;
    return status;
}

int overview_median(const struct overview *overview, enum count_way way)
{
    int64_t total = 0, sum = 0;
    for (int i = 0; i < COUNT_WAITS; i++)
        total += overview->waits[way][i];
    for (int i = 0; i < COUNT_WAITS && total > 0; i++) {
        sum += overview->waits[way][i];
        if (sum * 2 >= total)
            return i;
    }
    return -1;
}

enum status overview_is_behind(const struct service *service, bool *out)
{
    struct position below;
    enum status status = day_counts_mark(service->store, &below);
    if (status == STATUS_OK)
        *out = below.value > 1;
    return status;
}

enum status overview_sweep(struct txn *txn, bool *is_done)
{
    return day_counts_fill(txn, SWEEP_ENTRIES, is_done);
}
