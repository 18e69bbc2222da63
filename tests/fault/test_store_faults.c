/*
 * Fault test of the store: every read, write, sync, map, lock and allocation of a few transactions
 * fails in turn, once and for good, and the process dies there. Whatever happens, no change stands
 * without its entry nor the reverse, the counters equal a recount, and what was acknowledged is
 * there. Every run proves that it did inject a failure.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault/exhaust.h"
#include "store/directory.h"
#include "unit/people_support.h"

#define BATCHES 4 /* transactions of a run */
#define EACH    5 /* people added in each */
#define BEFORE  40
#define QUIET   970 /* entries about nobody before them: the second batch fills a block */
#define NOW_S   1700000000

static const char *folder, *template, *path, *lock;
static bool *acknowledged; /* [BATCHES], shared with the process that dies */

static void begin(void)
{
    static const char *const names[] = {"run.db", "run.db-wal", "run.db-shm", "run.db-journal"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(support_path(folder, names[i]));
    exhaust_copy(template, path);
    memset(acknowledged, 0, BATCHES * sizeof *acknowledged);
}

/* An opt-out of someone who was there before, with its entry. */
static enum status opt_out(struct txn *txn, struct arena *arena, struct contact_id id)
{
    struct contact before, after;
    uint8_t hash[LEDGER_HASH_BYTES];
    struct entry entry = {.kind = ENTRY_CHOICES, .contact = id, .at = NOW_S};
    enum status status = contacts_get(txn_store(txn), arena, id, &before);
    if (status == STATUS_OK)
        status = entries_head(txn, &entry.position, hash);
    if (status != STATUS_OK)
        return status;
    entry.position.value++;
    entry.previous = before.head;
    entry.private.note = "a note";
    entry.seal.is_kept = true;
    entry.seal.salt[0] = 1;
    memset(entry.hash, 3, sizeof entry.hash);
    after = before;
    after.status = CONTACT_OPTED_OUT;
    after.choices = 0;
    after.head = entry.position;
    status = contacts_update(txn, &before, &after, IN_USE);
    return status == STATUS_OK ? entries_append(txn, &entry) : status;
}

static enum status write_batch(struct txn *txn, struct arena *arena, int batch)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < EACH && status == STATUS_OK; i++) {
        struct contact contact = {
            .email = arena_printf(arena, "%d-%d@example.com", batch, i),
            .name = "Name",
            .name_key = "name",
            .language = "",
            .status = CONTACT_OPTED_IN,
            .choices = 0x0a,
            .created_at = NOW_S,
            .updated_at = NOW_S,
        };
        contact.email_key = contact.email;
        status = contacts_next_id(txn, &contact.id);
        if (status == STATUS_OK)
            status = place_add(txn, &contact);
    }
    for (int i = 0; i < 2 && status == STATUS_OK; i++)
        status = opt_out(txn, arena, (struct contact_id){1 + batch * 2 + i});
    return status;
}

/* What a writer does, who goes on with the next group when one failed. */
static void write_all(void)
{
    struct store *store = NULL;
    struct arena *arena = arena_new();
    if (store_open_writer(path, lock, &store) != STATUS_OK) {
        arena_free(arena);
        return;
    }
    for (int batch = 0; batch < BATCHES; batch++) {
        struct txn *txn = NULL;
        enum status status = txn_begin(store, 1000, &txn);
        if (status != STATUS_OK)
            continue;
        status = write_batch(txn, arena, batch);
        if (status != STATUS_OK) {
            txn_rollback(txn);
            continue;
        }
        status = txn_commit(txn);
        if (status == STATUS_OK) {
            assert_false(fault_has_unsynced_wal());
            acknowledged[batch] = true;
        }
        if (batch % 2 == 1)
            status = store_checkpoint_now(store);
    }
    store_close(store);
    arena_free(arena);
}

