/*
 * Fault test of erasing: each read, write, sync, truncation and lock of it, and of the emptying of
 * the log behind it, fails in turn, once and for good, and the process dies there. Whatever
 * happens, nobody is half erased; and who is erased is, after the next start, in no byte of the
 * database's files. REQUIREMENTS L6.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "fault/exhaust.h"
#include "service/confirm.h"
#include "service/rights.h"
#include "service/setup.h"
#include "store/scrub.h"
#include "unit/people_support.h"
#include "unit/site.h"

static struct site site; /* what every run begins from; only its folder, keys and arena are used */
static struct conf run;  /* the same, with another database */
static struct public_id who;
static bool *acknowledged; /* shared with the process that dies */

static const char *const tails[] = {"", "-wal", "-shm", "-journal"};

static void begin(void)
{
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        unlink(arena_printf(site.arena, "%s%s", run.db_path, tails[i]));
    exhaust_copy(site.conf.db_path, run.db_path);
    *acknowledged = false;
}

static bool open_run(struct arena *arena, struct service *service)
{
    const char *fault;
    return setup_open(arena, &run, true, service, &fault) == STATUS_OK;
}

static void act(void)
{
    const struct origin origin = {.actor = ACTOR_OPERATOR, .proof_kind = PROOF_COMMAND};
    struct arena *arena = arena_new();
    struct service service;
    struct contact person;
    struct txn *txn = NULL;
    if (!open_run(arena, &service)) {
        arena_free(arena);
        return;
    }
    if (txn_begin(service.store, 1000, &txn) == STATUS_OK) {
        if (rights_for(&service, txn, arena, who, RIGHTS_ERASE, &origin, "by letter", &person) ==
            STATUS_OK)
            *acknowledged = txn_commit(txn) == STATUS_OK;
        else
            txn_rollback(txn);
    }
    if (*acknowledged)
        (void)!scrub_log(service.store);
    setup_close(&service);
    arena_free(arena);
}

#define IS_ERASED "(SELECT count(*) FROM entry WHERE kind = 25)"

/* 0 where each of these holds. */
static const char *const laws[] = {
    "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "SELECT (SELECT count(*) FROM contact WHERE email_key = 'here@example.org') + " IS_ERASED
    " <> 1",
    "SELECT (SELECT count(*) FROM suppression) <> 2 * " IS_ERASED,
    "SELECT (SELECT count(*) = 0 FROM letter) <> " IS_ERASED,
    "SELECT (SELECT count(*) = 0 FROM confirmation) <> " IS_ERASED,
    "SELECT (SELECT count(*) = 0 FROM entry_private WHERE position IN (SELECT position FROM entry "
    "WHERE contact = 1 AND kind <> 25)) <> " IS_ERASED,
    "SELECT (SELECT count(*) FROM meta WHERE key = 'erased_to') <> " IS_ERASED,
    "SELECT (SELECT count(*) FROM contact WHERE email_key = 'other@example.org') <> 1",
    "SELECT count(*) FROM counter WHERE contacts <> (SELECT count(*) FROM contact WHERE "
    "contact.facet = counter.facet)",
};

static int count_in(const char *path, const char *text)
{
    static char data[8 << 20];
    FILE *file = fopen(path, "rb");
    int found = 0;
    if (file == NULL)
        return 0;
    size_t len = fread(data, 1, sizeof data, file);
    fclose(file);
    for (char *at = data; (at = memmem(at, len - (size_t)(at - data), text, strlen(text))); at++)
        found++;
    return found;
}

static void expect_whole(const char *what)
{
    struct place place = {.path = run.db_path};
    place_watch(&place);
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        int64_t broken = place_ask(&place, laws[i]);
        if (broken != 0)
            fail_msg("%s: %s: %lld", what, laws[i], (long long)broken);
    }
    const bool is_erased = place_ask(&place, "SELECT " IS_ERASED) == 1;
    place_unwatch(&place);
    if (*acknowledged && !is_erased)
        fail_msg("%s: the erasing was acknowledged and is gone", what);
    if (!is_erased)
        return;
    /* The next start. */
    struct arena *arena = arena_new();
    struct service service;
    assert_true(open_run(arena, &service));
    assert_int_equal(scrub_log(service.store), STATUS_OK);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        if (count_in(arena_printf(arena, "%s%s", run.db_path, tails[i]), "here@example.org") != 0)
            fail_msg("%s: still in assent.db%s", what, tails[i]);
    setup_close(&service);
    arena_free(arena);
}

static void without_a_fault_it_is_done(void **state)
{
    begin();
    act();
    assert_true(*acknowledged);
    assert_int_equal(count_in(run.db_path, "here@example.org"), 0);
    expect_whole("no fault");
}

static void writes(void **state)
{
    exhaust(begin, act, expect_whole, FAULT_WRITE, 1, 10);
    exhaust(begin, act, expect_whole, FAULT_TRUNCATE, 1, 1);
}

static void syncs(void **state)
{
    exhaust(begin, act, expect_whole, FAULT_SYNC, 1, 3);
}

static void reads_and_locks(void **state)
{
    exhaust(begin, act, expect_whole, FAULT_READ, 3, 3);
    exhaust(begin, act, expect_whole, FAULT_LOCK, 3, 3);
}

static void allocations(void **state)
{
    exhaust(begin, act, expect_whole, FAULT_MALLOC, 149, 5);
}

static int set_up(void **state)
{
    const struct confirm_address asked = {.typed = "next.here@example.org", .language = "en"};
    bool is_address = false;
    site_open(&site);
    acknowledged =
        mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct contact person = site_add(&site, "was.here@example.org", NEWSLETTER);
    site_add(&site, "other@example.org", NEWSLETTER);
    assert_int_equal(person.id.value, 1);
    struct change change = {.kind = ENTRY_DETAILS,
                            .contact = person.id,
                            .email = "here@example.org",
                            .email_key = "here@example.org",
                            .origin = site_origin(ACTOR_ADMIN, 1)};
    person = site_change(&site, &change).after;
    who = person.public_id;
    struct txn *txn = site_begin(&site);
    assert_int_equal(confirm_ask_address(&site.service, txn, site.arena, &person, &asked,
                                         clock_now_s(), &is_address),
                     STATUS_OK);
    site_commit(txn);
    setup_close(&site.service); /* moves the log into the file that is copied */
    run = site.conf;
    run.db_path = support_path(site.conf.data, "run.db");
    run.lock_path = support_path(site.conf.data, "run.lock");
    return 0;
}

int main(void)
{
    fault_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_fault_it_is_done),
        {"L6: nobody is half erased: writes", writes, NULL, NULL, NULL},
        cmocka_unit_test(syncs),
        cmocka_unit_test(reads_and_locks),
        cmocka_unit_test(allocations),
    };
    return cmocka_run_group_tests_name("erase_faults", tests, set_up, NULL);
}
