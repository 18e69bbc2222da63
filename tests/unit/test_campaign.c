/*
 * Unit test of base/campaign: what a reference may be, and that it comes back as it went out.
 */
#include <string.h>

#include "base/campaign.h"
#include "unit/support.h"

static struct arena *arena;

static int open_arena(void **state)
{
    arena = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    arena_free(arena);
    return 0;
}

static const char sixty_four[] = "0123456789012345678901234567890123456789012345678901234567890123";

static void what_is_fine_comes_back(void **state)
{
    static const char *const fine[] = {
        "spring-sale-3",        "A",        "50 % off & more?", "Früh/jahr #1",
        "日本語のキャンペーン", sixty_four, "+=\"'<>\\",
    };
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        const char *query = campaign_query(arena, fine[i]);
        assert_non_null(campaign_or_null(fine[i]));
        assert_int_equal(strspn(query, "?=%-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "abcdefghijklmnopqrstuvwxyz"),
                         strlen(query));
        assert_string_equal(campaign_parse(arena, query), fine[i]);
        assert_string_equal(campaign_parse(arena, arena_printf(arena, "%s please", query)),
                            fine[i]);
    }
    assert_string_equal(campaign_query(arena, NULL), "");
}

static void what_is_not_is_none(void **state)
{
    static const char *const bad[] = {
        "",         "two\nlines",
        "bell\a",   "\x7f",
        "\xc2\x85", "cut \xe2\x82",
        "\xff",     "01234567890123456789012345678901234567890123456789012345678901234",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(campaign_or_null(bad[i]));
    assert_null(campaign_or_null(NULL));
}

static void what_is_broken_behind_a_token_is_none(void **state)
{
    static const char *const broken[] = {
        "", "?c=", "?c=%0A", "?c=%", "?c=%ff", "?c=%C3", "?x=a", " ?c=a", "?c=%00",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_null(campaign_parse(arena, broken[i]));
    assert_null(campaign_parse(arena, arena_printf(arena, "?c=%s4", sixty_four)));
    assert_string_equal(campaign_parse(arena, "?c=a%2"), "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_fine_comes_back),
        cmocka_unit_test(what_is_not_is_none),
        cmocka_unit_test(what_is_broken_behind_a_token_is_none),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