/* 0 where each of these holds. */
static const char *const laws[] = {
    "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "SELECT count(*) FROM contact LEFT JOIN entry ON position = head WHERE entry.contact IS NOT "
    "contact.id",
    "SELECT count(*) FROM entry LEFT JOIN contact ON contact.id = entry.contact WHERE "
    "entry.contact <> 0 AND (head IS NULL OR head < position)",
    "SELECT count(*) FROM entry WHERE kind = 2 AND position NOT IN (SELECT position FROM "
    "entry_private)",
    "SELECT count(*) FROM entry_private WHERE position NOT IN (SELECT position FROM entry)",
    "SELECT max(position) - count(*) FROM entry",
    "SELECT (SELECT count(*) FROM entry_block) <> (max(position) + 1) / 1024 FROM entry",
    "SELECT count(*) FROM entry_block WHERE by_system <> (SELECT max(kind = 1) * 2 + max(kind = 2) "
    "* 4 + max(kind = 18) * 262144 FROM entry WHERE position / 1024 = block)",
    "SELECT count(*) FROM counter WHERE contacts <> (SELECT count(*) FROM contact WHERE "
    "contact.facet = counter.facet)",
    "SELECT count(*) FROM topic_counter WHERE contacts <> (SELECT count(*) FROM contact WHERE "
    "choices >> topic & 1)",
    "SELECT count(*) FROM contact WHERE (SELECT count(*) FROM entry WHERE entry.contact = "
    "contact.id AND status_after <> status) > (status = 0)",
};

static void expect_whole(const char *what)
{
    struct place place = {.path = path};
    place_watch(&place);
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        int64_t broken = place_ask(&place, laws[i]);
        if (broken != 0)
            fail_msg("%s: %s: %lld", what, laws[i], (long long)broken);
    }
    for (int batch = 0; batch < BATCHES; batch++) {
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM contact WHERE email_key LIKE '%d-_@%%'",
                 batch);
        int64_t added = place_ask(&place, sql);
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM contact WHERE id IN (%d, %d) AND status = 0", 1 + batch * 2,
                 2 + batch * 2);
        int64_t out = place_ask(&place, sql);
        if ((added != 0 && added != EACH) || out * EACH != added * 2)
            fail_msg("%s: batch %d stands in part: %d, %d", what, batch, (int)added, (int)out);
        if (acknowledged[batch] && added == 0)
            fail_msg("%s: batch %d was acknowledged and is gone", what, batch);
    }
    place_unwatch(&place);
}

static void without_a_fault_all_is_acknowledged(void **state)
{
    begin();
    write_all();
    expect_whole("no fault");
    for (int batch = 0; batch < BATCHES; batch++)
        assert_true(acknowledged[batch]);
    struct place place = {.path = path};
    assert_int_equal(place_ask(&place, "SELECT count(*) FROM entry_block"), 1);
}

static void writes(void **state)
{
    exhaust(begin, write_all, expect_whole, FAULT_WRITE, 1, 40);
}

static void syncs(void **state)
{
    exhaust(begin, write_all, expect_whole, FAULT_SYNC, 1, 5);
}

static void reads(void **state)
{
    exhaust(begin, write_all, expect_whole, FAULT_READ, 1, 10);
}

static void opens_truncates_maps_and_locks(void **state)
{
    exhaust(begin, write_all, expect_whole, FAULT_OPEN, 1, 2);
    exhaust(begin, write_all, expect_whole, FAULT_TRUNCATE, 1, 1);
    exhaust(begin, write_all, expect_whole, FAULT_MAP, 1, 1);
    exhaust(begin, write_all, expect_whole, FAULT_LOCK, 1, 10);
}

static struct store *opened;
static void write_opened(void)
{
    struct arena *arena = arena_new();
    for (int batch = 0; batch < 2; batch++) {
        struct txn *txn = NULL;
        enum status status = txn_begin(opened, 1000, &txn);
        if (status == STATUS_OK)
            status = write_batch(txn, arena, batch);
        if (status == STATUS_OK)
            acknowledged[batch] = txn_commit(txn) == STATUS_OK;
        else
            txn_rollback(txn);
    }
    arena_free(arena);
}

