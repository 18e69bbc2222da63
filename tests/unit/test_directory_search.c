/*
 * Unit test of store/directory_search*: against a model that goes through random people of many
 * scripts with strstr, texts replaced and people removed among them, alone and with a helper, by
 * the heads of the texts and by the rows; what stands beside a text is no match; every finder finds
 * the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/search_support.h"

#define ENOUGH ((size_t)SEARCH_PEOPLE)

/* One search as the model has it, and as it is found. */
static void must_find(const struct directory_selection *selection, const char *term, size_t limit)
{
    static const struct search_person *wanted[SEARCH_PEOPLE];
    static struct directory_key keys[SEARCH_PEOPLE];
    const struct directory_search search = search_of(selection, term, limit);
    struct directory_found found = {.keys = keys};
    struct directory_best best;
    struct directory_aside aside = {0};
    size_t count = 0, earlier = 0;
    for (size_t i = 1; i <= SEARCH_PEOPLE; i++)
        if (search_people[i].is_there && search_lets_through(selection, &search_people[i]) &&
            (strstr(search_people[i].name, term) != NULL ||
             strstr(search_people[i].email, term) != NULL))
            wanted[count++] = &search_people[i];
    qsort(wanted, count, sizeof *wanted, search_by_order);
    search_order.has_place = count > 0 && search_random() % 2;
    if (search_order.has_place) {
        earlier = search_random() % count + 1;
        search_order.place = search_key_of(wanted[earlier - 1]);
    }
    arena_reset(search_arena);
    assert_int_equal(directory_search_run(&search, search_arena,
                                          search_random() % 2 ? search_helper : NULL, &best,
                                          &aside),
                     STATUS_OK);
    assert_int_equal(aside.count, 0);
    directory_best_end(&best, &found);
    const size_t beyond = count - earlier;
    assert_int_equal(found.matches, count);
    assert_int_equal(found.count, beyond < limit ? beyond : limit);
    assert_int_equal(found.has_earlier, earlier > 0);
    assert_int_equal(found.has_more, beyond > limit);
    for (size_t i = 0; i < found.count; i++)
        assert_int_equal(keys[i].id, wanted[earlier + i]->row.id.value);
}

/* Bytes of somebody's text, at its end or anywhere, or what nobody is known to have. */
static void random_term(char term[41])
{
    const struct search_person *person = &search_people[search_random() % SEARCH_PEOPLE + 1];
    const char *text = search_random() % 2 ? person->name : person->email;
    const size_t len = strlen(text);
    size_t want = search_random() % 40 + 1;
    if (len == 0 || search_random() % 10 == 0) {
        search_random_text(term, 39);
        if (term[0] == '\0')
            strcpy(term, "q");
        return;
    }
    want = want < len ? want : len;
    const size_t at = search_random() % 3 == 0 ? len - want : search_random() % (len - want + 1);
    memcpy(term, text + at, want);
    term[want] = '\0';
}

static void searches_find_what_a_plain_look_through_all_texts_finds(void **state)
{
    char term[41];
    for (int round = 0; round < 12; round++) {
        search_change_people();
        map_use_topics(search_map, round % 3 == 0 ? SEARCH_IN_USE ^ 6 : SEARCH_IN_USE);
        for (int i = 0; i < 60; i++) {
            const struct directory_selection some = {
                .facets = (uint32_t)search_random(),
                .by_clock = (uint32_t)search_random(),
                .wants_paused = search_random() % 2,
                .now_s = SEARCH_NOW_S,
            };
            random_term(term);
            search_order = (struct directory_order){
                .sort = (enum directory_sort)(search_random() % DIRECTORY_SORT_COUNT),
                .is_down = search_random() % 2};
            must_find(search_random() % 2 ? &search_everyone : &some, term,
                      search_random() % 2 ? ENOUGH : search_random() % 20 + 1);
        }
    }
}

/* The head of a text and the address before it are no part of it. */
static void what_stands_beside_a_text_is_no_match(void **state)
{
    char name[120];
    search_order = (struct directory_order){0};
    memset(name, 'b', sizeof name);
    name[0x61] = '\0'; /* whose length reads as an a */
    search_put(&(struct directory_row){.id.value = 0x616161}, name, "cde");
    search_put(&(struct directory_row){.id.value = 0x616162}, "fgh", "ijk");
    static const char *const none[] = {"a",      "aaa",  "aa", "ab", "bcde",
                                       "cdefgh", "cdeb", "ef", "kf"};
    static const char *const one[] = {"cde", "bbb", "fgh", "ijk", "e", "k", "f"};
    struct directory_best best;
    struct directory_aside aside;
    for (size_t i = 0; i < COUNT(none) + COUNT(one); i++) {
        const char *term = i < COUNT(none) ? none[i] : one[i - COUNT(none)];
        const struct directory_search search = search_of(&search_everyone, term, 10);
        assert_int_equal(directory_search_run(&search, search_arena, NULL, &best, &aside),
                         STATUS_OK);
        assert_int_equal(best.matches, i >= COUNT(none));
    }
}

static void every_finder_finds_the_same(void **state)
{
    static const char letters[] = "abbbc\xd0\xd1\xbe";
    char text[FIND_READS + 60], window[FIND_READS], term[41];
    for (int round = 0; round < 3000; round++) {
        const size_t len =
            search_random() % 4 == 0 ? search_random() % 40 + 1 : search_random() % 4 + 1;
        const size_t end = round % 2 ? sizeof text : search_random() % FIND_READS;
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = letters[search_random() % (sizeof letters - 1)];
        for (size_t i = 0; i < len; i++)
            term[i] = letters[search_random() % (sizeof letters - 1)];
        term[len] = '\0';
        memcpy(text + search_random() % (sizeof text - len), term, len);
        uint64_t wanted = 0;
        for (size_t at = 0; at < FIND_BYTES; at++)
            if (at + len <= end && memcmp(text + at, term, len) == 0)
                wanted |= UINT64_C(1) << at / 4;
        memset(window, 0, sizeof window);
        memcpy(window, text, end < sizeof window ? end : sizeof window);
        for (int finder = 0; finder < DIRECTORY_FINDER_COUNT; finder++) {
            if (!directory_needle_can((enum directory_finder)finder))
                continue;
            const struct directory_needle needle =
                directory_needle_of(term, (enum directory_finder)finder);
            const char *const from = end < FIND_READS ? window : text;
            assert_true(directory_needle_find(&needle, from, FIND_BYTES, text, text + end) ==
                        wanted);
            const size_t some = search_random() % FIND_BYTES + 1;
            const uint64_t said = UINT64_MAX >> (63 - (some - 1) / 4);
            assert_true(((directory_needle_find(&needle, from, some, text, text + end) ^ wanted) &
                         said) == 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(searches_find_what_a_plain_look_through_all_texts_finds,
                                        search_set_up, search_tear_down),
        cmocka_unit_test_setup_teardown(what_stands_beside_a_text_is_no_match, search_set_up,
                                        search_tear_down),
        cmocka_unit_test(every_finder_finds_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
