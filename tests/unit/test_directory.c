/*
 * Unit test of store/directory: against a model that filters and sorts a few thousand random people
 * by brute force, for every filter, order and direction, paging both ways; counts; interrupts.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/directory.h"
#include "store/directory_map.h"
#include "store/topics.h"
#include "unit/people_support.h"

#define PEOPLE 1500
#define NOW_S  1700000000
#define LIMIT  97

static struct place *place;
static bool has_map; /* in this run of the tests */
static struct directory_map *map;
static struct contact people[PEOPLE];
static size_t people_count;
static uint64_t in_use = IN_USE;

static uint64_t random64(void)
{
    static uint64_t seed = 7;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Few different names, empty ones, and few times, so that ties are common. */
static struct contact random_person(struct txn *txn, int number)
{
    static const char *const names[] = {"", "", "ada", "adam", "bo", "émile", "zoë%", "a_b"};
    struct contact contact =
        place_person(txn, arena_printf(place->arena, "%c%d@%s", 'a' + (int)(random64() % 26),
                                       number, random64() % 3 == 0 ? "gmail.com" : "example.com"));
    contact.name = contact.name_key = names[random64() % 8];
    contact.type = (enum contact_type)(random64() % TYPE_COUNT);
    contact.status = random64() % 4 != 0;
    contact.choices = contact.status == CONTACT_OPTED_IN ? random64() & 0x3e : 0;
    if (random64() % 3 == 0)
        contact.choices = 0;
    if (random64() % 3 == 0)
        contact.paused_until = NOW_S - 2 + (int64_t)(random64() % 5);
    contact.updated_at = NOW_S + (int64_t)(random64() % 40);
    return contact;
}

static int set_up(void **state)
{
    place = place_open();
    struct txn *txn = place_begin(place);
    for (people_count = 0; people_count < PEOPLE; people_count++) {
        people[people_count] = random_person(txn, (int)people_count);
        assert_int_equal(place_add(txn, &people[people_count]), STATUS_OK);
    }
    assert_int_equal(txn_commit(txn), STATUS_OK);
    map = NULL;
    if (has_map) {
        assert_int_equal(directory_map_new(&map), STATUS_OK);
        assert_int_equal(directory_map_catch_up(map, place->reader, 1000), STATUS_OK);
        store_use_directory(place->reader, map);
    }
    return 0;
}

static int tear_down(void **state)
{
    directory_map_free(map);
    place_close(place);
    return 0;
}

static enum directory_sort model_sort;

static int model_compare(const void *left, const void *right)
{
    const struct contact *a = *(const struct contact *const *)left;
    const struct contact *b = *(const struct contact *const *)right;
    int way = 0;
    if (model_sort == DIRECTORY_BY_TYPE)
        way = (int)a->type - (int)b->type;
    if (model_sort == DIRECTORY_BY_STATUS)
        way = (int)a->status - (int)b->status;
    if (way != 0)
        return way;
    if (model_sort != DIRECTORY_BY_EMAIL && model_sort != DIRECTORY_BY_UPDATED)
        way = strcmp(a->name_key, b->name_key);
    else if (model_sort == DIRECTORY_BY_EMAIL)
        way = strcmp(a->email_key, b->email_key);
    else
        way = (a->updated_at > b->updated_at) - (a->updated_at < b->updated_at);
    return way != 0 ? way : (a->id.value > b->id.value) - (a->id.value < b->id.value);
}

static size_t model(const struct directory_filter *filter, enum directory_sort sort, bool is_down,
                    const struct contact *out[PEOPLE])
{
    size_t count = 0;
    for (size_t i = 0; i < people_count; i++) {
        const struct contact *row = &people[i];
        if ((filter->status != DIRECTORY_ANY && (int)row->status != filter->status) ||
            (filter->type != DIRECTORY_ANY && (int)row->type != filter->type) ||
            (filter->subscribed != DIRECTORY_ANY &&
             contact_is_subscribed(row, in_use, NOW_S) != filter->subscribed) ||
            (strstr(row->name_key, filter->term) == NULL &&
             strstr(row->email_key, filter->term) == NULL))
            continue;
        out[count++] = row;
    }
    model_sort = sort;
    qsort(out, count, sizeof *out, model_compare);
    for (size_t i = 0; is_down && i < count / 2; i++) {
        const struct contact *row = out[i];
        out[i] = out[count - 1 - i];
        out[count - 1 - i] = row;
    }
    return count;
}

static void ask_page(const struct directory_filter *filter, enum directory_sort sort, bool is_down,
                     const struct directory_place *beside_what, struct directory_page *page)
{
    assert_int_equal(directory_query(place->reader, place->arena, filter, sort, is_down,
                                     beside_what, LIMIT, NOW_S, page),
                     STATUS_OK);
    assert_int_equal(page->position.value, people_count);
}

static bool has_unnumbered; /* a page that does not know how many rows come before it */

/* Rows from first on, as many as fit, and the flags that belong to them. */
static void expect(const struct directory_page *page, const struct contact *const *wanted,
                   size_t wanted_count, size_t first)
{
    size_t count = wanted_count - first < LIMIT ? wanted_count - first : LIMIT;
    assert_int_equal(page->matches, wanted_count);
    assert_int_equal(page->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(page->rows[i].id.value, wanted[first + i]->id.value);
        assert_string_equal(page->rows[i].email, wanted[first + i]->email);
    }
    assert_int_equal(page->has_previous, first > 0);
    assert_true(page->before == (int64_t)first || page->before == -1);
    has_unnumbered |= page->before == -1;
    assert_int_equal(page->has_next, first + count < wanted_count);
}

static void page_through(const struct directory_filter *filter, enum directory_sort sort,
                         bool is_down)
{
    static const struct contact *wanted[PEOPLE];
    struct directory_page page;
    struct directory_place where = {0};
    size_t count = model(filter, sort, is_down, wanted), first = 0;
    arena_reset(place->arena);
    ask_page(filter, sort, is_down, &where, &page);
    expect(&page, wanted, count, 0);
    while (page.has_next) {
        first += page.count;
        where = directory_beside(sort, &page.rows[page.count - 1], false);
        ask_page(filter, sort, is_down, &where, &page);
        expect(&page, wanted, count, first);
    }
    /* From the last full page back to the first. */
    where = (struct directory_place){.is_backward = true};
    ask_page(filter, sort, is_down, &where, &page);
    first = count > LIMIT ? count - LIMIT : 0;
    expect(&page, wanted, count, first);
    while (first >= LIMIT) {
        first -= LIMIT;
        where = directory_beside(sort, &page.rows[0], true);
        ask_page(filter, sort, is_down, &where, &page);
        expect(&page, wanted, count, first);
    }
}

static void all_filters(const char *term)
{
    for (int status = -1; status <= 1; status++)
        for (int subscribed = -1; subscribed <= 1; subscribed++)
            for (int type = -1; type < TYPE_COUNT; type++)
                for (int sort = 0; sort < DIRECTORY_SORT_COUNT; sort++) {
                    struct directory_filter filter = {status, subscribed, type, term};
                    page_through(&filter, (enum directory_sort)sort, false);
                    page_through(&filter, (enum directory_sort)sort, true);
                }
}

/* people[] keeps texts of the arena that pages are reset in: give them memory of their own. */
static void keep_texts(void)
{
    static struct arena *own;
    own = own == NULL ? arena_new() : own;
    for (size_t i = 0; i < people_count; i++) {
        people[i].email = people[i].email_key = arena_strdup(own, people[i].email_key);
        people[i].name = people[i].name_key = arena_strdup(own, people[i].name_key);
    }
}

static void pages_equal_the_model(void **state)
{
    keep_texts();
    all_filters("");
}

/* A filter that asks for pauses by the clock alone leaves places without a number. */
static void places_are_numbered(void **state)
{
    keep_texts();
    has_unnumbered = false;
    for (int status = -1; status <= 1; status++)
        for (int sort = 0; sort < DIRECTORY_SORT_COUNT; sort++) {
            struct directory_filter filter = {status, DIRECTORY_ANY, DIRECTORY_ANY, ""};
            page_through(&filter, (enum directory_sort)sort, sort % 2 == 0);
        }
    assert_false(has_unnumbered);
}

static void letters_are_those_that_there_are(void **state)
{
    const char **letters;
    size_t count;
    assert_int_equal(
        directory_letters(place->reader, place->arena, DIRECTORY_BY_NAME, &letters, &count),
        STATUS_OK);
    if (!has_map) {
        assert_int_equal(count, 0);
        return;
    }
    static const char *const wanted[] = {"A", "B", "Z", "É"};
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(letters[i], wanted[i]);
    assert_int_equal(
        directory_letters(place->reader, place->arena, DIRECTORY_BY_EMAIL, &letters, &count),
        STATUS_OK);
    assert_int_equal(count, 26);
    assert_int_equal(
        directory_letters(place->reader, place->arena, DIRECTORY_BY_TYPE, &letters, &count),
        STATUS_OK);
    assert_int_equal(count, 0);
}

static void searches_equal_the_model(void **state)
{
    keep_texts();
    all_filters("ad");
    all_filters("gmail");
}

static void odd_terms_are_only_text(void **state)
{
    static const char *const terms[] = {
        "%", "_",  "a_b", "émile",       "ë%",    "'", "\"",  "@",
        "",  "\\", "m",   "example.com", "e.com", "1", "ada", "nobody at all by such a long name"};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct directory_filter filter = {-1, -1, -1, terms[i]};
        page_through(&filter, DIRECTORY_BY_EMAIL, false);
        page_through(&filter, DIRECTORY_BY_NAME, true);
    }
}

