/*
 * Unit test of base/json_list and base/json: however a list is cut into pieces, the same objects
 * come out, or the same fault.
 */
#include <string.h>

#include "base/json.h"
#include "base/json_list.h"
#include "unit/support.h"

struct found {
    struct buf text; /* the objects, a | behind each */
    size_t count, stops_at;
};

static bool take(void *context, const char *text, size_t len)
{
    struct found *found = context;
    buf_add(&found->text, text, len);
    buf_addc(&found->text, '|');
    return ++found->count != found->stops_at;
}

/* Reads text in pieces of that many bytes; where the sink stops it, goes on. */
static enum status read_in(const char *member, const char *text, size_t piece, size_t stops_at,
                           struct found *found)
{
    struct json_list list;
    enum status status = STATUS_OK;
    const size_t len = strlen(text);
    *found = (struct found){.stops_at = stops_at};
    json_list_begin(&list, member, &(struct json_list_sink){.context = found, .object = take});
    for (size_t at = 0; at < len && (status == STATUS_OK || status == STATUS_REFUSED);) {
        size_t taken = 0;
        const size_t part = len - at < piece ? len - at : piece;
        status = json_list_feed(&list, text + at, part, &taken);
        at += taken;
    }
    if (status == STATUS_OK || status == STATUS_REFUSED)
        status = json_list_end(&list);
    json_list_free(&list);
    return status;
}

static void a_list_in_pieces_is_the_list(void **state)
{
    static const struct {
        const char *member, *text, *objects; /* NULL: it is none */
    } cases[] = {
        {"rows", "{\"rows\":[]}", ""},
        {"rows", " {\n\"rows\" : [ {\"a\":1} , {\"b\":[{}, \"}\"]}\t] } \n",
         "{\"a\":1}|{\"b\":[{}, \"}\"]}|"},
        {"rows", "{\"rows\":[{\"a\":\"\\\"}{\\\\\"}]}", "{\"a\":\"\\\"}{\\\\\"}|"},
        {NULL, "{\"a\":1}\n\n  {\"b\":2}\r\n{}", "{\"a\":1}|  {\"b\":2}|{}|"},
        {NULL, "", ""},
        {NULL, " \r\n\t\n", ""},
        {"rows", "", NULL},
        {"rows", "[]", NULL},
        {"rows", "{\"rows\":[}", NULL},
        {"rows", "{\"rows\":[{}", NULL},
        {"rows", "{\"rows\":[{},]}", NULL},
        {"rows", "{\"rows\":[{} {}]}", NULL},
        {"rows", "{\"rows\":[1]}", NULL},
        {"rows", "{\"row\":[]}", NULL},
        {"rows", "{\"rowss\":[]}", NULL},
        {"rows", "{\"rows\":[]}}", NULL},
        {"rows", "{\"rows\":[],\"rows\":[]}", NULL},
        {"rows", "{\"rows\":{}}", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t piece = 1; piece < 20; piece++) {
            for (size_t stops_at = 0; stops_at < 3; stops_at++) {
                struct found found;
                enum status status =
                    read_in(cases[i].member, cases[i].text, piece, stops_at, &found);
                if (cases[i].objects == NULL) {
                    assert_int_equal(status, STATUS_INVALID);
                } else {
                    assert_true(status == STATUS_OK || (status == STATUS_REFUSED && stops_at != 0));
                    assert_string_equal(found.text.data != NULL ? found.text.data : "",
                                        cases[i].objects);
                }
                buf_free(&found.text);
            }
        }
    }
}

static void an_object_is_bounded(void **state)
{
    struct buf text = {0};
    struct found found;
    buf_adds(&text, "{\"rows\":[{\"a\":\"");
    while (text.len < JSON_LIST_ELEMENT_MAX)
        buf_adds(&text, "xxxxxxxxxxxxxxxx");
    buf_adds(&text, "xxxxxxxxxxxxxxxxxxxxxxxx\"}]}");
    assert_int_equal(read_in("rows", text.data, 1000, 0, &found), STATUS_INVALID);
    buf_free(&found.text);
    buf_free(&text);
}

static void json_of_strangers_is_read_strictly(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{",
        "{\"a\":1,\"a\":2}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":1}x",
        "{\"a\":[[[[[[[[1]]]]]]]]}",
    };
    struct arena *arena = arena_new();
    json_t *object = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *fault = NULL;
        assert_int_equal(json_read_object(arena, bad[i], strlen(bad[i]), &object, &fault),
                         STATUS_INVALID);
        assert_true(strlen(fault) > 10);
    }
    const char *fault = NULL;
    static const char good[] = "{\"a\":\"[[[[[[[[[[\\\"[[[[\",\"b\":[[[[[[1]]]]]]}";
    assert_int_equal(json_read_object(arena, good, sizeof good - 1, &object, &fault), STATUS_OK);
    json_decref(object);
    /* jansson passes over a NUL behind a number. */
    static const char zero[] = "{\"a\":[1\0]}";
    assert_int_equal(json_read_object(arena, zero, sizeof zero - 1, &object, &fault),
                     STATUS_INVALID);
    assert_non_null(strstr(fault, "NUL"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_in_pieces_is_the_list),
        cmocka_unit_test(an_object_is_bounded),
        cmocka_unit_test(json_of_strangers_is_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
