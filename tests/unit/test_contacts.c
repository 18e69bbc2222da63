/*
 * Unit test of store/contacts, counters and entries: what is written comes back, refusals write
 * nothing, the counters equal a recount.
 */
#include <string.h>

#include "store/directory.h"
#include "unit/people_support.h"

static void what_is_written_comes_back(void **state)
{
    struct place *place = place_open();
    struct txn *txn = place_begin(place);
    struct contact in = place_person(txn, "ada@example.com"), out = {0};
    in.email = "Ada@example.com";
    in.choices = UINT64_C(1) << 63 | 2;
    in.paused_until = 1800000000;
    in.epoch = 65535;
    in.type = TYPE_FRANCHISEE;
    assert_int_equal(place_add(txn, &in), STATUS_OK);
    assert_int_equal(contacts_find_email(place->reader, place->arena, in.email_key, &out),
                     STATUS_NOT_FOUND);
    assert_int_equal(txn_commit(txn), STATUS_OK);

    assert_int_equal(contacts_find_email(place->reader, place->arena, in.email_key, &out),
                     STATUS_OK);
    assert_int_equal(out.id.value, in.id.value);
    assert_true(out.public_id.value == in.public_id.value);
    assert_string_equal(out.email, "Ada@example.com");
    assert_string_equal(out.email_key, "ada@example.com");
    assert_string_equal(out.name, in.name);
    assert_string_equal(out.name_key, in.name_key);
    assert_string_equal(out.language, "en");
    assert_int_equal(out.type, TYPE_FRANCHISEE);
    assert_int_equal(out.status, CONTACT_OPTED_IN);
    assert_true(out.choices == in.choices);
    assert_int_equal(out.paused_until, 1800000000);
    assert_int_equal(out.epoch, 65535);
    assert_int_equal(out.head.value, 1);
    assert_int_equal(contacts_get(place->reader, place->arena, in.id, &out), STATUS_OK);
    assert_string_equal(out.email_key, in.email_key);
    place_close(place);
}

