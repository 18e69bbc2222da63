/*
 * Unit test of store/directory_map: it says what the file says, after any changes, whoever died.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/email.h"
#include "service/setup.h"
#include "store/contacts.h"
#include "store/directory.h"
#include "store/directory_order.h"
#include "unit/mapped_support.h"

static void it_agrees_with_the_file_after_any_changes(void **state)
{
    struct mapped desk;
    mapped_open(&desk);
    mapped_must_agree(&desk); /* of nobody */
    for (int round = 0; round < 40; round++) {
        for (int i = rand() % 40; i >= 0; i--)
            mapped_change(&desk);
        mapped_must_agree(&desk);
    }
    mapped_close(&desk);
}

static void a_person_is_found_by_the_whole_address_and_by_no_other(void **state)
{
    struct mapped desk;
    mapped_open(&desk);
    struct contact ada = site_add(&desk.site, "ada@example.com", NEWSLETTER);
    site_add(&desk.site, "bob@example.com", MARKETING);
    mapped_must_agree(&desk);
    struct directory_ask ask = mapped_find(&desk, "ada@example.com");
    assert_int_equal(ask.status, STATUS_OK);
    assert_int_equal(ask.row.id.value, ada.id.value);
    assert_int_equal(ask.row.status, CONTACT_OPTED_IN);
    assert_true(ask.row.choices == NEWSLETTER);
    assert_int_equal(ask.row.head.value, ada.head.value);
    assert_int_equal(mapped_find(&desk, "ada@example.co").status, STATUS_NOT_FOUND);
    assert_int_equal(mapped_find(&desk, "ada@example.comm").status, STATUS_NOT_FOUND);
    assert_int_equal(mapped_find(&desk, "").status, STATUS_NOT_FOUND);
    mapped_close(&desk);
}

static void an_address_that_went_is_known_to_have_gone(void **state)
{
    struct mapped desk;
    mapped_open(&desk);
    struct contact ada = site_add(&desk.site, "ada@example.com", NEWSLETTER);
    mapped_must_agree(&desk);
    assert_int_equal(directory_map_left(desk.map).value, 0);
    struct change move = {.kind = ENTRY_DETAILS,
                          .contact = ada.id,
                          .email = "ada@example.org",
                          .email_key = "ada@example.org",
                          .origin = site_origin(ACTOR_ADMIN, 1)};
    struct change_result moved = site_change(&desk.site, &move);
    mapped_must_agree(&desk);
    assert_int_equal(directory_map_left(desk.map).value, moved.position.value);
    assert_int_equal(mapped_find(&desk, "ada@example.com").status, STATUS_NOT_FOUND);
    assert_int_equal(mapped_find(&desk, "ada@example.org").status, STATUS_OK);
    desk.ids[0] = ada.id;
    desk.count = 1;
    mapped_erase(&desk, 0);
    mapped_must_agree(&desk);
    assert_true(directory_map_left(desk.map).value > moved.position.value);
    assert_int_equal(mapped_find(&desk, "ada@example.org").status, STATUS_NOT_FOUND);
    const uint64_t end = atomic_load(&desk.map->head->text_end);
    assert_null(memmem(desk.map->texts, end, "ada@example.org", 15));
    mapped_close(&desk);
}

static void in_a_snapshot_it_comes_to_the_snapshot_and_never_goes_back(void **state)
{
    struct mapped desk;
    struct position at;
    mapped_open(&desk);
    site_add(&desk.site, "ada@example.com", NEWSLETTER);
    mapped_must_agree(&desk);
    assert_int_equal(store_snapshot_begin(desk.reader.store), STATUS_OK);
    struct position then;
    assert_int_equal(store_position(desk.reader.store, &then), STATUS_OK);
    site_add(&desk.site, "bob@example.com", NEWSLETTER);
    assert_int_equal(directory_map_catch_up(desk.map, desk.reader.store, 10000), STATUS_OK);
    assert_true(directory_map_is_ready(desk.map, &at));
    assert_int_equal(at.value, then.value);
    assert_int_equal(mapped_find(&desk, "bob@example.com").status, STATUS_NOT_FOUND);
    struct service other = site_service(&desk.site, false);
    assert_int_equal(directory_map_catch_up(desk.map, other.store, 10000), STATUS_OK);
    assert_int_equal(directory_map_catch_up(desk.map, desk.reader.store, 10000), STATUS_OK);
    assert_int_equal(mapped_find(&desk, "bob@example.com").status, STATUS_OK);
    store_snapshot_end(desk.reader.store);
    setup_close(&other);
    mapped_close(&desk);
}

