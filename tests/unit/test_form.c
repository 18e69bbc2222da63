/*
 * tests/unit/test_form: bodies as browsers and mail programs send them, and as attackers do.
 */
#include "unit/support.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/form.h"

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

/* The fields as "name=value|…". */
static const char *flat(const struct form *form)
{
    struct buf buf = {0};
    buf_adds(&buf, "");
    for (size_t i = 0; i < form->count; i++)
        buf_printf(&buf, "%s=%s|", form->fields[i].name, form->fields[i].value);
    const char *text = arena_strdup(arena, buf.data);
    buf_free(&buf);
    return text;
}

static void urlencoded_bodies_are_decoded(void **state)
{
    static const struct {
        const char *body, *fields;
    } samples[] = {
        {"", ""},
        {"&&&", ""},
        {"List-Unsubscribe=One-Click", "List-Unsubscribe=One-Click|"},
        {"a=1&b=2&a=3", "a=1|b=2|a=3|"},
        {"a", "a=|"},
        {"a=", "a=|"},
        {"=b", "=b|"},
        {"a=b=c", "a=b=c|"},
        {"a+b=c+d%2Be", "a b=c d+e|"},
        {"n=%E7%94%A8%e6%88%b7", "n=用户|"},
        {"n=用户", "n=用户|"},
        {"t=one%0D%0Atwo%0Dthree%0Afour", "t=one\ntwo\nthree\nfour|"},
        {"t=%0D%0D%0A", "t=\n\n|"},
        {"a=%26%3D%25", "a=&=%|"},
        {"a=1;b=2", "a=1;b=2|"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct form form;
        const char *body = samples[i].body;
        assert_int_equal(form_parse_urlencoded(arena, body, strlen(body), &form), STATUS_OK);
        assert_string_equal(flat(&form), samples[i].fields);
    }
    struct form form;
    assert_int_equal(form_parse_urlencoded(arena, NULL, 0, &form), STATUS_OK);
    assert_int_equal(form.count, 0);
}

static void hostile_urlencoded_bodies_are_refused_whole(void **state)
{
    static const char *const bodies[] = {
        "a=%",       "a=%4",        "a=%4g",          "a=%g4",  "%=1",
        "a=1&b=%zz", "a=%00",       "%00=a",          "a=%ff",  "a=%C3",
        "a=%C0%80",  "a=%ED%A0%80", "a=%F4%90%80%80", "a=\xff", "a=1&b=2&c=%e2%82",
        "a=% 41",    "a=%+1",       "a=%-1",
    };
    struct form form = {.count = 4711};
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        if (form_parse_urlencoded(arena, bodies[i], strlen(bodies[i]), &form) != STATUS_INVALID)
            fail_msg("taken: %s", bodies[i]);
    }
    assert_int_equal(form_parse_urlencoded(arena, "a=\0b", 4, &form), STATUS_INVALID);
    assert_int_equal(form.count, 4711);
}

static void the_number_of_fields_is_bounded(void **state)
{
    struct buf buf = {0};
    struct form form;
    (void)state;
    for (int i = 0; i < FORM_MAX_FIELDS; i++)
        buf_printf(&buf, "f%d=%d&", i, i);
    assert_int_equal(form_parse_urlencoded(arena, buf.data, buf.len, &form), STATUS_OK);
    assert_int_equal(form.count, FORM_MAX_FIELDS);
    for (int i = 0; i < FORM_MAX_FIELDS; i++)
        assert_string_equal(form_get(&form, arena_printf(arena, "f%d", i)),
                            arena_printf(arena, "%d", i));
    buf_adds(&buf, "x");
    assert_int_equal(form_parse_urlencoded(arena, buf.data, buf.len, &form), STATUS_INVALID);
    buf_free(&buf);
}