/* Every allocation inside the transactions; those of opening are taken in steps further down. */
static void allocations(void **state)
{
    for (int mode = FAULT_ONCE; mode <= FAULT_FOR_GOOD; mode++) {
        int injected = 0;
        for (int nth = 1;; nth++) {
            char what[64];
            snprintf(what, sizeof what, "malloc %d, mode %d", nth, mode);
            begin();
            assert_int_equal(store_open_writer(path, lock, &opened), STATUS_OK);
            bool did = exhaust_once(write_opened, FAULT_MALLOC, nth, (enum fault_mode)mode);
            store_close(opened);
            expect_whole(what);
            if (!did)
                break;
            injected++;
        }
        print_message("malloc in a transaction, mode %d: %d failures\n", mode, injected);
        assert_in_range(injected, 20, 1 << 20);
    }
}

static void allocations_of_opening(void **state)
{
    exhaust(begin, write_all, expect_whole, FAULT_MALLOC, 97, 10);
}

/* S9: what is read is right, or it is an error. */
static void look(void)
{
    struct store *store = NULL;
    struct arena *arena = arena_new();
    struct contact contact = {0};
    struct directory_page page = {0};
    struct directory_counts counts = {0};
    struct directory_filter filter = {-1, -1, -1, "7@"};
    enum status status = store_open_reader(path, &store);
    if (status == STATUS_OK) {
        status = contacts_find_email(store, arena, "b17@example.com", &contact);
        assert_int_not_equal(status, STATUS_NOT_FOUND);
        if (status == STATUS_OK)
            assert_int_equal(contact.id.value, 18);
        status = directory_query(store, arena, &filter, DIRECTORY_BY_NAME, false,
                                 &(struct directory_place){0}, 10, NOW_S, &page);
        if (status == STATUS_OK)
            assert_int_equal(page.matches, BEFORE / 10);
        filter.term = "";
        status = directory_query(store, arena, &filter, DIRECTORY_BY_EMAIL, false,
                                 &(struct directory_place){0}, BEFORE, NOW_S, &page);
        if (status == STATUS_OK)
            assert_int_equal(page.count, BEFORE);
        status = directory_count(store, NOW_S, &counts);
        if (status == STATUS_OK)
            assert_int_equal(counts.total, BEFORE);
    }
    store_close(store);
    arena_free(arena);
}

static void nothing_more(const char *what)
{
}

static void readers_say_what_is_or_fail(void **state)
{
    exhaust(begin, look, nothing_more, FAULT_READ, 1, 5);
    exhaust(begin, look, nothing_more, FAULT_LOCK, 1, 3);
    exhaust(begin, look, nothing_more, FAULT_MALLOC, 7, 50);
}

static int set_up(void **state)
{
    folder = support_folder();
    path = support_path(folder, "run.db");
    lock = support_path(folder, "run.lock");
    template = support_path(folder, "template.db");
    acknowledged = mmap(NULL, BATCHES * sizeof *acknowledged, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct place place = {.folder = folder, .path = template, .lock = lock};
    assert_int_equal(store_migrate(place.path, place.lock), STATUS_OK);
    assert_int_equal(store_open_writer(place.path, place.lock, &place.writer), STATUS_OK);
    place.arena = arena_new();
    struct txn *txn = place_begin(&place);
    for (int i = 1; i <= QUIET; i++) {
        struct entry entry = {.kind = ENTRY_SETTING, .at = NOW_S, .position = {i}};
        memset(entry.hash, 1, sizeof entry.hash);
        assert_int_equal(entries_append(txn, &entry), STATUS_OK);
    }
    for (int i = 0; i < BEFORE; i++) {
        struct contact contact = place_person(txn, arena_printf(place.arena, "b%d@example.com", i));
        assert_int_equal(place_add(txn, &contact), STATUS_OK);
    }
    assert_int_equal(txn_commit(txn), STATUS_OK);
    store_close(place.writer);
    arena_free(place.arena);
    return 0;
}

int main(void)
{
    fault_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_fault_all_is_acknowledged),
        cmocka_unit_test(writes),
        cmocka_unit_test(syncs),
        cmocka_unit_test(reads),
        cmocka_unit_test(opens_truncates_maps_and_locks),
        cmocka_unit_test(allocations),
        cmocka_unit_test(allocations_of_opening),
        {"S9: readers say what is, or fail", readers_say_what_is_or_fail, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("store faults", tests, set_up, NULL);
}
