/*
 * Import: headers, cells, what a row means, duplicates, dry run, rejected rows, stopping.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/import.h"
#include "service/setup.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/settings.h"
#include "store/topics.h"
#include "unit/site.h"

static struct site site;

static int open_site(void **state)
{
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static char *rejected_text;

static struct import_result run_with(const char *csv, struct import_options options)
{
    struct import_result result;
    size_t size = 0;
    FILE *file = fmemopen((void *)(uintptr_t)csv, strlen(csv), "r");

    free(rejected_text);
    options.name = "people.csv";
    options.rejected = open_memstream(&rejected_text, &size);
    assert_non_null(file);
    assert_int_equal(import_run(&site.service, site.arena, file, &options, &result), STATUS_OK);
    fclose(options.rejected);
    fclose(file);
    return result;
}

static struct import_result run(const char *csv)
{
    return run_with(csv, (struct import_options){0});
}

static void expect(const struct import_result *result, int added, int updated, int unchanged,
                   int kept_out, int rejected)
{
    const struct import_counts *counts = &result->counts;
    assert_int_equal(result->end, IMPORT_DONE);
    assert_int_equal(counts->added, added);
    assert_int_equal(counts->updated, updated);
    assert_int_equal(counts->unchanged, unchanged);
    assert_int_equal(counts->kept_out, kept_out);
    assert_int_equal(counts->rejected, rejected);
    assert_int_equal(counts->rows, added + updated + unchanged + kept_out + rejected);
}

static struct contact find(const char *email_key)
{
    struct contact contact;
    assert_int_equal(contacts_find_email(site.service.store, site.arena, email_key, &contact),
                     STATUS_OK);
    return contact;
}

static void is_person(const char *email_key, const char *name, enum contact_type type,
                      const char *language, enum contact_status status, uint64_t choices)
{
    struct contact contact = find(email_key);
    assert_string_equal(contact.name, name);
    assert_int_equal(contact.type, type);
    assert_string_equal(contact.language, language);
    assert_int_equal(contact.status, status);
    assert_int_equal(contact.choices, choices);
}

static void columns_come_in_any_order(void **state)
{
    struct import_result result =
        run("\xef\xbb\xbfMarketing,Contact Type,NAME,E-Mail,status,Product-Updates,language\r\n"
            "yes,Partner,\"Doe, \"\"Jo\"\"\nJr.\",Jo@Example.org,Opted In,1,pt_br\r\n"
            "no,,,b@example.org,,x,\r\n");
    expect(&result, 2, 0, 0, 0, 0);
    assert_string_equal(result.ignored, "");
    assert_int_equal(result.counts.line, 4);
    is_person("jo@example.org", "Doe, \"Jo\" Jr.", TYPE_PARTNER, "pt-BR", CONTACT_OPTED_IN,
              MARKETING | PRODUCT);
    assert_string_equal(find("jo@example.org").email, "Jo@Example.org");
    is_person("b@example.org", "", TYPE_CLIENT, "", CONTACT_OPTED_IN, PRODUCT);
    site_check_ledger(&site);
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
    struct position head = site_head(&site);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import_result result = run(cases[i].csv);
        assert_int_equal(result.end, IMPORT_BAD_HEADER);
        if (strstr(result.fault, cases[i].words) == NULL)
            fail_msg("%zu: %s", i, result.fault);
    }
    assert_int_equal(site_head(&site).value, head.value);
}

static void columns_nobody_reads_are_told(void **state)
{
    site_retire(&site, 3);
    struct import_result result = run("email,Phone,,marketing,line,reason\na@example.org,1,2,yes,7,"
                                      "because\n");
    expect(&result, 1, 0, 0, 0, 0);
    assert_string_equal(result.ignored, "Phone, column 3, which has no title, marketing");
    assert_int_equal(find("a@example.org").choices, 0);
}

static void bad_rows_are_given_back(void **state)
{
    struct import_result result = run("email,name,contact_type,status,marketing,language\n"
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
    expect(&result, 2, 0, 0, 0, 10);
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
    const char *at = rejected_text;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *found = strstr(at, lines[i]);
        if (found == NULL)
            fail_msg("%zu is missing or out of order: %s in %s", i, lines[i], rejected_text);
        at = found;
    }
}

static void a_mended_rejected_file_goes_in(void **state)
{
    struct import_result result = run("email,name,marketing\nx.example.org,'=X,yes\n");
    expect(&result, 0, 0, 0, 0, 1);
    assert_string_equal(strchr(rejected_text, '\n') + 1,
                        "x.example.org,'=X,yes,2,This address has no @; enter one like "
                        "name@example.com.\r\n");
    result = run("email,name,marketing,line,reason\r\nx@example.org,'=X,yes,2,no @\r\n,,,3,\r\n");
    expect(&result, 1, 0, 0, 0, 1);
    is_person("x@example.org", "=X", TYPE_CLIENT, "", CONTACT_OPTED_IN, MARKETING);
    assert_non_null(strstr(rejected_text, "email,name,marketing,line,reason\r\n,,,3,"));
}

static void every_word_for_yes_and_no(void **state)
{
    static const char *const yes[] = {"yes", "YES", "y", "true", "on", "x", "X", "1", " yes "};
    static const char *const no[] = {"no", "N", "false", "Off", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        run(arena_printf(site.arena, "email,marketing\ny%zu@example.org,%s\n", i, yes[i]));
        assert_int_equal(find(arena_printf(site.arena, "y%zu@example.org", i)).choices, MARKETING);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        run(arena_printf(site.arena, "email,marketing\ny0@example.org,yes\ny0@example.org,%s\n",
                         no[i]));
        assert_int_equal(find("y0@example.org").choices, 0);
    }
}

static void a_blank_cell_leaves_what_is(void **state)
{
    run("email,name,contact_type,language,newsletter,marketing\n"
        "a@example.org,Ann,partner,de,yes,yes\n");
    struct position head = find("a@example.org").head;
    struct import_result result = run("email,name,contact_type,language,newsletter,marketing\n"
                                      "A@EXAMPLE.ORG,,,,,\n");
    expect(&result, 0, 0, 1, 0, 0);
    assert_int_equal(find("a@example.org").head.value, head.value);
    result = run("email,marketing,name\na@example.org,no,Anne\n");
    expect(&result, 0, 1, 0, 0, 0);
    is_person("a@example.org", "Anne", TYPE_PARTNER, "de", CONTACT_OPTED_IN, NEWSLETTER);
    assert_string_equal(find("a@example.org").email, "a@example.org");
    assert_int_equal(site_entry(&site, find("a@example.org").head).previous.value, head.value);
}

static void an_unchanged_row_writes_nothing(void **state)
{
    const char *csv = "email,name,status,newsletter\na@example.org,A,Opted In,yes\n"
                      "b@example.org,B,Opted Out,no\n";
    struct import_result result = run(csv);
    expect(&result, 2, 0, 0, 0, 0);
    struct position head = site_head(&site);
    result = run(csv);
    expect(&result, 0, 0, 2, 0, 0);
    assert_int_equal(site_head(&site).value, head.value + 2); /* begun and ended */
}

