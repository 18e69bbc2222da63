/*
 * tests/unit/test_fold: what names are found by, how they are kept, and their initials.
 */
#include "unit/support.h"

#include <stdio.h>
#include <string.h>
#include <uninorm.h>

#include "base/fold.h"
#include "base/utf8.h"

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void keys_make_alike_what_searchers_mean_alike(void **state)
{
    static const struct {
        const char *text, *key;
    } samples[] = {
        {"", ""},
        {"  ", ""},
        {"Maria  GONZALEZ ", "maria gonzalez"},
        {"\ttab\nline\r", "tab line"},
        {"María González", "maria gonzalez"},
        {"Mari\xcc\x81"
         "a",
         "maria"},
        {"Ólafsdóttir", "olafsdottir"},
        {"Łódź Đorđe", "lodz dorde"},
        {"Søren Ærø", "soren aero"},
        {"Þór Œuvre Ǿ", "thor oeuvre o"},
        {"İstanbul ışık IŞIK", "istanbul isik isik"},
        {"Straße STRASSE", "strasse strasse"},
        {"Ελλάς ΕΛΛΑΣ", "ελλασ ελλασ"},
        {"Ёлка Йод", "елка иод"},
        {"Nguyễn Thị Ánh", "nguyen thi anh"},
        {"株式会社　山田", "株式会社 山田"},
        {"ｶﾞ が", "ガ が"},
        {"한국", "한국"},
        {"ＦＵＬＬ　ＷＩＤＴＨ", "full width"},
        {"O’Brien Anne‐Marie", "o'brien anne-marie"},
        {"ﬁne", "fine"},
        {"a\xc2\xa0"
         "b\xe2\x80\x83"
         "c",
         "a b c"},
        {"zero\xe2\x80\x8bwidth", "zerowidth"},
        {"محمد", "محمد"},
        {"שָׁלוֹם", "שָׁלוֹם"}, /* points stay: they are no accents */
        {"अनुष्का", "अनुष्का"},
        {"😀 smile", "😀 smile"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const char *key = fold_key(arena, samples[i].text);
        assert_string_equal(key, samples[i].key);
        assert_string_equal(fold_key(arena, key), key);
    }
}

static void the_short_way_for_ascii_gives_what_the_long_way_gives(void **state)
{
    char plain[4], marked[8];
    (void)state;
    for (int a = 1; a < 128; a++) {
        for (int b = 1; b < 128; b += 3) {
            snprintf(plain, sizeof plain, "%c%c", a, b);
            snprintf(marked, sizeof marked, "%c%c用", a, b); /* forces the long way */
            const char *key = fold_key(arena, plain), *longer = fold_key(arena, marked);
            const char *clean = fold_clean(arena, plain), *cleaner = fold_clean(arena, marked);
            size_t key_len = strlen(key), clean_len = strlen(clean);
            assert_int_equal(strncmp(key, longer, key_len), 0);
            assert_int_equal(strncmp(clean, cleaner, clean_len), 0);
            assert_string_equal(longer + key_len + (longer[key_len] == ' '), "用");
            assert_string_equal(cleaner + clean_len + (cleaner[clean_len] == ' '), "用");
            arena_reset(arena);
        }
    }
}

static void every_character_folds_to_valid_text_that_folds_to_itself(void **state)
{
    (void)state;
    for (uint32_t rune = 1; rune < 0x20000; rune++) {
        char text[8] = "a";
        if (rune >= 0xd800 && rune <= 0xdfff)
            continue;
        size_t len = 1 + utf8_put(rune, text + 1);
        text[len] = 'z';
        const char *key = fold_key(arena, text), *clean = fold_clean(arena, text);
        assert_true(fold_is_utf8(key, strlen(key)));
        assert_true(fold_is_utf8(clean, strlen(clean)));
        if (strcmp(fold_key(arena, key), key) != 0)
            fail_msg("U+%04X folds on: %s, %s", rune, key, fold_key(arena, key));
        if (strcmp(fold_clean(arena, clean), clean) != 0)
            fail_msg("U+%04X cleans on", rune);
        arena_reset(arena);
    }
}

static void clean_text_keeps_letters_and_loses_what_hides(void **state)
{
    static const struct {
        const char *text, *clean;
    } samples[] = {
        {"", ""},
        {" Ann \t Lee ", "Ann Lee"},
        {"a\x01\x02"
         "b",
         "a b"},
        {"e\xcc\x81", "é"},
        {"Ünï  ", "Ünï"},
        {"\xe2\x80\xae"
         "evil\xe2\x80\xac",
         "evil"},
        {"\xef\xbb\xbfname", "name"},
        {"soft\xc2\xadhyphen", "softhyphen"},
        {"می\xe2\x80\x8cخواهم", "می\xe2\x80\x8cخواهم"}, /* Persian needs its non-joiner */
        {"👩\xe2\x80\x8d🚀", "👩\xe2\x80\x8d🚀"},
        {"a\xc2\x85"
         "b",
         "a b"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        assert_string_equal(fold_clean(arena, samples[i].text), samples[i].clean);
}

static void long_texts_fold_too(void **state)
{
    enum { LEN = 20000 };
    char *text = arena_alloc(arena, LEN + 1);
    (void)state;
    for (size_t i = 0; i < LEN; i += 2)
        memcpy(text + i, "É", 2);
    const char *key = fold_key(arena, text);
    assert_int_equal(strlen(key), LEN / 2);
    assert_int_equal(strspn(key, "e"), LEN / 2);
    assert_string_equal(fold_clean(arena, text), text);
}

static void initials_are_those_of_the_first_and_last_word(void **state)
{
    static const struct {
        const char *name, *initials;
    } samples[] = {
        {"", "?"},
        {"  ", "?"},
        {"...", "?"},
        {"maria", "M"},
        {"maria lee", "ML"},
        {"Jean Claude van Damme", "JD"},
        {"élodie øst", "ÉØ"},
        {"山田 太郎", "山太"},
        {"(dr) who", "DW"},
        {"o'brien", "O"},
        {"4 you", "4Y"},
        {"ǆ", "ǅ"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        assert_string_equal(fold_initials(arena, samples[i].name), samples[i].initials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_make_alike_what_searchers_mean_alike, begin, end),
        cmocka_unit_test_setup_teardown(the_short_way_for_ascii_gives_what_the_long_way_gives,
                                        begin, end),
        cmocka_unit_test_setup_teardown(every_character_folds_to_valid_text_that_folds_to_itself,
                                        begin, end),
        cmocka_unit_test_setup_teardown(clean_text_keeps_letters_and_loses_what_hides, begin, end),
        cmocka_unit_test_setup_teardown(long_texts_fold_too, begin, end),
        cmocka_unit_test_setup_teardown(initials_are_those_of_the_first_and_last_word, begin, end),
    };
    return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