#define PLAIN "multipart/form-data; boundary=xyz"
#define PART(name, value)                                                                          \
    "--xyz\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static void multipart_bodies_are_decoded(void **state)
{
    static const struct {
        const char *type, *body, *fields;
    } samples[] = {
        {PLAIN, PART("List-Unsubscribe", "One-Click") "--xyz--\r\n", "List-Unsubscribe=One-Click|"},
        {PLAIN, PART("a", "1") PART("a", "2") "--xyz--", "a=1|a=2|"},
        {PLAIN, PART("a", "") "--xyz--\r\nepilogue", "a=|"},
        {PLAIN, "--xyz--\r\n", ""},
        {PLAIN, "preamble\r\n" PART("a", "1") "--xyz--", "a=1|"},
        {PLAIN, PART("a", "x\r\n--xy\r\n-- xyz") "--xyz--", "a=x\n--xy\n-- xyz|"},
        {PLAIN, PART("q%22%0D%0A%20", "v") "--xyz--", "q\"\n%20=v|"},
        {PLAIN, PART("a\\\"b\\\\c", "v") "--xyz--", "a\"b\\c=v|"},
        {PLAIN, PART("n", "用户\r\nzwei") "--xyz--", "n=用户\nzwei|"},
        {PLAIN, "--xyz  \r\ncontent-disposition:form-data;name=a\r\n\r\n1\r\n--xyz--", "a=1|"},
        {PLAIN,
         "--xyz\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
         "Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xyz--",
         "a=1|"},
        {"Multipart/Form-Data ; charset=utf-8; Boundary=\"xyz\"", PART("a", "1") "--xyz--", "a=1|"},
        {"multipart/form-data; boundary=\"a b\"",
         "--a b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--a b--", "a=1|"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct form form;
        const char *body = samples[i].body;
        if (form_parse_multipart(arena, samples[i].type, body, strlen(body), &form) != STATUS_OK)
            fail_msg("refused: %s", body);
        assert_string_equal(flat(&form), samples[i].fields);
    }
}

static void hostile_multipart_bodies_are_refused_whole(void **state)
{
    static const struct {
        const char *type, *body;
    } samples[] = {
        {PLAIN, ""},
        {PLAIN, "\r\n"},
        {PLAIN, "--xyz"},
        {PLAIN, "--xyz\r\n"},
        {PLAIN, "--xyz\r\n\r\nvalue\r\n--xyz--"}, /* no headers */
        {PLAIN, PART("a", "1")},                  /* no end */
        {PLAIN, PART("a", "1") "--xyz-"},
        {PLAIN, PART("a", "1") "--xyzz--"},
        {PLAIN, "--xyz\nContent-Disposition: form-data; name=a\n\n1\n--xyz--"},
        {PLAIN, PART("a", "\xff") "--xyz--"},
        {PLAIN, PART("\xff", "1") "--xyz--"},
        {PLAIN, PART("a\"; filename=\"x", "1") "--xyz--"},
        {PLAIN, PART("a\"; filename*=\"x", "1") "--xyz--"},
        {PLAIN, PART("a\"; name=\"b", "1") "--xyz--"},
        {PLAIN, "--xyz\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--xyz--"},
        {PLAIN, "--xyz\r\nContent-Disposition: form-data\r\n\r\n1\r\n--xyz--"},
        {PLAIN, "--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--xyz--"},
        {PLAIN, "--xyz\r\nContent-Disposition: form-data; name=\"a\\\r\n\r\n1\r\n--xyz--"},
        {PLAIN, "--xyz\r\nno colon\r\n\r\n1\r\n--xyz--"},
        {PLAIN, "--xyz\r\nContent-Transfer-Encoding: base64\r\n"
                "Content-Disposition: form-data; name=a\r\n\r\nMQ==\r\n--xyz--"},
        {"multipart/form-data", PART("a", "1") "--xyz--"},
        {"multipart/form-data; boundary=", PART("a", "1") "--xyz--"},
        {"multipart/form-data; boundary=\"\"", PART("a", "1") "--xyz--"},
        {"multipart/form-data; boundary=\"xyz", PART("a", "1") "--xyz--"},
        {"multipart/form-data; boundary=xyz; boundary=xyz", PART("a", "1") "--xyz--"},
        {"multipart/form-data; boundary=\"x*z\"", PART("a", "1") "--xyz--"},
        {"multipart/form-data boundary=xyz", PART("a", "1") "--xyz--"},
        {"multipart/mixed; boundary=xyz", PART("a", "1") "--xyz--"},
        {"multipart/form-data; boundary="
         "12345678901234567890123456789012345678901234567890123456789012345678901",
         PART("a", "1") "--xyz--"},
        {"", PART("a", "1") "--xyz--"},
    };
    struct form form = {.count = 4711};
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const char *body = samples[i].body;
        if (form_parse_multipart(arena, samples[i].type, body, strlen(body), &form) !=
            STATUS_INVALID)
            fail_msg("taken: %s: %s", samples[i].type, body);
    }
    static const char zero[] = PART("a", "1\0002") "--xyz--";
    assert_int_equal(form_parse_multipart(arena, PLAIN, zero, sizeof zero - 1, &form),
                     STATUS_INVALID);
    assert_int_equal(form.count, 4711);
}

