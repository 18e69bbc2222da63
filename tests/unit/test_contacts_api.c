/*
 * Unit test of what programs read and write of people: service/contacts, contact_doc, batch, erase
 * and idempotency.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "service/batch.h"
#include "service/contacts.h"
#include "service/erase.h"
#include "service/idempotency.h"
#include "service/verdict.h"
#include "store/contacts.h"
#include "store/directory_map.h"
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
    site_check_ledger(&site);
    site_close(&site);
    return 0;
}

static enum contact_doc_fault read_doc(const char *text, struct contact_doc *out)
{
    struct topic *topics;
    size_t count;
    json_t *object;
    const char *fault = NULL;
    assert_int_equal(topics_list(site.service.store, site.arena, &topics, &count), STATUS_OK);
    assert_int_equal(json_read_object(site.arena, text, strlen(text), &object, &fault), STATUS_OK);
    enum contact_doc_fault found =
        contact_doc_read(site.arena, object, topics, count, clock_now_s(), out, &fault);
    json_decref(object);
    if (found != CONTACT_DOC_FINE)
        assert_true(strlen(fault) > 10);
    return found;
}

static enum contact_outcome write_as(enum contact_do what, const char *who, const char *text,
                                     const char *if_match, struct contact_state *state)
{
    struct contact_write write = {
        .what = what, .if_match = if_match, .origin = site_origin(ACTOR_API, 1)};
    struct contact_state ignored;
    enum contact_outcome outcome;
    assert_true(contacts_read_which(site.arena, who, &write.which));
    if (what != CONTACT_DELETE)
        assert_int_equal(read_doc(text, &write.doc), CONTACT_DOC_FINE);
    if (what == CONTACT_PUT)
        contact_doc_complete(&write.doc);
    struct txn *txn = site_begin(&site);
    assert_int_equal(contacts_write(&site.service, txn, site.arena, &write, &outcome,
                                    state != NULL ? state : &ignored),
                     STATUS_OK);
    site_commit(txn);
    return outcome;
}

static enum verdict verdict_of(const char *email_key)
{
    enum verdict verdict;
    assert_int_equal(verdict_for(&site.service, site.arena, email_key, (struct topic_id){1},
                                 clock_now_s(), &verdict, NULL),
                     STATUS_OK);
    return verdict;
}

static void a_member_that_is_wrong_is_refused_by_name(void **state)
{
    struct contact_doc doc = {.daily = 5};
    assert_int_equal(read_doc("{\"nmae\":\"x\"}", &doc), CONTACT_DOC_BAD_MEMBER);
    assert_int_equal(read_doc("{\"topics\":{\"none\":true}}", &doc), CONTACT_DOC_UNKNOWN_TOPIC);
    assert_int_equal(read_doc("{\"status\":null}", &doc), CONTACT_DOC_BAD_MEMBER);
    assert_int_equal(doc.daily, 5); /* untouched */
    assert_int_equal(read_doc("{\"id\":\"x\",\"position\":7,\"topics\":{\"newsletter\":true,"
                              "\"marketing\":{\"frequency\":\"daily\"},\"system_alerts\":null}}",
                              &doc),
                     CONTACT_DOC_FINE);
    assert_true(doc.on == NEWSLETTER && doc.off == ALERTS);
    assert_true(doc.daily == MARKETING && doc.sets_frequency == MARKETING);
    contact_doc_complete(&doc);
    assert_true((doc.off & NEWSLETTER) == 0 && (doc.off & (PRODUCT | MARKETING | ALERTS)) != 0);
    assert_true(doc.sets_type && doc.sets_pause && *doc.name == '\0');
}

