/*
 * Lists of addresses as programs send them: the three forms, read alike whatever the pieces that
 * they come in, and what is wrong told with its line.
 */
#include <stdio.h>
#include <string.h>

#include "base/address_list.h"
#include "base/buf.h"
#include "unit/support.h"

static bool add_address(void *context, const char *text, size_t len)
{
    struct buf *out = context;
    buf_addc(out, '[');
    buf_add(out, text, len);
    buf_addc(out, ']');
    return strncmp(text, "stop", len < 4 ? len : 4) != 0 || len < 4;
}

static void add_topic(void *context, const char *text, size_t len)
{
    struct buf *out = context;
    buf_addc(out, '#');
    buf_add(out, text, len);
}

/* Reads data in two pieces; out: each address in brackets, the topic behind #, and the fault. */
static enum status read_cut(enum address_form form, const char *data, size_t len, size_t cut,
                            struct buf *out)
{
    struct arena *arena = arena_new();
    struct address_list *list = address_list_new(
        form,
        &(struct address_list_sink){.context = out, .address = add_address, .topic = add_topic});
    enum status status = STATUS_OK;
    if (cut > 0)
        status = address_list_feed(list, data, cut);
    if (status == STATUS_OK && cut < len)
        status = address_list_feed(list, data + cut, len - cut);
    if (status == STATUS_OK)
        status = address_list_end(list);
    if (status == STATUS_INVALID)
        buf_adds(out, address_list_fault(list, arena));
    address_list_free(list);
    arena_free(arena);
    return status;
}

/* In one piece and at every cut the same. */
static void gives(enum address_form form, const char *data, size_t len, enum status wanted,
                  const char *text)
{
    for (size_t cut = 0; cut <= len; cut++) {
        struct buf out = {0};
        enum status status = read_cut(form, data, len, cut, &out);
        if (status != wanted || strcmp(out.data ? out.data : "", text) != 0)
            fail_msg("%s, cut at %zu: %s, %s", data, cut, status_name(status),
                     out.data ? out.data : "");
        buf_free(&out);
    }
}

#define GIVES(form, data, status, text) gives(form, data, sizeof(data) - 1, status, text)

static void lines(void **state)
{
    (void)state;
    GIVES(ADDRESS_LINES, "", STATUS_OK, "");
    GIVES(ADDRESS_LINES, "a@b\nc@d", STATUS_OK, "[a@b][c@d]");
    GIVES(ADDRESS_LINES, "\n a@b \r\n\r\n\t\nno address\n\n", STATUS_OK, "[a@b][no address]");
    GIVES(ADDRESS_LINES, "\xc3\xa9@b\n", STATUS_OK, "[\xc3\xa9@b]");
    GIVES(ADDRESS_LINES, "a@b\n\xff\nc@d\n", STATUS_INVALID, "[a@b]Line 2: a line is not UTF-8.");
    GIVES(ADDRESS_LINES, "a@b\nstop\nc@d\n", STATUS_REFUSED, "[a@b][stop]");
}

static void ndjson(void **state)
{
    (void)state;
    GIVES(ADDRESS_NDJSON, "", STATUS_OK, "");
    GIVES(ADDRESS_NDJSON, "\"a@b\"\n{\"address\":\"c@d\"}\r\n\n", STATUS_OK, "[a@b][c@d]");
    GIVES(ADDRESS_NDJSON, "\"a\\u0040b\"", STATUS_OK, "[a@b]");
    GIVES(ADDRESS_NDJSON, "\"a@b\"\n\"stop\"\n\"c@d\"", STATUS_REFUSED, "[a@b][stop]");
    GIVES(ADDRESS_NDJSON, "\"a@b\"\n1\n", STATUS_INVALID,
          "[a@b]Line 2: a number stands where an address is expected.");
    GIVES(ADDRESS_NDJSON, "[\"a@b\"]", STATUS_INVALID,
          "Line 1: a list stands where none is expected.");
    GIVES(ADDRESS_NDJSON, "{\"address\":\"a@b\",\"x\":1}", STATUS_INVALID,
          "[a@b]Line 1: an element's object must have the one member \"address\".");
    GIVES(ADDRESS_NDJSON, "{}", STATUS_INVALID, "Line 1: an element has no member \"address\".");
    GIVES(ADDRESS_NDJSON, "{\"address\":{\"address\":\"a@b\"}}", STATUS_INVALID,
          "Line 1: an object stands where none is expected.");
}

