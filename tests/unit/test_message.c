/*
 * tests/unit/test_message: U11, the header of a message as mail programs and gateways really write
 * it, and encoded-words as text.
 */
#include "unit/support.h"

#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "base/message.h"

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

static void fields_are_read_however_lines_end_and_fold(void **state)
{
    static const struct {
        const char *text;
        size_t len; /* 0: strlen */
        size_t count;
        const char *subject; /* NULL: none */
    } samples[] = {
        {"Subject: a b\r\nTo: x\r\n\r\nSubject: body\r\n", 0, 2, "a b"},
        {"Subject: a b\nTo: x\n\nSubject: body\n", 0, 2, "a b"},
        {"Subject: a b\rTo: x\r\rSubject: body\r", 0, 2, "a b"},
        {"To: x\r\r\nSubject: a b\r\r\n\r\r\nCc: body", 0, 2, "a b"},
        {"To: x\rSubject: a b\r\nCc: y\n", 0, 3, "a b"},
        {"Subject: a b", 0, 1, "a b"},
        {"Subject:a b\r\n", 0, 1, "a b"},
        {"SUBJECT \t:  a b \t\r\n", 0, 1, "a b"},
        {"Subject:\r\n a\r\n\tb\r\n", 0, 1, "a\tb"},
        {"Subject: a\r\n  \r\n b\r\nTo: x\r\n", 0, 2, "a   b"},
        {"Subject: a\r\nb\r\nTo: x\r\n", 0, 2, "a b"}, /* folded without white space */
        {"Subject: a\r\nb c: d\r\n", 0, 1, "a b c: d"},
        {"Subject: a\r\n b: c\r\n", 0, 1, "a b: c"},
        {"From sender Mon Nov 23\nSubject: a b\n", 0, 1, "a b"},
        {">From sender Mon Nov 23\nSubject: a b\n", 0, 1, "a b"},
        {"\xef\xbb\xbfSubject: a b\n", 0, 1, "a b"},
        {"Subject: a\0b\n", 13, 1, "a b"},
        {"Subject:\n", 0, 1, ""},
        {"Subject: \xff\xfe\n", 0, 1, "\xff\xfe"},
        {"", 0, 0, NULL},
        {"\n", 0, 0, NULL},
        {"\r\nSubject: body\r\n", 0, 0, NULL},
        {"Just some text.\nSubject: body\n", 0, 0, NULL},
        {" Subject: folded from nothing\n", 0, 0, NULL},
        {":empty name\nSubject: body\n", 0, 0, NULL},
        {"Sub ject: x\n", 0, 0, NULL},
        {"S\xc3\xbc: x\nSubject: body", 0, 0, NULL},
        {"\0\0\0", 3, 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct message message;
        const char *text = samples[i].text;
        message_parse(arena, text, samples[i].len ? samples[i].len : strlen(text), &message);
        if (message.count != samples[i].count)
            fail_msg("sample %zu: %zu fields", i, message.count);
        const char *subject = message_get(&message, "subject");
        if (!samples[i].subject)
            assert_null(subject);
        else
            assert_string_equal(subject, samples[i].subject);
    }
}

static void all_fields_of_a_name_are_found_in_order(void **state)
{
    static const char text[] = "To: one\nCc: x\nTO: two\nto : three\n";
    struct message message;
    size_t at = 0;
    (void)state;
    message_parse(arena, text, strlen(text), &message);
    assert_string_equal(message_next(&message, "to", &at), "one");
    assert_string_equal(message_next(&message, "to", &at), "two");
    assert_string_equal(message_next(&message, "to", &at), "three");
    assert_null(message_next(&message, "to", &at));
    assert_string_equal(message_get(&message, "cc"), "x");
    assert_null(message_get(&message, "bcc"));
}

static void encoded_words_are_decoded(void **state)
{
    static const struct {
        const char *value, *text;
    } samples[] = {
        {"plain", "plain"},
        {"", ""},
        {"=?UTF-8?Q?a_b=5Fc=3D?=", "a b_c="},
        {"=?utf-8?q?caf=c3=a9?=", "café"},
        {"=?UTF-8?B?Y2Fmw6k=?=", "café"},
        {"=?UTF-8?B?Y2Fmw6k?=", "café"},
        {"=?utf-8*en?b?YWJj?=", "abc"},
        {"=?US-ASCII?Q?abc?=", "abc"},
        {"=?ISO-8859-1?Q?caf=E9_x?=", "caf\xef\xbf\xbd x"},
        {"=?UTF-8?Q?a?= =?UTF-8?Q?b?=", "ab"},
        {"=?UTF-8?Q?a?= \t =?UTF-8?B?Yg==?=", "ab"},
        {"=?UTF-8?Q?a?==?UTF-8?Q?b?=", "ab"},
        {"=?UTF-8?Q?a?= b =?UTF-8?Q?c?=", "a b c"},
        {"Re: =?UTF-8?Q?a?=, x", "Re: a, x"},
        {"x=?UTF-8?Q?a?=y", "xay"},
        {"=?UTF-8?B?w?= =?UTF-8?B?6k=?=", "\xc3\xa9"}, /* cut anywhere */
        {"=?UTF-8?Q?=C3?= =?UTF-8?Q?=A9?=", "é"},
        {"=?UTF-8?B?YQ==?= =?UTF-8?B?Yg==?=", "ab"},
        {"=?UTF-8?B?YW\tJj?=", "abc"},
        {"=?UTF-8?Q?a b?=", "a b"},
        {"=?UTF-8?Q?=4?=", "=4"},
        {"=?UTF-8?Q?=ZZ=?=", "=ZZ="},
        {"=?UTF-8?X?a?=", "=?UTF-8?X?a?="},
        {"=?UTF-8?Q?a", "=?UTF-8?Q?a"},
        {"=?UTF-8?", "=?UTF-8?"},
        {"=?"
         "?Q?a?=",
         "=?"
         "?Q?a?="},
        {"=?", "=?"},
        {"=", "="},
        {"=?UTF-8?Q?"
         "?=",
         ""},
        {"=?UTF-8?Q?=00=0A=1B=7F?=", "    "},
        {"a\tb\x01", "a b "},
        {"\xff\xc3\xa9", "\xef\xbf\xbd\xc3\xa9"},
        {"=?UTF-16BE?B?AGEAYg==?=", " a b"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        assert_string_equal(message_decode(arena, samples[i].value), samples[i].text);
}

/* What never ends well must end soon: beginnings of words without an end, lines without number. */
static void large_headers_cost_little(void **state)
{
    const size_t size = MESSAGE_HEAD_MAX_BYTES;
    char *text = arena_alloc(arena, size + 1);
    struct message message;
    (void)state;
    for (size_t i = 0; i < size; i++)
        text[i] = "=?a?q?x"[i % 7];
    assert_int_equal(strlen(message_decode(arena, text)), size);
    for (size_t i = 0; i < size; i++)
        text[i] = "a:\n"[i % 3];
    message_parse(arena, text, size, &message);
    assert_int_equal(message.count, size / 3);
    memset(text, '\r', size);
    message_parse(arena, text, size, &message);
    assert_int_equal(message.count, 0);
    memset(text, ' ', size);
    memcpy(text, "Subject:", 8);
    message_parse(arena, text, size, &message);
    assert_string_equal(message_get(&message, "subject"), "");
}

#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, begin, end, NULL                                                           \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("U11: fields are read however lines end and fold",
             fields_are_read_however_lines_end_and_fold),
        CASE("all fields of a name are found, in order", all_fields_of_a_name_are_found_in_order),
        CASE("U11: encoded-words are decoded, broken ones too", encoded_words_are_decoded),
        CASE("large headers cost little", large_headers_cost_little),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
