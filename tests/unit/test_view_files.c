/*
 * tests/unit/test_view_files: what views write for programs: the list as CSV, a problem as JSON,
 * the line that a mail program reads.
 */
#include "unit/support.h"

#include <string.h>

#include "view/error.h"
#include "view/people.h"
#include "view/recipient.h"

static void an_export_can_be_opened_in_a_spreadsheet(void **unused)
{
    struct topic topics[] = {{.id = {1}, .key = "newsletter"}, {.id = {3}, .key = "marketing"}};
    struct contact rows[] = {
        {.email = "ada@example.org",
         .name = "Lovelace, \"Ada\"",
         .language = "en",
         .type = TYPE_PARTNER,
         .status = CONTACT_OPTED_IN,
         .choices = 8,
         .paused_until = 86400,
         .updated_at = 0},
        {.email = "b@example.org",
         .name = "=HYPERLINK(1)",
         .language = "",
         .paused_until = 9,
         .updated_at = 1},
    };
    struct export_page page = {
        .topics = topics, .topics_count = 2, .rows = rows, .rows_count = 2, .now_s = 10};
    struct buf out = {0};
    (void)unused;
    view_export_head(&out, &page);
    view_export_rows(&out, &page);
    assert_string_equal(
        out.data,
        "\xEF\xBB\xBF"
        "email,name,contact_type,status,language,updated_at,paused_until,newsletter,marketing\r\n"
        "ada@example.org,\"Lovelace, \"\"Ada\"\"\",partner,opted_in,en,"
        "1970-01-01T00:00:00Z,1970-01-02T00:00:00Z,no,yes\r\n"
        "b@example.org,'=HYPERLINK(1),client,opted_out,,1970-01-01T00:00:01Z,,no,no\r\n");
    buf_free(&out);
}

static void a_problem_is_json(void **unused)
{
    struct buf out = {0};
    (void)unused;
    view_problem(&out, 404, "Not \"found\"", NULL);
    assert_string_equal(
        out.data, "{\"type\":\"about:blank\",\"title\":\"Not \\\"found\\\"\",\"status\":404}\n");
    buf_clear(&out);
    view_problem(&out, 503, "Busy", "Try again.");
    assert_string_equal(out.data, "{\"type\":\"about:blank\",\"title\":\"Busy\",\"status\":503,"
                                  "\"detail\":\"Try again.\"}\n");
    buf_free(&out);
}

static void a_mail_program_gets_one_line(void **unused)
{
    (void)unused;
    for (enum link_state link = 0; link < LINK_STATE_COUNT; link++) {
        struct self_page page = {.link = link};
        struct buf out = {0};
        view_self_plain(&out, &page);
        assert_ptr_equal(strchr(out.data, '\n'), out.data + strlen(out.data) - 1);
        bool is_done = link == LINK_GOOD || link == LINK_EXPIRED || link == LINK_VOID;
        assert_int_equal(strcmp(out.data, "Unsubscribed.\n") == 0, is_done);
        buf_free(&out);
    }
}

#define NAMED(name, test)                                                                          \
    {                                                                                              \
        name, test, NULL, NULL, NULL                                                               \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMED("an export opens in a spreadsheet, and runs nothing there",
              an_export_can_be_opened_in_a_spreadsheet),
        NAMED("U13: a problem is JSON", a_problem_is_json),
        NAMED("U4: a mail program gets one short line", a_mail_program_gets_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
