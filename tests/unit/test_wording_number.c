/*
 * Which texts a person saw: the number in an entry, what it names, and what is none.
 */
#include <string.h>

#include "service/wording.h"
#include "unit/self_support.h"

static void the_number_names_page_language_and_set(void **state)
{
    static const int32_t sets[] = {0, 1, 77, WORDING_SET_MAX};
    struct wording out;

    for (unsigned page = WORDING_NONE + 1; page < WORDING_PAGE_COUNT; page++) {
        for (unsigned lang = 0; lang < LOCALE_COUNT; lang++) {
            for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
                const int32_t packed =
                    wording_pack((enum wording_page)page, (enum locale)lang, sets[i]);
                assert_true(packed >= INT32_C(1) << 30);
                assert_true(wording_unpack(packed, &out));
                assert_int_equal(out.page, page);
                assert_int_equal(out.lang, lang);
                assert_int_equal(out.set, sets[i]);
                assert_int_equal(out.number, 0);
            }
        }
        enum wording_page found = WORDING_NONE;
        assert_true(wording_page_parse(wording_page_key((enum wording_page)page), &found));
        assert_int_equal(found, page);
    }
    assert_int_equal(wording_pack(WORDING_NONE, LOCALE_DE, 3), 0);
    assert_true(wording_unpack(0, &out));
    assert_int_equal(out.page, WORDING_NONE);
}

static void numbers_of_the_time_before_name_what_they_named(void **state)
{
    static const enum wording_page pages[] = {
        WORDING_MANAGE,      WORDING_UNSUBSCRIBE, WORDING_MANAGE,      WORDING_UNSUBSCRIBE,
        WORDING_JOIN,        WORDING_CONFIRM,     WORDING_ADDRESS,     WORDING_MANAGE,
        WORDING_UNSUBSCRIBE, WORDING_MANAGE,      WORDING_UNSUBSCRIBE, WORDING_JOIN,
        WORDING_CONFIRM,     WORDING_ADDRESS};
    struct wording out;

    for (int32_t number = 1; number <= 14; number++) {
        const int32_t packed = (int32_t)LOCALE_AR << 16 | number;
        assert_true(wording_unpack(packed, &out));
        assert_int_equal(out.page, pages[number - 1]);
        assert_int_equal(out.lang, LOCALE_AR);
        assert_int_equal(out.number, number);
        assert_int_equal(out.set, 0);
        assert_int_equal(wording_family(packed), pages[number - 1]);
    }
    assert_string_equal(wording_name(self_site.arena, 10), "manage-10");
    assert_string_equal(wording_name(self_site.arena, LOCALE_DE << 16 | 11), "unsubscribe-11");
    assert_string_equal(wording_name(self_site.arena, 99), "page-99");
    assert_string_equal(wording_name(self_site.arena, 0), "");
    assert_string_equal(wording_name(self_site.arena, wording_pack(WORDING_MANAGE, LOCALE_DE, 10)),
                        "manage-set10");
    struct wording_shown old;
    int32_t packed = 0;
    assert_true(wording_name_parse("manage-set10", LOCALE_DE, &packed));
    assert_int_equal(packed, wording_pack(WORDING_MANAGE, LOCALE_DE, 10));
    assert_true(wording_name_parse("unsubscribe_done-set2097151", LOCALE_HE, &packed));
    assert_int_equal(packed, wording_pack(WORDING_UNSUBSCRIBE_DONE, LOCALE_HE, WORDING_SET_MAX));
    assert_true(wording_name_parse("manage-10", LOCALE_DE, &packed));
    assert_int_equal(packed, LOCALE_DE << 16 | 10);
    static const char *const bad[] = {"",
                                      "manage",
                                      "manage-",
                                      "manage-11",
                                      "manage-set",
                                      "manage-set0",
                                      "manage-set01",
                                      "manage-15",
                                      "mana-set1",
                                      "manage-set2097152",
                                      "manage-setx",
                                      "-set1",
                                      "manage-set99999999999",
                                      "10",
                                      "link-1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(wording_name_parse(bad[i], LOCALE_EN, &packed));
    assert_int_equal(wording_show(&self_site.service, self_site.arena, 10, &old), STATUS_OK);
    assert_false(old.is_kept);
    assert_string_equal(old.hash, "");
}

static void what_is_no_wording_is_none(void **state)
{
    static const int32_t bad[] = {15,
                                  99,
                                  LOCALE_COUNT << 16 | 1,
                                  LOCALE_DE << 16,
                                  -1,
                                  INT32_MIN,
                                  INT32_C(1) << 30 | 5,
                                  INT32_MAX,
                                  INT32_C(1) << 30 | WORDING_MANAGE << 26 | 31 << 21 | 1};
    struct wording out = {.set = 7};
    struct wording_shown show;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(wording_unpack(bad[i], &out));
        assert_int_equal(wording_family(bad[i]), WORDING_NONE);
        assert_int_equal(wording_show(&self_site.service, self_site.arena, bad[i], &show),
                         STATUS_NOT_FOUND);
    }
    assert_int_equal(out.set, 7);
    assert_int_equal(wording_show(&self_site.service, self_site.arena,
                                  wording_pack(WORDING_MANAGE, LOCALE_EN, 2), &show),
                     STATUS_NOT_FOUND);
    enum wording_page page;
    assert_false(wording_page_parse("", &page));
    assert_false(wording_page_parse("settings", &page));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("the number in an entry names page, language and set",
             the_number_names_page_language_and_set),
        CASE("numbers of the time before name what they named",
             numbers_of_the_time_before_name_what_they_named),
        CASE("what is no wording is none", what_is_no_wording_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
