/*
 * Unit test of service/hooks: each change becomes one delivery of each hook,
 * whatever is cut off in between; when it is tried again; when a hook stops (REQUIREMENTS W4, W5).
 */
#include <string.h>

#include "base/clock.h"
#include "service/hook_kinds.h"
#include "store/contacts.h"
#include "unit/hook_support.h"

static void each_change_is_told_once(void **state)
{
    struct site site;
    bool has_news = true;
    site_open(&site);
    site_add(&site, "before@example.com", NEWSLETTER);
    int64_t id = hook_add(&site, 0);
    hook_fan_out(&site);
    assert_int_equal(hook_page_of(&site, id).count, 0); /* nothing of before it was added */
    site_add(&site, "a@example.com", NEWSLETTER);
    site_add(&site, "b@example.com", NEWSLETTER);
    assert_int_equal(hooks_has_news(&site.service, site.arena, &has_news), STATUS_OK);
    assert_true(has_news);
    hook_fan_out(&site);
    hook_fan_out(&site);
    struct hook_page page = hook_page_of(&site, id);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.line.waiting, 2);
    assert_string_equal(page.deliveries[0].type, "contact.added");
    assert_true(page.deliveries[0].delivery.position.value >
                page.deliveries[1].delivery.position.value);
    assert_memory_not_equal(page.deliveries[0].delivery.message_id,
                            page.deliveries[1].delivery.message_id, HOOK_MESSAGE_ID_BYTES);
    site_close(&site);
}

/* A courier that was killed in the middle of a fan-out: the transaction is gone with it. */
static void a_fan_out_that_was_cut_off_loses_and_doubles_nothing(void **state)
{
    struct site site;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    for (int i = 0; i < 5; i++)
        site_add(&site, arena_printf(site.arena, "p%d@example.com", i), NEWSLETTER);
    for (int i = 0; i < 3; i++) {
        struct txn *txn = site_begin(&site);
        bool more = false;
        assert_int_equal(hooks_fan_out(&site.service, txn, site.arena, clock_now_s(), &more),
                         STATUS_OK);
        txn_rollback(txn);
        site_reopen(&site);
        assert_int_equal(hook_page_of(&site, id).count, 0);
    }
    hook_fan_out(&site);
    site_reopen(&site);
    hook_fan_out(&site);
    struct hook_page page = hook_page_of(&site, id);
    assert_int_equal(page.count, 5);
    for (size_t i = 1; i < page.count; i++)
        assert_int_equal(page.deliveries[i].delivery.position.value,
                         page.deliveries[i - 1].delivery.position.value - 1);
    site_close(&site);
}

static void a_hook_hears_of_the_kinds_it_asked_for(void **state)
{
    struct site site;
    uint64_t reasons;
    site_open(&site);
    assert_true(hook_kinds_parse("contact.choices_changed", &reasons));
    assert_false(hook_kinds_parse("contact.nothing", &reasons));
    int64_t some = hook_add(&site, reasons);
    int64_t all = hook_add(&site, 0); /* its own entry is not told */
    struct contact ada = site_add(&site, "ada@example.com", NEWSLETTER);
    struct change out = {.kind = ENTRY_CHOICES,
                         .contact = ada.id,
                         .intent = INTENT_OPT_OUT,
                         .origin = site_origin(ACTOR_ONE_CLICK, 0)};
    site_change(&site, &out);
    site_put_setting(&site, "brand_name", "Northwind");
    hook_fan_out(&site);
    assert_int_equal(hook_page_of(&site, some).count, 1);
    assert_string_equal(hook_page_of(&site, some).deliveries[0].type, "contact.choices_changed");
    assert_int_equal(hook_page_of(&site, all).count, 2);
    for (int i = 0; i < HOOK_KINDS_COUNT; i++)
        assert_true(hook_kinds_has(0, hook_kinds[i].kind));
    assert_false(hook_kinds_has(0, ENTRY_ADMIN_PASSWORD));
    assert_false(hook_kinds_has(UINT64_MAX, ENTRY_SETTING));
    assert_false(hook_kinds_has(UINT64_MAX, ENTRY_HOOK_ADDED));
    site_close(&site);
}

