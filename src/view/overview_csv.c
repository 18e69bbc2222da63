/*
 * view/overview_csv: the plots' numbers for spreadsheets. See overview.h.
 */
#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "view/overview.h"

static const char *const parts[] = {"time", "topics", "types", "ways", "waits"};
static_assert(sizeof parts / sizeof *parts == OVERVIEW_PART_COUNT, "a key for every part");

const char *overview_part_key(enum overview_part part)
{
    return parts[part];
}

bool overview_part_parse(const char *key, enum overview_part *out)
{
    for (unsigned i = 0; key != NULL && i < OVERVIEW_PART_COUNT; i++)
        if (strcmp(parts[i], key) == 0) {
            *out = (enum overview_part)i;
            return true;
        }
    return false;
}

static void put_day(struct buf *out, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES];

    clock_rfc3339(at_s, text);
    text[strcspn(text, "T")] = '\0';
    buf_adds(out, text);
}

static void put_numbers(struct buf *out, const int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(out, ",%lld", (long long)numbers[i]);
    buf_adds(out, "\r\n");
}

static void put_sum(struct buf *out, const struct overview_sum *sum)
{
    put_numbers(
        out,
        (const int64_t[]){sum->chosen.in, sum->chosen.out, sum->imported.in, sum->imported.out}, 4);
}

static void put_time(struct buf *out, const struct overview *overview)
{
    buf_adds(out, "first_day,last_day,in,out,import_in,import_out\r\n");
    for (size_t i = 0; i < overview->periods_count; i++) {
        put_day(out, overview->periods[i].first_s);
        buf_addc(out, ',');
        put_day(out, overview->periods[i].last_s);
        put_sum(out, &overview->periods[i].sum);
    }
}

static void put_topics(struct buf *out, const struct overview *overview)
{
    buf_adds(out, "topic,name,on,off,import_on,import_off\r\n");
    for (size_t i = 0; i < overview->topics_count; i++) {
        buf_csv(out, overview->topics[i].topic.key);
        buf_addc(out, ',');
        buf_csv(out, overview->topics[i].topic.name);
        put_sum(out, &overview->topics[i].sum);
    }
}

static void put_types(struct buf *out, const struct overview *overview)
{
    buf_adds(out, "contact_type,in,out,import_in,import_out\r\n");
    for (int i = 0; i <= TYPE_COUNT; i++) {
        buf_adds(out, i < TYPE_COUNT ? contact_type_key((enum contact_type)i) : "not_known");
        put_sum(out, &overview->types[i]);
    }
}

static void put_ways(struct buf *out, const struct overview *overview)
{
    buf_adds(out, "way,in,out\r\n");
    for (unsigned i = 0; i < WAY_COUNT; i++) {
        buf_adds(out, count_way_key((enum count_way)i));
        put_numbers(out, (const int64_t[]){overview->ways[i].in, overview->ways[i].out}, 2);
    }
}

static void put_waits(struct buf *out, const struct overview *overview)
{
    buf_adds(out, "from_seconds,to_seconds,page,one_click,mailto,confirmed\r\n");
    for (unsigned i = 0; i < COUNT_WAITS; i++) {
        buf_printf(out, "%lld,", (long long)(i > 0 ? ledger_count_wait_s(i - 1) : 0));
        if (i + 1 < COUNT_WAITS)
            buf_printf(out, "%lld", (long long)ledger_count_wait_s(i));
        put_numbers(
            out,
            (const int64_t[]){overview->waits[WAY_PAGE][i], overview->waits[WAY_ONE_CLICK][i],
                              overview->waits[WAY_MAILTO][i], overview->waits[WAY_CONFIRMED][i]},
            4);
    }
}

void view_overview_csv(struct buf *out, const struct overview *overview, enum overview_part part)
{
    static void (*const put[])(struct buf *, const struct overview *) = {
        put_time, put_topics, put_types, put_ways, put_waits,
    };
    static_assert(sizeof put / sizeof *put == OVERVIEW_PART_COUNT, "a way to put every part");

    buf_adds(out, "\xEF\xBB\xBF");
    put[part](out, overview);
}
