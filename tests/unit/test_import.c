/*
 * Import: headers, cells, what a row means, duplicates, rejected rows.
 */
#include <stdlib.h>
#include <string.h>

#include "store/contacts.h"
#include "store/topics.h"
#include "unit/file_support.h"

static void columns_come_in_any_order(void **state)
{
    struct import_result result = file_import(
        "\xef\xbb\xbfMarketing,Contact Type,NAME,E-Mail,status,Product-Updates,language\r\n"
        "yes,Partner,\"Doe, \"\"Jo\"\"\nJr.\",Jo@Example.org,Opted In,1,pt_br\r\n"
        "no,,,b@example.org,,x,\r\n");
    file_expect(&result, 2, 0, 0, 0, 0);
    assert_string_equal(result.ignored, "");
    assert_int_equal(result.counts.line, 4);
    file_is_person("jo@example.org", "Doe, \"Jo\" Jr.", TYPE_PARTNER, "pt-BR", CONTACT_OPTED_IN,
                   MARKETING | PRODUCT);
    assert_string_equal(file_find("jo@example.org").email, "Jo@Example.org");
    file_is_person("b@example.org", "", TYPE_CLIENT, "", CONTACT_OPTED_IN, PRODUCT);
    site_check_ledger(&file_site);
}

static void a_bad_header_says_what_it_found(void **state)
{
    static const struct {
        const char *csv, *words;
    } cases[] = {
        {"", "empty"},
        {"name,phone\nA,1\n", "it has: name, phone"},
        {"email;name;status\na@example.org;A;\n", "commas"},
        {"email,name,E-mail\n", "\"email\" and \"E-mail\" mean the same"},
        {"email,marketing,Marketing\n", "mean the same"},
        {"email,name,name\n", "mean the same"},
        {"em\xff"
         "ail,name\n",
         "UTF-8"},
        {"email,\"name\n", "can't be read"},
    };
    struct position head = site_head(&file_site);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import_result result = file_import(cases[i].csv);
        assert_int_equal(result.end, IMPORT_BAD_HEADER);
        if (strstr(result.fault, cases[i].words) == NULL)
            fail_msg("%zu: %s", i, result.fault);
    }
    assert_int_equal(site_head(&file_site).value, head.value);
}

static void columns_nobody_reads_are_told(void **state)
{
    site_retire(&file_site, 3);
    struct import_result result =
        file_import("email,Phone,,marketing,line,reason\na@example.org,1,2,yes,7,"
                    "because\n");
    file_expect(&result, 1, 0, 0, 0, 0);
    assert_string_equal(result.ignored, "Phone, column 3, which has no title, marketing");
    assert_int_equal(file_find("a@example.org").choices, 0);
}

static void bad_rows_are_given_back(void **state)
{
    struct import_result result = file_import("email,name,contact_type,status,marketing,language\n"
                                              "good@example.org,Good,client,,yes,en\n"
                                              "bad.example.org,Bad,,,,\n"
                                              ",Nobody,,,,\n"
                                              "a@example.org,A,vip,,,\n"
                                              "b@example.org,B,,maybe,,\n"
                                              "c@example.org,C,,,perhaps,\n"
                                              "d@example.org,D,,,,klingon language\n"
                                              "e@example.org,E\n"
                                              "f@example.org,F,,,,,,\n"
                                              "g@example.org,G,,,,,spare\n"
                                              "h@example.org,\"H \xff\",,,,\n"
                                              "\"=cmd@example..org\",\"=1+1\",,,,\n");
    file_expect(&result, 2, 0, 0, 0, 10);
    static const char *const lines[] = {
        "email,name,contact_type,status,marketing,language,line,reason\r\n",
        "\r\nbad.example.org,Bad,,,,,3,",
        "\r\n,Nobody,,,,,4,",
        "\r\na@example.org,A,vip,,,,5,\"contact_type: \"\"vip\"\" is not known; write client, ",
        "\r\nb@example.org,B,,maybe,,,6,\"status: \"\"maybe\"\" is not known; write Opted In or ",
        "\r\nc@example.org,C,,,perhaps,,7,\"marketing: \"\"perhaps\"\" is neither yes nor no; ",
        "\r\nd@example.org,D,,,,klingon language,8,\"language: ",
        "\r\ne@example.org,E,,,,,9,the row has 2 cells where the first row has 6; ",
        "\r\ng@example.org,G,,,,,spare,11,the row has 7 cells",
        ",12,the row is not UTF-8",
        "\r\n'=cmd@example..org,'=1+1,,,,,13,",
    };
    const char *at = file_rejected;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *found = strstr(at, lines[i]);
        if (found == NULL)
            fail_msg("%zu is missing or out of order: %s in %s", i, lines[i], file_rejected);
        at = found;
    }
}

