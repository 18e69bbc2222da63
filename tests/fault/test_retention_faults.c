/*
 * Fault test of service/retention: every write, sync, read and lock of SQLite's fails in turn while
 * clients go from the ledger, and the process dies there. Whatever happens, each entry has its
 * whole client or none, the ledger is not altered, and who comes next brings it to its end: each
 * entry counted once.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypto/chain.h"
#include "fault/exhaust.h"
#include "service/record.h"
#include "service/retention.h"
#include "service/setup.h"
#include "unit/people_support.h"
#include "unit/site.h"

#define DAY_S INT64_C(86400)
#define OLD   (RETENTION_BLANK + 20)

static struct site site; /* what every run begins from; only its folder, keys and arena are used */
static struct conf run;  /* the same, with another database */
static int64_t now_s;

static void begin(void)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        unlink(arena_printf(site.arena, "%s%s", run.db_path, tails[i]));
    exhaust_copy(site.conf.db_path, run.db_path);
}

static enum status step(struct service *service, struct arena *arena, bool *is_done)
{
    struct txn *txn = NULL;
    enum status status = txn_begin(service->store, 1000, &txn);
    if (status != STATUS_OK)
        return status;
    status = retention_step(service, txn, arena, now_s, is_done);
    if (status == STATUS_OK)
        return txn_commit(txn);
    txn_rollback(txn);
    return status;
}

/* What the server does, which comes again after a failure. */
static void act(void)
{
    struct arena *arena = arena_new();
    struct service service;
    const char *fault;
    bool is_done = false;
    if (setup_open(arena, &run, true, &service, &fault) == STATUS_OK) {
        while (!is_done && step(&service, arena, &is_done) == STATUS_OK)
            continue;
        setup_close(&service);
    }
    arena_free(arena);
}

static void expect_unaltered(const char *what)
{
    struct arena *arena = arena_new();
    struct service service;
    const char *fault = "";
    struct entry *entries;
    size_t count;
    assert_int_equal(setup_open(arena, &run, false, &service, &fault), STATUS_OK);
    assert_int_equal(
        entries_walk(service.store, arena, (struct position){0}, 2 * OLD, &entries, &count),
        STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (chain_private_check(&entries[i], secrets_ledger_key(service.secrets)) ==
            CHAIN_PRIVATE_ALTERED)
            fail_msg("%s: entry %d is altered", what, (int)entries[i].position.value);
    setup_close(&service);
    arena_free(arena);
}

static void expect_whole(const char *what)
{
    const struct place place = {.path = run.db_path};
    expect_unaltered(what);
    act();
    expect_unaltered(what);
    const int64_t left = place_ask(
        &place, "SELECT count(*) FROM entry_private WHERE address = '192.0.2.7' OR agent = 'Mail'");
    const int64_t told =
        place_ask(&place, "SELECT sum(substr(note, 10)) FROM entry JOIN entry_private USING "
                          "(position) WHERE kind = 28");
    if (left != 1 || told != OLD)
        fail_msg("%s: %d are left, %d are told", what, (int)left, (int)told);
}

static void clients_go_once_and_whole_whatever_fails(void **state)
{
    begin();
    act();
    expect_whole("no fault");
    exhaust(begin, act, expect_whole, FAULT_WRITE, 5, 2);
    exhaust(begin, act, expect_whole, FAULT_SYNC, 1, 1);
    exhaust(begin, act, expect_whole, FAULT_READ, 9, 2);
    exhaust(begin, act, expect_whole, FAULT_LOCK, 3, 2);
}

static void add(struct txn *txn, int64_t at_s)
{
    const struct origin origin = {.actor = ACTOR_OPERATOR, .address = "192.0.2.7", .agent = "Mail"};
    struct record record = {.entry = {.kind = ENTRY_SETTING, .private = {.note = "a word"}}};
    assert_int_equal(record_prepare(&site.service, txn, &origin, at_s, &record), STATUS_OK);
    assert_int_equal(record_append(txn, &record), STATUS_OK);
}

static int set_up(void **state)
{
    bool is_done;
    site_open(&site);
    now_s = (clock_now_s() / DAY_S + 1000) * DAY_S;
    struct txn *txn = site_begin(&site);
    for (int i = 0; i < OLD; i++)
        add(txn, now_s - 500 * DAY_S);
    add(txn, now_s);
    assert_int_equal(retention_step(&site.service, txn, site.arena, now_s, &is_done), STATUS_OK);
    site_commit(txn);
    now_s += RETENTION_SETTLE_S;
    run = site.conf;
    run.db_path = support_path(site.conf.data, "run.db");
    run.lock_path = support_path(site.conf.data, "run.lock");
    setup_close(&site.service); /* moves the log into the file that is copied */
    return 0;
}

int main(void)
{
    fault_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_go_once_and_whole_whatever_fails),
    };
    return cmocka_run_group_tests_name("retention_faults", tests, set_up, NULL);
}
