/*
 * tests/unit/test_arena: what base/arena hands out is zeroed, aligned, and its own.
 */
#include "unit/support.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void allocations_are_zeroed_and_aligned(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    for (size_t round = 0; round < 3; round++) {
        for (size_t size = 0; size < 10000; size += 1 + size / 3) {
            char *at = arena_alloc(arena, size);
            assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(at[i], 0);
            memset(at, 0xaa, size);
        }
        arena_reset(arena);
    }
    arena_free(arena);
    arena_free(NULL);
}

static void allocations_do_not_overlap(void **state)
{
    enum { COUNT = 500 };
    struct arena *arena = arena_new();
    uint8_t *blocks[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        blocks[i] = arena_alloc(arena, i % 97);
        memset(blocks[i], (int)(i & 255), i % 97);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < i % 97; j++)
            assert_int_equal(blocks[i][j], i & 255);
    }
    assert_ptr_not_equal(arena_alloc(arena, 0), arena_alloc(arena, 0));
    arena_free(arena);
}

static void texts_are_copied_and_terminated(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_null(arena_strdup(arena, NULL));
    assert_string_equal(arena_strdup(arena, ""), "");
    assert_string_equal(arena_strdup(arena, "déjà"), "déjà");
    assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
    assert_string_equal(arena_strndup(arena, NULL, 0), "");
    assert_memory_equal(arena_strndup(arena, "a\0b", 3), "a\0b\0", 4);
    assert_string_equal(arena_printf(arena, "%d %s", 12, "of 4"), "12 of 4");
    char *longer = arena_printf(arena, "%0*d", 9000, 7);
    assert_int_equal(strlen(longer), 9000);
    assert_int_equal(longer[8999], '7');
    arena_free(arena);
}

static void large_allocations_work_beside_small_ones(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    char *small = arena_strdup(arena, "small");
    char *large = arena_alloc(arena, 3 << 20);
    large[(3 << 20) - 1] = 'x';
    assert_string_equal(small, "small");
    arena_reset(arena);
    assert_string_equal(arena_strdup(arena, "again"), "again");
    struct contact_like {
        int64_t a, b;
    } *many = arena_array(arena, 1000, sizeof *many);
    many[999].b = 7;
    assert_int_equal(many[998].b, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocations_are_zeroed_and_aligned),
        cmocka_unit_test(allocations_do_not_overlap),
        cmocka_unit_test(texts_are_copied_and_terminated),
        cmocka_unit_test(large_allocations_work_beside_small_ones),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