static void an_opt_out_never_falls_to_an_import(void **state)
{
    site_add_out(&site, "out@example.org");
    static const char *const tries[][2] = {{"opted_in", ""}, {"", "yes"}, {"Opted In", "yes"}};
    for (size_t i = 0; i < 3; i++) {
        struct import_result result = run(arena_printf(
            site.arena, "email,name,status,marketing\nout@example.org,New Name,%s,%s\n",
            tries[i][0], tries[i][1]));
        expect(&result, 0, 0, 0, 1, 0);
        is_person("out@example.org", "New Name", TYPE_CLIENT, "", CONTACT_OPTED_OUT, 0);
    }
    struct import_result result =
        run_with("email,marketing\nout@example.org,yes\n",
                 (struct import_options){.consent = "double opt-in of 3 May"});
    expect(&result, 0, 1, 0, 0, 0);
    struct contact contact = find("out@example.org");
    assert_int_equal(contact.choices, MARKETING);
    assert_string_equal(site_entry(&site, contact.head).private.note, "double opt-in of 3 May");
    site_check_ledger(&site);
}

static void a_topic_turned_off_by_hand_stays_off(void **state)
{
    struct contact contact = site_add(&site, "own@example.org", NEWSLETTER | MARKETING);
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = contact.id,
                            .turn_off = NEWSLETTER,
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    const char *csv = "email,newsletter,product_updates,marketing\nown@example.org,yes,yes,no\n";
    struct import_result result = run(csv);
    expect(&result, 0, 0, 0, 1, 0);
    assert_int_equal(find("own@example.org").choices, PRODUCT);
    result = run_with(csv, (struct import_options){.consent = "asked again"});
    expect(&result, 0, 1, 0, 0, 0);
    assert_int_equal(find("own@example.org").choices, NEWSLETTER | PRODUCT);
}