static void a_condition_that_does_not_hold_writes_nothing(void **state)
{
    struct contact_state first, second;
    assert_int_equal(write_as(CONTACT_PUT, "a@example.com", "{}", NULL, &first), CONTACT_CREATED);
    assert_int_equal(
        write_as(CONTACT_PATCH, "a@example.com", "{\"name\":\"B\"}", first.tag, &second),
        CONTACT_UPDATED);
    assert_string_not_equal(first.tag, second.tag);
    const struct position head = site_head(&site);
    assert_int_equal(write_as(CONTACT_PATCH, "a@example.com", "{\"name\":\"C\"}", first.tag, NULL),
                     CONTACT_CONDITION);
    assert_int_equal(write_as(CONTACT_DELETE, "a@example.com", NULL, first.tag, NULL),
                     CONTACT_CONDITION);
    assert_int_equal(write_as(CONTACT_PUT, "b@example.com", "{}", "*", NULL), CONTACT_CONDITION);
    assert_int_equal(write_as(CONTACT_PATCH, "b@example.com", "{}", NULL, NULL), CONTACT_MISSING);
    assert_int_equal(site_head(&site).value, head.value);
}

static void tags_are_compared_whole(void **state)
{
    static const struct {
        const char *list;
        bool is_named;
    } cases[] = {
        {"\"1-f\"", true},
        {"\"0\", \"1-f\"", true},
        {"*", true},
        {"\"0\" , \"1-f\"", true},
        {"\"1-\"", false},
        {"\"1-ff\"", false},
        {"W/\"1-f\"", false},
        {"1-f", false},
        {"", false},
        {"\"1-f", false},
        {",,", false},
        {"\"*\"", false},
        {"\"a, \"1-f\"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(contacts_tag_is_named(cases[i].list, "\"1-f\""), cases[i].is_named);
}

static void who_said_no_stays_out_without_a_reason(void **state)
{
    site_add_out(&site, "out@example.com");
    assert_int_equal(
        write_as(CONTACT_PATCH, "out@example.com", "{\"status\":\"opted_in\"}", NULL, NULL),
        CONTACT_NEEDS_CONSENT);
    assert_int_equal(verdict_of("out@example.com"), VERDICT_OPTED_OUT);
    assert_int_equal(write_as(CONTACT_PUT, "out@example.com",
                              "{\"topics\":{\"newsletter\":true},\"consent\":\"by phone\"}", NULL,
                              NULL),
                     CONTACT_UPDATED);
    assert_int_equal(verdict_of("out@example.com"), VERDICT_ALLOW);
}

/* L6 */
static void who_is_erased_leaves_a_hash_and_no_text(void **state)
{
    struct contact who = site_add(&site, "erase@example.com", NEWSLETTER);
    assert_int_equal(
        write_as(CONTACT_PATCH, "erase@example.com", "{\"name\":\"Erika\"}", NULL, NULL),
        CONTACT_UPDATED);
    assert_int_equal(write_as(CONTACT_DELETE, "erase@example.com", NULL, NULL, NULL),
                     CONTACT_ERASED);
    struct entry last = site_entry(&site, site_head(&site));
    assert_int_equal(last.kind, ENTRY_ERASED);
    assert_int_equal(last.contact.value, who.id.value);
    assert_true((uint64_t)last.subject == who.public_id.value);
    for (struct position at = last.previous; at.value != 0;) {
        struct entry entry = site_entry(&site, at);
        assert_null(entry.private.note);
        assert_null(entry.private.address);
        at = entry.previous;
    }
    assert_int_equal(verdict_of("erase@example.com"), VERDICT_SUPPRESSED);
    assert_int_equal(
        write_as(CONTACT_PUT, "Erase@Example.com", "{\"consent\":\"yes\"}", NULL, NULL),
        CONTACT_SUPPRESSED);
    struct contact gone;
    assert_int_equal(contacts_get(site.service.store, site.arena, who.id, &gone), STATUS_NOT_FOUND);
    /* The row's number is given to nobody else. */
    assert_true(site_add(&site, "next@example.com", 0).id.value > who.id.value);
}

static struct batch_row row_of(size_t index, const char *text)
{
    struct batch_row row = {.index = index};
    assert_int_equal(read_doc(text, &row.doc), CONTACT_DOC_FINE);
    return row;
}