/* The pieces that the vector compare takes are 16 bytes: a term may stand anywhere across them. */
static void a_term_is_found_wherever_it_stands(void **state)
{
    struct place *other = place_open();
    struct txn *txn = place_begin(other);
    for (int at = 0; at < 60; at++) {
        struct contact row = place_person(
            txn, arena_printf(other->arena, "%.*sxyz%.*s", at,
                              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 60 - at,
                              "xyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxy"
                              "xy"));
        row.name = row.name_key = "";
        assert_int_equal(place_add(txn, &row), STATUS_OK);
    }
    assert_int_equal(txn_commit(txn), STATUS_OK);
    static const struct {
        const char *term;
        int64_t matches;
    } cases[] = {
        {"xyz", 60}, {"z", 60}, {"yz", 60}, {"xyzz", 0}, {"zxyxyxyxyxyxyxyxyxyxyxyxy", 37}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct directory_page page;
        struct directory_filter filter = {-1, -1, -1, cases[i].term};
        assert_int_equal(directory_query(other->reader, other->arena, &filter, DIRECTORY_BY_NAME,
                                         false, &(struct directory_place){0}, 10, NOW_S, &page),
                         STATUS_OK);
        assert_int_equal(page.matches, cases[i].matches);
    }
    place_close(other);
}