static void a_mended_rejected_file_goes_in(void **state)
{
    struct import_result result = file_import("email,name,marketing\nx.example.org,'=X,yes\n");
    file_expect(&result, 0, 0, 0, 0, 1);
    assert_string_equal(strchr(file_rejected, '\n') + 1,
                        "x.example.org,'=X,yes,2,This address has no @; enter one like "
                        "name@example.com.\r\n");
    result = file_import(
        "email,name,marketing,line,reason\r\nx@example.org,'=X,yes,2,no @\r\n,,,3,\r\n");
    file_expect(&result, 1, 0, 0, 0, 1);
    file_is_person("x@example.org", "=X", TYPE_CLIENT, "", CONTACT_OPTED_IN, MARKETING);
    assert_non_null(strstr(file_rejected, "email,name,marketing,line,reason\r\n,,,3,"));
}

static void every_word_for_yes_and_no(void **state)
{
    static const char *const yes[] = {"yes", "YES", "y", "true", "on", "x", "X", "1", " yes "};
    static const char *const no[] = {"no", "N", "false", "Off", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        file_import(
            arena_printf(file_site.arena, "email,marketing\ny%zu@example.org,%s\n", i, yes[i]));
        assert_int_equal(file_find(arena_printf(file_site.arena, "y%zu@example.org", i)).choices,
                         MARKETING);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        file_import(arena_printf(
            file_site.arena, "email,marketing\ny0@example.org,yes\ny0@example.org,%s\n", no[i]));
        assert_int_equal(file_find("y0@example.org").choices, 0);
    }
}

static void a_blank_cell_leaves_what_is(void **state)
{
    file_import("email,name,contact_type,language,newsletter,marketing\n"
                "a@example.org,Ann,partner,de,yes,yes\n");
    struct position head = file_find("a@example.org").head;
    struct import_result result =
        file_import("email,name,contact_type,language,newsletter,marketing\n"
                    "A@EXAMPLE.ORG,,,,,\n");
    file_expect(&result, 0, 0, 1, 0, 0);
    assert_int_equal(file_find("a@example.org").head.value, head.value);
    result = file_import("email,marketing,name\na@example.org,no,Anne\n");
    file_expect(&result, 0, 1, 0, 0, 0);
    file_is_person("a@example.org", "Anne", TYPE_PARTNER, "de", CONTACT_OPTED_IN, NEWSLETTER);
    assert_string_equal(file_find("a@example.org").email, "a@example.org");
    assert_int_equal(site_entry(&file_site, file_find("a@example.org").head).previous.value,
                     head.value);
}

static void an_unchanged_row_writes_nothing(void **state)
{
    const char *csv = "email,name,status,newsletter\na@example.org,A,Opted In,yes\n"
                      "b@example.org,B,Opted Out,no\n";
    struct import_result result = file_import(csv);
    file_expect(&result, 2, 0, 0, 0, 0);
    struct position head = site_head(&file_site);
    result = file_import(csv);
    file_expect(&result, 0, 0, 2, 0, 0);
    assert_int_equal(site_head(&file_site).value, head.value + 2); /* begun and ended */
}

static void an_opt_out_never_falls_to_an_import(void **state)
{
    site_add_out(&file_site, "out@example.org");
    static const char *const tries[][2] = {{"opted_in", ""}, {"", "yes"}, {"Opted In", "yes"}};
    for (size_t i = 0; i < 3; i++) {
        struct import_result result = file_import(arena_printf(
            file_site.arena, "email,name,status,marketing\nout@example.org,New Name,%s,%s\n",
            tries[i][0], tries[i][1]));
        file_expect(&result, 0, 0, 0, 1, 0);
        file_is_person("out@example.org", "New Name", TYPE_CLIENT, "", CONTACT_OPTED_OUT, 0);
    }
    struct import_result result =
        file_import_with("email,marketing\nout@example.org,yes\n",
                         (struct import_options){.consent = "double opt-in of 3 May"});
    file_expect(&result, 0, 1, 0, 0, 0);
    struct contact contact = file_find("out@example.org");
    assert_int_equal(contact.choices, MARKETING);
    assert_string_equal(site_entry(&file_site, contact.head).private.note,
                        "double opt-in of 3 May");
    site_check_ledger(&file_site);
}

