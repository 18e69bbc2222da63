/*
 * What the guard lets through, in which words, and what it refuses with which status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "web/guard_parse.h"

#define BODY_MAX 65536
#define HOST     "Host: a.example\r\n"

static char out[GUARD_OUT_BYTES + 1];

/* The parser sees a copy that ends where its memory does, so that a sanitizer sees a read beyond.
 */
static struct guard_result parse(const char *text, size_t len)
{
    struct guard_result result;
    char *exact = malloc(len > 0 ? len : 1);
    assert_non_null(exact);
    memcpy(exact, text, len);
    memset(out, '\xee', sizeof(out));
    guard_parse(exact, len, 0, BODY_MAX, out, &result);
    free(exact);
    if (result.verdict == GUARD_PASS)
        out[result.out_len] = '\0';
    return result;
}

static struct guard_result parse_text(const char *text)
{
    return parse(text, strlen(text));
}

static void assert_passes(const char *in, const char *head, uint64_t body_len)
{
    struct guard_result result = parse_text(in);
    if (result.verdict != GUARD_PASS)
        print_message("%s: %d %s\n", in, result.code, result.why != NULL ? result.why : "more");
    assert_int_equal(result.verdict, GUARD_PASS);
    assert_string_equal(out, head);
    assert_int_equal(result.body_len, body_len);
}

