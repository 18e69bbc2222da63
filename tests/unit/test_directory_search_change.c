/*
 * Unit test of store/directory_search* while people change: whoever does is seen whole or put
 * aside, and so is a text that one who was killed left behind; topics that come and go meanwhile
 * change no answer; a search that is interrupted ends.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "store/directory_search_hand.h"
#include "unit/search_support.h"

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
    search_put(&(struct directory_row){.id.value = id,
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
        if (search_order.sort == DIRECTORY_BY_TYPE) {
            value = strtoll(key->text + strlen("name "), NULL, 10);
            if (value % TYPE_COUNT != key->number)
                return "half old, half new";
        } else if (search_order.sort == DIRECTORY_BY_EMAIL) {
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
        search_order = (struct directory_order){.sort = sorts[i % COUNT(sorts)], .is_down = i & 1};
        struct directory_search search = search_of(&search_everyone, terms[i % COUNT(terms)], ROWS);
        search.position.value = atomic_load(&writer.done);
        atomic_store(&writer.may, search.position.value + AHEAD);
        arena_reset(search_arena);
        const enum status status = directory_search_run(
            &search, search_arena, i % 5 ? search_helper : NULL, &best, &aside);
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
    struct directory_search search = search_of(&search_everyone, term, 10);
    search.position.value = position;
    assert_int_equal(directory_search_run(&search, search_arena, NULL, &best, aside), STATUS_OK);
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
    search_order = (struct directory_order){0};
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct directory_row row = {.id.value = 2, .head.value = 3};
        struct directory_aside aside;
        map_clear(search_map, 2);
        search_put(&(struct directory_row){.id.value = 1, .head.value = 2}, "anybody", "a@b");
        search_put(&row, changes[i].was, "c@d");
        for (int64_t id = 3; id < 200; id++)
            search_put(&(struct directory_row){.id.value = id, .head.value = 3}, "who is beside",
                       "x@y");
        row.status = changes[i].status;
        row.updated_at = changes[i].updated_at;
        row.head.value = 5;
        search_put(&row, changes[i].is, "c@d");
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
    const unsigned turns = (unsigned)(search_random() % 40000);
    for (unsigned i = 0; i < turns; i++)
        atomic_signal_fence(memory_order_seq_cst);
}

#define LONG_NAME 60000

static void put_long(int64_t value)
{
    static char name[LONG_NAME + 3];
    memset(name, 'a', LONG_NAME);
    strcpy(name + LONG_NAME, "zz");
    search_put(&(struct directory_row){.id.value = 1,
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
    struct directory_selection out = {.now_s = SEARCH_NOW_S};
    for (int facet = 0; facet < FACET_COUNT; facet++)
        out.facets |= (uint32_t)(FACET_STATUS(facet) == CONTACT_OPTED_OUT) << facet;
    search_order = (struct directory_order){0};
    put_long(0);
    assert_int_equal(pthread_create(&thread, NULL, change_on, &writer), 0);
    for (int i = 0; i < 3000; i++) {
        struct directory_best best;
        struct directory_aside aside;
        struct directory_search search = search_of(&out, "zz", 10);
        search.position.value = atomic_load(&writer.done);
        arena_reset(search_arena);
        faults += directory_search_run(&search, search_arena, NULL, &best, &aside) != STATUS_OK;
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
    search_order = (struct directory_order){0};
    for (int64_t id = 1; id <= 2; id++) /* the last text of all, and another */
        search_put(&(struct directory_row){.id.value = id}, "a", "b");
    for (int64_t id = 1; id <= 2; id++) {
        struct directory_search search = search_of(&search_everyone, "a", 10);
        search.position.value = 0;
        directory_groups_mark(search_map, map_row_place(&search_map->rows[id]) * MAP_TEXT_UNIT, 1);
        search_map->rows[id].words[0] ^= MAP_ROW_IS_CHANGING;
        assert_int_equal(directory_search_run(&search, search_arena, NULL, &best, &aside),
                         STATUS_OK);
        search_map->rows[id].words[0] ^= MAP_ROW_IS_CHANGING;
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
    arena_reset(search_arena);
    assert_int_equal(directory_search_run(&search, search_arena, search_helper, &best, &aside),
                     STATUS_OK);
    assert_int_equal(aside.count, 0);
    free(aside.ids);
    return best.matches;
}

static uint32_t *head_of(int64_t id)
{
    return (uint32_t *)(search_map->texts + map_row_place(&search_map->rows[id]) * MAP_TEXT_UNIT);
}

