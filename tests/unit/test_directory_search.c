/*
 * Unit test of store/directory_search*: against a model that goes through random people of many
 * scripts with strstr, texts replaced and people removed among them, alone and with a helper, by
 * the heads of the texts and by the rows; what stands beside a text is no match; whoever changes
 * while others search is seen whole or put aside, and so is a text that one who was killed left
 * behind; topics that come and go meanwhile change no answer.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/directory_search.h"
#include "store/directory_search_find.h"
#include "store/directory_search_groups.h"

#define PEOPLE      700
#define TEXT        1200
#define NOW_S       1700000000
#define IN_USE      UINT64_C(0x1e)
#define ENOUGH      ((size_t)PEOPLE)
#define COUNT(list) (sizeof(list) / sizeof *(list))

static uint64_t random64(void)
{
    static _Thread_local uint64_t seed = 11;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

struct person {
    bool is_there;
    struct directory_row row;
    char name[TEXT], email[TEXT];
};

static struct directory_map *map;
static struct directory_helper *helper;
static struct arena *arena;
static struct person people[PEOPLE + 1]; /* by row number */
static const struct directory_selection everyone = {.facets = UINT32_MAX, .now_s = NOW_S};

static int set_up(void **state)
{
    arena = arena_new();
    memset(people, 0, sizeof people);
    assert_int_equal(directory_map_new(&map), STATUS_OK);
    map_clear(map, PEOPLE);
    map_use_topics(map, IN_USE);
    assert_int_equal(directory_helper_start(&helper), STATUS_OK);
    return 0;
}

static int tear_down(void **state)
{
    directory_helper_stop(helper);
    directory_map_free(map);
    arena_free(arena);
    return 0;
}

static void put(const struct directory_row *row, const char *name, const char *email)
{
    const struct map_values values = {.row = *row,
                                      .name_key = name,
                                      .name_len = strlen(name),
                                      .email_key = email,
                                      .email_len = strlen(email)};
    assert_int_equal(map_row_put(map, &values), STATUS_OK);
}

static void random_text(char *out, size_t most)
{
    static const char *const pieces[] = {"a", "an",  "mar",  "ё",  "ов", "иван", "é",
                                         "ß", "王",  "秀英", "田", "α",  "παπ",  "حم",
                                         "מ", "כהן", "o'",   "%_", " ",  "-"};
    size_t len = 0;
    out[0] = '\0';
    for (;;) {
        const char *piece = pieces[random64() % COUNT(pieces)];
        if (len + strlen(piece) > most || random64() % 40 == 0)
            return;
        len += (size_t)sprintf(out + len, "%s", piece);
    }
}

static void put_anybody(int64_t id)
{
    struct person *person = &people[id];
    /* Most are short; some go over groups, which then have no text that begins in them. */
    random_text(person->name, random64() % 60 == 0 ? TEXT - 1 : random64() % 40);
    random_text(person->email, 30);
    sprintf(person->email + strlen(person->email), "%d@example.com", (int)(random64() % 1000));
    person->row = (struct directory_row){
        .id.value = id,
        .type = (enum contact_type)(random64() % TYPE_COUNT),
        .status = (enum contact_status)(random64() % 2),
        .choices = random64() & 0x3e,
        .paused_until = random64() % 3 ? 0 : NOW_S - 1 + (int64_t)(random64() % 3),
        .updated_at = NOW_S + (int64_t)(random64() % 30)};
    person->is_there = true;
    put(&person->row, person->name, person->email);
}

static void change_people(void)
{
    for (int64_t id = 1; id <= PEOPLE; id++) {
        const unsigned what = random64() % 8;
        if (what < 3) {
            put_anybody(id);
        } else if (what == 3) {
            map_row_remove(map, id, (struct position){1});
            people[id].is_there = false;
        }
    }
}

static struct directory_order order;

static int facet_of_person(const struct person *person)
{
    const struct directory_row *row = &person->row;
    return facet_of(row->type, row->status, row->choices, row->paused_until, IN_USE);
}