static void rows_of_one_address_are_done_in_their_order(void **state)
{
    struct batch_row rows[] = {
        row_of(0, "{\"email\":\"z@example.com\",\"name\":\"first\"}"),
        row_of(1, "{\"email\":\"y@example.com\",\"topics\":{\"newsletter\":true}}"),
        row_of(2, "{\"email\":\"Z@example.com\",\"name\":\"second\"}"),
        row_of(3, "{\"email\":\"z@example.com\",\"name\":\"second\"}"),
        row_of(4, "{\"email\":\"y@example.com\",\"status\":\"opted_out\"}"),
        row_of(5, "{\"email\":\"y@example.com\",\"topics\":{\"newsletter\":true}}"),
    };
    const uint8_t wanted[] = {BATCH_CREATED,   BATCH_CREATED, BATCH_UPDATED,
                              BATCH_UNCHANGED, BATCH_UPDATED, BATCH_NEEDS_CONSENT};
    uint8_t results[6] = {0};
    size_t at = 0;
    const struct origin origin = site_origin(ACTOR_API, 1);
    batch_sort(rows, 6);
    for (int i = 1; i < 6; i++)
        assert_true(strcmp(rows[i - 1].doc.email_key, rows[i].doc.email_key) <= 0);
    struct txn *txn = site_begin(&site);
    assert_int_equal(batch_write(&site.service, txn, rows, 6, &origin, NULL, &at, results),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(at, 6);
    assert_memory_equal(results, wanted, sizeof wanted);
}

static void who_is_there_is_guessed_and_a_wrong_guess_is_told_by_the_file(void **state)
{
    const struct contact_id a = site_add(&site, "a@example.com", NEWSLETTER).id;
    const struct contact_id b = site_add(&site, "b@example.com", NEWSLETTER).id;
    struct batch_row rows[] = {
        row_of(0, "{\"email\":\"a@example.com\",\"name\":\"Ann\"}"),
        row_of(1, "{\"email\":\"b@example.com\",\"name\":\"Ben\"}"),
        row_of(2, "{\"email\":\"c@example.com\",\"name\":\"Cy\"}"),
        row_of(3, "{\"email\":\"d@example.com\",\"name\":\"Di\"}"),
    };
    const uint8_t wanted[] = {BATCH_UPDATED, BATCH_UPDATED, BATCH_CREATED, BATCH_CREATED};
    uint8_t results[4] = {0};
    size_t at = 0;
    const struct origin origin = site_origin(ACTOR_API, 1);
    struct directory_map *map;
    (void)state;
    batch_guess(&site.service, rows, 4);
    assert_int_equal(rows[0].guess.value, 0); /* no list in memory */
    assert_int_equal(directory_map_new(&map), STATUS_OK);
    store_use_directory(site.service.store, map);
    batch_guess(&site.service, rows, 4);
    assert_int_equal(rows[0].guess.value, 0); /* not filled */
    assert_int_equal(directory_map_catch_up(map, site.service.store, 1000), STATUS_OK);
    batch_guess(&site.service, rows, 4);
    assert_int_equal(rows[0].guess.value, a.value);
    assert_int_equal(rows[1].guess.value, b.value);
    assert_int_equal(rows[2].guess.value, 0);
    store_use_directory(site.service.store, NULL);
    directory_map_free(map);
    rows[1].guess = a; /* as if addresses had moved since */
    rows[2].guess = b;
    rows[3].guess.value = 4711;
    struct txn *txn = site_begin(&site);
    assert_int_equal(batch_write(&site.service, txn, rows, 4, &origin, NULL, &at, results),
                     STATUS_OK);
    site_commit(txn);
    assert_memory_equal(results, wanted, sizeof wanted);
    assert_string_equal(site_get(&site, a).name, "Ann");
    assert_string_equal(site_get(&site, b).name, "Ben");
}

static void a_guess_of_one_who_is_gone_is_no_stranger(void **state)
{
    const struct contact_id a = site_add(&site, "a@example.com", NEWSLETTER).id;
    struct batch_row row = row_of(0, "{\"email\":\"a@example.com\",\"name\":\"Ann\"}");
    const struct origin origin = site_origin(ACTOR_API, 1);
    uint8_t result = 0;
    size_t at = 0;
    (void)state;
    row.guess.value = 4711;
    struct txn *txn = site_begin(&site);
    assert_int_equal(batch_write(&site.service, txn, &row, 1, &origin, NULL, &at, &result),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(result, BATCH_UPDATED);
    assert_string_equal(site_get(&site, a).name, "Ann");
}

/* And has done so for as long as a batch may take. */
static bool somebody_waits(void)
{
    usleep(20000);
    return true;
}

/* As they are already, so that it goes fast; each transaction goes on where the one before it
 * ended. */
static void a_batch_ends_its_turn_for_others(void **state)
{
    enum { ROWS = BATCH_ROWS_TXN + 200 };
    static struct batch_row rows[ROWS];
    static uint8_t results[ROWS];
    const struct origin origin = site_origin(ACTOR_API, 1);
    size_t at = 0;
    (void)state;
    site_add(&site, "a@example.com", NEWSLETTER);
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = row_of(i, "{\"email\":\"a@example.com\"}");
    batch_sort(rows, ROWS);
    assert_true(rows[0].id_salt != rows[1].id_salt || rows[1].id_salt != rows[2].id_salt);
    for (size_t before = 0; at < ROWS; before = at) {
        struct txn *txn = site_begin(&site);
        assert_int_equal(batch_write(&site.service, txn, rows, ROWS, &origin,
                                     before == 0 ? NULL : somebody_waits, &at, results),
                         STATUS_OK);
        site_commit(txn);
        if (before == 0)
            assert_int_equal(at, BATCH_ROWS_TXN);
        else
            assert_in_range(at - before, 1, BATCH_ROWS_TXN / 8);
    }
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(results[i], BATCH_UNCHANGED);
}

static void a_batch_that_fails_stays_where_it_was(void **state)
{
    struct batch_row rows[] = {row_of(0, "{\"email\":\"a@example.com\"}"),
                               row_of(1, "{\"email\":\"b@example.com\"}")};
    struct origin origin = site_origin(ACTOR_API, 1);
    uint8_t results[2] = {0};
    size_t at = 0;
    (void)state;
    origin.proof_len = PROOF_MAX_BYTES + 1; /* no change takes it */
    struct txn *txn = site_begin(&site);
    assert_int_equal(batch_write(&site.service, txn, rows, 2, &origin, NULL, &at, results),
                     STATUS_INVALID);
    txn_rollback(txn);
    assert_int_equal(at, 0);
    assert_int_equal(results[0], BATCH_UNDONE);
}

/* Where a program runs is kept with a consent, as its proof; of others it would prove nothing. */
static void where_a_program_runs_is_kept_with_a_consent_alone(void **state)
{
    struct batch_row rows[] = {row_of(0, "{\"email\":\"a@example.com\"}"),
                               row_of(1, "{\"email\":\"b@example.com\",\"consent\":\"said so\"}")};
    struct origin origin = site_origin(ACTOR_API, 1);
    uint8_t results[2] = {0};
    size_t at = 0;
    (void)state;
    origin.address = "192.0.2.7";
    origin.agent = "program/1";
    struct txn *txn = site_begin(&site);
    assert_int_equal(batch_write(&site.service, txn, rows, 2, &origin, NULL, &at, results),
                     STATUS_OK);
    site_commit(txn);
    for (int i = 0; i < 2; i++) {
        struct contact person;
        struct entry entry;
        assert_int_equal(
            contacts_find_email(site.service.store, site.arena, rows[i].doc.email_key, &person),
            STATUS_OK);
        assert_int_equal(entries_get(site.service.store, site.arena, person.head, &entry),
                         STATUS_OK);
        assert_int_equal(entry.private.address != NULL, i);
        assert_int_equal(entry.private.agent != NULL, i);
    }
}

static struct idempotency asked_for(const char *key, uint8_t request)
{
    struct idempotency asked;
    assert_true(idempotency_read(key, 7, clock_now_s(), &asked));
    memset(asked.request, request, sizeof asked.request);
    return asked;
}

static enum idempotency_state find(struct idempotency *asked, struct api_call *found)
{
    enum idempotency_state found_state;
    struct txn *txn = site_begin(&site);
    assert_int_equal(idempotency_find(txn, site.arena, asked, clock_now_s(), &found_state, found),
                     STATUS_OK);
    site_commit(txn);
    return found_state;
}

static void keep(const struct idempotency *asked, int code, const char *body)
{
    const struct api_call answer = {.code = code, .body = body, .body_len = strlen(body)};
    struct txn *txn = site_begin(&site);
    assert_int_equal(idempotency_keep(txn, asked, clock_now_s(), &answer), STATUS_OK);
    site_commit(txn);
}

static void an_answer_is_kept_a_day_and_then_swept(void **state)
{
    struct api_call found;
    bool is_done;
    struct idempotency asked = asked_for("key", 1), other = asked_for("\"key\"", 2);
    assert_int_equal(find(&asked, &found), IDEMPOTENCY_NEW);
    keep(&asked, 0, "half");
    assert_int_equal(find(&asked, &found), IDEMPOTENCY_RUNS);
    clock_shift_s(IDEMPOTENCY_LEASE_S + 1);
    assert_int_equal(find(&asked, &found), IDEMPOTENCY_DIED);
    assert_int_equal(found.body_len, 4);
    assert_memory_equal(found.body, "half", 4);
    keep(&asked, 201, "{}");
    assert_int_equal(find(&asked, &found), IDEMPOTENCY_ANSWERED);
    assert_int_equal(found.code, 201);
    assert_int_equal(find(&other, &found), IDEMPOTENCY_OTHER);
    struct txn *txn = site_begin(&site);
    assert_int_equal(idempotency_sweep(txn, clock_now_s(), &is_done), STATUS_OK);
    site_commit(txn);
    assert_true(is_done);
    assert_int_equal(find(&asked, &found), IDEMPOTENCY_ANSWERED);
    clock_shift_s(IDEMPOTENCY_KEEP_S);
    assert_int_equal(find(&asked, &found), IDEMPOTENCY_NEW);
    txn = site_begin(&site);
    assert_int_equal(idempotency_sweep(txn, clock_now_s(), &is_done), STATUS_OK);
    site_commit(txn);
    assert_int_equal(
        api_calls_find(site.service.store, site.arena, asked.api_key, asked.key, &found),
        STATUS_NOT_FOUND);
}

static void what_is_no_key_is_none(void **state)
{
    struct idempotency asked;
    char longest[IDEMPOTENCY_KEY_MAX + 2];
    memset(longest, 'x', sizeof longest);
    longest[IDEMPOTENCY_KEY_MAX + 1] = '\0';
    assert_false(idempotency_read(longest, 1, 0, &asked));
    longest[IDEMPOTENCY_KEY_MAX] = '\0';
    assert_true(idempotency_read(longest, 1, 0, &asked) && asked.is_asked);
    assert_false(idempotency_read("", 1, 0, &asked));
    assert_false(idempotency_read("\"\"", 1, 0, &asked));
    assert_false(idempotency_read("a b", 1, 0, &asked));
    assert_false(idempotency_read("\xc3\xa9", 1, 0, &asked));
    assert_true(idempotency_read(NULL, 1, 0, &asked) && !asked.is_asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_member_that_is_wrong_is_refused_by_name, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(a_condition_that_does_not_hold_writes_nothing, open_site,
                                        close_site),
        cmocka_unit_test(tags_are_compared_whole),
        cmocka_unit_test_setup_teardown(who_said_no_stays_out_without_a_reason, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(who_is_erased_leaves_a_hash_and_no_text, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(rows_of_one_address_are_done_in_their_order, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(
            who_is_there_is_guessed_and_a_wrong_guess_is_told_by_the_file, open_site, close_site),
        cmocka_unit_test_setup_teardown(a_guess_of_one_who_is_gone_is_no_stranger, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(a_batch_ends_its_turn_for_others, open_site, close_site),
        cmocka_unit_test_setup_teardown(a_batch_that_fails_stays_where_it_was, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(where_a_program_runs_is_kept_with_a_consent_alone,
                                        open_site, close_site),
        cmocka_unit_test_setup_teardown(an_answer_is_kept_a_day_and_then_swept, open_site,
                                        close_site),
        cmocka_unit_test(what_is_no_key_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