static void counts_equal_a_recount(void)
{
    struct directory_counts counts, want = {0};
    for (size_t i = 0; i < people_count; i++) {
        want.total++;
        want.opted_in += people[i].status == CONTACT_OPTED_IN;
        want.subscribed += contact_is_subscribed(&people[i], in_use, NOW_S);
        for (int topic = 0; topic <= TOPIC_MAX; topic++)
            want.by_topic[topic] += people[i].choices >> topic & 1;
    }
    assert_int_equal(directory_count(place->reader, NOW_S, &counts), STATUS_OK);
    assert_int_equal(counts.total, want.total);
    assert_int_equal(counts.opted_in, want.opted_in);
    assert_int_equal(counts.subscribed, want.subscribed);
    assert_memory_equal(counts.by_topic, want.by_topic, sizeof want.by_topic);
    assert_int_equal(counts.position.value, people_count);
    assert_int_equal(
        place_ask(place, "SELECT count(*) FROM counter WHERE contacts <>"
                         " (SELECT count(*) FROM contact WHERE contact.facet = counter.facet)"),
        0);
}

static void counts_follow_changes(void **state)
{
    keep_texts();
    counts_equal_a_recount();
    store_use_directory(place->reader, NULL); /* it follows entries, which these changes have not */
    struct txn *txn = place_begin(place);
    for (int i = 0; i < 400; i++) {
        struct contact *row = &people[random64() % people_count];
        struct contact after = *row;
        struct contact drawn = random_person(txn, 1000000 + i);
        after.status = drawn.status;
        after.choices = drawn.choices;
        after.paused_until = drawn.paused_until;
        if (i % 3 == 0) {
            after.type = drawn.type;
            after.name = after.name_key = "new name";
        }
        if (i % 5 == 0)
            after.email = after.email_key = drawn.email_key;
        after.updated_at = drawn.updated_at;
        assert_int_equal(contacts_update(txn, row, &after, in_use), STATUS_OK);
        *row = after;
    }
    assert_int_equal(txn_commit(txn), STATUS_OK);
    keep_texts();
    counts_equal_a_recount();
    struct directory_filter filter = {-1, 1, -1, ""};
    page_through(&filter, DIRECTORY_BY_EMAIL, false);
    page_through(&filter, DIRECTORY_BY_UPDATED, true);
}

