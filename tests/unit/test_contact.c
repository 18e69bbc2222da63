/*
 * tests/unit/test_contact: names of types, statuses and ledger entries; public ids; who receives.
 */
#include "unit/support.h"

#include <string.h>

#include "base/contact.h"
#include "base/ledger.h"
#include "base/status.h"

static void types_and_statuses_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int type, status; /* -1: not one */
    } samples[] = {
        {"client", TYPE_CLIENT, -1},
        {" Partner ", TYPE_PARTNER, -1},
        {"FRANCHISEE", TYPE_FRANCHISEE, -1},
        {"Opted In", -1, CONTACT_OPTED_IN},
        {"opted_out", -1, CONTACT_OPTED_OUT},
        {"OPTED-OUT", -1, CONTACT_OPTED_OUT},
        {"opted  in", -1, -1},
        {"clients", -1, -1},
        {"client x", -1, -1},
        {"", -1, -1},
        {" ", -1, -1},
        {"opted", -1, -1},
        {NULL, -1, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        enum contact_type type = TYPE_COUNT;
        enum contact_status status = CONTACT_STATUS_COUNT;
        assert_int_equal(contact_type_parse(samples[i].text, &type), samples[i].type >= 0);
        assert_int_equal(type, samples[i].type >= 0 ? samples[i].type : TYPE_COUNT);
        assert_int_equal(contact_status_parse(samples[i].text, &status), samples[i].status >= 0);
        assert_int_equal(status, samples[i].status >= 0 ? samples[i].status : CONTACT_STATUS_COUNT);
    }
}

static void labels_and_keys_lead_back(void **state)
{
    (void)state;
    for (int i = 0; i < TYPE_COUNT; i++) {
        enum contact_type type;
        assert_true(contact_type_parse(contact_type_label((enum contact_type)i), &type));
        assert_int_equal(type, i);
        assert_true(contact_type_parse(contact_type_key((enum contact_type)i), &type));
        assert_int_equal(type, i);
    }
    assert_string_equal(contact_status_key(CONTACT_OPTED_OUT), "opted_out");
    for (int i = 0; i < LEAVE_REASON_COUNT; i++) {
        enum leave_reason reason;
        assert_true(leave_reason_parse(leave_reason_key((enum leave_reason)i), &reason));
        assert_int_equal(reason, i);
    }
    enum leave_reason reason;
    assert_false(leave_reason_parse("", &reason));
    assert_false(leave_reason_parse(NULL, &reason));
    assert_false(leave_reason_parse("TOO_MANY", &reason));
    for (int i = 0; i < ACTOR_COUNT; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(actor_kind_key((enum actor_kind)i),
                                    actor_kind_key((enum actor_kind)j));
    }
    for (int i = 0; i < ENTRY_KIND_COUNT; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(entry_kind_key((enum entry_kind)i),
                                    entry_kind_key((enum entry_kind)j));
    }
    for (int i = 0; i < STATUS_COUNT; i++)
        assert_string_not_equal(status_name((enum status)i), status_name(STATUS_COUNT));
}

/* Stored and hashed numbers: one that moved would turn every ledger into another's. */
static void stored_numbers_never_move(void **state)
{
    (void)state;
    assert_int_equal(CONTACT_OPTED_OUT, 0);
    assert_int_equal(CONTACT_OPTED_IN, 1);
    assert_int_equal(TYPE_CLIENT, 0);
    assert_int_equal(TYPE_PARTNER, 1);
    assert_int_equal(TYPE_FRANCHISEE, 2);
    assert_int_equal(ACTOR_API, 7);
    assert_int_equal(PROOF_IMPORT, 4);
    assert_int_equal(ENTRY_CONTACT_ADDED, 1);
    assert_int_equal(ENTRY_SETTING, 18);
    assert_int_equal(LEAVE_OTHER, 5);
}

static void only_who_may_get_something_is_subscribed(void **state)
{
    static const struct {
        enum contact_status status;
        uint64_t choices, in_use;
        int64_t paused_until;
        bool is_subscribed;
    } samples[] = {
        {CONTACT_OPTED_IN, 0x2, 0x1e, 0, true},
        {CONTACT_OPTED_IN, 0x0, 0x1e, 0, false},
        {CONTACT_OPTED_IN, 0x20, 0x1e, 0, false}, /* only a retired topic */
        {CONTACT_OPTED_OUT, 0x0, 0x1e, 0, false},
        {CONTACT_OPTED_OUT, 0x2, 0x1e, 0, false},
        {CONTACT_OPTED_IN, 0x2, 0x1e, 1001, false},
        {CONTACT_OPTED_IN, 0x2, 0x1e, 1000, true}, /* the pause has just ended */
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct contact contact = {.status = samples[i].status,
                                  .choices = samples[i].choices,
                                  .paused_until = samples[i].paused_until};
        assert_int_equal(contact_is_subscribed(&contact, samples[i].in_use, 1000),
                         samples[i].is_subscribed);
    }
}

static void public_ids_are_sixteen_hex_digits(void **state)
{
    static const char *const refused[] = {"",
                                          "0",
                                          "0123456789abcde",
                                          "0123456789abcdef0",
                                          "0123456789abcdeg",
                                          " 123456789abcdef",
                                          "0x23456789abcdef"};
    char text[PUBLIC_ID_TEXT_BYTES];
    struct public_id id = {7};
    (void)state;
    public_id_text((struct public_id){UINT64_C(0x0123456789abcdef)}, text);
    assert_string_equal(text, "0123456789abcdef");
    public_id_text((struct public_id){0}, text);
    assert_string_equal(text, "0000000000000000");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(public_id_parse(refused[i], &id));
    assert_false(public_id_parse(NULL, &id));
    assert_int_equal(id.value, 7);
    assert_true(public_id_parse("fEDCBA9876543210", &id));
    assert_true(id.value == UINT64_C(0xfedcba9876543210));
}

static void topic_keys_are_plain(void **state)
{
    (void)state;
    assert_true(topic_key_is_valid("newsletter"));
    assert_true(topic_key_is_valid("a_2"));
    assert_true(topic_key_is_valid("a234567890123456789012345678901234567890"));
    assert_false(topic_key_is_valid("a2345678901234567890123456789012345678901"));
    assert_false(topic_key_is_valid(""));
    assert_false(topic_key_is_valid("_a"));
    assert_false(topic_key_is_valid("2a"));
    assert_false(topic_key_is_valid("News"));
    assert_false(topic_key_is_valid("news letter"));
    assert_false(topic_key_is_valid("é"));
    assert_false(topic_key_is_valid(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_and_statuses_are_read_as_people_write_them),
        cmocka_unit_test(labels_and_keys_lead_back),
        cmocka_unit_test(stored_numbers_never_move),
        cmocka_unit_test(only_who_may_get_something_is_subscribed),
        cmocka_unit_test(public_ids_are_sixteen_hex_digits),
        cmocka_unit_test(topic_keys_are_plain),
    };
    return cmocka_run_group_tests_name("contact", tests, NULL, NULL);
}
