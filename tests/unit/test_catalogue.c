/*
 * Unit test of base/locale and base/catalogue: which language, which plural form, and how texts,
 * numbers and dates come out.
 */
#include <string.h>

#include "base/catalogue.h"
#include "unit/support.h"

static void a_tag_finds_its_language(void **state)
{
    static const struct {
        const char *tag;
        int wanted; /* -1: none */
    } cases[] = {
        {"en", LOCALE_EN},
        {"EN-gb", LOCALE_EN},
        {"pt-BR", LOCALE_PT},
        {"pt_BR", LOCALE_PT},
        {"iw-IL", LOCALE_HE},
        {"he", LOCALE_HE},
        {"zh-Hant-TW", -1},
        {"", -1},
        {"e", -1},
        {"eng", -1},
        {"ar-u-nu-latn", LOCALE_AR},
        {"-", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum locale found = LOCALE_COUNT;
        assert_int_equal(locale_parse(cases[i].tag, &found), cases[i].wanted >= 0);
        assert_int_equal(found, cases[i].wanted >= 0 ? cases[i].wanted : LOCALE_COUNT);
    }
    enum locale untouched = LOCALE_JA;
    assert_false(locale_parse(NULL, &untouched));
    assert_int_equal(untouched, LOCALE_JA);
}

static void what_the_reader_likes_best_wins(void **state)
{
    static const struct {
        const char *header;
        int wanted;
    } cases[] = {
        {"de", LOCALE_DE},
        {"de-AT,de;q=0.9,en;q=0.8", LOCALE_DE},
        {"zh,ja;q=0.5,en;q=0.4", LOCALE_JA},
        {"en;q=0.2, fr ; q=0.7", LOCALE_FR},
        {"fr;q=0, en;q=0.1", LOCALE_EN},
        {"he;q=0.333,ar;q=0.334", LOCALE_AR},
        {"*", -1},
        {"", -1},
        {"de;q=2", -1},
        {"de;q=", -1},
        {"de;x", -1},
        {",,,", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum locale found = LOCALE_COUNT;
        assert_int_equal(locale_negotiate(cases[i].header, &found), cases[i].wanted >= 0);
        assert_int_equal(found, cases[i].wanted >= 0 ? cases[i].wanted : LOCALE_COUNT);
    }
}

static void each_number_takes_its_plural_form(void **state)
{
    static const struct {
        enum locale lang;
        int64_t n;
        unsigned form; /* zero one two few many other */
    } cases[] = {
        {LOCALE_EN, 0, 5},   {LOCALE_EN, 1, 1},       {LOCALE_EN, 2, 5},  {LOCALE_FR, 0, 1},
        {LOCALE_FR, 2, 5},   {LOCALE_FR, 1000000, 4}, {LOCALE_JA, 1, 5},  {LOCALE_PL, 1, 1},
        {LOCALE_PL, 2, 3},   {LOCALE_PL, 5, 4},       {LOCALE_PL, 12, 4}, {LOCALE_PL, 22, 3},
        {LOCALE_PL, 112, 4}, {LOCALE_AR, 0, 0},       {LOCALE_AR, 1, 1},  {LOCALE_AR, 2, 2},
        {LOCALE_AR, 3, 3},   {LOCALE_AR, 10, 3},      {LOCALE_AR, 11, 4}, {LOCALE_AR, 99, 4},
        {LOCALE_AR, 100, 5}, {LOCALE_AR, 103, 3},     {LOCALE_HE, 2, 2},  {LOCALE_HE, 10, 5},
        {LOCALE_IT, 1, 1},   {LOCALE_IT, 2000000, 4}, {LOCALE_TR, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(catalogue_plural(cases[i].lang, cases[i].n), cases[i].form);
}

static const char *number(struct arena *arena, enum locale lang, int64_t n)
{
    struct buf out = {0};
    catalogue_number(&out, lang, n);
    const char *text = arena_strdup(arena, out.data);
    buf_free(&out);
    return text;
}

static const char *date(struct arena *arena, enum locale lang, int64_t at_s)
{
    struct buf out = {0};
    catalogue_moment(&out, lang, at_s);
    const char *text = arena_strdup(arena, out.data);
    buf_free(&out);
    return text;
}

static void numbers_dates_and_lists_are_in_the_languages_form(void **state)
{
    struct arena *arena = arena_new();
    static const char *const names[] = {"A", "B", "C"};
    assert_string_equal(number(arena, LOCALE_EN, 12408), "12,408");
    assert_string_equal(number(arena, LOCALE_DE, 1000), "1.000");
    assert_string_equal(number(arena, LOCALE_ES, 1000), "1000");
    assert_string_equal(number(arena, LOCALE_FR, 1234567), "1\u202f234\u202f567");
    assert_string_equal(number(arena, LOCALE_EN, INT64_MIN), "-9,223,372,036,854,775,808");
    assert_string_equal(date(arena, LOCALE_EN, 1795414860), "23 November 2026, 06:21 UTC");
    assert_string_equal(date(arena, LOCALE_DE, 1795414860), "23. November 2026, 06:21 Uhr UTC");
    assert_string_equal(date(arena, LOCALE_JA, 1795414860), "2026年11月23日 06:21 UTC");
    assert_string_equal(catalogue_list(arena, LOCALE_EN, names, 3), "A, B and C");
    assert_string_equal(catalogue_list(arena, LOCALE_DE, names, 2), "A und B");
    assert_string_equal(catalogue_list(arena, LOCALE_JA, names, 1), "A");
    assert_string_equal(catalogue_list(arena, LOCALE_JA, names, 0), "");
    /* A Latin name must not turn what stands beside it in a sentence from right to left. */
    assert_string_equal(catalogue_list(arena, LOCALE_AR, names, 1), "\u2068A\u2069");
    assert_string_equal(catalogue_list(arena, LOCALE_HE, names, 2),
                        "\u2068A\u2069 ו-\u2068B\u2069");
    arena_free(arena);
}

static void every_language_has_its_form_of_a_day_and_a_number(void **state)
{
    static const struct {
        const char *moment, *number;
    } wanted[] = {
        [LOCALE_EN] = {"5 January 2027, 09:05 UTC", "1,234,567"},
        [LOCALE_DE] = {"5. Januar 2027, 09:05 Uhr UTC", "1.234.567"},
        [LOCALE_FR] = {"5 janvier 2027 à 09:05 UTC", "1\u202f234\u202f567"},
        [LOCALE_ES] = {"5 de enero de 2027, 09:05 UTC", "1.234.567"},
        [LOCALE_IT] = {"5 gennaio 2027, ore 09:05 UTC", "1.234.567"},
        [LOCALE_PT] = {"5 de janeiro de 2027, 09:05 UTC", "1.234.567"},
        [LOCALE_NL] = {"5 januari 2027, 09:05 UTC", "1.234.567"},
        [LOCALE_PL] = {"5 stycznia 2027, 09:05 UTC", "1\u00a0234\u00a0567"},
        [LOCALE_TR] = {"5 Ocak 2027, 09:05 UTC", "1.234.567"},
        [LOCALE_JA] = {"2027年1月5日 09:05 UTC", "1,234,567"},
        [LOCALE_AR] = {"5 يناير 2027، 09:05 UTC", "1,234,567"},
        [LOCALE_HE] = {"5 בינואר 2027, 09:05 UTC", "1,234,567"},
    };
    struct arena *arena = arena_new();
    assert_int_equal(sizeof wanted / sizeof *wanted, LOCALE_COUNT);
    for (enum locale lang = 0; lang < LOCALE_COUNT; lang++) {
        assert_string_equal(date(arena, lang, 1799139900), wanted[lang].moment);
        assert_string_equal(number(arena, lang, 1234567), wanted[lang].number);
    }
    arena_free(arena);
}

/* A brand or a name is anybody's: it must not become a tag. */
static void what_is_filled_in_is_escaped(void **state)
{
    struct arena *arena = arena_new();
    struct buf out = {0};
    struct text_arg args[] = {ARG("date", "<b>\"x\""), ARG("time", "&")};
    catalogue_html(&out, LOCALE_EN, TEXT_DATE_MOMENT, args, 2);
    assert_string_equal(out.data, "&lt;b&gt;&quot;x&quot;, &amp; UTC");
    buf_clear(&out);
    catalogue_html(&out, LOCALE_AR, TEXT_DATE_MOMENT, args, 2);
    assert_non_null(strstr(out.data, "<bdi>&lt;b&gt;&quot;x&quot;</bdi>"));
    buf_free(&out);
    assert_string_equal(
        TEXT(arena, LOCALE_EN, TEXT_DATE_MOMENT, ARG("date", "<b>"), ARG("time", "&")),
        "<b>, & UTC");
    assert_string_equal(TEXT(arena, LOCALE_EN, TEXT_ADMIN_PEOPLE_COUNT, ARG("n", 1)), "1 person");
    assert_string_equal(TEXT(arena, LOCALE_EN, TEXT_ADMIN_PEOPLE_COUNT, ARG("n", 12408)),
                        "12,408 people");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tag_finds_its_language),
        cmocka_unit_test(what_the_reader_likes_best_wins),
        cmocka_unit_test(each_number_takes_its_plural_form),
        cmocka_unit_test(numbers_dates_and_lists_are_in_the_languages_form),
        cmocka_unit_test(every_language_has_its_form_of_a_day_and_a_number),
        cmocka_unit_test(what_is_filled_in_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
