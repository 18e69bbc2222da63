/*
 * Unit test of service/hook_admin: what forms may say, what the ledger keeps of each change, how
 * many hooks there may be, and that a removal is taken back whole or not at all.
 */
#include <string.h>

#include "base/clock.h"
#include "service/hook_kinds.h"
#include "unit/hook_support.h"

static void forms_are_checked(void **state)
{
    static const struct {
        struct hook_edit edit;
        enum hook_fault fault;
    } cases[] = {
        {{.url = "http://example.com/", .kinds = UINT64_MAX, .signing = HOOK_BOTH}, HOOK_URL_BAD},
        {{.url = "https://127.0.0.1/", .kinds = UINT64_MAX, .signing = HOOK_BOTH}, HOOK_URL_BAD},
        {{.url = NULL, .kinds = UINT64_MAX, .signing = HOOK_BOTH}, HOOK_URL_BAD},
        {{.url = URL, .about = "\xff", .kinds = UINT64_MAX, .signing = HOOK_BOTH}, HOOK_ABOUT_BAD},
        {{.url = URL, .kinds = 0, .signing = HOOK_BOTH}, HOOK_KINDS_NONE},
        {{.url = URL, .kinds = UINT64_C(1) << ENTRY_ADMIN_ADDED, .signing = HOOK_BOTH},
         HOOK_KINDS_NONE},
        {{.url = URL, .kinds = UINT64_MAX, .signing = 0}, HOOK_SIGNING_BAD},
        {{.url = URL, .kinds = UINT64_MAX, .signing = 4}, HOOK_SIGNING_BAD},
    };
    struct site site;
    site_open(&site);
    struct position before = site_head(&site);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hook_saved saved = hook_save(&site, &cases[i].edit);
        assert_int_equal(saved.fault, cases[i].fault);
        assert_true(strlen(hook_fault_words(&saved)) > 20);
    }
    assert_int_equal(site_head(&site).value, before.value);
    site_close(&site);
}

static void every_change_of_a_hook_is_in_the_ledger(void **state)
{
    struct site site;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    struct entry entry = site_entry(&site, site_head(&site));
    assert_int_equal(entry.kind, ENTRY_HOOK_ADDED);
    assert_int_equal(entry.subject, id);
    struct hook_edit edit = {.act = HOOK_EDIT,
                             .id = id,
                             .url = "https://other.example.com/",
                             .about = "CRM",
                             .kinds = UINT64_C(1) << ENTRY_REASON,
                             .signing = HOOK_BOTH};
    assert_int_equal(hook_save(&site, &edit).fault, HOOK_FINE);
    entry = site_entry(&site, site_head(&site));
    assert_int_equal(entry.kind, ENTRY_HOOK_EDITED);
    assert_string_equal(entry.private.note, "url: " URL " → https://other.example.com/\n"
                                            "about: (none) → CRM\n"
                                            "kinds: all → contact.reason_given\n"
                                            "signing: ed25519 → both");
    struct position head = site_head(&site);
    assert_true(hook_save(&site, &edit).is_unchanged);
    assert_int_equal(site_head(&site).value, head.value);
    assert_false(hook_act_on(&site, id, HOOK_STOP).is_unchanged);
    assert_true(hook_act_on(&site, id, HOOK_STOP).is_unchanged);
    hook_act_on(&site, id, HOOK_RESUME);
    hook_act_on(&site, id, HOOK_ROTATE);
    hook_act_on(&site, id, HOOK_SHOW_SECRET);
    hook_act_on(&site, id, HOOK_REMOVE);
    assert_int_equal(site_head(&site).value, head.value + 5);
    site_check_ledger(&site);
    site_close(&site);
}

static void there_is_a_most_of_hooks(void **state)
{
    struct site site;
    struct hook_list list;
    site_open(&site);
    for (int i = 0; i < HOOKS_MAX; i++)
        hook_add(&site, 0);
    assert_int_equal(
        hook_save(&site, &(struct hook_edit){.url = URL, .kinds = UINT64_MAX, .signing = HOOK_HMAC})
            .fault,
        HOOK_TOO_MANY);
    assert_int_equal(hook_admin_list(&site.service, site.arena, &list), STATUS_OK);
    assert_false(list.can_add);
    hook_act_on(&site, list.hooks[0].hook.id, HOOK_REMOVE);
    int64_t id = hook_add(&site, 0);
    assert_true(id > HOOKS_MAX); /* a number is never given twice: secrets come of it */
    site_close(&site);
}

