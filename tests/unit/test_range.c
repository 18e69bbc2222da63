/*
 * web/range: what a Range header asks for, RFC 9110 section 14.1.2.
 */
#include "support.h"

#include "web/range.h"

static void each_range_gives_its_part(void **state)
{
    static const struct {
        const char *value;
        enum range_kind kind;
        size_t first, count;
    } cases[] = {
        {"bytes=0-", RANGE_PART, 0, 1000},
        {"bytes=0-0", RANGE_PART, 0, 1},
        {"bytes=0-999", RANGE_PART, 0, 1000},
        {"bytes=999-", RANGE_PART, 999, 1},
        {"bytes=500-599", RANGE_PART, 500, 100},
        {"bytes=500-5000", RANGE_PART, 500, 500},
        {"bytes=500-99999999999999999999999", RANGE_PART, 500, 500},
        {"bytes=-1", RANGE_PART, 999, 1},
        {"bytes=-1000", RANGE_PART, 0, 1000},
        {"bytes=-4000", RANGE_PART, 0, 1000},
        {"BYTES= 7-8 ", RANGE_PART, 7, 2},
        {"bytes=1000-", RANGE_OUTSIDE, 0, 0},
        {"bytes=1000-2000", RANGE_OUTSIDE, 0, 0},
        {"bytes=99999999999999999999999-", RANGE_OUTSIDE, 0, 0},
        {"bytes=-0", RANGE_OUTSIDE, 0, 0},
        {"bytes=0-1,5-6", RANGE_WHOLE, 0, 0},
        {"bytes=6-5", RANGE_WHOLE, 0, 0},
        {"bytes=-", RANGE_WHOLE, 0, 0},
        {"bytes=", RANGE_WHOLE, 0, 0},
        {"bytes=5", RANGE_WHOLE, 0, 0},
        {"bytes=+5-6", RANGE_WHOLE, 0, 0},
        {"bytes=5-6x", RANGE_WHOLE, 0, 0},
        {"bytes=--5", RANGE_WHOLE, 0, 0},
        {"bytes 5-6", RANGE_WHOLE, 0, 0},
        {"lines=5-6", RANGE_WHOLE, 0, 0},
        {"", RANGE_WHOLE, 0, 0},
        {NULL, RANGE_WHOLE, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t first = 0, count = 0;
        enum range_kind kind = range_parse(cases[i].value, 1000, &first, &count);
        if (kind != cases[i].kind || first != cases[i].first || count != cases[i].count)
            fail_msg("%s: %d, %zu bytes from %zu", cases[i].value, (int)kind, count, first);
    }
}

static void nothing_has_no_part(void **state)
{
    static const char *const values[] = {"bytes=0-", "bytes=-5", "bytes=0-0"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        size_t first, count;
        assert_int_equal(range_parse(values[i], 0, &first, &count), RANGE_OUTSIDE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_range_gives_its_part),
        cmocka_unit_test(nothing_has_no_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