static void json(void **state)
{
    (void)state;
    GIVES(ADDRESS_JSON, "{\"topic\":\"t\",\"addresses\":[\"a@b\",{\"address\":\"c@d\"}]}",
          STATUS_OK, "#t[a@b][c@d]");
    GIVES(ADDRESS_JSON, " {\"addresses\" : [ ] ,\n\"topic\":\"t\"} \n", STATUS_OK, "#t");
    GIVES(ADDRESS_JSON, "{\"addresses\":[\"a@b\",true]}", STATUS_INVALID,
          "[a@b]Line 1: true or false stands where an address is expected.");
    GIVES(ADDRESS_JSON, "{\"topic\":\"t\"}", STATUS_INVALID,
          "#tLine 1: there is no member \"addresses\".");
    GIVES(ADDRESS_JSON, "{\"topic\":\"t\",\"topic\":\"u\"}", STATUS_INVALID,
          "#tLine 1: the object's members must be \"topic\" and \"addresses\", each once.");
    GIVES(ADDRESS_JSON, "{\"addresses\":null}", STATUS_INVALID,
          "Line 1: null stands where an address is expected.");
    GIVES(ADDRESS_JSON, "\"a@b\"", STATUS_INVALID, "Line 1: a text stands where none is expected.");
}

/* Nothing that was cut short is taken for a whole. */
static void every_beginning_is_refused(void **state)
{
    static const char whole[] = "{\"topic\":\"t\",\"addresses\":[\"a@b\",{\"address\":\"c@d\"}]}";
    (void)state;
    for (size_t len = 0; len < sizeof whole - 1; len++) {
        struct buf out = {0};
        assert_int_equal(read_cut(ADDRESS_JSON, whole, len, 0, &out), STATUS_INVALID);
        assert_non_null(strstr(out.data, "Line 1: "));
        buf_free(&out);
    }
}

static void long_texts_are_faults(void **state)
{
    static const struct {
        enum address_form form;
        const char *before;
        size_t len;
        const char *fault;
    } cases[] = {
        {ADDRESS_LINES, "a@b\n", 4097, "Line 2: a line is longer than 4096 bytes."},
        {ADDRESS_LINES, "a@b\n", 300000, "Line 2: a line is longer than 4096 bytes."},
        {ADDRESS_NDJSON, "\"a@b\"\n\"", 300000, "Line 2: there is no address in 65,536 bytes."},
        {ADDRESS_JSON, "{\"addresses\":[\"", 300000,
         "Line 1: there is no address in 65,536 bytes."},
    };
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf data = {0}, out = {0};
        buf_adds(&data, cases[i].before);
        for (size_t n = 0; n < cases[i].len; n++)
            buf_addc(&data, 'x');
        struct address_list *list = address_list_new(
            cases[i].form, &(struct address_list_sink){.context = &out, .address = add_address});
        enum status status = STATUS_OK;
        for (size_t at = 0; at < data.len && status == STATUS_OK; at += 1000)
            status = address_list_feed(list, data.data + at,
                                       data.len - at < 1000 ? data.len - at : 1000);
        if (status == STATUS_OK)
            status = address_list_end(list);
        assert_int_equal(status, STATUS_INVALID);
        assert_string_equal(address_list_fault(list, arena), cases[i].fault);
        address_list_free(list);
        buf_free(&data);
        buf_free(&out);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(ndjson),
        cmocka_unit_test(json),
        cmocka_unit_test(every_beginning_is_refused),
        cmocka_unit_test(long_texts_are_faults),
    };
    return cmocka_run_group_tests_name("address_list", tests, NULL, NULL);
}