static struct directory_key key_of(const struct person *person)
{
    const struct contact contact = {.id = person->row.id,
                                    .name_key = person->name,
                                    .email_key = person->email,
                                    .updated_at = person->row.updated_at};
    return directory_key_of(order.sort, &contact, facet_of_person(person));
}

static int by_order(const void *left, const void *right)
{
    const struct directory_key a = key_of(*(const struct person *const *)left);
    const struct directory_key b = key_of(*(const struct person *const *)right);
    return directory_compare(&order, &a, &b);
}

static bool is_let_through(const struct directory_selection *selection, const struct person *person)
{
    const struct directory_row *row = &person->row;
    const int facet = facet_of_person(person);
    if ((selection->facets >> facet & 1) == 0)
        return false;
    return (selection->by_clock >> facet & 1) == 0 ||
           (row->paused_until > NOW_S) == selection->wants_paused;
}

static struct directory_search search_of(const struct directory_selection *selection,
                                         const char *term, size_t limit)
{
    static atomic_uint interrupts;
    return (struct directory_search){.map = map,
                                     .selection = selection,
                                     .order = &order,
                                     .term = term,
                                     .limit = limit,
                                     .in_use = IN_USE,
                                     .position.value = INT64_MAX,
                                     .interrupts = &interrupts};
}

/* One search as the model has it, and as it is found. */
static void must_find(const struct directory_selection *selection, const char *term, size_t limit)
{
    static const struct person *wanted[PEOPLE];
    static struct directory_key keys[PEOPLE];
    const struct directory_search search = search_of(selection, term, limit);
    struct directory_found found = {.keys = keys};
    struct directory_best best;
    struct directory_aside aside = {0};
    size_t count = 0, earlier = 0;
    for (size_t i = 1; i <= PEOPLE; i++)
        if (people[i].is_there && is_let_through(selection, &people[i]) &&
            (strstr(people[i].name, term) != NULL || strstr(people[i].email, term) != NULL))
            wanted[count++] = &people[i];
    qsort(wanted, count, sizeof *wanted, by_order);
    order.has_place = count > 0 && random64() % 2;
    if (order.has_place) {
        earlier = random64() % count + 1;
        order.place = key_of(wanted[earlier - 1]);
    }
    arena_reset(arena);
    assert_int_equal(
        directory_search_run(&search, arena, random64() % 2 ? helper : NULL, &best, &aside),
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
    const struct person *person = &people[random64() % PEOPLE + 1];
    const char *text = random64() % 2 ? person->name : person->email;
    const size_t len = strlen(text);
    size_t want = random64() % 40 + 1;
    if (len == 0 || random64() % 10 == 0) {
        random_text(term, 39);
        if (term[0] == '\0')
            strcpy(term, "q");
        return;
    }
    want = want < len ? want : len;
    const size_t at = random64() % 3 == 0 ? len - want : random64() % (len - want + 1);
    memcpy(term, text + at, want);
    term[want] = '\0';
}

static void searches_find_what_a_plain_look_through_all_texts_finds(void **state)
{
    char term[41];
    for (int round = 0; round < 12; round++) {
        change_people();
        map_use_topics(map, round % 3 == 0 ? IN_USE ^ 6 : IN_USE);
        for (int i = 0; i < 60; i++) {
            const struct directory_selection some = {
                .facets = (uint32_t)random64(),
                .by_clock = (uint32_t)random64(),
                .wants_paused = random64() % 2,
                .now_s = NOW_S,
            };
            random_term(term);
            order = (struct directory_order){
                .sort = (enum directory_sort)(random64() % DIRECTORY_SORT_COUNT),
                .is_down = random64() % 2};
            must_find(random64() % 2 ? &everyone : &some, term,
                      random64() % 2 ? ENOUGH : random64() % 20 + 1);
        }
    }
}

/* The head of a text and the address before it are no part of it. */
static void what_stands_beside_a_text_is_no_match(void **state)
{
    char name[120];
    order = (struct directory_order){0};
    memset(name, 'b', sizeof name);
    name[0x61] = '\0'; /* whose length reads as an a */
    put(&(struct directory_row){.id.value = 0x616161}, name, "cde");
    put(&(struct directory_row){.id.value = 0x616162}, "fgh", "ijk");
    static const char *const none[] = {"a",      "aaa",  "aa", "ab", "bcde",
                                       "cdefgh", "cdeb", "ef", "kf"};
    static const char *const one[] = {"cde", "bbb", "fgh", "ijk", "e", "k", "f"};
    struct directory_best best;
    struct directory_aside aside;
    for (size_t i = 0; i < COUNT(none) + COUNT(one); i++) {
        const char *term = i < COUNT(none) ? none[i] : one[i - COUNT(none)];
        const struct directory_search search = search_of(&everyone, term, 10);
        assert_int_equal(directory_search_run(&search, arena, NULL, &best, &aside), STATUS_OK);
        assert_int_equal(best.matches, i >= COUNT(none));
    }
}

static void every_finder_finds_the_same(void **state)
{
    static const char letters[] = "abbbc\xd0\xd1\xbe";
    char text[FIND_READS + 60], window[FIND_READS], term[41];
    for (int round = 0; round < 3000; round++) {
        const size_t len = random64() % 4 == 0 ? random64() % 40 + 1 : random64() % 4 + 1;
        const size_t end = round % 2 ? sizeof text : random64() % FIND_READS;
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = letters[random64() % (sizeof letters - 1)];
        for (size_t i = 0; i < len; i++)
            term[i] = letters[random64() % (sizeof letters - 1)];
        term[len] = '\0';
        memcpy(text + random64() % (sizeof text - len), term, len);
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
            const size_t some = random64() % FIND_BYTES + 1;
            const uint64_t said = UINT64_MAX >> (63 - (some - 1) / 4);
            assert_true(((directory_needle_find(&needle, from, some, text, text + end) ^ wanted) &
                         said) == 0);
        }
    }
}

