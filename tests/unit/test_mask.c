/*
 * What a masked page keeps of addresses, and what it must not touch.
 */
#include <string.h>

#include "base/mask.h"
#include "unit/support.h"

static const char *const keep[] = {"me@example.org", "me%40example.org"};

static void is(const char *text, const char *wanted)
{
    struct buf out = {0};
    mask_addresses(&out, text, strlen(text), keep, sizeof keep / sizeof *keep);
    assert_string_equal(out.data ? out.data : "", wanted);
    buf_free(&out);
}

#define DOTS    "\u2022\u2022\u2022\u2022\u2022"
#define ENCODED "%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2"

static void addresses_are_covered_wherever_they_stand(void **state)
{
    is("ada@example.org", "a" DOTS "@example.org");
    is("<b>ada.lovelace+x@example.org</b>, bo@b.example.",
       "<b>a" DOTS "@example.org</b>, b" DOTS "@b.example.");
    is("\"email\":\"a@b.example\"", "\"email\":\"a" DOTS "@b.example\"");
    is("&lt;ada@example.org&gt;", "&lt;a" DOTS "@example.org&gt;");
    is("&quot;ada@example.org&quot;", "&quot;a" DOTS "@example.org&quot;");
    is("o&#39;hara@example.org", "o" DOTS "@example.org");
    is("&amp;ada@example.org", "&amp;" DOTS "@example.org");
    is("mailto:ada@example.org?x", "mailto:a" DOTS "@example.org?x");
    is("ada@example.org → bo@example.org", "a" DOTS "@example.org → b" DOTS "@example.org");
    is("\xc3\xa9mile@b\xc3\xbc"
       "cher.example",
       "\xc3\xa9" DOTS "@b\xc3\xbc"
       "cher.example");
    is("a@b@c", "a" DOTS "@b" DOTS "@c");
}

static void an_encoded_at_sign_is_one_too(void **state)
{
    is("href=\"/x?q=ada%40example.org&amp;n=1\"",
       "href=\"/x?q=a" ENCODED "%40example.org&amp;n=1\"");
    is("\"ada%40example.org\"", "\"a" ENCODED "%40example.org\"");
    is("\"%C3%A9mile%40example.org\"", "\"%C3" ENCODED "%40example.org\"");
}

static void what_is_theirs_stays(void **state)
{
    is("me@example.org", "me@example.org");
    is("ME@Example.org.", "ME@Example.org.");
    is("q=\"me%40example.org\"", "q=\"me%40example.org\"");
    is("\u201cme@example.org\u201d", "\u201cme@example.org\u201d");
    is("some@example.org", "s" DOTS "@example.org");
    is("me@example.org.uk", "m" DOTS "@example.org.uk");
}

static void what_is_no_address_stays(void **state)
{
    is("", "");
    is("@", "@");
    is("a @ b, @media print, x@", "a @ b, @media print, x@");
    is("no address at all; <a href=\"/x\">x</a>", "no address at all; <a href=\"/x\">x</a>");
    is("a" DOTS "@example.org", "a" DOTS "@example.org");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"S10: addresses are covered wherever they stand",
         addresses_are_covered_wherever_they_stand, NULL, NULL, NULL},
        {"S10: a percent-encoded at sign is one too", an_encoded_at_sign_is_one_too, NULL, NULL,
         NULL},
        {"what was typed and one's own address stay", what_is_theirs_stays, NULL, NULL, NULL},
        {"what is no address stays, and what is masked", what_is_no_address_stays, NULL, NULL,
         NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
