/*
 * tests/unit/test_buf: every escaper of base/buf, against tables of what must come out.
 */
#include "unit/support.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define BAD "\xef\xbf\xbd"

struct sample {
    const char *in, *out;
};

typedef void escaper(struct buf *buf, const char *text);

static void check_all(escaper *escape, const struct sample *samples, size_t count)
{
    struct buf buf = {0};
    for (size_t i = 0; i < count; i++) {
        buf_clear(&buf);
        buf_adds(&buf, "<");
        escape(&buf, samples[i].in);
        buf_adds(&buf, ">");
        char wanted[256];
        snprintf(wanted, sizeof wanted, "<%s>", samples[i].out);
        assert_string_equal(buf.data, wanted);
        assert_int_equal(buf.len, strlen(wanted));
    }
    buf_free(&buf);
}
#define CHECK(escape, samples) check_all(escape, samples, sizeof samples / sizeof *samples)

static void html_escapes_markup_and_mends_utf8(void **state)
{
    static const struct sample samples[] = {
        {NULL, ""},
        {"", ""},
        {"plain text", "plain text"},
        {"<b a=\"1\" c='2'>&amp;", "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;"},
        {"tab\tline\n", "tab\tline\n"},
        {"\x01\x1f\x7f\r", BAD BAD BAD BAD},
        {"é用😀", "é用😀"},
        {"\xc2\x85", BAD}, /* a control character of C1 */
        {"\xc2\xa0", "\xc2\xa0"},
        {"\xff", BAD},
        {"a\xc3", "a" BAD},
        {"\xc3<", BAD "&lt;"},
        {"\xe2\x82<script>", BAD BAD "&lt;script&gt;"},
        {"\xc0\xbc", BAD BAD},         /* "<", overlong */
        {"\xed\xa0\x80", BAD BAD BAD}, /* a surrogate */
        {"\xf4\x90\x80\x80", BAD BAD BAD BAD},
    };
    (void)state;
    CHECK(buf_html, samples);
}

static void json_is_what_rfc_8259_wants(void **state)
{
    static const struct sample samples[] = {
        {NULL, "null"},
        {"", "\"\""},
        {"a\"b\\c/d", "\"a\\\"b\\\\c/d\""},
        {"\b\f\n\r\t\x01\x1f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\""},
        {"é用😀", "\"é用😀\""},
        {"\xff\xc3", "\"" BAD BAD "\""},
    };
    (void)state;
    CHECK(buf_json, samples);
}

static void csv_is_quoted_where_needed_and_never_a_formula(void **state)
{
    static const struct sample samples[] = {
        {NULL, ""},
        {"", ""},
        {"plain", "plain"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {" kept ", "\" kept \""},
        {"=1+1", "'=1+1"},
        {"+49 30", "'+49 30"},
        {"-2", "'-2"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"\t=1", "\"'\t=1\""},
        {"\r=1", "\"'\r=1\""},
        {"=\",\"", "\"'=\"\",\"\"\""},
        {"a@b.example", "a@b.example"},
    };
    (void)state;
    CHECK(buf_csv, samples);
}

static void url_keeps_only_unreserved_characters(void **state)
{
    static const struct sample samples[] = {
        {NULL, ""},
        {"AZaz09-._~", "AZaz09-._~"},
        {"a b&c=d/é?", "a%20b%26c%3Dd%2F%C3%A9%3F"},
        {"%+#", "%25%2B%23"},
    };
    (void)state;
    CHECK(buf_url, samples);
}

static void numbers_are_written_whole(void **state)
{
    static const struct {
        int64_t value;
        const char *plain, *grouped;
    } samples[] = {
        {0, "0", "0"},
        {7, "7", "7"},
        {999, "999", "999"},
        {1000, "1000", "1,000"},
        {12408, "12408", "12,408"},
        {-1234567, "-1234567", "-1,234,567"},
        {INT64_MAX, "9223372036854775807", "9,223,372,036,854,775,807"},
        {INT64_MIN, "-9223372036854775808", "-9,223,372,036,854,775,808"},
    };
    struct buf buf = {0};
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        buf_clear(&buf);
        buf_int(&buf, samples[i].value);
        assert_string_equal(buf.data, samples[i].plain);
        buf_clear(&buf);
        buf_grouped(&buf, samples[i].value);
        assert_string_equal(buf.data, samples[i].grouped);
    }
    buf_free(&buf);
}

static void growth_keeps_what_was_added(void **state)
{
    struct buf buf = {0};
    (void)state;
    for (int i = 0; i < 20000; i++)
        buf_addc(&buf, (char)('a' + i % 26));
    buf_printf(&buf, "%s=%d", "n", 42);
    assert_int_equal(buf.len, 20004);
    for (int i = 0; i < 20000; i++)
        assert_int_equal(buf.data[i], 'a' + i % 26);
    assert_string_equal(buf.data + 20000, "n=42");
    buf_free(&buf);
    assert_null(buf.data);
    buf_clear(&buf);
    buf_add(&buf, NULL, 0);
    assert_string_equal(buf.data, "");
    buf_free(&buf);
}

static void every_code_point_has_one_form(void **state)
{
    (void)state;
    for (uint32_t rune = 1; rune <= 0x110100; rune++) {
        char text[4];
        uint32_t back = 0;
        bool is_scalar = rune <= 0x10ffff && (rune < 0xd800 || rune > 0xdfff);
        size_t len = utf8_put(rune, text);
        assert_int_equal(utf8_step(text, len, &back), is_scalar ? len : 0);
        if (is_scalar)
            assert_int_equal(back, rune);
        if (len > 1)
            assert_int_equal(utf8_step(text, len - 1, NULL), 0);
        assert_int_equal(utf8_is_valid(text, len), is_scalar);
    }
    assert_false(utf8_is_valid("12345678\xff", 9));
    assert_true(utf8_is_valid("1234567\xc3\xa9 and on", 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_escapes_markup_and_mends_utf8),
        cmocka_unit_test(json_is_what_rfc_8259_wants),
        cmocka_unit_test(csv_is_quoted_where_needed_and_never_a_formula),
        cmocka_unit_test(url_keeps_only_unreserved_characters),
        cmocka_unit_test(numbers_are_written_whole),
        cmocka_unit_test(growth_keeps_what_was_added),
        cmocka_unit_test(every_code_point_has_one_form),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