#define ROWS     64
#define SEARCHES 200
#define AHEAD    20

struct writer {
    _Atomic int64_t done; /* every row has this value, or a newer one */
    _Atomic int64_t may;  /* go so far, so that texts don't pile up */
    _Atomic bool is_over;
};

/* Rows that say so themselves when they are half of one state and half of another. */
static void put_value(int64_t id, int64_t value)
{
    char name[40], email[40];
    snprintf(name, sizeof name, "name %06lld", (long long)value);
    snprintf(email, sizeof email, "row%lld@%06lld", (long long)id, (long long)(value / 3));
    put(&(struct directory_row){.id.value = id,
                                .type = (enum contact_type)(value % TYPE_COUNT),
                                .updated_at = value,
                                .head.value = value},
        name, email);
}

static void *write_on(void *context)
{
    struct writer *writer = context;
    for (int64_t value = 1; !atomic_load(&writer->is_over); value++) {
        while (value > atomic_load(&writer->may) && !atomic_load(&writer->is_over))
            sched_yield();
        for (int64_t id = 1; id <= ROWS; id++)
            put_value(id, value);
        atomic_store(&writer->done, value);
    }
    return NULL;
}

/* NULL: nobody twice, nobody left out, each as it was. */
static const char *fault_of(const struct directory_best *best, const struct directory_aside *aside,
                            int64_t position)
{
    bool was_seen[ROWS + 1] = {false};
    for (size_t i = 0; i < best->count + aside->count; i++) {
        const int64_t id = i < best->count ? best->heap[i].key.id : aside->ids[i - best->count];
        if (id < 1 || id > ROWS || was_seen[id])
            return "somebody twice";
        was_seen[id] = true;
    }
    for (size_t i = 0; i < best->count; i++) {
        const struct directory_key *key = &best->heap[i].key;
        int64_t value = key->number;
        if (order.sort == DIRECTORY_BY_TYPE) {
            value = strtoll(key->text + strlen("name "), NULL, 10);
            if (value % TYPE_COUNT != key->number)
                return "half old, half new";
        } else if (order.sort == DIRECTORY_BY_EMAIL) {
            if (strtoll(key->text + strlen("row"), NULL, 10) != key->id)
                return "somebody else's address";
            const char *at = memchr(key->text, '@', key->len);
            value = strtoll(at + 1, NULL, 10) * 3;
        }
        if (value > position)
            return "newer than asked for";
    }
    return best->count + aside->count == ROWS ? NULL : "somebody left out";
}

