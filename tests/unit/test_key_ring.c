/*
 * Unit test of the key ring: public keys as they are pasted, what rotating, adding and revoking
 * change, and what is counted of links that come back.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "service/key_ring.h"
#include "service/link_watch.h"
#include "unit/site.h"

#define DAY_S 86400

/* RFC 8032 section 7.1, test 1. */
#define HEX    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define BASE64 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define PEM                                                                                        \
    "-----BEGIN PUBLIC KEY-----\r\n"                                                               \
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\r\n"                             \
    "-----END PUBLIC KEY-----\r\n"

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

static void a_public_key_is_read_in_each_of_its_forms(void **state)
{
    static const char *const forms[] = {
        HEX,
        "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A",
        "  " HEX "\r\n",
        BASE64,
        "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        PEM,
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7T\n"
        "yWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----",
    };
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        uint8_t key[LINK_PUBLIC_BYTES] = {0};
        char text[48];
        if (public_key_read(forms[i], key) != PUBLIC_KEY_FINE)
            fail_msg("refused: %s", forms[i]);
        crypto_base64url(key, sizeof key, text, sizeof text);
        assert_string_equal(text, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    }
}

static void what_is_no_sound_key_is_refused_and_nothing_is_written(void **state)
{
    static const struct {
        const char *text;
        enum public_key_fault fault;
    } samples[] = {
        {"", PUBLIC_KEY_UNREADABLE},
        {"hello", PUBLIC_KEY_UNREADABLE},
        {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751", PUBLIC_KEY_UNREADABLE},
        {HEX "00", PUBLIC_KEY_UNREADABLE},
        {HEX " " HEX, PUBLIC_KEY_UNREADABLE},
        {"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURp=", PUBLIC_KEY_UNREADABLE}, /* spare bits */
        {"-----BEGIN PUBLIC KEY-----", PUBLIC_KEY_UNREADABLE},
        {"-----BEGIN PUBLIC KEY-----\nnot base64 !\n-----END PUBLIC KEY-----",
         PUBLIC_KEY_UNREADABLE},
        {"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMc"
         "rn9g\n-----END PRIVATE KEY-----",
         PUBLIC_KEY_PRIVATE},
        /* X25519, by its object identifier. */
        {"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
         "\n-----END PUBLIC KEY-----",
         PUBLIC_KEY_OTHER_KIND},
        /* y = 2 is on no point. */
        {"0200000000000000000000000000000000000000000000000000000000000000", PUBLIC_KEY_NO_POINT},
        /* Of order 1, 2, 4, 8. */
        {"0100000000000000000000000000000000000000000000000000000000000000",
         PUBLIC_KEY_SMALL_ORDER},
        {"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
         PUBLIC_KEY_SMALL_ORDER},
        {"0000000000000000000000000000000000000000000000000000000000000000",
         PUBLIC_KEY_SMALL_ORDER},
        {"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
         PUBLIC_KEY_SMALL_ORDER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        uint8_t key[LINK_PUBLIC_BYTES] = {7};
        const enum public_key_fault fault = public_key_read(samples[i].text, key);
        if (fault != samples[i].fault)
            fail_msg("%d instead of %d: %s", fault, samples[i].fault, samples[i].text);
        assert_int_equal(key[0], 7);
    }
}

static struct key_ring load(void)
{
    struct key_ring ring;
    assert_int_equal(key_ring_load(&site.service, site.arena, clock_now_s(), &ring), STATUS_OK);
    return ring;
}

static struct key_done rotate(const char *newest)
{
    struct origin origin = site_origin(ACTOR_ADMIN, 1);
    struct key_done done;
    struct txn *txn = site_begin(&site);
    assert_int_equal(key_ring_rotate(&site.service, txn, site.arena, newest, &origin, &done),
                     STATUS_OK);
    site_commit(txn);
    clock_shift_s(1); /* the signer is looked for anew in the next second */
    return done;
}

static struct key_done add(const char *text, const char *owner)
{
    struct origin origin = site_origin(ACTOR_ADMIN, 1);
    struct key_done done;
    struct txn *txn = site_begin(&site);
    assert_int_equal(key_ring_add(&site.service, txn, site.arena, text, owner, &origin, &done),
                     STATUS_OK);
    site_commit(txn);
    return done;
}

static struct key_done revoke(struct link_key_id id)
{
    struct origin origin = site_origin(ACTOR_ADMIN, 1);
    struct key_done done;
    struct txn *txn = site_begin(&site);
    assert_int_equal(key_ring_revoke(&site.service, txn, site.arena, id, &origin, &done),
                     STATUS_OK);
    site_commit(txn);
    return done;
}

static struct link_key_id id_of(const struct key_row *row)
{
    struct link_key_id id;
    memcpy(id.value, row->key.id, sizeof id.value);
    return id;
}

static void rotating_signs_with_a_new_key_and_lets_ours_verify_and_a_senders_be(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "ada@example.org", NEWSLETTER);
    assert_int_equal(add(PEM, "  A   sender ").fault, KEY_FINE);
    const struct link_set before = site_links(&site, &person, 0);
    assert_int_equal(rotate(NULL).fault, KEY_FINE);
    struct key_ring ring = load();
    assert_int_equal(ring.count, 3);
    assert_true(ring.rows[0].signs_here && ring.rows[0].key.state == KEY_SIGNING);
    assert_string_equal(ring.rows[1].key.owner, "A sender");
    assert_int_equal(ring.rows[1].key.state, KEY_SIGNING);
    assert_false(ring.rows[1].signs_here);
    assert_int_equal(ring.rows[2].key.state, KEY_VERIFYING);
    const struct link_set after = site_links(&site, &person, 0);
    const char *const links[] = {before.manage, after.manage};
    for (size_t i = 0; i < 2; i++) {
        struct link_opened link;
        assert_int_equal(links_open(&site.service, site.arena, site_token(links[i]), PURPOSE_MANAGE,
                                    clock_now_s(), &link),
                         STATUS_OK);
        assert_int_equal(link.state, LINK_GOOD);
        assert_memory_equal(link.claims.key_id.value, ring.rows[i == 0 ? 2 : 0].key.id, 4);
    }
    site_check_ledger(&site);
}

static void a_form_sent_twice_rotates_once(void **state)
{
    char newest[LINK_KEY_ID_TEXT_BYTES];
    (void)state;
    struct key_ring ring = load();
    link_key_id_text(id_of(&ring.rows[0]), newest);
    assert_int_equal(rotate(newest).fault, KEY_FINE);
    assert_int_equal(rotate(newest).fault, KEY_MEANWHILE);
    assert_int_equal(rotate("").fault, KEY_MEANWHILE);
    assert_int_equal(load().count, 2);
}

static void adding_refuses_what_is_there_and_who_has_no_name(void **state)
{
    (void)state;
    assert_int_equal(add(HEX, " \t").fault, KEY_OWNER_BAD);
    assert_int_equal(add("nothing", "A sender").fault, KEY_UNREADABLE);
    assert_int_equal(add(HEX, "A sender").fault, KEY_FINE);
    assert_int_equal(add(BASE64, "The same").fault, KEY_THERE);
    assert_int_equal(load().count, 2);
}

static void revoking_is_for_ever_and_says_so(void **state)
{
    (void)state;
    const struct link_key_id id = add(HEX, "A sender").id;
    assert_int_equal(revoke(id).fault, KEY_FINE);
    assert_int_equal(revoke(id).fault, KEY_ENDED);
    assert_int_equal(revoke((struct link_key_id){{1, 2, 3, 4}}).fault, KEY_GONE);
    assert_int_equal(add(HEX, "A sender").fault, KEY_THERE);
    assert_int_equal(load().rows[0].key.state, KEY_REVOKED);
    site_check_ledger(&site);
}

static void count(struct link_use use)
{
    struct txn *txn = site_begin(&site);
    assert_int_equal(key_ring_count(txn, &use, 1, clock_now_s()), STATUS_OK);
    site_commit(txn);
}

static void uses_are_added_up_by_day_for_thirty_days_and_kept_for_four_hundred(void **state)
{
    (void)state;
    const int32_t today = (int32_t)(clock_now_s() / DAY_S);
    struct key_ring ring = load();
    struct link_use use = {.day = today, .opened = 2, .acted = 1, .machine = 5};
    memcpy(use.key, ring.rows[0].key.id, sizeof use.key);
    count(use);
    count(use);
    use.day = today - KEY_RING_DAYS + 1;
    count(use);
    use.day = today - KEY_RING_DAYS;
    count(use);
    use.day = today - KEY_RING_KEPT_DAYS - 1; /* goes at once, with what it came with */
    count(use);
    ring = load();
    assert_int_equal(ring.rows[0].uses.opened, 6);
    assert_int_equal(ring.rows[0].uses.acted, 3);
    assert_int_equal(ring.rows[0].uses.machine, 15);
    assert_int_equal(ring.rows[0].used_day_s, (int64_t)today * DAY_S);
    assert_int_equal(ring.days[0].opened, 2);
    assert_int_equal(ring.days[KEY_RING_DAYS - 1].machine, 10);
    struct key_counts counts;
    assert_int_equal(key_ring_uses(&site.service, id_of(&ring.rows[0]), clock_now_s(), &counts),
                     STATUS_OK);
    assert_int_equal(key_counts_used(&counts), 9);

    clock_shift_s((int64_t)(KEY_RING_KEPT_DAYS + 1) * DAY_S);
    struct txn *txn = site_begin(&site);
    assert_int_equal(key_ring_sweep(txn, site.arena, clock_now_s()), STATUS_OK);
    site_commit(txn);
    struct link_use left[4];
    size_t kept = 9;
    assert_int_equal(link_uses_list(site.service.store, ring.rows[0].key.id, 0, left, 4, &kept),
                     STATUS_OK);
    assert_int_equal(kept, 0);
    clock_shift_s(-(int64_t)(KEY_RING_KEPT_DAYS + 1) * DAY_S);
}

/* Sums of what a watch gave out. */
static struct link_watch *watch;
static struct key_counts sums;

static int open_watch(void **state)
{
    (void)state;
    sums = (struct key_counts){0};
    watch = link_watch_new();
    return watch ? 0 : -1;
}

static int close_watch(void **state)
{
    (void)state;
    link_watch_free(watch);
    return 0;
}

#define NOON (INT64_C(20000) * DAY_S + DAY_S / 2)

static void seen(bool acted, const char *token, const char *address, int64_t age_s, int64_t now_s)
{
    struct link_moves moves;
    const struct link_seen what = {
        .key = {{1, 2, 3, 4}}, .token = token, .address = address, .issued_at = now_s - age_s};
    if (acted)
        link_watch_acted(watch, &what, now_s, &moves);
    else
        link_watch_opened(watch, &what, now_s, &moves);
    for (size_t i = 0; i < moves.count; i++) {
        assert_memory_equal(moves.rows[i].key, what.key.value, 4);
        assert_int_equal(moves.rows[i].day, now_s / DAY_S);
        sums.opened += moves.rows[i].opened;
        sums.acted += moves.rows[i].acted;
        sums.machine += moves.rows[i].machine;
    }
}

static void assert_sums(int64_t opened, int64_t machine, int64_t acted)
{
    assert_int_equal(sums.opened, opened);
    assert_int_equal(sums.machine, machine);
    assert_int_equal(sums.acted, acted);
}

static void someone_who_comes_back_is_a_person(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) /* and presses reload in anger */
        seen(false, "one link", "192.0.2.1", 3600, NOON);
    assert_sums(20, 0, 0);
}

