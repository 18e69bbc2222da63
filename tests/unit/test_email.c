/*
 * tests/unit/test_email: U14, which addresses are taken, what they are compared by, how shown.
 */
#include "unit/support.h"

#include <stdio.h>
#include <string.h>

#include "base/contact.h"
#include "base/email.h"

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

static void u14_addresses_are_kept_as_written_and_compared_by_key(void **state)
{
    static const struct {
        const char *text, *written, *key; /* written NULL: as text */
    } samples[] = {
        {"用户@例え.jp", NULL, "用户@xn--r8jz45g.jp"},
        {"用户@xn--r8jz45g.jp", NULL, "用户@xn--r8jz45g.jp"},
        {"用户@XN--R8JZ45G.JP", NULL, "用户@xn--r8jz45g.jp"},
        {"a@b.cd", NULL, "a@b.cd"},
        {"Bob.O'Neil+tag@Mail.Example.COM", NULL, "bob.o'neil+tag@mail.example.com"},
        {" \t padded@example.com\r\n", "padded@example.com", "padded@example.com"},
        {"\xc2\xa0pasted@example.com\xe2\x80\x8b", "pasted@example.com", "pasted@example.com"},
        {"!#$%&'*+-/=?^_`{|}~@example.com", NULL, "!#$%&'*+-/=?^_`{|}~@example.com"},
        {"Ünï@example.com", NULL, "ünï@example.com"},
        {"U\xcc\x88nï@example.com", "Ünï@example.com", "ünï@example.com"},
        {"STRASSE@example.com", NULL, "strasse@example.com"},
        {"straße@example.com", NULL, "strasse@example.com"},
        {"a@faß.de", NULL, "a@xn--fa-hia.de"}, /* non-transitional: not fass.de */
        {"a@Bücher.example", NULL, "a@xn--bcher-kva.example"},
        {"a@b\xc3\xbc\x63her.example", NULL, "a@xn--bcher-kva.example"},
        {"a@例え。jp", NULL, "a@xn--r8jz45g.jp"},
        {"अजय@डाटा.भारत", NULL, "अजय@xn--c2bd1gb.xn--h2brj9c"},
        {"θσερ@παράδειγμα.ελ", NULL, "θσερ@xn--hxajbheg2az3al.xn--qxam"},
        {"😀@example.com", NULL, "😀@example.com"},
        {"1@2.3.com", NULL, "1@2.3.com"},
        {"a@1-2.co", NULL, "a@1-2.co"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct email email, again;
        enum email_fault fault = EMAIL_FINE;
        const char *text = samples[i].text;
        if (email_parse(arena, text, strlen(text), &email, &fault) != STATUS_OK)
            fail_msg("%s: %s", text, email_fault_words(fault));
        assert_string_equal(email.written, samples[i].written ? samples[i].written : text);
        assert_string_equal(email.key, samples[i].key);
        /* What was kept reads back as the same address, and so does its key. */
        assert_int_equal(email_parse(arena, email.written, strlen(email.written), &again, NULL),
                         STATUS_OK);
        assert_string_equal(again.written, email.written);
        assert_string_equal(again.key, email.key);
        assert_int_equal(email_parse(arena, email.key, strlen(email.key), &again, NULL), STATUS_OK);
        assert_string_equal(again.key, email.key);
    }
}

static void what_is_no_address_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *text;
        enum email_fault fault;
    } samples[] = {
        {"", EMAIL_EMPTY},
        {" \t\r\n", EMAIL_EMPTY},
        {"\xc2\xa0\xe2\x80\x8b", EMAIL_EMPTY},
        {"nobody", EMAIL_NO_AT},
        {"küche", EMAIL_NO_AT},
        {"@example.com", EMAIL_BAD_LOCAL},
        {".a@example.com", EMAIL_BAD_LOCAL},
        {"a.@example.com", EMAIL_BAD_LOCAL},
        {"a..b@example.com", EMAIL_BAD_LOCAL},
        {"a b@example.com", EMAIL_BAD_LOCAL},
        {"a@b@example.com", EMAIL_BAD_LOCAL},
        {"\"a b\"@example.com", EMAIL_BAD_LOCAL},
        {"Bob <bob@example.com>", EMAIL_BAD_LOCAL},
        {"a(comment)@example.com", EMAIL_BAD_LOCAL},
        {"a,b@example.com", EMAIL_BAD_LOCAL},
        {"a\nb@example.com", EMAIL_BAD_LOCAL},
        {"a\x01@example.com", EMAIL_BAD_LOCAL},
        {"a\x7f@example.com", EMAIL_BAD_LOCAL},
        {"é\n@example.com", EMAIL_BAD_LOCAL},
        {"é\xe2\x80\xa8@example.com", EMAIL_BAD_LOCAL},
        {"a\xee\x80\x80@example.com", EMAIL_BAD_LOCAL}, /* private use */
        {"123456789012345678901234567890123456789012345678901234567890abcde@example.com",
         EMAIL_BAD_LOCAL}, /* 65 bytes */
        {"a@", EMAIL_BAD_DOMAIN},
        {"a@b", EMAIL_BAD_DOMAIN},
        {"a@localhost", EMAIL_BAD_DOMAIN},
        {"a@.com", EMAIL_BAD_DOMAIN},
        {"a@b.", EMAIL_BAD_DOMAIN},
        {"a@b..com", EMAIL_BAD_DOMAIN},
        {"a@-b.com", EMAIL_BAD_DOMAIN},
        {"a@b-.com", EMAIL_BAD_DOMAIN},
        {"a@b_c.com", EMAIL_BAD_DOMAIN},
        {"a@b c.com", EMAIL_BAD_DOMAIN},
        {"a@192.0.2.1", EMAIL_BAD_DOMAIN},
        {"a@[192.0.2.1]", EMAIL_BAD_DOMAIN},
        {"a@xn--a.jp", EMAIL_BAD_DOMAIN},
        {"a@ab--cd.com", EMAIL_BAD_DOMAIN},
        {"a@例え", EMAIL_BAD_DOMAIN},
        {"a@😀.com", EMAIL_BAD_DOMAIN},
        {"a@1234567890123456789012345678901234567890123456789012345678901234.com",
         EMAIL_BAD_DOMAIN}, /* a label of 64 */
        {"a@b.com>", EMAIL_BAD_DOMAIN},
        {"é@b*c.com", EMAIL_BAD_DOMAIN}, /* not the same as é@bc.com */
        {"é@b_c.com", EMAIL_BAD_DOMAIN},
        {"a@b＊c.com", EMAIL_BAD_DOMAIN},
        {"a@b／c.com", EMAIL_BAD_DOMAIN},
        {"a@é..com", EMAIL_BAD_DOMAIN},
        {"a@é.", EMAIL_BAD_DOMAIN},
        {"a@é.192", EMAIL_BAD_DOMAIN},
        {"a@b.com\xff", EMAIL_NOT_UTF8},
        {"\xc3@b.com", EMAIL_NOT_UTF8},
        {"\xed\xa0\x80@b.com", EMAIL_NOT_UTF8},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct email email = {.key = "untouched"};
        enum email_fault fault = EMAIL_FINE;
        const char *text = samples[i].text;
        if (email_parse(arena, text, strlen(text), &email, &fault) != STATUS_INVALID ||
            fault != samples[i].fault)
            fail_msg("%s: %s", text, email_fault_words(fault));
        assert_string_equal(email.key, "untouched");
        assert_int_equal(email_parse(arena, text, strlen(text), &email, NULL), STATUS_INVALID);
    }
    struct email email;
    enum email_fault fault;
    assert_int_equal(email_parse(arena, "a\0b@c.de", 8, &email, &fault), STATUS_INVALID);
    assert_int_equal(fault, EMAIL_BAD_LOCAL);
    assert_int_equal(email_parse(arena, "\xc3\xa9\0b@c.de", 9, &email, &fault), STATUS_INVALID);
    assert_int_equal(fault, EMAIL_NOT_UTF8);
}

