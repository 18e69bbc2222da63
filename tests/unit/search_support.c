/*
 * tests/unit/search_support: see search_support.h.
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

uint64_t search_random(void)
{
    static _Thread_local uint64_t seed = 11;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

struct directory_map *search_map;
struct directory_helper *search_helper;
struct arena *search_arena;
struct search_person search_people[SEARCH_PEOPLE + 1]; /* by row number */
const struct directory_selection search_everyone = {.facets = UINT32_MAX, .now_s = SEARCH_NOW_S};

int search_set_up(void **state)
{
    search_arena = arena_new();
    memset(search_people, 0, sizeof search_people);
    assert_int_equal(directory_map_new(&search_map), STATUS_OK);
    map_clear(search_map, SEARCH_PEOPLE);
    map_use_topics(search_map, SEARCH_IN_USE);
    assert_int_equal(directory_helper_start(&search_helper), STATUS_OK);
    return 0;
}

int search_tear_down(void **state)
{
    directory_helper_stop(search_helper);
    directory_map_free(search_map);
    arena_free(search_arena);
    return 0;
}

void search_put(const struct directory_row *row, const char *name, const char *email)
{
    const struct map_values values = {.row = *row,
                                      .name_key = name,
                                      .name_len = strlen(name),
                                      .email_key = email,
                                      .email_len = strlen(email)};
    assert_int_equal(map_row_put(search_map, &values), STATUS_OK);
}

void search_random_text(char *out, size_t most)
{
    static const char *const pieces[] = {"a", "an",  "mar",  "ё",  "ов", "иван", "é",
                                         "ß", "王",  "秀英", "田", "α",  "παπ",  "حم",
                                         "מ", "כהן", "o'",   "%_", " ",  "-"};
    size_t len = 0;
    out[0] = '\0';
    for (;;) {
        const char *piece = pieces[search_random() % COUNT(pieces)];
        if (len + strlen(piece) > most || search_random() % 40 == 0)
            return;
        len += (size_t)sprintf(out + len, "%s", piece);
    }
}

void search_put_anybody(int64_t id)
{
    struct search_person *person = &search_people[id];
    /* Most are short; some go over groups, which then have no text that begins in them. */
    search_random_text(person->name,
                       search_random() % 60 == 0 ? SEARCH_TEXT - 1 : search_random() % 40);
    search_random_text(person->email, 30);
    sprintf(person->email + strlen(person->email), "%d@example.com", (int)(search_random() % 1000));
    person->row = (struct directory_row){
        .id.value = id,
        .type = (enum contact_type)(search_random() % TYPE_COUNT),
        .status = (enum contact_status)(search_random() % 2),
        .choices = search_random() & 0x3e,
        .paused_until = search_random() % 3 ? 0 : SEARCH_NOW_S - 1 + (int64_t)(search_random() % 3),
        .updated_at = SEARCH_NOW_S + (int64_t)(search_random() % 30)};
    person->is_there = true;
    search_put(&person->row, person->name, person->email);
}

void search_change_people(void)
{
    for (int64_t id = 1; id <= SEARCH_PEOPLE; id++) {
        const unsigned what = search_random() % 8;
        if (what < 3) {
            search_put_anybody(id);
        } else if (what == 3) {
            map_row_remove(search_map, id, (struct position){1});
            search_people[id].is_there = false;
        }
    }
}

struct directory_order search_order;

static int facet_of_person(const struct search_person *person)
{
    const struct directory_row *row = &person->row;
    return facet_of(row->type, row->status, row->choices, row->paused_until, SEARCH_IN_USE);
}

struct directory_key search_key_of(const struct search_person *person)
{
    const struct contact contact = {.id = person->row.id,
                                    .name_key = person->name,
                                    .email_key = person->email,
                                    .updated_at = person->row.updated_at};
    return directory_key_of(search_order.sort, &contact, facet_of_person(person));
}

int search_by_order(const void *left, const void *right)
{
    const struct directory_key a = search_key_of(*(const struct search_person *const *)left);
    const struct directory_key b = search_key_of(*(const struct search_person *const *)right);
    return directory_compare(&search_order, &a, &b);
}

bool search_lets_through(const struct directory_selection *selection,
                         const struct search_person *person)
{
    const struct directory_row *row = &person->row;
    const int facet = facet_of_person(person);
    if ((selection->facets >> facet & 1) == 0)
        return false;
    return (selection->by_clock >> facet & 1) == 0 ||
           (row->paused_until > SEARCH_NOW_S) == selection->wants_paused;
}

struct directory_search search_of(const struct directory_selection *selection, const char *term,
                                  size_t limit)
{
    static atomic_uint interrupts;
    return (struct directory_search){.map = search_map,
                                     .selection = selection,
                                     .order = &search_order,
                                     .term = term,
                                     .limit = limit,
                                     .in_use = SEARCH_IN_USE,
                                     .position.value = INT64_MAX,
                                     .interrupts = &interrupts};
}