static void whoever_changes_while_others_search_is_seen_whole_or_put_aside(void **state)
{
    static const char *const terms[] = {"row", "a", "@0", "name 0"};
    static const enum directory_sort sorts[] = {DIRECTORY_BY_TYPE, DIRECTORY_BY_EMAIL,
                                                DIRECTORY_BY_UPDATED};
    struct writer writer = {0};
    const char *fault = NULL;
    pthread_t thread;
    size_t direct = 0;
    for (int64_t id = 1; id <= ROWS; id++)
        put_value(id, 0);
    assert_int_equal(pthread_create(&thread, NULL, write_on, &writer), 0);
    for (size_t i = 0; i < SEARCHES && fault == NULL; i++) {
        struct directory_best best;
        struct directory_aside aside;
        order = (struct directory_order){.sort = sorts[i % COUNT(sorts)], .is_down = i & 1};
        struct directory_search search = search_of(&everyone, terms[i % COUNT(terms)], ROWS);
        search.position.value = atomic_load(&writer.done);
        atomic_store(&writer.may, search.position.value + AHEAD);
        arena_reset(arena);
        const enum status status =
            directory_search_run(&search, arena, i % 5 ? helper : NULL, &best, &aside);
        fault = status == STATUS_OK ? fault_of(&best, &aside, search.position.value)
                                    : status_name(status);
        direct += best.count;
        free(aside.ids);
    }
    atomic_store(&writer.is_over, true);
    pthread_join(thread, NULL);
    if (fault != NULL)
        fail_msg("%s", fault);
    assert_true(direct > 0);
}

static struct directory_best best_at(int64_t position, const char *term,
                                     struct directory_aside *aside)
{
    struct directory_best best;
    struct directory_search search = search_of(&everyone, term, 10);
    search.position.value = position;
    assert_int_equal(directory_search_run(&search, arena, NULL, &best, aside), STATUS_OK);
    return best;
}

/* Whatever of them changed, and however far away their new text stands. */
static void whoever_changed_after_the_snapshot_is_put_aside(void **state)
{
    static const struct {
        const char *was, *is;
        enum contact_status status;
        int64_t updated_at;
    } changes[] = {{"somebody", "somebody", CONTACT_OPTED_IN, 0},
                   {"somebody", "somebody", CONTACT_OPTED_OUT, 1},
                   {"somebody", "somebody else", CONTACT_OPTED_OUT, 0},
                   {"somebody", "else", CONTACT_OPTED_OUT, 0},
                   {"else", "somebody", CONTACT_OPTED_OUT, 0}};
    order = (struct directory_order){0};
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct directory_row row = {.id.value = 2, .head.value = 3};
        struct directory_aside aside;
        map_clear(map, 2);
        put(&(struct directory_row){.id.value = 1, .head.value = 2}, "anybody", "a@b");
        put(&row, changes[i].was, "c@d");
        for (int64_t id = 3; id < 200; id++)
            put(&(struct directory_row){.id.value = id, .head.value = 3}, "who is beside", "x@y");
        row.status = changes[i].status;
        row.updated_at = changes[i].updated_at;
        row.head.value = 5;
        put(&row, changes[i].is, "c@d");
        assert_int_equal(best_at(4, "body", &aside).matches, 1);
        assert_int_equal(aside.count, 1);
        assert_int_equal(aside.ids[0], 2);
        free(aside.ids);
        const int64_t now = strstr(changes[i].is, "body") != NULL;
        assert_int_equal(best_at(5, "body", &aside).matches, 1 + now);
        assert_int_equal(aside.count, 0);
    }
}