static void must_be_alike(struct mapped *desk, struct store *file,
                          const struct directory_filter *filter, enum directory_sort sort,
                          bool is_down)
{
    struct directory_place place = {0};
    struct directory_page pages[2];
    do {
        struct store *const stores[] = {file, desk->reader.store};
        for (int i = 0; i < 2; i++)
            assert_int_equal(directory_query(stores[i], desk->site.arena, filter, sort, is_down,
                                             &place, 37, clock_now_s(), &pages[i]),
                             STATUS_OK);
        assert_int_equal(pages[1].count, pages[0].count);
        assert_int_equal(pages[1].matches, pages[0].matches);
        assert_int_equal(pages[1].has_next, pages[0].has_next);
        assert_int_equal(pages[1].has_previous, pages[0].has_previous);
        assert_int_equal(pages[1].position.value, pages[0].position.value);
        if (pages[1].before != -1)
            assert_int_equal(pages[1].before, pages[0].before);
        for (size_t i = 0; i < pages[0].count; i++)
            assert_int_equal(pages[1].rows[i].id.value, pages[0].rows[i].id.value);
        if (pages[0].count > 0)
            place = directory_beside(sort, &pages[0].rows[pages[0].count - 1], false);
    } while (pages[0].has_next);
}

static void a_page_in_an_older_snapshot_is_as_the_file_was_then(void **state)
{
    struct mapped desk;
    struct position then;
    mapped_open(&desk);
    struct service file = site_service(&desk.site, false), other = site_service(&desk.site, false);
    for (int i = 0; i < 200; i++)
        mapped_change(&desk);
    mapped_must_agree(&desk);
    store_use_directory(desk.reader.store, desk.map);
    for (int round = 0; round < 12; round++) {
        struct directory_filter filter = {-1, -1, -1, ""};
        assert_int_equal(store_snapshot_begin(file.store), STATUS_OK);
        assert_int_equal(store_snapshot_begin(desk.reader.store), STATUS_OK);
        /* It is the first read that takes it. */
        assert_int_equal(store_position(file.store, &then), STATUS_OK);
        assert_int_equal(store_position(desk.reader.store, &then), STATUS_OK);
        for (int i = rand() % 60; i >= 0; i--)
            mapped_change(&desk);
        assert_int_equal(directory_map_catch_up(desk.map, other.store, 10000), STATUS_OK);
        for (int sort = 0; sort < DIRECTORY_SORT_COUNT; sort++) {
            filter.status = rand() % 3 - 1;
            filter.subscribed = rand() % 3 - 1;
            filter.type = rand() % 4 - 1;
            must_be_alike(&desk, file.store, &filter, (enum directory_sort)sort, rand() % 2);
        }
        store_snapshot_end(desk.reader.store);
        store_snapshot_end(file.store);
    }
    setup_close(&file);
    setup_close(&other);
    mapped_close(&desk);
}

static void rename_to(struct mapped *desk, struct contact_id id, const char *name)
{
    struct change change = {
        .kind = ENTRY_DETAILS, .contact = id, .name = name, .origin = site_origin(ACTOR_ADMIN, 1)};
    site_change(&desk->site, &change);
}

static void must_count(struct mapped *desk, const char *term, int64_t matches)
{
    const struct directory_filter filter = {DIRECTORY_ANY, DIRECTORY_ANY, DIRECTORY_ANY, term};
    struct directory_page page;
    assert_int_equal(directory_query(desk->reader.store, desk->site.arena, &filter,
                                     DIRECTORY_BY_NAME, false, &(struct directory_place){0}, 10, 0,
                                     &page),
                     STATUS_OK);
    assert_int_equal(page.matches, matches);
    assert_int_equal(page.count, matches);
}