static void one_file_is_taken_where_a_form_has_room_for_it(void **state)
{
    static const char body[] = PART("a", "1") PART("logo\"; filename=\"x%22.png", "\x89P\0\r\xff")
        PART("b", "2") "--xyz--";
    static const char two[] =
        PART("a\"; filename=\"x", "1") PART("b\"; filename=\"y", "2") "--xyz--";
    static const char other[] = PART("a\"; filename*=\"UTF-8''x", "1") "--xyz--";
    struct form form;

    assert_int_equal(form_parse_multipart(arena, PLAIN, body, sizeof body - 1, &form),
                     STATUS_INVALID);
    assert_int_equal(form_parse_multipart_file(arena, PLAIN, body, sizeof body - 1, &form),
                     STATUS_OK);
    assert_int_equal(form.count, 2);
    assert_string_equal(form_get(&form, "b"), "2");
    assert_null(form_get(&form, "logo"));
    assert_non_null(form.file);
    assert_string_equal(form.file->name, "logo");
    assert_int_equal(form.file->len, 5);
    assert_memory_equal(form.file->data, "\x89P\0\r\xff", 5);
    assert_int_equal(form_parse_multipart_file(arena, PLAIN, two, sizeof two - 1, &form),
                     STATUS_INVALID);
    assert_int_equal(form_parse_multipart_file(arena, PLAIN, other, sizeof other - 1, &form),
                     STATUS_INVALID);
    assert_int_equal(form_parse_multipart_file(arena, PLAIN, PART("a", "1") "--xyz--",
                                               sizeof PART("a", "1") "--xyz--" - 1, &form),
                     STATUS_OK);
    assert_null(form.file);
}

static void a_header_of_many_parameters_costs_no_more_than_its_length(void **state)
{
    struct buf buf = {0};
    struct form form;
    (void)state;
    buf_adds(&buf, "--xyz\r\nContent-Disposition: form-data");
    for (int i = 0; i < 15000; i++)
        buf_adds(&buf, ";a=b");
    buf_adds(&buf, ";name=n\r\n\r\n1\r\n--xyz--");
    assert_int_equal(form_parse_multipart(arena, PLAIN, buf.data, buf.len, &form), STATUS_INVALID);
    buf_free(&buf);
}

static void fields_are_found_by_name(void **state)
{
    static const char body[] =
        "topic=a&topic=b&n=42&neg=-7&big=9223372036854775808&plus=%2B1&hex=0x1"
        "&blank=&space=+1&trail=1+&zero=007";
    struct form form;
    int64_t value = 4711;
    (void)state;
    assert_int_equal(form_parse_urlencoded(arena, body, sizeof body - 1, &form), STATUS_OK);
    assert_string_equal(form_get(&form, "topic"), "a");
    assert_null(form_get(&form, "Topic"));
    assert_null(form_get(&form, ""));
    assert_true(form_has(&form, "topic", "b"));
    assert_false(form_has(&form, "topic", "c"));
    assert_false(form_has(&form, "other", "b"));
    assert_true(form_get_int(&form, "n", 0, 42, &value));
    assert_int_equal(value, 42);
    assert_true(form_get_int(&form, "neg", -7, 0, &value));
    assert_int_equal(value, -7);
    assert_true(form_get_int(&form, "zero", 0, 10, &value));
    assert_int_equal(value, 7);
    static const char *const refused[] = {"big",   "plus",  "hex",  "blank",
                                          "space", "trail", "none", "topic"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(form_get_int(&form, refused[i], INT64_MIN, INT64_MAX, &value));
    assert_false(form_get_int(&form, "n", 0, 41, &value));
    assert_false(form_get_int(&form, "n", 43, 50, &value));
    assert_int_equal(value, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(urlencoded_bodies_are_decoded, begin, end),
        cmocka_unit_test_setup_teardown(hostile_urlencoded_bodies_are_refused_whole, begin, end),
        cmocka_unit_test_setup_teardown(the_number_of_fields_is_bounded, begin, end),
        cmocka_unit_test_setup_teardown(multipart_bodies_are_decoded, begin, end),
        cmocka_unit_test_setup_teardown(hostile_multipart_bodies_are_refused_whole, begin, end),
        cmocka_unit_test_setup_teardown(one_file_is_taken_where_a_form_has_room_for_it, begin, end),
        cmocka_unit_test_setup_teardown(a_header_of_many_parameters_costs_no_more_than_its_length,
                                        begin, end),
        cmocka_unit_test_setup_teardown(fields_are_found_by_name, begin, end),
    };
    return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
