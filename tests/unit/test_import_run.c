/*
 * A run of an import: many rows, what the ledger says of it, dry runs, stops, and others who write
 * meanwhile.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/setup.h"
#include "store/contacts.h"
#include "store/settings.h"
#include "unit/file_support.h"

/* After many new people the next is taken for new as well, until the list says otherwise. */
static void known_people_among_many_new_are_known(void **state)
{
    char *csv = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&csv, &size);
    struct contact known = site_add(&file_site, "p700@example.org", NEWSLETTER);
    site_add_out(&file_site, "p701@example.org");
    site_suppress(&file_site, "p702@example.org");
    fputs("email,name,marketing,status\n", file);
    for (int i = 100; i < 1000; i++)
        fprintf(file, "p%d@example.org,Person %d,yes,Opted In\n", i, i);
    fputs("p800@example.org,Again,,\n", file);
    fclose(file);
    struct import_result result = file_import(csv);
    file_expect(&result, 897, 2, 0, 1, 1);
    file_is_person("p700@example.org", "Person 700", TYPE_CLIENT, "", CONTACT_OPTED_IN,
                   NEWSLETTER | MARKETING);
    assert_int_equal(file_find("p700@example.org").id.value, known.id.value);
    assert_int_equal(file_find("p701@example.org").status, CONTACT_OPTED_OUT);
    file_is_person("p800@example.org", "Again", TYPE_CLIENT, "", CONTACT_OPTED_IN, MARKETING);
    assert_non_null(strstr(file_rejected, ",604,this address was erased"));
    assert_null(strstr(file_rejected, "p702@example.org"));
    site_check_ledger(&file_site);
    result = file_import(csv);
    file_expect(&result, 0, 2, 897, 1, 1);
    free(csv);
}

static void the_ledger_names_run_and_line(void **state)
{
    struct import_result result = file_import("email\nb@example.org\na@example.org\n");
    struct entry entry = site_entry(&file_site, file_find("a@example.org").head);
    assert_int_equal(entry.actor, ACTOR_IMPORT);
    assert_int_equal(entry.actor_id, result.run);
    assert_int_equal(entry.proof_kind, PROOF_IMPORT);
    assert_memory_equal(entry.proof, "\0\0\0\3", 4);
    entry = site_entry(&file_site, site_head(&file_site));
    assert_int_equal(entry.kind, ENTRY_IMPORT_ENDED);
    assert_int_equal(entry.subject, result.run);
    assert_string_equal(entry.private.note, "done at line 3; added 2, updated 0, unchanged 0, kept "
                                            "opted out 0, rejected 0");
    struct import_run kept;
    assert_int_equal(import_runs_get(file_site.service.store, file_site.arena, result.run, &kept),
                     STATUS_OK);
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
    site_add_out(&file_site, "p1@example.org");
    site_add(&file_site, "p3@example.org", NEWSLETTER);
    site_suppress(&file_site, "p4@example.org");
    struct position head = site_head(&file_site);
    struct import_result dry = file_import_with(csv, (struct import_options){.is_dry_run = true});
    assert_int_equal(site_head(&file_site).value, head.value);
    assert_int_equal(dry.run, 0);
    char *dry_rejected = strdup(file_rejected);
    struct import_result real = file_import(csv);
    assert_int_equal(real.end, IMPORT_DONE);
    assert_memory_equal(&dry.counts, &real.counts, sizeof real.counts);
    assert_string_equal(dry_rejected, file_rejected);
    assert_true(real.counts.added > 1000 && real.counts.updated > 10 && real.counts.kept_out > 0);
    site_check_ledger(&file_site);
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
    *neighbour = (struct neighbour){.service = site_service(&file_site, true)};
    assert_int_equal(pthread_create(&thread, NULL, write_beside, neighbour), 0);
    struct import_result result = file_import_with(csv, options);
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
        if (contacts_find_email(file_site.service.store, file_site.arena, key, &contact) !=
            STATUS_OK)
            fail_msg("line %ld, %s, is not done", (long)line, key);
    }
    site_check_ledger(&file_site);

    result = run_beside(csv, (struct import_options){0}, &neighbour);
    assert_int_equal(result.end, IMPORT_DONE);
    assert_true(neighbour.writes > 10); /* others write between */
    site_check_ledger(&file_site);
    struct position head = site_head(&file_site);
    result = file_import_with(csv, (struct import_options){.is_dry_run = true});
    assert_int_equal(result.end, IMPORT_DONE);
    assert_int_equal(result.counts.added, 0);
    assert_int_equal(site_head(&file_site).value, head.value);
    free(csv);
}

static void a_stop_at_once_writes_nobody(void **state)
{
    atomic_store(&stop, true);
    struct import_result result =
        file_import_with("email\na@example.org\n", (struct import_options){.stop = &stop});
    assert_int_equal(result.end, IMPORT_STOPPED);
    assert_int_equal(result.counts.rows, 0);
    assert_int_equal(result.counts.line, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("known people among many new are known", known_people_among_many_new_are_known),
        TEST("L5: the ledger names run and line", the_ledger_names_run_and_line),
        TEST("a dry run counts the same and writes nothing",
             a_dry_run_counts_the_same_and_writes_nothing),
        TEST("a stop says truly how far it came, and others write between",
             a_stop_says_truly_how_far_it_came),
        TEST("a stop at once writes nobody", a_stop_at_once_writes_nobody),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(file_rejected);
    return failed;
}