static void a_topic_turned_off_by_hand_stays_off(void **state)
{
    struct contact contact = site_add(&file_site, "own@example.org", NEWSLETTER | MARKETING);
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = contact.id,
                            .turn_off = NEWSLETTER,
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    assert_int_equal(site_change(&file_site, &change).verdict, CHANGE_APPLIED);
    const char *csv = "email,newsletter,product_updates,marketing\nown@example.org,yes,yes,no\n";
    struct import_result result = file_import(csv);
    file_expect(&result, 0, 0, 0, 1, 0);
    assert_int_equal(file_find("own@example.org").choices, PRODUCT);
    result = file_import_with(csv, (struct import_options){.consent = "asked again"});
    file_expect(&result, 0, 1, 0, 0, 0);
    assert_int_equal(file_find("own@example.org").choices, NEWSLETTER | PRODUCT);
}

static void opted_out_turns_all_off(void **state)
{
    site_add(&file_site, "a@example.org", NEWSLETTER | MARKETING);
    struct import_result result =
        file_import("email,status,marketing\na@example.org,opted out,yes\n"
                    "new@example.org,OPTED_OUT,yes\n");
    file_expect(&result, 1, 1, 0, 0, 0);
    assert_int_equal(file_find("a@example.org").status, CONTACT_OPTED_OUT);
    assert_int_equal(file_find("new@example.org").status, CONTACT_OPTED_OUT);
    assert_int_equal(file_find("new@example.org").choices, 0);
}

static void an_erased_address_stays_out(void **state)
{
    struct contact contact;
    site_suppress(&file_site, "gone@example.org");
    struct import_result result = file_import("email,name\nGone@example.org,G\n");
    file_expect(&result, 0, 0, 0, 0, 1);
    assert_int_equal(
        contacts_find_email(file_site.service.store, file_site.arena, "gone@example.org", &contact),
        STATUS_NOT_FOUND);
    assert_non_null(strstr(file_rejected, "\r\n,,2,this address was erased"));
}

/* Whom an old file brings by the address that they left: see change_former. */
static void who_moved_on_and_said_no_stays_out(void **state)
{
    static const char *const left[] = {"left1@example.org", "left2@example.org"};
    const char *csv = "email,newsletter,marketing\nleft1@example.org,yes,yes\n"
                      "left2@example.org,yes,yes\nnew@example.org,yes,\n";
    for (size_t i = 0; i < 2; i++) {
        struct contact person = site_add(&file_site, left[i], NEWSLETTER | MARKETING);
        struct change change = {
            .kind = ENTRY_CHOICES, .contact = person.id, .origin = site_origin(ACTOR_RECIPIENT, 0)};
        change.email = change.email_key = arena_printf(file_site.arena, "now-%s", left[i]);
        assert_int_equal(site_change(&file_site, &change).verdict, CHANGE_APPLIED);
        change.email = change.email_key = NULL;
        change.intent = i == 0 ? INTENT_OPT_OUT : INTENT_KEEP;
        change.turn_off = i == 0 ? 0 : MARKETING;
        assert_int_equal(site_change(&file_site, &change).verdict, CHANGE_APPLIED);
    }
    struct import_result result =
        file_import_with(csv, (struct import_options){.is_dry_run = true});
    file_expect(&result, 1, 0, 0, 2, 0);
    result = file_import(csv);
    file_expect(&result, 1, 0, 0, 2, 0);
    struct contact contact;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            contacts_find_email(file_site.service.store, file_site.arena, left[i], &contact),
            STATUS_NOT_FOUND);
    result = file_import_with(
        csv, (struct import_options){.consent = "asked before they left", .consent_until = {1}});
    file_expect(&result, 0, 0, 1, 2, 0); /* older than what they said */
    result = file_import_with(csv, (struct import_options){.consent = "asked again"});
    file_expect(&result, 2, 0, 1, 0, 0);
    assert_int_equal(file_find(left[0]).choices, NEWSLETTER | MARKETING);
    assert_string_equal(site_entry(&file_site, file_find(left[1]).head).private.note,
                        "asked again");
    site_check_ledger(&file_site);
}

