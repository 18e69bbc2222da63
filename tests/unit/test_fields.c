/*
 * What may be typed into a person's fields, and how a topic's key comes from its name.
 */
#include <string.h>

#include "service/fields.h"
#include "service/topic_key.h"
#include "unit/support.h"

static struct arena *arena;

static int make_arena(void **state)
{
    arena = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    arena_free(arena);
    return 0;
}

static void languages_are_bcp_47(void **state)
{
    static const struct {
        const char *text, *tag; /* NULL: refused */
    } cases[] = {
        {"", ""},
        {"en", "en"},
        {" EN ", "en"},
        {"pt_br", "pt-BR"},
        {"ZH-hANT-tw", "zh-Hant-TW"},
        {"de-CH-1996", "de-CH-1996"},
        {"en-x-AB", "en-x-ab"},
        {"e", NULL},
        {"en-", NULL},
        {"-en", NULL},
        {"en--GB", NULL},
        {"english language", NULL},
        {"en/GB", NULL},
        {"123", NULL},
        {"aa-bbbbbbbbb", NULL},
        {"aa-bbbbbbbb-cccccccc-dddddddd-eeeeeeee", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *tag = "untouched";
        enum status status = fields_language(arena, cases[i].text, &tag);
        if (cases[i].tag == NULL) {
            assert_int_equal(status, STATUS_INVALID);
            assert_string_equal(tag, "untouched");
            continue;
        }
        assert_int_equal(status, STATUS_OK);
        assert_string_equal(tag, cases[i].tag);
    }
}

static void names_are_cleaned_and_bounded(void **state)
{
    char longest[NAME_MAX_BYTES + 2];
    const char *name;

    assert_int_equal(fields_name(arena, "  Ada \n Lovelace\t", &name), STATUS_OK);
    assert_string_equal(name, "Ada Lovelace");
    assert_int_equal(fields_name(arena, "", &name), STATUS_OK);
    assert_string_equal(name, "");
    memset(longest, 'a', sizeof longest);
    longest[NAME_MAX_BYTES + 1] = '\0';
    assert_int_equal(fields_name(arena, longest, &name), STATUS_INVALID);
    longest[NAME_MAX_BYTES] = '\0';
    assert_int_equal(fields_name(arena, longest, &name), STATUS_OK);
    assert_int_equal(fields_name(arena, "\xc3\x28", &name), STATUS_INVALID);
}

static void topic_keys_follow_from_names(void **state)
{
    static const struct {
        const char *name, *key;
    } cases[] = {
        {"Newsletter", "newsletter"},
        {"Product Updates", "product_updates"},
        {"  Événements & Offres! ", "evenements_offres"},
        {"Straße", "strasse"},
        {"Новости дня", "novosti_dnia"},
        {"Ειδήσεις", "eidiseis"},
        {"2026 news", "news"},
        {"ニュース", ""},
        {"!!!", ""},
        {"42", ""},
        {"a-b_c", "a_b_c"},
        {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
         "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *key = topic_key_make(arena, cases[i].name);
        assert_string_equal(key, cases[i].key);
        if (*key != '\0')
            assert_true(topic_key_is_valid(key));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_are_bcp_47),
        cmocka_unit_test(names_are_cleaned_and_bounded),
        cmocka_unit_test(topic_keys_follow_from_names),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