static void opted_out_turns_all_off(void **state)
{
    site_add(&site, "a@example.org", NEWSLETTER | MARKETING);
    struct import_result result = run("email,status,marketing\na@example.org,opted out,yes\n"
                                      "new@example.org,OPTED_OUT,yes\n");
    expect(&result, 1, 1, 0, 0, 0);
    assert_int_equal(find("a@example.org").status, CONTACT_OPTED_OUT);
    assert_int_equal(find("new@example.org").status, CONTACT_OPTED_OUT);
    assert_int_equal(find("new@example.org").choices, 0);
}

static void an_erased_address_stays_out(void **state)
{
    struct contact contact;
    site_suppress(&site, "gone@example.org");
    struct import_result result = run("email,name\nGone@example.org,G\n");
    expect(&result, 0, 0, 0, 0, 1);
    assert_int_equal(
        contacts_find_email(site.service.store, site.arena, "gone@example.org", &contact),
        STATUS_NOT_FOUND);
    assert_non_null(strstr(rejected_text, "\r\n,,2,this address was erased"));
}

static void the_later_row_of_an_address_wins(void **state)
{
    struct import_result result = run("email,name,newsletter\n"
                                      "z@example.org,Z,yes\n"
                                      "a@example.org,First,yes\n"
                                      "A@example.org,Second,\n"
                                      "a@EXAMPLE.org,Third,no\n"
                                      "a@example.org,Third,\n");
    expect(&result, 2, 2, 1, 0, 0);
    is_person("a@example.org", "Third", TYPE_CLIENT, "", CONTACT_OPTED_IN, 0);
    site_check_ledger(&site);
}

/* After many new people the next is taken for new as well, until the list says otherwise. */
static void known_people_among_many_new_are_known(void **state)
{
    char *csv = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&csv, &size);
    struct contact known = site_add(&site, "p700@example.org", NEWSLETTER);
    site_add_out(&site, "p701@example.org");
    site_suppress(&site, "p702@example.org");
    fputs("email,name,marketing,status\n", file);
    for (int i = 100; i < 1000; i++)
        fprintf(file, "p%d@example.org,Person %d,yes,Opted In\n", i, i);
    fputs("p800@example.org,Again,,\n", file);
    fclose(file);
    struct import_result result = run(csv);
    expect(&result, 897, 2, 0, 1, 1);
    is_person("p700@example.org", "Person 700", TYPE_CLIENT, "", CONTACT_OPTED_IN,
              NEWSLETTER | MARKETING);
    assert_int_equal(find("p700@example.org").id.value, known.id.value);
    assert_int_equal(find("p701@example.org").status, CONTACT_OPTED_OUT);
    is_person("p800@example.org", "Again", TYPE_CLIENT, "", CONTACT_OPTED_IN, MARKETING);
    assert_non_null(strstr(rejected_text, ",604,this address was erased"));
    assert_null(strstr(rejected_text, "p702@example.org"));
    site_check_ledger(&site);
    result = run(csv);
    expect(&result, 0, 2, 897, 1, 1);
    free(csv);
}

static void the_ledger_names_run_and_line(void **state)
{
    struct import_result result = run("email\nb@example.org\na@example.org\n");
    struct entry entry = site_entry(&site, find("a@example.org").head);
    assert_int_equal(entry.actor, ACTOR_IMPORT);
    assert_int_equal(entry.actor_id, result.run);
    assert_int_equal(entry.proof_kind, PROOF_IMPORT);
    assert_memory_equal(entry.proof, "\0\0\0\3", 4);
    entry = site_entry(&site, site_head(&site));
    assert_int_equal(entry.kind, ENTRY_IMPORT_ENDED);
    assert_int_equal(entry.subject, result.run);
    assert_string_equal(entry.private.note, "done at line 3; added 2, updated 0, unchanged 0, kept "
                                            "opted out 0, rejected 0");
    struct import_run kept;
    assert_int_equal(import_runs_get(site.service.store, site.arena, result.run, &kept), STATUS_OK);
    assert_string_equal(kept.name, "people.csv");
    assert_int_equal(kept.added, 2);
    assert_int_equal(kept.line, 3);
    assert_true(kept.ended_at != 0);
}