static void test_pass(void **state)
{
    static const struct {
        const char *in, *head;
        uint64_t body_len;
    } cases[] = {
        {"GET / HTTP/1.1\r\n" HOST "\r\n", "GET / HTTP/1.1\r\nhost:a.example\r\n\r\n", 0},
        {"GET /p/x?y=%20 HTTP/1.1\r\n" HOST "\r\n",
         "GET /p/x?y=%20 HTTP/1.1\r\nhost:a.example\r\n\r\n", 0},
        {"\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", "GET / HTTP/1.1\r\nhost:a.example\r\n\r\n", 0},
        {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\nhost:none\r\n\r\n", 0},
        {"GET http://b.example:80/x HTTP/1.1\r\n" HOST "\r\n",
         "GET /x HTTP/1.1\r\nhost:b.example:80\r\n\r\n", 0},
        {"GET HTTPS://b.example?q HTTP/1.1\r\n" HOST "\r\n",
         "GET /?q HTTP/1.1\r\nhost:b.example\r\n\r\n", 0},
        {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "OPTIONS /* HTTP/1.1\r\nhost:a.example\r\n\r\n", 0},
        {"POST / HTTP/1.1\r\n" HOST "\r\n",
         "POST / HTTP/1.1\r\nhost:a.example\r\ncontent-length:0\r\n\r\n", 0},
        {"POST / HTTP/1.1\r\n" HOST "content-LENGTH:  007 \r\n\r\n",
         "POST / HTTP/1.1\r\nhost:a.example\r\ncontent-length:7\r\n\r\n", 7},
        {"GET / HTTP/1.1\r\nHost: [::1]:8888\r\n\r\n", "GET / HTTP/1.1\r\nhost:[::1]:8888\r\n\r\n",
         0},
        {"GET / HTTP/1.1\r\nX-Unknown: 1\r\nHostile: x\r\n" HOST
         "Accept:text/html\r\nCookie: \r\n\r\n",
         "GET / HTTP/1.1\r\nhost:a.example\r\naccept:text/html\r\n\r\n", 0},
        {"GET / HTTP/1.1\r\n" HOST "User-Agent: M\xc3\xbcller\t1\r\n\r\n",
         "GET / HTTP/1.1\r\nhost:a.example\r\nuser-agent:M??ller 1\r\n\r\n", 0},
        {"GET / HTTP/1.1\r\n" HOST "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n\r\n",
         "GET / HTTP/1.1\r\nhost:a.example\r\nx-forwarded-for:2.2.2.2\r\n\r\n", 0},
        {"GET / HTTP/1.1\r\n" HOST "Connection: Keep-Alive , CLOSE\r\n\r\n",
         "GET / HTTP/1.1\r\nhost:a.example\r\nconnection:close\r\n\r\n", 0},
        {"GET / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
         "GET / HTTP/1.1\r\nhost:a.example\r\n\r\n", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_passes(cases[i].in, cases[i].head, cases[i].body_len);
}

static void test_refuse(void **state)
{
    static const struct {
        int code;
        const char *in;
    } cases[] = {
        {400, "GET / HTTP/1.1\r\n\r\n"},              /* no Host */
        {400, "GET / HTTP/1.1\r\n" HOST HOST "\r\n"}, /* two of them */
        {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
        {400, "GET / HTTP/1.1\n" HOST "\r\n"},              /* bare line feed */
        {400, "GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n"}, /* bare return */
        {400, "GET / HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n"},
        {400, "\x16\x03\x01\x02\x01\x01"}, /* a TLS hello */
        {400, "GET / HTTP/1.1\r\n" HOST "X : a\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n"}, /* folded */
        {400, "GET / HTTP/1.1\r\n" HOST "nothing\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n"},
        {400, "GET  / HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET / HTTP/1.1 \r\n" HOST "\r\n"},
        {400, " GET / HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET /\r\n" HOST "\r\n"},
        {400, "GET / HTTQ/1.1\r\n" HOST "\r\n"},
        {400, "GET x HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET * HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET /a#b HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET /\xc3\xbc HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET ftp://a/ HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET http:///x HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET http://u@a/x HTTP/1.1\r\n" HOST "\r\n"},
        {400, "G(T / HTTP/1.1\r\n" HOST "\r\n"},
        {501, "CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n"},
        {501, "TRACE / HTTP/1.1\r\n" HOST "\r\n"},
        {501, "get / HTTP/1.1\r\n" HOST "\r\n"},
        {505, "GET / HTTP/2.0\r\n" HOST "\r\n"},
        {505, "PRI * HTTP/2.0\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n"},
        {400, "HEAD / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n"},
        {400, "DELETE / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: -5\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5 5\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n"},
        {413, "POST / HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n"},
        {411, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nTransfer-Encoding: x\r\n\r\n"},
        {501, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"},
        {501, "POST / HTTP/1.1\r\n" HOST
              "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"},
        {411, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"},
        {400, "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"},
        {400, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n"},
        {417, "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nExpect: tea\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST "Origin: a\r\nOrigin: b\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST "Cookie: a\r\nCookie: b\r\n\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct guard_result result = parse_text(cases[i].in);
        if (result.verdict != GUARD_REFUSE || result.code != cases[i].code)
            print_message("%s: %d, not %d\n", cases[i].in, result.code, cases[i].code);
        assert_int_equal(result.verdict, GUARD_REFUSE);
        assert_int_equal(result.code, cases[i].code);
        assert_non_null(result.why);
    }
}

static void test_more(void **state)
{
    static const char whole[] = "POST /x HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\n";
    (void)state;
    for (size_t len = 0; len < sizeof(whole) - 1; len++)
        assert_int_equal(parse(whole, len).verdict, GUARD_MORE);

    /* Given in steps it comes to the same as given at once. */
    struct guard_result result;
    for (size_t first = 0; first < sizeof(whole) - 1; first++) {
        guard_parse(whole, first, 0, BODY_MAX, out, &result);
        guard_parse(whole, sizeof(whole) - 1, first, BODY_MAX, out, &result);
        assert_int_equal(result.verdict, GUARD_PASS);
        assert_int_equal(result.head_len, sizeof(whole) - 1);
    }
}

static void test_lengths(void **state)
{
    static char text[GUARD_HEAD_MAX + 4096];
    (void)state;

    int len = snprintf(text, sizeof(text), "GET /");
    memset(text + len, 'a', GUARD_TARGET_MAX - 1);
    strcpy(text + len + GUARD_TARGET_MAX - 1, " HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(parse_text(text).verdict, GUARD_PASS);
    memset(text + len, 'a', GUARD_TARGET_MAX);
    strcpy(text + len + GUARD_TARGET_MAX, " HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(parse_text(text).code, 414);

    len = snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: ");
    memset(text + len, 'a', GUARD_HOST_MAX);
    strcpy(text + len + GUARD_HOST_MAX, "\r\n\r\n");
    assert_int_equal(parse_text(text).verdict, GUARD_PASS);
    strcpy(text + len + GUARD_HOST_MAX, "a\r\n\r\n");
    assert_int_equal(parse_text(text).code, 400);

    memset(text, 'a', sizeof(text));
    memcpy(text, "GET /", 5);
    assert_int_equal(parse(text, GUARD_HEAD_MAX - 1).verdict, GUARD_MORE);
    assert_int_equal(parse(text, GUARD_HEAD_MAX).code, 414);

    static const char start[] = "GET / HTTP/1.1\r\n" HOST "X: ";
    memcpy(text, start, sizeof(start) - 1);
    memcpy(text + GUARD_HEAD_MAX - 4, "\r\n\r\n", 4);
    assert_int_equal(parse(text, GUARD_HEAD_MAX).verdict, GUARD_PASS);
    memcpy(text + GUARD_HEAD_MAX - 4, "aaaaa\r\n\r\n", 9);
    assert_int_equal(parse(text, GUARD_HEAD_MAX + 5).code, 431);
    assert_int_equal(parse(text, GUARD_HEAD_MAX).code, 431);
}

/* Kore's parser forgets what comes behind line 24 of a head. */
static void test_many_headers(void **state)
{
    char text[8192] = "POST / HTTP/1.1\r\n" HOST;
    (void)state;
    for (int i = 0; i < 100; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "Sec-Ch-%d: %d\r\n", i, i);
    strcat(text, "Cookie: a=b\r\nContent-Length: 3\r\n\r\n");
    assert_passes(text,
                  "POST / HTTP/1.1\r\nhost:a.example\r\ncontent-length:3\r\ncookie:a=b\r\n\r\n", 3);
}

static void test_what_follows(void **state)
{
    (void)state;
    struct guard_result result =
        parse_text("GET /1 HTTP/1.1\r\n" HOST "\r\nGET /2 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(result.verdict, GUARD_PASS);
    assert_int_equal(result.head_len, strlen("GET /1 HTTP/1.1\r\n" HOST "\r\n"));
    assert_null(strstr(out, "/2"));

    result =
        parse_text("POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nExpect: 100-Continue\r\n\r\n");
    assert_true(result.expects_continue);
    result =
        parse_text("POST / HTTP/1.0\r\n" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    assert_false(result.expects_continue);

    parse_text("GET / HTTP/1.1\r\nHost: EXAMPLE.org:80\r\n\r\n");
    result = parse_text("GET / HTTP/1.1\r\nHost: EXAMPLE.org:80\r\n\r\n");
    assert_string_equal(result.host, "example.org");
    result = parse_text("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
    assert_string_equal(result.host, "[::1]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pass),         cmocka_unit_test(test_refuse),
        cmocka_unit_test(test_more),         cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_many_headers), cmocka_unit_test(test_what_follows),
    };
    return cmocka_run_group_tests_name("guard_parse", tests, NULL, NULL);
}