static void a_network_that_opens_many_links_within_a_second_is_a_machine_from_its_first_on(void **s)
{
    char token[16], address[24];
    (void)s;
    for (int i = 0; i < 8; i++) {
        snprintf(token, sizeof token, "link %d", i);
        snprintf(address, sizeof address, "192.0.2.%d", i);
        seen(false, token, address, 3600, NOON);
        assert_sums(i < 4 ? i + 1 : 0, i < 4 ? 0 : i + 1, 0);
    }
    seen(false, "another", "192.0.3.1", 3600, NOON);
    seen(false, "another yet", "192.0.2.9", 3600, NOON + 1);
    assert_sums(2, 8, 0);
}

static void networks_of_ipv6_are_told_apart_by_48_bits(void **state)
{
    char token[16], address[40];
    (void)state;
    for (int i = 0; i < 5; i++) {
        snprintf(token, sizeof token, "link %d", i);
        snprintf(address, sizeof address, "2001:db8:%d::1", i);
        seen(false, token, address, 3600, NOON);
    }
    assert_sums(5, 0, 0);
    for (int i = 0; i < 5; i++) {
        snprintf(token, sizeof token, "more %d", i);
        snprintf(address, sizeof address, "2001:db8:99:%d::1", i);
        seen(false, token, address, 3600, NOON);
    }
    assert_sums(5, 5, 0);
}