/* count people in an order that is not theirs, some of them twice, some bad. */
static char *make_file(int count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    fputs("email,name,newsletter,marketing,status\n", file);
    for (int i = 0; i < count; i++) {
        int n = (int)((int64_t)i * 7919 % count);
        fprintf(file, "p%d@example.org,Person %d,%s,%s,%s\n", i % 10 == 9 ? n / 2 : n, n,
                n % 3 ? "yes" : "no", n % 5 ? "" : "yes", n % 17 ? "" : "Opted Out");
        if (i % 100 == 50)
            fputs("broken,,,,\n", file);
    }
    fclose(file);
    return text;
}

static void a_dry_run_counts_the_same_and_writes_nothing(void **state)
{
    char *csv = make_file(6000); /* more than the first chunk holds */
    site_add_out(&site, "p1@example.org");
    site_add(&site, "p3@example.org", NEWSLETTER);
    site_suppress(&site, "p4@example.org");
    struct position head = site_head(&site);
    struct import_result dry = run_with(csv, (struct import_options){.is_dry_run = true});
    assert_int_equal(site_head(&site).value, head.value);
    assert_int_equal(dry.run, 0);
    char *dry_rejected = strdup(rejected_text);
    struct import_result real = run(csv);
    assert_int_equal(real.end, IMPORT_DONE);
    assert_memory_equal(&dry.counts, &real.counts, sizeof real.counts);
    assert_string_equal(dry_rejected, rejected_text);
    assert_true(real.counts.added > 1000 && real.counts.updated > 10 && real.counts.kept_out > 0);
    site_check_ledger(&site);
    free(dry_rejected);
    free(csv);
}

/* Another process, as it were, that writes all the while. */
struct neighbour {
    struct service service;
    atomic_bool is_over;
    int writes, failures;
};

static void *write_beside(void *context)
{
    struct neighbour *neighbour = context;
    while (!atomic_load(&neighbour->is_over)) {
        struct txn *txn = NULL;
        if (txn_begin(neighbour->service.store, 10000, &txn) != STATUS_OK ||
            settings_put(txn, "neighbour", "was here", 1) != STATUS_OK ||
            txn_commit(txn) != STATUS_OK)
            neighbour->failures++;
        neighbour->writes++;
        usleep(1000);
    }
    return NULL;
}

static atomic_bool stop;
static int64_t progress_calls;

static void stop_soon(const struct import_progress *progress, void *context)
{
    progress_calls++;
    if (progress->counts.rows > 0)
        atomic_store(&stop, true);
}

/* Imports csv while a neighbour writes, so that a chunk takes many transactions. */
static struct import_result run_beside(const char *csv, struct import_options options,
                                       struct neighbour *neighbour)
{
    pthread_t thread;
    *neighbour = (struct neighbour){.service = site_service(&site, true)};
    assert_int_equal(pthread_create(&thread, NULL, write_beside, neighbour), 0);
    struct import_result result = run_with(csv, options);
    atomic_store(&neighbour->is_over, true);
    pthread_join(thread, NULL);
    setup_close(&neighbour->service);
    assert_int_equal(neighbour->failures, 0);
    return result;
}

