/*
 * Moments as people and programs write them: RFC 3339 with all that it allows, days, and nothing
 * else.
 */
#include "base/clock.h"
#include "unit/support.h"

#define NOON INT64_C(1769860800) /* 2026-01-31T12:00:00Z */

static void moments_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t at_s;
    } cases[] = {
        {"2026-01-31T12:00:00Z", NOON},
        {"2026-01-31t12:00:00z", NOON},
        {"2026-01-31 12:00:00Z", NOON},
        {"2026-01-31T12:00:00.999Z", NOON},
        {"2026-01-31T13:30:00+01:30", NOON},
        {"2026-01-31T13:30:00 01:30", NOON}, /* a plus in a query string */
        {"2026-01-31T11:00:00.5-01:00", NOON},
        {"2026-01-31T12:00:00-00:00", NOON},
        {"2026-02-01T02:00:00+14:00", NOON},
        {"2026-01-31", NOON - 43200},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t at_s = 0;
        if (!clock_read_moment(cases[i].text, &at_s) || at_s != cases[i].at_s)
            fail_msg("%s: %lld", cases[i].text, (long long)at_s);
    }
}

static void what_is_no_moment_is_refused(void **state)
{
    static const char *const cases[] = {"",
                                        "2026",
                                        "2026-01",
                                        "2026-02-30",
                                        "2026-1-31",
                                        "31.01.2026",
                                        "yesterday",
                                        "2026-01-31T",
                                        "2026-01-31T12:00",
                                        "2026-01-31T12:00Z",
                                        "2026-01-31T12:00:00",
                                        "2026-01-31T12:00:00.Z",
                                        "2026-01-31T12:00:00Zx",
                                        "2026-01-31T12:00:00+01",
                                        "2026-01-31T12:00:00+0100",
                                        "2026-01-31T12:00:00+24:00",
                                        "2026-01-31T12:00:00+01:60",
                                        "2026-01-31T12:00:00+01:00Z",
                                        "2026-01-31T24:00:00Z",
                                        "2026-01-31T12:60:00Z",
                                        "2026-02-30T12:00:00Z",
                                        "2026-01-31_12:00:00Z",
                                        " 2026-01-31",
                                        "1769860800"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t at_s = 7;
        if (clock_read_moment(cases[i], &at_s) || at_s != 7)
            fail_msg("%s: %lld", cases[i], (long long)at_s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_read),
        cmocka_unit_test(what_is_no_moment_is_refused),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