static void
a_link_that_was_just_made_is_opened_by_a_machine_until_a_form_comes_from_it(void **state)
{
    (void)state;
    seen(false, "fresh", "192.0.2.1", LINK_WATCH_SENDING_S, NOON);
    seen(false, "fresher", "198.51.100.1", 0, NOON);
    seen(false, "not so", "203.0.113.1", LINK_WATCH_SENDING_S + 1, NOON);
    assert_sums(1, 2, 0);
    seen(true, "fresh", "192.0.2.1", 30, NOON + 20);
    assert_sums(2, 1, 1);
    seen(false, "fresh", "192.0.2.1", 31, NOON + 21);
    seen(true, "fresh", "192.0.2.1", 32, NOON + 22);
    assert_sums(3, 1, 2);
    seen(true, "fresher", "198.51.100.1", 700, NOON + LINK_WATCH_ANSWER_S + 1); /* too late */
    assert_sums(3, 1, 3);
}

static void an_act_that_no_page_went_before_is_an_act_alone(void **state)
{
    (void)state;
    seen(true, "one click", "192.0.2.1", 5, NOON);
    assert_sums(0, 0, 1);
    seen(false, "one click", "192.0.2.1", 6, NOON + 1); /* who acts, looks */
    assert_sums(1, 0, 1);
}