static void an_address_as_compared_is_stored_once(void **state)
{
    struct place *place = place_open();
    struct txn *txn = place_begin(place);
    struct contact in = place_person(txn, "ada@example.com"), out = {0};
    assert_int_equal(place_add(txn, &in), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(place_ask(place, "SELECT email IS NULL FROM contact"), 1);
    assert_int_equal(contacts_get(place->reader, place->arena, in.id, &out), STATUS_OK);
    assert_string_equal(out.email, "ada@example.com");
    place_close(place);
}

static void a_taken_address_is_a_conflict_and_writes_nothing(void **state)
{
    struct place *place = place_open();
    struct txn *txn = place_begin(place);
    struct contact ada = place_person(txn, "ada@example.com");
    struct contact bob = place_person(txn, "bob@example.com");
    assert_int_equal(place_add(txn, &ada), STATUS_OK);
    assert_int_equal(place_add(txn, &bob), STATUS_OK);

    struct contact again = place_person(txn, "ada@example.com");
    again.type = TYPE_PARTNER;
    assert_int_equal(place_add(txn, &again), STATUS_CONFLICT);
    struct contact moved = bob;
    moved.email = moved.email_key = "ada@example.com";
    moved.status = CONTACT_OPTED_OUT;
    moved.choices = 0;
    assert_int_equal(contacts_update(txn, &bob, &moved, IN_USE), STATUS_CONFLICT);
    /* Its neighbours in the group are untouched by the refusal. */
    struct contact cy = place_person(txn, "cy@example.com");
    assert_int_equal(place_add(txn, &cy), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);

    assert_int_equal(place_ask(place, "SELECT count(*) FROM contact"), 3);
    assert_int_equal(place_ask(place, "SELECT count(*) FROM entry"), 3);
    assert_int_equal(place_ask(place, "SELECT contacts FROM counter WHERE facet = 6"), 3);
    assert_int_equal(place_ask(place, "SELECT sum(contacts) FROM counter"), 3);
    assert_int_equal(place_ask(place, "SELECT contacts FROM topic_counter WHERE topic = 3"), 3);
    place_close(place);
}

static void row_numbers_are_never_given_twice(void **state)
{
    struct place *place = place_open();
    struct txn *txn = place_begin(place);
    struct contact first = place_person(txn, "a@example.com");
    struct contact second = place_person(txn, "b@example.com");
    assert_int_equal(place_add(txn, &first), STATUS_OK);
    assert_int_equal(place_add(txn, &second), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    place_ask(place, "DELETE FROM contact WHERE id = 2 RETURNING id");
    place_reopen(place);
    txn = place_begin(place);
    struct contact third = place_person(txn, "c@example.com");
    assert_int_equal(third.id.value, 3);
    txn_rollback(txn);
    place_close(place);
}

static void the_walk_is_in_order_of_rows(void **state)
{
    struct place *place = place_open();
    struct txn *txn = place_begin(place);
    for (int i = 0; i < 7; i++) {
        struct contact contact =
            place_person(txn, arena_printf(place->arena, "%d@example.com", 9 - i));
        assert_int_equal(place_add(txn, &contact), STATUS_OK);
    }
    assert_int_equal(txn_commit(txn), STATUS_OK);
    struct contact *rows = NULL;
    size_t count = 0;
    struct contact_id after = {0};
    int seen = 0;
    do {
        assert_int_equal(contacts_walk(place->reader, place->arena, after, 3, &rows, &count),
                         STATUS_OK);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(rows[i].id.value, ++seen);
        if (count > 0)
            after = rows[count - 1].id;
    } while (count == 3);
    assert_int_equal(seen, 7);
    place_close(place);
}

static void what_is_rolled_back_was_never_there(void **state)
{
    struct place *place = place_open();
    struct txn *txn = place_begin(place);
    struct contact contact = place_person(txn, "a@example.com");
    assert_int_equal(place_add(txn, &contact), STATUS_OK);
    txn_rollback(txn);
    assert_int_equal(place_ask(place, "SELECT count(*) FROM contact"), 0);
    assert_int_equal(place_ask(place, "SELECT count(*) FROM entry"), 0);
    txn = place_begin(place);
    contact = place_person(txn, "b@example.com");
    assert_int_equal(contact.id.value, 1);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(place_ask(place, "SELECT sum(contacts) FROM counter"), 0);
    place_close(place);
}

static void a_value_that_can_not_be_spoils_the_transaction(void **state)
{
    struct place *place = place_open();
    struct txn *txn = place_begin(place);
    struct contact good = place_person(txn, "a@example.com");
    assert_int_equal(place_add(txn, &good), STATUS_OK);
    struct contact bad = place_person(txn, "b@example.com");
    bad.status = CONTACT_OPTED_OUT; /* with choices on */
    assert_int_equal(place_add(txn, &bad), STATUS_INVALID);
    struct contact late = place_person(txn, "c@example.com");
    assert_int_equal(place_add(txn, &late), STATUS_INVALID);
    assert_int_equal(txn_commit(txn), STATUS_INVALID);
    assert_int_equal(place_ask(place, "SELECT count(*) FROM contact"), 0);
    assert_non_null(strstr(store_fault(place->writer), "contacts_insert"));
    assert_null(strstr(store_fault(place->writer), "example.com"));
    place_close(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_comes_back),
        cmocka_unit_test(an_address_as_compared_is_stored_once),
        cmocka_unit_test(a_taken_address_is_a_conflict_and_writes_nothing),
        cmocka_unit_test(row_numbers_are_never_given_twice),
        cmocka_unit_test(the_walk_is_in_order_of_rows),
        cmocka_unit_test(what_is_rolled_back_was_never_there),
        cmocka_unit_test(a_value_that_can_not_be_spoils_the_transaction),
    };
    return cmocka_run_group_tests_name("contacts", tests, NULL, NULL);
}
