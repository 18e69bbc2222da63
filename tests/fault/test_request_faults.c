/*
 * Fault test of what waits for others: requests to confirm with their letters, the yes that a
 * button gives, hooks' deliveries, and what came of them. Every read, write, sync and lock of these
 * transactions fails in turn, once and for good, and the process dies there. Whatever happens, no
 * request stands without its letter, nobody is on the list without their yes, no entry is told
 * twice or passed over, and what was acknowledged is there.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "fault/exhaust.h"
#include "service/confirm.h"
#include "service/join.h"
#include "service/setup.h"
#include "service/verdict.h"
#include "store/contacts.h"
#include "unit/hook_support.h"
#include "unit/people_support.h"

enum step { ASK, SAY_YES, FAN_OUT, SETTLE, ASK_ADDRESS, STEPS };

static struct site site; /* what every run begins from; only its folder, keys and arena are used */
static struct conf run;  /* the same, with another database */
static const char *token;
static int64_t delivery;
static bool *acknowledged; /* [STEPS], shared with the process that dies */

static void begin(void)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        unlink(arena_printf(site.arena, "%s%s", run.db_path, tails[i]));
    exhaust_copy(site.conf.db_path, run.db_path);
    memset(acknowledged, 0, STEPS * sizeof *acknowledged);
}

static enum status ask(const struct service *service, struct txn *txn, struct arena *arena,
                       const char *address)
{
    struct join_request request = {.name = "Eve",
                                   .choices = NEWSLETTER,
                                   .language = LOCALE_EN,
                                   .address = "203.0.113.7",
                                   .agent = "Form/1.0"};
    enum status status = email_parse(arena, address, strlen(address), &request.email, NULL);
    return status == STATUS_OK ? join_ask(service, txn, arena, &request, clock_now_s()) : status;
}

static enum status say_yes(const struct service *service, struct txn *txn, struct arena *arena)
{
    const struct confirm_request request = {.act = CONFIRM_YES, .lang = LOCALE_EN};
    struct confirm_opened link;
    struct confirm_page page = {.state = CONFIRM_STATE_COUNT};
    enum status status = confirm_open(service, arena, token, clock_now_s(), &link);
    if (status == STATUS_OK)
        status = confirm_act(service, txn, arena, &link, token, &request, clock_now_s(), &page);
    /* Nobody is told that it is done when it is not. */
    assert_int_equal(page.state, status == STATUS_OK ? CONFIRM_DONE : CONFIRM_STATE_COUNT);
    return status;
}

static enum status ask_address(const struct service *service, struct txn *txn, struct arena *arena)
{
    const struct confirm_address request = {.typed = "moved@example.org", .language = "en"};
    struct contact contact;
    bool is_address;
    enum status status = contacts_find_email(service->store, arena, "in@example.org", &contact);
    if (status != STATUS_OK)
        return status;
    return confirm_ask_address(service, txn, arena, &contact, &request, clock_now_s(), &is_address);
}

static enum status take(enum step step, const struct service *service, struct txn *txn,
                        struct arena *arena)
{
    const struct hook_result result = {.delivery = delivery, .code = 200};
    bool more;
    switch (step) {
    case ASK:
        return ask(service, txn, arena, "other@example.org");
    case SAY_YES:
        return say_yes(service, txn, arena);
    case FAN_OUT:
        return hooks_fan_out(service, txn, arena, clock_now_s(), &more);
    case SETTLE:
        return hooks_settle(service, txn, arena, &result, 1, clock_now_s());
    case ASK_ADDRESS:
        return ask_address(service, txn, arena);
    case STEPS:
        break;
    }
    return STATUS_INVALID;
}

/* What a server and its courier do, who go on with the next when one failed. */
static void act(void)
{
    struct arena *arena = arena_new();
    struct service service;
    const char *fault;
    if (setup_open(arena, &run, true, &service, &fault) != STATUS_OK) {
        arena_free(arena);
        return;
    }
    for (int step = 0; step < STEPS; step++) {
        struct txn *txn = NULL;
        if (txn_begin(service.store, 1000, &txn) != STATUS_OK)
            continue;
        if (take((enum step)step, &service, txn, arena) == STATUS_OK)
            acknowledged[step] = txn_commit(txn) == STATUS_OK;
        else
            txn_rollback(txn);
    }
    setup_close(&service);
    arena_free(arena);
}

/* 0 where each of these holds. Kind 19 is that the hook was added. */
static const char *const laws[] = {
    "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "SELECT count(*) FROM confirmation WHERE id NOT IN (SELECT confirmation FROM letter)",
    "SELECT count(*) FROM letter WHERE confirmation <> 0 AND confirmation NOT IN (SELECT id FROM "
    "confirmation)",
    "SELECT count(*) FROM contact WHERE email_key IN ('other@example.org', 'moved@example.org')",
    "SELECT count(*) FROM contact WHERE email_key = 'new@example.org' AND NOT EXISTS (SELECT 1 "
    "FROM confirmation WHERE email_key = 'new@example.org' AND outcome = 1)",
    "SELECT count(*) FROM confirmation WHERE outcome = 1 AND NOT EXISTS (SELECT 1 FROM contact "
    "JOIN entry ON position = head WHERE email_key = 'new@example.org' AND status = 1 AND "
    "proof_kind = 5)",
    "SELECT count(*) FROM contact LEFT JOIN entry ON position = head WHERE entry.contact IS NOT "
    "contact.id",
    "SELECT count(*) FROM counter WHERE contacts <> (SELECT count(*) FROM contact WHERE "
    "contact.facet = counter.facet)",
    "SELECT count(*) FROM entry, hook WHERE entry.position > (SELECT position FROM entry WHERE "
    "kind = 19) AND entry.kind < 8 AND "
    "(entry.position <= hook.position) <> (SELECT count(*) FROM hook_delivery WHERE position = "
    "entry.position)",
};

