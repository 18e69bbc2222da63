/*
 * Unit test of service/feedback and service/sender_links: a report takes people out once, an
 * address that nobody has stays refused, and who may not be mailed gets no links (S9).
 */
#include <string.h>

#include "base/clock.h"
#include "service/feedback.h"
#include "service/sender_links.h"
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

static bool reads(const char *text, struct feedback_report *out)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    const char *detail = NULL;
    assert_non_null(value);
    bool is_fine = feedback_read(site.arena, value, out, &detail);
    assert_true(is_fine == (detail == NULL));
    json_decref(value);
    return is_fine;
}

static struct feedback_result take(int64_t key, const char *text)
{
    struct feedback_report report;
    struct feedback_result result;
    const struct origin origin = {.actor = ACTOR_API, .actor_id = key, .proof_kind = PROOF_API_KEY};
    assert_true(reads(text, &report));
    struct txn *txn = site_begin(&site);
    assert_int_equal(feedback_take(&site.service, txn, site.arena, &report, &origin, &result),
                     STATUS_OK);
    site_commit(txn);
    return result;
}

#define BOUNCE(id, address)                                                                        \
    "{\"id\":\"" id "\",\"type\":\"hard_bounce\",\"address\":\"" address "\"}"
#define COMPLAINT(id, address)                                                                     \
    "{\"id\":\"" id "\",\"type\":\"complaint\",\"address\":\"" address "\"}"
#define SOFT(id, address) "{\"id\":\"" id "\",\"type\":\"soft_bounce\",\"address\":\"" address "\"}"

static void a_report_takes_the_person_out_once(void **state)
{
    const struct contact person = site_add(&site, "b@example.org", 0x1e);
    const struct feedback_result first = take(1, BOUNCE("1", "B@Example.org"));
    assert_int_equal(first.outcome, FEEDBACK_OPTED_OUT);
    const struct entry entry = site_entry(&site, first.position);
    assert_int_equal(entry.kind, ENTRY_CHOICES);
    assert_int_equal(entry.leave_reason, LEAVE_BOUNCE);
    assert_int_equal(entry.actor_id, 1);
    assert_string_equal(entry.private.note, "report 1");
    assert_int_equal(site_get(&site, person.id).choices, 0);

    const struct position head = site_head(&site);
    const struct feedback_result again = take(1, BOUNCE("1", "b@example.org"));
    assert_int_equal(again.outcome, FEEDBACK_OPTED_OUT);
    assert_int_equal(again.position.value, first.position.value);
    assert_int_equal(take(1, COMPLAINT("1", "b@example.org")).outcome, FEEDBACK_ID_USED);
    assert_int_equal(take(1, BOUNCE("1", "c@example.org")).outcome, FEEDBACK_ID_USED);
    assert_int_equal(take(2, COMPLAINT("1", "b@example.org")).outcome, FEEDBACK_WAS_OUT);
    assert_int_equal(take(1, SOFT("2", "b@example.org")).outcome, FEEDBACK_IGNORED);
    assert_int_equal(site_head(&site).value, head.value);
}

static void an_address_that_nobody_has_is_suppressed_once(void **state)
{
    const struct feedback_result first = take(1, COMPLAINT("1", "nobody@example.org"));
    assert_int_equal(first.outcome, FEEDBACK_SUPPRESSED);
    const struct entry entry = site_entry(&site, first.position);
    assert_int_equal(entry.kind, ENTRY_SUPPRESSED);
    assert_int_equal(entry.contact.value, 0);
    assert_int_equal(entry.subject, LEAVE_COMPLAINT);
    const struct feedback_result second = take(1, BOUNCE("2", "nobody@example.org"));
    assert_int_equal(second.outcome, FEEDBACK_SUPPRESSED);
    assert_int_equal(second.position.value, 0);

    const struct change add = {.kind = ENTRY_CONTACT_ADDED,
                               .intent = INTENT_OPT_IN,
                               .turn_on = 2,
                               .email = "nobody@example.org",
                               .email_key = "nobody@example.org",
                               .consent = "said so",
                               .origin = site_origin(ACTOR_IMPORT, 1)};
    assert_int_equal(site_change(&site, &add).verdict, CHANGE_SUPPRESSED);
}

static void what_is_no_report_is_refused(void **state)
{
    static const char *const bad[] = {
        "7",
        "[]",
        "{}",
        "{\"id\":7,\"type\":\"complaint\",\"address\":\"a@b.example\"}",
        "{\"id\":\"\",\"type\":\"complaint\",\"address\":\"a@b.example\"}",
        "{\"id\":\"a\\n\",\"type\":\"complaint\",\"address\":\"a@b.example\"}",
        "{\"id\":\"a\",\"type\":\"spam\",\"address\":\"a@b.example\"}",
        "{\"id\":\"a\",\"type\":\"complaint\",\"address\":\"none\"}",
        "{\"id\":\"a\",\"type\":\"complaint\",\"address\":null}",
        "{\"id\":\"a\",\"type\":\"complaint\",\"address\":\"a@b.example\",\"more\":1}",
    };
    struct feedback_report report;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(reads(bad[i], &report));
}

static void who_may_not_be_mailed_gets_no_links(void **state)
{
    static const struct {
        const char *address;
        enum verdict verdict;
    } cases[] = {
        {"in@example.org", VERDICT_ALLOW},
        {"out@example.org", VERDICT_OPTED_OUT},
        {"off@example.org", VERDICT_TOPIC_OFF},
        {"nobody@example.org", VERDICT_UNKNOWN},
        {"none", VERDICT_UNKNOWN},
    };
    const int64_t now_s = clock_now_s();
    struct check check;
    (void)site_add(&site, "in@example.org", 2);
    (void)site_add(&site, "off@example.org", 4);
    (void)site_add_out(&site, "out@example.org");
    assert_true(sender_links_can_sign(&site.service));
    assert_int_equal(check_begin(&site.service, site.arena, "newsletter", now_s, &check),
                     STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sender_links found;
        assert_int_equal(sender_links_get(&check, site.arena, "spring 3", now_s, cases[i].address,
                                          strlen(cases[i].address), &found),
                         STATUS_OK);
        assert_int_equal(found.verdict, cases[i].verdict);
        assert_true(found.is_address == (strcmp(cases[i].address, "none") != 0));
        assert_true((found.links.manage != NULL) == (found.verdict == VERDICT_ALLOW));
        assert_true((found.links.list_unsubscribe != NULL) == (found.verdict == VERDICT_ALLOW));
        if (found.links.manage)
            assert_non_null(strstr(found.links.manage, "?c=spring%203"));
    }
    check_end(&check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_report_takes_the_person_out_once, open_site, close_site),
        cmocka_unit_test_setup_teardown(an_address_that_nobody_has_is_suppressed_once, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(what_is_no_report_is_refused, open_site, close_site),
        cmocka_unit_test_setup_teardown(who_may_not_be_mailed_gets_no_links, open_site, close_site),
    };
    return cmocka_run_group_tests_name("feedback", tests, NULL, NULL);
}