/* Retiring a topic changes who is subscribed; changes in the midst of the sweep count right. */
static void counts_follow_a_retired_topic(void **state)
{
    struct contact_id last = {0};
    keep_texts();
    in_use = IN_USE & ~UINT64_C(0x0a);
    struct txn *txn = place_begin(place);
    assert_int_equal(contacts_refacet(txn, last, PEOPLE / 2, in_use, &last), STATUS_OK);
    assert_int_equal(last.value, PEOPLE / 2);
    for (size_t i = 0; i < people_count; i += 7) {
        struct contact after = people[i];
        after.choices = after.status == CONTACT_OPTED_IN ? UINT64_C(0x02) : 0;
        after.updated_at++;
        assert_int_equal(contacts_update(txn, &people[i], &after, in_use), STATUS_OK);
        people[i] = after;
    }
    int rounds = 0;
    for (; last.value != 0; rounds++)
        assert_int_equal(contacts_refacet(txn, last, 100, in_use, &last), STATUS_OK);
    assert_in_range(rounds, PEOPLE / 200, PEOPLE / 200 + 1);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    counts_equal_a_recount();
    struct directory_filter filter = {-1, 0, -1, ""};
    page_through(&filter, DIRECTORY_BY_NAME, false);
}

static void a_page_inside_a_transaction_sees_its_writes(void **state)
{
    struct directory_page page;
    struct directory_filter filter = {-1, -1, -1, "only here"};
    struct txn *txn = place_begin(place);
    struct contact row = place_person(txn, "fresh@example.com");
    row.name_key = "only here";
    assert_int_equal(place_add(txn, &row), STATUS_OK);
    assert_int_equal(directory_query(txn_store(txn), place->arena, &filter, DIRECTORY_BY_NAME,
                                     false, &(struct directory_place){0}, 5, NOW_S, &page),
                     STATUS_OK);
    assert_int_equal(page.count, 1);
    txn_rollback(txn);
}

static void one_snapshot_sees_one_state(void **state)
{
    struct directory_counts before, during, after;
    assert_int_equal(store_snapshot_begin(place->reader), STATUS_OK);
    assert_int_equal(directory_count(place->reader, NOW_S, &before), STATUS_OK);
    struct txn *txn = place_begin(place);
    struct contact row = place_person(txn, "later@example.com");
    assert_int_equal(place_add(txn, &row), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(directory_count(place->reader, NOW_S, &during), STATUS_OK);
    store_snapshot_end(place->reader);
    assert_int_equal(directory_count(place->reader, NOW_S, &after), STATUS_OK);
    assert_int_equal(during.total, before.total);
    assert_int_equal(during.position.value, before.position.value);
    assert_int_equal(after.total, before.total + 1);
    assert_int_equal(after.position.value, before.position.value + 1);
}

static void *interrupt(void *context)
{
    for (int i = 0; i < 4000; i++) {
        store_interrupt(context);
        usleep(50);
    }
    return NULL;
}

static void an_interrupted_search_is_busy_and_harmless(void **state)
{
    struct directory_filter filter = {-1, -1, -1, "e"};
    struct directory_page page;
    pthread_t thread;
    int busy = 0;
    assert_int_equal(pthread_create(&thread, NULL, interrupt, place->reader), 0);
    for (int i = 0; i < 20000 && busy == 0; i++) {
        arena_reset(place->arena);
        enum status status =
            directory_query(place->reader, place->arena, &filter, DIRECTORY_BY_NAME, false,
                            &(struct directory_place){0}, 50, NOW_S, &page);
        assert_true(status == STATUS_OK || status == STATUS_BUSY);
        busy += status == STATUS_BUSY;
    }
    pthread_join(thread, NULL);
    assert_int_equal(busy, 1);
    assert_int_equal(directory_query(place->reader, place->arena, &filter, DIRECTORY_BY_NAME, false,
                                     &(struct directory_place){0}, 50, NOW_S, &page),
                     STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_equal_the_model),
        cmocka_unit_test(places_are_numbered),
        cmocka_unit_test(letters_are_those_that_there_are),
        cmocka_unit_test(searches_equal_the_model),
        cmocka_unit_test(odd_terms_are_only_text),
        cmocka_unit_test(a_term_is_found_wherever_it_stands),
        cmocka_unit_test(counts_follow_changes),
        cmocka_unit_test(counts_follow_a_retired_topic),
        cmocka_unit_test(a_page_inside_a_transaction_sees_its_writes),
        cmocka_unit_test(an_interrupted_search_is_busy_and_harmless),
        cmocka_unit_test(one_snapshot_sees_one_state),
    };
    int failed = cmocka_run_group_tests_name("directory", tests, set_up, tear_down);
    has_map = true;
    people_count = 0;
    in_use = IN_USE;
    return failed + cmocka_run_group_tests_name("directory in memory", tests, set_up, tear_down);
}