static void wait_a_little(void)
{
    const unsigned turns = (unsigned)(random64() % 40000);
    for (unsigned i = 0; i < turns; i++)
        atomic_signal_fence(memory_order_seq_cst);
}

#define LONG_NAME 60000

static void put_long(int64_t value)
{
    static char name[LONG_NAME + 3];
    memset(name, 'a', LONG_NAME);
    strcpy(name + LONG_NAME, "zz");
    put(&(struct directory_row){.id.value = 1,
                                .status = (enum contact_status)(value % 2),
                                .head.value = value},
        name, "c@d");
}

static void *change_on(void *context)
{
    struct writer *writer = context;
    for (int64_t value = 1; !atomic_load(&writer->is_over); value++) {
        put_long(value);
        atomic_store(&writer->done, value);
        wait_a_little();
    }
    return NULL;
}

/* It takes a while from the begin of that text to the term: they often change between. */
static void whoever_changes_while_their_text_is_looked_through_is_put_aside(void **state)
{
    struct writer writer = {0};
    pthread_t thread;
    int faults = 0, direct = 0;
    struct directory_selection out = {.now_s = NOW_S};
    for (int facet = 0; facet < FACET_COUNT; facet++)
        out.facets |= (uint32_t)(FACET_STATUS(facet) == CONTACT_OPTED_OUT) << facet;
    order = (struct directory_order){0};
    put_long(0);
    assert_int_equal(pthread_create(&thread, NULL, change_on, &writer), 0);
    for (int i = 0; i < 3000; i++) {
        struct directory_best best;
        struct directory_aside aside;
        struct directory_search search = search_of(&out, "zz", 10);
        search.position.value = atomic_load(&writer.done);
        arena_reset(arena);
        faults += directory_search_run(&search, arena, NULL, &best, &aside) != STATUS_OK;
        direct += aside.count == 0;
        faults += aside.count == 0 && best.matches != (search.position.value + 1) % 2;
        free(aside.ids);
    }
    atomic_store(&writer.is_over, true);
    pthread_join(thread, NULL);
    assert_int_equal(faults, 0);
    assert_true(direct > 0);
}

static void a_row_that_nobody_finishes_is_put_aside(void **state)
{
    struct directory_best best;
    struct directory_aside aside;
    order = (struct directory_order){0};
    for (int64_t id = 1; id <= 2; id++) /* the last text of all, and another */
        put(&(struct directory_row){.id.value = id}, "a", "b");
    for (int64_t id = 1; id <= 2; id++) {
        struct directory_search search = search_of(&everyone, "a", 10);
        search.position.value = 0;
        directory_groups_mark(map, map->rows[id].words[3] * MAP_TEXT_UNIT, 1);
        map->rows[id].words[0] ^= UINT64_C(1) << 48;
        assert_int_equal(directory_search_run(&search, arena, NULL, &best, &aside), STATUS_OK);
        map->rows[id].words[0] ^= UINT64_C(1) << 48;
        assert_int_equal(best.matches, 1);
        assert_int_equal(aside.count, 1);
        assert_int_equal(aside.ids[0], id);
        free(aside.ids);
    }
}

static int64_t count_of(const struct directory_selection *selection, const char *term)
{
    struct directory_best best;
    struct directory_aside aside;
    const struct directory_search search = search_of(selection, term, 10);
    arena_reset(arena);
    assert_int_equal(directory_search_run(&search, arena, helper, &best, &aside), STATUS_OK);
    assert_int_equal(aside.count, 0);
    free(aside.ids);
    return best.matches;
}

static uint32_t *head_of(int64_t id)
{
    return (uint32_t *)(map->texts + map->rows[id].words[3] * MAP_TEXT_UNIT);
}

