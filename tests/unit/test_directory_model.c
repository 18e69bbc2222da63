/*
 * Unit test of the directory against a simple model in memory: after random changes, single and by
 * the hundred, and whoever was killed at whatever moment, model, file and map give the same pages.
 * ASSENT_ROUNDS=1000 makes more of it than the usual run.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/directory.h"
#include "store/directory_map.h"
#include "unit/people_support.h"

#define PEOPLE_MAX   1500
#define ROUNDS_USUAL 40
#define NOW_S        1700000000
#define LIMIT        40

static struct place *place;
static struct directory_map *map;
static struct arena *kept; /* the model's texts */
static struct contact people[PEOPLE_MAX];
static size_t count;
static int named;

static const char *any_name(void)
{
    static const char *const names[] = {"", "ada", "adam", "zoë", "大和", "ada lovelace"};
    return rand() % 2 ? names[rand() % 6] : arena_printf(kept, "name %d", rand() % 200);
}

static void draw(struct contact *person)
{
    person->name = person->name_key = any_name();
    person->type = (enum contact_type)(rand() % TYPE_COUNT);
    person->status = rand() % 4 != 0;
    person->choices = person->status == CONTACT_OPTED_IN ? (uint64_t)(rand() % 16) << 1 : 0;
    person->paused_until = rand() % 4 == 0 ? NOW_S - 2 + rand() % 5 : 0;
    person->updated_at = NOW_S + rand() % 1000;
}

static void append(struct txn *txn, struct contact_id contact, enum entry_kind kind,
                   struct position *position)
{
    struct entry entry = {.kind = kind, .contact = contact, .at = NOW_S};
    uint8_t hash[LEDGER_HASH_BYTES];
    assert_int_equal(entries_head(txn, &entry.position, hash), STATUS_OK);
    entry.position.value++;
    memset(entry.hash, (int)(entry.position.value % 251) + 1, sizeof entry.hash);
    assert_int_equal(entries_append(txn, &entry), STATUS_OK);
    *position = entry.position;
}

static void add(struct txn *txn)
{
    struct contact *person = &people[count++];
    *person = place_person(txn, arena_printf(kept, "%c%d@%s", 'a' + rand() % 26, named++,
                                             rand() % 3 ? "example.com" : "gmail.com"));
    draw(person);
    assert_int_equal(place_add(txn, person), STATUS_OK);
    uint8_t hash[LEDGER_HASH_BYTES];
    assert_int_equal(entries_head(txn, &person->head, hash), STATUS_OK);
}

static void change_one(struct txn *txn)
{
    if (count < 20 || (count < PEOPLE_MAX && rand() % 4 == 0)) {
        add(txn);
        return;
    }
    const size_t i = (size_t)rand() % count;
    const struct contact before = people[i];
    struct position position;
    if (rand() % 6 == 0) {
        append(txn, before.id, ENTRY_ERASED, &position);
        assert_int_equal(contacts_delete(txn, &before), STATUS_OK);
        people[i] = people[--count];
        return;
    }
    append(txn, before.id, ENTRY_DETAILS, &position);
    draw(&people[i]);
    if (rand() % 5 == 0)
        people[i].email = people[i].email_key = arena_printf(kept, "new%d@example.org", named++);
    people[i].head = position;
    assert_int_equal(contacts_update(txn, &before, &people[i], IN_USE), STATUS_OK);
}

static struct directory_filter filter;
static enum directory_sort sort;

static bool is_wanted(const struct contact *person)
{
    return (filter.status == DIRECTORY_ANY || (int)person->status == filter.status) &&
           (filter.type == DIRECTORY_ANY || (int)person->type == filter.type) &&
           (filter.subscribed == DIRECTORY_ANY ||
            contact_is_subscribed(person, IN_USE, NOW_S) == filter.subscribed) &&
           (strstr(person->name_key, filter.term) || strstr(person->email_key, filter.term));
}

static int compare(const void *left, const void *right)
{
    const struct contact *a = *(const struct contact *const *)left;
    const struct contact *b = *(const struct contact *const *)right;
    int64_t way = sort == DIRECTORY_BY_UPDATED  ? a->updated_at - b->updated_at
                  : sort == DIRECTORY_BY_TYPE   ? (int64_t)a->type - (int64_t)b->type
                  : sort == DIRECTORY_BY_STATUS ? (int64_t)a->status - (int64_t)b->status
                  : sort == DIRECTORY_BY_EMAIL  ? strcmp(a->email_key, b->email_key)
                                                : 0;
    if (way == 0 && sort != DIRECTORY_BY_UPDATED)
        way = strcmp(a->name_key, b->name_key);
    if (way == 0)
        way = a->id.value - b->id.value;
    return way < 0 ? -1 : way > 0;
}

