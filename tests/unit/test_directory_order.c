/*
 * Unit test of store/directory_order: an order that was kept through any changes is the one that
 * sorting all rows makes, in its places, numbers and facets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/directory_order.h"
#include "unit/support.h"

#define ROWS 5000

static struct directory_map *map;
static int64_t next_head;

static int set_up(void **state)
{
    srand(7);
    assert_int_equal(directory_map_new(&map), STATUS_OK);
    map_clear(map, ROWS);
    map->head->in_use = 0x1e;
    assert_int_equal(order_build(map), STATUS_OK);
    map->head->has_orders = true;
    return 0;
}

static int tear_down(void **state)
{
    directory_map_free(map);
    return 0;
}

/* Names that are many people's, ones that begin alike, and none. */
static void put(int64_t id, int64_t updated_at)
{
    static const char *const names[] = {"", "ada", "ada lovelace", "ada lovelac", "zoë", "大和"};
    char name[64], email[64];
    const bool is_common = rand() % 3 == 0;
    if (is_common)
        snprintf(name, sizeof name, "%s", names[rand() % 6]);
    else
        snprintf(name, sizeof name, "somebody whose name is %d", rand() % 3000);
    snprintf(email, sizeof email, "%x%lld@example.com", (unsigned)rand() % 64, (long long)id);
    struct map_values values = {.row = {.id.value = id,
                                        .type = (enum contact_type)(rand() % TYPE_COUNT),
                                        .status = CONTACT_OPTED_IN,
                                        .choices = (uint64_t)(rand() % 4) << 1,
                                        .paused_until = rand() % 5 == 0,
                                        .updated_at = updated_at,
                                        .head.value = ++next_head},
                                .name_key = name,
                                .name_len = strlen(name),
                                .email_key = email,
                                .email_len = strlen(email)};
    assert_int_equal(map_row_put(map, &values), STATUS_OK);
}

static uint64_t sum_of(enum map_order order)
{
    struct order_place at = {0};
    uint64_t sum = 0;
    for (int64_t id; (id = order_next(map, order, &at, false, UINT32_MAX)) != 0;)
        sum = sum * 31 + (uint64_t)id;
    return sum;
}

static void must_be_as_sorted_anew(void)
{
    uint64_t kept[MAP_ORDER_COUNT];
    assert_int_equal(order_faults(map), 0);
    for (int order = 0; order < MAP_ORDER_COUNT; order++)
        kept[order] = sum_of((enum map_order)order);
    assert_int_equal(order_build(map), STATUS_OK);
    assert_int_equal(order_faults(map), 0);
    for (int order = 0; order < MAP_ORDER_COUNT; order++)
        assert_true(kept[order] == sum_of((enum map_order)order));
}

static void it_stays_in_order_whoever_comes_goes_and_changes(void **state)
{
    for (int64_t id = 1; id <= ROWS; id++)
        put(id, 1000);
    must_be_as_sorted_anew();
    for (int round = 0; round < 6; round++) {
        for (int i = 0; i < ROWS; i++) {
            const int64_t id = 1 + rand() % ROWS;
            if (rand() % 4 == 0)
                map_row_remove(map, id, (struct position){++next_head});
            else
                put(id, 1000 + rand() % 2 * next_head);
        }
        must_be_as_sorted_anew();
    }
}

static void it_shrinks_to_nothing_and_grows_again(void **state)
{
    for (int64_t id = 1; id <= ROWS; id++)
        put(id, id);
    for (int64_t id = ROWS; id >= 1; id--) {
        map_row_remove(map, id % 2 ? id : ROWS + 1 - id, (struct position){++next_head});
        if (id % 500 == 0)
            assert_int_equal(order_faults(map), 0);
    }
    for (int64_t id = 1; id <= ROWS; id++)
        map_row_remove(map, id, (struct position){++next_head});
    for (int order = 0; order < MAP_ORDER_COUNT; order++)
        assert_int_equal(map->head->orders[order].tops, 0);
    for (int64_t id = 1; id <= ROWS; id++)
        put(id, id);
    must_be_as_sorted_anew();
    assert_in_range(order_bytes(map), 1, 3 * ROWS * 12);
}

static void places_have_their_number_in_both_directions(void **state)
{
    for (int64_t id = 1; id <= ROWS; id++)
        put(id, rand() % 100);
    const uint32_t facets = 0x5a5a5a;
    for (int order = 0; order < MAP_ORDER_COUNT; order++) {
        const enum map_order along = (enum map_order)order;
        struct order_place at = {0}, end = {.top = map->head->orders[order].tops};
        int64_t seen = 0, last = 0;
        for (int64_t id; (id = order_next(map, along, &at, false, facets)) != 0;
             last = id, seen++) {
            const struct order_key key = order_key_of(map, along, id);
            struct order_place found = order_find(map, along, &key, true);
            if (seen % 50 == 0)
                assert_int_equal(order_before(map, along, found, facets), seen);
            assert_int_equal(order_next(map, along, &found, true, facets), last);
        }
        assert_int_equal(order_before(map, along, end, facets), seen);
        while (order_next(map, along, &end, true, facets) != 0)
            seen--;
        assert_int_equal(seen, 0);
    }
}

static void topics_that_go_out_of_use_count_all_facets_anew(void **state)
{
    for (int64_t id = 1; id <= ROWS; id++)
        put(id, id);
    map_use_topics(map, 0x1c);
    assert_int_equal(order_faults(map), 0);
    for (int64_t id = 1; id <= ROWS; id += 3)
        put(id, id);
    assert_int_equal(order_faults(map), 0);
    must_be_as_sorted_anew();
}

/* By two threads: names that are alike in their first sixteen bytes, and
 * times that are the same. */
static void many_are_sorted_by_two_threads(void **state)
{
    map->head->has_orders = false;
    for (int64_t id = 1; id <= 25000; id++)
        if (id % 1000 != 0)
            put(id, id % 3 == 0 ? 1700000000 : 1700000000 + rand() % 100000);
    assert_int_equal(order_build(map), STATUS_OK);
    map->head->has_orders = true;
    assert_int_equal(order_faults(map), 0);
    for (int64_t id = 1; id <= 25000; id++)
        if (id % 1000 == 0)
            put(id, 1700000000);
    must_be_as_sorted_anew();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_stays_in_order_whoever_comes_goes_and_changes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(it_shrinks_to_nothing_and_grows_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_have_their_number_in_both_directions, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_are_sorted_by_two_threads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(topics_that_go_out_of_use_count_all_facets_anew, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("directory_order", tests, NULL, NULL);
}
