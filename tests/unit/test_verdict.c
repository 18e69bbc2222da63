/*
 * May this topic be mailed to this address now: each reason, and that failure says no.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "service/setup.h"
#include "service/verdict.h"
#include "unit/site.h"

static struct site site;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

static enum verdict ask(const char *email_key, uint8_t topic)
{
    enum verdict verdict = VERDICT_ALLOW;
    assert_int_equal(verdict_for(&site.service, site.arena, email_key, (struct topic_id){topic},
                                 clock_now_s(), &verdict, NULL),
                     STATUS_OK);
    return verdict;
}

static void each_reason(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "in@example.org", NEWSLETTER | MARKETING);
    site_add_out(&site, "out@example.org");
    assert_int_equal(ask("nobody@example.org", 1), VERDICT_UNKNOWN);
    assert_int_equal(ask("out@example.org", 1), VERDICT_OPTED_OUT);
    assert_int_equal(ask("in@example.org", 1), VERDICT_ALLOW);
    assert_int_equal(ask("in@example.org", 2), VERDICT_TOPIC_OFF);
    assert_int_equal(ask("in@example.org", 60), VERDICT_TOPIC_RETIRED);
    site_retire(&site, 3);
    assert_int_equal(ask("in@example.org", 3), VERDICT_TOPIC_RETIRED);

    struct change change = {.kind = ENTRY_PAUSE,
                            .contact = person.id,
                            .sets_pause = true,
                            .paused_until = clock_now_s() + 1000,
                            .origin = site_origin(ACTOR_RECIPIENT, 0)};
    site_change(&site, &change);
    for (uint8_t topic = 1; topic <= 4; topic++)
        assert_int_equal(ask("in@example.org", topic), VERDICT_PAUSED);
    struct verdict_frame frame;
    for (int after = -1; after <= 0; after++) { /* it ends with that second */
        enum verdict verdict;
        assert_int_equal(verdict_frame_read(&site.service, (struct topic_id){1},
                                            change.paused_until + after, &frame),
                         STATUS_OK);
        assert_int_equal(verdict_decide(&site.service, &frame, "in@example.org", &verdict, NULL),
                         STATUS_OK);
        assert_int_equal(verdict, after < 0 ? VERDICT_PAUSED : VERDICT_ALLOW);
    }
    clock_shift_s(1001); /* by the clock alone, the choices stand as they were */
    assert_int_equal(ask("in@example.org", 1), VERDICT_ALLOW);
    assert_int_equal(ask("in@example.org", 2), VERDICT_TOPIC_OFF);
    clock_shift_s(-1001);
    site_suppress(&site, "in@example.org");
    site_suppress(&site, "never@example.org");
    assert_int_equal(ask("in@example.org", 1), VERDICT_SUPPRESSED);
    assert_int_equal(ask("never@example.org", 1), VERDICT_SUPPRESSED);
    assert_string_equal(verdict_key(VERDICT_TOPIC_OFF), "topic_off");
    assert_string_equal(verdict_key(VERDICT_COUNT), "unknown");
}

static void g2_seen_at_once_by_another_process(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "in@example.org", NEWSLETTER);
    struct service other = site_service(&site, false);
    enum verdict verdict;
    assert_int_equal(verdict_for(&other, site.arena, "in@example.org", (struct topic_id){1},
                                 clock_now_s(), &verdict, NULL),
                     STATUS_OK);
    assert_int_equal(verdict, VERDICT_ALLOW);
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = person.id,
                            .intent = INTENT_OPT_OUT,
                            .origin = site_origin(ACTOR_ONE_CLICK, 0)};
    site_change(&site, &change);
    assert_int_equal(verdict_for(&other, site.arena, "in@example.org", (struct topic_id){1},
                                 clock_now_s(), &verdict, NULL),
                     STATUS_OK);
    assert_int_equal(verdict, VERDICT_OPTED_OUT);
    setup_close(&other);
}

static void bad_questions(void **state)
{
    (void)state;
    site_add(&site, "in@example.org", NEWSLETTER);
    const uint8_t topics[] = {0, 64, 255};
    for (size_t i = 0; i < 3; i++) {
        enum verdict verdict = VERDICT_ALLOW;
        assert_int_equal(verdict_for(&site.service, site.arena, "in@example.org",
                                     (struct topic_id){topics[i]}, 0, &verdict, NULL),
                         STATUS_INVALID);
        assert_int_equal(verdict, VERDICT_UNKNOWN);
    }
}

/* Overwrites the database file from its second page on. */
static void spoil(const char *path)
{
    struct stat facts;
    uint8_t page[4096];
    memset(page, 0xa5, sizeof(page));
    int file = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(fstat(file, &facts), 0);
    assert_true(facts.st_size > 20 * (off_t)sizeof(page));
    for (off_t at = sizeof(page); at < facts.st_size; at += (off_t)sizeof(page))
        assert_int_equal(pwrite(file, page, sizeof(page), at), sizeof(page));
    close(file);
}

static void s9_spoilt_data_says_no(void **state)
{
    (void)state;
    site_add(&site, "in@example.org", NEWSLETTER);
    setup_close(&site.service); /* the last to close leaves all in the one file */
    struct service reader = site_service(&site, false);
    spoil(site.conf.db_path);
    enum verdict verdict = VERDICT_ALLOW;
    enum status status = verdict_for(&reader, site.arena, "in@example.org", (struct topic_id){1},
                                     clock_now_s(), &verdict, NULL);
    assert_true(status != STATUS_OK && status != STATUS_NOT_FOUND);
    assert_int_equal(verdict, VERDICT_UNKNOWN);
    setup_close(&reader);
}

/* What is asked of many is asked once, before; then it is the person alone that can't be read. */
static void s9_a_person_who_can_not_be_read_is_no_stranger(void **state)
{
    struct verdict_frame frame;
    enum verdict verdict = VERDICT_ALLOW;
    (void)state;
    site_add(&site, "in@example.org", NEWSLETTER);
    setup_close(&site.service);
    struct service reader = site_service(&site, false);
    assert_int_equal(verdict_frame_read(&reader, (struct topic_id){1}, clock_now_s(), &frame),
                     STATUS_OK);
    assert_int_equal(verdict_frame_narrow(&reader, &frame), STATUS_OK);
    assert_true(frame.nobody_suppressed && frame.nobody_waits);
    spoil(site.conf.db_path);
    assert_int_not_equal(verdict_decide(&reader, &frame, "in@example.org", &verdict, NULL),
                         STATUS_OK);
    assert_int_equal(verdict, VERDICT_UNKNOWN);
    setup_close(&reader);
}

static void s9_missing_data_opens_nothing(void **state)
{
    (void)state;
    setup_close(&site.service);
    assert_int_equal(unlink(site.conf.db_path), 0);
    struct service service = {0};
    const char *fault = "";
    assert_int_equal(setup_open(site.arena, &site.conf, false, &service, &fault), STATUS_NOT_FOUND);
    assert_null(service.store);
    assert_true(*fault != '\0');
}

#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("each reason has its case", each_reason),
        CASE("G2: an opt-out is seen at once by other connections",
             g2_seen_at_once_by_another_process),
        CASE("a topic that can't be is invalid, never yes", bad_questions),
        CASE("S9: spoilt data says no, with an error", s9_spoilt_data_says_no),
        CASE("S9: a person who can't be read is no stranger, but a fault",
             s9_a_person_who_can_not_be_read_is_no_stranger),
        CASE("S9: missing data opens nothing", s9_missing_data_opens_nothing),
    };
    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