/* A page from somewhere, of the map and of the file alone, is the model's. */
static void pages_agree(void)
{
    static const char *const terms[] = {"", "", "ad", "new", "mail", "12", "大", "nobody at all"};
    static const struct contact *wanted[PEOPLE_MAX];
    size_t found = 0;
    filter = (struct directory_filter){rand() % 3 - 1, rand() % 3 - 1, rand() % 4 - 1,
                                       terms[rand() % 8]};
    sort = (enum directory_sort)(rand() % DIRECTORY_SORT_COUNT);
    for (size_t i = 0; i < count; i++)
        if (is_wanted(&people[i]))
            wanted[found++] = &people[i];
    qsort(wanted, found, sizeof *wanted, compare);
    const size_t from = found == 0 ? 0 : (size_t)rand() % found;
    const size_t rows = found - from < LIMIT ? found - from : LIMIT;
    struct directory_place where = {0};
    if (from > 0)
        where = directory_beside(sort, wanted[from - 1], false);
    for (int way = 0; way < 2; way++) {
        struct directory_page page;
        store_use_directory(place->reader, way ? map : NULL);
        assert_int_equal(directory_query(place->reader, place->arena, &filter, sort, false, &where,
                                         LIMIT, NOW_S, &page),
                         STATUS_OK);
        assert_int_equal(page.matches, found);
        assert_int_equal(page.count, rows);
        assert_int_equal(page.has_next, from + rows < found);
        for (size_t i = 0; i < rows; i++) {
            assert_int_equal(page.rows[i].id.value, wanted[from + i]->id.value);
            assert_int_equal(page.rows[i].status, wanted[from + i]->status);
            assert_string_equal(page.rows[i].email, wanted[from + i]->email);
        }
    }
}

/* One who brings the map forward, and looks for people, until killed. */
static pid_t start_another(void)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child != 0)
        return child;
    struct store *own = NULL;
    struct arena *arena = arena_new();
    const struct directory_place first = {0};
    struct directory_filter any = {-1, -1, -1, ""};
    if (store_open_reader(place->path, &own) != STATUS_OK)
        _exit(1);
    store_use_directory(own, map);
    for (;; arena_reset(arena)) {
        struct directory_page page;
        any.term = rand() % 2 ? "" : "a";
        if (directory_map_catch_up(map, own, 10000) != STATUS_OK ||
            directory_query(own, arena, &any, DIRECTORY_BY_NAME, false, &first, 10, NOW_S, &page) !=
                STATUS_OK)
            _exit(1);
    }
}

static void model_file_and_map_agree_whoever_is_killed(void **state)
{
    const char *asked = getenv("ASSENT_ROUNDS");
    const int rounds = asked != NULL ? atoi(asked) : ROUNDS_USUAL;
    for (int round = 0; round < rounds; round++) {
        const pid_t others[] = {start_another(), start_another()};
        const int changes = rand() % 8 == 0 ? 400 : 1 + rand() % 30;
        struct txn *txn = NULL;
        int64_t differing = -1;
        for (int i = 0; i < changes; i++) {
            txn = txn == NULL ? place_begin(place) : txn;
            change_one(txn);
            if (rand() % 10 == 0 || i == changes - 1) {
                assert_int_equal(txn_commit(txn), STATUS_OK);
                txn = NULL;
            }
        }
        for (int i = 0; i < 2; i++) {
            usleep((useconds_t)(rand() % 2000));
            assert_int_equal(waitpid(others[i], NULL, WNOHANG), 0);
            kill(others[i], SIGKILL);
            waitpid(others[i], NULL, 0);
        }
        for (int i = 0; i < 6; i++)
            pages_agree();
        assert_int_equal(directory_map_compare(map, place->reader, &differing), STATUS_OK);
        assert_int_equal(differing, 0);
        arena_reset(place->arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model_file_and_map_agree_whoever_is_killed),
    };
    srand(20261123);
    place = place_open();
    kept = arena_new();
    if (directory_map_new(&map) != STATUS_OK)
        return 1;
    const int failed = cmocka_run_group_tests_name("directory model", tests, NULL, NULL);
    directory_map_free(map);
    arena_free(kept);
    place_close(place);
    return failed;
}