/* At each of the moments when a name is being replaced. */
static void whoever_was_killed_leaves_no_name_that_is_found(void **state)
{
    search_order = (struct directory_order){0};
    for (int moment = 0; moment < 4; moment++) {
        const struct directory_row row = {.id.value = 7, .head.value = moment * 2 + 1};
        struct directory_row next = row;
        uint64_t was[4];
        search_put(&row, "old one", "a@b");
        memcpy(was, search_map->rows[7].words, sizeof was);
        uint32_t *const old_head = head_of(7);
        next.head.value++;
        search_put(&next, "new one", "a@b");
        if (moment < 3) /* the row does not name the new text yet, */
            *head_of(7) |= MAP_TEXT_DEAD;
        if (moment < 2) { /* nor is it its own */
            memcpy(search_map->rows[7].words, was, sizeof was);
            if (moment < 1)
                *old_head &= ~MAP_TEXT_DEAD;
            assert_int_equal(count_of(&search_everyone, "new one"), 0);
        }
        search_put(&next, "new one", "a@b");
        assert_int_equal(count_of(&search_everyone, "new one"), 1);
        assert_int_equal(count_of(&search_everyone, "old one"), 0);
    }
}

/* Whoever touches memory that is closed stops there, and reached is called, which opens it. */
static struct {
    uint8_t *from;
    size_t bytes;
    void (*reached)(void);
    struct sigaction was;
} closed;

static void open_memory(void)
{
    assert_int_equal(mprotect(closed.from, closed.bytes, PROT_READ | PROT_WRITE), 0);
    sigaction(SIGSEGV, &closed.was, NULL);
}

static void touched(int signal, siginfo_t *info, void *context)
{
    const uint8_t *at = info->si_addr;
    if (at < closed.from || at >= closed.from + closed.bytes)
        abort();
    open_memory();
    closed.reached();
}

static void close_memory(void *from, size_t bytes, int allowed, void (*reached)(void))
{
    const struct sigaction action = {.sa_sigaction = touched, .sa_flags = SA_SIGINFO | SA_NODEFER};
    closed.from = from;
    closed.bytes = bytes;
    closed.reached = reached;
    assert_int_equal(sigaction(SIGSEGV, &action, &closed.was), 0);
    assert_int_equal(mprotect(from, bytes, allowed), 0);
}

static sigjmp_buf killed;

static void die(void)
{
    siglongjmp(killed, 1);
}

/* The new text stands there, and whoever put it is killed before the row names it: it is nobody's
 * for ever, as the next one puts another. */
static void a_text_that_no_row_came_to_name_is_never_found(void **state)
{
    static const size_t page = 4096;
    search_order = (struct directory_order){0};
    search_put(&(struct directory_row){.id.value = 7, .head.value = 1}, "old one", "a@b");
    for (int64_t id = 7; id <= 8; id++) { /* one who was there, and one who is new */
        const struct directory_row row = {.id.value = id, .head.value = id};
        const uint64_t end = atomic_load(&search_map->head->text_end);
        if (sigsetjmp(killed, 1) == 0) {
            close_memory(search_map->rows, page, PROT_READ, die);
            search_put(&row, "new one", "a@b");
            fail_msg("the row was put, although it could not be");
        }
        assert_true(atomic_load(&search_map->head->text_end) > end);
        assert_int_equal(count_of(&search_everyone, "new one"), id - 7);
        search_put(&row, "new one", "a@b");
        assert_int_equal(count_of(&search_everyone, "new one"), id - 6);
        search_put(&(struct directory_row){.id.value = 9, .head.value = id}, "behind", "c@d");
        assert_int_equal(count_of(&search_everyone, "new one"), id - 6);
    }
    assert_int_equal(count_of(&search_everyone, "old one"), 0);
}

static void change_the_first(void)
{
    search_put(&(struct directory_row){.id.value = 1, .head.value = 6}, "zora the third", "a@b");
}

/* Their newest text is found by what stands before it, as nothing near it changed; then they
 * change; then an old text of theirs is met, in a place where something did. */
