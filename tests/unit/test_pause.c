/*
 * Days as people write them, and until which of them someone may be paused.
 */
#include "base/clock.h"
#include "service/pause.h"
#include "unit/support.h"

static int64_t at(const char *day)
{
    int64_t at_s = 0;
    assert_true(clock_read_day(day, &at_s));
    return at_s;
}

static void days_are_read_strictly(void **state)
{
    static const char *const bad[] = {
        "",           "2026",        "2026-11",    "2026-11-2", "2026-11-233", "2026-13-01",
        "2026-00-10", "2026-11-31",  "2026-02-29", "26-11-23",  " 2026-11-23", "2026-11-23 ",
        "2026/11/23", "2026-11-2\t", "-026-11-23", "２026-1-1", "2026-1１-2"};
    char text[CLOCK_HUMAN_BYTES];
    int64_t out = 4711;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (clock_read_day(bad[i], &out))
            fail_msg("\"%s\" was read as a day", bad[i]);
    assert_int_equal(out, 4711);
    assert_int_equal(at("1970-01-01"), 0);
    assert_int_equal(at("2028-02-29"), INT64_C(1835395200));
    for (int64_t day = at("2026-01-01"); day < at("2032-01-01"); day += 86400) {
        char iso[CLOCK_RFC3339_BYTES];
        clock_rfc3339(day, iso);
        iso[10] = '\0';
        assert_int_equal(at(iso), day);
    }
    assert_true(clock_read_rfc3339("2026-11-23T06:18:24Z", &out));
    assert_int_equal(out, at("2026-11-23") + 6 * 3600 + 18 * 60 + 24);
    assert_false(clock_read_rfc3339("2026-11-23T24:00:00Z", &out));
    assert_false(clock_read_rfc3339("2026-11-31T06:18:24Z", &out));
    assert_false(clock_read_rfc3339("2026-11-23T06:18:24+01:00", &out));
    assert_false(clock_read_rfc3339("2026-11-23", &out));
    clock_long_day(at("2026-12-23") + 86399, text);
    assert_string_equal(text, "23 December 2026");
    clock_long_day(INT64_MAX, text);
    assert_string_equal(text, "31 December 9999");
}

static void from_tomorrow_to_five_years_on(void **state)
{
    static const struct {
        const char *today, *first, *last;
    } cases[] = {{"2026-11-23", "2026-11-24", "2031-11-23"},
                 {"2027-12-31", "2028-01-01", "2032-12-31"},
                 {"2028-02-29", "2028-03-01", "2033-02-28"}};
    int64_t first, last, out;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t now_s = at(cases[i].today) + 86399; /* the day's last second */
        pause_range(now_s, &first, &last);
        assert_int_equal(first, at(cases[i].first));
        assert_int_equal(last, at(cases[i].last));
        assert_false(pause_until_day(cases[i].today, now_s, &out));
        assert_true(pause_until_day(cases[i].first, now_s, &out));
        assert_true(pause_until_day(cases[i].last, now_s, &out));
        assert_int_equal(out, last);
        const int64_t days = (last - at(cases[i].today)) / 86400;
        assert_true(pause_for_days(days, now_s, &out));
        assert_false(pause_for_days(days + 1, now_s, &out));
    }
}

static void lengths_end_on_the_same_day_all_day_long(void **state)
{
    const int64_t today = at("2026-11-23");
    int64_t morning, evening;
    (void)state;
    assert_true(pause_for_length("30", today, &morning));
    assert_true(pause_for_length("30", today + 86399, &evening));
    assert_int_equal(morning, at("2026-12-23"));
    assert_int_equal(evening, morning);
    assert_false(pause_for_length("31", today, &morning));
    assert_false(pause_for_length("030", today, &morning));
    assert_false(pause_for_length(NULL, today, &morning));
    assert_false(pause_for_days(0, today, &morning));
    assert_false(pause_for_days(-7, today, &morning));
    assert_false(pause_for_days(INT64_MAX, today, &morning));
    assert_false(pause_until_day(NULL, today, &morning));
}

#define NAMED(name, test)                                                                          \
    {                                                                                              \
        name, test, NULL, NULL, NULL                                                               \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMED("days are read strictly, and written as people read them", days_are_read_strictly),
        NAMED("a pause may end from tomorrow to five years on, leap days too",
              from_tomorrow_to_five_years_on),
        NAMED("a length ends on the same day whenever it was asked for",
              lengths_end_on_the_same_day_all_day_long),
    };
    return cmocka_run_group_tests_name("pause", tests, NULL, NULL);
}