static void no_number_of_links_breaks_what_is_counted(void **state)
{
    char token[24], address[24];
    (void)state;
    for (int i = 0; i < 50000; i++) {
        snprintf(token, sizeof token, "link %d", i);
        snprintf(address, sizeof address, "10.%d.%d.1", i / 250 % 250, i % 250);
        seen(i % 7 == 0, token, address, 3600, NOON + i / 1000);
    }
    assert_int_equal(sums.acted, (50000 + 6) / 7);
    assert_int_equal(sums.opened + sums.machine, 50000 - sums.acted);
    assert_true(sums.opened >= 0 && sums.machine >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_public_key_is_read_in_each_of_its_forms),
        cmocka_unit_test(what_is_no_sound_key_is_refused_and_nothing_is_written),
        cmocka_unit_test_setup_teardown(
            rotating_signs_with_a_new_key_and_lets_ours_verify_and_a_senders_be, open_site,
            close_site),
        cmocka_unit_test_setup_teardown(a_form_sent_twice_rotates_once, open_site, close_site),
        cmocka_unit_test_setup_teardown(adding_refuses_what_is_there_and_who_has_no_name, open_site,
                                        close_site),
        cmocka_unit_test_setup_teardown(revoking_is_for_ever_and_says_so, open_site, close_site),
        cmocka_unit_test_setup_teardown(
            uses_are_added_up_by_day_for_thirty_days_and_kept_for_four_hundred, open_site,
            close_site),
        cmocka_unit_test_setup_teardown(someone_who_comes_back_is_a_person, open_watch,
                                        close_watch),
        cmocka_unit_test_setup_teardown(
            a_network_that_opens_many_links_within_a_second_is_a_machine_from_its_first_on,
            open_watch, close_watch),
        cmocka_unit_test_setup_teardown(networks_of_ipv6_are_told_apart_by_48_bits, open_watch,
                                        close_watch),
        cmocka_unit_test_setup_teardown(
            a_link_that_was_just_made_is_opened_by_a_machine_until_a_form_comes_from_it, open_watch,
            close_watch),
        cmocka_unit_test_setup_teardown(an_act_that_no_page_went_before_is_an_act_alone, open_watch,
                                        close_watch),
        cmocka_unit_test_setup_teardown(no_number_of_links_breaks_what_is_counted, open_watch,
                                        close_watch),
    };
    if (crypto_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