static void whoever_was_counted_and_changes_is_not_put_aside_for_an_older_text(void **state)
{
    static char filler[LONG_NAME + 1];
    struct directory_aside aside;
    memset(filler, 'x', LONG_NAME);
    search_order = (struct directory_order){.sort = DIRECTORY_BY_EMAIL, .is_down = true};
    search_put(&(struct directory_row){.id.value = 1, .head.value = 1}, "zora", "a@b");
    search_put(&(struct directory_row){.id.value = 2, .head.value = 1}, "beside", "c@d");
    const size_t piece = HAND_PIECE_WORDS * 64 * GROUP_BYTES;
    int64_t id = 3;
    for (; atomic_load(&search_map->head->text_end) < piece + STRETCH_BYTES; id++)
        search_put(&(struct directory_row){.id.value = id, .head.value = 1}, filler, "e@f");
    search_put(&(struct directory_row){.id.value = 1, .head.value = 2}, "zora too", "a@b");
    search_put(&(struct directory_row){.id.value = 2, .status = CONTACT_OPTED_IN, .head.value = 5},
               "beside", "c@d");
    close_memory(search_map->texts, piece, PROT_NONE, change_the_first);
    struct directory_search search = search_of(&search_everyone, "zora", 10);
    struct directory_best best;
    search.position.value = 3;
    assert_int_equal(directory_search_run(&search, search_arena, NULL, &best, &aside), STATUS_OK);
    assert_int_equal(search_map->rows[1].words[1], 6); /* it did change meanwhile */
    assert_int_equal(best.matches, 1);
    assert_int_equal(aside.count, 0);
    free(aside.ids);
}

struct turner {
    _Atomic bool is_over;
};

static void *turn(void *context)
{
    struct turner *turner = context;
    for (unsigned turns = 0; !atomic_load(&turner->is_over); turns++) {
        map_use_topics(search_map, turns % 2 ? 0 : SEARCH_IN_USE);
        if (turns % 2 == 0)
            wait_a_little();
    }
    return NULL;
}

/* Who has a choice among the topics of the search, whatever the map goes by meanwhile. */
static void topics_that_come_and_go_while_others_search_change_no_answer(void **state)
{
    struct turner turner = {false};
    struct directory_selection chosen = {.now_s = SEARCH_NOW_S};
    pthread_t thread;
    int64_t there = 0, wanted = 0, faults = 0;
    for (int facet = 0; facet < FACET_COUNT; facet++)
        chosen.facets |= (uint32_t)FACET_HAS_ON(facet) << facet;
    search_order = (struct directory_order){0};
    for (int64_t id = 1; id <= SEARCH_PEOPLE; id++) {
        search_put_anybody(id);
        wanted += (search_people[id].row.choices & SEARCH_IN_USE) != 0;
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
    search_order = (struct directory_order){0};
    search_change_people();
    assert_int_equal(pthread_create(&thread, NULL, interrupt, &interrupter), 0);
    for (int i = 0; i < 100000 && busy == 0; i++) {
        struct directory_best best;
        struct directory_aside aside;
        struct directory_search search = search_of(&search_everyone, "a", 10);
        search.interrupts = &interrupter.count;
        arena_reset(search_arena);
        busy += directory_search_run(&search, search_arena, search_helper, &best, &aside) ==
                STATUS_BUSY;
        free(aside.ids);
    }
    atomic_store(&interrupter.is_over, true);
    pthread_join(thread, NULL);
    assert_int_equal(busy, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            whoever_changes_while_others_search_is_seen_whole_or_put_aside, search_set_up,
            search_tear_down),
        cmocka_unit_test_setup_teardown(whoever_changed_after_the_snapshot_is_put_aside,
                                        search_set_up, search_tear_down),
        cmocka_unit_test_setup_teardown(
            whoever_changes_while_their_text_is_looked_through_is_put_aside, search_set_up,
            search_tear_down),
        cmocka_unit_test_setup_teardown(a_row_that_nobody_finishes_is_put_aside, search_set_up,
                                        search_tear_down),
        cmocka_unit_test_setup_teardown(whoever_was_killed_leaves_no_name_that_is_found,
                                        search_set_up, search_tear_down),
        cmocka_unit_test_setup_teardown(a_text_that_no_row_came_to_name_is_never_found,
                                        search_set_up, search_tear_down),
        cmocka_unit_test_setup_teardown(
            whoever_was_counted_and_changes_is_not_put_aside_for_an_older_text, search_set_up,
            search_tear_down),
        cmocka_unit_test_setup_teardown(
            topics_that_come_and_go_while_others_search_change_no_answer, search_set_up,
            search_tear_down),
        cmocka_unit_test_setup_teardown(a_search_that_is_interrupted_ends_busy, search_set_up,
                                        search_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