static void a_stop_says_truly_how_far_it_came(void **state)
{
    char *csv = make_file(IMPORT_CHUNK_ROWS + 3000);
    atomic_store(&stop, false);
    progress_calls = 0;
    struct neighbour neighbour;
    struct import_result result =
        run_beside(csv, (struct import_options){.stop = &stop, .progress = stop_soon}, &neighbour);
    assert_int_equal(result.end, IMPORT_STOPPED);
    assert_int_equal(progress_calls, 1);
    assert_true(result.counts.rows < IMPORT_CHUNK_ROWS); /* it stopped inside a chunk */
    assert_true(result.counts.rows >= result.counts.line - 1);
    const char *at = csv;
    for (int64_t line = 1; line <= result.counts.line; line++, at = strchr(at, '\n') + 1) {
        char key[40];
        struct contact contact;
        if (line == 1 || sscanf(at, "%39[^,\n]", key) != 1 || strcmp(key, "broken") == 0)
            continue;
        if (contacts_find_email(site.service.store, site.arena, key, &contact) != STATUS_OK)
            fail_msg("line %ld, %s, is not done", (long)line, key);
    }
    site_check_ledger(&site);

    result = run_beside(csv, (struct import_options){0}, &neighbour);
    assert_int_equal(result.end, IMPORT_DONE);
    assert_true(neighbour.writes > 10); /* others write between */
    site_check_ledger(&site);
    struct position head = site_head(&site);
    result = run_with(csv, (struct import_options){.is_dry_run = true});
    assert_int_equal(result.end, IMPORT_DONE);
    assert_int_equal(result.counts.added, 0);
    assert_int_equal(site_head(&site).value, head.value);
    free(csv);
}

/* As a topic's edit form sets it. */
static void offer_frequency(size_t index)
{
    struct topic *topics;
    size_t count;
    struct txn *txn = site_begin(&site);
    assert_int_equal(topics_list(txn_store(txn), site.arena, &topics, &count), STATUS_OK);
    topics[index].offers_frequency = true;
    assert_int_equal(topics_put(txn, &topics[index]), STATUS_OK);
    site_commit(txn);
}

static void a_topic_that_offers_it_has_its_frequency(void **state)
{
    struct import_result result;
    offer_frequency(0);
    offer_frequency(1);
    result = run("email,newsletter,newsletter_frequency,Product Updates frequency,"
                 "marketing_frequency\n"
                 "a@example.org,yes,Weekly,daily,daily\n"
                 "b@example.org,yes,,,\n"
                 "c@example.org,yes,sometimes,,\n");
    expect(&result, 2, 0, 0, 0, 1);
    assert_string_equal(result.ignored, "marketing_frequency"); /* it offers none */
    assert_non_null(strstr(rejected_text, "newsletter_frequency: \"\"sometimes\"\" is not known; "
                                          "write all, daily or weekly"));
    assert_true(find("a@example.org").weekly == NEWSLETTER);
    assert_true(find("a@example.org").daily == PRODUCT);
    assert_true(find("b@example.org").weekly == 0 && find("b@example.org").daily == 0);

    /* blank leaves what is; all takes it back; the later row of an address wins */
    static const char again[] = "email,newsletter_frequency,product_updates_frequency\n"
                                "a@example.org,all,\n"
                                "b@example.org,daily,\n"
                                "b@example.org,weekly,\n"
                                "b@example.org,weekly,\n";
    result = run_with(again, (struct import_options){.is_dry_run = true});
    expect(&result, 0, 3, 1, 0, 0);
    assert_true(find("b@example.org").daily == 0);
    result = run(again);
    expect(&result, 0, 3, 1, 0, 0);
    assert_true(find("a@example.org").weekly == 0 && find("a@example.org").daily == PRODUCT);
    assert_true(find("b@example.org").weekly == NEWSLETTER && find("b@example.org").daily == 0);
    result = run(again); /* b goes to daily and back */
    expect(&result, 0, 2, 2, 0, 0);
    site_check_ledger(&site);
}

static void a_stop_at_once_writes_nobody(void **state)
{
    atomic_store(&stop, true);
    struct import_result result =
        run_with("email\na@example.org\n", (struct import_options){.stop = &stop});
    assert_int_equal(result.end, IMPORT_STOPPED);
    assert_int_equal(result.counts.rows, 0);
    assert_int_equal(result.counts.line, 0);
}

#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
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
        TEST("the later row of an address wins", the_later_row_of_an_address_wins),
        TEST("known people among many new are known", known_people_among_many_new_are_known),
        TEST("L5: the ledger names run and line", the_ledger_names_run_and_line),
        TEST("a dry run counts the same and writes nothing",
             a_dry_run_counts_the_same_and_writes_nothing),
        TEST("a stop says truly how far it came, and others write between",
             a_stop_says_truly_how_far_it_came),
        TEST("a topic that offers it has its frequency", a_topic_that_offers_it_has_its_frequency),
        TEST("a stop at once writes nobody", a_stop_at_once_writes_nobody),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(rejected_text);
    return failed;
}