/* Whether their new name holds the term or not, and whatever names they had before. */
static void a_search_in_a_snapshot_finds_who_was_renamed_after_it_as_they_were(void **state)
{
    struct mapped desk;
    mapped_open(&desk);
    struct contact_id ids[3];
    for (int i = 0; i < 3; i++) {
        ids[i] = site_add(&desk.site, (const char *[]){"a@x.org", "b@x.org", "c@x.org"}[i], 0).id;
        rename_to(&desk, ids[i], "Zora");
        rename_to(&desk, ids[i], i == 0 ? "Yves" : "Zora");
    }
    mapped_must_agree(&desk);
    store_use_directory(desk.reader.store, desk.map);
    assert_int_equal(store_snapshot_begin(desk.reader.store), STATUS_OK);
    must_count(&desk, "zora", 2);
    rename_to(&desk, ids[0], "Zora");
    rename_to(&desk, ids[1], "Yves");
    rename_to(&desk, ids[2], "Zora too");
    struct service other = site_service(&desk.site, false);
    assert_int_equal(directory_map_catch_up(desk.map, other.store, 10000), STATUS_OK);
    must_count(&desk, "zora", 2);
    must_count(&desk, "yves", 1);
    must_count(&desk, "too", 0);
    must_count(&desk, "x.org", 3);
    store_snapshot_end(desk.reader.store);
    must_count(&desk, "zora", 2);
    must_count(&desk, "too", 1);
    setup_close(&other);
    mapped_close(&desk);
}

/* Rows that say so by themselves when they are half of one state and half of another. */
static void put_whole(struct directory_map *map, int64_t id, uint64_t value)
{
    char email[40];
    snprintf(email, sizeof email, "row%lld@example.com", (long long)id);
    struct map_values values = {.row = {.id.value = id,
                                        .status = (enum contact_status)(value & 1),
                                        .type = (enum contact_type)(value % 3),
                                        .choices = value << 1,
                                        .updated_at = (int64_t)value,
                                        .paused_until = (int64_t)value + 1,
                                        .head.value = (int64_t)value + 2},
                                .name_key = value % 7 ? "some name" : "another name",
                                .email_key = email,
                                .email_len = strlen(email)};
    values.name_len = strlen(values.name_key);
    assert_int_equal(map_row_put(map, &values), STATUS_OK);
}

static int64_t check_all(struct mapped *desk)
{
    int64_t last = 0, differing = 0, sum = 0;
    do {
        assert_int_equal(directory_map_check(desk->map, desk->reader.store, &last, 7, &differing),
                         STATUS_OK);
        sum += differing;
    } while (last != 0);
    return sum;
}

static void what_is_not_as_the_file_is_found_and_read_anew(void **state)
{
    struct mapped desk;
    struct position at;
    mapped_open(&desk);
    for (int i = 0; i < 60; i++)
        mapped_add(&desk);
    mapped_must_agree(&desk);
    assert_int_equal(check_all(&desk), 0);
    assert_int_equal(directory_map_faults(desk.map), 0);
    for (int kind = 0; kind < 5; kind++) {
        struct map_row *row = &desk.map->rows[30];
        struct order_top *top = &desk.map->tops[MAP_BY_NAME][0];
        if (kind == 0)
            row->words[2] ^= 2; /* a choice */
        if (kind == 1)
            map_row_remove(desk.map, 30, (struct position){1});
        if (kind == 2)
            put_whole(desk.map, 61, 1);
        if (kind == 3)
            ((char *)
                 desk.map->texts)[map_row_place(row) * MAP_TEXT_UNIT + sizeof(struct map_text)] ^=
                1;
        if (kind == 4)
            desk.map->blocks[MAP_BY_NAME][top->block].rows[7] = 30;
        assert_true(check_all(&desk) > 0);
        assert_int_equal(directory_map_faults(desk.map), kind + 1);
        assert_false(directory_map_is_ready(desk.map, &at));
        mapped_must_agree(&desk);
        assert_int_equal(check_all(&desk), 0);
    }
    mapped_close(&desk);
}

static bool is_whole(const struct directory_row *row, const struct map_text *text)
{
    const uint64_t value = row->choices >> 1;
    return row->status == (enum contact_status)(value & 1) &&
           row->type == (enum contact_type)(value % 3) && row->updated_at == (int64_t)value &&
           row->paused_until == (int64_t)value + 1 && row->head.value == (int64_t)value + 2 &&
           (text == NULL || strcmp(text->bytes, value % 7 ? "some name" : "another name") == 0);
}

struct readers {
    struct directory_map *map;
    _Atomic bool is_over;
    _Atomic long torn, seen;
};