/* At each of the moments when a name is being replaced. */
static void whoever_was_killed_leaves_no_name_that_is_found(void **state)
{
    order = (struct directory_order){0};
    for (int moment = 0; moment < 4; moment++) {
        const struct directory_row row = {.id.value = 7, .head.value = moment * 2 + 1};
        struct directory_row next = row;
        uint64_t was[4];
        put(&row, "old one", "a@b");
        memcpy(was, map->rows[7].words, sizeof was);
        uint32_t *const old_head = head_of(7);
        next.head.value++;
        put(&next, "new one", "a@b");
        if (moment < 3) /* the row does not name the new text yet, */
            *head_of(7) |= MAP_TEXT_DEAD;
        if (moment < 2) { /* nor is it its own */
            memcpy(map->rows[7].words, was, sizeof was);
            if (moment < 1)
                *old_head &= ~MAP_TEXT_DEAD;
            assert_int_equal(count_of(&everyone, "new one"), 0);
        }
        put(&next, "new one", "a@b");
        assert_int_equal(count_of(&everyone, "new one"), 1);
        assert_int_equal(count_of(&everyone, "old one"), 0);
    }
}

struct turner {
    _Atomic bool is_over;
};

static void *turn(void *context)
{
    struct turner *turner = context;
    for (unsigned turns = 0; !atomic_load(&turner->is_over); turns++) {
        map_use_topics(map, turns % 2 ? 0 : IN_USE);
        if (turns % 2 == 0)
            wait_a_little();
    }
    return NULL;
}

/* Who has a choice among the topics of the search, whatever the map goes by meanwhile. */
static void topics_that_come_and_go_while_others_search_change_no_answer(void **state)
{
    struct turner turner = {false};
    struct directory_selection chosen = {.now_s = NOW_S};
    pthread_t thread;
    int64_t there = 0, wanted = 0, faults = 0;
    for (int facet = 0; facet < FACET_COUNT; facet++)
        chosen.facets |= (uint32_t)FACET_HAS_ON(facet) << facet;
    order = (struct directory_order){0};
    for (int64_t id = 1; id <= PEOPLE; id++) {
        put_anybody(id);
        wanted += (people[id].row.choices & IN_USE) != 0;
        there++;
    }
    assert_in_range(wanted, 1, there - 1);
    assert_int_equal(pthread_create(&thread, NULL, turn, &turner), 0);
    for (int i = 0; i < 300; i++)
        faults += count_of(&chosen, "@example.com") != wanted;
    atomic_store(&turner.is_over, true);
    pthread_join(thread, NULL);
    assert_int_equal(faults, 0);
}

struct interrupter {
    atomic_uint count;
    _Atomic bool is_over;
};

static void *interrupt(void *context)
{
    struct interrupter *interrupter = context;
    while (!atomic_load(&interrupter->is_over))
        atomic_fetch_add(&interrupter->count, 1);
    return NULL;
}

static void a_search_that_is_interrupted_ends_busy(void **state)
{
    struct interrupter interrupter = {0};
    pthread_t thread;
    size_t busy = 0;
    order = (struct directory_order){0};
    change_people();
    assert_int_equal(pthread_create(&thread, NULL, interrupt, &interrupter), 0);
    for (int i = 0; i < 100000 && busy == 0; i++) {
        struct directory_best best;
        struct directory_aside aside;
        struct directory_search search = search_of(&everyone, "a", 10);
        search.interrupts = &interrupter.count;
        arena_reset(arena);
        busy += directory_search_run(&search, arena, helper, &best, &aside) == STATUS_BUSY;
        free(aside.ids);
    }
    atomic_store(&interrupter.is_over, true);
    pthread_join(thread, NULL);
    assert_int_equal(busy, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(searches_find_what_a_plain_look_through_all_texts_finds,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_stands_beside_a_text_is_no_match, set_up, tear_down),
        cmocka_unit_test(every_finder_finds_the_same),
        cmocka_unit_test_setup_teardown(
            whoever_changes_while_others_search_is_seen_whole_or_put_aside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whoever_changed_after_the_snapshot_is_put_aside, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            whoever_changes_while_their_text_is_looked_through_is_put_aside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_row_that_nobody_finishes_is_put_aside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whoever_was_killed_leaves_no_name_that_is_found, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            topics_that_come_and_go_while_others_search_change_no_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_search_that_is_interrupted_ends_busy, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
