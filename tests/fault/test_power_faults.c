/*
 * Fault test of the store: the power goes between any two writes to the disk, while people opt out
 * and the log is moved into the file. What was acknowledged is there afterwards, whatever of the
 * rest the disk lost or tore; nothing stands in part, and the database is sound.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault/exhaust.h"
#include "fault/power.h"
#include "store/copy.h"
#include "unit/people_support.h"

#define BATCHES 8
#define EACH    3 /* who opt out in each */
#define NOW_S   1700000000

static const char *folder, *lock;

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
    memset(entry.hash, 3, sizeof entry.hash);
    after = before;
    after.status = CONTACT_OPTED_OUT;
    after.choices = 0;
    after.head = entry.position;
    status = contacts_update(txn, &before, &after, IN_USE);
    return status == STATUS_OK ? entries_append(txn, &entry) : status;
}

static const char *make_list(void)
{
    struct place *place = place_open();
    struct txn *txn = place_begin(place);
    for (int i = 0; i < BATCHES * EACH; i++) {
        char email[40];
        snprintf(email, sizeof email, "person-%d@example.com", i);
        struct contact contact = place_person(txn, email);
        assert_int_equal(place_add(txn, &contact), STATUS_OK);
    }
    assert_int_equal(txn_commit(txn), STATUS_OK);
    const char *path = support_path(folder, "run.db");
    store_close(place->reader);
    place->reader = NULL;
    assert_int_equal(copy_settle(place->writer), STATUS_OK);
    exhaust_copy(place->path, path);
    place_close(place);
    return path;
}

/* What a writer does, with a checkpoint after every third group, and once the log cut to nothing.
 */
static void write_all(const char *path)
{
    struct store *store = NULL;
    struct arena *arena = arena_new();
    power_record();
    assert_int_equal(store_open_writer(path, lock, &store), STATUS_OK);
    for (int batch = 0; batch < BATCHES; batch++) {
        struct txn *txn = NULL;
        assert_int_equal(txn_begin(store, 1000, &txn), STATUS_OK);
        for (int i = 0; i < EACH; i++)
            assert_int_equal(opt_out(txn, arena, (struct contact_id){1 + batch * EACH + i}),
                             STATUS_OK);
        assert_int_equal(txn_commit(txn), STATUS_OK);
        power_mark();
        if (batch % 3 == 2)
            assert_int_equal(store_checkpoint_now(store), STATUS_OK);
        if (batch == BATCHES - 3)
            assert_int_equal(copy_settle(store), STATUS_OK);
    }
    power_stop();
    store_close(store);
    arena_free(arena);
}

/* 0 where each of these holds. */
static const char *const laws[] = {
    "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "SELECT count(*) FROM contact LEFT JOIN entry ON position = head WHERE entry.contact IS NOT "
    "contact.id",
    "SELECT max(position) - count(*) FROM entry",
    "SELECT count(*) FROM counter WHERE contacts <> (SELECT count(*) FROM contact WHERE "
    "contact.facet = counter.facet)",
    "SELECT count(*) FROM contact WHERE (SELECT count(*) FROM entry WHERE entry.contact = "
    "contact.id AND kind = 2) <> (status = 0)",
};

static void expect_whole(const char *path, int acknowledged, const char *what)
{
    struct place place = {.path = path};
    place_watch(&place);
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
        if (place_ask(&place, laws[i]) != 0)
            fail_msg("%s: %s", what, laws[i]);
    const int64_t out = place_ask(&place, "SELECT count(*) FROM contact WHERE status = 0");
    if (out % EACH != 0)
        fail_msg("%s: a group stands in part: %d", what, (int)out);
    if (out < acknowledged * EACH)
        fail_msg("%s: %d were acknowledged, %d are there", what, acknowledged * EACH, (int)out);
    place_unwatch(&place);
}

static void nothing_acknowledged_is_lost_when_the_power_goes(void **state)
{
    static const char *const losses[] = {"all unsynced lost", "the last torn", "any lost or torn"};
    const char *after = support_path(folder, "after");
    (void)state;
    write_all(make_list());
    assert_int_equal(mkdir(after, 0700), 0);
    const char *path = support_path(after, "run.db");
    assert_true(power_steps() > 60);
    assert_int_equal(power_marks(power_steps()), BATCHES);
    for (int step = 0; step <= power_steps(); step++) {
        for (int loss = 0; loss < POWER_LOSS_COUNT; loss++) {
            char what[80];
            unlink(support_path(after, "run.db-shm"));
            unlink(support_path(after, "run.db-wal"));
            power_cut(step, (enum power_loss)loss, (uint32_t)step, after);
            snprintf(what, sizeof what, "after step %d of %d, %s", step, power_steps(),
                     losses[loss]);
            expect_whole(path, power_marks(step), what);
        }
    }
}

static int begin(void **state)
{
    (void)state;
    power_install();
    folder = support_folder();
    lock = support_path(folder, "run.lock");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_acknowledged_is_lost_when_the_power_goes),
    };
    return cmocka_run_group_tests_name("power_faults", tests, begin, NULL);
}