/* 1 once the step stands. */
static const char *const deeds[STEPS] = {
    [ASK] = "SELECT count(*) FROM confirmation WHERE email_key = 'other@example.org'",
    [SAY_YES] = "SELECT count(*) FROM contact WHERE email_key = 'new@example.org' AND status = 1",
    [FAN_OUT] = "SELECT count(*) > 2 FROM hook_delivery",
    [SETTLE] = "SELECT count(*) FROM hook_delivery WHERE outcome = 1 AND tries = 1",
    [ASK_ADDRESS] = "SELECT count(*) FROM confirmation WHERE email_key = 'moved@example.org'",
};

static void expect_whole(const char *what)
{
    struct place place = {.path = run.db_path};
    place_watch(&place);
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        int64_t broken = place_ask(&place, laws[i]);
        if (broken != 0)
            fail_msg("%s: %s: %lld", what, laws[i], (long long)broken);
    }
    for (int step = 0; step < STEPS; step++)
        if (acknowledged[step] && place_ask(&place, deeds[step]) != 1)
            fail_msg("%s: step %d was acknowledged and is gone", what, step);
    place_unwatch(&place);
}

static void without_a_fault_all_is_done(void **state)
{
    begin();
    act();
    expect_whole("no fault");
    for (int step = 0; step < STEPS; step++)
        assert_true(acknowledged[step]);
}

static void writes(void **state)
{
    exhaust(begin, act, expect_whole, FAULT_WRITE, 1, 20);
}

static void syncs(void **state)
{
    exhaust(begin, act, expect_whole, FAULT_SYNC, 1, 5);
}

static void reads_and_locks(void **state)
{
    exhaust(begin, act, expect_whole, FAULT_READ, 1, 10);
    exhaust(begin, act, expect_whole, FAULT_LOCK, 1, 10);
}

static void allocations(void **state)
{
    exhaust(begin, act, expect_whole, FAULT_MALLOC, 97, 5);
}

/* S9: while a yes is missing no fault makes one. */
static void look(void)
{
    struct arena *arena = arena_new();
    struct service service;
    struct confirm_opened link = {.state = CONFIRM_BROKEN};
    enum verdict verdict = VERDICT_UNKNOWN;
    const char *fault;
    if (setup_open(arena, &run, false, &service, &fault) == STATUS_OK) {
        enum status status = verdict_for(&service, arena, "new@example.org", (struct topic_id){1},
                                         clock_now_s(), &verdict, NULL);
        assert_int_equal(verdict, status == STATUS_OK ? VERDICT_UNCONFIRMED : VERDICT_UNKNOWN);
        if (confirm_open(&service, arena, token, clock_now_s(), &link) == STATUS_OK)
            assert_int_equal(link.state, CONFIRM_OPEN);
        setup_close(&service);
    }
    arena_free(arena);
}

static void nothing_more(const char *what)
{
}

static void no_fault_is_a_yes(void **state)
{
    exhaust(begin, look, nothing_more, FAULT_READ, 1, 5);
    exhaust(begin, look, nothing_more, FAULT_LOCK, 1, 3);
    exhaust(begin, look, nothing_more, FAULT_MALLOC, 101, 10);
}

static int set_up(void **state)
{
    struct letter *letters = NULL;
    size_t count = 0;
    struct confirmation row;
    const char *url = NULL;
    site_open(&site);
    acknowledged = mmap(NULL, STEPS * sizeof *acknowledged, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    site_add(&site, "in@example.org", NEWSLETTER);
    int64_t hook = hook_add(&site, 0);
    delivery = hook_act_on(&site, hook, HOOK_TEST).count;
    site_add(&site, "a@example.org", NEWSLETTER);
    site_add(&site, "b@example.org", NEWSLETTER);
    struct txn *txn = site_begin(&site);
    assert_int_equal(ask(&site.service, txn, site.arena, "new@example.org"), STATUS_OK);
    site_commit(txn);
    assert_int_equal(
        letters_due(site.service.store, site.arena, clock_now_s(), 9, &letters, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(
        confirmations_get(site.service.store, site.arena, letters[0].confirmation, &row),
        STATUS_OK);
    assert_int_equal(
        links_mint_confirm(&site.service, site.arena, row.public_id, clock_now_s(), &url),
        STATUS_OK);
    token = site_token(url);
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
        cmocka_unit_test(without_a_fault_all_is_done),
        cmocka_unit_test(writes),
        cmocka_unit_test(syncs),
        cmocka_unit_test(reads_and_locks),
        cmocka_unit_test(allocations),
        {"S9: no fault is a yes", no_fault_is_a_yes, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("request_faults", tests, set_up, NULL);
}