static void deliveries_are_paged_by_key(void **state)
{
    struct site site;
    struct hook_page page;
    size_t seen = 0;
    int64_t before = 0;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    for (int i = 0; i < 2 * HOOK_PAGE_ROWS + 7; i++)
        hook_act_on(&site, id, HOOK_TEST);
    do {
        assert_int_equal(
            hook_admin_get(&site.service, site.arena, id, before, clock_now_s(), &page), STATUS_OK);
        for (size_t i = 1; i < page.count; i++)
            assert_true(page.deliveries[i].delivery.id < page.deliveries[i - 1].delivery.id);
        seen += page.count;
        before = page.before;
    } while (before != 0);
    assert_int_equal(seen, 2 * HOOK_PAGE_ROWS + 7);
    assert_string_equal(page.deliveries[0].type, "test");
    site_close(&site);
}

/* Its keys, what waited for it and what happened meanwhile are there as if nothing had been. */
static void a_removal_is_taken_back_within_the_hour(void **state)
{
    struct site site;
    struct hook removed;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    hook_act_on(&site, id, HOOK_ROTATE);
    site_add(&site, "a@example.com", NEWSLETTER);
    hook_fan_out(&site);
    struct hook_page before = hook_page_of(&site, id);
    assert_int_equal(hook_admin_removed(&site.service, site.arena, id, clock_now_s(), &removed),
                     STATUS_NOT_FOUND);
    hook_act_on(&site, id, HOOK_REMOVE);
    assert_int_equal(hook_admin_removed(&site.service, site.arena, id, clock_now_s(), &removed),
                     STATUS_OK);
    assert_string_equal(removed.url, URL);
    site_add(&site, "b@example.com", NEWSLETTER);
    hook_fan_out(&site);
    clock_shift_s(UNDO_WINDOW_S - 60);
    struct hook_saved saved = hook_act_on(&site, id, HOOK_RESTORE);
    assert_int_equal(saved.fault, HOOK_FINE);
    assert_false(saved.is_unchanged);
    assert_true(hook_act_on(&site, id, HOOK_RESTORE).is_unchanged);
    hook_fan_out(&site);
    struct hook_page after = hook_page_of(&site, id);
    assert_int_equal(before.line.waiting, 1);
    assert_int_equal(after.line.waiting, 2);
    assert_string_equal(after.public_key, before.public_key);
    assert_string_equal(after.older_public_key, before.older_public_key);
    site_check_ledger(&site);
    site_close(&site);
}

static void after_the_hour_a_removed_hook_and_what_waited_are_gone(void **state)
{
    struct site site;
    struct hook removed;
    struct hook_delivery delivery;
    bool more = true;
    site_open(&site);
    int64_t id = hook_add(&site, 0), other = hook_add(&site, 0);
    site_add(&site, "a@example.com", NEWSLETTER);
    hook_fan_out(&site);
    int64_t waiting = hook_newest(&site, id).id;
    hook_act_on(&site, id, HOOK_REMOVE);
    static const struct {
        int64_t after_s;
        enum status status;
    } steps[] = {{UNDO_WINDOW_S - 60, STATUS_OK}, {120, STATUS_NOT_FOUND}};
    for (size_t i = 0; i < 2; i++) {
        clock_shift_s(steps[i].after_s);
        struct txn *txn = site_begin(&site);
        assert_int_equal(hooks_prune(txn, clock_now_s(), &more), STATUS_OK);
        site_commit(txn);
        assert_false(more);
        assert_int_equal(hook_admin_delivery(&site.service, site.arena, waiting, &delivery),
                         steps[i].status);
        assert_int_equal(hook_page_of(&site, other).line.waiting, 1);
    }
    struct position head = site_head(&site);
    assert_int_equal(hook_act_on(&site, id, HOOK_RESTORE).fault, HOOK_RESTORE_LATE);
    assert_int_equal(hook_act_on(&site, 99, HOOK_RESTORE).fault, HOOK_GONE);
    assert_int_equal(site_head(&site).value, head.value);
    assert_int_equal(hook_admin_removed(&site.service, site.arena, id, clock_now_s(), &removed),
                     STATUS_NOT_FOUND);
    site_close(&site);
}

static void no_removal_is_taken_back_past_the_most(void **state)
{
    struct site site;
    site_open(&site);
    int64_t id = hook_add(&site, 0);
    hook_act_on(&site, id, HOOK_REMOVE);
    for (int i = 0; i < HOOKS_MAX; i++)
        hook_add(&site, 0);
    assert_int_equal(hook_act_on(&site, id, HOOK_RESTORE).fault, HOOK_TOO_MANY);
    site_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_checked),
        cmocka_unit_test(every_change_of_a_hook_is_in_the_ledger),
        cmocka_unit_test(there_is_a_most_of_hooks),
        cmocka_unit_test(deliveries_are_paged_by_key),
        cmocka_unit_test(a_removal_is_taken_back_within_the_hour),
        cmocka_unit_test(after_the_hour_a_removed_hook_and_what_waited_are_gone),
        cmocka_unit_test(no_removal_is_taken_back_past_the_most),
    };
    return cmocka_run_group_tests_name("hook_admin", tests, NULL, NULL);
}
