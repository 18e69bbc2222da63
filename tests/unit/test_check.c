/*
 * The verdicts of many at one position, and everyone who may be mailed: the same as one by one,
 * from the file and from the directory in memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "service/audience.h"
#include "service/check.h"
#include "service/setup.h"
#include "store/confirmations.h"
#include "store/contacts.h"
#include "store/directory_map_shape.h"
#include "unit/site.h"

static struct site site;
static bool has_directory; /* in this run of the tests */
static struct directory_map *directory;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    directory = NULL;
    if (has_directory)
        assert_int_equal(directory_map_new(&directory), STATUS_OK);
    store_use_directory(site.service.store, directory);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    directory_map_free(directory);
    site_close(&site);
    return 0;
}

static struct service open_reader(void)
{
    struct service reader = site_service(&site, false);
    store_use_directory(reader.store, directory);
    return reader;
}

static const char *const asked[] = {
    "out@example.org",
    "in@example.org",
    "IN@Example.org",
    "no address",
    "kept@example.org",
    "in@example.org",
    "",
    "off@example.org",
    "nobody@example.org",
};
#define ASKED (sizeof asked / sizeof *asked)

static void add_people(void)
{
    site_add(&site, "in@example.org", NEWSLETTER);
    site_add(&site, "off@example.org", MARKETING);
    site_add(&site, "kept@example.org", NEWSLETTER);
    site_add_out(&site, "out@example.org");
}

static void begin(struct check *check, const struct service *service)
{
    if (directory != NULL)
        assert_int_equal(directory_map_catch_up(directory, service->store, 1000), STATUS_OK);
    assert_int_equal(check_begin(service, site.arena, "newsletter", clock_now_s(), check),
                     STATUS_OK);
}

static void decide(struct check *check, struct check_answer answers[ASKED])
{
    for (size_t i = 0; i < ASKED; i++)
        check_put(check, asked[i], strlen(asked[i]));
    memset(answers, 0xff, ASKED * sizeof *answers);
    assert_int_equal(check_decide(check, answers), STATUS_OK);
}

static void answers_stand_in_the_order_of_the_questions(void **state)
{
    static const char *const wanted[ASKED] = {"opted_out", "allow",     "allow",
                                              "invalid",   "allow",     "allow",
                                              "invalid",   "topic_off", "unknown"};
    struct check_answer answers[ASKED];
    struct check check;
    (void)state;
    add_people();
    begin(&check, &site.service);
    assert_int_equal(check.position.value, site_head(&site).value);
    assert_int_equal(check_decide(&check, answers), STATUS_OK); /* of nobody */
    for (int round = 0; round < 2; round++) {                   /* a batch leaves nothing behind */
        decide(&check, answers);
        for (size_t i = 0; i < ASKED; i++)
            assert_string_equal(check_key(answers[i]), wanted[i]);
    }
    for (size_t i = 0; i < ASKED; i++) {
        enum verdict verdict;
        enum status status = check_one(&check, asked[i], strlen(asked[i]), &verdict, NULL);
        assert_int_equal(status, answers[i].is_address ? STATUS_OK : STATUS_INVALID);
        assert_int_equal(verdict, answers[i].verdict);
    }
    check_end(&check);
}

static void s9_the_suppressed_and_who_has_not_confirmed_are_looked_up_again(void **state)
{
    struct check_answer answers[ASKED];
    struct check check;
    (void)state;
    add_people();
    begin(&check, &site.service);
    assert_true(check.frame.nobody_suppressed && check.frame.nobody_waits);
    check_end(&check);
    site_suppress(&site, "kept@example.org");
    site_suppress(&site, "nobody@example.org");
    begin(&check, &site.service);
    assert_false(check.frame.nobody_suppressed);
    decide(&check, answers);
    assert_string_equal(check_key(answers[4]), "suppressed");
    assert_string_equal(check_key(answers[8]), "suppressed");
    assert_string_equal(check_key(answers[1]), "allow");
    check_end(&check);
}

static void who_has_not_confirmed_is_told_among_many(void **state)
{
    struct check_answer answers[ASKED];
    struct check check;
    struct confirmation wait = {.kind = CONFIRMATION_JOIN,
                                .email = "nobody@example.org",
                                .email_key = "nobody@example.org",
                                .name = "",
                                .language = "en",
                                .address = "",
                                .agent = "",
                                .choices = NEWSLETTER,
                                .asked_at = clock_now_s(),
                                .expires_at = clock_now_s() + 1000};
    (void)state;
    add_people();
    struct txn *txn = site_begin(&site);
    for (uint64_t id = 1; id <= 3; id++) {
        static const char *const keys[] = {"nobody@example.org", "off@example.org",
                                           "out@example.org"};
        wait.public_id.value = id;
        wait.email = wait.email_key = keys[id - 1];
        assert_int_equal(confirmations_insert(txn, &wait, &wait.id), STATUS_OK);
    }
    site_commit(txn);
    begin(&check, &site.service);
    decide(&check, answers);
    assert_string_equal(check_key(answers[8]), "unconfirmed");
    assert_string_equal(check_key(answers[7]), "unconfirmed");
    assert_string_equal(check_key(answers[0]), "opted_out");
    assert_string_equal(check_key(answers[1]), "allow");
    check_end(&check);
}