/* Whoever never answers must not fill the disk: the rest waits in the ledger. */
static void what_waits_for_a_hook_has_a_bound(void **state)
{
    struct site site;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    struct txn *txn = site_begin(&site);
    for (int i = 0; i < HOOK_WAITING_MAX + 500; i++) {
        struct change_result result;
        const char *email = arena_printf(site.arena, "p%d@example.com", i);
        struct change change = {.kind = ENTRY_CONTACT_ADDED,
                                .intent = INTENT_OPT_IN,
                                .email = email,
                                .email_key = email,
                                .origin = site_origin(ACTOR_OPERATOR, 0)};
        assert_int_equal(change_apply(&site.service, txn, site.arena, &change, &result), STATUS_OK);
    }
    site_commit(txn);
    hook_fan_out(&site);
    assert_int_equal(hook_page_of(&site, id).line.waiting, HOOK_WAITING_MAX);
    hook_settle(&site, hook_newest(&site, id).id, 200, 0);
    hook_fan_out(&site);
    assert_int_equal(hook_page_of(&site, id).line.waiting, HOOK_WAITING_MAX);
    site_close(&site);
}

static void waits_grow_as_the_schedule_says(void **state)
{
    static const int64_t about[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
    for (int tries = 1; tries < HOOK_TRIES_MAX; tries++) {
        int64_t least = INT64_MAX, most = 0;
        for (uint32_t random = 0; random < 20000; random++) {
            int64_t delay = hooks_delay_s(tries, random * 214013u);
            least = delay < least ? delay : least;
            most = delay > most ? delay : most;
        }
        int64_t spread = about[tries - 1] / 10 ? about[tries - 1] / 10 : 1;
        assert_in_range(least, about[tries - 1] - spread, about[tries - 1]);
        assert_in_range(most, about[tries - 1] + 1, about[tries - 1] + spread);
    }
    assert_int_equal(hooks_delay_s(HOOK_TRIES_MAX, 1), 0);
    assert_int_equal(hooks_delay_s(0, 1), 0);
}

static void a_delivery_is_tried_ten_times_with_one_id_and_given_up(void **state)
{
    struct site site;
    struct hook_delivery *due;
    size_t count;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    site_add(&site, "ada@example.com", NEWSLETTER);
    hook_fan_out(&site);
    struct hook_delivery first = hook_newest(&site, id);
    for (int tries = 1; tries <= HOOK_TRIES_MAX; tries++) {
        assert_int_equal(
            hook_deliveries_due(site.service.store, site.arena, id, clock_now_s(), 9, &due, &count),
            STATUS_OK);
        assert_int_equal(count, 1);
        assert_memory_equal(due[0].message_id, first.message_id, HOOK_MESSAGE_ID_BYTES);
        hook_settle(&site, first.id, tries % 2 ? 500 : 0, 0);
        struct hook_delivery now = hook_newest(&site, id);
        assert_int_equal(now.tries, tries);
        assert_string_equal(now.fault, tries % 2 ? "it answered 500" : "connection refused");
        if (tries < HOOK_TRIES_MAX)
            clock_shift_s(now.due_at - clock_now_s());
    }
    struct hook_page page = hook_page_of(&site, id);
    assert_int_equal(page.deliveries[0].delivery.outcome, HOOK_GIVEN_UP);
    assert_int_equal(page.line.lost, 1);
    assert_int_equal(page.line.hook.state, HOOK_ON); /* three days, not five */
    struct hook_saved saved = hook_act_on(&site, id, HOOK_REPLAY_ALL);
    assert_int_equal(saved.count, 1);
    struct hook_delivery again = hook_newest(&site, id);
    assert_int_equal(again.outcome, HOOK_WAITS);
    assert_int_equal(again.tries, 0);
    assert_memory_equal(again.message_id, first.message_id, HOOK_MESSAGE_ID_BYTES);
    hook_settle(&site, again.id, 204, 0);
    page = hook_page_of(&site, id);
    assert_int_equal(page.deliveries[0].delivery.outcome, HOOK_DELIVERED);
    assert_int_equal(page.line.hook.failing_since, 0);
    assert_int_equal(page.line.waiting, 0);
    site_close(&site);
}

static void redirects_are_failures(void **state)
{
    struct site site;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    site_add(&site, "ada@example.com", NEWSLETTER);
    hook_fan_out(&site);
    hook_settle(&site, hook_newest(&site, id).id, 302, 0);
    struct hook_delivery delivery = hook_newest(&site, id);
    assert_int_equal(delivery.outcome, HOOK_WAITS);
    assert_int_equal(delivery.code, 302);
    assert_non_null(strstr(delivery.fault, "redirects are not followed"));
    site_close(&site);
}

static void retry_after_is_honoured_up_to_a_day(void **state)
{
    static const struct {
        int64_t asked, least, most;
    } cases[] = {{0, 4, 6}, {2, 4, 6}, {120, 120, 120}, {INT64_C(1) << 40, 86400, 86400}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site site;
        site_open(&site);
        int64_t id = hook_add(&site, 0);
        site_add(&site, "ada@example.com", NEWSLETTER);
        hook_fan_out(&site);
        int64_t now_s = clock_now_s();
        hook_settle(&site, hook_newest(&site, id).id, 503, cases[i].asked);
        assert_in_range(hook_newest(&site, id).due_at - now_s, cases[i].least, cases[i].most + 1);
        site_close(&site);
    }
}

static void gone_stops_the_hook_and_keeps_what_waits(void **state)
{
    struct site site;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    site_add(&site, "a@example.com", NEWSLETTER);
    hook_fan_out(&site);
    struct position before = site_head(&site);
    hook_settle(&site, hook_newest(&site, id).id, 410, 0);
    struct hook_page page = hook_page_of(&site, id);
    assert_int_equal(page.line.hook.state, HOOK_FAILED);
    assert_non_null(strstr(page.line.hook.fault, "410"));
    assert_int_equal(page.line.waiting, 1);
    struct entry entry = site_entry(&site, site_head(&site));
    assert_int_equal(entry.position.value, before.value + 1);
    assert_int_equal(entry.kind, ENTRY_HOOK_EDITED);
    assert_int_equal(entry.actor, ACTOR_SYSTEM);
    assert_int_equal(entry.subject, id);

    site_add(&site, "b@example.com", NEWSLETTER);
    hook_fan_out(&site);
    assert_int_equal(hook_page_of(&site, id).line.waiting, 1); /* the other stays in the ledger */
    assert_int_equal(hook_act_on(&site, id, HOOK_TEST).fault, HOOK_IS_STOPPED);
    assert_int_equal(hook_act_on(&site, id, HOOK_RESUME).fault, HOOK_FINE);
    hook_fan_out(&site);
    page = hook_page_of(&site, id);
    assert_int_equal(page.line.hook.state, HOOK_ON);
    assert_string_equal(page.line.hook.fault, "");
    assert_int_equal(page.line.waiting, 2);
    assert_true(page.line.due_at <= clock_now_s()); /* at once, not when it would have been due */
    site_close(&site);
}

static void five_days_of_failing_stop_the_hook(void **state)
{
    struct site site;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    site_add(&site, "a@example.com", NEWSLETTER);
    hook_fan_out(&site);
    int64_t delivery = hook_newest(&site, id).id;
    hook_settle(&site, delivery, 500, 0);
    clock_shift_s(HOOK_FAILING_MAX_S - 60);
    hook_settle(&site, delivery, 500, 0);
    assert_int_equal(hook_page_of(&site, id).line.hook.state, HOOK_ON);
    clock_shift_s(120);
    hook_settle(&site, delivery, 0, 0);
    struct hook hook = hook_page_of(&site, id).line.hook;
    assert_int_equal(hook.state, HOOK_FAILED);
    assert_non_null(strstr(hook.fault, "connection refused"));
    site_close(&site);
}

static void one_that_was_taken_ends_the_failing(void **state)
{
    struct site site;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    site_add(&site, "a@example.com", NEWSLETTER);
    site_add(&site, "b@example.com", NEWSLETTER);
    hook_fan_out(&site);
    struct hook_page page = hook_page_of(&site, id);
    hook_settle(&site, page.deliveries[0].delivery.id, 500, 0);
    assert_true(hook_page_of(&site, id).line.hook.failing_since > 0);
    hook_settle(&site, page.deliveries[1].delivery.id, 200, 0);
    clock_shift_s(HOOK_FAILING_MAX_S + 1);
    hook_settle(&site, page.deliveries[0].delivery.id, 500, 0);
    assert_int_equal(hook_page_of(&site, id).line.hook.state, HOOK_ON);
    site_close(&site);
}

/* An answer that comes twice, or after the hook is gone, changes nothing. */
static void late_answers_are_passed_over(void **state)
{
    struct site site;
    struct hook_delivery delivery;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    site_add(&site, "a@example.com", NEWSLETTER);
    site_add(&site, "b@example.com", NEWSLETTER);
    hook_fan_out(&site);
    struct hook_page page = hook_page_of(&site, id);
    int64_t first = page.deliveries[0].delivery.id, second = page.deliveries[1].delivery.id;
    hook_settle(&site, first, 200, 0);
    hook_settle(&site, first, 500, 0);
    assert_int_equal(hook_page_of(&site, id).deliveries[0].delivery.outcome, HOOK_DELIVERED);
    assert_int_equal(hook_act_on(&site, id, HOOK_REMOVE).fault, HOOK_FINE);
    hook_settle(&site, second, 410, 0);
    assert_int_equal(hook_admin_delivery(&site.service, site.arena, second, &delivery), STATUS_OK);
    assert_int_equal(delivery.tries, 0);
    assert_int_equal(hook_act_on(&site, id, HOOK_TEST).fault, HOOK_GONE);
    assert_int_equal(site_entry(&site, site_head(&site)).kind, ENTRY_HOOK_REMOVED);
    site_close(&site);
}

static void what_a_wrong_clock_put_off_is_told_when_it_is_right_again(void **state)
{
    struct site site;
    struct hook_delivery *due;
    bool more = true;
    size_t count = 0;
    const int64_t now_s = clock_now_s();
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    site_add(&site, "a@example.com", NEWSLETTER);
    hook_fan_out(&site);
    assert_int_equal(site_sql(&site, "UPDATE hook_delivery SET due_at = due_at + 99999999"), 0);
    for (size_t mended = 0; mended < 2; mended++) {
        assert_int_equal(
            hook_deliveries_due(site.service.store, site.arena, id, now_s + 9, 5, &due, &count),
            STATUS_OK);
        assert_int_equal(count, mended);
        struct txn *txn = site_begin(&site);
        assert_int_equal(hooks_prune(txn, now_s, &more), STATUS_OK);
        site_commit(txn);
    }
    site_close(&site);
}

static void what_ended_long_ago_is_cleared_away(void **state)
{
    struct site site;
    bool more = true;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    site_add(&site, "a@example.com", NEWSLETTER);
    site_add(&site, "b@example.com", NEWSLETTER);
    hook_fan_out(&site);
    struct hook_page page = hook_page_of(&site, id);
    hook_settle(&site, page.deliveries[0].delivery.id, 200, 0);
    for (int i = 0; i < HOOK_TRIES_MAX; i++)
        hook_settle(&site, page.deliveries[1].delivery.id, 500, 0);
    static const struct {
        int64_t after_s;
        size_t left;
    } steps[] = {{0, 2}, {HOOK_KEEP_TAKEN_S - 60, 2}, {120, 1}, {HOOK_KEEP_LOST_S, 0}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        clock_shift_s(steps[i].after_s);
        struct txn *txn = site_begin(&site);
        assert_int_equal(hooks_prune(txn, clock_now_s(), &more), STATUS_OK);
        site_commit(txn);
        assert_false(more);
        assert_int_equal(hook_page_of(&site, id).count, steps[i].left);
    }
    site_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_told_once),
        cmocka_unit_test(a_fan_out_that_was_cut_off_loses_and_doubles_nothing),
        cmocka_unit_test(a_hook_hears_of_the_kinds_it_asked_for),
        cmocka_unit_test(what_waits_for_a_hook_has_a_bound),
        cmocka_unit_test(waits_grow_as_the_schedule_says),
        cmocka_unit_test(a_delivery_is_tried_ten_times_with_one_id_and_given_up),
        cmocka_unit_test(redirects_are_failures),
        cmocka_unit_test(retry_after_is_honoured_up_to_a_day),
        cmocka_unit_test(gone_stops_the_hook_and_keeps_what_waits),
        cmocka_unit_test(five_days_of_failing_stop_the_hook),
        cmocka_unit_test(one_that_was_taken_ends_the_failing),
        cmocka_unit_test(late_answers_are_passed_over),
        cmocka_unit_test(what_a_wrong_clock_put_off_is_told_when_it_is_right_again),
        cmocka_unit_test(what_ended_long_ago_is_cleared_away),
    };
    return cmocka_run_group_tests_name("hooks", tests, NULL, NULL);
}