static void *read_all(void *context)
{
    struct readers *readers = context;
    while (!readers->is_over) {
        for (int64_t id = 1; id <= 64; id++) {
            struct directory_row row;
            const struct map_text *text = NULL;
            bool is_busy;
            char email[40];
            struct directory_ask ask = {.key = email};
            ask.len = (size_t)snprintf(email, sizeof email, "row%lld@example.com", (long long)id);
            if (map_row_read(readers->map, id, &row, &text, &is_busy)) {
                readers->torn += !is_whole(&row, text);
                readers->seen++;
            }
            directory_map_find(readers->map, &ask, 1);
            /* Where the writer was put to sleep in the middle of a row, that row is busy. */
            readers->torn +=
                ask.status == STATUS_OK ? !is_whole(&ask.row, NULL) : ask.status != STATUS_BUSY;
        }
    }
    return NULL;
}

static void no_reader_sees_half_a_change(void **state)
{
    pthread_t threads[2];
    struct readers readers = {0};
    assert_int_equal(directory_map_new(&readers.map), STATUS_OK);
    map_clear(readers.map, 64);
    for (int64_t id = 1; id <= 64; id++)
        put_whole(readers.map, id, 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &readers), 0);
    while (readers.seen == 0) /* on a busy machine they begin when all would be over */
        sched_yield();
    for (uint64_t value = 1; value <= 4000; value++)
        for (int64_t id = 1; id <= 64; id++)
            put_whole(readers.map, id, value);
    readers.is_over = true;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(readers.torn, 0);
    assert_true(readers.seen > 0);
    directory_map_free(readers.map);
}

static void a_row_that_nobody_finishes_is_said_to_be_busy(void **state)
{
    struct directory_map *map;
    assert_int_equal(directory_map_new(&map), STATUS_OK);
    map_clear(map, 1);
    put_whole(map, 1, 5);
    map->rows[1].words[0] |= MAP_ROW_IS_CHANGING;
    struct directory_ask ask = {.key = "row1@example.com", .len = 16};
    directory_map_find(map, &ask, 1);
    assert_int_equal(ask.status, STATUS_BUSY);
    put_whole(map, 1, 6);
    directory_map_find(map, &ask, 1);
    assert_int_equal(ask.status, STATUS_OK);
    assert_true(is_whole(&ask.row, NULL));
    directory_map_free(map);
}

/* So many that one thread reads them and another puts them. */
static void many_are_read_as_few_are(void **state)
{
    struct mapped desk;
    mapped_open(&desk);
    site_add(&desk.site, "ada@example.com", NEWSLETTER);
    assert_int_equal(
        site_sql(&desk.site,
                 "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) "
                 "INSERT INTO contact (id, facet, name_key, email_key, updated_at, paused_until, "
                 "name, language, type, status, choices, epoch, created_at, head, public_id) "
                 "SELECT i, facet, 'somebody called ' || (i * 7919 % 9973), 'n' || i || "
                 "'@example.com', updated_at - i % 50, paused_until, '', '', type, status, "
                 "choices, epoch, created_at, head, i FROM n, contact"),
        0);
    mapped_must_agree(&desk);
    struct store *file = desk.reader.store;
    struct service other = site_service(&desk.site, false);
    desk.reader.store = other.store;
    store_use_directory(other.store, desk.map);
    for (int i = 0; i < 3; i++) {
        static const char *const terms[] = {"led 997", "n249", "7@example.com"};
        struct directory_filter filter = {.status = DIRECTORY_ANY,
                                          .subscribed = DIRECTORY_ANY,
                                          .type = DIRECTORY_ANY,
                                          .term = terms[i]};
        struct directory_place place = {0};
        struct directory_page pages[2];
        struct store *const stores[] = {file, other.store};
        for (int at = 0; at < 2; at++)
            assert_int_equal(directory_query(stores[at], desk.site.arena, &filter,
                                             DIRECTORY_BY_NAME, false, &place, 100, clock_now_s(),
                                             &pages[at]),
                             STATUS_OK);
        assert_true(pages[0].matches > 0);
        assert_int_equal(pages[1].matches, pages[0].matches);
        for (size_t row = 0; row < pages[0].count; row++)
            assert_int_equal(pages[1].rows[row].id.value, pages[0].rows[row].id.value);
    }
    desk.reader.store = file;
    setup_close(&other);
    mapped_close(&desk);
}