static void g2_one_position_whatever_others_write_meanwhile(void **state)
{
    struct service reader = open_reader();
    struct check_answer answers[ASKED];
    struct check check;
    (void)state;
    add_people();
    begin(&check, &reader);
    struct position before = check.position;
    struct contact in = {0};
    for (int64_t id = 1; in.email == NULL || strcmp(in.email, "in@example.org") != 0; id++)
        in = site_get(&site, (struct contact_id){id});
    site_change(&site, &(struct change){.kind = ENTRY_CHOICES,
                                        .intent = INTENT_OPT_OUT,
                                        .contact = in.id,
                                        .origin = site_origin(ACTOR_RECIPIENT, 0)});
    decide(&check, answers);
    assert_string_equal(check_key(answers[1]), "allow");
    check_end(&check);
    begin(&check, &reader);
    assert_true(check.position.value > before.value);
    decide(&check, answers);
    assert_string_equal(check_key(answers[1]), "opted_out");
    check_end(&check);
    setup_close(&reader);
}

/* Changes somebody in some way, or adds somebody. */
static void change_one(unsigned *next)
{
    char email[40], other[40];
    struct contact person;
    snprintf(email, sizeof email, "p%d@example.org", rand() % 12);
    if (contacts_find_email(site.service.store, site.arena, email, &person) != STATUS_OK) {
        /* who had it before may be opted out */
        const struct change added = {.kind = ENTRY_CONTACT_ADDED,
                                     .turn_on = rand() % 2 ? NEWSLETTER : MARKETING,
                                     .email = email,
                                     .email_key = email,
                                     .consent = "said so",
                                     .origin = site_origin(ACTOR_ADMIN, 1)};
        assert_int_equal(site_change(&site, &added).verdict, CHANGE_APPLIED);
        return;
    }
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = person.id,
                            .consent = "said so",
                            .origin = site_origin(ACTOR_ADMIN, 1)};
    switch (rand() % 4) {
    case 0:
        change.intent = INTENT_OPT_OUT;
        break;
    case 1:
        change.intent = INTENT_OPT_IN;
        change.turn_on = NEWSLETTER;
        break;
    case 2:
        change.sets_pause = true;
        change.paused_until = rand() % 2 ? 0 : clock_now_s() + 1000;
        break;
    default: /* the address is free for another */
        snprintf(other, sizeof other, "moved%u@example.org", (*next)++);
        change.kind = ENTRY_DETAILS;
        change.email = change.email_key = other;
    }
    site_change(&site, &change);
}

static void g2_the_answers_are_those_of_the_position_whatever_changed_since(void **state)
{
    struct service reader = open_reader(), other = open_reader();
    enum verdict then[12];
    struct check_answer answers[12];
    unsigned next = 0;
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct check check;
        begin(&check, &reader);
        for (int i = 0; i < 12; i++) {
            char email[40];
            const int len = snprintf(email, sizeof email, "p%d@example.org", i);
            assert_int_equal(check_one(&check, email, (size_t)len, &then[i], NULL), STATUS_OK);
            check_put(&check, email, (size_t)len);
        }
        for (int i = rand() % 6; i > 0; i--)
            change_one(&next);
        if (directory != NULL) { /* it goes on, the check does not */
            assert_true(check.directory != NULL);
            assert_int_equal(directory_map_catch_up(directory, other.store, 1000), STATUS_OK);
        }
        assert_int_equal(check_decide(&check, answers), STATUS_OK);
        for (int i = 0; i < 12; i++)
            assert_int_equal(answers[i].verdict, then[i]);
        check_end(&check);
    }
    setup_close(&reader);
    setup_close(&other);
}

/* The file is asked: of a row that somebody who was killed left half written, and of all, when the
 * directory was forgotten after the check began. */
