/*
 * tests/unit/search_support: people made up at random, of many scripts, in a map and in a model of
 * it; and the searches that are held against each other.
 */
#ifndef ASSENT_TESTS_SEARCH_SUPPORT_H
#define ASSENT_TESTS_SEARCH_SUPPORT_H

#include "store/directory_search.h"
#include "store/directory_search_find.h"
#include "store/directory_search_groups.h"

#define SEARCH_PEOPLE 700
#define SEARCH_TEXT   1200
#define SEARCH_NOW_S  1700000000
#define SEARCH_IN_USE UINT64_C(0x1e)
#define COUNT(list)   (sizeof(list) / sizeof *(list))

struct search_person {
    bool is_there;
    struct directory_row row;
    char name[SEARCH_TEXT], email[SEARCH_TEXT];
};

extern struct directory_map *search_map;
extern struct directory_helper *search_helper;
extern struct arena *search_arena;
extern struct search_person search_people[SEARCH_PEOPLE + 1]; /* by row number */
extern struct directory_order search_order;
extern const struct directory_selection search_everyone;

uint64_t search_random(void);
/* A map of nobody, a helper and an arena, for each test; and their end. */
int search_set_up(void **state);
int search_tear_down(void **state);
/* Whoever has row->id is, or becomes, this. */
void search_put(const struct directory_row *row, const char *name, const char *email);
/* Somebody made up at random, in the model and in the map. */
void search_put_anybody(int64_t id);
/* Some become somebody else, some go. */
void search_change_people(void);
/* Where the model has them in search_order. */
struct directory_key search_key_of(const struct search_person *person);
int search_by_order(const void *left, const void *right);
bool search_lets_through(const struct directory_selection *selection,
                         const struct search_person *person);
/* A search of now, of a term, for so many rows in search_order. */
struct directory_search search_of(const struct directory_selection *selection, const char *term,
                                  size_t limit);
void search_random_text(char *out, size_t most);

#endif