static void the_later_row_of_an_address_wins(void **state)
{
    struct import_result result = file_import("email,name,newsletter\n"
                                              "z@example.org,Z,yes\n"
                                              "a@example.org,First,yes\n"
                                              "A@example.org,Second,\n"
                                              "a@EXAMPLE.org,Third,no\n"
                                              "a@example.org,Third,\n");
    file_expect(&result, 2, 2, 1, 0, 0);
    file_is_person("a@example.org", "Third", TYPE_CLIENT, "", CONTACT_OPTED_IN, 0);
    site_check_ledger(&file_site);
}

/* As a topic's edit form sets it. */
static void offer_frequency(size_t index)
{
    struct topic *topics;
    size_t count;
    struct txn *txn = site_begin(&file_site);
    assert_int_equal(topics_list(txn_store(txn), file_site.arena, &topics, &count), STATUS_OK);
    topics[index].offers_frequency = true;
    assert_int_equal(topics_put(txn, &topics[index]), STATUS_OK);
    site_commit(txn);
}

static void a_topic_that_offers_it_has_its_frequency(void **state)
{
    struct import_result result;
    offer_frequency(0);
    offer_frequency(1);
    result = file_import("email,newsletter,newsletter_frequency,Product Updates frequency,"
                         "marketing_frequency\n"
                         "a@example.org,yes,Weekly,daily,daily\n"
                         "b@example.org,yes,,,\n"
                         "c@example.org,yes,sometimes,,\n");
    file_expect(&result, 2, 0, 0, 0, 1);
    assert_string_equal(result.ignored, "marketing_frequency"); /* it offers none */
    assert_non_null(strstr(file_rejected, "newsletter_frequency: \"\"sometimes\"\" is not known; "
                                          "write all, daily or weekly"));
    assert_true(file_find("a@example.org").weekly == NEWSLETTER);
    assert_true(file_find("a@example.org").daily == PRODUCT);
    assert_true(file_find("b@example.org").weekly == 0 && file_find("b@example.org").daily == 0);

    /* blank leaves what is; all takes it back; the later row of an address wins */
    static const char again[] = "email,newsletter_frequency,product_updates_frequency\n"
                                "a@example.org,all,\n"
                                "b@example.org,daily,\n"
                                "b@example.org,weekly,\n"
                                "b@example.org,weekly,\n";
    result = file_import_with(again, (struct import_options){.is_dry_run = true});
    file_expect(&result, 0, 3, 1, 0, 0);
    assert_true(file_find("b@example.org").daily == 0);
    result = file_import(again);
    file_expect(&result, 0, 3, 1, 0, 0);
    assert_true(file_find("a@example.org").weekly == 0 &&
                file_find("a@example.org").daily == PRODUCT);
    assert_true(file_find("b@example.org").weekly == NEWSLETTER &&
                file_find("b@example.org").daily == 0);
    result = file_import(again); /* b goes to daily and back */
    file_expect(&result, 0, 2, 2, 0, 0);
    site_check_ledger(&file_site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("columns come in any order", columns_come_in_any_order),
        TEST("a bad header says what it found", a_bad_header_says_what_it_found),
        TEST("columns nobody reads are told", columns_nobody_reads_are_told),
        TEST("bad rows are given back", bad_rows_are_given_back),
        TEST("a mended rejected file goes in", a_mended_rejected_file_goes_in),
        TEST("every word for yes and no", every_word_for_yes_and_no),
        TEST("a blank cell leaves what is", a_blank_cell_leaves_what_is),
        TEST("an unchanged row writes nothing", an_unchanged_row_writes_nothing),
        TEST("an opt-out never falls to an import", an_opt_out_never_falls_to_an_import),
        TEST("a topic turned off by hand stays off", a_topic_turned_off_by_hand_stays_off),
        TEST("opted out turns all off", opted_out_turns_all_off),
        TEST("L6: an erased address stays out", an_erased_address_stays_out),
        TEST("who moved on and said no stays out", who_moved_on_and_said_no_stays_out),
        TEST("the later row of an address wins", the_later_row_of_an_address_wins),
        TEST("a topic that offers it has its frequency", a_topic_that_offers_it_has_its_frequency),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(file_rejected);
    return failed;
}