static void what_the_directory_does_not_know_the_file_says(void **state)
{
    struct check_answer answers[ASKED];
    struct check check;
    (void)state;
    if (directory == NULL)
        return;
    add_people();
    for (int forgets = 0; forgets < 2; forgets++) {
        begin(&check, &site.service);
        assert_true(check.directory != NULL);
        if (forgets)
            map_clear(directory, 0);
        else
            directory->rows[1].words[0] |= MAP_ROW_IS_CHANGING; /* in@example.org */
        decide(&check, answers);
        assert_string_equal(check_key(answers[1]), "allow");
        assert_string_equal(check_key(answers[4]), "allow");
        assert_string_equal(check_key(answers[0]), "opted_out");
        check_end(&check);
    }
}

static void an_unknown_topic_holds_nothing(void **state)
{
    struct check check;
    struct audience *audience;
    (void)state;
    for (int round = 0; round < 2; round++) {
        assert_int_equal(check_begin(&site.service, site.arena, "nothing", 1, &check),
                         STATUS_NOT_FOUND);
        assert_int_equal(audience_begin(&site.service, "nothing", 1, &audience), STATUS_NOT_FOUND);
    }
}

static void a_batch_is_full_by_number_and_by_bytes(void **state)
{
    struct check check;
    struct check_answer *answers = arena_array(site.arena, CHECK_BATCH, sizeof *answers);
    char text[320];
    size_t count = 0;
    (void)state;
    site_add(&site, "in@example.org", NEWSLETTER);
    begin(&check, &site.service);
    while (!check_is_full(&check)) {
        snprintf(text, sizeof text, "person.%zu@%0200d.example.org", count, 0);
        text[60 + 10] = '.'; /* labels have 63 bytes at most */
        text[120] = '.';
        text[180] = '.';
        check_put(&check, text, strlen(text));
        count++;
    }
    assert_true(count < CHECK_BATCH && count * 200 > CHECK_BATCH_BYTES / 2);
    assert_int_equal(check_decide(&check, answers), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(check_key(answers[i]), "unknown");
    for (count = 0; !check_is_full(&check); count++)
        check_put(&check, count % 1000 == 7 ? "in@example.org" : "", count % 1000 == 7 ? 14 : 0);
    assert_int_equal(count, CHECK_BATCH);
    assert_int_equal(check_decide(&check, answers), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(check_key(answers[i]), i % 1000 == 7 ? "allow" : "invalid");
    check_end(&check);
}

static bool list_member(void *context, const struct audience_member *member)
{
    struct buf *out = context;
    buf_printf(out, "%s ", member->address);
    return strcmp(member->address, "stop@example.org") != 0;
}

static void the_audience_is_whom_the_verdict_allows(void **state)
{
    struct audience *audience;
    struct buf out = {0};
    bool is_last = false;
    (void)state;
    add_people();
    site_suppress(&site, "kept@example.org");
    assert_int_equal(audience_begin(&site.service, "newsletter", clock_now_s(), &audience),
                     STATUS_OK);
    site_add(&site, "late@example.org", NEWSLETTER); /* after its position */
    while (!is_last)
        assert_int_equal(audience_next(audience, list_member, &out, &is_last), STATUS_OK);
    assert_string_equal(out.data, "in@example.org ");
    assert_int_equal(audience_facts(audience)->count, 1);
    assert_int_equal(audience_facts(audience)->position.value + 1, site_head(&site).value);
    audience_end(audience);

    site_add(&site, "stop@example.org", NEWSLETTER);
    assert_int_equal(audience_begin(&site.service, "newsletter", clock_now_s(), &audience),
                     STATUS_OK);
    assert_int_equal(audience_next(audience, list_member, &out, &is_last), STATUS_FULL);
    audience_end(audience);
    site_retire(&site, 1);
    buf_clear(&out);
    assert_int_equal(audience_begin(&site.service, "newsletter", clock_now_s(), &audience),
                     STATUS_OK);
    assert_int_equal(audience_next(audience, list_member, &out, &is_last), STATUS_OK);
    assert_true(is_last && out.len == 0);
    audience_end(audience);
    buf_free(&out);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(answers_stand_in_the_order_of_the_questions),
        EACH(s9_the_suppressed_and_who_has_not_confirmed_are_looked_up_again),
        EACH(g2_one_position_whatever_others_write_meanwhile),
        EACH(g2_the_answers_are_those_of_the_position_whatever_changed_since),
        EACH(who_has_not_confirmed_is_told_among_many),
        EACH(what_the_directory_does_not_know_the_file_says),
        EACH(an_unknown_topic_holds_nothing),
        EACH(a_batch_is_full_by_number_and_by_bytes),
        EACH(the_audience_is_whom_the_verdict_allows),
    };
    int failed = cmocka_run_group_tests_name("check", tests, NULL, NULL);
    has_directory = true;
    return failed + cmocka_run_group_tests_name("check by the directory", tests, NULL, NULL);
}