static void length_is_bounded(void **state)
{
    char text[1000];
    struct email email;
    enum email_fault fault;
    (void)state;
    /* 64 + @ + four labels of 62 and "c": 318 bytes, of them 253 in the domain */
    memset(text, 'a', 64);
    text[64] = '@';
    for (size_t i = 0; i < 4; i++) {
        memset(text + 65 + 63 * i, 'b', 62);
        text[65 + 63 * i + 62] = '.';
    }
    text[65 + 252] = 'c';
    assert_int_equal(email_parse(arena, text, 318, &email, &fault), STATUS_OK);
    assert_int_equal(strlen(email.key), 318);
    text[318] = 'c';
    assert_int_equal(email_parse(arena, text, 319, &email, &fault), STATUS_INVALID);
    assert_int_equal(fault, EMAIL_BAD_DOMAIN);
    memset(text, 'a', sizeof text);
    for (size_t len = EMAIL_MAX_BYTES + 1; len < sizeof text; len += 100) {
        assert_int_equal(email_parse(arena, text, len, &email, &fault), STATUS_INVALID);
        assert_int_equal(fault, EMAIL_TOO_LONG);
    }
    /* A local part that grows when folded: 64 bytes that would become 192. */
    for (size_t i = 0; i < 64; i += 2)
        memcpy(text + i, "ΐ", 2);
    memcpy(text + 64, "@example.com", 13);
    assert_int_equal(email_parse(arena, text, 76, &email, &fault), STATUS_OK);
    assert_true(strlen(email.key) <= EMAIL_MAX_BYTES);
}

static void every_fault_has_words(void **state)
{
    (void)state;
    for (int i = 0; i < EMAIL_FAULT_COUNT; i++)
        assert_true(strlen(email_fault_words((enum email_fault)i)) > 10);
}

static void a_mask_shows_one_character_and_the_domain(void **state)
{
    (void)state;
    assert_string_equal(email_mask(arena, "anna@example.com"), "a•••••@example.com");
    assert_string_equal(email_mask(arena, "a@example.com"), "a•••••@example.com");
    assert_string_equal(email_mask(arena, "用户@例え.jp"), "用•••••@例え.jp");
    assert_string_equal(email_mask(arena, "broken"), "•••••");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(u14_addresses_are_kept_as_written_and_compared_by_key,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_address_is_refused_with_its_reason, begin, end),
        cmocka_unit_test_setup_teardown(length_is_bounded, begin, end),
        cmocka_unit_test(every_fault_has_words),
        cmocka_unit_test_setup_teardown(a_mask_shows_one_character_and_the_domain, begin, end),
    };
    return cmocka_run_group_tests_name("email", tests, NULL, NULL);
}