static void the_table_grows_with_the_people(void **state)
{
    struct directory_map *map;
    struct directory_map_size size;
    assert_int_equal(directory_map_new(&map), STATUS_OK);
    map_clear(map, 0);
    for (int64_t id = 1; id <= 20000; id++)
        put_whole(map, id, (uint64_t)id);
    directory_map_measure(map, &size);
    assert_int_equal(size.people, 20000);
    assert_true(size.slot_bytes >= 20000 * 5 / 4 * 4);
    const _Atomic uint32_t *left = map->tables[!(atomic_load(&map->head->table) >> 8)];
    for (size_t slot = 0; slot < 20000; slot++)
        assert_int_equal(left[slot], 0); /* what it grew out of was given back */
    for (int64_t id = 1; id <= 20000; id++) {
        char email[40];
        struct directory_ask ask = {.key = email};
        ask.len = (size_t)snprintf(email, sizeof email, "row%lld@example.com", (long long)id);
        directory_map_find(map, &ask, 1);
        assert_int_equal(ask.status, STATUS_OK);
        assert_int_equal(ask.row.id.value, id);
    }
    directory_map_free(map);
}

static void texts_that_were_replaced_do_not_fill_the_memory(void **state)
{
    char name[NAME_MAX_BYTES + 1];
    struct directory_map_size size;
    struct mapped desk;
    mapped_open(&desk);
    struct contact ada = site_add(&desk.site, "ada@example.com", NEWSLETTER);
    mapped_must_agree(&desk);
    const uint64_t fills = directory_map_fills(desk.map);
    for (int i = 0; i < 6000; i++) {
        snprintf(name, sizeof name, "%0200d", i);
        const struct map_values values = {.row = {.id = ada.id, .head = ada.head},
                                          .name_key = name,
                                          .name_len = strlen(name),
                                          .email_key = "ada@example.com",
                                          .email_len = 15};
        assert_int_equal(map_row_put(desk.map, &values), STATUS_OK);
    }
    directory_map_measure(desk.map, &size);
    assert_true(size.dead_text_bytes > 1 << 20);
    mapped_must_agree(&desk);
    directory_map_measure(desk.map, &size);
    assert_int_equal(size.dead_text_bytes, 0);
    assert_int_equal(directory_map_fills(desk.map), fills + 1);
    mapped_close(&desk);
}

static void a_backup_that_was_put_in_its_place_is_mapped_anew(void **state)
{
    struct mapped desk, other;
    mapped_open(&desk);
    mapped_open(&other);
    site_add(&desk.site, "ada@example.com", NEWSLETTER);
    site_add(&desk.site, "bob@example.com", NEWSLETTER);
    mapped_must_agree(&desk);
    /* as long a history, and a shorter one */
    site_add(&other.site, "eve@example.com", NEWSLETTER);
    site_add(&other.site, "fay@example.com", NEWSLETTER);
    assert_int_equal(directory_map_catch_up(desk.map, other.reader.store, 10000), STATUS_OK);
    assert_int_equal(mapped_find(&desk, "ada@example.com").status, STATUS_NOT_FOUND);
    assert_int_equal(mapped_find(&desk, "fay@example.com").status, STATUS_OK);
    site_add(&other.site, "gil@example.com", NEWSLETTER);
    assert_int_equal(directory_map_catch_up(desk.map, other.reader.store, 10000), STATUS_OK);
    mapped_must_agree(&desk);
    assert_int_equal(mapped_find(&desk, "fay@example.com").status, STATUS_NOT_FOUND);
    mapped_close(&desk);
    mapped_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_agrees_with_the_file_after_any_changes),
        cmocka_unit_test(a_person_is_found_by_the_whole_address_and_by_no_other),
        cmocka_unit_test(an_address_that_went_is_known_to_have_gone),
        cmocka_unit_test(in_a_snapshot_it_comes_to_the_snapshot_and_never_goes_back),
        cmocka_unit_test(a_page_in_an_older_snapshot_is_as_the_file_was_then),
        cmocka_unit_test(what_is_not_as_the_file_is_found_and_read_anew),
        cmocka_unit_test(a_search_in_a_snapshot_finds_who_was_renamed_after_it_as_they_were),
        cmocka_unit_test(no_reader_sees_half_a_change),
        cmocka_unit_test(a_row_that_nobody_finishes_is_said_to_be_busy),
        cmocka_unit_test(many_are_read_as_few_are),
        cmocka_unit_test(the_table_grows_with_the_people),
        cmocka_unit_test(texts_that_were_replaced_do_not_fill_the_memory),
        cmocka_unit_test(a_backup_that_was_put_in_its_place_is_mapped_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
